"""The employer behind a mail. "Unknown" is better than wrong: a wrong company in a letter is the worst error.

Every source gives candidates with a strength; equal names add up; a name wins when it is strong enough and
no other one comes near. The vendor of an applicant system, a job board or a free mailbox is never the employer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from watcher.core.address import domain_of, is_free_mail, is_robot, organisation, sender_of
from watcher.core.company_names import (
    EDGES,
    agrees_with_label,
    domain_label,
    end_of_company,
    from_its_head,
    legal_form,
    legal_name,
    legal_names,
    name_at,
    spelled,
)
from watcher.core.cues import Cues, each, units_of
from watcher.core.model import Address, Mail
from watcher.core.names import normal_company, plain, same_company
from watcher.core.patterns import compile_pattern
from watcher.core.sender_table import SENDERS

#: A name needs this much strength, and so many times as much as the next one.
ENOUGH = 2.0
_CLEAR = 3.0
_SUBJECT = 0.2  # so much less is a weak cue worth in the subject
_DOUBTED = 1.0  # of a name beside a desk that the sender's domain does not know
_DOUBTED_WORD = 0.9  # of a single word: two of them are not enough

_VENDORS = frozenset(normal_company(row.vendor.partition("(")[0]) for row in SENDERS.values()) | frozenset(
    [
        "linkedin",
        "google",
        "google calendar",
        "gmail",
        "outlook",
        "yahoo",
        "microsoft teams",
        "zoom",
        "jobstreet",
        "oracle",
        "sap",
        "workday",
        "zoho",
        *("harri", "trac", "jobadder", "eploy", "keka", "keka hire", "hireright", "jobberman", "usajobs"),
        *("instahyre", "naukri", "sscasn", "talenta", "nhs jobs", "nhs", "civil service jobs"),
        *(
            "bizneo",
            "bizneo hr",
            "visiotalent",
            "coderpad",
            "coderpad screen",
            "assessfirst",
            "homerun",
            "kenoby",
        ),
        *("upwork", "fiverr", "freelancer", "toptal", "workana", "malt", "contra", "sribu", "projects co id"),
        *("mindsight", "d4sign", "odoo", "talenox", "talenox recruit", "naukri connect", "ixly"),
    ]
)
#: Vendors whose machines write in the employer's name.
_IN_EMPLOYERS_NAME = frozenset(["ats", "crm", "agency", "assess", "relay"])
#: A longer tenant's name is rarely one word, and how it is cut nobody says.
_SHORT_TENANT = 8
#: An agency's name, and a piece of its domain.
_AGENCIES = frozenset(
    (
        "recruit recruitment recruiters recruiting rekrut staffing headhunt headhunter headhunters headhunting"
        " search placement uitzendbureau interim zeitarbeit personalvermittlung"
    ).split()
)
_AGENCY = compile_pattern(
    r"recruit|rekrut|staffing|headhunt|uitzend|zeitarbeit|personalvermittlung"
    r"|empleo|vagas?|kerja|loker|stellen|emploi|vacature|jobs?$|^jobs?|assess|psico|psikotes"
)
#: How a house that stands between the two sides calls itself in its own name.
_BETWEEN = frozenset(
    (
        "portal jobsite jobportal jobboard jobbörse assessmentbureau assessments evaluaciones testes bolsa"
    ).split()
)
#: Words before the name of an employer.
_BESIDE = frozenset(
    (
        "at to with from by di dari kepada oleh pada daripada bei von an à chez de par a en con por bij van em "
        "na pela no"
    ).split()
)
_LEADING = frozenset(["the", "at", "of", "from", "di", "dari"])
_PARTS = compile_pattern(r"[ ]+[-–—|/•·@]+[ ]+|[|•·]|,[ ]|[()\[\]]")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible employer: the name as written, how strongly it is meant, and where it stood."""

    name: str
    strength: float
    source: str


