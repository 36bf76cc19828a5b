"""The vocabulary. Frozen values only; every datetime is aware.

A message's way through these types: bytes -> Mail -> Verdict + Details -> Fact -> (with Marks) Process
-> Situation -> Plan -> Actions. Facts and marks are stored; everything after them is derived.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from watcher.core.mail import NO_TEMPLATE, NOBODY
from watcher.core.mail import Address as Address
from watcher.core.mail import Bounce as Bounce
from watcher.core.mail import CalendarPart as CalendarPart
from watcher.core.mail import Link as Link
from watcher.core.mail import Mail as Mail
from watcher.core.mail import Template as Template

# --------------------------------------------------------------------------- what a mail is


class Kind(StrEnum):
    """What a message or a mark is. The classes of docs/rules.md section 3, and the marks of section 2."""

    # the employer's side
    APPLICATION_RECEIVED = "application_received"
    RECRUITER_OUTREACH = "recruiter_outreach"
    INTERVIEW_INVITATION = "interview_invitation"
    INTERVIEW_CONFIRMATION = "interview_confirmation"
    INTERVIEW_RESCHEDULE = "interview_reschedule"
    INTERVIEW_CANCELLATION = "interview_cancellation"
    ASSESSMENT = "assessment"
    RECRUITER_REPLY = "recruiter_reply"
    STATUS_UPDATE = "status_update"
    REJECTION = "rejection"
    OFFER = "offer"
    # machines and noise
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    JOB_ALERT = "job_alert"
    NEWSLETTER = "newsletter"
    OTHER = "other"
    # the person's own mail
    OWN_REPLY = "own_reply"
    OWN_ACCEPT = "own_accept"
    OWN_THANK_YOU = "own_thank_you"
    OWN_FOLLOWUP = "own_followup"
    OWN_CLOSING = "own_closing"
    OWN_FEEDBACK_REQUEST = "own_feedback_request"
    OWN_TASK_DONE = "own_task_done"
    OWN_RESCHEDULE = "own_reschedule"
    OWN_DECLINE = "own_decline"
    OWN_WITHDRAW = "own_withdraw"
    # what the person knows and the mailbox does not
    MARK_HELD = "mark_held"
    MARK_NOT_HELD = "mark_not_held"
    MARK_SCHEDULED = "mark_scheduled"
    MARK_DONE = "mark_done"
    MARK_FOLLOWED_UP = "mark_followed_up"
    MARK_ANSWERED = "mark_answered"
    MARK_REJECTED = "mark_rejected"
    MARK_OFFER = "mark_offer"
    MARK_ACCEPTED = "mark_accepted"
    MARK_DECLINED = "mark_declined"
    MARK_WITHDRAWN = "mark_withdrawn"
    MARK_IGNORE = "mark_ignore"
    MARK_REOPEN = "mark_reopen"
    MARK_OK = "mark_ok"
    MARK_SNOOZE = "mark_snooze"

    @property
    def own(self) -> bool:
        """True for the person's own mail."""
        return self.value.startswith("own_")

    @property
    def mark(self) -> bool:
        """True for what the person told the watcher."""
        return self.value.startswith("mark_")


#: Below this confidence a verdict never moves a state: it asks for review (rule G6).
CONFIDENT = 0.6

