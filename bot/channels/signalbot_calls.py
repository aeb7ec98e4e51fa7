"""signal-cli-rest-api by way of signalbot's client: its websocket, its requests, its models. It costs 20 MB, so only
bot/channels/signalbot.py imports this. signalbot's message pipeline is never started: it parses before anything is
kept, loses an event that its models do not know, and stays deaf after a websocket that closed in order."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast
from urllib.parse import quote, urlsplit

import aiohttp
from signalbot import ConnectionMode, SignalAPIError
from signalbot._client import SignalAPI
from signalbot._client.base import HttpVerb
from signalbot._client.messages import ReceiveError
from signalbot._generated import (
    Attachment,
    RateLimitChallengeRequest,
    RemoteDeleteRequest,
    SendMessageV2,
    TrustIdentityRequest,
    TypingIndicatorRequest,
    UpdateContactRequest,
)

from bot.channels.signal_faults import UNKNOWN_METHOD
from bot.channels.signal_rpc import RpcRefused, RpcUnanswered
from bot.channels.signal_socket import HungUp
from bot.channels.signalbot_refusals import failed, refusal
from responders.secret import Secret

PATIENCE: Final = timedelta(seconds=20)  # signalbot itself would wait five minutes
LONGEST_REFUSAL: Final = 1 << 16
SERVER_FAULTS: Final = 500
FILE: Final = re.compile(r"\w[\w.-]*", re.ASCII)  # a name of theirs, never a path or a query

Parameters = Mapping[str, Any]  # of signal-cli's JSON-RPC, which knows every type


@dataclass(slots=True, repr=False)  # the body may quote anything
class Heard:
    """The answer to one request, before signalbot makes an exception without a body of it."""

    status: int = 0
    body: bytes = b""


_heard: ContextVar[Heard] = ContextVar("heard")


class SignalbotCalls:
    """One account behind one REST interface. Constructing it touches no network; `close` when done."""

    def __init__(self, url: str, number: Secret, patience: timedelta = PATIENCE) -> None:
        parts = urlsplit(url)
        mode = ConnectionMode.HTTPS_ONLY if parts.scheme == "https" else ConnectionMode.HTTP_ONLY
        place = parts.netloc + parts.path.rstrip("/")
        self._api = SignalAPI(place, number.reveal(), download_attachments=False, connection_mode=mode)
        self._patience = patience
        # What signal-cli calls it: who does it here, and the status that says that it was done.
        self._acts: Mapping[str, tuple[Callable[[Parameters], Awaitable[object]], int]] = {
            "send": (self._send, 201),
            "remoteDelete": (self._remote_delete, 201),
            "sendTyping": (self._typing, 204),
            "updateContact": (self._update_contact, 204),
            "trust": (self._trust, 204),
            "quitGroup": (self._quit_group, 204),
            "getAttachment": (self._get_attachment, 200),
            "deleteAttachment": (self._delete_attachment, 204),
            "submitRateLimitChallenge": (self._challenge, 204),
            "listAccounts": (self._accounts, 200),
            "version": (self._about, 200),
        }

    async def call(self, method: str, parameters: Parameters, patience: timedelta | None = None) -> object:
        """The method's result, as signal-cli would give it. Raises RpcRefused or RpcUnanswered."""
        if method not in self._acts:
            raise RpcRefused(method, UNKNOWN_METHOD)
        act, done = self._acts[method]
        heard = Heard()
        result: object = None
        kind, is_unsent = "", False
        noting = _heard.set(heard)
        try:
            async with asyncio.timeout((patience or self._patience).total_seconds()):
                await self._open()
                result = await act(parameters)
        except SignalAPIError as fault:
            kind, is_unsent = (
                type(fault.__cause__).__name__,
                isinstance(fault.__cause__, aiohttp.ClientConnectorError),
            )
        except (aiohttp.ClientError, OSError, ValueError) as fault:
            kind = type(fault).__name__
        finally:
            _heard.reset(noting)
        # Out here, so that not even __context__ keeps what was asked.
        if heard.status == done:  # an answer that cannot be read says at least that it was done: never twice
            if isinstance(result, RpcRefused):
                raise result
            return {} if kind else result
        if not heard.status or heard.status >= SERVER_FAULTS:
            raise RpcUnanswered(method, kind, is_unsent=is_unsent)
        raise refusal(method, heard.status, heard.body)

    @property
    def is_open(self) -> bool:
        """Whether the websocket of `frames` stands."""
        connecting = getattr(self._api.messages, "connection", None)
        return getattr(connecting, "connection", None) is not None

    async def frames(self) -> AsyncGenerator[str, None]:
        """What comes on one websocket, as it came. Ends when that closed in order; raises HungUp when it broke."""
        kind = ""
        try:
            async with aclosing(cast(AsyncGenerator[str, None], self._api.messages.receive())) as frames:
                async for frame in frames:
                    yield frame
        except ReceiveError as fault:
            kind = type(fault.__cause__).__name__
        if kind:  # out here: the fault's own text names the address, and so our number
            raise HungUp(kind)

    async def close(self) -> None:
        """Hang up; a later call connects again."""
        await self._api.close()

    async def _open(self) -> None:
        # A session of ours in the place of signalbot's: with time limits, and bodies of refusals noted in passing.
        if self._api._sessions._session is None:
            limits = aiohttp.ClientTimeout(total=self._patience.total_seconds())
            self._api._sessions._session = aiohttp.ClientSession(middlewares=(_note,), timeout=limits)

    async def _send(self, given: Parameters) -> object:
        message = SendMessageV2(
            message=given["message"], number=self._api.phone_number, recipients=given["recipient"]
        )
        answers = await self._api.messages.send(message)
        errors = [one for answer in answers if answer.errors for one in answer.errors.recipients or ()]
        if errors:
            return failed("send", [error.reason for error in errors])
        return {"timestamp": int(answers[0].timestamp)} if answers else {}

    async def _remote_delete(self, given: Parameters) -> object:
        request = RemoteDeleteRequest(recipient=given["recipient"][0], timestamp=given["targetTimestamp"])
        return {"timestamp": int((await self._api.messages.remote_delete(request)).timestamp)}

    async def _typing(self, given: Parameters) -> object:
        return await self._api.messages.start_typing(TypingIndicatorRequest(recipient=given["recipient"][0]))

    async def _update_contact(self, given: Parameters) -> object:
        request = UpdateContactRequest(
            recipient=given["recipient"], expiration_in_seconds=given["expiration"]
        )
        return await self._api.contacts.update(request)

    async def _get_attachment(self, given: Parameters) -> object:
        return {"data": await self._api.attachments.download(_file(given["id"]))}

    async def _delete_attachment(self, given: Parameters) -> object:
        return await self._api.attachments.delete(_file(given["id"]))

    # For these, signalbot has models and no methods.

    async def _trust(self, given: Parameters) -> object:
        body = TrustIdentityRequest(trust_all_known_keys=True).model_dump_json(exclude_none=True)
        return await self._ask(
            "put", f"/v1/identities/{self._number}/trust/{quote(given['recipient'])}", body
        )

    async def _quit_group(self, given: Parameters) -> object:
        group = "group." + base64.b64encode(given["groupId"].encode()).decode()
        return await self._ask("post", f"/v1/groups/{self._number}/{quote(group, safe='')}/quit")

    async def _challenge(self, given: Parameters) -> object:
        request = RateLimitChallengeRequest(captcha=given["captcha"], challenge_token=given["challenge"])
        body = request.model_dump_json()
        return await self._ask("post", f"/v1/accounts/{self._number}/rate-limit-challenge", body)

    async def _accounts(self, _: Parameters) -> object:
        told = json.loads(await (await self._ask("get", "/v1/accounts")).read())
        return [{"number": one} for one in told] if isinstance(told, list) else told

    async def _about(self, _: Parameters) -> object:
        about = await self._api.general.about()
        return {"version": about.version, "mode": about.mode}

    async def _ask(self, verb: HttpVerb, path: str, body: str | None = None) -> aiohttp.ClientResponse:
        uri = self._api._uris.http_uri(path)
        return await self._api.general._request(verb, uri, error_cls=SignalAPIError, payload=body)

    @property
    def _number(self) -> str:
        return quote(self._api.phone_number)


def _file(name: str) -> Attachment:
    if FILE.fullmatch(name) is None:
        raise ValueError("this is not the name of a file")
    return Attachment.model_construct(local_filename=name)


async def _note(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    answer = await handler(request)
    heard = _heard.get()
    heard.status = answer.status
    if not answer.ok:
        heard.body = await answer.content.read(LONGEST_REFUSAL)
    return answer
