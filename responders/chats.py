"""The person behind a pseudonym, as far as the service must know: where to answer, and for which cases (the way
index), and the way of one case. Values and their JSON, sealed under the store key; never an answer or a word."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from responders.cases import Push
from responders.changing import replace
from responders.compact import changed, decoded, encoded, reading
from triage.quick import quick

KEPT = timedelta(days=3650)  # a backstop for records whose due times decide
ATTEMPTS_KEPT = timedelta(hours=25)  # nothing but tried receipt words is known of this chat
STRICTNESS = (Push.YES, Push.HELLO, Push.NEVER)  # row 2, from open to strict


@quick
@dataclass(frozen=True)
class CaseRef:
    """One case of this chat. `words_shown`: receipt words were shown for it, so a locked chat needs them.
    `has`: somebody has taken it; `believed`: and has not found it untrue."""

    number: int
    push: Push = Push.HELLO
    asked: bool = False
    words_shown: bool = False
    is_open: bool = True
    has: bool = False
    believed: bool = False


@quick
@dataclass(frozen=True, repr=False)  # it says what or who; without slots: see changing.py
class Chat:
    """The person behind a pseudonym, as far as the service must know: where to answer, and for which cases.

    Times are seconds since 1970. `shown`: when a person's message was last shown (an *answer* counts for 24 h);
    `hello`: when text 2 came that they have not answered; `greets`, `greets_at`: the outbox item that is this day's
    text 2, for whichever of their cases; `hello_waits`, `hello_from`: the one that waits for the receipt to go, and
    when it could have gone without; `passed`: when text 4 was last said; `attempts`: wrong or right words given;
    `consent`: the fixed text that was shown last and waits for an answer, as letter|case|body; `waits`: something
    is kept until they answer; `receipt_ends`: nothing but the receipt is on the screen; `locked_at`: when the
    screen was emptied because the phone was seized."""

    channel: str
    address: str
    language: str
    cases: tuple[CaseRef, ...] = ()
    shown: int | None = None
    shown_case: int | None = None
    hello: int | None = None
    greets: str | None = None
    greets_at: int | None = None
    hello_waits: str | None = None
    hello_from: int | None = None
    passed: int | None = None
    attempts: tuple[int, ...] = ()
    blocked: bool = False
    receipt_due: int | None = None
    consent: str | None = None
    draft: bool = False
    waits: bool = False
    receipt_ends: bool = False
    locked_at: int | None = None

    @property
    def is_believed(self) -> bool:
        """Whether a person has believed a report of this chat."""
        return any(ref.believed for ref in self.cases)

    @property
    def push(self) -> Push:
        """With two cases in one chat the stricter holds (protocol section 6)."""
        rules = [ref.push for ref in self.cases if ref.is_open]
        return max(rules, key=STRICTNESS.index, default=Push.HELLO)

    def newest_open(self) -> CaseRef | None:
        return next((ref for ref in reversed(self.cases) if ref.is_open), None)

    def ref(self, number: int | None) -> CaseRef | None:
        return next((ref for ref in self.cases if ref.number == number), None)

    def with_ref(self, number: int, **changes: Any) -> "Chat":  # Any: dataclasses.replace takes any field
        """This chat with one case changed, or added when it is new."""
        known = self.ref(number)
        if known is None:
            return replace(self, cases=(*self.cases, replace(CaseRef(number), **changes)))
        cases = tuple(replace(ref, **changes) if ref.number == number else ref for ref in self.cases)
        return replace(self, cases=cases)

    def without(self, number: int) -> "Chat":
        return replace(self, cases=tuple(ref for ref in self.cases if ref.number != number))

    @property
    def kept_for(self) -> timedelta:
        """How long the store keeps this record at most."""
        return KEPT if self.cases or self.draft else ATTEMPTS_KEPT

    @property
    def is_worth_keeping(self) -> bool:
        """A chat without a case, a draft, spent attempts or a person's message on its screen is forgotten."""
        return bool(self.cases or self.draft or self.attempts or self.shown_case)

    def to_json(self) -> bytes:
        values = changed(self)
        if self.cases:
            values["cases"] = [changed(ref) for ref in self.cases]
        return encoded(values)

    @classmethod
    @reading("a chat")
    def from_json(cls, raw: bytes) -> "Chat":
        """What `to_json` wrote. Raises NotOurs for anything else."""
        values = decoded(raw)
        refs = (
            CaseRef(**{**ref, "push": Push(ref.get("push", Push.HELLO))}) for ref in values.pop("cases", ())
        )
        values["attempts"] = tuple(values.get("attempts", ()))
        return cls(cases=tuple(refs), **values)


@quick
@dataclass(frozen=True)
class Way:
    """How one case reaches its person; `receipts` are the keyed hashes of words shown for it. `new` is another phone
    that gave the right words: pseudonym, channel, address."""

    pseudonym: str
    channel: str
    address: str
    language: str
    receipts: tuple[str, ...] = ()
    new: tuple[str, str, str] | None = None

    def to_json(self) -> bytes:
        return encoded({
            "pseudonym": self.pseudonym, "channel": self.channel, "address": self.address, "language": self.language,
            "receipts": self.receipts, "new": self.new,
        })  # fmt: skip

    @classmethod
    @reading("a way")
    def from_json(cls, raw: bytes) -> "Way":
        """What `to_json` wrote. Raises NotOurs for anything else."""
        values = decoded(raw)
        values["receipts"] = tuple(values["receipts"])
        values["new"] = tuple(values["new"]) if values["new"] else None
        return cls(**values)

    def __repr__(self) -> str:
        return "Way(***)"
