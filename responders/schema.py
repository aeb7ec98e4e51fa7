"""Which version of our records the store holds, and the steps from each to the next. A step only rewrites what
it must, may run twice, and runs before anybody reads: the service takes them at its start, no command does."""

from collections.abc import Awaitable, Callable, Mapping

from responders.store import Store

VERSION = 1
UNFINISHED = 0  # of a store into which a backup is being restored: what is missing, nobody can know
FIRST = 1  # what a store holds that nobody has numbered: version 0.1 began without
Step = Callable[[Store], Awaitable[None]]
STEPS: Mapping[int, Step] = {}  # from a version to the next one; none has been needed yet


class NewerStore(Exception):
    """The store was written by a later version of Tocsin: this one would misread it."""


class Unfinished(Exception):
    """A restore into this store was cut off: it would begin as a service without some of its cases."""


async def bring_up_to_date(store: Store, steps: Mapping[int, Step] = STEPS, version: int = VERSION) -> int:
    """Take every step from what the store holds to `version`, and return how many were taken.

    The number is written after each step, so that a stop in between goes on from there. Raises NewerStore,
    Unfinished, StoreDown."""
    held = await store.schema()
    if held is None:
        held = version if await store.is_empty() else FIRST
        await store.set_schema(held)
    refuse_newer(held, version)
    refuse_unfinished(held)
    for step in range(held, version):
        await steps[step](store)
        await store.set_schema(step + 1)
    return version - held


def refuse_newer(held: int | None, version: int = VERSION) -> None:
    """Raise NewerStore for what this version of the program cannot know."""
    if held is not None and held > version:
        raise NewerStore(
            f"the store holds version {held} of our records and this program knows {version}: it was used by a"
            " later Tocsin; install that one again, or restore a backup made before"
        )


def refuse_unfinished(held: int | None) -> None:
    """Raise Unfinished for a store that a restore has not filled yet, or never will."""
    if held == UNFINISHED:
        raise Unfinished(
            "a backup is being restored into this store, or that was cut off: put its folder aside (or empty it), and"
            " restore into an empty one"
        )
