"""Reads a case, lets a pure function decide, and commits what follows; decides again when somebody was faster.
The I/O around cases.py; it has no rule of its own."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from responders.box import Tampered
from responders.cases import Case
from responders.changing import replace
from responders.chats import Chat, Way
from responders.dispatch import Dispatch, Loaded, ref_of
from responders.pending import Pending, case_key, chat_key, receipt_key, shard_of
from responders.store import AlreadyDone, Applied, Queued, Store
from responders.turns import CaseTurn, Erase, Out

log = logging.getLogger("tocsin.casework")

Decide = Callable[[Case], CaseTurn]
Offer = Callable[[int, Sequence[Queued]], None]

_TRIES = 100  # a reporter who answers as fast as a machine overtakes ten in a row
_AT_ONCE = 50  # records opened before anybody else may go on


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

    async def load(self, number: int) -> tuple[Loaded | None, Way | None]:
        """A case and its way, as they are now."""
        shard = number % self.dispatch.shards
        key, way_key = case_key(shard, number), case_key(shard, number, "way")
        blob, way_blob = await self.store.read([key, way_key])
        case = None if blob is None else Loaded(self.dispatch.open_case(key, blob), blob)
        return case, None if way_blob is None else self._way(way_key, way_blob)

    async def way(self, number: int) -> bytes | None:
        """The sealed way of a case, as it is now."""
        return (await self.store.read([case_key(number % self.dispatch.shards, number, "way")]))[0]

    def open_way(self, number: int, blob: bytes) -> Way | None:
        """What `way` gave, opened; None where it cannot be."""
        return self._way(case_key(number % self.dispatch.shards, number, "way"), blob)

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
            after = await self.apply(pending, loaded, turn, now, way=way, chat=chat)
            if way is not None and after != chat:
                self.dispatch.store_chat(pending, way.pseudonym, chat_blob, after)
            if also is not None:
                await also(pending, turn.case)
            if way is not None and shard_of(way.pseudonym, self.dispatch.shards) != shard:
                await self._follow(way.pseudonym, turn, loaded.case)
            outcome = await self.store.commit(pending.commit())
            if isinstance(outcome, Applied):
                self._offer(shard, pending.queue)
                return turn
            if isinstance(outcome, AlreadyDone):
                return None
        raise Contended(f"case {number}: {_TRIES} decisions were overtaken")

    async def open_cases(self) -> list[Case]:
        """Every open case, by number."""
        found = [case for shard in range(self.dispatch.shards) for case in await self.open_of(shard)]
        return sorted(found, key=lambda case: case.number)

    async def open_of(self, shard: int) -> list[Case]:
        """The open cases of one shard."""
        names = await self.store.open_names(shard)
        keys = [case_key(shard, int(name.split(":")[1])) for name in names]
        found: list[Case] = []
        for count, (key, blob) in enumerate(zip(keys, await self.store.read(keys), strict=True), start=1):
            case = self._readable(key, blob) if blob is not None else None
            # those that have ended wait there for their retention
            if case is not None and case.is_open:
                found.append(case)
            if count % _AT_ONCE == 0:
                await asyncio.sleep(0)  # there may be thousands, and nobody else may wait for all of them
        return found

    def _readable(self, key: str, blob: bytes) -> Case | None:
        """One damaged record must not keep everybody from all the others."""
        try:
            return self.dispatch.open_case(key, blob)
        except Tampered:
            log.error("a case record cannot be opened: it was changed, or belongs to another master key")
            return None

    async def apply(
        self, pending: Pending, before: Loaded | None, turn: CaseTurn, now: datetime, *, way: Way | None,
        chat: Chat | None,
    ) -> Chat | None:  # fmt: skip
        """Put a case turn into the commit, with what has to be read for it; returns the chat as it then is."""
        number = turn.case.number
        after = self.dispatch.apply(pending, before, turn, now, way=way, chat=chat)
        if any(out.kind is Out.RELEASE for out in turn.to_reporter):
            kept = await self.store.fields(case_key(pending.shard, number, "waiting"))
            waited = before.case if before is not None else turn.case
            self.dispatch.mail.release(pending, waited, turn.case, kept, now, way)
            after = replace(after, waits=False) if after is not None else None
        if any(out.kind is Out.MOVE for out in turn.to_reporter) and way is not None and way.new is not None:
            await self._adopt(way.new, turn.case)
            if chat is None:
                await self.change_chat(
                    way.pseudonym, lambda old: None if old is None else old.without(number)
                )
            after = after.without(number) if after is not None else None
        if Erase.RECEIPT in turn.erase and way is not None:
            await self._forget_words(pending, way, number)
        return after

    async def chat(self, pseudonym: str) -> Chat | None:
        """What is known of one person's chat."""
        return (await self.read_chat(shard_of(pseudonym, self.dispatch.shards), pseudonym))[0]

    async def change_chat(self, pseudonym: str, change: Callable[[Chat | None], Chat | None]) -> None:
        """Change what is known of one person's chat, in a commit of its own. Raises StoreDown."""
        shard = shard_of(pseudonym, self.dispatch.shards)
        for _ in range(_TRIES):
            chat, blob = await self.read_chat(shard, pseudonym)
            after = change(chat)
            if after == chat:
                return
            pending = Pending(shard)
            self.dispatch.store_chat(pending, pseudonym, blob, after)
            if isinstance(await self.store.commit(pending.commit()), Applied):
                return
        raise Contended(f"a chat: {_TRIES} decisions were overtaken")

    async def commit(self, pending: Pending) -> None:
        """Write something that no case has to decide about, and send what it queued."""
        if isinstance(await self.store.commit(pending.commit()), Applied):
            self._offer(pending.shard, pending.queue)

    def shard_of_place(self, channel: str, address: str) -> int:
        """The shard of whoever is at this address."""
        return shard_of(self._pseudonym(channel, address), self.dispatch.shards)

    def pseudonym(self, channel: str, address: str) -> str:
        """What stands for whoever is at this address."""
        return self._pseudonym(channel, address)

    async def next_number(self, shard: int) -> int:
        """A number that no case has, of this shard; 11 or more, so that 1, 2 and 3 always answer a page."""
        count = await self.store.next_number(shard)
        first = (11 // self.dispatch.shards + 1) * self.dispatch.shards
        return first + (count - 1) * self.dispatch.shards + shard

    def offer(self, shard: int, queued: Sequence[Queued]) -> None:
        """Send at once what was just committed."""
        self._offer(shard, queued)

    async def _chat(self, shard: int, way: Way | None) -> tuple[Chat | None, bytes | None]:
        """The chat of a case; None where it lies in another shard (a phone that the case was moved to)."""
        if way is None or shard_of(way.pseudonym, self.dispatch.shards) != shard:
            return None, None
        return await self.read_chat(shard, way.pseudonym)

    async def read_chat(self, shard: int, pseudonym: str) -> tuple[Chat | None, bytes | None]:
        """A chat and its blob. One that cannot be opened is none: it must not stop a ladder or hold a draft back."""
        key = chat_key(shard, pseudonym)
        blob = (await self.store.read([key]))[0]
        try:
            return self.dispatch.read_chat(key, blob), blob
        except Tampered:
            log.error("a chat record cannot be opened and is replaced when the person writes")
            return None, blob

    async def _adopt(self, new: tuple[str, str, str], case: Case) -> None:
        """The new phone's chat has this case from now on; written before the way moves, for it may lie elsewhere."""
        pseudonym, channel, address = new

        def with_case(chat: Chat | None) -> Chat:
            chat = chat or Chat(channel, address, case.language)
            return chat.with_ref(case.number, push=case.push, asked=True, words_shown=True)

        await self.change_chat(pseudonym, with_case)

    async def _follow(self, pseudonym: str, turn: CaseTurn, before: Case) -> None:
        """A chat in another shard learns that its case was taken, has ended, or is forgotten; first, as above."""
        case, is_forgotten = turn.case, Erase.WAY in turn.erase

        def followed(chat: Chat | None) -> Chat | None:
            if chat is None or chat.ref(case.number) is None:
                return chat
            return chat.without(case.number) if is_forgotten else chat.with_ref(case.number, **ref_of(case))

        if is_forgotten or ref_of(before) != ref_of(case):
            await self.change_chat(pseudonym, followed)

    async def _forget_words(self, pending: Pending, way: Way, number: int) -> None:
        """Receipt words lead to this case no more; those shown for two cases still lead to the other."""
        key = receipt_key(pending.shard)
        for verifier in way.receipts:
            blob, aad = await self.store.field(key, verifier), f"{key}|{verifier}".encode()
            try:
                led_to = self.dispatch.box.open(blob, aad).decode().split(",") if blob else []
            except Tampered:
                led_to = []
            others = ",".join(one for one in led_to if one != str(number))
            pending.field(key, verifier, self.dispatch.box.seal(others.encode(), aad) if others else None)

    def _way(self, key: str, blob: bytes) -> Way | None:
        try:
            return Way.from_json(self.dispatch.box.open(blob, key.encode()))
        except Tampered:
            log.error(
                "the way of a case cannot be opened: its reporter cannot be answered, its ladder goes on"
            )
            return None
