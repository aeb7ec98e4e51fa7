"""A commit in the making: everything that one decision changes in one shard, gathered before it is written.
Knows names of keys and nothing of rules."""

from datetime import datetime, timedelta

from responders.store import Commit, Expect, Field, Queued, Write


def case_key(shard: int, number: int, part: str = "") -> str:
    """Where a case lies: `{sN}:case:<number>` and its parts body, card, way, waiting."""
    return f"{{s{shard}}}:case:{number}" + (f":{part}" if part else "")


def session_key(shard: int, pseudonym: str) -> str:
    return f"{{s{shard}}}:session:{pseudonym}"


def chat_key(shard: int, pseudonym: str) -> str:
    """The way index of one person: which cases their chat belongs to."""
    return f"{{s{shard}}}:chat:{pseudonym}"


def draft_key(shard: int, pseudonym: str) -> str:
    return f"{{s{shard}}}:draft:{pseudonym}"


def draft_card_key(shard: int, pseudonym: str) -> str:
    return f"{{s{shard}}}:draft:{pseudonym}:card"


def receipt_key(shard: int) -> str:
    return f"{{s{shard}}}:receipt"


def case_timer(number: int, generation: int) -> str:
    return f"case:{number}:{generation}"


def shard_of(pseudonym: str, shards: int) -> int:
    """The shard of a person: pseudonyms are uniform, so their first characters are."""
    return int.from_bytes(pseudonym[:6].encode(), "big") % shards


class Pending:
    """Gathers one Commit. A later write to the same key replaces an earlier one but keeps its expectation."""

    def __init__(self, shard: int, done: str | None = None) -> None:
        self.shard = shard
        self._done = done
        self._writes: dict[str, Write] = {}
        self._fields: list[Field] = []
        self.queue: list[Queued] = []
        self._cancel: list[str] = []
        self._timers: dict[str, datetime | None] = {}
        self._open: dict[str, datetime | None] = {}
        self._clear: list[str] = []
        self.audit: list[tuple[str, bytes]] = []

    def write(
        self, key: str, expected: bytes | None, value: bytes | None, keep_for: timedelta | None = None
    ) -> None:
        """Set (or, with None, delete) a record that was last seen as `expected` (None: absent)."""
        tag: bytes | Expect = Expect.ABSENT if expected is None else expected[:12]
        if key in self._writes:
            tag = self._writes[key].expected
        self._writes[key] = Write(key, tag, value, keep_for)

    def check(self, key: str, expected: bytes) -> None:
        """Refuse the commit unless a record that it leaves alone is still as it was last seen."""
        self._writes.setdefault(key, Write(key, expected[:12], check_only=True))

    def put(self, key: str, value: bytes | None, keep_for: timedelta | None = None) -> None:
        """Set or delete something that is guarded by another record of this commit."""
        self._writes[key] = Write(key, Expect.ANYTHING, value, keep_for)

    def value(self, key: str) -> bytes | None:
        """What this commit will have written at `key`; None if it deletes it or does not touch it."""
        return self._writes[key].value if key in self._writes else None

    def field(self, key: str, name: str, value: bytes | None) -> None:
        self._fields.append(Field(key, name, value))

    def send(self, item: Queued) -> None:
        self.queue.append(item)

    def cancel(self, item_id: str) -> None:
        self._cancel.append(item_id)

    def timer(self, name: str, due: datetime | None) -> None:
        self._timers[name] = due

    def open_case(self, name: str, opened: datetime | None) -> None:
        self._open[name] = opened

    def clear_sent(self, key: str) -> None:
        self._clear.append(key)

    def commit(self) -> Commit:
        return Commit(
            self.shard, self._done, tuple(self._writes.values()), tuple(self._fields), tuple(self.queue),
            tuple(self._cancel), self._timers, self._open, tuple(self._clear),
        )  # fmt: skip
