"""More arrives than can be worked: strangers' messages are kept and worked in order, known reporters go through."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels import Inbound
from bot.door import FORGOTTEN, WIDTH, Door
from responders.inbox import Inbox
from responders.keyring import MasterKey, TransitKeyring, mark, pseudonym
from responders.store import Store, StoreDown
from tests.chaos.waiting import until
from tests.responders.organisations import MONDAY

MASTER = MasterKey(bytes(32))
AT_ONCE = 3


class Work:
    """A handler that is slow until it is let go; `begun` and `done` in their order."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self.begun: list[str] = []
        self.done: list[str] = []
        self.gate = asyncio.Event()
        self.known: set[str] = set()
        self.faults: list[Exception] = []
        self.away: set[str] = set()

    async def handle(self, inbound: Inbound) -> None:
        name = f"{inbound.address}.{inbound.message_id}"
        self.begun.append(name)
        if inbound.address not in self.known:
            await self.gate.wait()
        if self.faults:
            raise self.faults.pop()
        if inbound.address in self.away:
            raise StoreDown("away")
        if inbound.in_inbox:  # as the commit of a turn does
            await self._inbox.drop(self._inbox.place("telegram", inbound.address, inbound.message_id))
        self.done.append(name)

    async def is_known(self, inbound: Inbound) -> bool:
        return inbound.address in self.known


class Hall:
    """A door, its work, and what is under way."""

    def __init__(self, store: Store, folder: Path) -> None:
        transit = TransitKeyring(folder / "transit", MASTER)
        self.inbox = Inbox(
            store, transit, lambda text: mark(MASTER, text), lambda c, a: pseudonym(MASTER, c, a), 2
        )
        self.work = Work(self.inbox)
        self.now = MONDAY
        self.tasks: list[asyncio.Task[None]] = []
        self.door = self.another()

    def another(self, most: int = 100) -> Door:
        return Door(
            "telegram", self.inbox, lambda: self.now, self.work.handle, self.work.is_known, AT_ONCE, most
        )

    def comes(self, address: str, message_id: str = "m1", channel: str = "telegram") -> "asyncio.Task[None]":
        """Somebody writes; the task ends when the platform may be told that it was received."""
        task = asyncio.create_task(self.door.hear(Inbound(channel, address, message_id, text="SOS")))
        self.tasks.append(task)
        return task

    async def is_full(self) -> None:
        """As many strangers are in work as may be."""
        for number in range(AT_ONCE):
            self.comes(f"first{number}")
        await until(lambda: len(self.work.begun) == AT_ONCE, lambda: AssertionError("the first are in work"))

    async def kept(self) -> int:
        return len(await self.inbox.waiting("telegram"))


@pytest.fixture
async def hall(store: Store, short_folder: Path) -> AsyncIterator[Hall]:
    hall = Hall(store, short_folder)
    yield hall
    hall.work.gate.set()
    await asyncio.gather(*hall.tasks)


async def test_a_strangers_message_beyond_what_is_in_work_is_kept_and_confirmed_before_it_is_worked(
    hall: Hall,
) -> None:
    await hall.is_full()
    await hall.comes("ben")
    assert "ben.m1" not in hall.work.begun
    assert await hall.kept() == 1
    assert hall.door.waiting == 1


async def test_a_known_reporter_goes_straight_through(hall: Hall) -> None:
    hall.work.known = {"ana"}
    await hall.is_full()
    for number in range(20):
        await hall.comes(f"fake{number}")
    await hall.comes("ana")
    assert hall.work.done == ["ana.m1"]


async def test_what_was_put_aside_is_worked_in_its_order_and_leaves_the_inbox(hall: Hall) -> None:
    await hall.is_full()
    for number in range(5):
        await hall.comes("ben", f"m{number}")
    hall.work.gate.set()
    while await hall.door.next():
        pass
    assert [name for name in hall.work.done if name.startswith("ben")] == [
        f"ben.m{number}" for number in range(5)
    ]
    assert await hall.kept() == 0
    assert hall.door.waiting == 0


async def test_who_has_something_put_aside_does_not_overtake_themselves(hall: Hall) -> None:
    await hall.is_full()
    await hall.comes("ben", "m1")
    hall.work.known = {"ben"}
    await hall.comes("ben", "m2")
    assert "ben.m2" not in hall.work.begun, "not even when somebody has come to know them meanwhile"


async def test_what_a_dead_worker_had_put_aside_is_found_by_the_next_one(hall: Hall) -> None:
    await hall.is_full()
    await hall.comes("ben")
    hall.work.gate.set()
    after = hall.another()
    await after.look(timedelta(0))
    assert await after.next()
    assert "ben.m1" in hall.work.done
    assert await hall.kept() == 0


async def test_the_platform_repeating_a_message_puts_it_aside_once(hall: Hall) -> None:
    await hall.is_full()
    await hall.comes("ben")
    await hall.comes("ben")
    assert await hall.kept() == 1
    assert hall.door.waiting == 1


