"""The demo in a terminal: lines go to the service as the reporter, or as whoever `/as` names; what
everybody's phone shows comes back with a name before it. The same parts run as behind the page."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable, Collection
from datetime import timedelta
from pathlib import Path

from bot.channels import Attachment
from bot.demo.platform import ALARMS, INTAKE
from bot.demo.running import staged
from bot.demo.stage import PHONES, REPORTER, Stage
from bot.demo.told import Told

HELP = f"""You are the reporter; write, or type the number of an answer.
/as first|second|coordinator|reporter   whose phone you hold; theirs take commands such as t42, 42 words, ?
/clock +3m                              move the clock (s, m, h, d)
/lang ar                                language of the reporter's phone
/attach voice|picture|sticker|location  send something that is not text
/cut intake|alarms  /join intake|alarms cut a channel off, join it again
/kill                                   kill the worker
/wait 2                                 wait so many seconds before the next line (for pipes)
/quit                                   end
People: {", ".join(PHONES)}."""

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
ACCOUNTS = {"intake": INTAKE, "alarms": ALARMS}
SETTLE = 1.5  # seconds after the last line of a pipe, for answers still on their way


class UnknownError(ValueError):
    """The command is not one of HELP."""


async def talk(folder: Path | None, language: str, *, say: Callable[[str], None]) -> None:
    """Talk until /quit or the end of the input."""
    async with staged(folder) as stage:
        await stage.is_ready.wait()
        say("Texts drafted, not reviewed. An example organisation; nobody real is woken. /help says more.")
        showing = asyncio.create_task(_show(stage, say))
        try:
            await Talk(stage, language, say).follow(_lines())
        finally:
            showing.cancel()


class Talk:
    """One terminal: whose phone it is, and in which language the reporter's is."""

    def __init__(self, stage: Stage, language: str, say: Callable[[str], None]) -> None:
        self._stage = stage
        self._language = language
        self._say = say
        self._who = REPORTER

    async def follow(self, lines: AsyncIterator[str]) -> None:
        """Do each line until /quit or the end."""
        async for line in lines:
            text = line.strip()
            if text == "/quit":
                return
            try:
                await self._do(text)
            except UnknownError:
                self._say("Not a command of this terminal; /help lists them.")
        await asyncio.sleep(SETTLE)

    async def _do(self, text: str) -> None:
        name, _, value = text.removeprefix("/").partition(" ")
        if not text:
            return
        if not text.startswith("/"):
            self._write(text)
        elif name == "wait" and value.replace(".", "", 1).isdigit():
            await asyncio.sleep(float(value))
        else:
            self._command(name, value.strip())

    def _command(self, name: str, value: str) -> None:
        stage = self._stage
        match name:
            case "help":
                self._say(HELP)
            case "as":
                self._who = _known(value, (REPORTER, *PHONES))
            case "lang":
                self._language = value or self._language
            case "clock":
                stage.move_clock(duration(value))
            case "attach":
                stage.attach(Attachment(_known(value, list(Attachment))), self._language)
            case "cut" | "join":
                stage.cut(ACCOUNTS[_known(value, ACCOUNTS)], cut=name == "cut")
            case "kill":
                stage.kill_worker()
            case _:
                raise UnknownError

    def _write(self, text: str) -> None:
        if self._who == REPORTER:
            self._stage.say(text, self._language)
        else:
            self._stage.tell_phone(self._who, {"say": text})


def duration(text: str) -> timedelta:
    """Read +3m, 90s, 1h or 1d. Raises UnknownError."""
    number, unit = text.strip().removeprefix("+")[:-1], text.strip()[-1:]
    if not number.isdigit() or unit not in UNITS:
        raise UnknownError
    return timedelta(**{UNITS[unit]: int(number)})


def _known(value: str, names: Collection[str]) -> str:
    if value not in names:
        raise UnknownError
    return value


async def _show(stage: Stage, say: Callable[[str], None]) -> None:
    told = Told()
    async for batch in stage.view.watch():
        for line in told.lines(batch):
            say(line)


async def _lines() -> AsyncIterator[str]:
    """Lines of standard input, from a terminal, a pipe or a file alike; the thread never holds up the end."""
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        rest = b""
        while found := os.read(0, 65_536):  # not sys.stdin, whose lock would break the interpreter's end
            *lines, rest = (rest + found).split(b"\n")
            for line in lines:
                loop.call_soon_threadsafe(arrived.put_nowait, line.decode(errors="replace"))
        loop.call_soon_threadsafe(arrived.put_nowait, rest.decode(errors="replace"))
        loop.call_soon_threadsafe(arrived.put_nowait, None)

    threading.Thread(target=read, daemon=True, name="lines").start()
    while (line := await arrived.get()) is not None:
        yield line
