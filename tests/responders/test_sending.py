"""The outbox on the real store: order for each address, the two faults, cancellations, leases, a graceful stop."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from responders.delivery import Message, Reason, TryAgain, Undeliverable
from responders.items import Item, Kind, sealed
from responders.keyring import MasterKey, TransitKeyring, pseudonym, store_box
from responders.pending import Pending
from responders.post import LEASE, Post
from responders.sending import Sending
from responders.store import Claimed, Queued, Store, StoreDown
from responders.valkey import EmbeddedStore
from tests.chaos.waiting import until
from tests.responders.organisations import MONDAY

MASTER = MasterKey(bytes(32))
PAGE = Item(Kind.PAGE, "bot", "700", person="first", text="a page", case=12)


class Phones:
    """A strict platform: what it was given, in order; it can be away, closed to an address, slow, or broken."""

    def __init__(self) -> None:
        self.shown: dict[str, list[str]] = defaultdict(list)
        self.faults: dict[str, list[Exception]] = defaultdict(list)
        self.slow: dict[str, asyncio.Event] = {}
        self.entered = asyncio.Event()
        self.seen: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._ids: dict[str, tuple[str, str]] = {}

    async def send(self, address: str, message: Message) -> str:
        assert message.text, "a platform refuses what is empty"
        self.entered.set()
        if address in self.slow:
            await self.slow[address].wait()
        if self.faults[address]:
            raise self.faults[address].pop(0)
        self.shown[address].append(message.text)
        self.seen[message.text].set()
        name = f"{len(self._ids)}"
        self._ids[name] = (address, message.text)
        return name

    async def delete(self, address: str, ids: Sequence[str]) -> Sequence[str]:
        for name in ids:
            owner, text = self._ids[name]
            assert owner == address, "a platform deletes in the chat that is named, and nowhere else"
            if text in self.shown[address]:
                self.shown[address].remove(text)
        return []


class Worker:
    """One process's outbox, with a clock that is moved and nothing waited for."""

    def __init__(self, store: Store, folder: Path, phones: Phones) -> None:
        self.store = store
        self.now = MONDAY
        self.transit = TransitKeyring(folder / "transit", MASTER)
        self.box = store_box(MASTER)
        self.sending = Sending(
            store, self.transit, self.box, {"bot": phones}, lambda: self.now,
            lambda channel, address: pseudonym(MASTER, channel, address), 1,
        )  # fmt: skip
        self.sending.pause = self.sending.clearing.pause = self._pause
        self.sending.on_undeliverable = self._failed
        self.sending.on_arrived = self._arrived
        self.post = Post(self.transit)
        self.waited: list[float] = []
        self.failed: list[tuple[str, str]] = []
        self.arrived: list[str] = []
        self.store_is_down = 0

    async def sends(self, *items: Item, done: bool = True) -> None:
        """Commit and send, as `dispatch` and `offer` do; with `done`, until nothing is on its way."""
        pending = Pending(0)
        for number, item in enumerate(items):
            self.post.send(pending, item, self.now, item_id=f"i{number}.{item.address}.{item.text}")
        await self.store.commit(pending.commit())
        self.sending.offer(0, pending.queue)
        if done:
            await self.sending.drain()

    async def cancels(self, item: Item) -> None:
        pending = Pending(0)
        pending.cancel(f"i0.{item.address}.{item.text}")
        await self.store.commit(pending.commit())

    async def _pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        await asyncio.sleep(0)

    async def _failed(self, item: Item, reason: str) -> None:
        if self.store_is_down:
            self.store_is_down -= 1
            raise StoreDown("the store is away")
        self.failed.append((item.text, reason))

    async def _arrived(self, item: Item) -> None:
        if self.store_is_down:
            self.store_is_down -= 1
            raise StoreDown("the store is away")
        self.arrived.append(item.text)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """With its loops."""
        running = asyncio.create_task(self.sending.run())
        yield
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    async def queued(self) -> list[str]:
        return await self.store.unsent(0, self.now + timedelta(days=1))


@pytest.fixture
def phones() -> Phones:
    return Phones()


@pytest.fixture
def worker(store: Store, short_folder: Path, phones: Phones) -> Worker:
    return Worker(store, short_folder, phones)


def texts(address: str, *said: str) -> list[Item]:
    return [Item(Kind.REPLY, "bot", address, text=text) for text in said]


async def test_everything_for_one_address_goes_in_order_and_nobody_waits_for_another(
    worker: Worker, phones: Phones
) -> None:
    phones.slow["a"] = asyncio.Event()
    await worker.sends(*texts("a", "1", "2", "3"), *texts("b", "x", "y"), done=False)
    await phones.seen["y"].wait()
    assert phones.shown["b"] == ["x", "y"]
    assert phones.shown["a"] == []

    phones.slow["a"].set()
    await worker.sending.drain()

    assert phones.shown["a"] == ["1", "2", "3"]
    assert await worker.queued() == []


