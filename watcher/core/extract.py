"""Who writes, for whom, about which post: the names in one mail (rules 2.4, 4.1, 4.3)."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.core.address import is_desk, is_robot, sender_of
from watcher.core.company_names import legal_name
from watcher.core.cues import Cues, cues_of
from watcher.core.employer import display_parts, find_company
from watcher.core.language import Packs
from watcher.core.model import Address, Mail
from watcher.core.names import normal_company, plain, same_person
from watcher.core.patterns import compile_pattern
from watcher.core.post import find_role

#: Longest name of a person that is believed (characters).
PERSON_LENGTH = 40

_DEGREE = compile_pattern(
    r",?[ ]+(?:S\.?(?:Psi|Kom|E|T|H|Sos|Pd|Si|Ak|IP|Hum|I\.?Kom)|M\.?(?:M|Psi|Si|Kom|T|H|Pd|B\.?A|Sc)|Ph\.?D"
    r"|B\.?A|B\.?Sc|A\.?Md|CHRP|CHRM|SHRM-CP|PHR|CIPD|Psikolog)\.?(?:,|$|[ ])",
    ignore_case=False,
)
_NAME = compile_pattern(r"^\pL[\pL'’.-]*(?:[ ]\pL[\pL'’.-]*){0,4}$")
_JOB_ID = compile_pattern(
    r"\b(?:req(?:uisition)?|job|posting|vacancy|position|ref(?:erence)?|application"
    r"|(?:kode|nomor) (?:lowongan|posisi))"
    r"[ ]*(?:id|no|nr|number|num|code|kode|ref)?\.?[ ]*[:#]?[ ]*#?"
    r"(?P<id>(?:[A-Z]{1,5}[-_]?\d{3,12}|\d{5,12})(?:[-_]\d{1,4})?[A-Z]{0,3})\b"
)
_BARE_ID = compile_pattern(
    r"(?:^|[^\pL\pN])(?P<id>(?:R|JR|REQ|JOB|RQ)[-_]?\d{4,10})(?:$|[^\pL\pN])", ignore_case=False
)
#: Where an application's or advertisement's key stands in the links of applicant systems.
_JOB_LINK = compile_pattern(
    r"^https?://(?P<host>[a-z0-9.-]{1,100})/(?:[^?#\s]{0,200}?)"
    r"(?:jobs?|postings?|requisitions?|applications?|vacancies|lowongan|o|j|view)/(?:[^/?#\s]{1,120}/)?"
    r"(?P<id>[0-9a-f]{8}-[0-9a-f-]{20,30}|\d{5,12}|[A-Z]{1,3}-?\d{4,10})(?:$|[/?#_-])"
)
_ATS_LINK = compile_pattern(
    r"(?:^|[.])(?:greenhouse\.io|lever\.co|ashbyhq\.com|myworkdayjobs\.com|smartrecruiters\.com|icims\.com"
    r"|workable\.com|teamtailor\.com|recruitee\.com|breezy\.hr|personio\.(?:de|com)|bamboohr\.com|jobvite\.com"
    r"|taleo\.net|glints\.com|kalibrr\.com|dealls\.com|jobstreet\.co(?:m|\.id)|linkedin\.com|indeed\.com"
    r"|kitalulus\.com|urbanhire\.com)$"
)


@dataclass(frozen=True, slots=True)
class Names:
    """The names in a mail; '' = unknown, never a guess."""

    company: str = ""
    role: str = ""
    person: str = ""
    title: str = ""
    first_names: bool = False  # the writer calls the person by the first name
    job_id: str = ""


def find_names(mail: Mail, packs: Packs, *, incoming: bool, human: bool = True, app: bool = False) -> Names:
    """Every name that `mail` gives. `incoming` False reads an own mail: then company and person are the ones it
    is written to. `human` False: a robot signs with a desk, not with a person. `app`: a robot's notice of a
    person's message; the person is the one it names."""
    cues = cues_of(packs)
    first_names = False
    if incoming:
        first_names = human and _greets_by_first_name(mail, cues)
        person = _noticed(mail, cues) if app else _signer(mail, cues) if human else ""
        title = _stated_title(
            "\n".join((mail.sender.name, mail.signature, mail.new_text[-4000:])), person, cues
        )
    else:
        person, title = _addressed(mail, cues)
    company = find_company(mail, cues, incoming=incoming)
    if person and company and f" {normal_company(company)} " in f" {plain(person)} ":
        person = title = ""  # "Program Beasiswa Cendekia" signs nothing by hand
    role = find_role(mail, cues)
    if role and normal_company(company) == plain(role):
        company = ""  # a board's "Update: Operator Jahit" names the post
    return Names(
        company=company,
        role=_before_company(role, company, cues),
        person=person,
        title=title,
        first_names=first_names,
        job_id=find_job_id(mail),
    )


def _before_company(role: str, company: str, cues: Cues) -> str:
    """`role` without the words of `company` that a subject runs on with ("Lamaran Store Manager Kopi Kita"):
    only behind a word that ends a post's name."""
    words, name = role.split(), normal_company(company).split()
    for size in range(min(len(words) - 1, len(name)), 0, -1):
        head, rest = words[-size - 1].lower(), plain(" ".join(words[-size:])).split()
        if rest == name[:size] and head in cues.role_words and rest[0] not in cues.role_words:
            return " ".join(words[:-size])
    return role


