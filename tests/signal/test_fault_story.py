"""The fault story with reporters on the real signal-cli: they report while store, worker, signal-cli, the lines between
them, the clock and the alert channel fail, one after another and two at once. Told by hand, for too few have been
told yet: TOCSIN_CHAOS=long tells TOCSIN_CHAOS_SEEDS stories, TOCSIN_CHAOS_FAULTS=all with every
fault; TOCSIN_CHAOS_SEED tells one again."""

import os
import random

import pytest

from tests.chaos.conftest import IS_LONG, SEED
from tests.chaos.faults import some_doubles, trouble_of
from tests.chaos.phone import Lost
from tests.chaos.telling import Plan, tell
from tests.servers.signal_stack import SignalStack
from tests.signal.fault_house import a_signal_house
from tests.signal.faults import SIGNAL_PLACES
from tests.signal.figures import Figures

SEEDS = int(os.environ.get("TOCSIN_CHAOS_SEEDS", "1"))
ALWAYS = (  # beside a few others
    "signal-cli killed", "signal-cli frozen", "network cut: signal-cli", "Signal drops the websocket", "worker killed",
)  # fmt: skip
SOME = 3
EVERY = os.environ.get("TOCSIN_CHAOS_FAULTS") == "all"
DOUBLES = 5  # of each kind in a long story
AT_ONCE = 6  # people
ALL = sorted(name for place in SIGNAL_PLACES.values() for name in place)


def a_plan(chance: random.Random) -> Plan:
    """What is to fail, in which order."""
    others = [name for name in ALL if name not in ALWAYS]
    names = ALL if EVERY else [*ALWAYS, *chance.sample(others, SOME)]
    return Plan.of(chance, names, DOUBLES if EVERY else 1, SIGNAL_PLACES, at_once=AT_ONCE)


@pytest.mark.skipif(not IS_LONG, reason="minutes of a real Java program's starts: TOCSIN_CHAOS=long tells it")
@pytest.mark.within(SEEDS * 3600)
async def test_no_fault_loses_a_report_from_signal_but_where_that_is_documented(
    stack: SignalStack, figures: Figures
) -> None:
    for seed in range(SEED, SEED + SEEDS):
        plan = a_plan(random.Random(f"{seed} signal"))  # noqa: S311 - a sample
        async with a_signal_house(stack) as house:
            reporters = house.reporters
            try:
                told = await tell(house, seed, plan)
            except* (Lost, AssertionError) as fault:
                notes = [note for one in (fault, *fault.exceptions) for note in getattr(one, "__notes__", ())]
                log = (house.folder / "worker.log").read_text()[-1500:]
                said = "\n".join([*map(str, fault.exceptions), *notes, log])
                raise AssertionError(
                    f"seed {seed}, {plan.names}, {reporters.lost} lost in the window:\n{said}"
                ) from None
        assert reporters.unreadable == 0, f"{reporters.unreadable} messages that a phone could not read"
        assert reporters.lost <= AT_ONCE * reporters.wire.ends, "lost, although no line had ended"
        figures.note(f"fault story of seed {seed} with reporters on Signal", str(told))
        figures.note(
            "messages lost as documented: taken by signal-cli, not handed over",
            f"{reporters.lost} of {reporters.written}",
        )


async def test_a_fault_is_found_by_the_name_that_a_story_gives_it() -> None:
    chance = random.Random(SEED)  # noqa: S311 - a sample
    names = [*ALL, *some_doubles(chance, DOUBLES, SIGNAL_PLACES)]
    assert len(set(names)) >= len(ALL) + DOUBLES + 1
    assert all(callable(trouble_of(name, SIGNAL_PLACES)) for name in names)
