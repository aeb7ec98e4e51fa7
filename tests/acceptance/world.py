"""The acceptance language: a whole service on the real store, people with phones, and a clock that is moved.

world.at("02:00")
ana = world.reporter("ana", language="es")
await ana.writes("ayuda vienen")
await world.after(minutes=3)
assert "IMMEDIATE" in world.person("second").newest
"""

import asyncio
import itertools
import re
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import App, build
from bot.channels import Attachment, Event, Inbound
from bot.desk_client import Reply
from bot.settings import Settings
from bot.settings import Store as StoreSettings
from responders.delivery import Button, Message, Reason, Undeliverable
from responders.directory import Alarm, Content, FocalPoint
from responders.envelope import unseal
from responders.keypair import PrivateKey
from responders.keyring import MasterKey
from responders.people import Enrolled
from responders.policies import Responders
from responders.store import Store
from tests.responders.organisations import an_organisation

CONFIG = Path(__file__).parents[2] / "config"
START = datetime(2026, 11, 2, 12, tzinfo=UTC)  # a Monday


@dataclass(slots=True)
class Shown:
    """One message on a phone."""

    id: str
    message: Message
    at: datetime


class Platform:
    """One account of a messaging platform: what it was given is what people see. It refuses what is blocked."""

    def __init__(self, world: "World", name: str) -> None:
        self.name = name
        self._world = world
        self._ids = itertools.count(1)
        self.chats: dict[str, list[Shown]] = defaultdict(list)
        self.everything: dict[str, list[Shown]] = defaultdict(list)
        self.blocked: set[str] = set()
        self.dead: set[str] = set()

    async def send(self, address: str, message: Message) -> str:
        if address in self.blocked:
            raise Undeliverable(Reason.BLOCKED)
        if address in self.dead:
            raise Undeliverable(Reason.UNREGISTERED)
        shown = Shown(str(next(self._ids)), message, self._world.now)
        self.chats[address].append(shown)
        self.everything[address].append(shown)
        return shown.id

    async def delete(self, address: str, ids: Sequence[str]) -> Sequence[str]:
        self.chats[address] = [shown for shown in self.chats[address] if shown.id not in ids]
        return []


@dataclass(slots=True)
class Reporter:
    """A person with a phone on an intake account."""

    world: "World"
    address: str
    locale: str = "en"
    channel: str = "telegram"
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def writes(self, text: str, *, message_id: str | None = None) -> list[str]:
        """Write one message and return what the phone shows in answer."""
        return await self._does(text=text, message_id=message_id)

    async def taps(self, label: str) -> list[str]:
        """Tap the newest button whose label holds `label`."""
        return await self._does(choice=self.button(label).data)

    async def taps_data(self, data: str) -> list[str]:
        return await self._does(choice=data)

    async def sends(self, attachment: Attachment) -> list[str]:
        return await self._does(attachment=attachment)

    async def does(self, event: Event) -> list[str]:
        return await self._does(event=event)

    def button(self, label: str) -> Button:
        for shown in reversed(self.screen):
            for button in shown.message.buttons:
                if label in button.label:
                    return button
        raise AssertionError(f"no button {label!r} on {self.address}'s phone")

    @property
    def platform(self) -> Platform:
        return self.world.platforms[self.channel]

    @property
    def screen(self) -> list[Shown]:
        """What is in the chat now, of our messages."""
        return self.platform.chats[self.address]

    @property
    def texts(self) -> list[str]:
        return [shown.message.text for shown in self.screen]

    @property
    def newest(self) -> str:
        return self.texts[-1] if self.texts else ""

    @property
    def receipt_words(self) -> str:
        """The four words of the newest receipt ever shown on this phone."""
        lists = self.world.app.kit.words
        for shown in reversed(self.platform.everything[self.address]):
            tokens = re.findall(r"\w+", shown.message.text)
            for place in range(len(tokens) - 3):
                said = " ".join(tokens[place : place + 4])
                read = lists.read(said)
                if read is not None and read.is_whole:
                    return said
        raise AssertionError("no receipt was ever shown")

    async def _does(self, *, message_id: str | None = None, **what: object) -> list[str]:
        name = message_id or f"m{next(self._ids)}"
        inbound = Inbound(self.channel, self.address, name, locale=self.locale, **what)  # type: ignore[arg-type]
        before = len(self.platform.everything[self.address])
        await self.world.app.hear(inbound)
        await self.world.settle()
        return [shown.message.text for shown in self.platform.everything[self.address][before:]]


