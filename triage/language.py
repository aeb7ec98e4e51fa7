"""Which of the offered languages to answer in: script, function words, Arabizi, then the platform hint.
Not a language identifier: it chooses among what we ship, says when it is not sure, and never raises."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guess:
    """The language to answer in, always one of the offered; `sure` only when the text itself says so."""

    language: str
    sure: bool


def guess(text: str, hint: str | None, offered: Sequence[str]) -> Guess:
    """Choose among `offered` (never empty in practice); `hint` is a BCP 47 tag such as "es-419"."""
    raise NotImplementedError(text, hint, offered)