#: Evidence and questions are kept at most this long (characters); bodies are never stored.
EVIDENCE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a verdict was reached: the rule's name and the words it rests on (at most EVIDENCE_LENGTH)."""

    rule: str
    quote: str = ""
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a mail is. `confidence` is 0..1; under CONFIDENT the mail moves nothing and asks for review."""

    kind: Kind
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    language: str = "en"  # the language of the new words


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a mail says besides its class. Unknown is None or '' - never a guess."""

    ask: bool = False  # it wants something from the person
    start: datetime | None = None  # the interview
    end: datetime | None = None
    day_only: bool = False  # only the day of the interview is known: `start` is that day, 00:00
    slots: tuple[datetime, ...] = ()  # times offered for a choice; then `start` is None
    zone: str = ""  # the zone as the mail names it ('WIB', 'CET'), '' if it does not
    place: str = ""  # address of a visit; '' online or unknown
    online: bool = False
    deadline: datetime | None = None  # of a test or an offer
    promise_by: datetime | None = None  # "we will let you know by"
    silence_by: datetime | None = None  # "no word by then means no"
    ask_from: datetime | None = None  # "contact us if you have not heard by"
    back: datetime | None = None  # leave notice of an auto-reply
    hold: bool = False
    no_feedback: bool = False
    task_received: bool = False
    viewed: bool = False  # a robot says only that the application was looked at
    bounced: str = ""  # Message-ID of the own mail that could not be delivered
    company: str = ""
    role: str = ""
    person: str = ""  # the human who signs
    title: str = ""  # how that person is addressed ("Bapak", "Ibu"), only if stated
    first_names: bool = False  # the writer calls the person by the first name ("Hi Budi,")
    job_id: str = ""  # requisition number or application URL key
    questions: tuple[str, ...] = ()
    calendar_uid: str = ""
    organizer: str = ""  # of the calendar entry: an e-mail, never written to
    sequence: int = 0
    stamp: datetime | None = None
    review: tuple[str, ...] = ()  # what a person should look at: "weekday contradicts the date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a mail says when it is read as a `kind` that the person said it is: other kinds have other dates."""

    kind: Kind
    details: Details
    human: bool = False
    repliable: bool = False
    channel: str = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A judged message: what is stored of it. `at` is its effective time: arrival for incoming mail, Date
    for own mail (rule 3.7)."""

    message_id: str
    at: datetime
    incoming: bool
    verdict: Verdict
    details: Details = Details()
    sender: Address = NOBODY
    reply_to: Address | None = None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    own_address: str = ""  # the person's address it was sent to (incoming) or from (own)
    subject: str = ""  # as written, at most 200 characters
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    human: bool = False  # written by a person, not a robot
    repliable: bool = False  # an answer to it reaches somebody
    channel: str = "mail"  # "app": only a notice of a message in LinkedIn or a job board
    authentic: bool = True  # False: the provider's own check says the sender is forged
    scam: tuple[Evidence, ...] = ()  # red signs: the mail moves nothing
    warnings: tuple[Evidence, ...] = ()  # yellow signs: shown beside the process
    unreadable: str = ""
    template: Template = NO_TEMPLATE
    reading: Reading | None = None  # as what the person put right; used while that holds
    gmail_thread: str = ""  # X-GM-THRID in decimal: a hint where mails belong, and what a browser can open
    gmail_id: str = ""  # X-GM-MSGID in decimal

    @property
    def kind(self) -> Kind:
        """The class of the message."""
        return self.verdict.kind

    @property
    def trusted(self) -> bool:
        """False when the mail must not move a state: forged, suspect, or too uncertain (rules G6, 6.1)."""
        return self.authentic and not self.scam and self.verdict.confidence >= CONFIDENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What the person told the watcher about the process that holds message `target`."""

    id: int
    kind: Kind
    target: str  # Message-ID
    made: datetime
    at: datetime | None = None  # when it happened; else `made`
    via: str = ""
    until: datetime | None = None  # snooze


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What the person put right (docs/rules.md 2.5). The facts stay as they were judged; this lies over them.

    `kind` is "label" (`target` is a `value`), "company" or "role" (the process of `target` is called `value`),
    "merge" (the processes of `target` and `other` are one) or "split" (`target` starts a process of its own).
    """

    kind: str
    target: str  # Message-ID
    other: str = ""  # Message-ID, for "merge"
    value: str = ""  # a Kind for "label"; a name for "company" and "role", '' where no mail names it rightly
    id: int = 0
    made: datetime | None = None


# --------------------------------------------------------------------------- what follows from it


class State(StrEnum):
    """Where a process stands (docs/rules.md 2.1)."""

    NONE = "NONE"
    LEAD = "LEAD"
    APPLIED = "APPLIED"
    INVITED = "INVITED"
    SCHEDULED = "SCHEDULED"
    RESCHEDULING = "RESCHEDULING"
    OWE_REPLY = "OWE_REPLY"
    TASK_DUE = "TASK_DUE"
    AWAITING = "AWAITING"
    QUIET_1W = "QUIET_1W"
    FOLLOWED_UP = "FOLLOWED_UP"
    QUIET_2W = "QUIET_2W"
    ON_HOLD = "ON_HOLD"
    OFFER = "OFFER"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    REJECTED = "REJECTED"
    CLOSED_PRESUMED = "CLOSED_PRESUMED"
    IGNORED = "IGNORED"


class Turn(StrEnum):
    """Whose turn it is."""

    USER = "user"
    EMPLOYER = "employer"
    EVENT = "event"
    NOBODY = "nobody"


class Flag(StrEnum):
    """What a process needs attention for (docs/rules.md 1.2)."""

    NONE = "none"
    THANK_YOU_DUE = "thank_you_due"
    QUIET_1W = "quiet_1w"
    QUIET_2W = "quiet_2w"
    PROMISE_PASSED = "promise_passed"
    OWE_REPLY = "owe_reply"
    LEAD = "lead"
    INTERVIEW_SOON = "interview_soon"
    CONFIRM_HELD = "confirm_held"
    TASK_DUE = "task_due"
    TASK_OVERDUE = "task_overdue"
    OFFER_PENDING = "offer_pending"
    REJECTED = "rejected"
    REVIEW = "review"
    SUSPECT = "suspect"
    CLOCK_SUSPECT = "clock_suspect"


class DraftKind(StrEnum):
    """The letters the watcher can draft (docs/rules.md 4.2)."""

    NONE = "none"
    THANK_YOU = "thank_you"
    FOLLOW_UP = "follow_up"
    FOLLOW_UP_LATE = "follow_up_late"
    CLOSING = "closing"
    FEEDBACK_REQUEST = "feedback_request"
    ANSWER_SKELETON = "answer_skeleton"
    CONFIRM = "confirm"
    OFFER_ACK = "offer_ack"


class Occasion(StrEnum):
    """What a follow-up may truthfully refer to (docs/rules.md 4.2)."""

    RESULT = "result"  # an interview was held
    NEWS = "news"  # the employer has written since
    NEW_DATE = "new_date"  # the date fell through
    SLOT = "slot"  # a slot was picked, no confirmation came
    TEST = "test"  # a test was handed in
    CONTACT = "contact"  # none of these


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What the fold sees of a fact or a mark."""

    at: datetime
    kind: Kind
    id: str = ""
    made: datetime | None = None  # marks: when the person said it
    details: Details = Details()
    trusted: bool = True
    forged: bool = False
    scam: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the fold and the etiquette need to know about one process besides its events."""

    zone: str = "Asia/Jakarta"  # of the process (IANA name)
    country: str = "ID"  # whose holidays count (ISO 3166-1 alpha-2), '' = weekends only
    user_zone: str = ""  # where the person is now; '' = same as `zone`
    repliable: bool = True  # there is somebody a draft could go to
    pause_holidays: bool = True
    notice_hours: tuple[int, int] = (9, 16)  # ask-like notices, local hours
    urgent_hours: tuple[int, int] = (7, 21)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Where a process stands now and what that calls for: the answer of `simulate`, `status` and `scan`."""

    state: State
    waiting_on: Turn
    flag: Flag = Flag.NONE
    draft: DraftKind = DraftKind.NONE
    notify: datetime | None = None  # when the notice for `flag` may first be shown
    since: datetime | None = None  # when `flag` became true
    anchor: datetime | None = None  # quiet since
    interview: datetime | None = None  # the next one, else the last one held
    interview_end: datetime | None = None
    held: bool = False  # some interview of the process was held
    round: int = 0
    occasion: Occasion = Occasion.CONTACT
    deadline: datetime | None = None
    next_at: datetime | None = None  # when the situation changes by time alone
    next_what: str = ""  # a Flag or State value
    snoozed_until: datetime | None = None
    reason: str = ""  # machine word for why, translated by the packs


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One candidacy: company + role + person. Derived from facts and marks each time."""

    id: str  # short hash of the first Message-ID
    facts: tuple[Fact, ...]
    marks: tuple[Mark, ...] = ()
    company: str = ""
    role: str = ""
    person: str = ""
    title: str = ""
    language: str = "en"  # of the employer's last human text
    reasons: Mapping[str, str] = field(default_factory=dict)  # Message-ID -> why it belongs here
    review: tuple[str, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)  # corrected names -> as the mails have them


class ActionKind(StrEnum):
    """The only things the watcher ever does."""

    DRAFT = "draft"
    WITHDRAW = "withdraw"
    FLAG = "flag"
    UNFLAG = "unflag"
    NOTIFY = "notify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A thing to do, as a value. `key` is unique for ever: the same action is never done twice."""

    key: str
    kind: ActionKind
    process: str
    message_id: str = ""  # of the draft to append or withdraw, or of the message to flag
    account: str = ""
    what: str = ""  # DraftKind, Flag or keyword
    not_before: datetime | None = None
    data: Mapping[str, str] = field(default_factory=dict)
