"""Counts of closed cases, only where the reporter agreed to it (consent g): month, level, outcome. Nothing else is kept
of a counted case, and no row under K is ever shown, so that a count cannot point at a person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from responders.cases import Case, Reply

STATS = "{stats}"
K = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the statistics; `count` None: fewer than K."""

    month: str
    level: str
    outcome: int
    count: int | None


def counted(before: Case | None, after: Case) -> str | None:
    """The row to count up when this change has just closed a case whose reporter agreed; None otherwise."""
    just_closed = before is not None and before.is_open and not after.is_open
    if not just_closed or after.consent("g") is not Reply.YES:
        return None
    return f"{after.created:%Y-%m}|{after.level.word}|{after.outcome or 0}"


_DRIFT = "drift"


@dataclass(frozen=True, slots=True)
class Drift:
    """How often the machine suggested one level and people ended with another; `count` None: fewer than K."""

    language: str
    suggested: str
    confirmed: str
    count: int | None


def drifted(before: Case | None, after: Case) -> str | None:
    """The row to count up about the machine's level, under the same conditions as `counted`."""
    if counted(before, after) is None:
        return None
    confirmed = after.confirmed if after.confirmed is not None else after.level
    return f"{_DRIFT}|{after.language}|{after.suggested.word}|{confirmed.word}"


def drift_rows(stored: Mapping[str, bytes]) -> Iterator[Drift]:
    """Suggested against confirmed, by language, as they may be shown."""
    for name in sorted(stored):
        if name.startswith(_DRIFT + "|"):
            _, language, suggested, confirmed = name.split("|")
            count = int(stored[name])
            yield Drift(language, suggested, confirmed, count if count >= K else None)


def rows(stored: Mapping[str, bytes]) -> Iterator[Row]:
    """The statistics as they may be shown, by month."""
    for name in sorted(stored):
        if name.startswith(_DRIFT + "|"):
            continue
        month, level, outcome = name.split("|")
        count = int(stored[name])
        yield Row(month, level, int(outcome), count if count >= K else None)
