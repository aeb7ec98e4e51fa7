"""The rows of the table, measured on one candidate. Each returns figures by name, and asserts nothing about time."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from time import perf_counter_ns

from tests.bench import conversation
from tests.bench.candidate import Candidate
from tests.bench.meter import Figures, Meter, own_memory, spread, worst_gap

WIDTH = 64
STEPS = len(conversation.MESSAGES)
NEXT = 2  # the message that follows in the many conversations that are open
Work = tuple[bytes, int]


class Bench:
    """One candidate at work. Every call has people of its own, so that conversations start fresh."""

    def __init__(self, bot: Candidate) -> None:
        self._bot = bot
        self._numbers = conversation.numbers()
        self._person = next(self._numbers)

    def people(self, count: int) -> range:
        """New people."""
        self._person += count
        return range(self._person - count, self._person)

    def update(self, person: int, step: int, script: Sequence[str] = conversation.MESSAGES) -> bytes:
        return conversation.update(next(self._numbers), person, step, script)

    def tap(self, person: int, data: str) -> bytes:
        return conversation.tap(next(self._numbers), person, data)

    def updates(
        self, people: Iterable[int], step: int, script: Sequence[str] = conversation.MESSAGES
    ) -> Iterator[Work]:
        for person in people:
            yield self.update(person, step, script), person

    async def one_by_one(
        self, people: Iterable[int], steps: Iterable[int], script: Sequence[str] = conversation.MESSAGES
    ) -> list[int]:
        """One message after the other; how long each took, in nanoseconds."""
        spans = []
        for step in steps:
            for raw, person in list(self.updates(people, step, script)):
                before = perf_counter_ns()
                await self._bot.hear(raw, person)
                spans.append(perf_counter_ns() - before)
        return spans

    async def together(self, people: range, steps: Iterable[int], ends: list[int] | None = None) -> list[int]:
        """At most 64 at once, never two of one person."""
        spans: list[int] = []

        async def worker(work: Iterator[Work]) -> None:
            for raw, person in work:
                before = perf_counter_ns()
                await self._bot.hear(raw, person)
                spans.append(perf_counter_ns() - before)
                if ends is not None:
                    ends.append(perf_counter_ns())

        for step in steps:
            work = iter(list(self.updates(people, step)))
            await asyncio.gather(*(worker(work) for _ in range(min(WIDTH, len(people)))))
        return spans

    # -- rows ----------------------------------------------------------------------------------------------------

    async def warm(self) -> None:
        """Whatever is built once is built before anything is measured."""
        people = self.people(15)
        await self.one_by_one(people, range(STEPS))
        await self._must_be_right(people)
        gc.collect()

    async def alone(self, conversations: int, bare: Callable[[], Awaitable[list[int]]]) -> Figures:
        """One message at a time, one conversation at a time; between them the bare store, so that both see the same
        machine. `durable` is when the platform may be told, before our reply has been serialised."""
        spans: list[int] = []
        floor: list[int] = []
        cpu = 0.0
        self._bot.durable.clear()
        for _ in range(max(1, conversations // 10)):
            floor += await bare()
            with Meter() as meter:
                for person in self.people(10):
                    spans += await self.one_by_one([person], range(STEPS))
            cpu += meter.cpu
        each = cpu / len(spans)
        durable = self._bot.durable or spans
        figures = {"alone cpu": each, "alone rate": 1e6 / each}
        return {**figures, **spread("alone", spans), **spread("durable", durable), **spread("bare", floor)}

    async def plain(self, conversations: int) -> Figures:
        """Plain answers, one at a time: what most messages are, without story, draft or case."""
        spans: list[int] = []
        cpu = 0.0
        durable: list[int] = []
        script = conversation.PLAIN
        for _ in range(max(1, conversations // 10)):
            people = self.people(10)
            await self.one_by_one(people, [0], script)
            self._bot.durable.clear()
            with Meter() as meter:
                spans += await self.one_by_one(people, range(1, len(script)), script)
            cpu += meter.cpu
            durable += self._bot.durable
        figures = {"plain cpu": cpu / len(spans), "plain rate": 1e6 * len(spans) / cpu}
        return {**figures, **spread("plain", spans), **spread("plain durable", durable or spans)}

    async def crowd(self, people: int) -> Figures:
        """Sixty-four messages in flight."""
        crowd = self.people(people)
        with Meter() as meter:
            spans = await self.together(crowd, range(STEPS))
        await self._must_be_right(crowd)
        each = meter.cpu / len(spans)
        figures = {"crowd rate": len(spans) / meter.wall, "crowd cpu": each, "crowd core": 1e6 / each}
        return {**figures, **spread("crowd", spans)}

    async def _must_be_right(self, people: Iterable[int]) -> None:
        """A bot that does not do the work is quick."""
        wrong = [person for person in people if not await self._bot.is_right(person)]
        if wrong:
            raise ValueError(f"{len(wrong)} conversations did not end with every answer in its place")

    async def burst(self, people: int) -> Figures:
        """Ten answers at once from each person, as from a phone that is back online."""
        crowd = self.people(people)
        await self.together(crowd, [0])
        answers = [(self.update(person, step), person) for person in crowd for step in range(1, STEPS)]
        with Meter() as meter:
            hearing = (self._bot.hear(raw, person) for raw, person in answers)
            try:
                async with asyncio.timeout(30):
                    await asyncio.gather(*hearing, return_exceptions=True)
            except TimeoutError:
                pass
        right = [await self._bot.is_right(person) for person in crowd]
        return {"burst right": sum(right), "burst time": meter.wall * 1e3}

    async def opened(self, people: int) -> Figures:
        """That many conversations open: the next message of each, sixty-four in flight."""
        crowd = self.people(people)
        before = own_memory()
        await self.together(crowd, range(NEXT))
        gc.collect()
        memory = own_memory()
        ends: list[int] = []
        with Meter() as meter:
            spans = await self.together(crowd, [NEXT], ends)
        figures = {"open gap": worst_gap(ends), "open cpu": meter.cpu / len(spans), "open first": crowd[0]}
        figures |= {"open memory": memory, "open memory each": (memory - before) * 1024 / people}
        figures |= {"open core": 1e6 * len(spans) / meter.cpu}
        return {**figures, **spread("open", spans)}
