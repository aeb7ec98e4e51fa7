"""What a look at the alert path sees: loops that move, alerts that wait in our hands, what nobody takes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.heartbeat import Beat, Beats, Result
from bot.pulse import Pulse
from responders.items import Ids, Item, Kind
from responders.post import LEASE
from responders.store import Commit, Queued, Store
from tests.responders.organisations import MONDAY

PAGE = Item(Kind.PAGE, "telegram-alerts", "700", person="first", text="a page")
SHARDS = 2


@dataclass
class Outbox:
    """A worker's hands."""

    passes: int = 0
    held: list[tuple[str, Item]] = field(default_factory=list)

    def in_hand(self) -> Iterator[tuple[str, Item]]:
        return iter(self.held)

    def takes(self, item: Item, now: datetime, name: str | None = None) -> None:
        self.held.append((name or Ids().next(now), item))


@dataclass
class Timers:
    passes: int = 0
    fails: bool = False

    def is_failing(self, now: datetime) -> bool:
        del now
        return self.fails


class Worker:
    """One process, looked at."""

    def __init__(self, store: Store) -> None:
        self.outbox, self.timers, self.pulse, self._store = Outbox(), Timers(), Pulse(), store

    async def looks(self, seconds: float = 0, *, moves: bool = True) -> Pulse:
        """A look so many seconds after twelve; between two looks the loops turn, or do not."""
        if moves:
            self.outbox.passes += 1
            self.timers.passes += 1
        now = MONDAY + timedelta(seconds=seconds)
        await self.pulse.take(self.outbox, self.timers, self._store, SHARDS, now)
        return self.pulse


async def test_a_worker_with_nothing_to_do_is_well(store: Store) -> None:
    pulse = await Worker(store).looks()
    assert (pulse.is_well, pulse.stuck, list(pulse.reasons())) == (True, (), [])


async def test_a_loop_that_does_not_move_is_seen_and_the_dead_man_hears_no_ping(store: Store) -> None:
    worker = Worker(store)
    await worker.looks()
    pulse = await worker.looks(2, moves=False)
    assert (pulse.is_moving, pulse.is_well) == (False, False)
    worker.outbox.passes += 1
    assert not (await worker.looks(4, moves=False)).is_moving, "timers stand still"
    assert (await worker.looks(6)).is_well


async def test_only_pages_count_and_only_when_they_are_older_than_ten_seconds(store: Store) -> None:
    worker = Worker(store)
    worker.outbox.takes(PAGE, MONDAY)
    worker.outbox.takes(Item(Kind.REPLY, "telegram", "800", text="hello"), MONDAY)
    assert (await worker.looks(10)).stuck == ()
    pulse = await worker.looks(11)
    assert pulse.stuck == ("telegram-alerts",)
    assert [age.total_seconds() for age in pulse.waiting.values()] == [11]
    worker.outbox.held.clear()
    assert (await worker.looks(12)).stuck == ()


async def test_a_page_that_waited_on_purpose_counts_from_when_it_is_in_our_hands(store: Store) -> None:
    worker = Worker(store)
    worker.outbox.takes(PAGE, MONDAY, name="page:first:telegram-alerts:12:202611021200")
    assert (await worker.looks(600)).stuck == ()
    assert (await worker.looks(611)).stuck == ("telegram-alerts",)


async def test_what_is_held_or_leased_is_not_untaken(store: Store) -> None:
    worker = Worker(store)
    held = Queued("c12.1.first", MONDAY + timedelta(minutes=10), b"sealed")
    ours = Queued("page", MONDAY, b"sealed", MONDAY + LEASE)
    await store.commit(Commit(1, queue=(held, ours), timers={"case:12:1": MONDAY + timedelta(hours=1)}))
    assert (await worker.looks(4)).untaken == timedelta(0)


async def test_an_item_or_a_timer_that_nobody_takes_is_seen_after_two_seconds_and_is_not_well_after_ten(
    store: Store,
) -> None:
    worker = Worker(store)
    await store.commit(Commit(1, timers={"case:12:1": MONDAY}))
    assert (await worker.looks(2)).untaken == timedelta(0)
    assert (await worker.looks(3)).untaken == timedelta(seconds=3)
    assert worker.pulse.is_well
    assert not (await worker.looks(10)).is_well
    assert list(worker.pulse.reasons()) == ["what is due is taken by no worker"]
    await store.claim_timers(1, MONDAY + timedelta(seconds=12), timedelta(seconds=4), 10)
    assert (await worker.looks(13)).is_well


async def test_a_store_that_is_away_leaves_the_rest_to_be_seen(short_folder: Path) -> None:
    nobody = short_folder / "nobody"  # listens there
    store = Store(f"unix://{nobody}", patience=timedelta(seconds=2), pauses=(0.01,))
    worker = Worker(store)
    worker.outbox.takes(PAGE, MONDAY)
    pulse = await worker.looks(11)
    assert (pulse.store_answers, pulse.is_well, pulse.stuck) == (False, False, ("telegram-alerts",))
    await store.close()


async def test_a_watch_that_hangs_is_not_believed_any_more(store: Store) -> None:
    worker, passed = Worker(store), [0.0]
    worker.pulse.clock = lambda: passed[0]
    assert (await worker.looks()).is_well
    passed[0] = 119
    assert worker.pulse.is_well
    passed[0] = 120
    assert not worker.pulse.is_well
    assert list(worker.pulse.reasons()) == ["nobody looks any more whether alerts go out"]
    assert (await worker.looks(2)).is_well


def test_one_channel_that_fails_is_no_reason_and_all_of_them_are() -> None:
    failed, accepted = Beat(Result.AWAY, MONDAY), Beat(Result.ACCEPTED, MONDAY)
    assert list(Pulse(beats=Beats({"email": failed, "webhook": accepted})).reasons()) == []
    assert list(Pulse(beats=Beats({"email": failed})).reasons()) == ["no alarm channel took its last test"]
