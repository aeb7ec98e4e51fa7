"""Tells one story of faults: people report, many at once, while one fault follows the other; then ladders climb, the
worker ends in good order, and everything is reckoned up."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bot.clock import monotonic
from tests.chaos.faults import PLACES, Places, some_doubles, trouble_of
from tests.chaos.house import PEOPLE, House
from tests.chaos.ledger import Ledger
from tests.chaos.lives import PATIENCE, STOPS, Life, a_life, find, live
from tests.chaos.phone import Lost
from tests.chaos.reckoning import Records, reckon
from tests.chaos.story import settled
from tests.chaos.waiting import until

TO_THE_TOP = 11 * 60.0  # seconds: past the last step of the ladder
AND_AGAIN = 6 * 60.0  # and past its repetition, which asks whoever was away before
JUMPS = 3
CLIMBING = 45.0  # seconds in which a jump must show
TICK = 0.25  # seconds; the worker's clock goes TIMES as fast, so that ladders climb while faults last
TIMES = 5
WARM = 1.0  # seconds before a fault in which nobody's wait counts: they may fall into it
LONG = 8.0  # seconds of a fault that lasts


@dataclass(frozen=True, slots=True)
class Plan:
    """A story to tell. `at_once` people report until `reports` were sent, at least; between faults there are `calm`
    seconds, of other people's cases so many are taken as `cared` says. `places`: where the names are found."""

    names: Sequence[str]
    at_once: int = 10
    reports: int = 0
    calm: float = 0.0
    stops: Sequence[int] = STOPS
    cared: float = 0.0
    lasting: float = 0.0
    places: Places = field(default_factory=lambda: PLACES)

    @classmethod
    def of(
        cls,
        chance: random.Random,
        singles: Sequence[str],
        doubles: int,
        places: Places = PLACES,
        **how: object,
    ) -> "Plan":
        """These faults and some doubles, in any order."""
        names = [*singles, *some_doubles(chance, doubles, places)]
        return cls(chance.sample(names, len(names)), places=places, **how)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Span:
    """A fault from `began` to `ended`; `healed` is the first answer to anybody after it."""

    name: str
    began: float
    ended: float
    healed: float


@dataclass(slots=True)
class Figures:
    """What stories showed, together. `waits`: seconds from a tap to the page, of those in no fault."""

    faults: int = 0
    reports: int = 0
    repeats: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    waits: list[float] = field(default_factory=list)
    healings: list[tuple[float, str]] = field(default_factory=list)

    def add(self, other: "Figures") -> None:
        """One more story."""
        self.faults += other.faults
        self.reports += other.reports
        self.repeats += other.repeats
        self.seconds += other.seconds
        self.slowest = max(self.slowest, other.slowest)
        self.waits += other.waits
        self.healings += other.healings

    def __str__(self) -> str:
        waits = sorted(self.waits)
        parts = [
            f"{self.faults} faults survived, {self.reports} reports sent, lost 0",
            f"{self.repeats} messages repeated (all in the window)",
            f"slowest page {self.slowest:.2f} s, whatever failed",
        ]
        if waits:
            middle, late = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
            parts.append(f"tap to page outside faults p50 {middle:.2f} s, p99 {late:.2f} s (of {len(waits)})")
        if self.healings:
            parts.append("slowest healing {:.1f} s ({})".format(*max(self.healings)))
        return (
            "; ".join(parts)
            + f"; {self.seconds:.0f} s, {self.reports / max(self.seconds, 0.1):.1f} reports/s"
        )


async def tell(house: House, seed: int, plan: Plan) -> Figures:
    """The figures of one story, or an AssertionError with everything that is wrong."""
    chance = random.Random(seed)  # noqa: S311 - a story, not a secret
    ledger, lives, spans, over = Ledger(house), list[Life](), list[Span](), asyncio.Event()
    began = monotonic()
    await house.start_worker()
    clock = asyncio.create_task(_time_goes_by(house))
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(plan.at_once):
                one = random.Random(chance.random())  # noqa: S311 - as above
                group.create_task(_people(house, one, lives, over, plan))
            await _suffer(house, ledger, chance, spans, plan)
            await _enough(lives, plan)
            over.set()
        await settled(house)
        # the others were locked out before any answer
        lives = [life for life in lives if life.number or await find(house, life)]
        await _climbed(house, lives)
    except BaseException as fault:
        fault.add_note(_timeline(spans, began))
        raise
    finally:
        clock.cancel()
        with suppress(asyncio.CancelledError):
            await clock
    await settled(house)
    await house.stop_worker()
    reckoned = await reckon(house, lives, ledger, began)
    assert not reckoned.faults, "\n".join([*reckoned.faults[:20], _timeline(spans, began)])
    return _figures(house, lives, spans, reckoned.repeats, monotonic() - began)


