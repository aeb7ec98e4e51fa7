"""Commits and values with defaults, so that a test names only what it is about."""

from datetime import UTC, datetime, timedelta

from responders.store import Commit, Expect, Queued, Write

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)
SHARD = 3
SESSION = "{s3}:session:someone"


def sealed(tag: str, body: str = "sealed") -> bytes:
    """A value whose first twelve bytes, its version, are `tag`."""
    return tag.encode().ljust(12, b".") + body.encode()


def tag(name: str) -> bytes:
    return sealed(name)[:12]


def a_write(value: bytes | None, expected: bytes | Expect = Expect.ABSENT, key: str = SESSION) -> Write:
    return Write(key, expected, value)


def queued(
    id_: str, due: datetime = NOON, item: bytes = b"item", leased_until: datetime | None = None
) -> Commit:
    """A commit that only puts one item into the outbox."""
    return Commit(SHARD, queue=(Queued(id_, due, item, leased_until),))


def after(minutes: float = 0, seconds: float = 0, hours: float = 0) -> datetime:
    return NOON + timedelta(minutes=minutes, seconds=seconds, hours=hours)
