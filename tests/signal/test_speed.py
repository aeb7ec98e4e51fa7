"""From the reporter's phone to the focal point's, through the real client and at the pace of production."""

from collections.abc import Sequence
from math import ceil

import pytest

from bot.clock import monotonic
from responders.valkey import EmbeddedStore
from tests.servers.signal_stack import SignalStack
from tests.signal.figures import Figures
from tests.signal.house import a_house
from tests.signal.talk import Talk

REPORTS = 30
P50, P99 = 1.0, 3.0  # seconds


def percentile(taken: Sequence[float], part: float) -> float:
    """The smallest value that is not below this part of all."""
    return sorted(taken)[ceil(len(taken) * part) - 1]


@pytest.mark.within(300)
async def test_from_phone_to_page(stack: SignalStack, valkey: EmbeddedStore, figures: Figures) -> None:
    async with a_house(stack, valkey, is_quick=False) as house:
        await house.start()
        first, taken = Talk(house.phones["first"], house.alerts), list[float]()
        for _ in range(REPORTS):
            reporter = Talk(await house.reporter(), house.intake)
            await reporter.says("hello", "How are things?")
            began = monotonic()
            await reporter.phone.send(house.intake, "1")
            await first.reads("IMMEDIATE")
            taken.append(monotonic() - began)
    p50, p99 = percentile(taken, 0.5), percentile(taken, 0.99)
    figures.note(f"phone to page, {REPORTS} reports", f"p50 {p50:.2f} s, p99 {p99:.2f} s")
    assert p50 <= P50
    assert p99 <= P99
