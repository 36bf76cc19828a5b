"""The rules that turn scores into a class, for mail that the person received (rule 3.1).

`decide` is one straight line: machines, calendar, is it about a candidacy at all, then the classes from the
strongest news down (rule P3 of the classes). Each rule has a name, which is the first line of the evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core import calendar_mail
from watcher.core.model import CONFIDENT, Kind
from watcher.core.structure import is_hiring_vendor

if TYPE_CHECKING:
    from watcher.core.classify import Scene

Decision = tuple[Kind, float, str, tuple[str, ...]]

#: One strong signal, or two medium ones, carry a class.
ENOUGH = 3.0

#: What the words must show before a mail counts as one about a job.
JOB_ENOUGH = 3.0
#: Less than this, and not a word speaks of a job.
HARDLY = 0.5

REJECTION = Kind.REJECTION.value
OFFER = Kind.OFFER.value
CANCEL = Kind.INTERVIEW_CANCELLATION.value
MOVE = Kind.INTERVIEW_RESCHEDULE.value
INVITE = Kind.INTERVIEW_INVITATION.value
BOOKED = Kind.INTERVIEW_CONFIRMATION.value
TEST = Kind.ASSESSMENT.value
RECEIVED = Kind.APPLICATION_RECEIVED.value
COLD = Kind.RECRUITER_OUTREACH.value

#: Facets that speak for a candidacy; a veto is weighed against the strongest of them.
_CLAIMS = (
    "reminder",
    REJECTION,
    OFFER,
    CANCEL,
    MOVE,
    INVITE,
    BOOKED,
    TEST,
    RECEIVED,
    COLD,
    "passed",
    "request",
    "hold",
    "wait",
)

#: Of these, what is said of a table or a tennis court as well.
_ANYBODYS = (BOOKED, "reminder")

#: Other people's business (rule 3.5): weighed against what speaks for a job.
_FIELDS = ("research", "press", "visa", "school", "finance", "medical", "event", "scam", "life")
#: The person in another part than the candidate's: such words are meant as they stand.
_PARTS = ("interviewer", "referee", "staff", "withdrawn", "account", "friend", "vendor")
#: Advertisements: weighed against the strongest claim.
_BULK = {"alert": Kind.JOB_ALERT, "digest": Kind.NEWSLETTER}
#: All that points to something else than the person's candidacy.
ELSEWHERE = (*_FIELDS, *_PARTS, *_BULK)


def decide(scene: Scene) -> Decision:
    """(kind, confidence, rule, facets of the evidence) of an incoming mail."""
    return (
        _machine(scene)
        or calendar_mail.decide(scene)
        or _veto(scene)
        or _not_about_a_job(scene)
        or _bait(scene, _outcome(scene) or _appointment(scene) or _standing(scene) or _first_contact(scene))
        or _rest(scene)
    )


def _bait(scene: Scene, decision: Decision | None) -> Decision | None:
    """A red sign of fraud: an offer or an invitation stays one, shown as suspect (border B23)."""
    if decision is None or scene.score("scam") < ENOUGH or scene.structure.live:
        return decision
    if decision[0] in (Kind.OFFER, Kind.INTERVIEW_INVITATION):
        return decision
    return Kind.OTHER, 0.75, "red sign of fraud", ()


def job_score(scene: Scene) -> float:
    """How much speaks for a mail about a job: words, and who sends it."""
    structure = scene.structure
    score = scene.score("job") + min(1.5, scene.score("title"))
    score += 3.0 * is_hiring_vendor(structure)
    role = structure.sender.role if structure.sender is not None else ""
    score += 1.5 * (role in ("message", "scheduler")) + 3.0 * (role == "esign" and scene.score("letter") > 0)
    score += 3.0 * structure.hiring_desk
    score += 3.0 * (structure.known or structure.live)
    score += 1.5 * structure.answers_own
    score += 1.5 * ("test" in structure.links) + 1.5 * ("booking" in structure.links)
    return score


def confidence(base: float, margin: float) -> float:
    """`base` raised by the weight of the evidence beyond what was needed."""
    return min(0.97, base + 0.03 * max(0.0, margin))


def _machine(scene: Scene) -> Decision | None:
    structure = scene.structure
    if structure.bounce or (
        scene.score("bounce") >= ENOUGH and structure.robot and not is_hiring_vendor(structure)
    ):
        return Kind.BOUNCE, 0.97, "delivery report", ("bounce",)
    if structure.auto_reply:
        return Kind.AUTO_REPLY, 0.97, "automatic reply by its headers or subject", ("auto_reply",)
    if structure.sender is not None and structure.sender.role == "noise":
        return Kind.OTHER, 0.95, "social network notice", ()
    claim = max(scene.score(facet) for facet in _CLAIMS)
    if scene.score("bounce") >= ENOUGH and claim < ENOUGH:
        return Kind.BOUNCE, 0.8, "words of a delivery report", ("bounce",)
    if scene.score("auto_reply") >= ENOUGH and scene.score("auto_reply") > claim:
        return (
            Kind.AUTO_REPLY,
            confidence(0.75, scene.score("auto_reply") - claim),
            "words of an absence",
            ("auto_reply",),
        )
    return None


def _veto(scene: Scene) -> Decision | None:
    """Mail that looks like it and is not; a live process lifts the veto (rule 3.5)."""
    structure = scene.structure
    if structure.live or structure.known:
        return None
    if structure.sender is not None and structure.sender.role == "alert" and not _personal_news(scene):
        return Kind.JOB_ALERT, 0.95, "address that sends job alerts only", ("alert",)
    if scene.mail.forwarded and structure.free_mail and not structure.hiring_desk:
        return Kind.OTHER, 0.8, "forwarded by a private person", ()
    claim = max(scene.score(facet) for facet in _CLAIMS)
    part = max(_PARTS, key=scene.score)
    if scene.score(part) >= ENOUGH and not _part_yields(part, scene, claim):
        return Kind.OTHER, confidence(0.8, scene.score(part) - ENOUGH), f"veto: {part}", (part,)
    field = max(_FIELDS, key=scene.score)
    about_job = job_score(scene) + 3.0 * structure.hiring_desk
    if scene.score(field) >= ENOUGH and scene.score(field) + 1.5 >= about_job:
        kind = Kind.NEWSLETTER if field == "research" else Kind.OTHER
        return kind, confidence(0.8, scene.score(field) - ENOUGH), f"veto: {field}", (field,)
    if structure.posting or structure.job_links >= 3:
        claim -= 3.0
    bulk = max(_BULK, key=scene.score)
    weight = scene.score(bulk) + 1.5 * structure.bulk + 1.5 * ("webinar" in structure.links)
    if scene.score(bulk) >= ENOUGH and weight >= 0.8 * claim:
        return _BULK[bulk], confidence(0.8, weight - claim), f"veto: {bulk}", (bulk,)
    return None


def _personal_news(scene: Scene) -> bool:
    """True when an address of advertisements sends news about the person's own application for once."""
    return max(scene.score(REJECTION), scene.score(RECEIVED)) >= ENOUGH > scene.score("alert")


