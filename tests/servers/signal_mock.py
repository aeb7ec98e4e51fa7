"""Signal's own mock server as a process. Orders go to it and events come from it as lines of
JSON; it ends when our end of its standard input is gone."""

import asyncio
import itertools
import json
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.servers.signal_phone import Phone, Received
from tests.servers.signal_pieces import SCRIPTS, Pieces
from tests.servers.signal_process import ending_with_us, memory

Json = dict[str, Any]  # Signal's messages, of any shape
Event = Json
START, ANSWER = 180.0, 180.0  # seconds; a busy machine needs a while for keys and proofs
LIMIT = 1 << 26  # bytes of one line


class MockServer:
    """The server and what it tells: messages that phones receive, acknowledgements, connections."""

    def __init__(self, pieces: Pieces, log: Path) -> None:
        self._pieces, self._log = pieces, log
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Json]] = {}
        self._process: Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._changed = asyncio.Condition()
        self.port = 0
        self.phones: dict[str, Phone] = {}
        self.acked: set[tuple[str, int]] = set()  # account, time of the message
        self.connected: dict[str, int] = {}  # account: open websockets
        self.connections = 0  # since the start
        self.faulted: list[Event] = []
        self.taps: list[Callable[[Event], None]] = []  # who hears every event

    @property
    def memory(self) -> int:
        """Resident bytes."""
        assert self._process is not None
        return memory(self._process.pid)

    async def start(self) -> None:
        command = (str(self._pieces.node), str(SCRIPTS / "mock.js"))
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *ending_with_us(command), stdin=PIPE, stdout=PIPE, stderr=log, limit=LIMIT,
                cwd=self._log.parent, env={**os.environ, "NODE_PATH": str(self._pieces.modules)},
            )  # fmt: skip
        assert self._process.stdout is not None
        async with asyncio.timeout(START):
            hello = await self._process.stdout.readline()
        if not hello:
            raise RuntimeError(f"the mock server does not start:\n{self._log.read_text()}")
        self.port = json.loads(hello)["port"]
        self._reading = asyncio.create_task(self._read(self._process.stdout))

    async def stop(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            await self._process.wait()

    async def order(self, name: str, /, **parameters: object) -> Any:
        """Have the server do something and return its answer."""
        assert self._process is not None
        assert self._process.stdin is not None
        number = next(self._ids)
        waiting = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._process.stdin.write(json.dumps({"id": number, "do": name, "with": parameters}).encode() + b"\n")
        async with asyncio.timeout(ANSWER):
            said = await waiting
        if "fault" in said:
            raise RuntimeError(f"{name}: {said['fault']}")
        return said["answer"]

    async def until(self, claim: Callable[[], bool], within: float = 60.0) -> None:
        """Return when `claim` holds; it is looked at again after every event."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(claim)

    async def _read(self, output: asyncio.StreamReader) -> None:
        while line := await output.readline():
            said = json.loads(line)
            if "event" not in said:
                self._waiting.pop(said["id"]).set_result(said)
                continue
            async with self._changed:
                self._note(said)
                self._changed.notify_all()
        for waiting in self._waiting.values():
            waiting.set_exception(RuntimeError(f"the mock server has ended:\n{self._log.read_text()}"))

    def _note(self, event: Event) -> None:
        for tap in self.taps:
            tap(event)
        account = event.get("device", "").split(".")[0]
        match event["event"]:
            case "received":
                with suppress(KeyError):  # a phone of an account's owner
                    self.phones[event["phone"]].got.append(Received(event["from"], event["content"]))
            case "acked":
                self.acked.add((account, event["timestamp"]))
            case "connected":
                self.connections += 1
                self.connected[account] = self.connected.get(account, 0) + 1
            case "disconnected":
                self.connected[account] -= 1
            case "faulted":
                self.faulted.append(event)

    async def phone(self, name: str) -> Phone:
        """A new telephone."""
        made = await self.order("create", name=name)
        self.phones[made["aci"]] = phone = Phone(self, name, made["number"], made["aci"])
        return phone

    async def fault(
        self,
        status: int,
        to: Phone | None = None,
        *,
        times: int = 1,
        headers: Sequence[str] = (),
        **body: object,
    ) -> None:
        """The next `times` messages (to one phone, or to anybody) are answered with this status and body.
        428: fault(428, phone, token="...", options=["captcha"], headers=["Retry-After:60"])."""
        path = f"^/v1/messages/{to.aci}" if to else "^/v1/messages/"
        await self.order(
            "fault", verb="PUT", path=path, status=status, left=times, headers=list(headers), body=body
        )

    async def clear_faults(self) -> None:
        await self.order("clear_faults")
