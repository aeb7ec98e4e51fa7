"""A strict signal-cli daemon on loopback, in manual receive mode: it speaks the shapes observed from 0.13.19, keeps at
"Signal's server" what nobody is subscribed to, forgets what it has acknowledged, refuses what the real one refuses."""

import asyncio
import base64
import itertools
import json
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.servers.ports import free_port

Json = dict[str, Any]  # what goes over the line, of any shape
INTAKE, ALERTS = "+15550000001", "+15550000002"
FIRST_TIME = 1_795_290_000_000  # a message's id is its time, in milliseconds


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer with this error."""

    code: int
    message: str
    data: object = None

    @property
    def body(self) -> Json:
        return {"code": self.code, "message": self.message, "data": self.data}


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection is cut: before the method did its work, or after it, so that only the answer is lost."""

    after: bool = False


@dataclass(frozen=True, slots=True)
class Stall:
    """The answer never comes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer with these members and do nothing."""

    members: Json


Fault = Refuse | Cut | Stall | Answer


def hiding(kind: str, **more: object) -> Answer:
    """A success in which nothing succeeded, as signal-cli before 0.12 gives it."""
    result = {"recipientAddress": {"uuid": "u", "number": None, "username": None}, "type": kind, **more}
    return Answer({"result": {"results": [result], "timestamp": 1}})


def failing(code: int, kind: str, message: str = "Failed to send message", **more: object) -> Refuse:
    """An error with one recipient's result, as `send` gives it."""
    result = {"recipientAddress": {"uuid": "u", "number": None, "username": None}, "type": kind, **more}
    return Refuse(code, message, {"response": {"results": [result], "timestamp": 1}})


def captcha(token: str = "tok-123") -> Refuse:  # noqa: S107 - made up
    """428, proof required."""
    said = "Failed to send message due to rate limiting"
    return failing(-5, "RATE_LIMIT_FAILURE", said, token=token, retryAfterSeconds=86400)


RATE_LIMITED = failing(-5, "RATE_LIMIT_FAILURE", "Failed to send message due to rate limiting")
NEW_IDENTITY = failing(-4, "IDENTITY_FAILURE", "Failed to send message due to untrusted identities")
NETWORK = failing(-1, "NETWORK_FAILURE")
UNREGISTERED = failing(-1, "UNREGISTERED_FAILURE")
LINKED = Refuse(-1, "This command doesn't work on linked devices.")