async def test_a_channel_that_asks_for_patience_is_asked_again_and_the_order_kept(
    worker: Worker, phones: Phones
) -> None:
    phones.faults["a"] = [TryAgain(timedelta(seconds=3)), TryAgain(timedelta(seconds=0))]

    await worker.sends(*texts("a", "1", "2"))

    assert phones.shown["a"] == ["1", "2"]
    assert worker.waited == [3.0, 0.05]
    assert worker.failed == []


async def test_a_page_whose_channel_is_away_for_ten_seconds_is_reported_once(
    worker: Worker, phones: Phones
) -> None:
    phones.faults["700"] = [TryAgain(timedelta(seconds=4)) for _ in range(6)]

    await worker.sends(PAGE)

    assert worker.failed == [("a page", "away")]
    assert phones.shown["700"] == ["a page"]


async def test_what_can_never_arrive_is_reported_before_it_is_forgotten(
    worker: Worker, phones: Phones
) -> None:
    phones.faults["700"] = [Undeliverable(Reason.BLOCKED), Undeliverable(Reason.BLOCKED)]
    worker.store_is_down = 1

    await worker.sends(PAGE)

    assert worker.failed == [("a page", "blocked")]
    assert await worker.queued() == []


@pytest.mark.parametrize("item", [replace(PAGE, channel="fax"), replace(PAGE, address="")])
async def test_what_has_no_channel_or_no_address_is_undeliverable(worker: Worker, item: Item) -> None:
    await worker.sends(item)

    assert worker.failed == [("a page", "unregistered")]


async def test_a_case_hears_of_an_arrival_before_the_outbox_forgets_it(
    worker: Worker, phones: Phones
) -> None:
    worker.store_is_down = 1
    with pytest.raises(StoreDown):
        await worker.sends(PAGE)
    assert len(await worker.queued()) == 1

    await worker.sending.drain()

    assert worker.arrived == ["a page"]
    assert await worker.queued() == []
    assert phones.shown["700"] == ["a page"]


async def test_what_is_cancelled_while_it_waits_is_not_sent(worker: Worker, phones: Phones) -> None:
    away = asyncio.Event()

    async def pause(_seconds: float) -> None:
        await worker.cancels(PAGE)
        away.set()

    worker.sending.pause = pause
    phones.faults["700"] = [TryAgain(timedelta(seconds=3))]

    await worker.sends(PAGE)

    assert away.is_set()
    assert phones.shown["700"] == []
    assert await worker.queued() == []


async def test_what_is_cancelled_on_its_way_is_deleted_again(worker: Worker, phones: Phones) -> None:
    phones.slow["700"] = asyncio.Event()
    await worker.sends(PAGE, done=False)
    await phones.entered.wait()
    await worker.cancels(PAGE)
    phones.slow["700"].set()

    await worker.sending.drain()

    assert phones.shown["700"] == []
    assert await worker.queued() == []


async def test_another_worker_sends_what_a_dead_one_held_when_its_lease_ends(
    worker: Worker, store: Store, short_folder: Path, phones: Phones
) -> None:
    pending = Pending(0)
    worker.post.send(pending, PAGE, worker.now)
    await store.commit(pending.commit())  # and the worker dies before it sends
    other = Worker(store, short_folder, phones)

    claimed = await store.claim_outbox(0, other.now, LEASE, 10)
    assert claimed.items == [], "leased"
    other.now += LEASE
    async with other.running():
        await phones.entered.wait()
        await other.sending.drain()

    assert phones.shown["700"] == ["a page"]
    assert await other.queued() == []


async def test_what_is_in_hand_is_known_until_it_is_sent(worker: Worker, phones: Phones) -> None:
    phones.slow["700"] = asyncio.Event()
    await worker.sends(PAGE, texts("800", "another's")[0], done=False)
    await phones.seen["another's"].wait()
    assert [item.text for _, item in worker.sending.in_hand()] == ["a page"]
    phones.slow["700"].set()
    await worker.sending.drain()
    assert list(worker.sending.in_hand()) == []


async def test_what_is_due_later_waits_for_its_time(worker: Worker, phones: Phones) -> None:
    pending = Pending(0)
    worker.post.send(pending, PAGE, worker.now, due=worker.now + timedelta(seconds=10))
    await worker.store.commit(pending.commit())
    async with worker.running():
        worker.sending.offer(0, pending.queue)
        await worker.store.read(["{s0}:nothing"])
        assert phones.shown["700"] == []
        worker.now += timedelta(seconds=10)
        worker.sending.offer(0, pending.queue)
        await phones.entered.wait()
        await worker.sending.drain()

    assert phones.shown["700"] == ["a page"]


