"""Calls to signal-cli's JSON-RPC on a connection of their own, which makes itself anew. Every call has its own time
limit: signal-cli may die between a request and its answer. No fault ever carries a text, a number or a token."""

import asyncio
import itertools
import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=20)  # a first message to somebody fetches keys from Signal
CONNECTING = timedelta(seconds=3)
LONGEST = 1 << 22
SUCCESS = "SUCCESS"
LONGEST_PAUSE = 30 * 86_400  # seconds; Signal names a day at most, and not every number of JSON is a time


class Failure(StrEnum):
    """What signal-cli says became of one recipient; the rest of its words is never passed on."""

    RATE_LIMIT = "RATE_LIMIT_FAILURE"
    IDENTITY = "IDENTITY_FAILURE"
    UNREGISTERED = "UNREGISTERED_FAILURE"
    NETWORK = "NETWORK_FAILURE"
    PROOF_REQUIRED = "PROOF_REQUIRED_FAILURE"


@dataclass(frozen=True, slots=True)
class Challenge:
    """Signal wants a captcha before it sends on; `token` names this very request for one."""

    token: str = field(repr=False)
    after: timedelta


class RpcRefused(Exception):
    """signal-cli answered with an error. `failures` are those of its recipients; `hint` is one of our own words."""

    def __init__(
        self, method: str, code: int, failures: frozenset[Failure] = frozenset(), challenge: Challenge | None = None,
        hint: str = "",
    ) -> None:  # fmt: skip
        super().__init__(f"{method}: signal-cli answered {code}")
        self.code = code
        self.failures = failures
        self.challenge = challenge
        self.hint = hint


class RpcUnanswered(Exception):
    """No answer. With `is_unsent`, nothing was asked; else it may have been done all the same."""

    def __init__(self, method: str, kind: str, *, is_unsent: bool) -> None:
        super().__init__(f"{method}: no answer from signal-cli ({kind})")
        self.is_unsent = is_unsent


class Calls(Protocol):
    """A way to ask signal-cli, in the words of its own JSON-RPC."""

    async def call(
        self, method: str, parameters: Mapping[str, object], patience: timedelta | None = None
    ) -> object:
        """The method's result. Raises RpcRefused or RpcUnanswered."""
        ...

    async def close(self) -> None:
        """Hang up."""
        ...


