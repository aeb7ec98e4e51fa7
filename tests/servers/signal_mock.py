"""Signal's own mock server as a process, and the telephones on it. Orders go to it and events come from it as lines of
JSON; it ends when our end of its standard input is gone."""

import asyncio
import base64
import itertools
import json
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers.signal_pieces import SCRIPTS, Pieces
from tests.servers.signal_process import ending_with_us, memory

Json = dict[str, Any]  # Signal's messages, of any shape
Event = Json
START, ANSWER = 60.0, 30.0  # seconds
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

    async def until(self, claim: Callable[[], bool], within: float = 20.0) -> None:
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

    async def phone(self, name: str) -> "Phone":
        """A new telephone."""
        made = await self.order("create", name=name)
        self.phones[made["aci"]] = phone = Phone(self, name, made["number"], made["aci"])
        return phone

    async def fault(
        self,
        status: int,
        to: "Phone | None" = None,
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


@dataclass(frozen=True, slots=True)
class Received:
    """What a phone got: the sender's uuid and Signal's Content as JSON (None: the phone could not read it)."""

    sender: str | None
    content: Json | None

    @property
    def data(self) -> Json:
        """The data message, or that of an edit; empty for anything else."""
        content = self.content or {}
        found: Json = content.get("dataMessage") or content.get("editMessage", {}).get("dataMessage") or {}
        return found

    @property
    def text(self) -> str | None:
        body: str | None = self.data.get("body")
        return body

    @property
    def timestamp(self) -> int:
        """The time by which quotes, edits and deletions name this message."""
        return int(self.data["timestamp"])


@dataclass(slots=True)
class Phone:
    """A person's telephone. What it received waits in `got` until somebody asks."""

    mock: MockServer
    name: str
    number: str
    aci: str
    got: list[Received] = field(default_factory=list)

    async def say(self, to: str, content: Json, *, sealed: bool = False) -> int:
        """Send any Content to an account (its aci); "$now" stands for the message's own time, which is returned."""
        answer = await self.mock.order("send", **{"from": self.aci}, to=to, content=content, sealed=sealed)
        return int(answer["timestamp"])

    async def send(
        self,
        to: str,
        text: str | None,
        *,
        sealed: bool = False,
        quote: Received | None = None,
        **more: object,
    ) -> int:
        """Send a text, perhaps as the answer to a message; `more` goes into the data message."""
        data: Json = {"body": text, "timestamp": "$now", **more}
        if quote is not None:
            data["quote"] = {"id": quote.timestamp, "authorAci": quote.sender, "text": quote.text or ""}
        return await self.say(to, {"dataMessage": data}, sealed=sealed)

    async def burst(self, to: str, texts: Sequence[str], *, sealed: bool = False) -> list[int]:
        """Send many texts, one right after the other."""
        answer = await self.mock.order("burst", **{"from": self.aci}, to=to, texts=list(texts), sealed=sealed)
        return [int(timestamp) for timestamp in answer]

    async def react(self, to: str, emoji: str, target: Received, *, remove: bool = False) -> int:
        """Put a reaction on a message that this phone received."""
        reaction = {
            "emoji": emoji,
            "remove": remove,
            "targetAuthorAci": target.sender,
            "targetSentTimestamp": target.timestamp,
        }
        return await self.send(to, None, reaction=reaction)

    async def edit(self, to: str, target: int, text: str) -> int:
        """Change a message of one's own."""
        data = {"body": text, "timestamp": "$now"}
        return await self.say(to, {"editMessage": {"targetSentTimestamp": target, "dataMessage": data}})

    async def delete(self, to: str, target: int) -> int:
        """Delete a message of one's own for everybody."""
        return await self.send(to, None, delete={"targetSentTimestamp": target})

    async def send_file(
        self,
        to: str,
        data: bytes,
        content_type: str,
        *,
        text: str | None = None,
        file_name: str | None = None,
        is_voice_note: bool = False,
    ) -> int:
        """Send an attachment."""
        pointer = await self.mock.order(
            "upload", data=base64.b64encode(data).decode(), content_type=content_type, file_name=file_name,
            is_voice_note=is_voice_note,
        )  # fmt: skip
        return await self.send(to, text, attachments=[pointer])

    async def typing(self, to: str, *, stopped: bool = False) -> int:
        return await self.say(to, {"typingMessage": {"timestamp": "$now", "action": int(stopped)}})

    async def receipt(self, to: str, target: int, *, read: bool = True) -> int:
        return await self.say(to, {"receiptMessage": {"type": int(read), "timestamp": [target]}})

    async def story(self, to: str, text: str) -> int:
        return await self.say(to, {"storyMessage": {"textAttachment": {"text": text}, "allowsReplies": True}})

    async def call(self, to: str) -> int:
        """Ring."""
        return await self.say(to, {"callMessage": {"offer": {"id": 1, "type": 0, "opaque": "AAAA"}}})

    async def group_text(self, to: str, text: str, *, title: str = "group") -> int:
        """Write into a new group of this phone and the account."""
        group = await self.mock.order("group", **{"from": self.aci}, title=title, members=[to])
        return await self.send(to, text, groupV2=group)

    async def receives(self, fits: Callable[[Received], object] = bool, *, within: float = 10.0) -> Received:
        """The next message for which `fits` holds; it and those before it are taken away."""
        found: list[int] = []

        def arrived() -> bool:
            found[:] = [index for index, each in enumerate(self.got) if fits(each)][:1]
            return bool(found)

        try:
            await self.mock.until(arrived, within)
        except TimeoutError:
            raise AssertionError(f"the phone of {self.name} got only {self.got}") from None
        message = self.got[found[0]]
        del self.got[: found[0] + 1]
        return message

    async def reads(self, text: str, *, within: float = 10.0) -> Received:
        """The next message whose text holds `text`."""
        return await self.receives(lambda message: text in (message.text or ""), within=within)

    async def reinstall(self) -> None:
        """The same person with a new telephone: the number stays, the identity changes."""
        await self.mock.order("reinstall", aci=self.aci)

    async def unregister(self) -> None:
        """Signal does not know this person any more."""
        await self.mock.order("unregister", aci=self.aci)