async def test_a_graceful_stop_gives_back_what_still_waits(worker: Worker, phones: Phones) -> None:
    phones.slow["700"] = asyncio.Event()
    await worker.sends(PAGE, *texts("b", "x"), done=False)
    await phones.seen["x"].wait()

    await worker.sending.drain(patience=0)

    assert await worker.queued() == ["i0.700.a page"]


async def test_an_item_that_breaks_us_counts_as_undeliverable_after_the_third_try(
    worker: Worker, phones: Phones
) -> None:
    phones.faults["700"] = [ZeroDivisionError(), ZeroDivisionError(), ZeroDivisionError()]
    await worker.sends(PAGE, *texts("b", "x"))
    assert phones.shown["b"] == ["x"]

    for _ in range(2):
        worker.now += LEASE
        claimed = await worker.store.claim_outbox(0, worker.now, LEASE, 10)
        for item_id, blob in claimed.items:
            worker.sending.offer(0, [Queued(item_id, worker.now, blob, worker.now)])
        await worker.sending.drain()

    assert worker.failed == [("a page", "refused")]
    assert await worker.queued() == []


async def test_an_item_whose_key_is_gone_is_dropped(worker: Worker) -> None:
    pending = Pending(0)
    blob = sealed(PAGE, "i1", worker.transit, worker.now)
    pending.send(Queued("i1", worker.now, blob, worker.now + LEASE))
    await worker.store.commit(pending.commit())
    worker.transit.destroy_before((worker.now + timedelta(days=1)).date())

    worker.sending.offer(0, pending.queue)
    await worker.sending.drain()

    assert await worker.queued() == []


async def test_an_act_is_written_into_the_audit_once(worker: Worker) -> None:
    act = Item(Kind.AUDIT, person="first", text="case.taken", case=12, at=int(MONDAY.timestamp()))
    await worker.sends(act)
    await worker.sends(act)

    (link,) = await worker.store.read_audit()
    assert b'"act": "case.taken"' in link.entry


def clearing(address: str, **which: object) -> Item:
    return replace(Item(Kind.CLEAR, "bot", address), **which)  # type: ignore[arg-type]


async def test_clearing_a_chat_finds_all_that_was_sent_just_before_it(worker: Worker, phones: Phones) -> None:
    await worker.sends(*texts("a", "1", "2"), *texts("b", "x"), clearing("a"), *texts("a", "gone"))

    assert phones.shown["a"] == ["gone"]
    assert phones.shown["b"] == ["x"]


async def test_only_the_receipt_goes_or_only_what_is_about_one_case(worker: Worker, phones: Phones) -> None:
    receipt = Item(Kind.REPLY, "bot", "a", text="four words", mark="receipt")
    about = [replace(PAGE, address="a", text=f"page {number}", case=number) for number in (12, 13)]
    await worker.sends(*texts("a", "1"), receipt, *about)

    await worker.sends(clearing("a", mark="receipt"))
    assert phones.shown["a"] == ["1", "page 12", "page 13"]
    await worker.sends(clearing("a", case=12))
    assert phones.shown["a"] == ["1", "page 13"]


async def test_a_quote_of_a_sent_message_leads_to_its_case(worker: Worker) -> None:
    await worker.sends(PAGE, *texts("b", "x"))
    who = pseudonym(MASTER, "bot", "700")

    assert await worker.sending.clearing.case_of(who, "0") == 12
    assert await worker.sending.clearing.case_of(who, "1") is None


async def test_an_answer_quicker_than_the_platforms_own_finds_what_it_answers(
    worker: Worker, phones: Phones
) -> None:
    phones.slow["700"] = asyncio.Event()
    await worker.sends(PAGE, done=False)
    await phones.entered.wait()  # it is on their screen; the platform has not told us yet
    heard = asyncio.create_task(worker.sending.heard_from("bot", "700"))
    other = asyncio.create_task(worker.sending.heard_from("bot", "another"))
    await other
    assert not heard.done()
    phones.slow["700"].set()
    await heard
    assert worker.arrived == ["a page"]


async def test_words_do_not_wait_for_answers_of_ours_that_nobody_waits_to_hear_of(
    worker: Worker, phones: Phones
) -> None:
    phones.slow["a"] = asyncio.Event()
    await worker.sends(*texts("a", "the next question"), done=False)
    await phones.entered.wait()
    await worker.sending.heard_from("bot", "a")
    assert worker.arrived == []
    phones.slow["a"].set()
    await worker.sending.drain()


