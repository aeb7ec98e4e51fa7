"""What the bench asks of a bot, and where the three are found."""

from importlib import import_module
from pathlib import Path
from typing import Protocol

NAMES = ("ours", "aiogram", "aiogram-isolated", "ptb")


class Candidate(Protocol):
    """One bot, with its conversations in the store and its replies serialised but not sent."""

    session_keys: tuple[str, ...]  # patterns of the keys that hold open conversations
    durable: list[int]  # spans until durable, where that comes before the reply; nanoseconds

    async def start(self) -> None:
        """Ready for updates; whatever it reads of what is open counts as its start."""

    async def hear(self, raw: bytes, person: int) -> None:
        """Take one update as it came over the wire; ends when it is durable and its reply has been serialised."""

    async def stop(self) -> None:
        """Close everything."""

    async def is_right(self, person: int) -> bool:
        """Whether a finished conversation has every answer under its own question."""


def candidate(name: str, store: str, folder: Path) -> Candidate:
    """Make one; only its own libraries are imported, so that start and memory are its own."""
    module = {"ours": "ours", "ptb": "ptb_bot"}.get(name, "aiogram_bot")
    made: Candidate = import_module(f"tests.bench.{module}").make(name, store, folder)
    return made
