"""A focal point's phone, as a process of its own: its private key is made here and never leaves it.
Pages come over the alarm account; content comes sealed from the desk and is opened here.
Run by running.py."""

import argparse
import asyncio
import json
import re
import secrets
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.channels.local import LocalLine, PlatformAwayError
from bot.clock import ShiftedClock
from bot.demo import CONFIG
from bot.demo.handset import Handset, Kind
from bot.demo.platform import ALARMS
from bot.demo.tether import die_with_parent, report
from bot.desk_client import DeskAway, DeskClient, DeskRefused, Reply
from bot.reading import readable
from responders.keypair import PrivateKey
from responders.keys import KeyFile

if TYPE_CHECKING:
    from bot.texts import Texts

PAUSE = 0.5
TRIES = 12  # long enough for a killed worker to be followed by another


class Phone:
    """One handset and its two lines: to the alarm account and to the desk."""

    def __init__(
        self, person: str, line: LocalLine, desk: DeskClient, now: Callable[[], datetime], handset: Handset
    ) -> None:
        self._person = person
        self._line = line
        self._desk = desk
        self._now = now
        self._handset = handset
        self._newest: dict[int, str] = {}  # the newest part of each case that is on the screen
        self._reports: dict[int, str] = {}

    async def follow_alarms(self) -> None:
        """Show the alarm account's chat as it is, until cancelled."""
        path, revision = f"/phone/{ALARMS}/{self._person}", -1
        while True:
            try:
                _, chat = await self._line.call("GET", path, after=str(revision), tries="20")
            except PlatformAwayError:
                await asyncio.sleep(PAUSE)
                continue
            if chat["revision"] != revision:
                revision = chat["revision"]
                self._set(self._handset.with_pages(chat["posts"]))

    async def follow_input(self, messages: AsyncIterator[Mapping[str, Any]]) -> None:
        """Do what the person does on this phone, one thing after the other, until the input ends."""
        async for message in messages:
            if "lock" in message:
                self._lock(locked=message["lock"])
            elif "tap" in message:
                self._set(self._handset.with_tap(message["tap"]))
                await self._say(message["data"], shown=message["label"])
            else:
                await self._say(message["say"], shown=message["say"])

    async def _say(self, text: str, *, shown: str) -> None:
        self._set(self._handset.with_entry(Kind.MINE, shown, self._now()))
        try:
            replies = await self._ask(text)
        except DeskAway:
            self._fault("The service does not answer. Nothing was done; try again in a moment.")
            return
        except DeskRefused:
            self._fault("The service does not accept this phone.")
            return
        for reply in replies:
            self._show(reply)

    async def _ask(self, text: str) -> list[Reply]:
        """Send a command, again while the service is away; its name makes sure that it is applied once."""
        name, after = secrets.token_urlsafe(12), self._newest.get(_number(text), "")
        for _ in range(TRIES):
            try:
                return await self._desk.say(text, after=after, message_id=name)
            except DeskAway:
                await asyncio.sleep(PAUSE)
        return await self._desk.say(text, after=after, message_id=name)

    def _show(self, reply: Reply) -> None:
        if reply.kind == "locked":
            self._fault("A part of this report was sealed to other keys.")
            return
        if reply.kind == "opened":
            self._show_opened(reply)
            return
        kind = Kind.CARD if reply.kind == "card" else Kind.DESK
        self._set(self._handset.with_entry(kind, reply.text, self._now(), reply.buttons, reply.language))

    def _show_opened(self, reply: Reply) -> None:
        """One part of a report, unless it is on the screen already."""
        if reply.part == "report":
            if self._reports.get(reply.number) == reply.text:
                return
            self._reports[reply.number] = reply.text
        else:
            self._newest[reply.number] = max(self._newest.get(reply.number, ""), reply.part[1:])
        text = readable(reply.text, label)
        self._set(self._handset.with_entry(Kind.OPENED, f"{reply.number}\n{text}", self._now()))

    def _lock(self, *, locked: bool) -> None:
        self._newest.clear()
        self._reports.clear()
        self._set(self._handset.lock() if locked else self._handset.unlock())

    def _fault(self, text: str) -> None:
        self._set(self._handset.with_entry(Kind.FAULT, text, self._now()))

    def _set(self, handset: Handset) -> None:
        self._handset = handset
        report({"screen": handset.screen()})


def _number(command: str) -> int:
    found = re.search(r"\d+", command)
    return int(found.group()) if found else 0


@cache
def _texts() -> "Texts":
    from bot.texts import Texts  # noqa: PLC0415 - a phone is ready sooner without them

    return Texts.load(CONFIG, drafts=True)


def label(key: str, /, **values: object) -> str | None:
    """Return the English text of a key, or None; the texts are read when the first report is opened."""
    return _texts().say(key, _texts().source, **values) if _texts().has(key) else None


async def said() -> AsyncIterator[Mapping[str, Any]]:
    """The supervisor's JSON lines; they end when the supervisor does."""
    reader = asyncio.StreamReader(limit=2**20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield json.loads(line)


async def run(person: str, platform: Path, desk: Path, clock: Path) -> None:
    """Make the key, say its public half, and be a phone until the input ends."""
    key = PrivateKey.generate()
    report({"key": key.public.text})
    handset = Handset(person=person, fingerprint=key.public.fingerprint)
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(LocalLine(platform))
        service = await stack.enter_async_context(DeskClient(f"unix://{desk}", person, KeyFile((key,))))
        phone = Phone(person, line, service, ShiftedClock(clock), handset)
        report({"screen": handset.screen()})
        alarms = asyncio.create_task(phone.follow_alarms())
        typing = asyncio.create_task(phone.follow_input(said()))
        done, rest = await asyncio.wait({alarms, typing}, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        for task in done:
            task.result()


def main() -> None:
    """Entry point of `python -m bot.demo.phone`."""
    die_with_parent()
    parser = argparse.ArgumentParser(description="One focal point's phone of the demo; started by it.")
    parser.add_argument("--person", required=True)
    parser.add_argument("--platform", required=True, type=Path)
    parser.add_argument("--desk", required=True, type=Path)
    parser.add_argument("--clock", required=True, type=Path)
    options = parser.parse_args()
    asyncio.run(run(options.person, options.platform, options.desk, options.clock))


if __name__ == "__main__":
    main()
