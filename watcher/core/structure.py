"""Structural evidence: what a mail's headers, sender, links and calendar parts say, whatever its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watcher.core.address import domain_of, is_free_mail, is_own, is_robot, local_tokens, sender_of
from watcher.core.context import Context
from watcher.core.model import CalendarPart, Kind, Mail
from watcher.core.patterns import compile_pattern
from watcher.core.sender_table import SENDERS, Sender, SenderTable

#: Local parts that read "we hire": such a desk is job context by itself.
HIRING_TOKENS = frozenset(
    (
        "hr hrd hrga rh rrhh drh ta hc sdm people peopleops humanresources humancapital personalia personal "
        "personalabteilung personeel personeelszaken kepegawaian sumbermanusia talent talents talento talentos "
        "recruit recruiter recruiting recruitment recruitement rekrut rekrutmen recrutement recrutamento "
        "reclutamiento werving pengambilan penempatan seleccion selecao hiring staffing interview interviews "
        "wawancara career careers karir karier karriere carriere carrieres carrera carreras carreiras kerjaya "
        "job jobs loker lowongan lamaran vacancy vacancies vacature vacatures vagas empleo empleos emploi "
        "jawatan magang internship internships graduates candidature candidatures bewerbung bewerbungen "
        "sollicitatie sollicitaties werkenbij"
    ).split()
)
_LINKS: Mapping[str, str] = {
    "meeting": r"zoom\.us/(?:j|my|w)/|meet\.google\.com/[a-z]|teams\.(?:microsoft|live)\.com/"
    r"|webex\.com/|whereby\.com/|meet\.jit\.si/",
    "booking": r"calendly\.com/|goodtime\.io/|modernloop\.io/|cal\.com/|savvycal\.com/|youcanbook\.me"
    r"|doodle\.com/|calendar\.app\.google|bookings\.(?:cloud\.)?microsoft|outlook\.office(?:365)?\.com/book",
    "test": r"hackerrank(?:forwork)?\.com|codility\.com|codesignal\.com|testgorilla\.com|hirevue\.com"
    r"|sparkhire\.com|willo\.video|mettl\.com|shl\.com|pymetrics\.com|criteriacorp\.com|devskiller\.com"
    r"|coderbyte\.com|talentics\.id|vervoe\.com|hireflix\.com|myinterview\.com|imocha\.io|qualified\.io",
    "webinar": r"/webinar/|zoom\.us/webinar|eventbrite\.|lu\.ma/|luma\.com/|meetup\.com/",
    "job": r"/jobs?/|/lowongan|/vacanc|/viewjob|[?&]jk=|/loker/|/job-|/opportunities/jobs/",
}
_AUTO_SUBJECT = (
    r"^(?:automatic(?: |-)reply|auto(?: |-)?reply|auto(?: |-)?response|autoresponder|out of (?:the )?office|ooo"
    r"|balasan otomatis|jawaban otomatis|tanggapan otomatis|automatische antwort|abwesenheitsnotiz"
    r"|respuesta autom\S+|resposta autom\S+|r\S+ponse automatique|automatisch antwoord"
    r"|automatische reactie|afwezig\S*|abwesend\S*|fuera de (?:la )?oficina|ausencia|absence"
    r"|fora do escrit\S+|tiada di pejabat|jawapan automatik)\s*(?:[:\x{ff1a}\-]|$)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """What a mail shows besides its words."""

    own: bool  # the person wrote it
    forged_own: bool  # an own address in From, but the provider says it is forged
    sender: Sender | None  # the vendor whose machine sent it
    robot: bool
    hiring_desk: bool  # hr@, careers@ ...
    free_mail: bool
    bounce: bool
    auto_reply: bool
    discussion: bool  # a mailing list's post: nobody's own business (border B14)
    bulk: bool  # list headers: weight, never a veto
    answers_own: bool  # a reply to a message of the person
    answered: frozenset[Kind]  # what the person's own answers to it are, where they are known
    known: bool  # the sender, or whom its machine books for, is part of a process already
    live: bool
    event: CalendarPart | None  # the calendar part that counts
    organizes: bool  # an own address organises the event
    links: frozenset[str]  # kinds of links: meeting, booking, test, webinar
    job_links: int  # links to job advertisements
    posting: bool  # a schema.org JobPosting list


def structure_of(mail: Mail, context: Context, senders: SenderTable = SENDERS) -> Structure:
    """Look at everything of `mail` but its words (rule 3.2)."""
    forged = forged_own(mail, context)
    sender = sender_of(mail.sender, senders)
    event = _event(mail.calendar)
    organizer = event.organizer if event is not None and sender is not None else ""  # whom a robot books for
    kinds, job_links = _link_kinds(mail)
    return Structure(
        own=is_outgoing(mail, context) and not forged,
        forged_own=forged,
        sender=sender,
        robot=is_robot(mail.sender, senders),
        hiring_desk=any(token in HIRING_TOKENS for token in local_tokens(mail.sender.email)),
        free_mail=is_free_mail(domain_of(mail.sender.email)),
        bounce=_is_bounce(mail),
        auto_reply=_is_auto_reply(mail),
        discussion=any(mail.header(name) for name in ("list-post", "x-mailing-list", "x-beenthere"))
        or mail.header("precedence").strip().lower() == "list",
        bulk=any(mail.header(name) for name in ("list-unsubscribe", "list-id", "feedback-id"))
        or "bulk" in mail.header("precedence").lower(),
        answers_own=any(entry in context.own_message_ids for entry in (*mail.in_reply_to, *mail.references)),
        answered=frozenset(context.answers.get(mail.message_id, ())),
        known=not context.known_senders.isdisjoint({mail.sender.email.lower(), organizer} - {""}),
        live=context.live,
        event=event,
        organizes=event is not None and is_own(event.organizer, context.own),
        links=kinds,
        job_links=job_links,
        posting=any("JobPosting" in block for block in mail.structured),
    )


def is_outgoing(mail: Mail, context: Context) -> bool:
    """True when the person wrote `mail`: it lies in Sent, or an own address is its From (rule 3.1)."""
    if context.outgoing:
        return True
    return is_own(mail.sender.email, context.own)


def forged_own(mail: Mail, context: Context) -> bool:
    """True when an own address is in From though the mail came from outside and failed the provider's check."""
    if context.outgoing or not is_own(mail.sender.email, context.own):
        return False
    return dmarc(mail, context.authserv) == "fail"


