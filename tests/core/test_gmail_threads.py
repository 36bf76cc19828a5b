"""Gmail's thread id: a hint among several processes, never a reason of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_process_grouping import INVITED, RECEIVED, REPLY, fact, where

from watcher.core.model import Kind, Process
from watcher.core.process import group

A, B = "1001", "2002"


def two_processes() -> list:
    """One recruiter, two posts, each in a thread of its own."""
    return [
        fact("a", 0, INVITED, company="Sinar Jaya", role="Data Analyst", gmail_thread=A),
        fact("b", 1, INVITED, company="Sinar Jaya", role="Java Developer", gmail_thread=B),
    ]


def reviews(processes: tuple[Process, ...]) -> set[str]:
    return {word for process in processes for word in process.review}


def test_of_several_processes_an_answer_goes_to_that_of_its_thread() -> None:
    lost = fact("answer", 2, REPLY, refs=["not-here"], gmail_thread=B)
    processes = group([*two_processes(), lost])
    assert where(processes) == {"a": "a", "b": "b", "answer": "b"}
    assert "several_processes" not in reviews(processes)
    without = group([*two_processes(), replace(lost, gmail_thread="")])
    assert "answer" not in where(without)
    assert "several_processes" in reviews(without)


def test_an_own_answer_too() -> None:
    own = fact("own", 2, Kind.OWN_REPLY, refs=["not-here"], gmail_thread=A)
    assert where(group([*two_processes(), own]))["own"] == "a"


def test_a_mail_that_answers_nothing_is_in_a_thread_by_its_subject_alone() -> None:
    fresh = fact("fresh", 2, REPLY, gmail_thread=B)
    processes = group([*two_processes(), fresh])
    assert "fresh" not in where(processes)
    assert "several_processes" in reviews(processes)


def test_two_processes_of_one_thread_stay_two() -> None:
    """Gmail threads equal subjects of one sender together."""
    one, other = (replace(each, gmail_thread=A) for each in two_processes())
    lost = fact("answer", 2, REPLY, refs=["not-here"], gmail_thread=A)
    processes = group([one, other, lost])
    assert where(processes) == {"a": "a", "b": "b"}
    assert "several_processes" in reviews(processes)


@pytest.mark.parametrize("sender", ["stranger@elsewhere.example", "no-reply@us.greenhouse-mail.io"])
def test_a_thread_alone_joins_nothing(sender: str) -> None:
    alien = fact(
        "alien", 2, RECEIVED, sender, refs=["not-here"], company="Lain", role="Kurir", gmail_thread=A
    )
    assert where(group([*two_processes(), alien]))["alien"] == "alien"


def test_the_post_that_is_named_decides_over_the_thread() -> None:
    named = fact("named", 2, REPLY, refs=["not-here"], role="Java Developer", gmail_thread=A)
    assert where(group([*two_processes(), named]))["named"] == "b"


def test_a_forged_mail_teaches_no_thread() -> None:
    forged = fact("forged", 1.5, REPLY, refs=["a"], authentic=False, gmail_thread="3003")
    lost = fact("answer", 2, REPLY, refs=["not-here"], gmail_thread="3003")
    assert "answer" not in where(group([*two_processes(), forged, lost]))


@given(st.lists(st.sampled_from(["", A, B]), min_size=3, max_size=3))
def test_what_other_evidence_places_no_thread_moves(threads: list[str]) -> None:
    facts = [
        *two_processes(),
        fact("yes", 3, Kind.OWN_ACCEPT, refs=["a"]),
    ]
    plain = where(group([replace(one, gmail_thread="") for one in facts]))
    hinted = [replace(one, gmail_thread=thread) for one, thread in zip(facts, threads, strict=True)]
    assert where(group(hinted)) == plain
