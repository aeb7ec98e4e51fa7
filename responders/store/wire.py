"""What every part of the store speaks through: our Lua functions by their hash, times as scores, two named
faults. No fault ever carries a key, a value or an argument: the server's own error texts can quote them."""

import hashlib
from collections.abc import Container, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

from hiredis import pack_command
from redis.exceptions import NoScriptError, RedisError, ResponseError

from responders.store.lasting import Lasting, Way
from responders.store.line import PAUSES, Line, Unanswered
from responders.store.machines import Machines
from responders.store.places import Form, place_of

# Error codes that mean "not now": loading, a replica, no space, no quorum. The rest is our own fault.
NOT_NOW = frozenset(
    {"BUSY", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "MISCONF", "NOREPLICAS", "OOM", "READONLY", "TRYAGAIN"}
)
OURS = frozenset({"CROSSSLOT", "MOVED", "NOAUTH", "NOPERM", "WRONGTYPE"})
# Our functions that write nothing a fail-over may not undo: leases, and what was sent (it is sent again).
FLEETING = frozenset(
    {"claim_timers", "count_attempt", "hold", "let_go", "overdue", "read_all", "rearm", "settle"}
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
Argument = str | bytes | int


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


class Wire:
    """The way to the store, one server or many. Making it touches no network; `close` it in the loop that used it."""

    def __init__(
        self, url: str, *, patience: timedelta = timedelta(seconds=2), pauses: Sequence[float] = PAUSES,
        replicas: int | None = None,
    ) -> None:  # fmt: skip
        """`patience` is how long one answer may take; `pauses` (seconds) lie between the attempts at one
        command; `replicas`: how many must have a write on disk before it counts (None: one, where there are any by
        the form of the url). Raises BadUrl."""
        place = place_of(url)
        copies = replicas if replicas is not None else int(place.form is not Form.ONE)
        self._way: Way
        if place.form is Form.ONE and not copies:
            self._way = Line(place.options, patience, pauses)
        else:
            self._way = Machines(place, patience, copies, pauses)
        self._scripts = _load()

    async def close(self) -> None:
        """Hang up."""
        await self._way.close()

    async def is_whole(self) -> bool:
        """Whether what was written last is on as many machines as it must be."""
        return await self._way.whole()

    async def _command(self, *command: Argument) -> Any:  # Any: answers are as various as commands
        """A command whose second word is its key, and which may be lost in a fail-over: a read, a lease."""
        return await self._asked(command, str(command[1]) if len(command) > 1 else "", Lasting.NOT)

    async def _lasting(self, *command: Argument) -> Any:
        """A command whose second word is its key; its answer counts only when what it wrote lasts."""
        return await self._asked(command, str(command[1]), Lasting.MUST)

    async def _asked(self, command: tuple[Argument, ...], key: str, lasting: Lasting) -> Any:
        try:
            # hiredis types its argument as a tuple of one
            packed = pack_command(command)  # type: ignore[arg-type]
            if lasting is Lasting.TOLD:
                return await self._way.told(packed, key)
            return await self._way.call(packed, key, lasting)
        except NoScriptError:
            raise
        except RedisError as error:
            raise _named(error) from None
        except Unanswered as error:
            raise StoreDown(f"the store cannot be reached: {error}") from None

    async def _run(
        self, script: str, keys: Sequence[str], arguments: Sequence[Argument], *, told: bool = False
    ) -> Any:
        """One of our Lua functions, all of whose keys have one tag; with `told`, its answer and whether it lasts."""
        text, sha = self._scripts[script]
        lasting = Lasting.TOLD if told else Lasting.NOT if script in FLEETING else Lasting.MUST
        try:
            return await self._asked(("EVALSHA", sha, len(keys), *keys, *arguments), keys[0], lasting)
        except NoScriptError:  # a new server, or a new script: EVAL also makes it known
            return await self._asked(("EVAL", text, len(keys), *keys, *arguments), keys[0], lasting)

    async def _everywhere(self, *command: Argument, only: Container[str] | None = None) -> Mapping[str, Any]:
        """The answer of every server (or of those) by its address, replicas too."""
        try:
            # hiredis types its argument as a tuple of one
            return await self._way.everywhere(pack_command(command), only)  # type: ignore[arg-type]
        except RedisError as error:
            raise _named(error) from None
        except Unanswered as error:
            raise StoreDown(f"the store cannot be reached: {error}") from None


def _load() -> Mapping[str, tuple[str, str]]:
    """Every script by name: its text, and the hash under which the server knows it."""
    folder = resources.files("responders.store").joinpath("lua")
    texts = {file.name.removesuffix(".lua"): file.read_text("utf-8") for file in folder.iterdir()}
    # SHA-1 is the protocol's name for a script, not a protection.
    return {name: (text, hashlib.sha1(text.encode()).hexdigest()) for name, text in texts.items()}  # noqa: S324


def _named(error: RedisError) -> StoreDown | StoreRefused:
    """Our name for an error answer, without its words: the code is its first word, when it has one."""
    kind = type(error).__name__
    code = str(error).partition(" ")[0] if isinstance(error, ResponseError) else ""
    if code not in NOT_NOW | OURS:  # no word of the server's is passed on that we do not know
        code = kind
    if code in NOT_NOW or kind in {"ReadOnlyError", "OutOfMemoryError", "ClusterDownError", "TryAgainError"}:
        return StoreDown(f"the store cannot be used now: {code}")
    return StoreRefused(f"the store refused a command: {code}")
