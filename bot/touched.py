"""The cases that one turn touches, as they are decided so far: read once, those of this shard within the turn's commit,
those of another in a commit of their own before it. Decides nothing itself."""

from collections.abc import Awaitable, Callable
from dataclasses import fields
from datetime import datetime

from bot.drafting import Records
from bot.turn import Event
from responders.cases import Case
from responders.casework import Casework, Decide
from responders.chats import KEPT, Way
from responders.dispatch import Loaded
from responders.pending import Pending, case_key
from responders.turns import CaseTurn


class Touched:
    """Cases and ways of one turn."""

    def __init__(
        self, work: Casework, pending: Pending, records: Records, done: Callable[[str], str], now: datetime
    ) -> None:
        self._work = work
        self._dispatch = work.dispatch
        self._pending = pending
        self._records = records
        self._done = done
        self._now = now
        self._read: dict[int, tuple[Loaded, CaseTurn]] = {}
        self.turns: dict[int, tuple[Loaded | None, CaseTurn]] = {}
        self.ways: dict[int, Way] = {}

    async def also(self, number: int, keep: Callable[[Pending, Case], Awaitable[None]], *, what: str) -> None:
        """Keep something beside a case: of this shard within this commit, of another's in a commit of its own."""
        if not self.is_here(number):
            await self._elsewhere(number, CaseTurn, what, keep)
        elif (known := await self.loaded(number)) is not None:
            await keep(self._pending, known[1].case)

    async def decide(self, number: int, decide: Decide, *, what: Event | str) -> None:
        """Decide about a case, likewise."""
        if not self.is_here(number):
            await self._elsewhere(number, decide, what if isinstance(what, str) else _what(what))
        elif (known := await self.loaded(number)) is not None:
            loaded, turn = known
            self.turns[number] = (loaded, turn.then(decide(turn.case)))

    async def _elsewhere(
        self, number: int, decide: Decide, what: str,
        keep: Callable[[Pending, Case], Awaitable[None]] | None = None,
    ) -> None:  # fmt: skip
        """A commit in another shard comes before this one's. Its done mark names what it does: when this shard's
        records turn out to be stale, the turn is decided again, and may then do something else there."""
        await self._work.change(number, decide, self._now, done=self._done(f"{number}|{what}"), also=keep)

    async def loaded(self, number: int) -> tuple[Loaded | None, CaseTurn] | None:
        """A case as decided so far in this turn."""
        if number in self.turns:
            return self.turns[number]
        if number not in self._records.cases:
            key = case_key(number % self._dispatch.shards, number)
            self._records.cases[number] = (await self._work.store.read([key]))[0]
        blob = self._records.cases[number]
        if blob is None:
            return None
        if number not in self._read:
            case = self._dispatch.open_case(case_key(number % self._dispatch.shards, number), blob)
            self._read[number] = Loaded(case, blob), CaseTurn(case)
        return self._read[number]

    async def way(self, number: int) -> Way | None:
        if number not in self.ways:
            blob = self._records.ways.get(number) if self.is_here(number) else None
            blob = blob or await self._work.way(number)
            way = None if blob is None else self._work.open_way(number, blob)
            if way is not None:
                self.ways[number] = way
        return self.ways.get(number)

    def write_way(self, number: int, way: Way) -> None:
        self.ways[number] = way
        key = case_key(self._pending.shard, number, "way")
        blob = self._dispatch.box.seal(way.to_json(), key.encode())
        self._pending.put(key, blob, KEPT)
        self._records.ways[number] = blob

    def is_here(self, number: int) -> bool:
        return number % self._dispatch.shards == self._pending.shard


def _what(event: Event) -> str:
    """Everything that an event says."""
    return "|".join([type(event).__name__, *(str(getattr(event, one.name)) for one in fields(event))])