def _part_yields(part: str, scene: Scene, claim: float) -> bool:
    """True when the words of `part` stand in a mail that is about the person's candidacy all the same."""
    if part == "account":  # login data beside a receipt (border B12)
        return scene.score(RECEIVED) >= ENOUGH or claim > scene.score(part)
    if part == "friend":
        return scene.structure.robot or scene.structure.hiring_desk or claim > 2 * scene.score(part)
    if part == "vendor":  # sellers write of hiring too, but not of the person's own application
        return claim >= scene.score(part) and scene.score(REJECTION, RECEIVED, OFFER) >= ENOUGH
    return claim > 3 * scene.score(part)


def _not_about_a_job(scene: Scene) -> Decision | None:
    """A mail needs words about a job, the more of them the less it claims (what says nothing is `other`)."""
    structure = scene.structure
    if structure.discussion and not (structure.live or structure.known or structure.answers_own):
        return Kind.OTHER, 0.9, "post of a mailing list", ()
    job = job_score(scene)
    claim = max(scene.score(facet) for facet in (*_CLAIMS, "answer", "availability"))
    told = max(scene.score(facet) for facet in (*_CLAIMS, "answer") if facet not in _ANYBODYS)
    plain = claim if job >= HARDLY else told
    if job >= JOB_ENOUGH or (job >= 1.5 and claim >= ENOUGH) or plain >= 2 * ENOUGH:
        return None
    return Kind.OTHER, confidence(0.72, 6.0 - job - claim), "nothing about a candidacy", ()


