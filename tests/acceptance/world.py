"""The acceptance language: a whole service on the real store, people with phones, and a clock that is moved.

world.at("02:00")
ana = world.reporter("ana", language="es")
await ana.writes("ayuda vienen")
await world.after(minutes=3)
assert "IMMEDIATE" in world.person("second").newest
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from bot.app import App, build
from bot.channels import Inbound
from bot.kit import Kit
from bot.kit_reading import read_kit
from bot.scoring import Asks, Scoring
from bot.settings import Limits, Settings
from bot.settings import Store as StoreSettings
from responders.cases import Case
from responders.keypair import PrivateKey
from responders.keyring import MasterKey, pseudonym
from responders.pending import Pending, shard_of
from responders.people import Enrolled
from responders.policies import Responders
from responders.store import Store
from tests.acceptance.phones import Person, Platform, Reporter
from tests.responders.organisations import an_organisation
from triage.score.score import Score

CONFIG = Path(__file__).parents[2] / "config"
ALERTS = ("telegram-alerts", "signal-alerts")
START = datetime(2026, 11, 2, 12, tzinfo=UTC)  # a Monday


@cache
def _kit() -> Kit:
    """Read once for all worlds of a process."""
    return read_kit(Settings(), CONFIG, drafts=True)


@cache
def _key(name: str) -> PrivateKey:
    """Drawn once for each name in a process: five for each world cost more than many a story."""
    del name
    return PrivateKey.generate()


class Silent:
    """A worker of the text score that is late for good."""

    async def ask(self, text: str) -> Score | None:
        del text
        return None

    async def start(self) -> None:
        """There is nothing to start."""

    async def stop(self) -> None:
        """There is nothing to stop."""


class World:
    """A service, its people and its clock."""

    def __init__(self, store: Store, responders: Responders, folder: Path) -> None:
        self.now = START
        self.steady = 0.0  # the seconds that have really passed, for stories in which the clock is wrong
        self.platforms = {name: Platform(self, name) for name in ("telegram", "signal", *ALERTS, "email")}
        self._store = store
        self._responders = responders
        self._folder = folder
        self.master = MasterKey(bytes(range(32)))
        self.recovery = _key("recovery")
        self.people: dict[str, Person] = {}
        self.reporters: dict[str, Reporter] = {}
        self._patient: dict[asyncio.Task[object], tuple[datetime, asyncio.Event]] = {}
        self._somebody_waits = asyncio.Event()
        self.asks: Asks | None = None  # nobody scores words, unless a story says who
        self.limits = Limits(
            strangers_at_once=10**9
        )  # stories of many people are no flood, unless one says so
        self.app = self._build()

    def _build(self) -> App:
        app = build(
            Settings(allow_unreviewed_texts=True, store=StoreSettings(shards=2), limits=self.limits),
            self._responders, config=CONFIG, clock=lambda: self.now, store=self._store, master=self.master,
            keyring=self._folder / "transit", senders=self.platforms, receivers={}, recovery=[self.recovery.public],
            kit=_kit(), asks=self.asks, steady=lambda: self.steady,
        )  # fmt: skip
        app.sending.pause = app.sending.clearing.pause = self._pause
        return app

    async def _pause(self, seconds: float) -> None:
        """A patient sender waits for the moved clock."""
        task, over = asyncio.current_task(), asyncio.Event()
        assert task is not None
        self._patient[task] = (self.now + timedelta(seconds=seconds), over)
        self._somebody_waits.set()
        await over.wait()
        del self._patient[task]

    async def enrol(self) -> None:
        """Everybody of the directory has a key, an alarm account, and has answered a test."""
        for name in self._responders.directory.focal_points:
            key = _key(name)
            self.people[name] = Person(self, name, key)
            enrolled = Enrolled(
                {"telegram-alerts": name, "email": f"{name}@example.org"}, (key.public.text,), tested=self.now
            )
            await self.app.people.change(name, lambda _old, new=enrolled: new)  # type: ignore[misc]
        await self.app.look_at_duty()

    def person(self, name: str) -> Person:
        return self.people[name]

    def reporter(self, name: str, *, language: str = "en", channel: str = "telegram") -> Reporter:
        self.reporters[name] = Reporter(self, name, language, channel)
        return self.reporters[name]

    def pseudonym(self, reporter: Reporter) -> str:
        """The name under which the store knows this phone."""
        return pseudonym(self.master, reporter.channel, reporter.address)

    def shard(self, reporter: Reporter) -> int:
        """Where this phone's records lie."""
        return shard_of(self.pseudonym(reporter), self.app.casework.dispatch.shards)

    async def keys(self, beginning: str) -> set[str]:
        """The keys of the store that begin so."""
        found, cursor = set(), b"0"
        while True:
            cursor, names = await self._store._command("SCAN", cursor, "COUNT", 1000)
            found |= {name.decode() for name in names}
            if cursor == b"0":
                return {name for name in found if name.startswith(beginning)}

    async def damage(self, key: str) -> None:
        """Overwrite a record that must be there."""
        assert await self._store._command("SET", key, b"damaged by hand", "XX")

    async def cases(self) -> list[Case]:
        """Every open case, by number."""
        return await self.app.casework.open_cases()

    async def case(self) -> Case:
        """The only open case."""
        (case,) = await self.cases()
        return case

    async def taken(self, name: str = "first") -> int:
        """The only open case is taken and opened by this person; returns its number."""
        number = (await self.case()).number
        await self.person(name).at_desk(f"t{number}")
        return number

    def at(self, clock: str) -> None:
        """The time of the present day."""
        hour, minute = clock.split(":")
        self.now = self.now.replace(hour=int(hour), minute=int(minute))

    async def after(self, **passed: float) -> None:
        """Move the clock, minute by minute where something may fall due, and let everything happen."""
        end = self.now + timedelta(**passed)
        while self.now < end:
            due = await self._next_due(end)
            self.now = max(self.now, due)
            await self._ring()
            if due >= end:
                break
        self.now = end
        await self._ring()

    async def _next_due(self, end: datetime) -> datetime:
        found = [end]
        for shard in range(self.app.casework.dispatch.shards):
            for kind in ("timers", "outbox:due"):
                first = await self._store._command("ZRANGE", f"{{s{shard}}}:{kind}", 0, 0, "WITHSCORES")
                if first:
                    score = first[1] if not isinstance(first[0], list) else first[0][1]
                    found.append(datetime.fromtimestamp(float(score) / 1000 + 0.001, UTC))
        return min(found + [due for due, over in self._patient.values() if not over.is_set()])

    async def _ring(self) -> None:
        for _ in range(20):
            rang = 0
            for due, over in list(self._patient.values()):
                if due <= self.now:
                    over.set()
            for shard in range(self.app.casework.dispatch.shards):
                names, _ = await self._store.claim_timers(shard, self.now, timedelta(seconds=5), 500)
                for name in names:
                    rang += 1
                    await self.app.timekeeper.ring(shard, name, self.now)
            await self.settle()
            if not rang:
                return

    async def settle(self) -> None:
        """Until nothing is on its way any more, but for what waits for a channel that is away."""
        while await self.app.door.next():
            pass
        sending = self.app.sending
        for _ in range(50):
            for shard in range(self.app.casework.dispatch.shards):
                claimed = await self._store.claim_outbox(shard, self.now, timedelta(seconds=10), 500)
                for item_id, blob in claimed.items:
                    sending._take(shard, item_id, blob)
            was_busy = bool(self._busy())
            await self._until_idle()
            settled = bool(sending.settling)
            await sending.settling.flush()
            if not was_busy and not settled:
                return

    def _busy(self) -> set[asyncio.Task[None]]:
        patient = {task for task, (_, over) in self._patient.items() if not over.is_set()}
        sending = self.app.sending
        return {task for task in sending._tasks | sending.settling.deleting if task not in patient}

    async def _until_idle(self) -> None:
        while busy := self._busy():
            self._somebody_waits.clear()
            waits = asyncio.ensure_future(self._somebody_waits.wait())
            await asyncio.wait({*busy, waits}, return_when=asyncio.FIRST_COMPLETED)
            waits.cancel()

    async def scores(self) -> None:
        """The worker of the text score gets to what waits for it."""
        scoring = self.app.scoring
        assert scoring is not None
        while not scoring._queue.empty():
            await scoring._next(scoring._queue.get_nowait())
        await self.settle()

    async def waits_for_its_score(self, address: str, text: str) -> None:
        """Words that were taken a moment ago."""
        pending = Pending(0)
        scoring = Scoring(self.app.casework, Silent(), lambda: self.now, self.app.hear)
        scoring.keep(pending, "a-mark", Inbound("telegram", address, "m1", text=text), self.now)
        await self.app.casework.commit(pending)

    def another_worker(self) -> App:
        """A second process on the same store, with nothing in its memory."""
        return self._build()

    async def restart(self, responders: Responders | None = None) -> None:
        """The worker dies and another starts, perhaps with another directory: nothing is remembered but the store."""
        self._responders = responders or self._responders
        self.app = self._build()
        await self.app.people.all(fresh=True)
        await self.app.look_at_duty()


@asynccontextmanager
async def a_world(store: Store, responders: Responders | None = None) -> AsyncIterator[World]:
    """A service with four people abroad; see organisations.an_organisation."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(store, responders or an_organisation(), Path(folder))
        await world.enrol()
        yield world
