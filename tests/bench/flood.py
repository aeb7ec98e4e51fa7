"""`python -m tests.bench.flood [MANY]`: so many strangers raise the alarm at once, and behind half of them somebody
whom a focal point has believed before. How soon their page leaves, and how often anybody is rung. In one process,
through the real receiver; the platform is a queue in memory, twenty milliseconds away."""

import argparse
import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from bot.app import App, build
from bot.channels.telegram_receive import PollingReceiver
from bot.channels.turnstile import Turnstile
from bot.clock import utc_clock
from bot.settings import Settings
from responders.delivery import Message
from responders.keypair import PrivateKey
from responders.keyring import MasterKey
from responders.people import Enrolled
from responders.store import Store
from responders.valkey import EmbeddedStore
from tests.bench.ours import CONFIG
from tests.responders.organisations import an_organisation

FAR = 0.02  # seconds to the platform and back
KNOWN, ALARM = 5, "SOS they are at the door"


class Outgoing:
    """What was sent, when and to whom; at Telegram's own limits where `turnstile` is given."""

    def __init__(self, turnstile: Turnstile | None = None) -> None:
        self.sent: list[tuple[float, str, str]] = []
        self._turnstile = turnstile
        self._ids = count(1)

    async def send(self, address: str, message: Message) -> str:
        if self._turnstile is not None:
            await self._turnstile.pass_through(hash(address), is_page=True)
        self.sent.append((perf_counter(), address, message.text))
        return str(next(self._ids))

    async def delete(self, _address: str, _ids: Sequence[str]) -> Sequence[str]:
        return []

    async def until(self, starts: str, patience: float = 300.0) -> float:
        """When the first message that starts so left."""
        async with asyncio.timeout(patience):
            while True:
                for at, _, text in self.sent:
                    if text.startswith(starts):
                        return at
                await asyncio.sleep(FAR)


class Platform:
    """getUpdates over a list: what was confirmed is forgotten, a hundred at a time are shown."""

    def __init__(self) -> None:
        self.queue: list[dict[str, Any]] = []
        self._ids = count(1)

    def put(self, person: int, text: str) -> None:
        number = next(self._ids)
        who = {"id": person, "is_bot": False, "first_name": "A", "language_code": "en"}
        chat = {"id": person, "type": "private"}
        message = {"message_id": number, "date": 1_770_000_000, "chat": chat, "from": who, "text": text}
        self.queue.append({"update_id": number, "message": message})

    async def call(
        self, method: str, parameters: Mapping[str, Any] | None = None, *_: object, **__: object
    ) -> object:
        if method != "getUpdates":
            return {}
        asked = parameters or {}
        while self.queue and self.queue[0]["update_id"] < asked.get("offset", 0):
            del self.queue[0]
        await asyncio.sleep(FAR)
        return self.queue[: asked["limit"]]


async def _flood(app: App, platform: Platform, alerts: Outgoing, many: int) -> str:
    """The figures, in three sentences."""
    platform.put(KNOWN, ALARM)
    await alerts.until("")
    (case,) = await app.ladder()
    person = alerts.sent[0][1]
    for command in (f"t{case.number}", f"o{case.number}", f"e{case.number} 2"):
        found = await app.focal._parsed(person, command, utc_clock(), None)
        await app.focal.command(person, command, command, utc_clock(), found)
    await asyncio.sleep(1)  # what the others are told of it is out
    alerts.sent.clear()
    cpu = process_time()
    for place in range(many):
        platform.put(1000 + place, ALARM)
        if place == many // 2:
            begun = perf_counter()
            platform.put(KNOWN, ALARM)
    known = await alerts.until(f"{case.number} · ") - begun, process_time() - cpu
    while platform.queue or app.door.waiting:  # noqa: ASYNC110 - a list tells nobody that it is empty
        await asyncio.sleep(FAR)
    worked = perf_counter() - begun, process_time() - cpu
    await asyncio.sleep(15)  # the page about all leaves at most 12 s later
    rung = max(sum(to == one for _, to, _ in alerts.sent) for one in app.responders.directory.focal_points)
    cases = len(await app.ladder())
    return (
        f"known reporter behind {many // 2:,} strangers: page after {known[0]:.2f} s ({known[1]:.2f} s of CPU)\n"
        f"all {many:,} worked after {worked[0]:.1f} s ({worked[1]:.1f} s of CPU), {cases:,} cases open\n"
        f"pages and notices to the one who was rung most: {rung}"
    )


async def _run(many: int) -> str:
    with tempfile.TemporaryDirectory(prefix="tocsin-") as place:
        folder = Path(place)
        embedded = EmbeddedStore(folder / "store")
        embedded.start()
        store, platform, alerts = Store(embedded.url), Platform(), Outgoing(Turnstile())
        app = build(
            Settings(allow_unreviewed_texts=True), an_organisation(), config=CONFIG, clock=utc_clock, store=store,
            master=MasterKey(bytes(range(32))), keyring=folder / "transit",
            senders={"telegram": Outgoing(), "telegram-alerts": alerts},
            receivers={"telegram": PollingReceiver("telegram", platform)},  # type: ignore[arg-type]  # it only calls
            recovery=[PrivateKey.generate().public],
        )  # fmt: skip
        for name in app.responders.directory.focal_points:
            new = Enrolled(
                {"telegram-alerts": name}, (PrivateKey.generate().public.text,), tested=utc_clock()
            )
            await app.people.change(name, lambda _old, new=new: new)  # type: ignore[misc]
        running = asyncio.create_task(app.run())
        try:
            return await _flood(app, platform, alerts, many)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            await app.stop()
            embedded.stop()


def main() -> None:
    reader = argparse.ArgumentParser(prog="python -m tests.bench.flood", description=__doc__)
    reader.add_argument("many", nargs="?", type=int, default=10_000)
    print(asyncio.run(_run(reader.parse_args().many)))  # noqa: T201 - the figures are what this command is for


if __name__ == "__main__":
    main()