async def test_words_are_worked_also_when_what_they_answer_cannot_be_noted(
    worker: Worker, phones: Phones
) -> None:
    phones.slow["700"] = asyncio.Event()
    phones.slow["700"].set()
    await worker.sends(PAGE, done=False)
    await phones.seen["a page"].wait()
    worker.store_is_down = 1
    await worker.sending.heard_from("bot", "700")
    assert worker.arrived == []
    await worker.sending.heard_from("bot", "700")
    assert worker.arrived == ["a page"]


async def test_an_item_of_a_newer_version_waits_for_a_worker_that_can_read_it(
    worker: Worker, phones: Phones
) -> None:
    """It used to end every older worker that looked into the outbox, again and again."""
    foreign = worker.transit.seal(b'{"kind":"of tomorrow"}', b"outbox|i1", worker.now)
    pending = Pending(0)
    pending.queue.append(Queued("i1", worker.now, foreign))
    await worker.store.commit(pending.commit())
    claimed = await worker.store.claim_outbox(0, worker.now, LEASE, 10)
    for item_id, blob in claimed.items:
        worker.sending._take(0, item_id, blob)
    await worker.sends(PAGE)
    assert phones.shown["700"] == ["a page"]
    later = await worker.store.claim_outbox(0, worker.now + LEASE * 2, LEASE, 10)
    assert [item_id for item_id, _ in later.items] == ["i1"]


class ThinStore(Store):
    """A store of several machines of which too few have what is in the outbox."""

    is_thin = True

    async def claim_outbox(self, shard: int, now: datetime, lease: timedelta, limit: int) -> Claimed:
        claimed = await super().claim_outbox(shard, now, lease, limit)
        return replace(claimed, lasts=not self.is_thin)


async def test_what_too_few_machines_have_wakes_somebody_but_confirms_nothing(
    valkey: EmbeddedStore, store: Store, short_folder: Path, phones: Phones
) -> None:
    thin = ThinStore(valkey.url)
    worker = Worker(thin, short_folder, phones)
    pending = Pending(0)
    confirmation = Item(Kind.REPLY, "bot", "900", text="We have it")
    taken = Item(Kind.TELL, "bot", "701", text="12 is yours", case=12)
    for item in (confirmation, taken, PAGE):
        worker.post.send(pending, item, worker.now, due=worker.now)
    await store.commit(pending.commit())
    async with worker.running():
        async with asyncio.timeout(30):
            await phones.seen["a page"].wait()
        assert (phones.shown["900"], phones.shown["701"]) == ([], [])
        thin.is_thin = False
        worker.now += LEASE
        async with asyncio.timeout(30):
            await phones.seen["We have it"].wait()
            await phones.seen["12 is yours"].wait()
    await worker.sending.drain()
    await thin.close()


async def test_what_another_keyring_sealed_is_left_to_the_worker_that_has_it(
    store: Store, short_folder: Path, phones: Phones
) -> None:
    (short_folder / "elsewhere").mkdir()
    ours, theirs = Worker(store, short_folder, phones), Worker(store, short_folder / "elsewhere", phones)
    theirs.transit.seal(b"today's", b"", theirs.now)
    pending = Pending(0)
    ours.post.send(pending, PAGE, ours.now, due=ours.now)
    await store.commit(pending.commit())
    async with theirs.running():
        unread = theirs.sending._unread
        await until(lambda: bool(unread), lambda: AssertionError("the other one never claimed it"))
    assert len(await ours.queued()) == 1
    ours.now += LEASE
    async with ours.running(), asyncio.timeout(30):
        await phones.seen["a page"].wait()
    await ours.sending.drain()


async def test_the_page_about_all_and_a_page_to_nobody_do_not_wait_behind_what_is_only_written_down(
    worker: Worker,
) -> None:
    gate, told = asyncio.Event(), asyncio.Event()

    async def gather(_item: Item, _now: datetime) -> None:
        told.set()

    worker.sending.group = gather
    audit = worker.store.append_audit

    async def slow(entry_id: str, entry: bytes) -> None:
        await gate.wait()
        await audit(entry_id, entry)

    worker.store.append_audit = slow  # type: ignore[method-assign]
    await worker.sends(
        Item(Kind.AUDIT, person="first", text="case.taken", case=12),
        Item(Kind.GROUP, person="first", mark="20261005130000"),
        replace(PAGE, channel="", address=""),
        done=False,
    )
    async with asyncio.timeout(30):
        await told.wait()
    await until(lambda: bool(worker.failed), lambda: AssertionError("the next person is not woken"))
    gate.set()
    await worker.sending.drain()