def _outcome(scene: Scene) -> Decision | None:
    """The strongest news: refused, hired, called off, moved."""
    structure = scene.structure
    refused = scene.score(REJECTION) + 0.5 * scene.score("goodbye")
    offered = scene.score(OFFER) + 0.5 * scene.score("terms")
    if structure.sender is not None and structure.sender.role == "esign" and scene.score("letter") > 0:
        return Kind.OFFER, 0.85, "signature asked for a contract of work", ("letter",)
    strong_refusal = scene.score(REJECTION) >= ENOUGH or (scene.score(REJECTION) > 0 and refused >= ENOUGH)
    if offered >= ENOUGH and offered > refused:
        return Kind.OFFER, confidence(0.75, offered - 3.0), "hired, or terms to accept", (OFFER, "terms")
    if strong_refusal:
        return Kind.REJECTION, confidence(0.78, refused - 3.0), "candidacy refused", (REJECTION, "goodbye")
    if scene.score("goodbye") >= 4.0:
        return Kind.REJECTION, 0.7, "farewell without a refusal in words", ("goodbye",)
    moved, cancelled = scene.score(MOVE), scene.score(CANCEL)
    if cancelled >= ENOUGH:
        if moved >= ENOUGH or scene.score("availability") >= ENOUGH:
            return (
                Kind.INTERVIEW_RESCHEDULE,
                0.8,
                "called off with a new date asked or given",
                (MOVE, CANCEL, "availability"),
            )
        return (
            Kind.INTERVIEW_CANCELLATION,
            confidence(0.78, cancelled - 3.0),
            "interview called off",
            (CANCEL,),
        )
    if moved >= ENOUGH or (
        moved >= ENOUGH / 2 and scene.score("availability") >= ENOUGH and moved >= scene.score(INVITE)
    ):
        return Kind.INTERVIEW_RESCHEDULE, confidence(0.75, moved - 3.0), "interview moved", (MOVE,)
    return None


def _appointment(scene: Scene) -> Decision | None:
    """An interview or a test: which one the mail itself asks for."""
    links = scene.structure.links
    invite = scene.score(INVITE, "availability")
    if invite > 0:
        invite += 1.0 * ("meeting" in links) + 1.5 * ("booking" in links)
    booked, test, cold = scene.score(BOOKED), scene.score(TEST), scene.score(COLD)
    if scene.structure.sender is not None and scene.structure.sender.role == "scheduler":
        booked += 1.5
    if scene.score("reminder") >= ENOUGH:  # first of all a reminder, whatever else it repeats (border B4)
        booked += scene.score("reminder") + invite
    if "test" in links or (scene.structure.sender and scene.structure.sender.role == "assess"):
        test += 1.5
    if (
        cold >= ENOUGH
        and cold >= booked
        and scene.score(RECEIVED) < ENOUGH
        and not scene.structure.answers_own
    ):
        return None
    if booked >= ENOUGH and booked >= invite and booked >= test:
        return (
            Kind.INTERVIEW_CONFIRMATION,
            confidence(0.75, booked - 3.0),
            "agreed date repeated",
            (BOOKED, "reminder"),
        )
    first_a_test = scene.score("later") > 0 and scene.score("availability") < ENOUGH
    if test >= ENOUGH and (test >= scene.score(INVITE) or first_a_test):
        return Kind.ASSESSMENT, confidence(0.75, test - 3.0), "test to take", (TEST,)
    if invite >= ENOUGH:
        return (
            Kind.INTERVIEW_INVITATION,
            confidence(0.75, invite - 3.0),
            "interview offered",
            (INVITE, "availability"),
        )
    if booked >= ENOUGH:
        return Kind.INTERVIEW_CONFIRMATION, confidence(0.7, booked - 3.0), "agreed date repeated", (BOOKED,)
    return None