def _noticed(mail: Mail, cues: Cues) -> str:
    """Who wrote, by a network's notice ("Rina Wulandari sent you a message"), else by its display name."""
    for text in (mail.subject[:200], mail.new_text[:600]):
        for pattern in cues.notices:
            match = pattern.search(text)
            name = person_name(match.group("person"), cues) if match else ""
            if name:
                return name
    person, _ = display_parts(mail.sender.name, cues)
    return "" if sender_of(Address(mail.sender.email)) is None else person_name(person, cues)


def _signer(mail: Mail, cues: Cues) -> str:
    """The human who signs: the first line after the closing words, else the sender's display name."""
    shown = _person_of(mail.sender, cues)
    for line in _after_sign_off(mail, cues):
        name = person_name(line, cues)
        if name and not _is_candidate(name, mail):
            return name
        break
    return "" if _is_candidate(shown, mail) else shown


def _after_sign_off(mail: Mail, cues: Cues) -> list[str]:
    """The lines after the last closing words ("Hormat kami,"); of a cut-off signature without any, all."""
    body = [line.strip() for line in mail.new_text[-3000:].split("\n") if line.strip()]
    cut = [line.strip() for line in mail.signature[:1500].split("\n") if line.strip("-_ \t")]
    lines = [*body[-12:], *cut[:12]]
    for at in range(len(lines) - 1, -1, -1):
        if plain(lines[at]) in cues.sign_offs:
            return lines[at + 1 : at + 4]
    return cut[:2]


def _person_of(address: Address, cues: Cues) -> str:
    """The person in a display name; robots and vendors' boxes hold none."""
    if not address.name or is_robot(address):
        return ""
    person, found = display_parts(address.name, cues)
    if is_desk(address) and not found and len(person.split()) < 2:
        return ""
    if sender_of(address) is not None and not found and len(person.split()) < 2:
        return ""
    return person_name(person, cues)


def person_name(raw: str, cues: Cues) -> str:
    """`raw` as the name of a person, without title, degrees and what stands in brackets; '' if it is none."""
    text = (
        " ".join(raw[:120].split())
        .partition("(")[0]
        .partition("|")[0]
        .partition(" - ")[0]
        .strip(" ,;*_\"'-–—")
    )
    titled = cues.titled_name.search(text)
    if titled and titled.start(1) == 0:
        text = text[titled.start(2) :]
    for _ in range(3):
        text = _DEGREE.sub(" ", text).strip(" ,.")
    text = text.partition(",")[0].strip()
    if not text or len(text) > PERSON_LENGTH or not _NAME.search(text) or legal_name(text, cues):
        return ""
    words = plain(text).split()
    if cues.teams.search(text) or cues.titled.search(text) or any(word in cues.role_words for word in words):
        return ""
    if any(word in cues.company_odd or word in cues.stops for word in words) or not text[0].isupper():
        return ""
    name: str = text.title() if text.isupper() and len(text) > 3 else text
    return name


def _is_candidate(name: str, mail: Mail) -> bool:
    """True when `name` is the person the mail was sent to."""
    return bool(name) and any(len(plain(a.name).split()) > 1 and same_person(name, a.name) for a in mail.to)


def _greets_by_first_name(mail: Mail, cues: Cues) -> bool:
    """True for "Hi Budi," to Budi Santoso. A name of one word is no first name."""
    match = cues.greeted.search(mail.new_text[:300])
    if not match:
        return False
    shown = [plain(address.name).split() for address in mail.to]
    return any(len(name) > 1 and name[0] == plain(match.group("name")) for name in shown)


def _stated_title(text: str, person: str, cues: Cues) -> str:
    """How `person` is addressed, if the mail says so ("Ibu Rina (HRD)"); never guessed from the name."""
    if not person:
        return ""
    stated = {
        cues.titles[match.group("title").lower()]
        for match in cues.titled_name.finditer(text[:8000])
        if plain(match.group("name")).split()[:1] == plain(person).split()[:1]
    }
    return stated.pop() if len(stated) == 1 else ""


def _addressed(mail: Mail, cues: Cues) -> tuple[str, str]:
    """Whom an own mail is written to: the name and title of its salutation, else the To header's person."""
    for line in [line.strip() for line in mail.new_text[:600].split("\n") if line.strip()][:3]:
        match = cues.titled_name.search(line)
        if match:
            name = person_name(match.group("name"), cues)
            if name:
                return name, cues.titles[match.group("title").lower()]
    shown = [_person_of(address, cues) for address in mail.to[:1]]
    return (shown[0] if shown else ""), ""


def find_job_id(mail: Mail) -> str:
    """The requisition number, or the host and key of the one advertisement the mail links to; '' when it has
    none or several."""
    text = f"{mail.subject[:300]}\n{mail.new_text[:8000]}"
    numbers: set[str] = {
        m.group("id").upper() for pattern in (_JOB_ID, _BARE_ID) for m in pattern.finditer(text)
    }
    numbers = {n for n in numbers if not (len(n) >= 10 and n.startswith(("08", "62")))}  # a telephone
    if len(numbers) == 1:
        return numbers.pop()
    keys: set[str] = set()
    for link in mail.links[:60]:
        match = _JOB_LINK.search(link.href[:500])
        if match and _ATS_LINK.search(match.group("host").lower()):
            keys.add(f"{'.'.join(match.group('host').lower().split('.')[-2:])}/{match.group('id').lower()}")
    return keys.pop() if len(keys) == 1 and not numbers else ""
