"""Tocsin itself: `build()` as production has it, with PTB's Bot on a wire that answers from memory. From the raw
update to the sealed, durable turn and the serialised reply; only Telegram's own sending limits are lifted."""

import asyncio
import json
from datetime import UTC
from pathlib import Path
from time import perf_counter_ns

from telegram import Bot

from bot.app import App, build
from bot.channels import Inbound
from bot.channels.pacing import Pacing
from bot.channels.telegram_send import TelegramSender
from bot.channels.telegram_updates import decode
from bot.channels.turnstile import Turnstile
from bot.clock import utc_clock
from bot.collecting import keep_what_is_made
from bot.settings import Settings
from bot.settings import Store as StoreSettings
from responders.chats import Chat
from responders.envelope import case_of, unseal
from responders.keypair import PrivateKey
from responders.keyring import MasterKey, pseudonym, store_box
from responders.pending import case_key, chat_key, shard_of
from responders.people import Enrolled
from responders.store import Store
from tests.bench.answers import TOKEN
from tests.bench.candidate import Candidate
from tests.bench.canned import CannedRequest
from tests.bench.conversation import STORY
from tests.limits import UNLIMITED as ANY_NUMBER
from tests.responders.organisations import an_organisation

CONFIG = Path(__file__).parents[2] / "config"
SHARDS = StoreSettings().shards
UNLIMITED = 1e9
RIGHT = {
    "opening": "unsure", "country": "CO", "what": ["harassed", "travel"], "when": "longer", "about": "me",
    "push": "hello", "words": [STORY],
}  # fmt: skip


class Ours:
    """The running service, without a receiver: updates are handed to `App.hear` as a receiver does."""

    session_keys: tuple[str, ...] = tuple(f"{{s{shard}}}:session:*" for shard in range(SHARDS))

    def __init__(self, store: str, folder: Path) -> None:
        self.wire, self.alarm = CannedRequest(), CannedRequest()
        self._store = Store(store)
        self._master = MasterKey(bytes(range(32)))
        self._recovery = PrivateKey.generate()
        senders = {"telegram": _sender(self.wire), "telegram-alerts": _sender(self.alarm)}
        self.app: App = build(
            Settings(allow_unreviewed_texts=True, limits=ANY_NUMBER), an_organisation(), config=CONFIG, clock=utc_clock,
            store=self._store, master=self._master, keyring=folder / "transit", senders=senders, receivers={},
            recovery=[self._recovery.public],
        )  # fmt: skip
        self._running: asyncio.Task[None] | None = None
        self.durable: list[int] = []

    async def start(self) -> None:
        known = await self.app.people.all(fresh=True)
        for place, name in enumerate(self.app.responders.directory.focal_points, start=1):
            if name not in known:
                key = PrivateKey.generate().public.text
                enrolled = Enrolled(
                    {"telegram-alerts": str(place)}, (key,), tested=utc_clock().astimezone(UTC)
                )
                await self.app.people.change(name, lambda _old, new=enrolled: new)  # type: ignore[misc]
        await self.app.look_at_duty()
        keep_what_is_made()  # as `tocsin run` does
        self._running = asyncio.create_task(self.app.run())

    async def hear(self, raw: bytes, person: int) -> None:
        before, answered = perf_counter_ns(), self.wire.answered(person)
        inbound = decode(json.loads(raw), "telegram")
        if not isinstance(inbound, Inbound):
            raise TypeError("the bench sends only private messages")
        await self.app.hear(inbound)
        self.durable.append(perf_counter_ns() - before)
        await answered

    async def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        await self.app.stop()

    async def is_right(self, person: int) -> bool:
        number = await self.case_of(person)
        if number is None:
            return False
        body = await self._store.field(case_key(self.place_of(person)[1], number, "body"), "report")
        if body is None:
            return False
        opened = unseal(body, self._recovery, case_id=case_of(body))
        report = json.loads(opened.plaintext)["report"]
        return all(report.get(name) == value for name, value in RIGHT.items())

    async def case_of(self, person: int) -> int | None:
        """The number of the case that this person opened."""
        name, shard = self.place_of(person)
        key = chat_key(shard, name)
        blob = (await self._store.read([key]))[0]
        if blob is None:
            return None
        (ref,) = Chat.from_json(store_box(self._master).open(blob, key.encode())).cases
        return ref.number

    def place_of(self, person: int) -> tuple[str, int]:
        """Their name in the store, and the shard."""
        name = pseudonym(self._master, "telegram", str(person))
        return name, shard_of(name, SHARDS)


def _sender(wire: CannedRequest) -> TelegramSender:
    pacing = Pacing(overall=UNLIMITED, per_chat=UNLIMITED, burst=1_000_000)
    return TelegramSender(Bot(TOKEN, request=wire, get_updates_request=wire), Turnstile(pacing))


def make(name: str, store: str, folder: Path) -> Candidate:  # noqa: ARG001 - one kind only
    return Ours(store, folder)
