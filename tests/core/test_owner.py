"""Whose mailbox it is: from what the mails show, and nobody rather than somebody else."""

from __future__ import annotations

from watcher.core.model import Address, Mail
from watcher.core.owner import Owner, guess_owner

SARI = Address("sari@example.com", "Sari Wulandari")
HR = Address("dewi@acme.example", "Dewi")


def mail(sender: Address, *to: Address, **headers: str) -> Mail:
    return Mail(
        message_id=f"<{id(to)}@x>",
        sender=sender,
        to=to,
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
    )


def test_sent_mail_tells_it_best() -> None:
    mails = [(mail(HR, Address("list@acme.example")), False)] * 9 + [(mail(SARI, HR), True)]
    assert guess_owner(mails) == Owner(frozenset({SARI.email}), SARI.email, "Sari Wulandari", "sent")


def test_several_own_addresses_but_no_stray() -> None:
    work, stray = Address("sari@work.example"), Address("somebody@else.example", "Somebody")
    mails = [(mail(SARI, HR), True)] * 30 + [(mail(work, HR), True)] * 10 + [(mail(stray, HR), True)]
    owner = guess_owner(mails)
    assert owner.main == SARI.email
    assert owner.addresses == {SARI.email, work.email}


def test_where_it_was_delivered_counts_before_to() -> None:
    alias = Address("alumni@campus.example")
    mails = [(mail(HR, alias, delivered_to=" <Sari@Example.com> "), False)] * 3
    assert guess_owner(mails) == Owner(frozenset({SARI.email}), SARI.email, "", "delivered")


def test_else_whom_most_mail_is_for() -> None:
    mails = [(mail(HR, SARI), False)] * 3 + [(mail(HR, Address("other@example.com")), False)] * 2
    assert guess_owner(mails) == Owner(frozenset({SARI.email}), SARI.email, "Sari Wulandari", "to")


def test_own_name_is_taken_from_how_the_owner_signs() -> None:
    called = Address(SARI.email, "Candidate")
    mails = [(mail(HR, called), False)] * 5 + [(mail(SARI, HR), False)]
    assert guess_owner(mails).name == "Sari Wulandari"
    assert guess_owner([(mail(HR, Address(SARI.email, SARI.email)), False)]).name == ""


def test_half_of_the_mails_or_nobody() -> None:
    mails = [(mail(HR, Address(f"s{number}@example.com")), False) for number in range(5)]
    assert guess_owner(mails) == Owner()
    assert guess_owner([]) == Owner()
    robot = Address("no-reply@jobs.example")
    assert guess_owner([(mail(robot, HR), True), (mail(HR, robot), False)]) == Owner()


def test_what_the_person_says_is_not_doubted() -> None:
    mails = [(mail(HR, SARI), False)] * 3 + [(mail(Address("sari@work.example", "Sari W."), HR), False)]
    owner = guess_owner(mails, ("sari@work.example", "s@x.example"))
    assert owner == Owner(
        frozenset({"sari@work.example", "s@x.example"}), "sari@work.example", "Sari W.", "said"
    )
