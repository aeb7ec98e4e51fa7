"""A closed case is counted where its reporter agreed (consent g), and nowhere else."""

import pytest

from responders.statistics import STATS
from tests.acceptance.world import World


async def a_case_asked_about_figures(world: World, answer: str) -> int:
    """The reporter is back with the words and answers consent g."""
    ana, first = world.reporter("ana"), world.person("first")
    await ana.reports("unsafe", push="yes", more="all")
    number = (await world.app.ladder())[0].number
    await first.at_desk(f"t{number}")
    await ana.taps("I have them")
    await ana.writes(ana.receipt_words)
    await first.types(f"c{number} g")
    await world.after(seconds=11)
    await ana.taps(answer)
    return number


COUNTED = {"2026-11|immediate|2": b"1", "drift|en|immediate|immediate": b"1"}


@pytest.mark.parametrize(("answer", "counts"), [("Yes", COUNTED), ("No", {})])
async def test_only_who_agreed_is_counted_by_month_level_and_outcome_and_by_language_and_levels(
    world: World, answer: str, counts: dict[str, bytes]
) -> None:
    number = await a_case_asked_about_figures(world, answer)
    await world.person("first").types(f"e{number} 2")
    await world.settle()
    assert await world.app.store.fields(STATS) == counts