def _timeline(spans: Sequence[Span], began: float) -> str:
    times = (f"{span.began - began:.0f} to {span.healed - began:.0f} s {span.name}" for span in spans)
    return f"faults: {'; '.join(times)}"


async def _time_goes_by(house: House) -> None:
    while True:
        await asyncio.sleep(TICK)
        house.advance(TICK * (TIMES - 1))


async def _people(
    house: House, chance: random.Random, lives: list[Life], over: asyncio.Event, plan: Plan
) -> None:
    while not over.is_set():
        life = a_life(house, chance, plan.stops, plan.cared)
        lives.append(life)
        await live(house, life)


async def _suffer(house: House, ledger: Ledger, chance: random.Random, spans: list[Span], plan: Plan) -> None:
    """One fault after the other; each must be healed before the next begins."""
    for name in plan.names:
        await asyncio.sleep(plan.calm * chance.random())
        lasts = chance.uniform(3.0, LONG) if chance.random() < plan.lasting else chance.uniform(0.5, 3.0)
        began = monotonic()
        async with trouble_of(name, plan.places)(house, ledger, chance):
            await asyncio.sleep(lasts)
        ended, known = monotonic(), len(house.intake.accepted)
        await until(
            lambda known=known: len(house.intake.accepted) > known,  # type: ignore[misc]
            lambda name=name: Lost(f"nobody was answered after: {name}"),  # type: ignore[misc]
            PATIENCE,
        )
        assert house.is_alive, f"the worker ended by itself: {name}"
        spans.append(Span(name, began, ended, monotonic()))


async def _enough(lives: list[Life], plan: Plan) -> None:
    many = plan.reports + plan.at_once  # whoever is about to report may be locked out
    while len(lives) < many:
        known = len(lives)
        await until(
            lambda known=known: len(lives) > known,  # type: ignore[misc]
            lambda: Lost("nobody reports any more"),
            PATIENCE,
        )


async def _climbed(house: House, lives: Sequence[Life]) -> None:
    """Whatever nobody took reaches the last step of its ladder, and then everybody again. A ladder that began again for
    a clock put right after our jump is jumped over once more; three jumps are less than the hour of a wrong clock."""
    left = [life for life in lives if life.taker is None]
    for seconds, people in ((TO_THE_TOP, ("coordinator",)), (AND_AGAIN, tuple(PEOPLE))):
        for _ in range(JUMPS):
            house.advance(seconds)
            with suppress(TimeoutError):
                async with asyncio.timeout(CLIMBING):
                    await _paged(house, left, people)
                    break
        silent = Records.of(house).silent(left, people)
        if silent:
            raise Lost(f"the ladder stood still: {silent[:6]}")


async def _paged(house: House, left: Sequence[Life], people: Sequence[str]) -> None:
    while Records.of(house).silent(left, people):  # noqa: ASYNC110 - the platform's record, which tells nobody
        await asyncio.sleep(TICK)


def _figures(
    house: House, lives: Sequence[Life], spans: Sequence[Span], repeats: int, seconds: float
) -> Figures:
    records = Records.of(house)

    def is_calm(life: Life) -> bool:
        paged = records.first_page(life)
        return not any(life.tapped < span.healed and paged > span.began - WARM for span in spans)

    waits = [records.first_page(life) - life.tapped for life in lives if is_calm(life)]
    healings = [(span.healed - span.ended, span.name) for span in spans]
    slowest = max((records.wait(life) for life in lives), default=0.0)
    return Figures(len(spans), len(lives), repeats, seconds, slowest, waits, healings)
