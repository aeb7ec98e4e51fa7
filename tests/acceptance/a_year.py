"""An installation that has seen everything, and a year that passes over it day by day. The clock of the store cannot be
moved, so what it would have removed by itself in that time is removed here; nothing else is helped along."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels import Event, Inbound
from bot.poison import ATTEMPTS
from responders.store import Store
from tests.acceptance.phones import Reporter
from tests.acceptance.world import World

WORDS = "señal-palabra-7f3a"  # found nowhere else
OUTCOMES = range(1, 10)


@dataclass(slots=True)
class StoresClock:
    """Notes when each key would end by itself, and removes it when that moment has passed on the moved clock."""

    store: Store
    ends: dict[str, tuple[int, datetime]] = field(
        default_factory=dict
    )  # by the store's clock, and by the moved one

    async def pass_until(self, now: datetime) -> None:
        """Call it at least once a day."""
        for key, left in (await lifetimes(self.store)).items():
            at = int(await self.store._command("PEXPIRETIME", key))
            known = self.ends.get(key)
            if left is None:
                continue
            if known is None or known[0] != at:  # new, or written again since
                self.ends[key] = (at, now + left)
            elif known[1] <= now:
                await self.store._command("DEL", key)


async def lifetimes(store: Store) -> Mapping[str, timedelta | None]:
    """Every key, and how long the store itself lets it live; None: for ever."""
    found, cursor = dict[str, timedelta | None](), b"0"
    while True:
        cursor, keys = await store._command("SCAN", cursor, "COUNT", 1000)
        for key in keys:
            left = await store._command("PTTL", key)
            found[key.decode()] = None if left < 0 else timedelta(milliseconds=left)
        if cursor == b"0":
            return found


async def pass_days(world: World, clock: StoresClock, days: int) -> None:
    """Day by day, with everything that a running service does by itself."""
    for _ in range(days):
        await world.after(days=1)
        await world.app.timekeeper.audit()
        await world.app.timekeeper.look_at_people()
        await world.app.timekeeper._tidy()
        await world.settle()
        await clock.pass_until(world.now)


class Lively:
    """Many people with one matter each; every way in which a matter may end."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.first = world.person("first")
        self._count = 700_000

    def somebody(self, channel: str = "telegram") -> Reporter:
        self._count += 1
        return self.world.reporter(str(self._count), channel=channel)

    async def a_case(self, channel: str = "telegram", **answers: str) -> tuple[Reporter, int]:
        """An immediate one, with words and a receipt."""
        ana = self.somebody(channel)
        before = {case.number for case in await self.world.cases()}
        told = {
            "push": "yes",
            "what": "attack",
            "when": "now",
            "country": "Chad",
            "more": "more",
            "words": WORDS,
        }
        await ana.reports("unsafe", **{**told, **answers})
        (number,) = {case.number for case in await self.world.cases()} - before
        return ana, number

    async def closed(self, number: int, outcome: int) -> None:
        await self.first.at_desk(f"t{number}")
        await self.first.types(f"n{number} {WORDS}")
        await self.first.types(f"e{number} {outcome}")

    async def everything(self) -> int:
        """Live through all of it; returns the number of the one case that nobody ever ends."""
        for outcome in OUTCOMES:
            _, number = await self.a_case("signal" if outcome % 2 else "telegram")
            await self.closed(number, outcome)
        await self._talked()
        await self._counted()
        await self._moved_to_another_phone()
        await self._came_back_on_another_phone()
        await self._erased()
        await self._unfinished()
        await self._set_aside()
        await self._people()
        calm = self.somebody()
        await calm.reports("safe", what="harassed", when="longer")
        return max(case.number for case in await self.world.cases())

    async def _talked(self) -> None:
        """Messages that were shown, that wait and are never fetched; a block; a withdrawal."""
        ana, number = await self.a_case(push="hello")
        await self.first.at_desk(f"t{number}")
        await self.first.types(f"{number} {WORDS}")
        await self.world.after(seconds=11)
        await self.first.types(f"{number} {WORDS}")
        await ana.does(Event.BLOCKED)
        await self.first.types(f"e{number} 2")
        bea, number = await self.a_case()
        await self.first.at_desk(f"t{number}")
        await self.first.types(f"c{number} d ohchr")
        await self.world.after(seconds=11)
        await bea.writes("WITHDRAW")
        await bea.writes(WORDS)
        await self.first.types(f"e{number} 1")

    async def _counted(self) -> None:
        """Consent g, for the statistics."""
        ana, number = await self.a_case()
        await self.first.at_desk(f"t{number}")
        await ana.taps_data("receipt.gone")
        await ana.writes(ana.receipt_words)
        await self.first.types(f"c{number} g")
        await self.world.after(seconds=11)
        await ana.taps("Yes")
        await self.first.types(f"e{number} 2")

    async def _moved_to_another_phone(self) -> None:
        """The right words from a phone that lies in another shard; replies are moved there."""
        ana, number = await self.a_case()
        words = ana.receipt_words
        await ana.taps_data("receipt.gone")
        await self.first.at_desk(f"t{number}")
        other = await self._with_words(ana, words)
        await self.first.types(f"k{number} yes")
        await self.world.after(minutes=20)
        await other.writes("they moved me")
        await self.first.types(f"e{number} 3")

    async def _came_back_on_another_phone(self) -> None:
        """The right words from another shard, all questions again, and a second receipt; then the end."""
        ana, number = await self.a_case()
        words = ana.receipt_words
        await ana.taps_data("receipt.gone")
        await self.first.at_desk(f"t{number}")
        other = await self._with_words(ana, words)
        await other.reports("missing", push="yes", country="Chad", more="all")
        for case in await self.world.cases():
            await self.closed(case.number, 4)

    async def _with_words(self, ana: Reporter, words: str) -> Reporter:
        other = self.somebody()
        while self.world.shard(other) == self.world.shard(ana):
            other = self.somebody()
        await other.writes(words)
        return other

    async def _erased(self) -> None:
        """ERASE of an urgent case, of a calm one, of one that had ended, and of a draft; STOP; wrong words."""
        ana, number = await self.a_case()
        await self.first.at_desk(f"t{number}")
        await ana.says("erase")
        await self.first.types(f"e{number} 8")
        calm = self.somebody()
        await calm.reports("safe", what="harassed", when="longer")
        await calm.says("erase")
        done, number = await self.a_case()
        await self.closed(number, 2)
        await done.taps_data("receipt.gone")
        await done.writes(done.receipt_words)
        await done.says("erase")
        for word in ("erase", "stop"):
            draft = self.somebody()
            await draft.reports("soon", what="travel", when="stop")
            await draft.says(word)
        guesser = self.somebody()
        right = ana.receipt_words.split()
        await guesser.writes(" ".join(reversed(right)))
        await guesser.writes(ana.receipt_words)

    async def _unfinished(self) -> None:
        """A silent draft, which becomes a case; a greeting; words that wait for their score and were never scored."""
        silent = self.somebody()
        await silent.reports("soon", what="travel", when="stop")
        await self.somebody().writes("hello")
        await self.world.waits_for_its_score("700", WORDS)
        await self.world.after(minutes=31)
        for case in await self.world.cases():
            await self.closed(case.number, 9)

    async def _set_aside(self) -> None:
        """A message that nobody could work, three times."""

        async def fails(_: Inbound) -> None:
            raise ValueError(WORDS)

        inbound = Inbound("telegram", "799999", "m1", text=WORDS)
        for _ in range(ATTEMPTS):
            with suppress(ValueError):
                await self.world.app.poison.guarded(inbound, fails)
        await self.world.settle()
        await self.world.app.store.count_attempt(0, "a-mark", "a-worker")
        for case in await self.world.cases():
            await self.closed(case.number, 7)

    async def _people(self) -> None:
        """An invitation that nobody ever uses."""
        await self.world.app.people.invite("third", self.world.now)
