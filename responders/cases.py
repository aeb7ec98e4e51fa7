"""A case: an alert's life from the first page to its end, with every time at which something must happen.
Holds codes and states only: never a word of the reporter, a name or an address. escalation.py moves it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from responders import plan_json
from responders.changing import replace
from responders.compact import NotOurs, dumps, loads
from responders.plan import Plan
from responders.states import TRANSITIONS, Move, State, WrongMoveError
from triage.quick import quick
from triage.scales import Certainty, Level, Severity, Urgency


class Mark(StrEnum):
    """What the card shows beside WRITE, never instead of it."""

    SEIZED = "seized"
    NEW_PHONE = "new_phone"
    KEY_CHANGED = "key_changed"  # a changed Signal identity: shown as NEW PHONE, and pushes stop
    BLOCKED = "blocked"
    QUIET = "quiet"  # q42: nothing is pushed until they write
    NO_WORDS = "no_words"
    ERASED = "erased"
    TEST = "test"


class Push(StrEnum):
    """Row 2: what may be written to the reporter's phone. Unanswered counts as only hello."""

    YES = "yes"
    HELLO = "hello"
    NEVER = "never"


class Due(StrEnum):
    """Everything that falls due by the clock."""

    STEP = "step"  # the ladder's next step
    OPEN_BY = "open_by"  # the taker must have opened it
    PROGRESS_SOON = "progress_soon"  # a word of warning to the taker
    PROGRESS_BY = "progress_by"
    WORDS_BY = "words_by"  # first words to the reporter
    NOBODY_YET = "nobody_yet"  # text 6
    HANDOVER_BY = "handover_by"
    REASSESS = "reassess"  # 72 h before a stated date
    REMIND = "remind"  # 24 h before it
    WAITING = "waiting"  # a message nobody collected for 8 days
    BODY_GONE = "body_gone"  # a shell's sealed body, 24 h
    WORDS_GONE = "words_gone"  # retention after the end: words first, then the case, then its number
    CASE_GONE = "case_gone"
    NUMBER_GONE = "number_gone"


class Reply(StrEnum):
    """A reporter's answer to a consent."""

    YES = "yes"
    NO = "no"
    LATER = "later"
    ASKED = "asked"


@quick
@dataclass(frozen=True)
class Consent:
    """One use that was agreed to or not: letter a to g of protocol section 4; `body` belongs to d."""

    letter: str
    reply: Reply
    at: datetime
    text_version: str = ""
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """Somebody said no to this page; the reason 1 to 4 may follow within two minutes."""

    person: str
    at: datetime
    reason: int | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """One alarm channel of a person could not be delivered to, for good."""

    person: str
    channel: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """Something on its way to the reporter or outside that has not arrived; until then it can be undone."""

    ref: int  # names it to dispatch
    kind: str  # relay, consent, refer, new_phone
    at: datetime
    waits: bool = False  # for the reporter to answer
    body: str | None = None


_PLAN = b',"plan":'  # only a field is written so: within a text the quotes are escaped