def _standing(scene: Scene) -> Decision | None:
    """No date: a question, where things stand, or a receipt."""
    request, wait, receipt = scene.score("request"), scene.score("wait"), scene.score(RECEIVED)
    ground = (
        0.0 if job_score(scene) >= JOB_ENOUGH else -0.2
    )  # such words mean little without a job around them
    standing = scene.score("passed", "hold", "pool") + wait
    if scene.score(COLD) >= ENOUGH and scene.score(COLD) > max(request, standing, receipt):
        return None
    if request >= ENOUGH and request >= standing:
        return (
            Kind.RECRUITER_REPLY,
            confidence(0.72 + ground, request - 3.0),
            "asks for something",
            ("request",),
        )
    if receipt >= ENOUGH and receipt + 1.5 >= standing:
        return Kind.APPLICATION_RECEIVED, confidence(0.75, receipt - 3.0), "application received", (RECEIVED,)
    if standing >= ENOUGH:
        facets = ("passed", "hold", "pool", "wait")
        return (
            Kind.STATUS_UPDATE,
            confidence(0.7 + ground, standing - 3.0),
            "where the process stands",
            facets,
        )
    if scene.score("answer") >= ENOUGH:
        return (
            Kind.RECRUITER_REPLY,
            confidence(0.65 + ground, scene.score("answer") - 3.0),
            "answers",
            ("answer",),
        )
    return None


def _first_contact(scene: Scene) -> Decision | None:
    cold = scene.score(COLD)
    if cold >= ENOUGH:
        ground = 0.0 if job_score(scene) >= JOB_ENOUGH else -0.15
        return (
            Kind.RECRUITER_OUTREACH,
            confidence(0.7 + ground, cold - 3.0),
            "somebody opens about a post",
            (COLD,),
        )
    return None


def _rest(scene: Scene) -> Decision:
    """Job words without a clear class."""
    structure = scene.structure
    if (
        structure.sender is not None
        and structure.sender.role in ("board", "relay", "message")
        and scene.score("answer") > 0
    ):
        return Kind.RECRUITER_REPLY, 0.7, "a board says that the employer wrote", ("answer",)
    if structure.answers_own or structure.live:
        return Kind.RECRUITER_REPLY, 0.62, "answer within a process", ("answer", "wait")
    weak = {
        Kind.STATUS_UPDATE: scene.score("wait", "passed", "hold", "tested"),
        Kind.RECRUITER_REPLY: scene.score("answer", "request"),
        Kind.APPLICATION_RECEIVED: scene.score(RECEIVED),
        Kind.INTERVIEW_INVITATION: scene.score(INVITE, "availability"),
        Kind.RECRUITER_OUTREACH: scene.score(COLD),
        Kind.ASSESSMENT: scene.score(TEST),
        Kind.REJECTION: scene.score(REJECTION, "goodbye"),
        Kind.OFFER: scene.score(OFFER, "letter", "terms"),
    }
    best = max(weak, key=lambda kind: weak[kind])
    if weak[best] >= 1.5 and job_score(scene) >= 4.5:
        return best, CONFIDENT - 0.1, "weak signs only", ()
    return Kind.OTHER, 0.7, "job words without news", ("job",)
