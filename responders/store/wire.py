"""The road to the server: one client, our Lua functions by their hash, and two named faults.
No fault ever carries a key, a value or an argument: the server's own error texts can quote them."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import NoScriptError, RedisError, ResponseError
from redis.exceptions import TimeoutError as TimedOut

# Error codes that mean "not now": loading, a replica, no space, no quorum. The rest is our own fault.
NOT_NOW = frozenset(
    {"BUSY", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "MISCONF", "NOREPLICAS", "OOM", "READONLY", "TRYAGAIN"}
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class StoreDown(Exception):
    """The store cannot be used now: nothing may be confirmed; the same work can be tried again."""


class StoreRefused(Exception):
    """The store answered with an error that waiting will not cure; only its code is told."""


def milliseconds(when: datetime) -> int:
    """An aware time as the store counts it: whole milliseconds since 1970."""
    return (when - EPOCH) // MILLISECOND


def moment(score: bytes) -> datetime | None:
    """The time that a script answered; nothing when it answered with an empty string."""
    return EPOCH + timedelta(milliseconds=int(float(score))) if score else None


def _load() -> Mapping[str, tuple[str, str]]:
    """Every script by name: its text, and the hash under which the server knows it."""
    folder = resources.files(__package__).joinpath("lua")
    texts = {file.name.removesuffix(".lua"): file.read_text("utf-8") for file in folder.iterdir()}
    # SHA-1 is the protocol's name for a script, not a protection.
    return {name: (text, hashlib.sha1(text.encode()).hexdigest()) for name, text in texts.items()}  # noqa: S324


class Wire:
    """One pool of connections to one server; making it touches no network."""

    def __init__(
        self, url: str, *, connections: int = 16, patience: timedelta = timedelta(seconds=2)
    ) -> None:
        seconds = patience.total_seconds()
        self._client = Redis(
            connection_pool=BlockingConnectionPool.from_url(
                url,
                max_connections=connections,
                timeout=None,  # wait for a free connection; the socket has its own limit
                socket_timeout=seconds,
                socket_connect_timeout=seconds,
                protocol=3,
                # Every script is idempotent (done mark, nonce, lease), so trying again is safe. Long enough
                # for the embedded server to be restarted.
                retry=Retry(ExponentialBackoff(base=0.05, cap=0.5), 4),
            )
        )
        self._scripts = _load()

    async def close(self) -> None:
        await self._client.aclose()

    async def _command(self, *command: Any) -> Any:  # Any: replies are as various as commands
        try:
            return await self._client.execute_command(*command)  # type: ignore[no-untyped-call]
        except NoScriptError:
            raise
        except RedisError as error:
            raise _named(error) from None
        except OSError as error:
            raise StoreDown(f"the store cannot be reached: {type(error).__name__}") from None

    async def _run(self, script: str, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        text, sha = self._scripts[script]
        try:
            return await self._command("EVALSHA", sha, len(keys), *keys, *arguments)
        except NoScriptError:  # a new server, or a new script: EVAL also makes it known
            return await self._command("EVAL", text, len(keys), *keys, *arguments)


def _named(error: RedisError) -> StoreDown | StoreRefused:
    """Our name for a fault of the client, without its words."""
    kind = type(error).__name__
    if isinstance(error, Disconnected | TimedOut):
        return StoreDown(f"the store cannot be reached: {kind}")
    code = (
        (getattr(error, "status_code", None) or str(error).partition(" ")[0])
        if isinstance(error, ResponseError)
        else kind
    )
    code = code if code.isascii() and code.isupper() else kind
    if code in NOT_NOW or kind in {"BusyLoadingError", "ReadOnlyError", "OutOfMemoryError"}:
        return StoreDown(f"the store cannot be used now: {code}")
    return StoreRefused(f"the store refused a command: {code}")
