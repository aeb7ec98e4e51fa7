"""What is written together, and what the store answers: the nouns of the store, without any I/O.
Values arrive sealed; the first twelve bytes of a value (its nonce) are its version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from triage.quick import quick


class Expect(Enum):
    """What a record must look like for a commit to apply when its tag is not known."""

    ABSENT = "absent"
    ANYTHING = "anything"


@quick
@dataclass(frozen=True)
class Write:
    """One record: `value` None deletes; `expected` is the 12-byte tag last seen, or an Expect.

    With `check_only` nothing is written; the commit is refused unless the record still is as expected."""

    key: str
    expected: bytes | Expect
    value: bytes | None = None
    keep_for: timedelta | None = None
    check_only: bool = False


@quick
@dataclass(frozen=True)
class Field:
    """One field of a hash (receipts, people, counts); `value` None deletes it; `add` increments instead."""

    key: str
    field: str
    value: bytes | None = None
    add: int | None = None


@quick
@dataclass(frozen=True)
class Queued:
    """One outgoing item, not empty; it is offered for sending from `due` on, ordered by (due, id).

    With `leased_until` it is held back until then for the process that commits it and sends it from
    memory: `plain` is what it then sends; it is never written."""

    id: str
    due: datetime
    item: bytes
    leased_until: datetime | None = None
    plain: object = field(default=None, repr=False, compare=False)


@quick
@dataclass(frozen=True)
class Commit:
    """All that one turn changes in one shard; applied completely or not at all.

    Every key begins with the shard's tag, `{s<shard>}:`. `open_cases` names timers that must exist until the
    case is closed (with the time it was opened); `clear_sent` holds keys made by `sent_key`."""

    shard: int
    done: str | None = None
    writes: tuple[Write, ...] = ()
    fields: tuple[Field, ...] = ()
    queue: tuple[Queued, ...] = ()
    cancel: tuple[str, ...] = ()
    timers: Mapping[str, datetime | None] = field(default_factory=dict)
    open_cases: Mapping[str, datetime | None] = field(default_factory=dict)
    clear_sent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """The commit was written and is durable."""


@dataclass(frozen=True, slots=True)
class AlreadyDone:
    """The done mark was there: this message has been worked before; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Stale:
    """Some record was not as expected; nothing was changed. `values` has every key of the commit's writes as
    it is now."""

    values: Mapping[str, bytes | None]


Outcome = Applied | AlreadyDone | Stale


@dataclass(frozen=True, slots=True)
class Claimed:
    """Items leased to this worker, and when the next one is due (None: nothing waits).

    Without `lasts` they are not yet on as many machines as they must be: somebody may be woken by them, but nothing
    may be confirmed with them."""

    items: Sequence[tuple[str, bytes]]
    next_due: datetime | None
    lasts: bool = True


@quick
@dataclass(frozen=True)
class Settled:
    """One item that needs no more sending; `message` is the sealed id of what was sent, kept 48 h under
    `sent_key`."""

    id: str
    sent_key: str | None = None
    message: bytes | None = None