def find_company(mail: Mail, cues: Cues, *, incoming: bool) -> str:
    """The employer that `mail` comes from (an own mail: goes to), as written; '' when it is not clear."""
    others = (mail.sender,) if incoming else tuple(mail.to[:3])
    text = "\n".join(units_of(mail.new_text))
    candidates = [found for address in others for found in _from_display(address, cues)]
    candidates = [_confirmed(found, mail) for found in candidates]
    headed = f"{mail.subject}\n{text}"
    candidates += [found for address in others for found in _from_tenant(address, headed, cues)]
    if incoming:
        writer, _ = display_parts(mail.sender.name, cues)
        candidates += _from_signature(mail.signature or _tail(mail.new_text), cues)
        candidates += _under_the_writer(mail, writer, cues)
    candidates += _from_body(text, cues)
    subject = _from_body(" ".join(mail.subject[:200].split()), cues)
    candidates += [
        replace(found, source="subject", strength=found.strength - _SUBJECT)
        if found.source == "weak"
        else found
        for found in subject
    ]
    labels = frozenset(label for address in others if (label := domain_label(address)))
    candidates = [_doubted(candidate, labels) for candidate in candidates]
    written = "\n".join((mail.subject, text, mail.signature, *(address.name for address in others)))
    candidates += [
        Candidate(name, 1.0, "domain") for label in labels if (name := spelled(label, written, cues))
    ]
    client, agency = _client(text, cues)
    if client:
        return client
    if agency and incoming:
        return ""
    name = _choose([c for c in candidates if not _excluded(c.name, mail)], labels)
    between = not _BETWEEN.isdisjoint(plain(mail.sender.name).split())
    if incoming and (_is_agency(name, labels) or between):
        return ""
    return name


def _is_agency(name: str, labels: frozenset[str]) -> bool:
    """True for a house that looks for people on behalf of others: whom it writes for is unknown then."""
    if not any(agrees_with_label(name, label) for label in labels):
        return False
    return not _AGENCIES.isdisjoint(plain(name).split()) or any(_AGENCY.search(label) for label in labels)


def _confirmed(candidate: Candidate, mail: Mail) -> Candidate:
    """A robot's bare display name is the employer's when the mail says who "at" or "from" it is as well."""
    if candidate.source != "display" or candidate.strength >= ENOUGH or sender_of(mail.sender) is None:
        return candidate
    name = f" {plain(candidate.name)} "
    for text in (mail.subject[:200], mail.new_text[:2000]):
        words = f" {plain(text)} "
        before = words.partition(name)[0].rsplit(None, 1)[-1:] if name in words else []
        headed = words.startswith(name) and text[len(candidate.name) :].lstrip()[:1] in (":", "|", "-", "–")
        if headed or (before and before[0] in _BESIDE):
            return replace(candidate, strength=ENOUGH)
    return candidate


def _doubted(candidate: Candidate, labels: frozenset[str]) -> Candidate:
    """A name that stands beside a desk ("Ayu Recruitment", "Kepala Lab") is a company's only as far as the
    sender's own domain does not say otherwise."""
    if candidate.source not in ("display", "signature") or not labels or legal_form(candidate.name):
        return candidate
    if any(agrees_with_label(candidate.name, label) for label in labels):
        return candidate
    doubted = _DOUBTED if " " in candidate.name else _DOUBTED_WORD
    return replace(candidate, strength=min(doubted, candidate.strength))


def _choose(candidates: list[Candidate], labels: frozenset[str]) -> str:
    families: list[list[Candidate]] = []
    for candidate in sorted(candidates, key=lambda c: c.source == "domain"):
        family = next((f for f in families if any(_one_name(candidate, c) for c in f)), None)
        if family is None:
            families.append([candidate])
        else:
            family.append(candidate)
    scored = sorted(((_score(family, labels), family) for family in families), key=lambda pair: -pair[0])
    if not scored or scored[0][0] < ENOUGH:
        return ""
    if len(scored) > 1 and scored[0][0] < _CLEAR * scored[1][0] and scored[1][0] >= ENOUGH:
        return ""
    return _form(scored[0][1])


