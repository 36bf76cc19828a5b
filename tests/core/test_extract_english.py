"""Names in English mail: who hires, for which post, who signs. '' where nobody can know."""

from __future__ import annotations

import pytest

from watcher.core.extract import find_names
from watcher.core.model import Address, Link, Mail
from watcher.packs import load_packs

PACKS = {code: pack for code, pack in load_packs().items() if code in ("en", "id")}
ME = Address("sam.lee@mail.example", "Sam Lee")


def mail(
    name: str, email: str, subject: str, body: str, signature: str = "", links: tuple[str, ...] = ()
) -> Mail:
    return Mail(
        message_id="<x@test>",
        sender=Address(email, name),
        to=(ME,),
        subject=subject,
        new_text=body,
        text=body,
        signature=signature,
        links=tuple(Link("", href) for href in links),
    )


COMPANIES = [
    # display names
    (
        "Acme Recruiting Team",
        "no-reply@us.greenhouse-mail.io",
        "Your application",
        "Thanks for applying.",
        "",
        "Acme",
    ),
    ("Acme via Greenhouse", "no-reply@us.greenhouse-mail.io", "Your application", "We got it.", "", "Acme"),
    ("Recruitment Northwind via Lever", "no-reply@hire.lever.co", "Hello", "We got it.", "", "Northwind"),
    ("Birch & Stone Careers", "careers@birchstone.example", "Update", "Thanks.", "", "Birch & Stone"),
    (
        "Dana Reyes - Copperfield Ltd",
        "dana@copperfield.example",
        "Hi",
        "Free on Monday?",
        "",
        "Copperfield Ltd",
    ),
    ("Dana from Copperfield", "dana@copperfield.example", "Hi", "Free on Monday?", "", "Copperfield"),
    ("Dana Reyes | Copperfield", "dana@copperfield.example", "Hi", "Free on Monday?", "", "Copperfield"),
    (
        "Dana Reyes",
        "dana@copperfield.example",
        "Hi",
        "Free on Monday?",
        "Dana\nCopperfield Labs",
        "Copperfield Labs",
    ),
    ("Talent Acquisition Orbis", "ta@orbis.example", "Hi", "Your CV arrived.", "", "Orbis"),
    ("Quillon", "notifications@app.bamboohr.com", "Thanks", "We received your application.", "", ""),
    (
        "Workday",
        "tundra@myworkday.com",
        "Application received",
        "Thank you for applying to Tundra.",
        "",
        "Tundra",
    ),
    ("", "blue-heron@myworkday.com", "Application received", "Thank you.", "", "Blue Heron"),
    ("", "no-reply@kestrel.teamtailor-mail.com", "Thanks", "We at Kestrel read it.", "", "Kestrel"),
    ("", "no-reply@kestrel.teamtailor-mail.com", "Thanks", "Your application is in.", "", "Kestrel"),
    ("Quillon", "notifications@app.bamboohr.com", "Thanks", "Greetings from Quillon.", "", "Quillon"),
    ("Jane Doe", "no-reply@us.greenhouse-mail.io", "Thanks", "We received it.", "Jane", ""),
    ("Jane at Quillon", "noreply@candidates.workablemail.com", "Thanks", "We received it.", "", "Quillon"),
    ("Jane Doe via LinkedIn", "messages-noreply@linkedin.com", "Jane sent you a message", "Hi Sam", "", ""),
    # signatures
    (
        "Ann",
        "ann@gmail.com",
        "Hi",
        "Can we talk?",
        "Ann Fox\nPeople Partner\nMarlow Foods Ltd\n+44 20 0000",
        "Marlow Foods Ltd",
    ),
    ("", "ann@gmail.com", "Hi", "Can we talk?\n\nBest,\nThe Vireo Hiring Team", "", "Vireo"),
    ("", "x@mail.example", "Hi", "Bad news.", "The People & Culture team at Sable Systems", "Sable Systems"),
    ("", "jobs@nuthatch.example", "Hi", "Hello.", "The Talent Acquisition Team\nNuthatch", "Nuthatch"),
    # body
    (
        "",
        "no-reply@ashbyhq.com",
        "Thanks",
        "Thank you for applying to the Tester position at Lumen Forge.",
        "",
        "Lumen Forge",
    ),
    ("", "no-reply@ashbyhq.com", "Thanks", "Thank you for applying to Lumen Forge!", "", "Lumen Forge"),
    (
        "",
        "no-reply@ashbyhq.com",
        "Hi",
        "Thanks for your interest in joining Pallas Robotics.",
        "",
        "Pallas Robotics",
    ),
    ("", "a@gmail.com", "Hi", "I'm Joe, a recruiter at Hollis Energy.", "", "Hollis Energy"),
    (
        "",
        "a@gmail.com",
        "Hi",
        "My name is Joe and I am a talent partner with Hollis Energy, Inc. in Ohio.",
        "",
        "Hollis Energy, Inc.",
    ),
    (
        "",
        "a@gmail.com",
        "Interview",
        "You applied at Meridian of the North last week.",
        "",
        "Meridian of the North",
    ),
    (
        "",
        "no-reply@lever.co",
        "x",
        "The position at Oahu Press, Inc. has been filled.",
        "",
        "Oahu Press, Inc.",
    ),
    (
        "",
        "no-reply@lever.co",
        "x",
        "We filled the Analyst role at ProSift in Maine, United States.",
        "",
        "ProSift",
    ),
    ("", "no-reply@lever.co", "x", "Your application to 3Ridge was received.", "", "3Ridge"),
    ("", "no-reply@lever.co", "x", "A career at Vantage awaits.", "", "Vantage"),
    ("", "hello@riverbend.example", "x", "We at Riverbend liked your profile.", "", "Riverbend"),
    ("", "x@mail.example", "x", "Welcome to Riverbend GmbH, we are glad.", "", "Riverbend GmbH"),
    ("", "x@mail.example", "x", "Company: Riverbend Holdings\nRole: Tester", "", "Riverbend Holdings"),
    # the vendor, the board, the free mailbox, the person are never the employer
    ("Greenhouse", "no-reply@greenhouse.io", "Security code", "Your code is 1234.", "", ""),
    ("LinkedIn", "jobs-noreply@linkedin.com", "Your update", "Your application was viewed.", "", ""),
    ("Indeed Apply", "indeedapply@indeed.com", "Indeed Application", "Your application was sent.", "", ""),
    ("Sam Lee", "joe@gmail.com", "Fwd", "See below, Sam.", "", ""),
    ("Joe Park", "joe@gmail.com", "Hello", "Could you call me on Monday?", "Joe", ""),
    ("Joe Park", "joe@gmail.com", "Interview", "Let us meet at Starlight Cafe on Main Street.", "Joe", ""),
    ("HR", "hr@mail.example", "Interview", "Please join the Zoom meeting at ten.", "HR", ""),
    (
        "Joe Park",
        "joe@gmail.com",
        "Interview with John",
        "Your interview with John Smith is on Friday.",
        "Joe",
        "",
    ),
    ("Recruiter", "joe@gmail.com", "Job", "Our client is looking for a Tester. I work at Hays.", "Joe", ""),
    (
        "Joe",
        "joe@agency.example",
        "Job",
        "Our client, Falcon Motors, wants to meet you.",
        "Joe",
        "Falcon Motors",
    ),
    (
        "Joe",
        "joe@gmail.com",
        "Data Analyst role",
        "Thanks for your interest in Data Analyst position.",
        "",
        "",
    ),
    ("Google Calendar", "calendar-notification@google.com", "Invitation", "Join with Google Meet.", "", ""),
    # two names compete: nobody knows
    (
        "Nova Recruiting Team",
        "no-reply@lever.co",
        "x",
        "The position at Castor has been filled. We at Castor are sorry.",
        "Castor Hiring Team",
        "",
    ),
]

