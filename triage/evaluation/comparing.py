"""Two models on the same messages: where they differ, and whether that may be chance (McNemar's exact test)."""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

from triage.evaluation.measures import Judged
from triage.scales import Level


@dataclass(frozen=True, slots=True)
class Difference:
    """One question about each message: how many only the one got right, only the other, and of how many."""

    what: str
    only_one: int
    only_other: int
    of: int
    chance: float  # how likely at least this difference is if the models are equally good


@dataclass(frozen=True, slots=True)
class Compared:
    """All questions."""

    differences: tuple[Difference, ...]

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"{'':<34}{'of':>6}{'only 1st':>10}{'only 2nd':>10}{'chance':>9}"
        for one in self.differences:
            yield f"{one.what:<34}{one.of:>6}{one.only_one:>10}{one.only_other:>10}{one.chance:>9.3f}"

    def as_json(self) -> str:
        """For machines."""
        return json.dumps([asdict(one) for one in self.differences])


def compared(first: Sequence[Judged], second: Sequence[Judged]) -> Compared:
    """The same messages, in the same order, judged by each."""

    def ask(what: str, of: Callable[[Level], bool], right: Callable[[Level], bool]) -> Difference:
        pairs = [
            (right(one.verdict.level), right(other.verdict.level))
            for one, other in zip(first, second, strict=True)
            if of(one.message.level)
        ]
        only_one, only_other = pairs.count((True, False)), pairs.count((False, True))
        return Difference(what, only_one, only_other, len(pairs), _chance(only_one, only_other))

    return Compared(
        (
            ask("immediate as immediate", Level.IMMEDIATE.__eq__, Level.IMMEDIATE.__eq__),
            ask("pressing as pressing", _is_pressing, _is_pressing),
            ask("calm not as immediate", _is_calm, Level.IMMEDIATE.__ne__),
            ask("calm not as pressing", _is_calm, _is_calm),
        )
    )


def _is_pressing(level: Level) -> bool:
    return level >= Level.URGENT


def _is_calm(level: Level) -> bool:
    return level < Level.URGENT


def _chance(one: int, other: int) -> float:
    """McNemar, exact: both directions of a fair coin."""
    count, fewer = one + other, min(one, other)
    if count == 0:
        return 1.0
    tail: float = sum(math.comb(count, k) for k in range(fewer + 1)) / (1 << count)
    return min(1.0, 2 * tail)