async def test_work_that_fails_is_offered_again(hall: Hall) -> None:
    await hall.is_full()
    await hall.comes("ben")
    hall.work.gate.set()
    await until(lambda: len(hall.work.done) == AT_ONCE, lambda: AssertionError("the first are through"))
    hall.work.faults = [StoreDown("away"), ValueError("a bug")]
    await hall.door.next()
    await until(lambda: hall.work.done[-1] == "ben.m1", lambda: AssertionError(f"{hall.work.begun}"))
    assert hall.work.begun.count("ben.m1") == 3


async def test_beyond_what_may_be_put_aside_the_platform_waits(hall: Hall) -> None:
    hall.door = hall.another(most=2)
    await hall.is_full()
    await hall.comes("ben")
    await hall.comes("eva")
    last = hall.comes("zoe")
    await until(lambda: hall.door.waiting == 2, lambda: AssertionError("two are put aside"))
    assert not last.done()
    hall.work.gate.set()
    while not last.done():
        await hall.door.next()
        await hall.kept()


async def test_another_channel_and_what_lies_in_the_inbox_already_are_worked_at_once(hall: Hall) -> None:
    await hall.is_full()
    hall.comes("ben", channel="local")
    task = asyncio.create_task(hall.door.hear(replace(Inbound("telegram", "eva", "m1"), in_inbox=True)))
    hall.tasks.append(task)
    await until(
        lambda: {"ben.m1", "eva.m1"} <= set(hall.work.begun), lambda: AssertionError("both are in work")
    )


async def test_its_loops_work_what_is_put_aside(hall: Hall) -> None:
    await hall.is_full()
    for number in range(30):
        await hall.comes(f"fake{number}")
    hall.work.gate.set()
    running = asyncio.create_task(hall.door.run())
    await until(
        lambda: len(hall.work.done) == 30 + AT_ONCE,
        lambda: AssertionError(f"{len(hall.work.done)} {hall.door.waiting} {running}"),
    )
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await hall.kept() == 0


async def test_what_a_newer_version_left_in_the_inbox_ends_nobody_and_stays(hall: Hall) -> None:
    place = hall.inbox.place("telegram", "zoe", "m1")
    await hall.inbox.put("telegram", place, b"of another version", hall.now)
    await hall.is_full()
    await hall.comes("ben")
    after = hall.another()
    hall.work.gate.set()
    await after.look(timedelta(0))
    assert await after.next()
    assert "ben.m1" in hall.work.done
    assert await hall.kept() == 1


async def test_what_was_put_aside_before_the_clock_went_back_is_found_by_the_next_worker(hall: Hall) -> None:
    await hall.is_full()
    await hall.comes("ben")
    hall.work.gate.set()
    hall.now -= timedelta(hours=1)
    for older_than in (timedelta(0), FORGOTTEN):
        after = hall.another()
        await after.look(older_than)
        assert after.waiting == 1


async def test_whoever_takes_an_account_over_works_what_was_left_there_before_anything_new(
    hall: Hall,
) -> None:
    await hall.is_full()
    await hall.comes("ben", "m1")
    hall.door = hall.another()
    await hall.comes("ben", "m2")
    hall.work.gate.set()
    while await hall.door.next():
        pass
    assert [name for name in hall.work.done if name.startswith("ben")] == ["ben.m1", "ben.m2"]


async def test_messages_that_cannot_be_worked_now_hold_up_no_other_strangers(hall: Hall) -> None:
    """As when the machine of one shard is away."""
    await hall.is_full()
    of_shard: dict[int, list[str]] = {0: [], 1: []}
    for number in range(100):
        address = f"fake{number}"
        of_shard[hall.inbox.place("telegram", address, "m1").shard].append(address)
    away, (ben, eva) = of_shard[0][: 2 * WIDTH], of_shard[1][:2]
    hall.work.away = set(away)
    for address in away:
        await hall.comes(address, "m1")
    await hall.comes(away[0], "m2")
    await hall.comes(ben)
    hall.work.gate.set()
    running = asyncio.create_task(hall.door.run())
    await until(lambda: f"{ben}.m1" in hall.work.done, lambda: AssertionError(f"{hall.work.begun}"))
    await hall.comes(eva)
    await until(
        lambda: f"{eva}.m1" in hall.work.done, lambda: AssertionError("no stranger is heard any more")
    )
    hall.work.away = set()
    await until(lambda: not hall.door.waiting, lambda: AssertionError(f"{hall.door.waiting} wait"))
    assert [name for name in hall.work.done if name.startswith(f"{away[0]}.")] == [
        f"{away[0]}.m1",
        f"{away[0]}.m2",
    ]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_nobody_waits_for_all_that_one_other_person_wrote(hall: Hall) -> None:
    await hall.is_full()
    for number in range(50):
        await hall.comes("loud", f"m{number:02}")
    await hall.comes("ben", "m1")
    await hall.comes("ben", "m2")
    hall.work.gate.set()
    for _ in range(4):
        await hall.door.next()
    assert [name for name in hall.work.done if not name.startswith("first")] == [
        "loud.m00",
        "ben.m1",
        "loud.m01",
        "ben.m2",
    ]
    while await hall.door.next():
        pass
    loud = [name for name in hall.work.done if name.startswith("loud")]
    assert loud == [f"loud.m{number:02}" for number in range(50)]
    assert not hall.door.waiting
