"""A focal point's phone, as a process of its own: its private key is made here and never leaves it.
Pages come over the alarm account; content comes sealed from the desk and is opened here.
Run by running.py."""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.channels.local import LocalLine, PlatformAwayError
from bot.clock import ShiftedClock
from bot.demo.desk_line import AwayError, Desk, Reply, desk_line
from bot.demo.handset import Handset, Kind
from bot.demo.platform import ALARMS
from bot.demo.tether import die_with_parent
from responders.envelope import PrivateKey

PAUSE = 0.5


class Phone:
    """One handset and its two lines: to the alarm account and to the desk."""

    def __init__(
        self, person: str, line: LocalLine, desk: Desk, now: Callable[[], datetime], handset: Handset
    ) -> None:
        self._person = person
        self._line = line
        self._desk = desk
        self._now = now
        self._handset = handset

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
                self._set(self._handset.lock() if message["lock"] else self._handset.unlock())
            elif "tap" in message:
                self._set(self._handset.with_tap(message["tap"]))
                await self._say(message["data"], shown=message["label"])
            else:
                await self._say(message["say"], shown=message["say"])

    async def _say(self, text: str, *, shown: str) -> None:
        self._set(self._handset.with_entry(Kind.MINE, shown, self._now()))
        try:
            replies = await self._desk.say(text)
        except AwayError:
            self._fault("The service does not answer. Nothing was done; try again in a moment.")
            return
        for reply in replies:
            self._show(reply)

    def _show(self, reply: Reply) -> None:
        kind = {"card": Kind.CARD, "opened": Kind.OPENED}.get(reply.kind, Kind.DESK)
        self._set(
            self._handset.with_entry(kind, reply.text, self._now(), tuple(reply.buttons), reply.language)
        )

    def _fault(self, text: str) -> None:
        self._set(self._handset.with_entry(Kind.FAULT, text, self._now()))

    def _set(self, handset: Handset) -> None:
        self._handset = handset
        report({"screen": handset.screen()})


def report(message: Mapping[str, object]) -> None:
    """Write one JSON line for the supervisor."""
    sys.stdout.write(json.dumps(message, ensure_ascii=False) + "\n")
    sys.stdout.flush()


async def said() -> AsyncIterator[Mapping[str, Any]]:
    """The supervisor's JSON lines; they end when the supervisor does."""
    reader = asyncio.StreamReader(limit=2**20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield json.loads(line)


async def run(person: str, platform: Path, desk: str, clock: Path) -> None:
    """Make the key, say its public half, and be a phone until the input ends."""
    key = PrivateKey.generate()
    report({"key": key.public.text})
    handset = Handset(person=person, fingerprint=key.public.fingerprint)
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(LocalLine(platform))
        service = await stack.enter_async_context(desk_line(desk, person, key))
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
    parser.add_argument("--desk", required=True)
    parser.add_argument("--clock", required=True, type=Path)
    options = parser.parse_args()
    asyncio.run(run(options.person, options.platform, options.desk, options.clock))


if __name__ == "__main__":
    main()
