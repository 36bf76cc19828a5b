"""Every scenario as raw mail, in two languages: from bytes to the same state, flag, draft and notice."""

from pathlib import Path

import pytest
from rendering import AUTHSERV, ME, NAME, render
from voices import VOICES

from watcher.core.model import Event
from watcher.core.scenario import describe, read_scenarios
from watcher.core.standing import Person
from watcher.mailbox.memory import MemoryMailbox
from watcher.packs import load_models, load_packs
from watcher.scan import Look, read_account, stand
from watcher.store import Store

PACKS = load_packs()
MODELS = load_models()
OWN_TIMELINES = Path(__file__).parent / "core" / "timelines.yaml"


def judge_from_bytes(scenario, events: tuple[Event, ...], voice: str):
    """Play one process of a scenario through the whole path; returns the standings."""
    mails, marks = render(scenario, events, voice)
    box, store = MemoryMailbox("personal"), Store(None)
    for mail in sorted(mails, key=lambda m: m.arrived):
        box.deliver(mail.raw, folder=mail.folder, arrived=mail.arrived)
    setting = scenario.setting
    person = Person(
        address=ME,
        name=NAME,
        addresses=frozenset({ME}),
        zone=setting.user_zone or setting.zone,
        country=setting.country,
    )
    read_account(
        Look(account="personal", person=person, packs=PACKS, models=MODELS, authserv=AUTHSERV), box, store
    )
    for mark in marks:
        store.add_mark(mark)
    return stand(store, person, scenario.now)


def disagreements(text: str, voice: str):
    wrong = []
    for scenario in read_scenarios(text):
        if scenario.skip or scenario.split or not scenario.setting.repliable:
            continue
        [events] = scenario.processes.values()
        if any(event.scam for event in events):
            continue  # what makes a mail a fraud is told by the tests of fraud
        expected = dict(scenario.expect)
        found = judge_from_bytes(scenario, events, voice)
        said = [describe(one.situation, one.setting) for one in found]
        if expected["state"] == "NONE" and not said:
            continue
        if said != [expected]:
            kinds = [
                [f"{f.kind.value}{'' if f.trusted else '?'}" for f in one.process.facts] for one in found
            ]
            wrong.append((scenario.id, said, expected, kinds))
    return wrong


@pytest.mark.parametrize("voice", sorted(VOICES))
def test_the_specification_from_bytes(shared_spec, voice):
    wrong = disagreements((shared_spec / "scenarios.yaml").read_text("utf-8"), voice)
    assert wrong == []
