"""The one write of a turn, packed for one Lua function and one round trip; plain reads, hashes and numbers
beside it. It decides nothing: what a stale answer means is the caller's to find out, by deciding again on the
values it brings."""

import secrets
import struct
from collections.abc import Sequence

from responders.store.lasting import Lasting
from responders.store.records import AlreadyDone, Applied, Commit, Expect, Field, Outcome, Stale, Write
from responders.store.wire import MILLISECOND, Argument, StoreDown, Wire, milliseconds

NO_TAG = bytes(12)


def packed(commit: Commit, nonce: bytes) -> tuple[list[str], list[Argument]]:
    """KEYS and ARGV of `lua/commit.lua`, whose head describes them; `nonce` tells this commit from every
    other."""
    tag = f"{{s{commit.shard}}}:"
    keys = [
        f"{tag}done:{commit.done}" if commit.done else f"{tag}done",
        f"{tag}outbox",
        f"{tag}outbox:due",
        f"{tag}timers",
        f"{tag}open",
        *[write.key for write in commit.writes],
        *[field.key for field in commit.fields],
        *commit.clear_sent,
    ]
    for key in keys[5:]:
        if not key.startswith(tag):
            raise ValueError(f"a commit of shard {commit.shard} takes only keys that begin with {tag}")
    counts = (commit.done is not None, len(commit.writes), len(commit.fields), len(commit.queue))
    more = (len(commit.cancel), len(commit.timers), len(commit.open_cases), len(commit.clear_sent))
    arguments: list[Argument] = [struct.pack(">B7H", *counts, *more), nonce]
    for write in commit.writes:
        arguments += (_how(write), write.value or b"")
    for field in commit.fields:
        arguments += _change(field)
    for item in commit.queue:
        arguments += (milliseconds(item.leased_until or item.due), item.id, item.item)
    arguments += commit.cancel
    for names in (commit.timers, commit.open_cases):
        for name, due in names.items():
            arguments += (name, "" if due is None else milliseconds(due))
    return keys, arguments


def _how(write: Write) -> bytes:
    expected = write.expected
    if isinstance(expected, bytes):
        first, tag = b"t", expected
    else:
        first, tag = b"a" if expected is Expect.ABSENT else b"n", NO_TAG
    if len(tag) != len(NO_TAG):
        raise ValueError(f"a tag has 12 bytes, this one {len(tag)}")
    act = b"c" if write.check_only else b"d" if write.value is None else b"w"
    kept = b"" if write.keep_for is None else b"%d" % (write.keep_for // MILLISECOND)
    return first + act + tag + kept


def _change(field: Field) -> tuple[str, str, Argument]:
    if field.add is not None:
        return "a", field.field, field.add
    return ("d", field.field, b"") if field.value is None else ("s", field.field, field.value)


class Commits(Wire):
    """The records of every shard, and the plain hashes `{people}` and `{stats}`."""

    async def commit(self, commit: Commit) -> Outcome:
        """Apply all of it or nothing. Applied means durable as the server is configured, and on as many machines
        as it must be.

        Repeating it after a lost answer is safe: it is recognised and Applied is answered again. Raises
        StoreDown."""
        answer = await self._run("commit", *packed(commit, secrets.token_bytes(8)))
        if answer == 1:
            return Applied()
        if answer == 0:
            return AlreadyDone()
        return Stale({write.key: value for write, value in zip(commit.writes, answer, strict=True)})

    async def read(self, keys: Sequence[str]) -> list[bytes | None]:
        """The values of some keys of one shard, None for those that are not there."""
        return list(await self._command("MGET", *keys)) if keys else []

    async def fields(self, key: str) -> dict[str, bytes]:
        """All fields of a hash."""
        return {name.decode(): value for name, value in (await self._command("HGETALL", key)).items()}

    async def field(self, key: str, name: str) -> bytes | None:
        """One field of a hash."""
        value: bytes | None = await self._command("HGET", key, name)
        return value

    async def put(self, fields: Sequence[Field]) -> None:
        """Change fields outside a shard (`{people}`, `{stats}`), one by one: nothing holds them together."""
        for field in fields:
            if field.add is not None:  # waiting for a machine that is away would count again and again
                await self._command("HINCRBY", field.key, field.field, field.add)
            elif field.value is None:
                await self._lasting("HDEL", field.key, field.field)
            else:
                await self._lasting("HSET", field.key, field.field, field.value)

    async def swap_field(self, key: str, field: str, seen: bytes | None, value: bytes) -> bool:
        """Set one field of a hash if it still is as it was seen (None: absent); safe to repeat."""
        return bool(await self._run("swap_field", [key], (field, seen[:12] if seen else b"", value)))

    async def next_number(self, shard: int) -> int:
        """The next number of a shard, from 1; a lost answer leaves a gap, never a repetition. Raises StoreDown."""
        key = f"{{s{shard}}}:number"
        number, lasts = await self._asked(("INCR", key), key, Lasting.TOLD)
        if not lasts:  # after a fail-over somebody else would be given it again
            raise StoreDown("the store cannot be used now: too few machines have a new number")
        return int(number)

    async def count_attempt(self, shard: int, mark: str, process: str) -> int:
        """Count one process's attempt at a message before working it, and return how many have tried (after an
        unclean stop). Safe to repeat."""
        return int(await self._run("count_attempt", [f"{{s{shard}}}:attempts:{mark}"], (process,)))

    async def forget_attempts(self, shard: int, mark: str) -> None:
        """The message was worked."""
        await self._command("DEL", f"{{s{shard}}}:attempts:{mark}")
