"""All of the store read out, and written into an empty one: what backups are made of. Values stay sealed as
they are; the form is ours and not the server's, so that Redis and Valkey of any version can take it back."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from responders.store.wire import Argument, StoreRefused, Wire, milliseconds, moment

SCHEMA = "{schema}"  # the version of what is in the store; the code that reads it is responders/schema.py
# the keys that belong to no shard
OUTSIDE = ("{people}", "{stats}", "{audit}", "{running}", "{heartbeat}", "{workers}", SCHEMA)
FEW = 256  # values in one command


class Kind(StrEnum):
    """The types that a key of ours has."""

    STRING = "string"
    HASH = "hash"
    SORTED = "zset"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Copied:
    """One key: `values` alternate field and value (hash) or member and score (sorted set)."""

    key: str
    kind: Kind
    expires: datetime | None
    values: tuple[bytes, ...]


class Copying(Wire):
    """Reading everything and writing it back; nobody else writes while it is written back."""

    async def read_all(self, shards: int) -> AsyncIterator[Copied]:
        """Every key of the store. A shard is read at one moment, so that a case, its timer and its queue
        belong together. Raises StoreDown, StoreRefused (a key of a type that is not ours)."""
        for prefix in (*(f"{{s{shard}}}:" for shard in range(shards)), *OUTSIDE):
            for key, kind, expires, values in await self._run("read_all", (prefix,), ()):
                if kind.decode() not in set(Kind):
                    raise StoreRefused("the store holds a key of a type that Tocsin does not write")
                yield Copied(
                    key.decode(),
                    Kind(kind.decode()),
                    None if expires < 0 else moment(b"%d" % expires),
                    tuple(value if isinstance(value, bytes) else b"%d" % value for value in values),
                )

    async def write_all(self, copies: Iterable[Copied], now: datetime) -> int:
        """Write keys that are not there yet, and return how many were still alive at `now`."""
        written = 0
        for copy in copies:
            if copy.expires is not None and copy.expires <= now:
                continue
            await self._write_back(copy)
            written += 1
        return written

    async def _write_back(self, copy: Copied) -> None:
        if copy.kind is Kind.STRING:
            await self._lasting("SET", copy.key, copy.values[0])
        for begin in range(0, len(copy.values), FEW) if copy.kind is not Kind.STRING else ():
            some: list[Argument] = list(copy.values[begin : begin + FEW])
            if copy.kind is Kind.SORTED:  # the command wants each score before its member
                some = [part for pair in zip(some[1::2], some[::2], strict=True) for part in pair]
            add = {Kind.HASH: "HSET", Kind.SORTED: "ZADD", Kind.LIST: "RPUSH"}[copy.kind]
            # elements of a list would be there twice after a wait in vain
            write = self._command if copy.kind is Kind.LIST else self._lasting
            await write(add, copy.key, *some)
        if copy.expires is not None:
            await self._lasting("PEXPIREAT", copy.key, milliseconds(copy.expires))

    async def is_empty(self) -> bool:
        """Whether there is no key at all."""
        return not any((await self._everywhere("DBSIZE")).values())

    async def skip_numbers(self, shard: int, count: int) -> None:
        """Leave a gap, so that case numbers that were given out after a backup are not given out again."""
        await self._lasting("INCRBY", f"{{s{shard}}}:number", count)

    async def schema(self) -> int | None:
        """The version of what the store holds; None when nobody has said it."""
        told = await self._command("GET", SCHEMA)
        return None if told is None else int(told)

    async def set_schema(self, version: int) -> None:
        """Say which version the store holds from now on."""
        await self._lasting("SET", SCHEMA, version)