@dataclass(slots=True)
class Person:
    """A focal point with an alarm account, a private key, and the desk."""

    world: "World"
    name: str
    key: PrivateKey
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def pages(self) -> list[str]:
        """Everything that ever rang."""
        return [shown.message.text for shown in self.world.platforms["telegram-alerts"].everything[self.name]]

    @property
    def newest(self) -> str:
        return self.pages[-1] if self.pages else ""

    async def types(self, text: str) -> list[str]:
        """Type on the alarm account, and return the answers."""
        before = len(self.pages)
        inbound = Inbound("telegram-alerts", self.name, f"f{next(self._ids)}", text=text)
        await self.world.app.hear_focal(inbound)
        await self.world.settle()
        return self.pages[before:]

    async def at_desk(self, text: str) -> list[Reply]:
        """Type at the desk; envelopes come back opened with this person's key."""
        answers, number = await self.world.app.focal.at_desk(
            self.name, text, f"{self.name}|d{next(self._ids)}", self.world.now
        )
        replies = [Reply("text", answer.text, answer.buttons, answer.language) for answer in answers]
        if number is not None:
            content = await self.world.app.focal.content(self.name, number, "", self.world.now)
            if content is not None:
                replies.append(Reply("card", content.card))
                for part, envelope in content.parts:
                    body = unseal(envelope, self.key, case_id=content.case_id).plaintext.decode()
                    replies.append(Reply("opened", body, number=number, part=part))
        await self.world.settle()
        return replies

    async def reads(self, number: int) -> str:
        """Card and body of a case they have, as one text."""
        return "\n".join(reply.text for reply in await self.at_desk(f"o{number}"))


class World:
    """A service, its people and its clock."""

    def __init__(
        self, app_of: object, store: Store, responders: Responders, folder: Path, drafts: bool
    ) -> None:
        self.now = START
        self.platforms = {
            name: Platform(self, name) for name in ("telegram", "signal", "telegram-alerts", "email")
        }
        self._store = store
        self._responders = responders
        self._folder = folder
        self._drafts = drafts
        self.master = MasterKey(bytes(range(32)))
        self.recovery = PrivateKey.generate()
        self.people: dict[str, Person] = {}
        self.reporters: dict[str, Reporter] = {}
        self.app = self._build()

    def _build(self) -> App:
        return build(
            Settings(allow_unreviewed_texts=True, store=StoreSettings(shards=2)), self._responders, config=CONFIG,
            clock=lambda: self.now, store=self._store, master=self.master, keyring=self._folder / "transit",
            senders=self.platforms, receivers={}, recovery=[self.recovery.public], drafts=self._drafts,
        )  # fmt: skip

    async def enrol(self) -> None:
        """Everybody of the directory has a key, an alarm account, and has answered a test."""
        for name in self._responders.directory.focal_points:
            key = PrivateKey.generate()
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
        return min(found)

    async def _ring(self) -> None:
        for _ in range(20):
            rang = 0
            for shard in range(self.app.casework.dispatch.shards):
                names, _ = await self._store.claim_timers(shard, self.now, timedelta(seconds=5), 500)
                for name in names:
                    rang += 1
                    await self.app.timekeeper.ring(shard, name, self.now)
            await self.settle()
            if not rang:
                return

    async def settle(self) -> None:
        """Until nothing is on its way any more."""
        sending = self.app.sending
        for _ in range(50):
            for shard in range(self.app.casework.dispatch.shards):
                claimed = await self._store.claim_outbox(shard, self.now, timedelta(seconds=10), 500)
                for item_id, blob in claimed.items:
                    sending._take(shard, item_id, blob)
            tasks = set(sending._tasks)
            if tasks:
                await asyncio.wait(tasks)
            settled = bool(sending._settled)
            await sending._flush()
            if not tasks and not settled:
                return

    async def restart(self) -> None:
        """The worker dies and another starts: nothing is remembered but the store."""
        self.app = self._build()
        await self.app.people.all(fresh=True)
        await self.app.look_at_duty()


@asynccontextmanager
async def a_world(
    store: Store, responders: Responders | None = None, *, drafts: bool = True
) -> AsyncIterator[World]:
    """A service with four people abroad; see organisations.an_organisation."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(None, store, responders or an_organisation(), Path(folder), drafts)
        await world.enrol()
        yield world


__all__ = ["Alarm", "Content", "FocalPoint", "World", "a_world", "replace"]
