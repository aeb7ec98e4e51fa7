"""What is said, in every language: source texts from YAML, translations from PO, looked up by key.
Never falls back to another language: a language is offered only when it is whole."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Status:
    """How far one language is."""

    language: str
    total: int
    translated: int  # usable or drafted, but not stale
    reviewed: int
    stale: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Nothing stale, nothing missing; it may still be unreviewed."""
        return self.translated == self.total

    @property
    def is_reviewed(self) -> bool:
        """A person has reviewed every text."""
        return self.reviewed == self.total


class Texts:
    """All texts of one installation."""

    languages: tuple[str, ...]  # those offered, source first
    known: tuple[str, ...]  # those with any translation

    @classmethod
    def load(cls, config: Path, *, drafts: bool) -> "Texts":
        """Read flows, texts and locales under `config`; `drafts` allows what nobody has reviewed."""
        raise NotImplementedError

    def say(self, key: str, language: str, /, **values: object) -> str:
        """The text with its values; `count` chooses the plural form. KeyError names a missing key."""
        raise NotImplementedError

    def has(self, key: str) -> bool:
        """Whether there is a text with this key."""
        raise NotImplementedError

    def words(self, key: str, language: str) -> tuple[str, ...]:
        """A localised keyword list, as written."""
        raise NotImplementedError

    def status(self, language: str) -> Status:
        """Coverage and review of one language."""
        raise NotImplementedError

    def drafted(self, language: str) -> bool:
        """Whether this language still has texts that nobody has reviewed (shown under a banner)."""
        raise NotImplementedError

    def time(self, at: datetime, language: str, zone: tzinfo, now: datetime) -> str:
        """A moment as people say it: "14:30", "tomorrow 09:00", "24 Nov, 09:00", in the language's digits."""
        raise NotImplementedError
