"""The words an assessment speaks in: our four levels and CAP 1.2's three axes.
Holds no rule; assessment.py decides, and never folds the axes into one number."""

from enum import IntEnum, StrEnum


class Level(IntEnum):
    """How fast a person must have the case; the order matters, so that `max` is a raise."""

    ROUTINE = 0
    PRIORITY = 1
    URGENT = 2
    IMMEDIATE = 3

    @property
    def word(self) -> str:
        """The level as it is written in the protocol and stored: lower case."""
        return self.name.lower()


class Urgency(StrEnum):
    """CAP 1.2 `urgency`: how soon somebody has to act."""

    IMMEDIATE = "immediate"
    EXPECTED = "expected"
    FUTURE = "future"
    PAST = "past"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """CAP 1.2 `severity`: how bad the act is."""

    EXTREME = "extreme"
    SEVERE = "severe"
    MODERATE = "moderate"
    MINOR = "minor"
    UNKNOWN = "unknown"


class Certainty(StrEnum):
    """CAP 1.2 `certainty`: how near the writer is to what happened. It never lowers a level."""

    OBSERVED = "observed"
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNKNOWN = "unknown"
