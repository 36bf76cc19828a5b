"""Hiring processes in English that are decided, or that have hardly begun."""

from __future__ import annotations

from watcher.core.model import DraftKind, Flag, Kind, State, Turn
from watcher.sample.table import AUTOMATIC, ME, Expectation, Letter, Story

_DANIEL = "Daniel Osei <daniel.osei@atlasgrove.example>"

QUARTZFIELD = Story(
    key="quartzfield",
    company="Quartzfield",
    role="BI Developer",
    expect=Expectation(state=State.REJECTED, waiting_on=Turn.NOBODY, flag=Flag.REJECTED),
    moments={"no": "-2d 10:01"},
    letters=(
        Letter(
            kind=Kind.APPLICATION_RECEIVED,
            at="no-14d 21:17",
            sender="Quartzfield <no-reply@us.greenhouse-mail.io>",
            subject="Thank you for applying to Quartzfield",
            body="""\
Sari,

Thanks for applying to Quartzfield. Your application for the BI Developer position has been received and
we will review it as soon as possible.

Regards,
Quartzfield

** Please note: Do not reply to this email. This email is sent from an unattended mailbox. **
""",
            headers=AUTOMATIC,
        ),
        Letter(
            kind=Kind.REJECTION,
            at="no+0d 10:01",
            sender="Quartzfield <no-reply@us.greenhouse-mail.io>",
            subject="Update on your application to Quartzfield",
            body="""\
Hi Sari,

Thank you for your interest in the BI Developer position at Quartzfield. After careful consideration we
have decided not to move forward with your application. We received many strong applications for this
role.

We wish you all the best in your search.

The Quartzfield Team
""",
            banner="Quartzfield",
            footer="You receive this because you applied for a position.",
            headers=(*AUTOMATIC, ("List-Unsubscribe", "<https://quartzfield.example/stop>")),
        ),
    ),
)

ATLASGROVE = Story(
    key="atlasgrove",
    company="Atlasgrove",
    role="Reporting Analyst",
    expect=Expectation(
        state=State.OFFER, waiting_on=Turn.USER, flag=Flag.OFFER_PENDING, draft=DraftKind.OFFER_ACK
    ),
    moments={"interview": "-8d 16:00", "end": "interview+60m", "offer": "-1d 14:50", "by": "+6d 17:00"},
    letters=(
        Letter(
            kind=Kind.INTERVIEW_INVITATION,
            key="ask",
            at="interview-4d 09:20",
            sender=_DANIEL,
            subject="Reporting Analyst at Atlasgrove - interview",
            body="""\
Dear Sari,

We would like to invite you to an interview for our Reporting Analyst role on {interview:day} at
{interview:clock} ({interview:zona}) via Microsoft Teams. Please confirm your availability.

Daniel Osei
People Operations, Atlasgrove
""",
        ),
        Letter(
            kind=Kind.OWN_ACCEPT,
            answers="ask",
            at="interview-4d 10:05",
            sender=ME,
            to=_DANIEL,
            subject="Re: Reporting Analyst at Atlasgrove - interview",
            body="""\
Dear Daniel,

Thank you, I confirm that I will attend on {interview:day} at {interview:clock}.

Kind regards,
Sari Wulandari
""",
        ),
        Letter(
            kind=Kind.OWN_THANK_YOU,
            answers="ask",
            at="interview+1d 08:50",
            sender=ME,
            to=_DANIEL,
            subject="Re: Reporting Analyst at Atlasgrove - interview",
            body="""\
Dear Daniel,

Thank you for taking the time to speak with me yesterday. I enjoyed our conversation and I am very
interested in joining Atlasgrove.

Kind regards,
Sari Wulandari
""",
        ),
        Letter(
            kind=Kind.OFFER,
            answers="ask",
            at="offer+0d 14:50",
            sender=_DANIEL,
            subject="Offer of employment - Reporting Analyst - Atlasgrove",
            body="""\
Dear Sari,

I am delighted to offer you the position of Reporting Analyst at Atlasgrove. You will find the offer
letter with salary, benefits and start date attached.

Please let us have your signed copy by {by:day}. If you have any questions, just call me.

Congratulations!

Daniel Osei
People Operations, Atlasgrove
""",
            quote="outlook_en",
        ),
    ),
)

BEACONHURST = Story(
    key="beaconhurst",
    company="Beaconhurst",
    role="Senior Data Analyst",
    expect=Expectation(state=State.LEAD, waiting_on=Turn.USER, flag=Flag.LEAD),
    moments={"wrote": "-1d 10:12"},
    letters=(
        Letter(
            kind=Kind.RECRUITER_OUTREACH,
            at="wrote+0d 10:12",
            sender="Priya Raman <inmail-hit-reply@linkedin.com>",
            subject="Senior Data Analyst opportunity at Beaconhurst",
            body="""\
Priya Raman
Talent Partner at Beaconhurst

Hi Sari,

I came across your profile and think you would be a great fit for our Senior Data Analyst opening at
Beaconhurst. We are building a small team in Jakarta. Would you be open to a quick chat about it?

Best,
Priya

Reply: https://www.linkedin.com/messaging/thread/sample

This email was intended for Sari Wulandari (Data Analyst).
You are receiving InMail notification emails.
""",
            banner="You have 1 new InMail",
            footer="You are receiving InMail notification emails.",
            headers=(("X-LinkedIn-Class", "INMAIL"), ("X-LinkedIn-Template", "inmail_new")),
        ),
    ),
)

STORIES = (QUARTZFIELD, ATLASGROVE, BEACONHURST)
