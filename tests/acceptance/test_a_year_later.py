"""A year passes over an installation that has seen everything: what is left stands in docs/privacy.md, key by key, and
nothing of it says what was reported or by whom."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from responders.schema import bring_up_to_date
from responders.seizure import openings, place_of
from responders.store import Copied, Kind, Store
from tests.acceptance.a_year import WORDS, Lively, StoresClock, lifetimes, pass_days
from tests.acceptance.test_keep_table import row_of
from tests.acceptance.world import World

pytestmark = pytest.mark.slow

PAGE = (Path(__file__).parents[2] / "docs/privacy.md").read_text("utf-8")
NAMES = (
    (re.compile(r"^person:.*"), "person:<id>"),
    (re.compile(r"^case:\d+:\d+$"), "case:<n>"),
    (re.compile(r"^[\w-]{22}$"), "<hash>"),
    (re.compile(r"^\d{4}-\d\d\|\w+\|\d$"), "<month>|<level>|<outcome>"),
    (re.compile(r"^drift\|\w+\|\w+\|\w+$"), "drift|<language>|<level>|<level>"),
)


def documented() -> dict[str, set[str]]:
    """Each row of the page's list: where, and the names of the fields that may be there."""
    table = PAGE.partition("### A year later")[2].partition("A case that was ended")[0].replace(r"\|", "¦")
    rows = re.findall(r"^\| `(\S+)` \|([^|]*)\|", table, re.MULTILINE)
    return {where: set(re.findall(r"`([^`]+)`", fields.replace("¦", "|"))) for where, fields in rows}


def fields_of(copy: Copied) -> Iterator[str]:
    """The names within a key that are no sealed value, by their kind."""
    if copy.kind is Kind.HASH or copy.key.endswith((":timers", ":open")):
        for raw in copy.values[::2]:
            name = raw.decode()
            yield next((kind for pattern, kind in NAMES if pattern.match(name)), name)


def found_in(copies: list[Copied]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for copy in copies:
        names = {"<worker>"} if copy.key == "{running}" else set(fields_of(copy))
        found.setdefault(place_of(copy.key), set()).update(names)
    return found


async def copied(store: Store) -> list[Copied]:
    return [copy async for copy in store.read_all(2)]


def numbers(copies: list[Copied]) -> set[int]:
    """Of whose cases there is a record."""
    return {int(found[1]) for copy in copies if (found := re.fullmatch(r"\{s\d+\}:case:(\d+)", copy.key))}


def tombstones(world: World, copies: list[Copied], but: int) -> list[dict[str, object]]:
    """Every case record but one, opened with the store key."""
    dispatch = world.app.casework.dispatch
    keys = {
        copy.key: copy.values[0]
        for copy in copies
        if place_of(copy.key) == "{sN}:case:<n>" and not copy.key.endswith(f":{but}")
    }
    return [json.loads(dispatch.box.open(blob, key.encode())) for key, blob in keys.items()]


async def test_a_year_later_only_this_is_left_and_the_page_says_why(world: World, store: Store) -> None:
    await bring_up_to_date(store)
    await store.begin()
    lively, clock = Lively(world), StoresClock(store)
    unended = await lively.everything()
    began = await copied(store)
    assert len(numbers(began)) >= 20, "a year that passes over nothing proves nothing"
    for key, left in (await lifetimes(store)).items():
        row = row_of(key)
        assert row is not None, f"{key} is not in the table"
        if row.at_the_latest is not None:
            assert left is not None, f"{key} has no end"
            assert left <= row.at_the_latest, f"{key} ends in {left}, not within {row.latest}"
    await clock.pass_until(world.now)

    await pass_days(world, clock, 95)  # longer than the longest retention of a case
    copies = await copied(store)
    stones = tombstones(world, copies, unended)
    assert len(stones) == len(numbers(copies)) - 1 >= 19
    described = PAGE.partition("with these fields:")[2].partition(":\nnumber and level")[0]
    allowed = set(described.strip().strip("`").split())
    assert {name for case in stones for name in case} <= allowed
    assert {case["state"] for case in stones} == {"closed"}
    gone = (":body", ":card", ":way", ":waiting")
    assert all(f":{unended}:" in copy.key for copy in copies if copy.key.endswith(gone))
    _says_nothing(world, [copy for copy in copies if f":{unended}" not in copy.key])

    await pass_days(world, clock, 275)
    copies = await copied(store)
    assert found_in(copies) == documented()
    assert numbers(copies) == {unended}
    assert {copy.key for copy in copies if ":case:" in copy.key} == {
        f"{{s{unended % 2}}}:case:{unended}{part}" for part in ("", ":body", ":way")
    }
    assert len([copy for copy in copies if ":chat:" in copy.key]) == 1
    for copy in copies:
        if copy.key.endswith((":timers", ":open", ":receipt")):
            assert len(copy.values) == 2, f"more than one entry in {copy.key}"


def _says_nothing(world: World, copies: list[Copied]) -> None:
    """With every key of the server, no word, country or address of anybody whose case has ended."""
    *people, _ = world.reporters  # the last one's is open
    for where, plain in openings(copies, world.master, world.app.casework.dispatch.transit):
        if plain is None or where in ("{people}", "{sN}:sent:<person>"):
            continue
        for said in (WORDS, "Chad", '"TD"', "attack", *people):
            assert said.encode() not in plain, f"{said} can be read in {where}"


async def test_a_control_a_key_that_nobody_listed_is_found(store: Store) -> None:
    await store._command("SET", "{s0}:case:12:words", "x")
    await store._command("HSET", "{people}", "invite:forgotten", "x")
    found = found_in(await copied(store))
    assert found.keys() - documented().keys() == {"{sN}:case:<n>:words"}
    assert "invite:forgotten" in found["{people}"] - documented()["{people}"]


async def test_the_stores_own_clock_removes_what_it_would_have_removed(world: World, store: Store) -> None:
    await store._command("SET", "{s0}:done:a", "x", "PX", 90_000_000)
    clock = StoresClock(store)
    await clock.pass_until(world.now)
    await clock.pass_until(world.now + timedelta(hours=24))
    await store._command("SET", "{s0}:done:b", "x", "PX", 90_000_000)
    await clock.pass_until(world.now + timedelta(hours=26))
    assert await world.keys("{s0}:done:") == {"{s0}:done:b"}
