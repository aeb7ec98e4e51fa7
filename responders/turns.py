"""What follows when a case changed: pages, answers, audit entries, what goes to the reporter, what is erased.
Values only: dispatch.py seals, queues and commits them with the case, and needs no rule of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from responders.cases import Case
from responders.changing import replace
from triage.quick import quick

HOLD = timedelta(seconds=10)  # what goes to a reporter or outside can be undone that long


class PageKind(StrEnum):
    """Why a page rings; the text is `desk/page.<kind>`, content-free."""

    FIRST = "first"
    AGAIN = "again"  # a step that repeats
    RESUMED = "resumed"  # somebody had it and it did not go on
    RAISED = "raised"
    DANGER = "danger"  # a sign of danger came again
    HANDOVER = "handover"
    RETURNED = "returned"  # a handover came back
    WORDS = "words"  # first words are due
    REMIND = "remind"  # a stated date is a day away
    ERASED = "erased"  # an empty shell climbs


class Ring(StrEnum):
    """Which of a person's alarm channels."""

    ALL = "all"
    FIRST = "first"
    DIGEST = "digest"  # waits for their next digest


@dataclass(frozen=True, slots=True)
class Choice:
    """A shortcut under a page or an answer: the label's text key, and the command it stands for."""

    key: str
    command: str


@quick
@dataclass(frozen=True)
class Page:
    """One content-free page to one person, on alarm channels."""

    person: str
    kind: PageKind
    ring: Ring
    key: str
    values: Mapping[str, object]
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Tell:
    """One answer or notice to a focal point, content-free, where they wrote or are paged.

    Values are said before they are put in: a datetime in the person's zone and language; an id under
    `who` as a person's name; a value `level_key` is a text key whose text is put in as `level`."""

    person: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()


@quick
@dataclass(frozen=True)
class AuditEntry:
    """One act for the audit chain: who did what to which case, never why in words."""

    act: str
    person: str | None
    number: int


class Out(StrEnum):
    """What may go to a reporter."""

    RELAY = "relay"  # the focal point's text
    NEW_PHONE = "new_phone"  # the focal point's text, once, to the new phone
    TEXT2 = "text2"
    TEXT6 = "text6"
    TEXT7 = "text7"
    CONSENT = "consent"  # the fixed text of a letter: values letter, body
    RELEASE = "release"  # waiting messages are shown now
    RECALL = "recall"  # what is queued for the phone waits again (its kept copy stays)
    CANCEL = "cancel"  # drop what is held or waiting
    DELETE_OURS = "delete_ours"
    STOP_SENDING = "stop_sending"  # cancel everything queued for them
    MOVE = "move"  # replies go to the new phone from now on


class How(StrEnum):
    """How far something may go now."""

    SHOW = "show"  # to the phone, after `hold`
    WAIT = "wait"  # stays with the case until they answer (with the words, if the chat has locked)


@quick
@dataclass(frozen=True)
class ToReporter:
    """One thing for the reporter's side; `hold` delays it so that it can be undone.

    `refs` name held things: its arrival is reported with `reached(case, ref, now)`, and CANCEL names
    the refs that must not arrive (with a text 2 that was queued for them)."""

    kind: Out
    how: How = How.SHOW
    hold: timedelta = timedelta(0)
    refs: tuple[int, ...] = ()
    text: str | None = field(default=None, repr=False)
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outside:
    """Something for a named body outside the team: `refer` (held) or `withdrawn`."""

    body: str
    kind: str
    hold: timedelta = timedelta(0)
    ref: int | None = None


class Erase(StrEnum):
    """What is removed from the store with this turn."""

    WAY = "way"
    RECEIPT = "receipt"
    BODY = "body"
    CARD = "card"  # with the words under the transit key
    WAITING = "waiting"
    NOTES = "notes"
    RECORD = "record"  # the record itself, which until then was an empty tombstone


@dataclass(frozen=True, slots=True)
class Note:
    """A focal point's note, to be sealed and appended to the case."""

    person: str
    text: str = field(repr=False)


@quick
@dataclass(frozen=True)  # without slots: see changing.py
class CaseTurn:
    """The case as it now is, and everything that follows; commit all of it together or none."""

    case: Case
    pages: tuple[Page, ...] = ()
    tells: tuple[Tell, ...] = ()
    audit: tuple[AuditEntry, ...] = ()
    to_reporter: tuple[ToReporter, ...] = ()
    outside: tuple[Outside, ...] = ()
    notes: tuple[Note, ...] = ()
    reveal: tuple[str, ...] = ()  # who gets the card now, on a content channel
    conceal: tuple[str, ...] = ()  # who loses pages and content: remove what was shown to them
    erase: frozenset[Erase] = frozenset()

    def then(self, later: "CaseTurn") -> "CaseTurn":
        """Both turns as one, the later case winning."""
        return CaseTurn(
            later.case,
            self.pages + later.pages,
            self.tells + later.tells,
            self.audit + later.audit,
            self.to_reporter + later.to_reporter,
            self.outside + later.outside,
            self.notes + later.notes,
            self.reveal + later.reveal,
            self.conceal + later.conceal,
            self.erase | later.erase,
        )


def settled(before: Case, turn: CaseTurn) -> CaseTurn:
    """The turn with the generation counted up once if anything about the case changed."""
    if turn.case == before:
        return turn
    return replace(turn, case=replace(turn.case, generation=before.generation + 1))
