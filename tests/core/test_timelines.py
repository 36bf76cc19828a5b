"""Our own timelines, one per rule and one per border of a rule: what they must come to is data."""

from pathlib import Path

import pytest

from watcher.core.scenario import play, read_scenarios

FOLDER = Path(__file__).with_name("timelines")
SCENARIOS = [
    pytest.param(scenario, id=scenario.id)
    for path in sorted(FOLDER.glob("*.yaml"))
    for scenario in read_scenarios(path.read_text("utf-8"))
]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_timeline(scenario):
    answer = play(scenario)
    answers = answer.get("processes", {"": answer})
    expected = scenario.expect if scenario.split else {"": scenario.expect}
    for name, expect in expected.items():
        assert {key: answers[name][key] for key in expect} == dict(expect), name
        assert expect, "a timeline that expects nothing tests nothing"


def test_names_are_unique():
    names = [param.values[0].id for param in SCENARIOS]
    assert len(names) == len(set(names)) > 150
