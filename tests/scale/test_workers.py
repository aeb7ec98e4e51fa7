"""Several workers on one store, then on a cluster: people report while workers and primaries are killed. What was
confirmed is one whole case each, somebody was woken, and nobody's words reached anybody else."""

import asyncio
import os
import random
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.clock import monotonic
from tests.chaos.ledger import Ledger
from tests.chaos.lives import Life, a_life, find, live
from tests.chaos.reckoning import IN_TIME, Records, _is_one_whole_case, _wrong_person, reckon
from tests.chaos.story import settled
from tests.chaos.waiting import until
from tests.chaos.worker import ALERTS, INTAKE
from tests.scale.crew import Crew, a_crew
from tests.scale.test_cluster import _frozen, _killed, _succeeded
from tests.servers.valkey_nodes import a_cluster

SEED = int(os.environ.get("TOCSIN_CHAOS_SEED", secrets.randbelow(1_000_000)))
AT_ONCE = 6  # people who report at the same time
KILLS = 6 if os.environ.get("TOCSIN_CHAOS") == "long" else 2
PATIENCE = 60.0


@dataclass(slots=True)
class People:
    """Those who report, one after the other in each place, until it is over."""

    crew: Crew
    chance: random.Random
    lives: list[Life] = field(default_factory=list)
    lived: int = 0

    @asynccontextmanager
    async def reporting(self) -> AsyncIterator[None]:
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._report(random.Random(self.chance.random()), over))  # noqa: S311 - a story
            try:
                yield
            finally:
                over.set()

    async def _report(self, chance: random.Random, over: asyncio.Event) -> None:
        while not over.is_set():
            life = a_life(self.crew.house, chance)
            self.lives.append(life)
            try:
                await live(self.crew.house, life)
            except AssertionError as fault:
                hears = await self.crew.hears(ALERTS)
                said = f"seed {SEED}: {fault}; {hears or 'nobody'} hears {ALERTS}"
                raise AssertionError(f"{said}\n{self.crew.log()}") from None
            self.lived += 1

    async def some_more(self, count: int = AT_ONCE) -> None:
        """Wait until so many more have come to their end."""
        wanted = self.lived + count
        await until(
            lambda: self.lived >= wanted,
            lambda: AssertionError(f"seed {SEED}: nobody gets on any more:\n{self.crew.log()}"),
            2 * PATIENCE,
        )


async def test_two_workers_lose_nothing_and_repeat_nothing_when_either_is_killed() -> None:
    chance = random.Random(SEED)  # noqa: S311 - a sample
    names = ["one", "two"]
    async with a_crew(*names) as crew:
        house, people, ledger = crew.house, People(crew, chance), Ledger(crew.house)
        async with people.reporting():
            for _ in range(KILLS):
                await people.some_more()
                victim = chance.choice(names)
                await crew.kill(victim)
                ledger.note_a_kill()
                await crew.until_all_is_heard()
                assert await crew.hears(INTAKE) != victim
                await people.some_more()  # by the other alone
                await crew.start(victim)
            await people.some_more()
        await settled(house)
        lives = [life for life in people.lives if await find(house, life)]
        wrong = await reckon(house, lives, ledger)
        assert not wrong.faults, f"seed {SEED}:\n" + "\n".join(wrong.faults)
        await crew.stop()
        print(  # noqa: T201 - the result
            f"seed {SEED}: 2 workers, {KILLS} killed, {len(lives)} reports, lost 0; {wrong.repeats} messages "
            "repeated (all in the window)"
        )


async def test_on_a_cluster_two_workers_lose_nothing_when_primaries_fail() -> None:
    chance = random.Random(SEED)  # noqa: S311 - a sample
    async with a_cluster() as cluster, a_crew("one", "two", cluster=cluster) as crew:
        house, people, began = crew.house, People(crew, chance), monotonic()
        async with people.reporting():
            for fail in (_killed, _frozen):
                await people.some_more()
                victim = await cluster.primary_of(f"{{s{chance.randrange(house.setup.shards)}}}:")
                (heir,) = await cluster.replicas_of(victim)
                recover = await fail(victim)
                await _succeeded(heir)
                await recover()
                await people.some_more()
                await cluster.settle()
            await crew.kill(await crew.hears(INTAKE))
            await crew.until_all_is_heard()
            assert await crew.hears(ALERTS) in crew.workers
            await people.some_more()
        await settled(house)
        lives = [life for life in people.lives if await find(house, life)]
        faults = await _wrong(crew, lives)
        assert not faults, f"seed {SEED}:\n" + "\n".join(faults)
        await crew.stop()
        records = Records.of(house)
        print(  # noqa: T201 - the result
            f"seed {SEED}: a cluster of 3 + 3, 2 workers; a primary killed, one frozen, a worker killed; "
            f"{len(lives)} reports, lost 0; slowest page {max(map(records.wait, lives), default=0.0):.1f} s; "
            f"{monotonic() - began:.0f} s"
        )


async def _wrong(crew: Crew, lives: list[Life]) -> list[str]:
    """As the reckoning of a fault story; what was decided cannot be read off the lines to six servers."""
    house, faults = crew.house, list[str]()
    records = Records.of(house)
    for life in lives:
        try:
            await _is_one_whole_case(house, life)
        except AssertionError as fault:
            faults.append(f"{life.token} (case {life.number}): {fault}")
    faults += [f"case {life.number} woke somebody late" for life in lives if records.wait(life) > IN_TIME]
    faults += _wrong_person(house, lives)
    if strays := set(await house.open_numbers()) - {life.number for life in lives}:
        faults.append(f"cases of nobody: {sorted(strays)}")
    if forgotten := records.told.keys() - {life.reporter for life in lives}:
        faults.append(f"told that somebody is sought, and there is no case: {sorted(forgotten)}")
    return faults
