"""How the strict Bot API server fails when a test wants it to: refused, cut, unreadable, silent. Data only."""

import asyncio
from dataclasses import dataclass

from tests.servers.bot_api_world import ApiError


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection is cut: before the method did its work, or after it, so that only the answer is lost."""

    after: bool = False


@dataclass(frozen=True, slots=True)
class Garbage:
    """The answer is this body with this status, as from a captive portal."""

    body: bytes = b"<html>hotel login</html>"
    status: int = 200


@dataclass(frozen=True, slots=True)
class Stall:
    """The answer does not come until the client gives up, or until the connection is cut at `until`; with `after` the
    method has done its work."""

    after: bool = False
    until: asyncio.Event | None = None


Fault = ApiError | Cut | Garbage | Stall


def fair(method: str) -> Fault | None:
    """The weather in which every method is answered."""
    del method
    return None
