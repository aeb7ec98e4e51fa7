"""kill -9 of the worker and of signal-cli while hundreds of messages come: what is lost, and how long it takes."""

import asyncio
import random
import re
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass

import pytest

from bot.clock import monotonic
from tests.chaos.conftest import SEED
from tests.servers.signal_stack import SignalStack
from tests.signal.figures import Figures
from tests.signal.house import House
from tests.signal.talk import Talk

REPORTERS, EACH = 25, 20
KILLS, CLIENT_KILLS = 4, 2
RECOVERY = 5.0  # seconds
MEMORY = 120 << 20


@dataclass(slots=True)
class Crowd:
    """Reporters who were all asked for their own words."""

    talks: Sequence[Talk]

    async def say(self, house: House, number: int, texts: Sequence[str], at_once: int) -> None:
        """One of them writes, a few messages at a time, as fast as signal-cli takes them."""
        account = house.stack.accounts["intake"]
        for start in range(0, len(texts), at_once):
            sent = await self.talks[number].phone.burst(house.intake, texts[start : start + at_once])
            await house.stack.acked(account, *sent, within=120)

    async def answered(self, house: House, count: int) -> None:
        """Wait until so many more answers have been read."""

        def read() -> int:
            return sum(len(talk.phone.got) for talk in self.talks)

        enough = read() + count
        await house.stack.mock.until(lambda: read() >= enough, within=120)

    async def end(self) -> None:
        """All of them are done, so whatever they wrote before has been worked."""
        async with asyncio.TaskGroup() as group:
            for talk in self.talks:
                group.create_task(talk.says("DONE", "What would help most?"))

    async def words(self, house: House) -> list[list[str]]:
        """What stands in each one's sealed report, in order."""
        reports = [await house.parts(number) for number in await house.open_numbers()]
        words = [report["words"] for parts in reports for part in parts if (report := part.get("report"))]
        return sorted(words, key=lambda texts: int(re.findall(r"\d+", texts[0])[0]))


async def a_crowd(house: House, count: int = REPORTERS) -> Crowd:
    """They all go through the questions side by side."""
    talks = [Talk(await house.reporter(), house.intake, patience=60.0) for _ in range(count)]
    async with asyncio.TaskGroup() as group:
        for talk in talks:
            group.create_task(talk.to_the_words())
    return Crowd(talks)


def texts_of(number: int) -> list[str]:
    """What one of them writes."""
    return [f"reporter {number} message {count}" for count in range(EACH)]


ALL = {text for number in range(REPORTERS) for text in texts_of(number)}


@pytest.mark.within(300)
async def test_five_hundred_at_once_arrive_whole_and_in_order(house: House, figures: Figures) -> None:
    crowd = await a_crowd(house)
    began = monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range(REPORTERS):
            group.create_task(crowd.say(house, number, texts_of(number), EACH))
    await crowd.end()
    figures.note("500 messages at once, worked and answered", f"{monotonic() - began:.1f} s")
    figures.note("resident memory of the worker after them", f"{house.memory / (1 << 20):.0f} MiB")
    assert await crowd.words(house) == [texts_of(number) for number in range(REPORTERS)]
    assert house.memory <= MEMORY


@pytest.mark.within(400)
async def test_nothing_is_lost_when_the_worker_is_killed_while_five_hundred_come(
    house: House, figures: Figures
) -> None:
    chance, crowd = random.Random(SEED), await a_crowd(house)  # noqa: S311 - a sample, not a secret

    async def kill() -> None:
        for _ in range(KILLS):
            await crowd.answered(
                house, chance.randint(1, 60)
            )  # any moment, but not the same message three times
            await house.kill()

    words = await _while_they_write(house, crowd, chance, kill)
    missing = ALL - {text for texts in words for text in texts}
    figures.note(f"lost of {len(ALL)} with {KILLS} kills of the worker", str(len(missing)))
    assert words == [texts_of(number) for number in range(REPORTERS)]


@pytest.mark.within(400)
async def test_kill_9_of_the_client_loses_no_more_than_what_it_had_acknowledged_and_not_yet_handed_over(
    stack: SignalStack, house: House, figures: Figures
) -> None:
    """The documented window: signal-cli dies between its acknowledgement to Signal and its write to us."""
    chance, crowd = random.Random(SEED + 1), await a_crowd(house)  # noqa: S311 - a sample, not a secret

    async def kill() -> None:
        for _ in range(CLIENT_KILLS):
            await crowd.answered(house, chance.randint(1, 100))
            await stack.cli.kill()
            await stack.cli.start()

    words = await _while_they_write(house, crowd, chance, kill)
    heard = [text for texts in words for text in texts]
    missing = ALL - set(heard)
    figures.note(
        f"lost of {len(ALL)} with {CLIENT_KILLS} kills of signal-cli (the window)", str(len(missing))
    )
    assert len(heard) == len(set(heard)), "a message was worked twice"
    assert len(missing) <= 2 * CLIENT_KILLS


async def _while_they_write(
    house: House, crowd: Crowd, chance: random.Random, kill: Callable[[], Coroutine[None, None, None]]
) -> list[list[str]]:
    """Everybody writes and somebody kills; returns what stands in the reports."""
    async with asyncio.TaskGroup() as group:
        for number in range(REPORTERS):
            group.create_task(crowd.say(house, number, texts_of(number), chance.randint(1, 4)))
        group.create_task(kill())
    await crowd.end()
    return await crowd.words(house)


async def test_recovery_after_kill_9(stack: SignalStack, house: House, figures: Figures) -> None:
    reporter = Talk(await house.reporter(), house.intake)
    await reporter.says("hello", "How are things?")
    began = monotonic()
    await house.kill()
    await reporter.picks("I am not safe", "May we write here?")
    worker = monotonic() - began
    figures.note("answer after kill -9 of the worker", f"{worker:.1f} s")
    await stack.cli.kill()
    java = await stack.cli.start()
    began = monotonic()
    await reporter.picks("Yes, show", "Go on?")
    ours = monotonic() - began
    figures.note("answer after kill -9 of signal-cli", f"{java:.1f} s its own start and {ours:.1f} s ours")
    assert worker <= RECOVERY
    assert ours <= RECOVERY


async def test_what_is_written_while_we_are_down_waits_at_signals_server(
    stack: SignalStack, house: House
) -> None:
    reporter = Talk(await house.reporter(), house.intake)
    await reporter.says("hello", "How are things?")
    await house.settled()
    await house.stop()
    await stack.is_disconnected(stack.accounts["intake"])
    phones = [reporter.phone, *[await house.reporter() for _ in range(3)]]
    sent = [await phone.send(house.intake, "1") for phone in phones]
    house.advance(60)
    assert not any(stack.is_acked(stack.accounts["intake"], each) for each in sent)
    await house.start()
    for phone in phones:
        await phone.receives(lambda message: message.text)


async def test_a_worker_that_is_told_to_stop_while_messages_come_loses_at_most_one(
    house: House, figures: Figures
) -> None:
    """What signal-cli does when its last subscriber goes: test_client_keeps."""
    crowd = await a_crowd(house, 5)
    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(crowd.say(house, number, texts_of(number), 2))
        await crowd.answered(house, 20)
        await house.stop()
        await house.start()
    await crowd.end()
    heard = {text for texts in await crowd.words(house) for text in texts}
    missing = {text for number in range(5) for text in texts_of(number)} - heard
    figures.note("lost of 100 with a stop in good order among them", str(len(missing)))
    assert len(missing) <= 1