def _one_name(new: Candidate, known: Candidate) -> bool:
    """True when both name one employer; a domain or a display name may hold some words of a name only ("Karir
    Arunika" of PT Arunika Retail)."""
    if same_company(new.name, known.name):
        return True
    one, other = f" {normal_company(new.name)} ", f" {normal_company(known.name)} "
    return (new.source in ("domain", "display") and one in other) or (
        known.source == "display" and other in one
    )


def _score(family: list[Candidate], labels: frozenset[str]) -> float:
    by_source: dict[str, float] = {}
    for candidate in family:
        by_source[candidate.source] = max(candidate.strength, by_source.get(candidate.source, 0.0))
    score = sum(by_source.values())
    if any(agrees_with_label(candidate.name, label) for candidate in family for label in labels):
        score += 2.0
    return score


def _form(family: list[Candidate]) -> str:
    """The nicest written form: the strongest source's, then the longer one."""
    best = max(family, key=lambda c: (c.source != "tenant", c.strength, len(c.name), c.name))
    return best.name


def _excluded(name: str, mail: Mail) -> bool:
    """True for vendors and for the person's own name in the To header."""
    normal = normal_company(name)
    if not normal or normal in _VENDORS or organisation(normal.replace(" ", "")) in SENDERS:
        return True
    if is_free_mail(f"{normal.replace(' ', '')}.com"):
        return True
    vendor = sender_of(mail.sender)
    if vendor is not None and normal.startswith(normal_company(vendor.vendor.partition("(")[0])):
        return True
    return any(normal == normal_company(address.name) for address in mail.to if address.name)


# --------------------------------------------------------------------------- the sources


def display_parts(name: str, cues: Cues) -> tuple[str, list[Candidate]]:
    """A display name taken apart: the person in it ('' if none) and the employers it may name.

    "Budi - PT Sinar Jaya" -> ("Budi", PT Sinar Jaya); "Acme Recruiting Team via Greenhouse" -> ("", Acme).
    """
    text = " ".join(name[:120].split()).strip(EDGES)
    through = cues.through.search(text)
    if through and through.start() > 0:
        text = text[: through.start(1)].strip(EDGES + " ")
    person, found = "", []
    pieces: list[tuple[str, bool]] = []
    for number, part in enumerate(piece for piece in _PARTS.split(text) if piece and piece.strip()):
        belongs = cues.belongs.search(part)
        if belongs and belongs.start() > 0:
            pieces.append((part[: belongs.start(1)], number > 0))
            pieces.append((part[belongs.end(1) :], True))
        else:
            pieces.append((part, number > 0))
    for piece, later in pieces:
        piece = piece.strip(EDGES + " ")
        legal = legal_name(piece, cues)
        if legal:
            found.append(Candidate(legal, 3.0, "display"))
            continue
        desk, rest = _without(piece, cues.teams)
        titled, rest = _without(rest, cues.titled)
        rest = from_its_head(rest.strip(EDGES + " "), cues)
        titled_person = plain(rest).partition(" ")[0] in cues.titles  # "Kak Alya & Kirana"
        company = "" if titled_person else end_of_company(rest, cues)
        if desk and company:
            found.append(Candidate(company, 2.0, "display"))
        elif company and (later or titled):
            found.append(Candidate(company, 1.0, "display"))
        if not (desk or titled or later) and not person:
            person = rest
    return person, found


def _without(text: str, pattern: Any) -> tuple[bool, str]:
    """`text` without the words that `pattern` finds, and whether there were any."""
    hit = False
    for _ in range(4):
        match = pattern.search(text)
        if not match:
            break
        hit = True
        text = f"{text[: match.start(1)]} {text[match.end(1) :]}".strip(EDGES + " ")
        while text.partition(" ")[0].lower() in _LEADING and " " in text:
            text = text.partition(" ")[2].strip()
    return hit, text


def _from_display(address: Address, cues: Cues) -> list[Candidate]:
    """What the display name says. An applicant system sends in the employer's name; but its robots also sign as
    recruiters, so a bare name is weak until something else says it too."""
    person, found = display_parts(address.name, cues)
    vendor = sender_of(address)
    if vendor is not None and vendor.role not in _IN_EMPLOYERS_NAME:
        return [] if vendor.role == "message" else found
    if person and not found and (vendor is not None or is_robot(address)):
        company = end_of_company(person, cues)
        named = cues.through.search(address.name) is not None  # "Acme via Greenhouse"
        return [Candidate(company, 2.0 if named else 1.0, "display")] if company else []
    if vendor is not None:
        return [Candidate(c.name, max(c.strength, 2.0), c.source) for c in found]
    return found


