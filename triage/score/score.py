"""The score of one text, and what it means beside the answers: a level, or that a person has to judge.
Values and arithmetic only. It can raise a level and never lowers one; assessment.py holds that."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from triage.scales import Level


class By(StrEnum):
    """What stood behind a score."""

    EMBEDDING = "embedding"  # sentence embeddings and the lexicon
    WORDS = "words"  # fastText and the lexicon: much weaker, see docs/triage.md


class Caution(StrEnum):
    """How easily words raise a level; each has thresholds of its own in the model."""

    HIGH = "high"  # miss as few as possible, and wake people for nothing more often
    USUAL = "usual"
    LOW = "low"


class Doubt(StrEnum):
    """Why a score must not be relied on."""

    NOTHING = "nothing"  # no words in it
    SHORT = "short"
    INSTRUCTION = "instruction"  # words to the machine, and none about anything else
    LANGUAGE = "language"  # one that the score has never been measured in
    ROMANISED = "romanised"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which probability on words mean immediate, or at least urgent."""

    immediate: float
    urgent: float


@dataclass(frozen=True, slots=True)
class Score:
    """Calibrated probabilities: that somebody must act now, and that it is that or urgent.

    `routine`: that it is routine rather than priority, if neither. `phrase`: the part that weighed most, for the
    sealed report only."""

    immediate: float
    urgent: float
    routine: float
    by: By
    language: str
    script: str
    doubt: Doubt | None = None
    phrase: str = ""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Score":
        """What the worker sent. Raises KeyError, TypeError or ValueError on anything else."""
        doubt = values["doubt"]
        return cls(
            float(values["immediate"]), float(values["urgent"]), float(values["routine"]), By(values["by"]),
            str(values["language"]), str(values["script"]), None if doubt is None else Doubt(doubt),
            str(values["phrase"]),
        )  # fmt: skip


# Characters: a greeting or question that short is not scored. Longer ones are: people wrap alarms in questions.
SMALL_TALK = 40

# What an answered level adds to the log-odds that somebody must act now, beside the words. Answers that say "no danger"
# are wrong one time in twenty, which would justify -2.9, and they may be forced: less than half of it is believed.
ANSWERED: Mapping[Level, float] = {
    Level.IMMEDIATE: 0.0,  # it is immediate already
    Level.URGENT: 0.0,
    Level.PRIORITY: -1.2,
    Level.ROUTINE: -1.2,
}

# How much of what is urgent speaks for immediate: to miss is worse than to wake somebody for an urgent case.
URGENT_SPEAKS = 0.3


def alarm(immediate: float, urgent: float) -> float:
    """What is compared with the threshold of immediate; `urgent` is the probability of either."""
    return immediate + URGENT_SPEAKS * max(0.0, urgent - immediate)


def suggested(score: Score, thresholds: Thresholds, answered: Level | None = None) -> Level:
    """The level that words mean; with the answered level, its evidence is added to theirs as log-odds."""
    shift = 0.0 if answered is None else ANSWERED[answered]
    if shifted(alarm(score.immediate, score.urgent), shift) >= thresholds.immediate:
        return Level.IMMEDIATE
    if shifted(score.urgent, shift) >= thresholds.urgent:
        return Level.URGENT
    return Level.ROUTINE if score.routine >= 0.5 else Level.PRIORITY


def shifted(probability: float, log_odds: float) -> float:
    """A probability after evidence of that weight."""
    bounded = min(max(probability, 1e-9), 1 - 1e-9)
    return 1 / (1 + math.exp(-(math.log(bounded / (1 - bounded)) + log_odds)))