ROLES = [
    ("Interview", "We'd like to talk about the Data Analyst position.", "Data Analyst"),
    (
        "Interview",
        "Thank you for applying to the Junior Software Developer role at Acme.",
        "Junior Software Developer",
    ),
    ("Interview for Backend Engineer", "Are you free on Monday?", "Backend Engineer"),
    ("Interview - Product Manager", "Are you free on Monday?", "Product Manager"),
    ("Acme | Senior Data Engineer | Next steps", "Are you free on Monday?", "Senior Data Engineer"),
    ("Your application: QA Tester", "We received it.", "QA Tester"),
    ("Data Scientist at Acme", "We received your application.", "Data Scientist"),
    (
        "Update",
        "Thank you for your interest in the Software Engineer, Product position.",
        "Software Engineer",
    ),
    (
        "Update",
        "We received your application for Marketing Specialist and will be in touch.",
        "Marketing Specialist",
    ),
    ("Update", "You applied for the role of Head of Finance with us.", "Head of Finance"),
    ("Update", "We would like you to join us as a Customer Success Manager.", "Customer Success Manager"),
    ("Update", "We are pleased to offer you the position of Store Manager.", "Store Manager"),
    ("Update", "We are offering you the Warehouse Operator job.", "Warehouse Operator"),
    ("Update", "Position: Site Engineer\nLocation: Leeds", "Site Engineer"),
    ("Update", "Role - is open.\nJob title: HR Generalist", "HR Generalist"),
    (
        "Update",
        "we have decided not to move forward with your Full Stack Developer application.",
        "Full Stack Developer",
    ),
    (
        "Update",
        "interest in the Train To Hire - Junior Web Developer position at Mind",
        "Junior Web Developer",
    ),
    ("Update", "your application for the data analyst position is in review", "data analyst"),
    ("Update", "Your application for our iOS Developer (Remote) opening.", "iOS Developer"),
    ("Update", "Thank you for your interest in our C++ Engineer opening.", "C++ Engineer"),
    ("Update", "interest in the .NET Developer role", ".NET Developer"),
    ("Update", "for the position of Research and Development Manager", "Research and Development Manager"),
    ("Update", "I am hiring for a VP of Engineering and thought of you.", "VP of Engineering"),
    ("Re: Application for UX Designer", "Thanks, Sam.", "UX Designer"),
    ("Interview Data Analyst", "See you.", "Data Analyst"),
    ("Interview HR", "See you.", ""),
    ("Interview - HR", "See you.", ""),
    ("Invitation: Screening: Data Analyst @ Fri 6 Nov 2026 9am - 10am (WIB)", "", "Data Analyst"),
    ("Thanks", "Thanks for applying to Acme as a Nurse.", "Nurse"),
    # nothing to be found, or too odd to be believed
    ("Update", "Unfortunately the position has been filled.", ""),
    ("Update", "Thank you for the position we discussed.", ""),
    ("Update", "Thank you for your interest in this position.", ""),
    ("Update", "Please apply for another role in the future.", ""),
    ("Interview invitation", "We would like to invite you to an interview.", ""),
    ("Re: Interview", "See you on Monday at ten.", ""),
    ("Application received", "We have received your application.", ""),
    ("Your order", "The position of your parcel: Leeds", ""),
    ("Update", "looking for talented people like you", ""),
    ("Update", "thank you for applying to our company", ""),
    ("Update", "we are hiring for many roles", ""),
    ("Update", "We have the Cook position and the Driver position open.", ""),
    ("Update", "for a chat about your experience", ""),
    ("Reminder: interview tomorrow", "See you at ten.", ""),
    ("Update", "You are considered for the next round.", ""),
]