def _from_tenant(address: Address, text: str, cues: Cues) -> list[Candidate]:
    """Workday and iCIMS name the employer in the local part, Teamtailor in the sub-domain (rule 2.4)."""
    domain, local = domain_of(address.email), address.email.rpartition("@")[0].lower()
    label = ""
    if domain.endswith(("myworkday.com", "icims.com")) and not is_robot(Address(f"{local}@x.example")):
        label = local.partition("+")[0]
    elif domain.endswith(("teamtailor-mail.com", ".recruitee.com", ".breezy.hr", ".bamboohr.com")):
        label = domain.split(".")[0] if domain.count(".") >= 2 else ""
    if len(label) < 3 or label in ("app", "talent", "mail", "eu", "us", "notifications", "candidates"):
        return []
    written = spelled(label.replace("-", ""), f"{address.name}\n{text}", cues)
    name = written or " ".join(word.capitalize() for word in label.replace("_", "-").split("-") if word)
    clear = "-" in label or (len(label) <= _SHORT_TENANT and any(vowel in label for vowel in "aeiou"))
    return [Candidate(name, 3.0 if written else 2.0 if clear else 1.0, "tenant")]


def _tail(text: str) -> str:
    """The last lines of a mail, where an unmarked signature stands."""
    return "\n".join(text.rstrip().split("\n")[-6:])[-500:]


def _under_the_writer(mail: Mail, writer: str, cues: Cues) -> list[Candidate]:
    """The line under the writer's name, when the subject names the same: "Fiona Marr / Saltmarsh Energy"."""
    text = f"{_tail(mail.new_text)}\n{mail.signature[:500]}"
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    headed, name = f" {plain(mail.subject)} ", plain(writer)
    return [
        Candidate(below, 2.0, "under")
        for line, below in pairwise(lines)
        if name
        and plain(line) == name
        and f" {plain(below)} " in headed
        and end_of_company(below, cues) == below
    ]


def _from_signature(signature: str, cues: Cues) -> list[Candidate]:
    found: list[Candidate] = []
    for line in signature[:1500].split("\n")[:14]:
        line = " ".join(line.split()).strip(EDGES + " ")
        if not line or len(line) > 90:
            continue
        legal = legal_name(line, cues)
        if legal:
            found.append(Candidate(legal, 3.0, "signature"))
            continue
        for part in (piece for piece in _PARTS.split(line) if piece and piece.strip()):
            desk, rest = _without(part.strip(), cues.teams)
            company = end_of_company(rest, cues) if desk else ""
            if company and plain(company) == plain(rest):
                named = cues.belongs.search(part) is not None  # "The People team at Acme"
                found.append(Candidate(company, 2.0, "at" if named else "signature"))
    return found


def _from_body(text: str, cues: Cues) -> list[Candidate]:
    found: list[Candidate] = []
    for patterns, strength in ((cues.companies, 2.0), (cues.companies_weak, 1.0)):
        for pattern in patterns:
            for _, raw in each(pattern, text, "company"):
                name = name_at(raw, cues)
                if name:
                    found.append(Candidate(name, strength, "cue" if strength > 1 else "weak"))
    legal = list(dict.fromkeys(legal_names(text, cues)))
    distinct = {normal_company(name) for name in legal}
    if len(distinct) == 1:
        found.append(Candidate(legal[0], 2.0, "body"))
    return found


def _client(text: str, cues: Cues) -> tuple[str, bool]:
    """An agency writes: the client it names ('' if none), and whether an agency writes at all."""
    agency = False
    for pattern in cues.clients:
        match = pattern.search(text)
        if not match:
            continue
        agency = True
        name = name_at(match.groupdict().get("company") or "", cues)
        if name:
            return name, True
    return "", agency
