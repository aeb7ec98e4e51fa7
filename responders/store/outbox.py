"""What waits to be sent, leased to one worker at a time, and what was sent, for CLEAR.
It sends nothing itself; a lease that is not settled or renewed falls to the next worker."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from responders.store.records import Claimed, Settled
from responders.store.wire import EPOCH, MILLISECOND, Wire, milliseconds, moment


def sent_key(shard: int, pseudonym: str) -> str:
    """Where the ids of our messages to one person lie, for 48 h."""
    return f"{{s{shard}}}:sent:{pseudonym}"


class Outbox(Wire):
    """The outbox of every shard: hash `{sN}:outbox` (id, item) and zset `{sN}:outbox:due` (id by due or lease
    end)."""

    async def claim_outbox(self, shard: int, now: datetime, lease: timedelta, limit: int) -> Claimed:
        """Lease at most `limit` (<= 1000) due items, earliest first, until now + lease."""
        arguments = (milliseconds(now), milliseconds(now + lease), limit)
        (due, *flat), lasts = await self._run("claim_outbox", _keys(shard), arguments, told=True)
        items = [(flat[i].decode(), flat[i + 1]) for i in range(0, len(flat), 2)]
        return Claimed(items, moment(due), lasts)

    async def renew(self, shard: int, ids: Sequence[str], until: datetime) -> None:
        """Offer items again from `until` on, not before: they are still being sent. Never brings a removed one back."""
        if ids:
            scores = (part for id_ in ids for part in (milliseconds(until), id_))
            await self._command("ZADD", _keys(shard)[1], "XX", *scores)

    async def settle(self, shard: int, settled: Sequence[Settled], now: datetime) -> list[str]:
        """Remove what was sent or given up, in one round trip; safe to repeat.

        Returns the ids that were cancelled while in flight: what was just sent for them must be deleted
        again."""
        if not settled:
            return []
        keys = [*_keys(shard)]
        flat: list[str | bytes] = [str(milliseconds(now))]
        for one in settled:
            place = 0
            if one.sent_key is not None and one.message is not None:
                if one.sent_key not in keys:
                    keys.append(one.sent_key)
                place = keys.index(one.sent_key) + 1
            flat += (one.id, str(place), one.message or b"")
        return [id_.decode() for id_ in await self._run("settle", keys, flat)]

    async def unsent(self, shard: int, until: datetime) -> list[str]:
        """The ids of at most 1,000 items that are due or leased until then, not of those that wait for a later
        time."""
        due = _keys(shard)[1]
        found = await self._command("ZRANGE", due, "-inf", milliseconds(until), "BYSCORE", "LIMIT", 0, 1000)
        return [bytes(id_).decode() for id_ in found]

    async def oldest_due(self, shard: int) -> datetime | None:
        """When the first item or timer falls due, or its lease ends: in the past, nobody has taken it since."""
        dues = [await self._command("ZRANGE", key, 0, 0, "WITHSCORES") for key in _waiting(shard)]
        scores = [int(score) for pairs in dues for _, score in pairs]
        return EPOCH + min(scores) * MILLISECOND if scores else None

    async def is_queued(self, shard: int, id_: str) -> bool:
        """Whether an item still waits and nobody has cancelled it."""
        return int(await self._command("HSTRLEN", _keys(shard)[0], id_)) > 0

    async def drop(self, shard: int, ids: Sequence[str], now: datetime) -> None:
        """Remove items unsent."""
        await self.settle(shard, [Settled(id_) for id_ in ids], now)

    async def sent(self, shard: int, pseudonym: str) -> list[bytes]:
        """The sealed ids of our messages to one person, oldest first."""
        return list(await self._command("ZRANGE", sent_key(shard, pseudonym), 0, -1))


def _waiting(shard: int) -> tuple[str, str]:
    return f"{{s{shard}}}:outbox:due", f"{{s{shard}}}:timers"


def _keys(shard: int) -> tuple[str, str]:
    return f"{{s{shard}}}:outbox", f"{{s{shard}}}:outbox:due"
