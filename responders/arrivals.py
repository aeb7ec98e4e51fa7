"""What it means to a case that something arrived or never will: a held message cannot be undone any more, a page
that fails takes another channel or wakes the next person. It sends nothing itself."""

from collections.abc import Callable
from datetime import datetime

from responders import escalation, reporter_side
from responders.audience import FAILED_FOR
from responders.cases import Case
from responders.casework import Casework
from responders.changing import replace
from responders.chats import Chat
from responders.delivery import Reason
from responders.grouping import GROUP, nobody_has
from responders.items import HELLO, Item, Kind
from responders.outgoing import HELLO_AGAIN
from responders.pending import Pending, case_key

AWAY = "away"  # not a failure yet: the channel has been asking for patience for a while


class Arrivals:
    """The two callbacks of the outbox. Both are safe to repeat."""

    def __init__(self, work: Casework, clock: Callable[[], datetime]) -> None:
        self._work = work
        self._clock = clock
        self._dead: dict[tuple[str, str], datetime] = {}

    async def arrived(self, item: Item) -> None:
        """Something was handed to its platform. Raises StoreDown."""
        now = self._clock()
        if item.kind is Kind.PAGE:
            self._dead.pop((item.person, item.channel), None)
        elif item.kind is Kind.REPLY and item.mark == HELLO:
            await self._greeted(item, now)
        elif item.ref is not None:
            await self._reached(item, item.ref, now)

    async def failed(self, item: Item, reason: str) -> None:
        """Something can never arrive where it was sent (or, AWAY, not soon). Raises StoreDown."""
        now = self._clock()
        if item.kind is Kind.PAGE:
            await self._page_failed(item, reason, now)
        elif reason == AWAY:
            return
        elif item.kind is Kind.TELL:
            await self._elsewhere(item, self._work.dispatch.paging.alarms(item.person), now)
        elif item.kind is Kind.REPLY and reason == Reason.NEW_KEY.value:
            await self._key_changed(item, now)
        elif item.kind is Kind.REPLY:
            await self._not_shown(item, now)

    async def may_greet(self, item_id: str, item: Item) -> bool:
        """Text 2 at most once in 24 h on one phone, whichever of its cases asks for it: written down before it is
        sent, so that of two on their way one goes. Sent again after a crash, it is still this day's."""
        now, goes = self._clock(), True

        def claimed(chat: Chat | None) -> Chat | None:
            nonlocal goes
            goes = chat is None or chat.greets == item_id or not _greeted_lately(chat, now)
            if chat is None or not goes or chat.greets == item_id:
                return chat
            return replace(chat, greets=item_id, greets_at=int(now.timestamp()))

        await self._work.change_chat(item.pseudonym, claimed)
        return goes

    async def _reached(self, item: Item, ref: int, now: datetime) -> None:
        """The case learns it and drops its copy; what is written in the next 24 hours is an answer to it."""

        async def drop_copy(pending: Pending, _case: Case) -> None:
            pending.field(case_key(pending.shard, item.case, "waiting"), str(ref), None)

        loaded, _ = await self._work.load(item.case)
        if loaded is None or ref not in {held.ref for held in loaded.case.held}:
            return  # it was taken back meanwhile, and is being removed from the phone
        if item.shown:
            await self._work.change_chat(item.pseudonym, lambda chat: _shown(chat, item, now))
        await self._work.change(
            item.case, lambda case: reporter_side.reached(case, ref, now), now, also=drop_copy
        )

    async def _greeted(self, item: Item, now: datetime) -> None:
        """Text 2 is on the phone: what is written next answers it."""
        loaded, _ = await self._work.load(item.case)
        if loaded is not None and loaded.case.hello_at is not None:
            at = int(now.timestamp())
            await self._work.change_chat(
                item.pseudonym, lambda chat: None if chat is None else replace(chat, hello=at)
            )

    async def _not_shown(self, item: Item, now: datetime) -> None:
        """They blocked us, or the account is gone: the card says so, and what a person wrote waits."""
        if item.ref is not None:
            ref = item.ref
            await self._work.change(item.case, lambda case: reporter_side.not_shown(case, ref, now), now)
        chat = await self._work.chat(item.pseudonym)
        for case_ref in chat.cases if chat is not None else ():
            if case_ref.is_open:
                await self._work.change(case_ref.number, lambda case: reporter_side.blocked(case, now), now)

    async def _key_changed(self, item: Item, now: datetime) -> None:
        """The phone has a new identity: it may be somebody else's, so pushes wait for the right words."""
        seconds = int(now.timestamp())
        await self._work.change_chat(
            item.pseudonym, lambda chat: None if chat is None else replace(chat, locked_at=seconds)
        )
        chat = await self._work.chat(item.pseudonym)
        for case_ref in chat.cases if chat is not None else ():
            if case_ref.is_open:
                await self._work.change(
                    case_ref.number, lambda case: reporter_side.key_changed(case, now), now
                )

    async def _page_failed(self, item: Item, reason: str, now: datetime) -> None:
        """The person's next channel, if this was not one of several at once; with none left, the next person."""
        ways = self._work.dispatch.paging.alarms(item.person)
        if reason != AWAY:
            self._dead[item.person, item.channel] = now
        alive = tuple(way for way in ways if not self._is_dead(item.person, way[0], now))
        await self._elsewhere(item, alive, now)
        if not item.case:
            if reason != AWAY and item.mark == GROUP and not alive:
                await self._cannot_reach(item.person, now)
            return
        if reason == AWAY:
            return
        again, names = self._work.dispatch.plan_again, [name for name, _ in ways]
        await self._work.change(
            item.case,
            lambda case: escalation.way_failed(
                case, item.person, item.channel, names, now, lambda: again(case, now)
            ),
            now,
        )

    async def _cannot_reach(self, person: str, now: datetime) -> None:
        """The page about all failed: each case that it stood for wakes its next person at once."""
        self._work.dispatch.paging.grouping.cannot_reach(person, now)
        again = self._work.dispatch.plan_again
        for waiting in nobody_has(await self._work.open_cases(), person):
            if person not in waiting.unreachable:
                await self._work.change(
                    waiting.number,
                    lambda case: escalation.undeliverable(case, person, now, plan=again(case, now)),
                    now,
                )

    async def _elsewhere(self, item: Item, ways: tuple[tuple[str, str], ...], now: datetime) -> None:
        """Queue it on the first of these channels that it has not tried."""
        for sender, address in ways:
            if sender in item.rest:
                pending = Pending(item.case % self._work.dispatch.shards)
                rest = tuple(name for name in item.rest if name != sender)
                again = replace(item, channel=sender, address=address, rest=rest)
                self._work.dispatch.post.send(pending, again, now)
                await self._work.commit(pending)
                return

    def _is_dead(self, person: str, channel: str, now: datetime) -> bool:
        failed = self._dead.get((person, channel))
        return failed is not None and now - failed <= FAILED_FOR


def _greeted_lately(chat: Chat, now: datetime) -> bool:
    return chat.greets_at is not None and now.timestamp() - chat.greets_at < HELLO_AGAIN.total_seconds()


def _shown(chat: Chat | None, item: Item, now: datetime) -> Chat:
    """The chat with a person's message on its screen."""
    chat = chat or Chat(item.channel, item.address, item.language)
    chat = replace(chat, shown=int(now.timestamp()), shown_case=item.case)
    return replace(chat, consent=item.mark) if item.mark.startswith("consent|") else chat
