"""Calls to the Bot API that PTB's Bot is not used for: receiving, courtesies, profile, doctor. Over aiohttp.
The token is in every address: no exception of the library leaves this module, none of ours names an
address."""

import json
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from responders.secret import Secret

DEFAULT_BASE = "https://api.telegram.org"
PATIENCE = timedelta(seconds=10)
LARGEST_ANSWER = 16 << 20  # bytes; a hundred updates of the longest texts, each in escapes, are less


class ApiRefused(Exception):
    """The Bot API answered with an error; `after` is set when it asked for a pause (429)."""

    def __init__(self, method: str, code: int, after: timedelta | None = None) -> None:
        super().__init__(f"{method}: the Bot API answered {code}")
        self.code = code
        self.after = after


class ApiUnreachable(Exception):
    """No answer, or none that can be read."""

    def __init__(self, method: str, kind: str) -> None:
        super().__init__(f"{method}: no usable answer from the Bot API ({kind})")


class Unreadable(Exception):
    """The answer is not JSON that we can read; `raw` is for finding update ids only, never for a log."""

    def __init__(self, method: str, raw: bytes) -> None:
        super().__init__(f"{method}: the answer is not readable JSON")
        self.raw = raw


class TelegramApi:
    """One bot account. Constructing it touches no network; `close` when done."""

    def __init__(self, token: Secret, base_url: str = DEFAULT_BASE) -> None:
        self._token = token
        self._base = base_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None
        self.server_time: datetime | None = None

    async def call(self, method: str, parameters: object = None, *, patience: timedelta = PATIENCE) -> object:
        """The method's `result`. Raises ApiRefused, ApiUnreachable or Unreadable."""
        kind, status, raw = "", 0, b""
        try:
            address = f"{self._base}/bot{self._token.reveal()}/{method}"
            limit = aiohttp.ClientTimeout(total=patience.total_seconds())
            session = self._open_session()
            async with session.post(
                address, json=parameters or {}, timeout=limit, allow_redirects=False
            ) as answer:
                status, raw = answer.status, await _beginning(answer.content)
                self.server_time = date_of(answer.headers.get("Date"))
        except (aiohttp.ClientError, TimeoutError, OSError) as fault:
            kind = type(fault).__name__
        if kind:  # raised out here, so that not even __context__ keeps the library's error with the address
            raise ApiUnreachable(method, kind)
        return result_of(method, status, raw)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            # packed, a small answer could be a very large one
            self._session = aiohttp.ClientSession(headers={"Accept-Encoding": "identity"})
        return self._session


async def _beginning(content: aiohttp.StreamReader) -> bytes:
    """An answer as far as any can go: one without end must not take the memory that ladders need."""
    body = bytearray()
    async for chunk in content.iter_any():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            break
    return bytes(body[:LARGEST_ANSWER])


def result_of(method: str, status: int, raw: bytes) -> object:
    """What an answer holds. Raises ApiRefused, Unreadable."""
    body = _read(raw)
    if status == 200 and isinstance(body, dict) and body.get("ok") is True:
        return body.get("result")
    if status == 200:
        raise Unreadable(method, raw)
    raise ApiRefused(method, status, pause_of(body) if status == 429 else None)


def pause_of(body: object) -> timedelta:
    """How long a 429 asks us to wait; one second when it does not say, an hour at most."""
    parameters = body.get("parameters") if isinstance(body, dict) else None
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if not isinstance(seconds, int | float) or seconds != seconds:  # noqa: PLR0124 - JSON as Python reads it has NaN
        return timedelta(seconds=1)
    return timedelta(seconds=min(max(seconds, 0.05), 3600))


def _read(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def date_of(header: str | None) -> datetime | None:
    """The platform's clock, if its header can be read."""
    try:
        return parsedate_to_datetime(header) if header else None
    except (ValueError, TypeError, OverflowError):
        return None
