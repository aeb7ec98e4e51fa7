"""What a clock that jumps means to a case: spans count, not times of day. Pure: nothing here reads a clock.
It never moves a date that people named, nor the times at which something is erased."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from responders.cases import Case, Due
from responders.changing import replace
from responders.ladder import longest_wait, next_gap
from responders.raising import NOBODY_YET, RAISE_OPEN_BY
from responders.turns import CaseTurn, settled

BACK_COUNTS = timedelta(seconds=10)  # less is what the clocks of several workers may differ by
_HOUR = timedelta(hours=1)  # text 6 names the next hour, and an offered case comes back after one
_SPANS = (
    Due.STEP,
    Due.OPEN_BY,
    Due.PROGRESS_SOON,
    Due.PROGRESS_BY,
    Due.WORDS_BY,
    Due.NOBODY_YET,
    Due.HANDOVER_BY,
)


def moved_back(case: Case, by: timedelta) -> Case:
    """The case as if the clock had always been as it is now: what was to happen in three minutes still does."""
    due = {name: at - by if name in _SPANS else at for name, at in case.due.items()}
    if due == case.due:
        return case
    began = None if case.climbing_from is None else case.climbing_from - by
    return replace(case, due=due, climbing_from=began)


def within_reach(case: Case, now: datetime) -> CaseTurn:
    """For a case that no re-timing reached: nothing of it is due later than it could be if it was set now.

    Without a clock that went back it changes nothing."""
    began = case.climbing_from
    is_ahead = began is not None and began > now + BACK_COUNTS
    near = moved_back(case, began - now) if began is not None and is_ahead else case
    longest = _longest(near)
    due = {
        name: now + longest[name] if name in longest and at > now + longest[name] + BACK_COUNTS else at
        for name, at in near.due.items()
    }
    if Due.STEP in due and due != case.due:
        due[Due.STEP] = min(due[Due.STEP], now + next_gap(case))
    return settled(case, CaseTurn(near if due == near.due else replace(near, due=due)))


def _longest(case: Case) -> Mapping[Due, timedelta]:
    ladders = case.plan.ladders
    progress = max(one.progress_every or one.first_words for one in ladders)
    return {
        Due.STEP: longest_wait(case),
        Due.OPEN_BY: max(RAISE_OPEN_BY, *(one.opened_within for one in ladders)),
        Due.PROGRESS_SOON: progress,
        Due.PROGRESS_BY: progress,
        Due.WORDS_BY: max(one.first_words for one in ladders),
        Due.NOBODY_YET: max(NOBODY_YET, _HOUR),
        Due.HANDOVER_BY: _HOUR,
    }


@dataclass(slots=True)
class Leaps:
    """Whether the clock lately ran away from the seconds that a process has lived: then nothing is to be erased that
    somebody may still need. `steady` counts seconds and never goes back."""

    _now: datetime | None = None
    _steady: float = 0.0
    _leapt: float | None = None

    def look(self, now: datetime, steady: float, before: datetime | None = None) -> bool:
        """Note both; True if the clock has just leapt. `before`: the last time that anybody saw, for the first look."""
        if self._now is not None:
            ahead = now - self._now - timedelta(seconds=steady - self._steady)
            has_leapt = ahead > LEAP
        else:
            has_leapt = before is not None and now - before > AWAY
        self._now, self._steady = now, steady
        if has_leapt:
            self._leapt = steady
        return has_leapt

    def within(self, span: timedelta, steady: float) -> bool:
        """Whether it leapt in this span."""
        return self._leapt is not None and steady - self._leapt < span.total_seconds()


LEAP = timedelta(minutes=1)
AWAY = timedelta(days=1)  # a service that was off for longer looks the same as one whose clock is wrong
