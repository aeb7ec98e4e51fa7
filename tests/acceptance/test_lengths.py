"""Reports of different length look alike to whoever has a copy of the store, looks at the desk's line, or sees pages
leave. The sizes that records have stand in docs/privacy.md; another one is a fault."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from bot.desk import _opened
from responders.seizure import _values, place_of
from responders.store import Store
from tests.acceptance.test_keep_table import live
from tests.acceptance.world import World, a_world
from tests.conftest import wipe

PAGE = (Path(__file__).parents[2] / "docs/privacy.md").read_text("utf-8")
HEAD, READER, TAG = 37, 1176, 16  # of an envelope: envelope.py says what is in them


def documented() -> dict[str, set[int]]:
    """The page's table: where, and the sizes of its values; nothing where they vary with codes."""
    table = (
        PAGE.partition("### What a length tells")[2]
        .partition(
            "\n\n",
        )[2]
        .partition("\n\n")[0]
    )
    rows = re.findall(r"^\| `(\S+)` \| ([^|]*) \|", table, re.MULTILINE)
    return {
        where: {int(size.replace(",", "")) for size in re.findall(r"\b[\d,]+\b", sizes)}
        for where, sizes in rows
    }


async def sizes(store: Store) -> dict[str, Counter[int]]:
    """How long the values are, by kind of key."""
    found: dict[str, Counter[int]] = {}
    async for copy in store.read_all(2):
        lengths = found.setdefault(place_of(copy.key), Counter())
        lengths.update(len(value) for _, value in _values(copy))
    return found


async def told(store: Store, said: str) -> tuple[dict[str, Counter[int]], list[str], list[str], int]:
    """The same matter told with these words everywhere: the store's sizes, the pages, what the reporter's phone was
    sent by the machine, and the bytes that leave for the desk."""
    await wipe(store)
    async with a_world(store) as world:
        ana, first = world.reporter("739158204617"), world.person("first")
        answers = {
            "push": "yes",
            "country": "Chad",
            "what": "attack",
            "when": "now",
            "more": "more",
            "words": "stop",
        }
        await ana.reports("unsafe", **answers)
        await ana.writes(f"words {said}")
        by_the_machine = list(ana.texts)
        number = await world.taken()
        await first.types(f"{number} answer {said}")
        await world.after(seconds=11)
        await ana.writes(f"thanks {said}")
        await first.types(f"n{number} note {said}")
        await first.types(f"{number} held {said}")  # it lies in the outbox
        silent = world.reporter("739158204618")
        await silent.reports("soon", what="travel", when="stop")
        await silent.writes(f"my visa {said}")
        await world.waits_for_its_score("739158204619", f"scored {said}")
        place = world.app.inbox.place("signal", "739158204619", "1")
        await world.app.inbox.put("signal", place, f"arrived {said}".encode(), world.now)
        never = world.reporter("739158204620")
        await never.reports("unsafe", push="never", country="stop")
        last = max(case.number for case in await world.cases())
        await first.at_desk(f"t{last}")
        await first.types(f"{last} waits {said}")
        await world.reporter("739158204621").writes(f"help they are at the door {said}")  # nobody has it yet
        content = await world.app.focal.contents.of("first", number, "", world.now)
        assert content is not None
        shown = len(json.dumps(list(_opened(content, number))))
        return await sizes(store), first.pages, by_the_machine, shown


async def test_reports_messages_and_notes_of_one_letter_or_a_hundred_look_alike(store: Store) -> None:
    short, long = await told(store, "x"), await told(store, "x" * 100)
    assert short[0] == long[0]
    assert {"{sN}:outbox", "{sN}:score:<hash>", "{sN}:inbox", "{sN}:draft:<person>:card"} <= short[0].keys()
    assert {"{sN}:case:<n>:card", "{sN}:case:<n>:waiting", "{sN}:session:<person>"} <= short[0].keys()
    assert short[2] == long[2], "what the machine answers"
    assert short[3] == long[3], "what leaves for the desk"


async def test_pages_do_not_depend_on_what_was_said(store: Store) -> None:
    short, long = [
        [page for page in (await told(store, said))[1] if "·" in page] for said in ("x", "y" * 3_000)
    ]
    assert short == long
    assert len(short) > 2


async def test_a_control_a_story_of_another_size_is_seen(store: Store) -> None:
    short, long = await told(store, "x"), await told(store, "x" * 3_000)
    changed = {where for where, lengths in long[0].items() if lengths != short[0][where]}
    assert {"{sN}:case:<n>:body", "{sN}:session:<person>", "{sN}:score:<hash>", "{sN}:outbox"} <= changed
    assert long[3] > short[3]


async def test_every_value_has_a_size_that_the_page_names(world: World, store: Store) -> None:
    await live(world)
    table = documented()
    found = await sizes(store)
    assert table.keys() <= found.keys()
    for where, named in table.items():
        for size in found[where]:
            if where.endswith((":body", ":draft:<person>")):
                assert any((size - HEAD - TAG - one) % READER == 0 for one in named), (
                    f"{size} bytes in {where}"
                )
            else:
                assert size in named, f"{size} bytes in {where}"


@pytest.mark.parametrize("where", ["{sN}:session:<person>", "{sN}:outbox", "{sN}:case:<n>:body"])
def test_the_page_names_sizes(where: str) -> None:
    assert len(documented()[where]) >= 4
