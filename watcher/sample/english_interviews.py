"""Hiring processes in English with an interview. Names, firms and domains are invented."""

from __future__ import annotations

from watcher.core.model import DraftKind, Flag, Kind, State, Turn
from watcher.sample.table import ADDRESS, AUTOMATIC, ME, Expectation, Invite, Letter, Story

_GRACE = "Grace Tan <grace.tan@meridianhealth.example>"
_TOM = "Tom Becker <tom.becker@harbourline.example>"
_ANNA = "Anna Lindqvist <anna@lumenwood.example>"
_MEILIN = "Mei Lin Wong <meilin.wong@orchidmobility.example>"

MERIDIAN = Story(
    key="meridian",
    company="Meridian Health Analytics",
    role="Data Analyst",
    expect=Expectation(
        state=State.INVITED, waiting_on=Turn.USER, flag=Flag.OWE_REPLY, draft=DraftKind.CONFIRM
    ),
    moments={"asked": "-2d 16:05", "interview": "+5d 14:00", "end": "interview+45m"},
    letters=(
        Letter(
            kind=Kind.APPLICATION_RECEIVED,
            at="asked-9d 18:02",
            sender="Meridian Health Analytics <no-reply@careers.meridianhealth.example>",
            subject="We received your application",
            body="""\
Hi Sari,

Thank you for applying for the Data Analyst position at Meridian Health Analytics. Your application has
reached us and our team will review it. If your profile is a match, we will contact you about next steps.

Meridian Health Analytics Talent Team
This mailbox is not monitored.
""",
            banner="Thank you for applying",
            footer="Meridian Health Analytics, Singapore",
            headers=AUTOMATIC,
        ),
        Letter(
            kind=Kind.INTERVIEW_INVITATION,
            at="asked+0d 16:05",
            sender=_GRACE,
            subject="Interview invitation: Data Analyst at Meridian Health Analytics",
            body="""\
Dear Sari,

Thank you for your application. We were impressed by your background and would like to invite you to an
interview for the Data Analyst position:

Date and time: {interview:sgt}
Where: online, https://meet.google.com/mer-idia-nha
With: Grace Tan and Rajesh Pillai

The conversation will take about 45 minutes. Please reply to confirm that this works for you.

Best regards,
Grace Tan
Talent Acquisition Partner
Meridian Health Analytics
""",
        ),
    ),
)

_HARBOUR_UID = "harbourline-analytics-engineer@harbourline.example"

HARBOUR = Story(
    key="harbour",
    company="Harbourline Systems",
    role="Analytics Engineer",
    expect=Expectation(state=State.SCHEDULED, waiting_on=Turn.EVENT),  # interview_soon within 24 hours
    moments={"interview": "@soon", "end": "interview+60m", "asked": "-6d 14:10"},
    letters=(
        Letter(
            kind=Kind.INTERVIEW_INVITATION,
            key="ask",
            at="asked+0d 14:10",
            sender=_TOM,
            subject="Interview for the Analytics Engineer role",
            body="""\
Hi Sari,

I enjoyed reading your application for the Analytics Engineer role at Harbourline Systems. Could we talk
on {interview:day} at {interview:time} {interview:zona}? The interview takes an hour and is on Zoom.

Cheers,
Tom

Tom Becker
Head of Analytics, Harbourline Systems
""",
            html=True,
        ),
        Letter(
            kind=Kind.OWN_ACCEPT,
            key="yes",
            answers="ask",
            at="asked+0d 15:32",
            sender=ME,
            to=_TOM,
            subject="Re: Interview for the Analytics Engineer role",
            body="""\
Hi Tom,

Thank you for the invitation. {interview:name} at {interview:time} works well for me. I am looking forward
to it.

Best regards,
Sari Wulandari
""",
            quote="gmail_en",
        ),
        Letter(
            kind=Kind.INTERVIEW_CONFIRMATION,
            answers="yes",
            at="asked+0d 15:58",
            sender=_TOM,
            subject="Invitation: Interview Sari / Harbourline "
            f"@ {{interview:short}} {{interview:time}} ({ADDRESS})",
            body="""\
Great, here is the calendar invitation for our interview.

When: {interview:day}, {interview:time} - {end:time} {interview:zona}
Where: https://zoom.us/j/88800011122
""",
            html=True,
            invite=Invite(
                uid=_HARBOUR_UID,
                start="interview",
                end="end",
                summary="Interview Sari / Harbourline",
                organizer="tom.becker@harbourline.example",
                location="https://zoom.us/j/88800011122",
            ),
        ),
    ),
)