PEOPLE = [
    (
        "Dana Reyes",
        "dana@acme.example",
        "Free on Monday?\n\nBest regards,\nDana Reyes\nHR Manager",
        "",
        "Dana Reyes",
        "",
    ),
    ("Dana Reyes", "dana@acme.example", "Free on Monday?\n\nBest,\nDana", "", "Dana", ""),
    ("Dana Reyes", "dana@acme.example", "Free on Monday?", "Kind regards\nDana Reyes", "Dana Reyes", ""),
    ("Dana Reyes", "dana@acme.example", "Free on Monday?", "", "Dana Reyes", ""),
    ("Dana Reyes (HR)", "dana@acme.example", "Free on Monday?", "", "Dana Reyes", ""),
    ("Acme Careers", "careers@acme.example", "We got it.\n\nBest,\nThe Hiring Team", "", "", ""),
    ("hr", "hr@acme.example", "Please come.\n\nSincerely,\nMr. Paul Stone", "", "Paul Stone", "Mr"),
    (
        "hr",
        "hr@acme.example",
        "Please come.\n\nSincerely,\nPaul Stone, PhD\nHead of People",
        "",
        "Paul Stone",
        "",
    ),
    ("", "paul@acme.example", "Please come.\n\nThanks,\nPAUL STONE", "", "Paul Stone", ""),
    ("no-reply", "no-reply@acme.example", "Please come.\n\nBest,\nAcme Ltd", "", "", ""),
    ("Sam Lee", "joe@acme.example", "Hello Sam Lee.\n\nRegards,\nSam Lee", "", "", ""),
]


