"""What a platform has handed over for good and nobody has worked yet, by shard. A commit removes an entry together
with the work (a field of `inbox_key` under the message's done mark); only what needs no commit is removed here."""

from collections.abc import Mapping
from enum import IntEnum

from responders.store.wire import Wire


class Arrival(IntEnum):
    """What putting found."""

    WORKED = 0
    WAITS = 1
    WAITED = 2


def inbox_key(shard: int) -> str:
    """Hash `{sN}:inbox`: done mark -> sealed arrival."""
    return f"{{s{shard}}}:inbox"


def _done(shard: int, mark: str) -> str:
    return f"{{s{shard}}}:done:{mark}"


class InboxStore(Wire):
    """The inboxes of every shard."""

    async def put_inbox(self, shard: int, mark: str, value: bytes) -> Arrival:
        """Keep one arrival until it is worked; safe to repeat. Raises StoreDown, and then nothing is certain."""
        keys = (_done(shard, mark), inbox_key(shard))
        return Arrival(await self._run("put_inbox", keys, (mark, value)))

    async def inbox(self, shard: int) -> Mapping[str, bytes]:
        """All that waits, by mark. What was worked meanwhile is left out, and removed."""
        waiting = await self._command("HGETALL", inbox_key(shard))
        if not waiting:
            return {}
        marks = [mark.decode() for mark in waiting]
        done = await self._command("MGET", *(_done(shard, mark) for mark in marks))
        worked = [mark for mark, by in zip(marks, done, strict=True) if by is not None]
        if worked:
            await self._command("HDEL", inbox_key(shard), *worked)
        return {mark: waiting[mark.encode()] for mark in marks if mark not in set(worked)}

    async def drop_inbox(self, shard: int, mark: str) -> None:
        """Remove one entry that no commit took along, and mark the message as worked; safe to repeat."""
        await self._run("drop_inbox", (_done(shard, mark), inbox_key(shard)), (mark,))