# What each method takes beside the account: nothing else, and all of it.
METHODS = {
    "subscribeReceive": set[str](),
    "send": {"recipient", "message"},
    "remoteDelete": {"recipient", "targetTimestamp"},
    "updateContact": {"recipient", "expiration"},
    "trust": {"recipient", "trustAllKnownKeys"},
    "sendTyping": {"recipient"},
    "quitGroup": {"groupId", "delete"},
    "getAttachment": {"recipient", "id"},
    "submitRateLimitChallenge": {"challenge", "captcha"},
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that went out."""

    account: str
    to: str
    text: str
    time: int


@dataclass(slots=True)
class Phone:
    """Somebody on Signal."""

    uuid: str
    number: str
    shown: list[Sent] = field(default_factory=list)
    deleted: set[int] = field(default_factory=set)
    timer: int = 0

    @property
    def screen(self) -> list[str]:
        return [sent.text for sent in self.shown if sent.time not in self.deleted]


class SignalServer:
    """One daemon with two accounts. Tests act as people and look at their phones."""

    def __init__(self, path: Path | None = None, accounts: tuple[str, ...] = (INTAKE, ALERTS)) -> None:
        self.accounts = set(accounts)
        self.phones: dict[str, Phone] = {}
        self.faults: dict[str, deque[Fault | None]] = defaultdict(deque)  # None: answer as usual
        self.calls: list[tuple[str, Json]] = []
        self.files: dict[str, bytes] = {}
        self.kept: dict[str, list[Json]] = defaultdict(list)  # at Signal's server: not acknowledged
        self.is_linked = True  # a linked device refuses updateContact, after having done it
        self.receives_by_itself = False  # as with --receive-mode on-start
        self.url = ""
        self._path = path
        self._port = 0 if path is not None else free_port()  # its own while it is away, too
        self._server: asyncio.Server | None = None
        self._is_stopped = False
        self._lines: set[asyncio.StreamWriter] = set()
        self._subscribed: dict[str, list[tuple[asyncio.StreamWriter, int | None]]] = defaultdict(list)
        self._times = itertools.count(FIRST_TIME)
        self._numbers = (
            itertools.count()
        )  # of subscriptions, one count for all connections, as the real one has it
        self._changed = asyncio.Event()

    async def start(self) -> Self:
        """Listen, at the same address as before."""
        self._is_stopped = False
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            self._server = await asyncio.start_unix_server(self._serve, str(self._path), limit=1 << 22)
            self.url = f"unix://{self._path}"
        else:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, limit=1 << 22)
            self.url = f"tcp://127.0.0.1:{self._port}"
        return self

    async def stop(self) -> None:
        """As kill -9 of the daemon: every connection is gone."""
        self._is_stopped = True
        if self._server is not None:
            self._server.close()
        for line in list(self._lines):
            self._hang_up(line)
        self._server = None
        await asyncio.sleep(0)

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # -- what people do --------------------------------------------------------------------------------------------

    def phone(self, name: int) -> Phone:
        uuid = f"00000000-0000-4000-8000-{name:012d}"
        return self.phones.setdefault(uuid, Phone(uuid, f"+1666{name:07d}"))

    def say(self, phone: Phone, text: str | None, *, to: str = INTAKE, **more: object) -> int:
        """A message (or what `more` holds beside it); returns its time."""
        time = next(self._times)
        message = {
            "timestamp": time,
            "message": text,
            "expiresInSeconds": phone.timer,
            "viewOnce": False,
            **more,
        }
        self.event(phone, time, to, dataMessage=message)
        return time

    def react(
        self, phone: Phone, emoji: str, target: int, *, to: str = ALERTS, is_remove: bool = False
    ) -> None:
        reaction = {"emoji": emoji, "targetAuthor": to, "targetSentTimestamp": target, "isRemove": is_remove}
        self.say(phone, None, to=to, reaction=reaction)

    def edit(self, phone: Phone, target: int, text: str, *, to: str = INTAKE) -> None:
        time = next(self._times)
        message = {"timestamp": time, "message": text, "expiresInSeconds": 0, "viewOnce": False}
        self.event(phone, time, to, editMessage={"targetSentTimestamp": target, "dataMessage": message})

    def new_identity(self, phone: Phone, *, to: str = INTAKE) -> None:
        """Something was written with a new key: the text is lost."""
        fault = {"message": f"Untrusted identity: {phone.uuid}", "type": "UntrustedIdentityException"}
        self._deliver(
            to, {"exception": fault, "envelope": self._envelope(phone, next(self._times)), "account": to}
        )

    def event(self, phone: Phone, time: int, to: str = INTAKE, **content: object) -> None:
        self._deliver(to, {"envelope": {**self._envelope(phone, time), **content}, "account": to})

    def raw(self, data: bytes, to: str = INTAKE) -> None:
        """Write exactly this to whoever is subscribed."""
        for line, _ in self._subscribed[to]:
            line.write(data)

    def _envelope(self, phone: Phone, time: int) -> Json:
        return {
            "source": phone.number, "sourceNumber": phone.number, "sourceUuid": phone.uuid, "sourceName": "phone",
            "sourceDevice": 1, "timestamp": time, "serverReceivedTimestamp": time, "serverDeliveredTimestamp": 0,
        }  # fmt: skip

    # -- the wire --------------------------------------------------------------------------------------------------

    def _deliver(self, account: str, event: Json) -> None:
        if not self._subscribed[account] and not self.receives_by_itself:
            self.kept[account].append(event)
            return
        for line, number in self._subscribed[account]:
            params = event if number is None else {"subscription": number, "result": event}
            self._write(line, {"jsonrpc": "2.0", "method": "receive", "params": params})

    def _write(self, line: asyncio.StreamWriter, told: Json) -> None:
        if not line.is_closing():
            line.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")

    async def _serve(self, reader: asyncio.StreamReader, line: asyncio.StreamWriter) -> None:
        if self._is_stopped:  # it came while we went
            line.close()
            return
        self._lines.add(line)
        ours = {next(self._numbers)} if self.receives_by_itself else set[int]()
        if self.receives_by_itself:
            for account in self.accounts:
                self._subscribed[account].append((line, None))
        try:
            while asked := await reader.readline():
                await self._answer(line, json.loads(asked), ours)
        except (OSError, ValueError):
            pass  # they hung up, or wrote no JSON
        finally:
            self._hang_up(line)

    async def _answer(self, line: asyncio.StreamWriter, asked: Json, ours: set[int]) -> None:
        assert set(asked) == {"jsonrpc", "id", "method", "params"}, asked
        method, parameters = asked["method"], dict(asked["params"])
        self.calls.append((method, parameters))
        fault = self.faults[method].popleft() if self.faults[method] else None
        self._changed.set()
        if isinstance(fault, Stall):
            return
        if isinstance(fault, Cut) and not fault.after:
            self._hang_up(line)
            return
        if isinstance(fault, Answer):
            self._write(line, {"jsonrpc": "2.0", **fault.members, "id": asked["id"]})
            return
        result = fault if isinstance(fault, Refuse) else self._result(line, method, parameters, ours)
        self._changed.set()
        if isinstance(fault, Cut):
            self._hang_up(line)
        elif isinstance(result, Refuse):
            self._write(line, {"jsonrpc": "2.0", "error": result.body, "id": asked["id"]})
        else:
            self._write(line, {"jsonrpc": "2.0", "result": result, "id": asked["id"]})
            if method == "subscribeReceive":
                account = parameters["account"]
                waiting, self.kept[account] = self.kept[account], []
                for event in waiting:
                    self._deliver(account, event)

    def _result(self, line: asyncio.StreamWriter, method: str, given: Json, ours: set[int]) -> object:
        if method == "version":
            return {"version": "0.13.19"}
        if method == "listAccounts":
            return [{"number": number} for number in sorted(self.accounts)]
        if method == "unsubscribeReceive":
            if given["subscription"] not in ours:
                return Refuse(-1, "Unknown subscription id")
            ours.remove(given["subscription"])
            return {}
        if method not in METHODS:
            return Refuse(-32601, "Method not implemented")
        if given.get("account") not in self.accounts:
            return Refuse(-32602, "Method requires valid account parameter")
        assert given.keys() - {"account"} == METHODS[method], (method, sorted(given))
        if method == "subscribeReceive":
            ours.add(number := next(self._numbers))
            self._subscribed[given["account"]].append((line, number))
            return number
        return self._act(method, given)

    def _act(self, method: str, given: Json) -> object:
        done: Json = {"results": [{"type": "SUCCESS"}], "timestamp": next(self._times)}
        to = given.get("recipient")
        phone = self.phones.get(to[0] if isinstance(to, list) else str(to))
        match method:
            case "quitGroup" | "submitRateLimitChallenge":
                return done
            case _ if phone is None:
                return UNREGISTERED
            case "send":
                assert len(given["message"].encode()) <= 2000, "it would be sent as a file"
                sent = Sent(given["account"], phone.uuid, given["message"], done["timestamp"])
                phone.shown.append(sent)
            case "getAttachment":
                data = self.files.get(given["id"])
                if data is None:
                    return Refuse(-1, f"Could not find attachment with ID: {given['id']}")
                return {"data": base64.b64encode(data).decode()}
            case "remoteDelete":
                phone.deleted.add(given["targetTimestamp"])
            case "updateContact":
                phone.timer = given["expiration"]
                return LINKED if self.is_linked else {}
            case "trust":
                assert given["trustAllKnownKeys"] is True
                return {}
        return done

    def _hang_up(self, line: asyncio.StreamWriter) -> None:
        self._lines.discard(line)
        for subscribed in self._subscribed.values():
            subscribed[:] = [one for one in subscribed if one[0] is not line]
        with suppress(OSError):
            line.close()

    # -- what tests look at ----------------------------------------------------------------------------------------

    def made(self, method: str) -> list[Json]:
        """The parameters of every call of this method."""
        return [parameters for name, parameters in self.calls if name == method]

    def is_subscribed(self, account: str = INTAKE) -> bool:
        return bool(self._subscribed[account])

    async def until(self, claim: Callable[[], object], seconds: float = 60.0) -> None:
        """Wait until `claim` holds."""
        async with asyncio.timeout(seconds):
            while not claim():
                self._changed.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.02):
                        await self._changed.wait()
