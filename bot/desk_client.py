"""The focal point's end of the desk: proves a private key, sends commands, opens what comes back sealed.
The key never leaves this process; nothing is written to disk."""

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

import aiohttp

from responders.delivery import Button
from responders.envelope import NotForThisKey, Opened, Tampered

# What reading an answer trips over when it is not one of the desk's.
_NO_ANSWER = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
_TIMEOUT = aiohttp.ClientTimeout(total=20, sock_connect=3)


class DeskAway(Exception):
    """The desk does not answer, or answers nonsense."""


class DeskRefused(Exception):
    """The desk does not accept this key for this person."""


class Opens(Protocol):
    """Something with private keys: keys.KeyFile, or one key wrapped by the caller."""

    def open(self, envelope: bytes, *, case_id: str) -> Opened:
        """What is inside. Raises NotForThisKey, Tampered."""
        ...


@dataclass(frozen=True, slots=True, repr=False)  # it says what or who
class Reply:
    """One answer. `kind`: text, card, opened (JSON of a part of the body) or locked (sealed, not to this key)."""

    kind: str
    text: str
    buttons: tuple[Button, ...] = ()
    language: str = "en"
    number: int = 0
    part: str = ""


class DeskClient:
    """One person at one desk: `async with DeskClient(url, "first", keys.open) as desk`.

    `url` is http://host:port, or unix:///path of a private socket."""

    def __init__(self, url: str, person: str, keys: Opens) -> None:
        self._person = person
        self._keys = keys
        is_socket = url.startswith("unix://")
        self._base = "http://desk" if is_socket else url.rstrip("/")
        self._connector: Callable[[], aiohttp.BaseConnector] = (
            (lambda: aiohttp.UnixConnector(url.removeprefix("unix://")))
            if is_socket
            else aiohttp.TCPConnector
        )
        self._http: aiohttp.ClientSession | None = None
        self._token: str | None = None

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(connector=self._connector(), timeout=_TIMEOUT)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            await self._http.close()

    async def say(self, text: str, *, after: str = "", message_id: str | None = None) -> list[Reply]:
        """Send a command and return the answers, envelopes opened. A lost answer may be asked for again with the same
        `message_id`: the command is applied once. Raises DeskAway, DeskRefused."""
        body = {"text": text, "after": after, "id": message_id or secrets.token_urlsafe(12)}
        if self._token is None:
            await self._prove()
        status, answer = await self._post("/desk/say", body)
        if status == 401:  # the service was restarted, or fifteen minutes passed
            await self._prove()
            status, answer = await self._post("/desk/say", body)
        if status != 200:
            raise DeskRefused("the desk refused this command")
        try:
            return [self._read(reply) for reply in answer["replies"]]
        except _NO_ANSWER:
            raise DeskAway("what answers at the desk's address is not the desk") from None

    async def _prove(self) -> None:
        status, hello = await self._post("/desk/hello", {"person": self._person})
        if status == 429:
            raise DeskAway("the desk is asked too often for this name; try again in a moment")
        if status != 200:
            raise DeskAway("the desk cannot be used now")
        try:
            nonce = self._keys.open(base64.b64decode(hello["envelope"]), case_id="desk").plaintext
            proof = {"id": hello["id"], "nonce": base64.b64encode(nonce).decode()}
            status, answer = await self._post("/desk/prove", proof)
            if status != 200:
                raise DeskRefused("the desk did not accept the proof")
            self._token = str(answer["token"])
        except (NotForThisKey, Tampered):
            raise DeskRefused("this key is not enrolled for this person") from None
        except _NO_ANSWER:
            raise DeskAway("what answers at the desk's address is not the desk") from None

    async def _post(self, path: str, body: object) -> tuple[int, Any]:  # Any: JSON
        if self._http is None:
            raise RuntimeError("DeskClient is used before it was entered")
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            async with self._http.post(self._base + path, json=body, headers=headers) as answer:
                raw = await answer.read()
                return answer.status, json.loads(raw) if answer.ok else None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, RecursionError):
            raise DeskAway("the desk does not answer") from None

    def _read(self, reply: dict[str, Any]) -> Reply:  # Any: JSON
        if reply["kind"] != "envelope":
            buttons = tuple(Button(str(label), str(data)) for label, data in reply.get("buttons", ()))
            return Reply(str(reply["kind"]), str(reply["text"]), buttons, str(reply.get("language", "en")))
        number, part = int(reply["number"]), str(reply["part"])
        try:
            opened = self._keys.open(base64.b64decode(reply["envelope"]), case_id=reply["case"])
        except (NotForThisKey, Tampered):
            return Reply("locked", "", number=number, part=part)
        return Reply("opened", opened.plaintext.decode("utf-8", "replace"), number=number, part=part)