def dmarc(mail: Mail, authserv: str) -> str:
    """What the person's own provider says of the sender: "pass", "fail", or "" unknown.

    `authserv` is how that provider signs (RFC 8601 2.5), several divided by blanks; one that begins with a dot
    stands for every host below it. Only headers above everybody else's count: what stands further down may be
    the sender's own words (rule 3.2). An ARC pass excuses a failure (forwarded by somebody trusted).
    """
    known = authserv.lower().split()
    for value in mail.all_headers("authentication-results")[:10]:
        name, _, results = value[:2000].partition(";")
        if not _signed_by(name.strip().split(" ")[0].lower(), known):
            return ""
        found = compile_pattern(r"\bdmarc\s*=\s*([a-z]+)").search(results)
        if found is None:
            continue  # some providers write one header for each check
        verdict = found.group(1).lower()
        if verdict == "fail" and compile_pattern(r"\barc\s*=\s*pass\b").search(results):
            return ""
        return verdict if verdict in ("pass", "fail") else ""
    return ""


def _signed_by(name: str, known: list[str]) -> bool:
    return any(name.endswith(entry) if entry.startswith(".") else name == entry for entry in known)


def was_forwarded(mail: Mail, context: Context) -> bool:
    """True when the mail came by way of another own address: its check proves nothing (rule 3.2)."""
    ways = [
        value
        for name in ("x-forwarded-for", "x-forwarded-to", "resent-from")
        for value in mail.all_headers(name)
    ]
    if ways or mail.header("list-id"):
        return True
    delivered = {value.strip("<> ").lower() for value in mail.all_headers("delivered-to")}
    return len(delivered) > 1 and any(is_own(entry, context.own) for entry in delivered)


def _is_bounce(mail: Mail) -> bool:
    """A delivery report: by its parts, or by who sends it (rule 3.2; an empty Return-Path alone is none)."""
    if mail.bounce is not None:
        return True
    if "report-type=delivery-status" in mail.header("content-type").replace('"', "").lower():
        return True
    if mail.header("x-failed-recipients"):
        return True
    local = mail.sender.email.rpartition("@")[0].lower()
    return local in ("mailer-daemon", "postmaster") and mail.bounce is None and bool(local)


def _is_auto_reply(mail: Mail) -> bool:
    """An answer by a machine for an absent person (auto-generated is no auto-reply: systems send news so)."""
    if mail.header("auto-submitted").strip().lower().startswith("auto-replied"):
        return True
    if mail.header("x-autoreply") or mail.header("x-autorespond") or mail.header("x-autoresponder"):
        return True
    if mail.header("precedence").strip().lower() in ("auto_reply", "auto-reply"):
        return True
    return bool(compile_pattern(_AUTO_SUBJECT).search(mail.subject.strip()[:80]))


def _event(parts: tuple[CalendarPart, ...]) -> CalendarPart | None:
    """The newest calendar part by (SEQUENCE, DTSTAMP); parts without both come first (rule G10)."""
    if not parts:
        return None
    return max(parts, key=lambda part: (part.sequence, part.stamp.timestamp() if part.stamp else 0.0))


def _link_kinds(mail: Mail) -> tuple[frozenset[str], int]:
    hrefs = {link.href[:500] for link in mail.links[:200]}
    text = "\n".join(hrefs) + "\n" + mail.new_text[:20000]
    kinds = {
        kind for kind, pattern in _LINKS.items() if kind != "job" and compile_pattern(pattern).search(text)
    }
    jobs = sum(1 for href in hrefs if compile_pattern(_LINKS["job"]).search(href))
    return frozenset(kinds), jobs


def is_hiring_vendor(structure: Structure) -> bool:
    """True when the sender's machine exists for hiring: its mail is about a candidacy or an advertisement."""
    return structure.sender is not None and structure.sender.role in (
        "ats",
        "crm",
        "agency",
        "assess",
        "relay",
        "board",
    )
