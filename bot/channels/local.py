"""The local channel: the demo's platform seen from a worker, over a private unix socket.
It confirms nothing before it was handled, and waits for ever, ever slower, while the platform is away."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.channels import Attachment, Event, Handle, Inbound
from responders.delivery import Message, Reason, TryAgain, Undeliverable

POLL = 25.0
FIRST_WAIT = 0.1
LONGEST_WAIT = 5.0
AWAY = timedelta(seconds=1)
UNDELIVERABLE = {400: Reason.REFUSED, 403: Reason.BLOCKED, 404: Reason.UNREGISTERED}


class PlatformAwayError(Exception):
    """The platform does not answer, or says that this channel is cut."""


class LocalLine:
    """One connection pool to the platform, shared by the halves of every local channel in a process."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=POLL + 10, sock_connect=2)
        connector = aiohttp.UnixConnector(str(self._socket))
        self._http = aiohttp.ClientSession("http://platform", connector=connector, timeout=timeout)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            await self._http.close()

    async def call(self, method: str, path: str, *, body: object = None, **query: str) -> tuple[int, Any]:
        """Return status and JSON answer (of any shape, hence Any); raises PlatformAwayError."""
        if self._http is None:
            raise RuntimeError("the line to the platform is used before it was entered")
        try:
            async with self._http.request(method, path, json=body, params=query) as answer:
                if answer.status >= 500:
                    raise PlatformAwayError
                return answer.status, await answer.json() if answer.ok else None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            raise PlatformAwayError from None


class LocalSender:
    """The sending half of one account."""

    def __init__(self, line: LocalLine, account: str) -> None:
        self._line = line
        self._account = account

    async def send(self, address: str, message: Message) -> str:
        """Hand the message over and return its id."""
        body = {
            "address": address,
            "text": message.text,
            "buttons": [[button.label, button.data] for button in message.buttons],
            "protect": message.protect,
            "language": message.language,
        }
        return str((await self._post("send", body))["id"])

    async def delete(self, address: str, ids: Sequence[str]) -> Sequence[str]:
        """Delete our own messages; what is older than 48 hours stays, and is returned."""
        answer = await self._post("delete", {"address": address, "ids": [int(one) for one in ids]})
        return [str(one) for one in answer["kept"]]

    async def _post(self, verb: str, body: object) -> Any:
        try:
            status, answer = await self._line.call("POST", f"/service/{self._account}/{verb}", body=body)
        except PlatformAwayError:
            raise TryAgain(AWAY) from None
        if status in UNDELIVERABLE:
            raise Undeliverable(UNDELIVERABLE[status])
        return answer


class LocalReceiver:
    """The receiving half of one account; `channel` is the name that its arrivals carry."""

    def __init__(self, line: LocalLine, account: str, channel: str | None = None) -> None:
        self._line = line
        self._account = account
        self._channel = channel or account

    async def receive(self, handle: Handle) -> None:
        """Fetch, hand over one by one, then confirm; until cancelled."""
        offset, pause = 0, FIRST_WAIT
        while True:
            try:
                _, answer = await self._line.call(
                    "GET", f"/service/{self._account}/updates", offset=str(offset), timeout=str(POLL)
                )
            except PlatformAwayError:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_WAIT)
                continue
            pause = FIRST_WAIT
            for update in answer["updates"]:
                await handle(inbound(self._channel, update))
                offset = update["id"] + 1


def inbound(channel: str, update: dict[str, Any]) -> Inbound:
    """Turn one update of the platform into an Inbound.

    An edit keeps the message's id on the platform; here it gets its own, so that no done mark hides it."""
    event = Event(update["event"])
    message_id = f"{update['message_id']}" if event is not Event.EDITED else f"edit-{update['id']}"
    attachment = update.get("attachment")
    quote = update.get("quote")
    return Inbound(
        channel=channel,
        address=update["address"],
        message_id=message_id,
        text=update.get("text"),
        choice=update.get("choice"),
        attachment=Attachment(attachment) if attachment is not None else None,
        locale=update.get("locale"),
        quote=str(quote) if quote is not None else None,
        sent_at=datetime.fromisoformat(update["at"]),
        event=event,
    )
