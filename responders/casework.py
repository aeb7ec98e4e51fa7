"""Reads a case, lets a pure function decide, and commits what follows; decides again when somebody was faster.
The I/O around cases.py; it has no rule of its own."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from responders import escalation, reporter_side
from responders.cases import Case
from responders.chats import Chat, Way
from responders.dispatch import Dispatch, Loaded
from responders.items import Item
from responders.pending import Pending, case_key, chat_key, shard_of
from responders.store import AlreadyDone, Applied, Queued, Store, sent_key
from responders.turns import CaseTurn, Out

Decide = Callable[[Case], CaseTurn]
Offer = Callable[[int, Sequence[Queued]], None]


_DEAD_FOR = timedelta(minutes=5)  # a channel that failed for good is not tried for this person meanwhile
_TRIES = 100  # a reporter who answers as fast as a machine overtakes ten in a row
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Contended(Exception):
    """A hundred decisions in a row were overtaken: something is badly wrong with this case's traffic."""


class Casework:
    """Changes cases, one commit each."""

    def __init__(
        self, store: Store, dispatch: Dispatch, offer: Offer, pseudonym: Callable[[str, str], str]
    ) -> None:
        self.store = store
        self.dispatch = dispatch
        self._offer = offer
        self._pseudonym = pseudonym
        self._dead: dict[tuple[str, str], datetime] = {}

    async def load(self, number: int) -> tuple[Loaded | None, Way | None]:
        """A case and its way, as they are now."""
        shard = number % self.dispatch.shards
        key, way_key = case_key(shard, number), case_key(shard, number, "way")
        blob, way_blob = await self.store.read([key, way_key])
        case = None if blob is None else Loaded(self.dispatch.open_case(key, blob), blob)
        return case, None if way_blob is None else self._way(way_key, way_blob)

    async def change(
        self, number: int, decide: Decide, now: datetime, *, done: str | None = None,
        also: Callable[[Pending, Case], Awaitable[None]] | None = None,
    ) -> CaseTurn | None:  # fmt: skip
        """Decide about one case and commit; None when there is no such case or the message was worked before.

        `also` may add to the commit of the case it is given. Raises StoreDown."""
        shard = number % self.dispatch.shards
        for attempt in range(_TRIES):
            await asyncio.sleep(attempt % 7 / 1000)  # out of step with whoever writes as often as we do
            loaded, way = await self.load(number)
            if loaded is None:
                return None
            chat, chat_blob = await self._chat(shard, way)
            turn = decide(loaded.case)
            pending = Pending(shard, done)
            after = self.dispatch.apply(pending, loaded, turn, now, way=way, chat=chat)
            if any(out.kind is Out.RELEASE for out in turn.to_reporter):
                kept = await self.store.fields(case_key(shard, number, "waiting"))
                after = self.dispatch.mail.release(pending, loaded.case, kept, now, after)
            if way is not None and after != chat:
                self.dispatch.store_chat(pending, way.pseudonym, chat_blob, after)
            if also is not None:
                await also(pending, turn.case)
            outcome = await self.store.commit(pending.commit())
            if isinstance(outcome, Applied):
                self._offer(shard, pending.queue)
                return turn
            if isinstance(outcome, AlreadyDone):
                return None
        raise Contended(f"case {number}: {_TRIES} decisions were overtaken")

    async def open_cases(self) -> list[Case]:
        """Every open case, by number."""
        found: list[Case] = []
        for shard in range(self.dispatch.shards):
            names = await self.store.open_names(shard)
            keys = [case_key(shard, int(name.split(":")[1])) for name in names]
            for key, blob in zip(keys, await self.store.read(keys), strict=True):
                if blob is not None:
                    found.append(self.dispatch.open_case(key, blob))
        return sorted(found, key=lambda case: case.number)

    async def arrived(self, number: int, ref: int, decide: Decide, now: datetime) -> None:
        """A held message is on the phone: the case learns it, and the waiting copy goes."""

        async def drop_copy(pending: Pending, _case: Case) -> None:
            pending.field(case_key(pending.shard, number, "waiting"), str(ref), None)

        await self.change(number, decide, now, also=drop_copy)

    async def page_failed(self, item: Item, reason: str, now: datetime) -> None:
        """A page cannot be delivered on its channel: the person's next channel, else the next person at once."""
        key = (item.person, item.channel)
        self._dead[key] = now
        ways = self.dispatch.paging.alarms(item.person)
        alive = [way for way in ways if now - self._dead.get((item.person, way[0]), _LONG_AGO) > _DEAD_FOR]
        if alive and item.rest:
            sender, address = alive[0]
            if sender in item.rest:
                pending = Pending(item.case % self.dispatch.shards)
                rest = tuple(name for name in item.rest if name != sender)
                self.dispatch.post.send(
                    pending, replace(item, channel=sender, address=address, rest=rest), now
                )
                await self.commit(pending)
            return
        if not alive and reason != "away" and item.case:
            plan_again = self.dispatch.plan_again
            await self.change(
                item.case,
                lambda case: escalation.undeliverable(case, item.person, now, plan=plan_again(case, now)),
                now,
            )

    async def tell_elsewhere(self, item: Item, now: datetime) -> None:
        """An answer or notice could not be delivered: the person's next channel."""
        for sender, address in self.dispatch.paging.alarms(item.person):
            if sender in item.rest:
                pending = Pending(item.case % self.dispatch.shards)
                rest = tuple(name for name in item.rest if name != sender)
                self.dispatch.post.send(
                    pending, replace(item, channel=sender, address=address, rest=rest), now
                )
                await self.commit(pending)
                return

    async def reporter_blocked(self, pseudonym: str, now: datetime) -> None:
        """The platform says that a reporter blocked us: their open cases are marked, pushes stop."""
        shard = shard_of(pseudonym, self.dispatch.shards)
        key = chat_key(shard, pseudonym)
        chat = self.dispatch.read_chat(key, (await self.store.read([key]))[0])
        for ref in chat.cases if chat else ():
            if ref.is_open:
                await self.change(ref.number, lambda case: reporter_side.blocked(case, now), now)

    async def commit(self, pending: Pending) -> None:
        """Write something that no case has to decide about, and send what it queued."""
        if isinstance(await self.store.commit(pending.commit()), Applied):
            self._offer(pending.shard, pending.queue)

    def shard_of_place(self, channel: str, address: str) -> int:
        """The shard of whoever is at this address."""
        return shard_of(self._pseudonym(channel, address), self.dispatch.shards)

    async def case_of_message(self, channel: str, address: str, message_id: str) -> int | None:
        """The case that one of our messages of the last 48 hours was about (a quote binds to it)."""
        pseudonym = self._pseudonym(channel, address)
        for shard in range(self.dispatch.shards):
            key = sent_key(shard, pseudonym)
            for blob in await self.store.sent(shard, pseudonym):
                sent = json.loads(self.dispatch.box.open(blob, key.encode()))
                if message_id in sent["i"].split(",") and sent["c"]:
                    return int(sent["c"])
        return None

    async def next_number(self, shard: int) -> int:
        """A number that no case has, of this shard; the first is 11 or more, so that 1, 2 and 3 always answer a page."""
        count = await self.store.next_number(shard)
        first = (11 // self.dispatch.shards + 1) * self.dispatch.shards
        return first + (count - 1) * self.dispatch.shards + shard

    def offer(self, shard: int, queued: Sequence[Queued]) -> None:
        """Send at once what was just committed."""
        self._offer(shard, queued)

    async def _chat(self, shard: int, way: Way | None) -> tuple[Chat | None, bytes | None]:
        if way is None:
            return None, None
        key = chat_key(shard, way.pseudonym)
        blob = (await self.store.read([key]))[0]
        return (
            (None, None)
            if blob is None
            else (Chat.from_json(self.dispatch.box.open(blob, key.encode())), blob)
        )

    def _way(self, key: str, blob: bytes) -> Way:
        return Way.from_json(self.dispatch.box.open(blob, key.encode()))
