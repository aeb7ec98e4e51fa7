"""What was sent is settled together: told to its case first, kept when the store is away, deleted when cancelled."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from responders.box import Tampered
from responders.clearing import Clearing
from responders.items import Item, Kind
from responders.settling import Settling
from responders.store import Settled, Store, StoreDown

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANSWER = Item(Kind.REPLY, "telegram", "5", text="thanks")
PAGE = Item(Kind.PAGE, "telegram-alerts", "7", text="an alarm", case=42)


class _Told:
    """A store, a clearing and a case's ear, which note in one list what they are told."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.is_away = False
        self.cancelled: list[str] = []
        self.once = asyncio.Event()

    async def settle(self, shard: int, settled: Sequence[Settled], _now: datetime) -> list[str]:
        if self.is_away:
            raise StoreDown("away")
        self.told.append((shard, [one.id for one in settled]))
        self.once.set()
        return self.cancelled

    async def delete(self, channel: str, address: str, ids: Sequence[str]) -> None:
        self.told.append(("deleted", channel, address, list(ids)))

    async def arrived(self, item: Item) -> None:
        self.told.append(item.kind)

    def settling(self) -> Settling:
        here = cast("Any", self)  # Any: it stands for two parts
        return Settling(
            cast("Store", here), lambda: NOW, cast("Clearing", here), self.arrived, self.told.append
        )


async def test_a_case_hears_of_it_before_the_outbox_forgets_it() -> None:
    told = _Told()
    settling = told.settling()
    settling.add(1, Settled("a"), (PAGE, "12"))
    settling.add(1, Settled("b"))
    await settling.flush()
    assert told.told == [Kind.PAGE, (1, ["a", "b"]), "a", "b"]
    assert not settling


async def test_nothing_is_lost_while_the_store_is_away() -> None:
    told = _Told()
    settling = told.settling()
    settling.add(1, Settled("a"), (ANSWER, "12"))
    told.is_away = True
    with pytest.raises(StoreDown):
        await settling.flush()
    assert settling
    told.is_away = False
    await settling.flush()
    assert (1, ["a"]) in told.told


async def test_what_was_cancelled_on_its_way_is_deleted_again() -> None:
    told = _Told()
    settling = told.settling()
    settling.add(1, Settled("a"), (ANSWER, "12,13"))
    told.cancelled = ["a"]
    await settling.flush()
    await settling.leave(30)
    assert told.told[-1] == ("deleted", "telegram", "5", ["12", "13"])


@pytest.mark.parametrize("item", [ANSWER, PAGE])
async def test_everything_is_settled_by_itself(item: Item) -> None:
    told = _Told()
    settling = told.settling()
    running = asyncio.create_task(settling.run())
    settling.add(1, Settled("a"), (item, "12"))
    async with asyncio.timeout(60):
        await told.once.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (1, ["a"]) in told.told


async def test_a_case_that_cannot_be_told_is_tried_thrice_and_holds_up_nobody() -> None:
    """Its record is damaged, say: what was sent is settled all the same, or it would be sent again for ever."""
    told = _Told()
    tries: list[Item] = []

    async def arrived(item: Item) -> None:
        if item.case == PAGE.case:
            tries.append(item)
            raise Tampered("a sealed record does not open in its place")

    here = cast("Any", told)  # Any: it stands for two parts
    settling = Settling(cast("Store", here), lambda: NOW, cast("Clearing", here), arrived, told.told.append)
    settling.add(1, Settled("a"), (PAGE, "12"))
    settling.add(1, Settled("b"), (ANSWER, "13"))

    await settling.flush()
    assert told.told == [(1, ["b"]), "b"]
    await settling.flush()
    assert settling
    await settling.flush()
    assert told.told == [(1, ["b"]), "b", (1, ["a"]), "a"]
    assert not settling
    assert len(tries) == 3


async def test_a_platform_that_asks_for_patience_keeps_nobody_elses_words_waiting() -> None:
    """Somebody erased what was on its way, and the platform deletes nothing for minutes: whoever writes meanwhile is
    heard."""
    told = _Told()
    answers = asyncio.Event()

    async def delete(_channel: str, _address: str, ids: Sequence[str]) -> None:
        await answers.wait()
        told.told.append(("deleted", list(ids)))

    here = cast("Any", told)  # Any: it stands for two parts
    clearing = cast("Any", SimpleNamespace(delete=delete))
    settling = Settling(cast("Store", here), lambda: NOW, clearing, told.arrived, told.told.append)
    told.cancelled = ["a"]
    settling.add(1, Settled("a"), (ANSWER, "12"))
    await settling.flush()
    settling.add(1, Settled("b"), (PAGE, "13"))
    async with asyncio.timeout(30):
        await settling.heard_from((PAGE.channel, PAGE.address))
    assert "b" in told.told

    answers.set()
    await settling.leave(30)
    assert told.told[-1] == ("deleted", ["12"])
    assert not settling.deleting
