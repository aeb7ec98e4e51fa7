"""A story of faults with real processes: platform, network, store, clock and worker fail one after another while people
report. TOCSIN_CHAOS_SEED tells it again; TOCSIN_CHAOS=long tells TOCSIN_CHAOS_SEEDS stories, each with every fault."""

import asyncio
import os
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest

from bot.clock import monotonic
from tests.chaos.conftest import SEED
from tests.chaos.faults import TROUBLES
from tests.chaos.house import PEOPLE, House, a_house
from tests.chaos.ledger import Ledger
from tests.chaos.lives import PATIENCE, Life, a_life, find, live
from tests.chaos.reckoning import pages_of, reckon, repeats, slowest_page
from tests.chaos.story import Lost, settled
from tests.chaos.waiting import until

SEEDS = int(os.environ.get("TOCSIN_CHAOS_SEEDS", "1"))  # of the long form
AT_ONCE = 10  # people who report at the same time
SHORT = 6  # faults in the short form
TO_THE_TOP = 11 * 60.0  # seconds: past the last step of the ladder
AND_AGAIN = 6 * 60.0  # and past its repetition, which asks whoever was away before
TICK = 0.25  # seconds; the worker's clock goes TIMES as fast, so that ladders climb while faults last
TIMES = 5


@dataclass(frozen=True, slots=True)
class Span:
    """A fault that lasted until `ended`; `healed` is the first answer to anybody after it."""

    name: str
    ended: float
    healed: float


async def _time_goes_by(house: House) -> None:
    while True:
        await asyncio.sleep(TICK)
        house.advance(TICK * (TIMES - 1))


async def _people(house: House, chance: random.Random, lives: list[Life], over: asyncio.Event) -> None:
    while not over.is_set():
        life = a_life(house, chance)
        lives.append(life)
        await live(house, life)


async def _suffer(
    house: House, ledger: Ledger, names: Sequence[str], chance: random.Random, spans: list[Span]
) -> None:
    """One fault after the other; each must be healed before the next begins."""
    for name in names:
        async with TROUBLES[name](house, ledger, chance):
            await asyncio.sleep(chance.uniform(0.5, 3.0))
        ended, known = monotonic(), len(house.intake.accepted)
        await until(
            lambda known=known: len(house.intake.accepted) > known,  # type: ignore[misc]
            lambda name=name: Lost(f"nobody was answered after: {name}"),  # type: ignore[misc]
            PATIENCE,
        )
        spans.append(Span(name, ended, monotonic()))


async def _climbed(house: House, lives: Sequence[Life]) -> None:
    """Whatever nobody took reaches the last step of its ladder, and then everybody again."""
    left = [life for life in lives if not life.is_answered]
    for seconds, people in ((TO_THE_TOP, ("coordinator",)), (AND_AGAIN, tuple(PEOPLE))):
        house.advance(seconds)

        def silent(people: tuple[str, ...] = people) -> list[tuple[int, str]]:
            paged = {life.number: pages_of(house, life.number) for life in left}
            return [(number, name) for number in paged for name in people if not paged[number][name]]

        await until(
            lambda: not silent(),
            lambda: Lost(f"the ladder stood still: {silent()[:6]}"),
            PATIENCE,
        )


async def tell(house: House, seed: int, names: Sequence[str] | None) -> str:
    """One story; what it showed, or an AssertionError with every fault."""
    chance = random.Random(seed)  # noqa: S311 - a story, not a secret
    names = names or chance.sample(sorted(TROUBLES), len(TROUBLES))
    ledger, lives, spans, over = Ledger(house), list[Life](), list[Span](), asyncio.Event()
    began = monotonic()
    await house.start_worker()
    clock = asyncio.create_task(_time_goes_by(house))
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(_people(house, random.Random(chance.random()), lives, over))  # noqa: S311 - as above
            await _suffer(house, ledger, names, chance, spans)
            over.set()
        await settled(house)
        lives = [
            life for life in lives if await find(house, life)
        ]  # the others were locked out before any answer
        await _climbed(house, lives)
    finally:
        clock.cancel()
        with suppress(asyncio.CancelledError):
            await clock
    await settled(house)
    await house.stop_worker()
    wrong = await reckon(house, lives, ledger)
    assert not wrong, f"seed {seed}, {', '.join(names)}:\n" + "\n".join(wrong)
    healed = max(spans, key=lambda span: span.healed - span.ended)
    return (
        f"seed {seed}: {len(spans)} faults survived, {len(lives)} reports sent, lost 0; "
        f"{repeats(ledger).total()} messages repeated (all in the window); slowest page "
        f"{slowest_page(house, lives):.2f} s; slowest healing {healed.healed - healed.ended:.1f} s "
        f"({healed.name}); {monotonic() - began:.0f} s"
    )


@pytest.mark.parametrize("is_pushed", [False, True], ids=["polled", "pushed"])
async def test_no_fault_loses_a_report_or_leaves_it_with_nobody(is_pushed: bool, is_long: bool) -> None:
    chance = random.Random(SEED)  # noqa: S311 - a sample
    shuffled = chance.sample(sorted(TROUBLES), len(TROUBLES))
    some = shuffled[SHORT:][:SHORT] if is_pushed else shuffled[:SHORT]  # together, twice as many
    for seed in range(SEED, SEED + (SEEDS if is_long else 1)):
        async with a_house(is_pushed=is_pushed) as house:
            try:
                print(await tell(house, seed, None if is_long else some))  # noqa: T201 - the result
            except* (Lost, AssertionError) as fault:
                log = (house.folder / "worker.log").read_text()[-1500:]
                raise AssertionError(f"seed {seed} {some}: {fault.exceptions}\n{log}") from None


async def test_a_control_what_is_wrong_is_seen() -> None:
    async with a_house() as house:
        ledger = Ledger(house)
        await house.start_worker()
        lives = [a_life(house, random.Random(number)) for number in range(2)]  # noqa: S311 - two lives
        for life in lives:
            await live(house, life)
        await settled(house)
        assert await reckon(house, lives, ledger) == []
        accepted = house.intake.accepted
        shown = next(sent for sent in accepted if sent.person == lives[0].reporter)
        accepted.append(replace(shown, text=f"{shown.text} {lives[1].token}"))
        accepted.append(shown)
        accepted.remove(next(sent for sent in accepted if sent.person == lives[1].reporter))
        lives[0].answers["opening"] = "soon"
        lives[1].number += 100
        seen = "\n".join(await reckon(house, lives, ledger))
        for sign in (
            "somebody else's words", "1 times too often", "never shown", "the sealed report has", "cases are",
            "cases of nobody",
        ):  # fmt: skip
            assert sign in seen, f"{sign!r} is not in:\n{seen}"
        await house.stop_worker()
