"""The seizure drill: with everything but people's own keys, no more is read than docs/privacy.md says."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from responders.keyring import MasterKey, Tampered, TransitKeyring
from responders.seizure import Found, openings, place_of, seize
from responders.store import Copied, Store
from tests.acceptance.test_keep_table import WORDS, live
from tests.acceptance.world import World

PAGE = (Path(__file__).parents[2] / "docs/privacy.md").read_text("utf-8")
PASSING = {
    "{sN}:case:<n>:card", "{sN}:case:<n>:waiting", "{sN}:outbox", "{sN}:draft:<person>:card", "{sN}:score:<hash>",
}  # fmt: skip


def documented() -> Iterator[tuple[str, str, str]]:
    """Each row of the drill's table: where, with the master key, with the keyring as well."""
    table = PAGE.partition("### The seizure drill")[2].partition("The session is the weak spot")[0]
    for line in table.splitlines():
        if row := re.fullmatch(r"\| `(\S+)` \|(.*)\|(.*)\|", line):
            yield row[1], row[2].strip(), row[3].strip()


@pytest.fixture
async def copies(world: World, store: Store) -> list[Copied]:
    await live(world)
    await world.reporter("eva").writes(f"help they are at the door {WORDS}")
    return [copied async for copied in store.read_all(2)]


def readable(found: list[Found]) -> dict[str, set[str]]:
    return {one.where: {name.partition(".")[0] for name in one.fields} for one in found if one.opened}


async def test_with_the_master_key_no_more_is_read_than_the_page_says(
    world: World, copies: list[Copied]
) -> None:
    rows = {where: set(re.sub(r"\(.*\)", "", fields).split()) for where, fields, _ in documented() if fields}
    read = readable(seize(copies, world.master, None))
    assert read.keys() <= rows.keys()
    assert {where: more for where, fields in read.items() if (more := fields - rows[where])} == {}
    assert "{sN}:case:<n>" in read, "a drill that opens nothing proves nothing"


async def test_a_wrong_master_key_is_told_instead_of_calming(copies: list[Copied]) -> None:
    with pytest.raises(Tampered):
        seize(copies, MasterKey(bytes(32)), None)
    assert seize([], MasterKey(bytes(32)), None) == [], "an empty store belongs to every key"


async def test_the_transit_keyring_adds_only_what_is_passing_through(
    world: World, copies: list[Copied]
) -> None:
    without = readable(seize(copies, world.master, None))
    more = readable(seize(copies, world.master, _transit(world))).keys() - without.keys()
    assert more == PASSING
    assert more == {where for where, _, fields in documented() if fields}


async def test_reports_open_with_peoples_own_keys_only(world: World, copies: list[Copied]) -> None:
    sealed = [
        one
        for one in seize(copies, world.master, _transit(world))
        if one.where.endswith((":body", ":draft:<person>"))
    ]
    assert sealed
    assert [one.opened for one in sealed] == [0] * len(sealed)


async def test_words_are_readable_only_where_the_page_says_so(world: World, copies: list[Copied]) -> None:
    opened = openings(copies, world.master, _transit(world))
    seen = {where for where, plain in opened if plain is not None and WORDS.encode() in plain}
    assert seen <= {*PASSING, "{sN}:session:<person>"}
    assert seen, "the words are somewhere, or the search finds nothing"


def test_a_place_names_nobody() -> None:
    assert place_of("{s3}:session:GmdlnWqVB8zX8UGLyZ8T5Q") == "{sN}:session:<person>"
    assert place_of("{s3}:draft:GmdlnWqVB8zX8UGLyZ8T5Q:card") == "{sN}:draft:<person>:card"
    assert place_of("{s3}:case:42:body") == "{sN}:case:<n>:body"
    assert place_of("{s3}:done:NpglMmP-8qz-Jiquq62x1w") == "{sN}:done:<hash>"


def _transit(world: World) -> TransitKeyring:
    return world.app.casework.dispatch.transit
