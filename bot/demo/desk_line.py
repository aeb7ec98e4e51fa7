"""How a phone of the demo talks to the service's desk: a command, its answers, envelopes opened on the spot.
The private key goes into the client of this process and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from responders.delivery import Button


class AwayError(Exception):
    """The desk does not answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `kind` is text, card, or opened: what this phone itself unsealed."""

    kind: str
    text: str
    buttons: tuple[Button, ...] = ()
    language: str = "en"


class Desk(Protocol):
    """The desk, as one person."""

    async def say(self, text: str) -> Sequence[Reply]:
        """Send a command or a tapped one, and return the answers. Raises AwayError."""
        ...
