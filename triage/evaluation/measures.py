"""What is measured: recall first, by language, with intervals; then over-triage, confusion, calibration.
Pure arithmetic on what was labelled and what triage said."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from triage.labelled import Labelled
from triage.scales import Level
from triage.verdict import Verdict

_Z = 1.959964  # 95 per cent, both sides
BINS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled message and what triage said of it."""

    message: Labelled
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with Wilson's 95 per cent interval."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """The share; None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's score interval: honest also for few and for all."""
        if not self.of:
            return None
        share, square = self.count / self.of, _Z * _Z
        middle = share + square / (2 * self.of)
        spread = _Z * math.sqrt(share * (1 - share) / self.of + square / (4 * self.of * self.of))
        below = 1 + square / self.of
        return max(0.0, (middle - spread) / below), min(1.0, (middle + spread) / below)

    def __str__(self) -> str:
        interval = self.interval
        if interval is None:
            return "-"
        return f"{self.count / self.of:.3f} [{interval[0]:.3f} {interval[1]:.3f}] of {self.of}"


@dataclass(frozen=True, slots=True)
class Measured:
    """One group of messages: all, or those of one language."""

    messages: int
    recall_immediate: Share
    recall_urgent: Share  # immediate or urgent, as immediate or urgent
    over_immediate: Share  # priority and routine, called immediate
    over_urgent: Share  # priority and routine, called immediate or urgent
    urgent_as_immediate: Share
    unsure: Share
    language: Share  # identified as labelled
    confusion: tuple[tuple[int, ...], ...]  # labelled (routine first) by suggested
    calibration: float | None  # expected calibration error of the probability of immediate
    bins: tuple[tuple[float, float, int], ...]  # mean probability, share that was immediate, messages


def measure(judged: Sequence[Judged]) -> Measured:
    """All figures of one group."""

    def share(of: Callable[[Level], bool], counts: Callable[[Level], bool]) -> Share:
        chosen = [one for one in judged if of(one.message.level)]
        return Share(sum(counts(one.verdict.level) for one in chosen), len(chosen))

    def is_immediate(level: Level) -> bool:
        return level is Level.IMMEDIATE

    def is_pressing(level: Level) -> bool:
        return level >= Level.URGENT

    def is_calm(level: Level) -> bool:
        return level <= Level.PRIORITY

    pairs = Counter((one.message.level, one.verdict.level) for one in judged)
    bins = _bins([(one.verdict.score, is_immediate(one.message.level)) for one in judged])
    scored = sum(count for _, _, count in bins)
    error = sum(abs(mean - found) * count for mean, found, count in bins) / scored if scored else None
    return Measured(
        len(judged),
        share(is_immediate, is_immediate),
        share(is_pressing, is_pressing),
        share(is_calm, is_immediate),
        share(is_calm, is_pressing),
        share(lambda level: level is Level.URGENT, is_immediate),
        Share(sum(one.verdict.unsure for one in judged), len(judged)),
        Share(sum(_same(one.message.language, one.verdict.language) for one in judged), len(judged)),
        tuple(tuple(pairs[labelled, said] for said in Level) for labelled in Level),
        error,
        bins,
    )


def by_language(judged: Iterable[Judged]) -> dict[str, list[Judged]]:
    """The messages of each language, most first."""
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(one.message.language, []).append(one)
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))


def curve(judged: Sequence[Judged]) -> list[tuple[float, float]]:
    """Recall of immediate against over-triage, for every threshold on the probability alone."""
    scored = sorted(
        ((one.verdict.score, one.message.level) for one in judged if one.verdict.score is not None),
        key=lambda pair: -pair[0],
    )
    danger = sum(level is Level.IMMEDIATE for _, level in scored)
    calm = sum(level <= Level.PRIORITY for _, level in scored)
    if not danger or not calm:
        return []
    points, caught, woken = [(0.0, 0.0)], 0, 0
    for _, level in scored:
        caught += level is Level.IMMEDIATE
        woken += level <= Level.PRIORITY
        points.append((woken / calm, caught / danger))
    return points


def _bins(scored: Iterable[tuple[float | None, bool]]) -> tuple[tuple[float, float, int], ...]:
    held: dict[int, list[tuple[float, bool]]] = {}
    for probability, was_immediate in scored:
        if probability is not None:
            held.setdefault(min(BINS - 1, int(probability * BINS)), []).append((probability, was_immediate))
    return tuple(
        (sum(p for p, _ in found) / len(found), sum(was for _, was in found) / len(found), len(found))
        for _, found in sorted(held.items())
    )


def _same(labelled: str, identified: str) -> bool:
    """Roman Hindi and Roman Urdu are one spoken language; nobody can tell them apart in three words."""
    one = {"ur-Latn": "hi-Latn"}
    return one.get(labelled, labelled) == one.get(identified, identified)
