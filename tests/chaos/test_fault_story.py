"""Stories of faults with real processes: platform, network, store, clock and worker fail one after another, and two at
once, while people report. TOCSIN_CHAOS_SEED tells one again; TOCSIN_CHAOS=long tells TOCSIN_CHAOS_SEEDS stories of each
kind, with every fault. TOCSIN_CHAOS_REPORTS=10000: so many reports under at least TOCSIN_CHAOS_FAULTS=200 faults."""

import os
import random
from dataclasses import replace

import pytest

from bot.clock import monotonic
from tests.chaos.conftest import SEED
from tests.chaos.faults import PLACES, TROUBLES, some_doubles, trouble_of
from tests.chaos.house import a_house
from tests.chaos.ledger import Ledger
from tests.chaos.lives import EARLY, a_life, live
from tests.chaos.phone import Lost
from tests.chaos.reckoning import reckon
from tests.chaos.story import settled
from tests.chaos.telling import Figures, Plan, tell

SEEDS = int(os.environ.get("TOCSIN_CHAOS_SEEDS", "1"))  # of the long form
REPORTS = int(os.environ.get("TOCSIN_CHAOS_REPORTS", "0"))
FAULTS = int(os.environ.get("TOCSIN_CHAOS_FAULTS", "200"))
SHORT = 5  # single faults in the short form
DOUBLES = 5  # of each kind in a long story
MANY = int(os.environ.get("TOCSIN_CHAOS_AT_ONCE", "60"))  # people, where ten thousand reports are told
EACH = 1000  # reports of one of these stories, at least
ENOUGH = 3  # stories with a fault, then no more are told


async def story(seed: int, plan: Plan, *, is_pushed: bool) -> Figures:
    """One story in a house of its own; what is wrong is told with the seed, the faults and the worker's last words."""
    async with a_house(is_pushed=is_pushed) as house:
        try:
            return await tell(house, seed, plan)
        except* (Lost, AssertionError) as fault:
            how = "pushed" if is_pushed else "polled"
            log = (house.folder / "worker.log").read_text()[-1500:]
            notes = [note for one in (fault, *fault.exceptions) for note in getattr(one, "__notes__", ())]
            told = "\n".join([*map(str, fault.exceptions), *notes])
            raise AssertionError(f"seed {seed}, {how}:\n{told}\n{log}") from None


@pytest.mark.parametrize("is_pushed", [False, True], ids=["polled", "pushed"])
async def test_no_fault_loses_a_report_or_leaves_it_with_nobody(is_pushed: bool, is_long: bool) -> None:
    chance = random.Random(SEED)  # noqa: S311 - a sample
    shuffled = chance.sample(sorted(TROUBLES), len(TROUBLES))
    some = shuffled[SHORT:][:SHORT] if is_pushed else shuffled[:SHORT]  # together, twice as many
    for seed in range(SEED, SEED + (SEEDS if is_long else 1)):
        chance = random.Random(f"{seed} {is_pushed}")  # noqa: S311 - as above
        plan = Plan.of(chance, shuffled if is_long else some, DOUBLES if is_long else 1)
        print(f"seed {seed}: {await story(seed, plan, is_pushed=is_pushed)}")  # noqa: T201 - the result


@pytest.mark.skipif(not REPORTS, reason="an hour's work: TOCSIN_CHAOS_REPORTS says how many reports")
async def test_so_many_reports_under_so_many_faults_and_none_is_lost() -> None:
    together, wrong, seed, began = Figures(), list[str](), SEED, monotonic()
    while (together.reports < REPORTS or together.faults < FAULTS) and len(wrong) < ENOUGH:
        chance = random.Random(seed)  # noqa: S311 - a sample
        plan = replace(
            Plan.of(chance, sorted(TROUBLES), DOUBLES), at_once=MANY, reports=min(EACH, REPORTS), calm=2.0,
            stops=EARLY, cared=0.95, lasting=0.1,
        )  # fmt: skip
        try:
            figures = await story(seed, plan, is_pushed=bool(seed % 2))
        except AssertionError as fault:
            wrong.append(str(fault))
            print(wrong[-1], flush=True)  # noqa: T201 - not only after an hour
        else:
            together.add(figures)
            print(f"seed {seed}: {figures}\n  so far: {together}", flush=True)  # noqa: T201 - as above
        seed += 1
    assert not wrong, f"{len(wrong)} stories with a fault, the others: {together}\n" + "\n".join(wrong)
    print(f"ALL, from seed {SEED} on, {monotonic() - began:.0f} s: {together}")  # noqa: T201 - the result


def test_a_fault_is_found_by_the_name_that_a_story_gives_it() -> None:
    chance = random.Random(SEED)  # noqa: S311 - a sample
    names = [*TROUBLES, *some_doubles(chance, DOUBLES)]
    assert len(set(names)) >= len(TROUBLES) + DOUBLES + 1
    assert all(callable(trouble_of(name)) for name in names)
    assert sum(len(place) for place in PLACES.values()) == len(TROUBLES)


async def test_a_control_what_is_wrong_is_seen() -> None:
    async with a_house() as house:
        ledger = Ledger(house)
        await house.start_worker()
        lives = [a_life(house, random.Random(number)) for number in range(2)]  # noqa: S311 - two lives
        for life in lives:
            await live(house, life)
        await settled(house)
        assert (await reckon(house, lives, ledger)).faults == []
        accepted = house.intake.accepted
        shown = next(sent for sent in accepted if sent.person == lives[0].reporter)
        accepted.append(replace(shown, text=f"{shown.text} {lives[1].token}"))
        accepted.append(shown)
        accepted.append(replace(shown, person=7, text="We are trying to reach a person"))
        accepted.remove(next(sent for sent in accepted if sent.person == lives[1].reporter))
        lives[0].answers["opening"] = "soon"
        lives[1].number += 100
        seen = "\n".join((await reckon(house, lives, ledger)).faults)
        for sign in (
            "somebody else's words", "1 times too often", "never shown", "the sealed report has", "cases are",
            "cases of nobody", "there is no case: [7]",
        ):  # fmt: skip
            assert sign in seen, f"{sign!r} is not in:\n{seen}"
        await house.stop_worker()