class SignalRpc:
    """One daemon. Constructing it touches no network; `close` when done."""

    def __init__(self, url: str, patience: timedelta = PATIENCE) -> None:
        self._url = url
        self._patience = patience
        self._ids = itertools.count(1)
        self._opening = asyncio.Lock()
        self._writer: asyncio.StreamWriter | None = None
        self._listener: asyncio.Task[None] | None = None
        self._waiting: dict[str, asyncio.Future[Mapping[str, object]]] = {}
        self.is_receiving_by_itself = False  # an event came unasked: the daemon is not in manual receive mode

    async def call(
        self, method: str, parameters: Mapping[str, object], patience: timedelta | None = None
    ) -> object:
        """The method's result. Raises RpcRefused or RpcUnanswered."""
        kind, is_unsent = "", True
        try:
            async with asyncio.timeout((patience or self._patience).total_seconds()):
                writer = await self._open()
                name = str(next(self._ids))
                request = {"jsonrpc": "2.0", "id": name, "method": method, "params": parameters}
                answer = self._waiting[name] = asyncio.get_running_loop().create_future()
                try:
                    is_unsent = False
                    writer.write(json.dumps(request).encode() + b"\n")
                    await writer.drain()
                    told = await answer
                finally:
                    self._waiting.pop(name, None)
                    if answer.done() and not answer.cancelled():
                        answer.exception()  # the line went while we wrote: that fault is told, this one is known
        except (OSError, TimeoutError, EOFError) as fault:
            kind = type(fault).__name__
        if kind:  # out here, so that not even __context__ keeps what was asked
            raise RpcUnanswered(method, kind, is_unsent=is_unsent)
        if "error" not in told and "result" not in told:  # nobody knows what became of it
            raise RpcUnanswered(method, "neither result nor error", is_unsent=False)
        error, result = told.get("error"), told.get("result")
        if error is not None:
            raise refused(method, error)
        if (failed := unsent(method, result)) is not None:
            raise failed
        return result

    async def close(self) -> None:
        """Hang up; a later call connects again."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)
        if self._writer is not None:
            self._drop(self._writer)

    async def _open(self) -> asyncio.StreamWriter:
        async with self._opening:
            if self._writer is None:
                reader, self._writer = await _connected(self._url)
                listening = self._listen(reader, self._writer)
                self._listener = asyncio.get_running_loop().create_task(listening)
            return self._writer

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # ValueError: a line beyond every limit; the next call connects again
        with suppress(OSError, ValueError):
            while line := await reader.readline():
                self._hear(line)
        self._drop(writer)

    def _hear(self, line: bytes) -> None:
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            return
        if not isinstance(told, dict):
            return
        if told.get("method") == "receive":
            if not self.is_receiving_by_itself:
                log.error(
                    "signal-cli receives by itself, and loses what arrives while we are away: --receive-mode manual"
                )
            self.is_receiving_by_itself = True
        elif (answer := self._waiting.get(str(told.get("id")))) is not None and not answer.done():
            answer.set_result(told)

    def _drop(self, writer: asyncio.StreamWriter) -> None:
        """Whoever waits learns that the line is gone."""
        if writer is not self._writer:
            return
        self._writer = None
        with suppress(OSError):
            writer.close()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(EOFError())


async def _connected(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(url)
    async with asyncio.timeout(CONNECTING.total_seconds()):
        if parts.scheme == "unix":
            return await asyncio.open_unix_connection(parts.path, limit=LONGEST)
        host, port = parts.hostname or "127.0.0.1", parts.port or 7583
        return await asyncio.open_connection(host, port, limit=LONGEST)


# signal-cli names these in words only. What the words are about is passed on, never the words: they quote numbers.
HINTS: Mapping[str, str] = {
    "not registered": "account",
    "authorization failed": "account",
    "does not exist": "account",
    "account param": "account",
    "linked devices": "linked",
    "invalid phone number": "address",
    "invalid uuid": "address",
    "invalid recipient": "address",
    "captcha": "captcha",  # required, rejected, or not one
    "with a pin": "pin",
    "invalid pin": "pin",
    "voice verification": "voice",
    "already exists": "exists",
    "already registered": "exists",
    "deprecated": "old",  # status 499: Signal takes nothing from this version any more
    "statuscode: 499": "old",
    "[499]": "old",
    "timed out": "time",
}


def refused(method: str, error: object) -> RpcRefused:
    """What an error object of signal-cli means, whatever it holds."""
    told = error if isinstance(error, dict) else {}
    code, data = told.get("code"), told.get("data")
    results = _results(data.get("response") if isinstance(data, dict) else None)
    said = str(told.get("message", "")).lower()
    hint = next((hint for words, hint in HINTS.items() if words in said), "")
    code = code if isinstance(code, int) else 0
    return RpcRefused(method, code, _failures(results), _challenge(results), hint)


def unsent(method: str, result: object) -> RpcRefused | None:
    """The error that a result hides: before 0.12, and for some methods since, signal-cli calls it a success when a
    message reached none of those it was for."""
    results = _results(result)
    if not results or any(str(one.get("type")) in {SUCCESS, "None"} for one in results):
        return None
    return RpcRefused(method, 0, _failures(results), _challenge(results))


def _failures(results: Sequence[Mapping[str, object]]) -> frozenset[Failure]:
    return frozenset(Failure(kind) for one in results if (kind := str(one.get("type"))) in set(Failure))


def _challenge(results: Sequence[Mapping[str, object]]) -> Challenge | None:
    challenge = None
    for one in results:
        token, after = one.get("token"), one.get("retryAfterSeconds")
        if isinstance(token, str) and token:
            seconds = after if isinstance(after, int | float) and 0 < after <= LONGEST_PAUSE else 3600
            challenge = Challenge(token, timedelta(seconds=seconds))
    return challenge


def _results(told: object) -> list[Mapping[str, object]]:
    results = told.get("results") if isinstance(told, dict) else None
    return [one for one in results if isinstance(one, dict)] if isinstance(results, list) else []
