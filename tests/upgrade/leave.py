"""Leaves a store behind, for the versions to come: `python -m tests.upgrade.leave 0.1.0`, once for each release.

One person has reported and is answered by the second focal point, one is in the middle of the questions, in
Spanish, one has cried for help and nobody has it yet."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from responders.store import Store
from responders.valkey import EmbeddedStore
from tests.acceptance.world import World
from tests.responders.organisations import an_organisation
from tests.upgrade.left_behind import FOLDER, as_text


async def live(world: World) -> str:
    """Returns the finished reporter's receipt words."""
    ana, bea, eva = (
        world.reporter("ana"),
        world.reporter("bea", language="es"),
        world.reporter("eva", language="fr"),
    )
    await ana.reports("missing", push="yes", notice="agree", country="Guatemala")
    words = ana.receipt_words
    await ana.taps_data("receipt.gone")
    case = await world.case()
    await world.person("second").at_desk(f"t{case.number}")
    await world.person("second").at_desk(f"{case.number} We are here.")
    await world.after(seconds=11)
    await bea.reports("soon", push="hello", notice="agree", country="stop")
    await eva.writes("au secours ils sont à la porte")
    return words


async def left_behind() -> str:
    with TemporaryDirectory(prefix="tocsin-") as state, TemporaryDirectory() as name:
        async with EmbeddedStore(Path(state)) as embedded:
            store = Store(embedded.url)
            world = World(store, an_organisation(), Path(name))
            await world.enrol()
            words = await live(world)
            told = await as_text(world, store, Path(name), words)
            await store.close()
            return told


if __name__ == "__main__":
    (FOLDER / f"{sys.argv[1]}.json").write_text(asyncio.run(left_behind()), "utf-8")