@quick
@dataclass(frozen=True)  # without slots: see changing.py
class Case:
    """One case: the record that lives sealed under the store key; change it with `replace`."""

    id: str  # random hex, bound into the envelope
    number: int  # what people say; 10 or more, so that 1, 2, 3 always answer a page
    created: datetime
    plan: Plan
    level: Level
    suggested: Level  # the machine's
    confirmed: Level | None = None  # a person's
    urgency: Urgency = Urgency.UNKNOWN
    severity: Severity = Severity.UNKNOWN
    certainty: Certainty = Certainty.UNKNOWN
    unsure: bool = False
    reasons: tuple[str, ...] = ()  # codes only; quotes stay inside the sealed report
    country: str | None = None
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what it was routed by
    language: str = "en"
    channel: str = ""
    push: Push = Push.HELLO
    consents: tuple[Consent, ...] = ()
    marks: frozenset[Mark] = frozenset()
    earlier: int = 0
    trusted: bool = False  # of a reporter whom a person has believed before: see flood.py
    state: State = State.OPEN
    generation: int = 0  # the fence: every change counts it up, so a timer set before it is stale
    ladder: Level = Level.ROUTINE  # whose steps climb; urgent climbs immediate's after two hours
    step: int = -1  # the last step that fired
    lap: int = 0  # how often the last step has been repeated
    climbing_from: datetime | None = None
    due: Mapping[Due, datetime] = field(default_factory=dict)
    sealed_to: tuple[str, ...] = ()  # whose keys the body was sealed to; a later plan cannot widen it
    reassess_to: Level | None = None  # what the answers will mean then, assessed when the case opened
    raised: bool = False  # since the taker last opened it
    has: str | None = None
    access: tuple[str, ...] = ()  # everyone who took it and was not removed
    openers: tuple[str, ...] = ()
    paged: tuple[str, ...] = ()
    passed: tuple[Passed, ...] = ()
    unreachable: tuple[str, ...] = ()
    failed: tuple[Failed, ...] = ()  # alarm channels, lately
    removed: tuple[str, ...] = ()
    handover: str | None = None  # offered to; `has` stays responsible
    held: tuple[Held, ...] = ()
    reached_at: datetime | None = None  # when the last one arrived
    hello_at: datetime | None = None
    wrote_at: datetime | None = None  # the reporter, in any way
    words_at: datetime | None = None  # the reporter, with the right words or where none are needed
    seized_at: datetime | None = None
    new_phone_used: bool = False
    notes: int = 0
    first_words: bool = False
    progressed: bool = False
    referred: tuple[str, ...] = ()
    closed: datetime | None = None
    outcome: int | None = None  # 1 to 9 of e42; 0: erased by the reporter

    @property
    def is_open(self) -> bool:
        """Nobody has ended it; a shell is open too."""
        return self.state is not State.CLOSED

    @property
    def is_shell(self) -> bool:
        """Erased by the reporter's phone, and still on the ladder."""
        return Mark.ERASED in self.marks and self.is_open

    @property
    def has_way(self) -> bool:
        """Whether the reporter can still be written to at all."""
        return Mark.ERASED not in self.marks

    @property
    def readers(self) -> tuple[str, ...]:
        """To whom anything new about this case is sealed."""
        return tuple(person for person in self.sealed_to if self.may_open(person))

    def may_open(self, person: str) -> bool:
        """Whether content may be shown to this person: planned for it, sealed to, and not removed."""
        return person in self.plan.content and person in self.sealed_to and person not in self.removed

    def moved(self, move: Move) -> State:
        """The state after a move. Raises WrongMoveError."""
        try:
            return TRANSITIONS[self.state][move]
        except KeyError:
            raise WrongMoveError(
                f"case {self.number} is {self.state.value}: expected a move other than {move.value}"
            ) from None

    def consent(self, letter: str, body: str | None = None) -> Reply | None:
        """The newest answer about one use (and, for d, about one body)."""
        answers = [one for one in self.consents if one.letter == letter and one.body in (None, body)]
        return answers[-1].reply if answers else None

    def with_due(self, **times: datetime | None) -> "Case":
        """The case with some due times set or (None) dropped; names are those of Due, in lower case."""
        due = {**self.due, **{Due(name): at for name, at in times.items()}}
        return replace(self, due={name: at for name, at in due.items() if at is not None})

    def marked(self, *marks: Mark) -> "Case":
        """The case with marks added."""
        return replace(self, marks=self.marks | set(marks))

    def unmarked(self, *marks: Mark) -> "Case":
        """The case without these marks."""
        return replace(self, marks=self.marks - set(marks))

    def to_json(self) -> bytes:
        """Compact; only what differs from the defaults, and the plan last, where it is taken from memory."""
        return dumps(self, but="plan")[:-1] + _PLAN + plan_json.as_json(self.plan) + b"}"

    @classmethod
    def from_json(cls, raw: bytes) -> "Case":
        """What `to_json` wrote, or any other order of the same fields. Raises NotOurs for anything else."""
        rest, found, plan = raw.partition(_PLAN)
        try:
            return loads(cls, rest + b"}", plan=plan_json.from_json(plan[:-1]) if found else None)
        except NotOurs:  # the plan was not last
            return loads(cls, raw)

    def __repr__(self) -> str:
        """Number and state only: a case in a traceback tells nothing else."""
        return f"Case({self.number}, {self.state.value})"


def next_due(case: Case) -> datetime | None:
    """When the case next needs a worker; None only when nothing of it is kept any more."""
    return min(case.due.values(), default=None)