@pytest.mark.parametrize(("name", "email", "subject", "body", "signature", "company"), COMPANIES)
def test_company(name: str, email: str, subject: str, body: str, signature: str, company: str) -> None:
    assert find_names(mail(name, email, subject, body, signature), PACKS, incoming=True).company == company


@pytest.mark.parametrize(("subject", "body", "role"), ROLES)
def test_role(subject: str, body: str, role: str) -> None:
    assert find_names(mail("Dana", "dana@acme.example", subject, body), PACKS, incoming=True).role == role


@pytest.mark.parametrize(("name", "email", "body", "signature", "person", "title"), PEOPLE)
def test_person(name: str, email: str, body: str, signature: str, person: str, title: str) -> None:
    found = find_names(mail(name, email, "Interview", body, signature), PACKS, incoming=True)
    assert (found.person, found.title) == (person, title)


@pytest.mark.parametrize(
    ("body", "links", "job"),
    [
        ("Job Number: JR0148336 was closed", (), "JR0148336"),
        ("Req ID 169410BR", (), "169410BR"),
        ("for our Tester, R-1681, thanks", (), "R-1681"),
        ("", ("https://boards.greenhouse.io/acme/jobs/4012345",), "greenhouse.io/4012345"),
        (
            "",
            ("https://jobs.lever.co/acme/postings/0a1b2c3d-1111-2222-3333-444455556666/apply",),
            "lever.co/0a1b2c3d-1111-2222-3333-444455556666",
        ),
        ("", ("https://evil.example/greenhouse.io/jobs/4012345",), ""),
        (
            "",
            (
                "https://boards.greenhouse.io/acme/jobs/4012345",
                "https://boards.greenhouse.io/acme/jobs/4099999",
            ),
            "",
        ),
        ("Call 0812345678 about the job", (), ""),
        ("The deadline is 2026", (), ""),
    ],
)
def test_job_id(body: str, links: tuple[str, ...], job: str) -> None:
    assert find_names(mail("", "a@b.example", "x", body, "", links), PACKS, incoming=True).job_id == job


def test_own_mail_names_whom_it_is_written_to() -> None:
    own = Mail(
        message_id="<o@test>",
        sender=ME,
        to=(Address("dana@copperfield.example", "Dana Reyes"),),
        subject="Application for Data Analyst",
        new_text="Dear Ms Reyes,\nI would like to apply for the Data Analyst position at Copperfield.\nSam Lee",
    )
    found = find_names(own, PACKS, incoming=False)
    assert (found.company, found.role, found.person, found.title) == (
        "Copperfield",
        "Data Analyst",
        "Reyes",
        "Ms",
    )


@pytest.mark.parametrize(
    ("opening", "first"),
    [
        ("Hi Sam,", True),
        ("Dear Sam", True),
        ("Dear Mr Lee,", False),
        ("Dear Sam Lee,", False),
        ("Hi there,", False),
    ],
)
def test_first_names(opening: str, first: bool) -> None:
    found = find_names(
        mail("Dana", "dana@acme.example", "Hi", f"{opening}\n\nFree on Monday?"), PACKS, incoming=True
    )
    assert found.first_names is first
