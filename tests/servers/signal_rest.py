"""A strict stand-in for signal-cli-rest-api (json-rpc mode, 0.101) on loopback: its paths, bodies and status codes, and
its habit of dropping what arrives while no websocket is there. Behind it stands a signal-cli daemon: that of
tests/servers/signal_rpc.py or, in tests/signal, the real one."""

import asyncio
import base64
import binascii
import json
from collections import defaultdict, deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from aiohttp import WSMsgType, web

from tests.servers.ports import free_port
from tests.servers.signal_line import Line, Refused

Json = dict[str, Any]  # bodies of any shape
IDENTITY, RATE_LIMIT = -4, -5
ASKING_FOR_PROOF = (
    " Use the attached challenge tokens to lift the rate limit restrictions via the "
    "'/v1/accounts/{number}/rate-limit-challenge' endpoint."
)

# What the body of each request may hold, and of which type; everything else is refused, as a mistake of ours.
BODIES: dict[str, dict[str, type]] = {
    "send": {"message": str, "number": str, "recipients": list},
    "remote-delete": {"recipient": str, "timestamp": int},
    "typing-indicator": {"recipient": str},
    "contacts": {"recipient": str, "expiration_in_seconds": int},
    "trust": {"trust_all_known_keys": bool},
    "rate-limit-challenge": {"captcha": str, "challenge_token": str},
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer instead; a body that is no text is sent as JSON. `after`: only once it was done."""

    status: int
    body: object = None
    after: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """The answer never comes."""


class SignalRest:
    """The interface. `url` is where a daemon listens; `subscribe` names accounts of one that waits to be asked;
    `folder` is where the daemon keeps its files."""

    def __init__(
        self, url: str, *, subscribe: Sequence[str] = (), version: str = "0.101", mode: str = "json-rpc",
        folder: Path | None = None,
    ) -> None:  # fmt: skip
        self.requests: list[tuple[str, Json]] = []
        self.faults: dict[str, deque[Answer | Silence]] = defaultdict(deque)
        self.wrong: list[str] = []  # requests that the real one would refuse
        self.told, self.dropped = 0, 0  # events passed on, and those that nobody was there for
        self.files: dict[str, bytes] = {}
        self.mode = mode
        self._folder = folder
        self.url = ""
        self._daemon, self._subscribe, self._version = url, subscribe, version
        self._sockets: dict[web.WebSocketResponse, tuple[str, web.Request]] = {}
        self._port = free_port()  # its own while it is away, too
        self._changed = asyncio.Event()
        self._over = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._line = await Line.to(self._daemon)
        self._pumping = asyncio.create_task(self._pump())
        for account in self._subscribe:
            await self._line.call("subscribeReceive", account=account)
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        self._pumping.cancel()
        await self._line.close()

    async def start(self) -> None:
        """Listen, at the same address as before."""
        self._over.clear()
        app = web.Application()
        app.router.add_get("/v1/health", self._health)
        app.router.add_get("/v1/about", self._about)
        app.router.add_get("/v1/accounts", self._accounts)
        app.router.add_get("/v1/receive/{number}", self._receive)
        app.router.add_post("/v2/send", self._send)
        app.router.add_put("/v1/typing-indicator/{number}", self._typing)
        app.router.add_delete("/v1/remote-delete/{number}", self._remote_delete)
        app.router.add_put("/v1/contacts/{number}", self._contact)
        app.router.add_put("/v1/identities/{number}/trust/{who}", self._trust)
        app.router.add_post("/v1/groups/{number}/{group}/quit", self._quit)
        app.router.add_get("/v1/attachments/{id}", self._file)
        app.router.add_delete("/v1/attachments/{id}", self._attachment)
        app.router.add_post("/v1/accounts/{number}/rate-limit-challenge", self._challenge)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.url = f"http://127.0.0.1:{self._port}"

    async def stop(self) -> None:
        """As docker stop: whoever waits for an answer gets none."""
        self._over.set()
        self.abort()
        await self._runner.cleanup()

    # -- the websocket ---------------------------------------------------------------------------------------------

    async def _receive(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets[socket] = (request.match_info["number"], request)
        self._changed.set()
        with suppress(ConnectionError):
            async for said in socket:
                if said.type is WSMsgType.ERROR:
                    break
        self._sockets.pop(socket, None)
        self._changed.set()
        return socket

    async def _pump(self) -> None:
        while True:
            told = await self._line.events.get()
            told = told.get("result", told)
            await self.frame(json.dumps(told, ensure_ascii=False), told["account"])

    async def frame(self, text: str, number: str) -> None:
        """Say this to whoever listens for an account. Nobody there: it is gone."""
        listening = [socket for socket, (account, _) in self._sockets.items() if account == number]
        self.dropped += not listening
        self.told += bool(listening)
        for socket in listening:
            with suppress(ConnectionError):
                await socket.send_str(text)
        self._changed.set()

    async def close(self, code: int) -> None:
        """Close every websocket in order."""
        for socket in list(self._sockets):
            await socket.close(code=code)

    def abort(self) -> None:
        """Cut every websocket without a word (1006 at the other end)."""
        for _, request in list(self._sockets.values()):
            if request.transport is not None:
                request.transport.abort()
        self._sockets.clear()

    def listening(self, number: str) -> int:
        """How many websockets there are for an account."""
        return sum(account == number for account, _ in self._sockets.values())

    # -- requests --------------------------------------------------------------------------------------------------

    async def _taken(self, request: web.Request, kind: str) -> Json:
        """The body, checked; or the answer that a test wants."""
        body: Json = json.loads(await request.text() or "{}")
        self.requests.append((kind, body))
        self._changed.set()
        wanted = BODIES.get(kind, {})
        if body.keys() != wanted.keys() or any(not isinstance(body[name], wanted[name]) for name in body):
            self.wrong.append(f"{kind}: {sorted(body)}")
            raise _refused(400, {"error": "Couldn't process request - invalid request"})
        if self.faults[kind] and not getattr(self.faults[kind][0], "after", False):
            await self._fail(self.faults[kind].popleft())
        return body

    async def _done(self, kind: str) -> None:
        if self.faults[kind]:
            await self._fail(self.faults[kind].popleft())

    async def _fail(self, fault: Answer | Silence) -> None:
        if isinstance(fault, Answer):
            raise _refused(fault.status, fault.body)
        await self._over.wait()

    async def _ask(self, number: str, method: str, **parameters: Any) -> Any:
        try:
            return await self._line.call(method, account=number, **parameters)
        except Refused as fault:
            said = fault.error["message"]
            if fault.code == RATE_LIMIT:
                tokens = [one.get("token") for one in fault.error["data"]["response"]["results"]]
                body = {"error": said + ASKING_FOR_PROOF, "challenge_tokens": tokens, "account": number}
                raise _refused(429, body) from None
            if fault.code == IDENTITY:
                said = "Unable to complete request due to untrusted recipient keys"
            raise _refused(400, {"error": said}) from None

    async def _health(self, _: web.Request) -> web.Response:
        return web.Response(status=204)

    async def _about(self, _: web.Request) -> web.Response:
        told = {"versions": ["v1", "v2"], "build": 2, "mode": self.mode, "version": self._version}
        return web.json_response({**told, "capabilities": {"v2/send": ["quotes", "mentions"]}})

    async def _accounts(self, request: web.Request) -> web.Response:
        await self._taken(request, "accounts")
        return web.json_response([one["number"] for one in await self._line.call("listAccounts")])

    async def _send(self, request: web.Request) -> web.Response:
        body = await self._taken(request, "send")
        number, recipients = body["number"], body["recipients"]
        result = await self._ask(number, "send", recipient=recipients, message=body["message"])
        await self._done("send")
        answer: Json = {"timestamp": str(result["timestamp"])}
        bad = [
            {"uuid": one["recipientAddress"]["uuid"], "reason": one["type"]}
            for one in result["results"]
            if one["type"] != "SUCCESS"
        ]
        if bad:
            answer["errors"] = {"recipients": bad}
        return web.json_response([answer], status=201)

    async def _typing(self, request: web.Request) -> web.Response:
        body = await self._taken(request, "typing-indicator")
        await self._ask(request.match_info["number"], "sendTyping", recipient=[body["recipient"]])
        return web.Response(status=204)

    async def _remote_delete(self, request: web.Request) -> web.Response:
        body = await self._taken(request, "remote-delete")
        parameters = {"recipient": [body["recipient"]], "targetTimestamp": body["timestamp"]}
        result = await self._ask(request.match_info["number"], "remoteDelete", **parameters)
        return web.json_response({"timestamp": str(result["timestamp"])}, status=201)

    async def _contact(self, request: web.Request) -> web.Response:
        body = await self._taken(request, "contacts")
        parameters = {"recipient": body["recipient"], "expiration": body["expiration_in_seconds"]}
        await self._ask(request.match_info["number"], "updateContact", **parameters)
        return web.Response(status=204)

    async def _trust(self, request: web.Request) -> web.Response:
        await self._taken(request, "trust")
        parameters = {"recipient": request.match_info["who"], "trustAllKnownKeys": True}
        await self._ask(request.match_info["number"], "trust", **parameters)
        return web.Response(status=204)

    async def _quit(self, request: web.Request) -> web.Response:
        await self._taken(request, "quit")
        kind, _, name = request.match_info["group"].partition(".")
        try:
            group = base64.b64decode(name, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            kind = ""
        if kind != "group":
            raise _refused(400, {"error": "Invalid group id"})
        await self._ask(request.match_info["number"], "quitGroup", groupId=group, delete=True)
        return web.Response(status=204)

    async def _file(self, request: web.Request) -> web.Response:
        await self._taken(request, "file")
        held = self.files.get(request.match_info["id"])
        if held is None and self._folder is not None:
            path = self._folder / "attachments" / request.match_info["id"]
            held = path.read_bytes() if path.exists() else None
        if held is None:
            raise _refused(404, {"error": "No attachment with that id found"})
        return web.Response(body=held, content_type="text/plain")

    async def _attachment(self, request: web.Request) -> web.Response:
        await self._taken(request, "attachments")
        name = request.match_info["id"]
        self.requests[-1] = ("attachments", {"id": name})
        self.files.pop(name, None)
        if self._folder is not None:
            (self._folder / "attachments" / name).unlink(missing_ok=True)
        return web.Response(status=204)

    async def _challenge(self, request: web.Request) -> web.Response:
        body = await self._taken(request, "rate-limit-challenge")
        parameters = {"challenge": body["challenge_token"], "captcha": body["captcha"]}
        await self._ask(request.match_info["number"], "submitRateLimitChallenge", **parameters)
        return web.Response(status=204)

    def made(self, kind: str) -> list[Json]:
        """The bodies of every request of this kind."""
        return [body for name, body in self.requests if name == kind]


def _refused(status: int, body: object) -> web.HTTPException:
    kind = type("Told", (web.HTTPException,), {"status_code": status})
    if isinstance(body, str):
        told: web.HTTPException = kind(text=body, content_type="text/html")
    else:
        told = kind(text=json.dumps(body), content_type="application/json")
    return told
