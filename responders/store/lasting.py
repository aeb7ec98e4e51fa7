"""What must be known about a command before its answer counts, and the two ways to a store: one server, or many.
Nouns only; `line.py` speaks to one server, `machines.py` to many."""

from collections.abc import Container, Mapping
from enum import Enum
from typing import Any, Protocol


class Lasting(Enum):
    """Whether an answer waits until what was written is on the disks of as many machines as it must be."""

    NOT = "not"  # a read, or a lease: losing it only repeats something
    MUST = "must"  # and while that cannot be known, nothing is confirmed
    TOLD = "told"  # the caller is told, beside the answer, and nothing is repeated for it


class Way(Protocol):
    """How the store is reached. Any: answers are as various as commands."""

    async def call(self, command: bytes, key: str = "", lasting: Lasting = Lasting.NOT) -> Any:
        """The answer of the server that holds `key`. Raises RedisError for an error answer, Unanswered."""
        ...

    async def told(self, command: bytes, key: str) -> tuple[Any, bool]:
        """The answer, and whether everything that it stands on lasts."""
        ...

    async def everywhere(self, command: bytes, only: Container[str] | None = None) -> Mapping[str, Any]:
        """The answer of every server (or of those), replicas too, by its address."""
        ...

    async def whole(self) -> bool:
        """Whether what was written last is on as many machines as it must be."""
        ...

    async def close(self) -> None:
        """Hang up."""
        ...