LUMENWOOD = Story(
    key="lumenwood",
    company="Lumenwood Studio",
    role="Insights Analyst",
    expect=Expectation(
        state=State.AWAITING,
        waiting_on=Turn.EMPLOYER,
        flag=Flag.THANK_YOU_DUE,
        draft=DraftKind.THANK_YOU,
    ),
    moments={"interview": "@thanks 10:00", "end": "interview+45m"},
    letters=(
        Letter(
            kind=Kind.INTERVIEW_INVITATION,
            key="ask",
            at="interview-4d 13:15",
            sender=_ANNA,
            subject="Interview: Insights Analyst at Lumenwood Studio",
            body="""\
Hello Sari,

We would love to meet you. We are inviting you to interview for the Insights Analyst position on
{interview:us} at {interview:time} {interview:zona}, by video: https://whereby.com/lumenwood

Let me know if that suits you.

Kind regards,
Anna Lindqvist
Lumenwood Studio
""",
        ),
        Letter(
            kind=Kind.OWN_ACCEPT,
            answers="ask",
            at="interview-4d 14:20",
            sender=ME,
            to=_ANNA,
            subject="Re: Interview: Insights Analyst at Lumenwood Studio",
            body="""\
Hello Anna,

Thank you for the invitation. I confirm that I will attend on {interview:us} at {interview:time}.

Kind regards,
Sari Wulandari
""",
            quote="gmail_en",
        ),
    ),
)

_ORCHID_UID = "orchid-fleet-data@orchidmobility.example"

ORCHID = Story(
    key="orchid",
    company="Orchid Mobility",
    role="Fleet Data Analyst",
    expect=Expectation(state=State.AWAITING, waiting_on=Turn.EMPLOYER),
    moments={"interview": "-2d 13:00", "end": "interview+60m"},
    letters=(
        Letter(
            kind=Kind.APPLICATION_RECEIVED,
            at="interview-14d 22:40",
            sender="Orchid Mobility <no-reply@hire.lever.co>",
            subject="Thank you for your application to Orchid Mobility",
            body="""\
Hi Sari Wulandari,

We have received your application for Fleet Data Analyst at Orchid Mobility. A member of our team will be
in touch if there is a fit.

Orchid Mobility Recruiting
""",
            headers=AUTOMATIC,
        ),
        Letter(
            kind=Kind.INTERVIEW_INVITATION,
            key="hello",
            at="interview-6d 09:30",
            sender=_MEILIN,
            subject="Orchid Mobility - Fleet Data Analyst - first interview",
            body="""\
Hi Sari,

Mei Lin from Orchid Mobility here. Your application for Fleet Data Analyst caught our eye and we would
like to interview you. Which of these times could you make?

- {interview:day}, {interview:time} {interview:zona}
- {interview:day}, {end:time} {interview:zona}

Best,
Mei Lin Wong
Recruiter, Orchid Mobility
""",
            html=True,
        ),
        Letter(
            kind=Kind.OWN_ACCEPT,
            key="pick",
            answers="hello",
            at="interview-6d 10:41",
            sender=ME,
            to=_MEILIN,
            subject="Re: Orchid Mobility - Fleet Data Analyst - first interview",
            body="""\
Hi Mei Lin,

Thank you, {interview:day} at {interview:time} works for me.

Best regards,
Sari
""",
            quote="gmail_en",
        ),
        Letter(
            kind=Kind.INTERVIEW_CONFIRMATION,
            at="interview-6d 11:20",
            sender="Orchid Mobility <no-reply@hire.lever.co>",
            subject="Interview confirmed: Fleet Data Analyst at Orchid Mobility",
            body="""\
Hi Sari,

Your interview for Fleet Data Analyst at Orchid Mobility is confirmed.

When: {interview:day}, {interview:time} - {end:time} ({interview:zona})
Where: https://meet.google.com/orc-hidm-obi
Interviewer: Kenneth Lau

See you then!
""",
            invite=Invite(
                uid=_ORCHID_UID,
                start="interview",
                end="end",
                summary="Orchid Mobility: Fleet Data Analyst interview",
                organizer="no-reply@hire.lever.co",
                location="https://meet.google.com/orc-hidm-obi",
            ),
            headers=AUTOMATIC,
        ),
        Letter(
            kind=Kind.OWN_THANK_YOU,
            answers="hello",
            at="interview+1d 08:15",
            sender=ME,
            to=_MEILIN,
            subject="Re: Orchid Mobility - Fleet Data Analyst - first interview",
            body="""\
Hi Mei Lin,

Thank you for arranging the interview yesterday. I enjoyed learning more about the role and the team.

Best regards,
Sari
""",
        ),
    ),
)

STORIES = (MERIDIAN, HARBOUR, LUMENWOOD, ORCHID)
