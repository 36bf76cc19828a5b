"""watcher correct: put right what the watcher took a mail for, whose it is, and what belongs together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from watcher import config
from watcher.cli import assemble
from watcher.cli.common import print_json, process_json, read_clock
from watcher.cli.desk import Desk
from watcher.cli.tables import console, plain
from watcher.core.corrections import COMPANY, LABEL, ROLE
from watcher.core.course import shown
from watcher.core.model import Correction, Fact
from watcher.core.process import mail_id
from watcher.core.scenario import minute
from watcher.core.wording import say_day, say_hour, say_reason, say_stand, words
from watcher.errors import UsageError
from watcher.lock import poke

#: A longer name is none (characters).
LONGEST_NAME = 100

EXAMPLES = """\b
Example:  watcher correct m3fa9c12 --as rejection
          watcher correct m3fa9c12 --company "Kopi Senja" --role Barista
          watcher correct 3fa9c1 94cda4 --merge
          watcher correct --list
          watcher correct --undo 2"""


@click.command(epilog=EXAMPLES)
@click.argument("mails", nargs=-1, metavar="[MESSAGE]...")
@click.option("--as", "label", metavar="LABEL", help="What the mail is, in the words of `classify`.")
@click.option("--company", metavar="NAME", help="What the employer is called.")
@click.option("--role", metavar="NAME", help="What the post is called.")
@click.option("--merge", is_flag=True, help="These processes are one: name two or more.")
@click.option("--split", is_flag=True, help="This mail begins a process of its own.")
@click.option("--list", "list_", is_flag=True, help="Everything you corrected, with its number.")
@click.option("--undo", type=int, metavar="N", help="Take back the correction of this number.")
@click.option("--now", "now_text", metavar="ISO", help="Act as if it were this time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.pass_obj
def correct(
    config_path: Path | None,
    mails: tuple[str, ...],
    label: str | None,
    company: str | None,
    role: str | None,
    merge: bool,
    split: bool,
    list_: bool,
    undo: int | None,
    now_text: str | None,
    as_json: bool,
) -> None:
    """Put right what a mail was taken for, what employer and post are called, and which mails belong together.

    MESSAGE is a mail as `watcher show` names it (m3fa9c12), or its Message-ID; for --company, --role and
    --merge also the ID of a process.

    It counts at once, and a label also for every mail that the same sender makes from the same template,
    those to come and those that are there. What a mail was taken for stays beside it (`watcher show`), and
    every correction can be taken back.

    \b
    The labels: application_received, recruiter_outreach, recruiter_reply,
    interview_invitation, interview_confirmation, interview_reschedule,
    interview_cancellation, assessment, status_update, rejection, offer,
    auto_reply, bounce, job_alert, newsletter, other;
    for a mail of yours: own_reply, own_accept, own_thank_you, own_followup,
    own_closing, own_feedback_request, own_task_done, own_reschedule,
    own_decline, own_withdraw, other.
    """
    named = tuple(
        (kind, _name(kind, name)) for kind, name in ((COMPANY, company), (ROLE, role)) if name is not None
    )
    asked = [merge, list_, undo is not None, bool(label is not None or named or split)]
    if sum(asked) != 1:
        raise UsageError(
            "Say one thing at a time: what the mails are (--as, --company, --role, --split), --merge, --list or"
            " --undo.",
            "`watcher correct --help` shows examples.",
        )
    if bool(mails) == (list_ or undo is not None):
        raise UsageError(
            "--list and --undo name no mail." if mails else "Which mail?",
            "`watcher show ID` names the mails of a process.",
        )
    fit = assemble.outfit(config_path)
    now = read_clock(now_text, fit.person.zone)
    with closing(assemble.known_store()) as store:
        desk = Desk(store, fit.person, now)
        if list_:
            told = list(desk.before)
        elif undo is not None:
            told = [desk.take_back(undo)]
        elif merge:
            told = desk.add(desk.merged(mails))
        else:
            told = desk.add(desk.said_of(mails, label, named, split=split))
        text = words(fit.packs, fit.language)
        lines = [Line(made, desk, text) for made in told]
        touched = () if list_ else desk.touched(told)
    if not list_:
        poke(config.state_dir())
    if as_json:
        print_json(
            {
                "corrections": [line.json() for line in lines],
                "processes": [process_json(shown(one), fit.person) for one in touched],
            }
        )
        return
    out, words_ = console(), text["correct"]
    if not lines:
        out.print(str(words_["none"]))
    for line in lines:
        form = "{what}" if list_ else str(text["mark"]["taken_back"] if undo is not None else "{what}")
        out.print(form.format(what=line.words(full=list_)), soft_wrap=True)
    for one in touched:
        name = plain(one.process.company or one.process.person) or one.process.id
        out.print(f"{name}: {say_stand(one.situation, text)}  [{one.process.id}]", soft_wrap=True)
    if not list_ and not touched:
        out.print(str(words_["nowhere"]), soft_wrap=True)


class Line:
    """One correction, told."""

    def __init__(self, made: Correction, desk: Desk, text: Mapping[str, Any]) -> None:
        self.made, self.text, self.zone, self.now = made, text, desk.person.zone, desk.now
        self.fact = next((fact for fact in desk.facts if fact.message_id == made.target), None)
        self.other = next((fact for fact in desk.facts if fact.message_id == made.other), None)
        self.alike = desk.alike(made) if made.id else 0
        self.was = self._was(desk)

    def _was(self, desk: Desk) -> str:
        """What the mail or the process was taken for, '' unknown."""
        if self.made.kind == LABEL:
            return self.fact.kind.value if self.fact is not None else ""
        homes = desk.holding(self.made.target)
        return homes[0].process.told.get(self.made.kind, "") if homes else ""

    def json(self) -> dict[str, Any]:
        """For programs."""
        made = self.made
        return {
            "id": made.id or None,
            "made": minute(made.made, self.zone),
            "what": made.kind,
            "message_id": made.target,
            "mail": mail_id(made.target),
            "other": made.other or None,
            "value": made.value or None,
            "was": self.was or None,
            "same_template": self.alike,
        }

    def words(self, *, full: bool) -> str:
        """For a person; `full` with its number and when it was said."""
        said_, made = self.text["correct"], self.made
        value = say_reason("kinds", made.value, self.text) if made.kind == LABEL else made.value
        was = say_reason("kinds", self.was, self.text) if made.kind == LABEL else self.was
        form = str(said_[made.kind])
        line = form.format(
            mail=self._mail(made.target, self.fact), other=self._mail(made.other, self.other), value=value
        )
        notes = list(self._notes(was if self.was != made.value else ""))
        line += f" ({'; '.join(notes)})" if notes else ""
        if not made.id and not full:
            return str(said_["already"]).format(what=line)
        if not full or made.made is None:
            return f"{made.id}  {line}"
        day = say_day(made.made, self.now, self.zone, self.text)
        return f"{made.id}  {day} {say_hour(made.made, self.zone, self.text)}  {line}"

    def _notes(self, was: str) -> Iterator[str]:
        said_ = self.text["correct"]
        if was:
            yield str(said_["was"]).format(was=was)
        if self.made.kind == LABEL and self.fact is None:
            yield str(said_["unread"])
        if self.alike:
            yield str(said_["alike"]).format(count=self.alike)

    def _mail(self, message_id: str, fact: Fact | None) -> str:
        subject = plain(fact.subject) if fact is not None else plain(message_id)
        return f'{mail_id(message_id)} "{subject}"' if subject else mail_id(message_id)


def _name(kind: str, name: str) -> str:
    """A name as it was typed, on one line. Raises UsageError for none."""
    cleaned = plain(name)
    if not cleaned or len(cleaned) > LONGEST_NAME:
        raise UsageError(f"--{kind} needs a name of at most {LONGEST_NAME} signs.", "")
    return cleaned
