"""The specification's tables, when they are at hand: every scenario and every transition comes out exactly."""

import csv
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from watcher.core.etiquette import assess
from watcher.core.language import parse_yaml
from watcher.core.model import Details, Event, Kind, Setting, Turn
from watcher.core.scenario import play, read_scenarios

WIB = ZoneInfo("Asia/Jakarta")
TIMES = ("start", "end", "deadline")

COLUMNS = {
    "invitation (date, asks)": ("interview_invitation", {"date": True}),
    "invitation (choose slot)": ("interview_invitation", {}),
    "confirmation (date)": ("interview_confirmation", {"date": True}),
    "reschedule (date)": ("interview_reschedule", {"date": True}),
    "reschedule (asks slots)": ("interview_reschedule", {"ask": True}),
    "cancellation": ("interview_cancellation", {}),
    "recruiter_reply (asks)": ("recruiter_reply", {"ask": True}),
    "recruiter_reply (no ask)": ("recruiter_reply", {}),
    "status_update (on hold)": ("status_update", {"hold": True}),
    "status_update (task received)": ("status_update", {"task_received": True}),
    "auto_reply/alert/newsletter": ("auto_reply", {}),
    "mark_scheduled": ("mark_scheduled", {"date": True}),
}


def test_every_scenario(shared_spec):
    wrong = []
    scenarios = read_scenarios((shared_spec / "scenarios.yaml").read_text("utf-8"))
    for scenario in scenarios:
        if scenario.skip:
            continue
        answer = play(scenario)
        answer.pop("id")
        if answer != dict(scenario.expect):
            wrong.append((scenario.id, answer, dict(scenario.expect)))
    assert len(scenarios) > 100
    assert wrong == []


def test_every_transition(shared_spec):
    histories = {
        entry["state"]: entry
        for entry in parse_yaml((shared_spec / "transition_histories.yaml").read_text("utf-8"))
    }
    wrong = []
    with open(shared_spec / "transitions.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        state = row.pop("state")
        history = histories[state]
        events = [event_from(entry) for entry in history["history"]]
        at = aware(history["event_at"])
        before = assess(events, Setting(), at - timedelta(minutes=1))
        if before.state.value != state:
            wrong.append((state, "before", before.state.value))
        for column, cell in row.items():
            kind, details = COLUMNS.get(column, (column, {}))
            assert kind in set(Kind), column
            details = dict(details)
            if details.pop("date", False):
                details["start"] = (at + timedelta(days=8)).replace(hour=10, minute=0)
            event = Event(at=at, kind=Kind(kind), details=Details(**details), made=at)
            after = assess([*events, event], Setting(), at + timedelta(minutes=1))
            got = after.state.value
            if cell.endswith("(user)"):
                got += "(user)" if after.waiting_on is Turn.USER else ""
            if got != cell:
                wrong.append((state, column, got, cell))
    assert len(rows) == 20
    assert wrong == []


def event_from(entry):
    details = {key: aware(entry[key]) for key in TIMES if key in entry}
    details |= {key: entry[key] for key in ("ask", "hold") if key in entry}
    return Event(at=aware(entry["at"]), kind=Kind(entry["kind"]), details=Details(**details))


def aware(text):
    moment = text if isinstance(text, datetime) else datetime.fromisoformat(str(text))
    return moment.replace(tzinfo=WIB)
