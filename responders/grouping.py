"""Puts pages together when too many come: nobody can read ten thousand rings, and a phone that rings without end is
switched off. Decides only how a page rings; every case keeps its state, its ladder and its times.

A flood is what unknown reporters' cases do to one focal point: more pages than the rate. From then on their pages are
one page that says how many nobody has, soon, then each minute, then every five, until somebody acts. It is gathered
from the cases when it leaves, and every page that it stands for puts it into its own commit, so neither a crash nor a
second worker loses one. Trusted cases ring one by one, each at most at the same rate. What is remembered here is how
many rang lately: a restart forgets that, and lets at most one more burst ring singly."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from responders.cases import Case
from responders.flood import Rate, is_trusted
from responders.states import State
from responders.turns import Page, PageKind
from triage.scales import Level

RATE = Rate(5, timedelta(seconds=30))  # five fit through Telegram's limit of one chat in the time of one page
GROUP = "group"  # the mark of the page about all
LEAD = timedelta(seconds=2)  # no page is put to a gathering that is leaving right now
SOON, MINUTE, LATER = timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5)
_EACH_MINUTE = timedelta(minutes=10)
_OVER_AFTER = timedelta(minutes=6)  # without a page or a gathering; longer than two of those are apart
ON_IT = timedelta(minutes=5)  # as long as somebody who took a case has to open it
UNREACHED_FOR = timedelta(minutes=5)
_REMEMBERED = 2_000
_ROUNDING = 0.001  # seconds; the difference of two times since 1970 is not exact
_OF_ONE_CASE = frozenset({PageKind.HANDOVER, PageKind.RETURNED})  # a colleague's doing, never a flood's


@dataclass(frozen=True, slots=True)
class Lately:
    """What rang for one person (or one case of theirs) lately: when that is forgotten, and since when they are flooded
    (seconds)."""

    full_at: float = 0.0
    since: float | None = None


@dataclass(frozen=True, slots=True)
class Ringing:
    """How one page rings: at once, at `due` with others of the same case, or (`since`) in the page about all."""

    due: datetime | None = None
    since: datetime | None = None


AT_ONCE = Ringing()


def one_more(lately: Lately, now: float, rate: Rate = RATE) -> Lately:
    """After one more page. It begins with the first beyond the rate, and ends when half a burst is free again."""
    most = _most(rate)
    if lately.full_at - now > most + _ROUNDING:
        lately = Lately()  # no more can be owed: the clock was set back, and nobody's page waits for that
    owed = max(lately.full_at - now, 0.0)
    each, since = rate.every.total_seconds(), lately.since
    if since is None:
        since = now if owed + each > rate.full + _ROUNDING else None
    elif owed <= rate.full / 2:
        since = None
    return Lately(now + min(owed + each, most), since)


def _most(rate: Rate) -> float:
    """What is owed at most (seconds), however many come."""
    return rate.full / 2 + _OVER_AFTER.total_seconds()


def leaves_at(since: datetime, now: datetime) -> datetime:
    """When the next page about all leaves: the same moment for every worker and every case that asks."""
    passed = now - since
    step = SOON if passed < SOON else MINUTE if passed < _EACH_MINUTE else LATER
    whole = int(step.total_seconds())
    return datetime.fromtimestamp(-(-(now + LEAD).timestamp() // whole) * whole, UTC)


def nobody_has(cases: Sequence[Case], person: str) -> list[Case]:
    """What the page about all is about: everything that rang for this person, that nobody has and they did not pass."""
    return [
        case
        for case in cases
        if case.state is State.OPEN
        and case.level > Level.ROUTINE
        and person in case.paged
        and person not in case.removed
        and not any(one.person == person for one in case.passed)
    ]


def summed(cases: Sequence[Case]) -> dict[str, object]:
    """The values of the page about all; `cases` is not empty."""
    oldest = min(cases, key=lambda case: (case.created, case.number))
    newest = max(cases, key=lambda case: (case.created, case.number))
    return {
        "count": len(cases),
        "immediate": sum(case.level is Level.IMMEDIATE for case in cases),
        "oldest": oldest.number,
        "newest": newest.number,
        "time": oldest.created,
    }


class Grouping:
    """What rang lately, in this process."""

    def __init__(self, rate: Rate = RATE) -> None:
        self.rate = rate
        self._lately: dict[Hashable, Lately] = {}
        self._unreached: dict[str, datetime] = {}

    def rings(self, page: Page, case: Case, now: datetime) -> Ringing:
        """How a page rings; it counts from now on."""
        at, person = now.timestamp(), page.person
        if page.kind in _OF_ONE_CASE or is_trusted(case):
            lately = self._counted((person, case.number), at)
            return AT_ONCE if lately.since is None else Ringing(leaves_at(now - SOON, now))
        if person in self._unreached and now - self._unreached[person] <= UNREACHED_FOR:
            return AT_ONCE  # it disturbs nobody, and each case must learn that this person cannot be woken
        lately = self._counted(person, at)
        if lately.since is None:
            return AT_ONCE
        since = datetime.fromtimestamp(lately.since, UTC)
        return Ringing(leaves_at(since, now), since)

    def says(self, person: str, number: int, now: datetime) -> datetime | None:
        """When a notice leaves of what one reporter did: at once, or with the next ones of the same case."""
        lately = self._counted((person, number, "said"), now.timestamp())
        return None if lately.since is None else leaves_at(now - SOON, now)

    def is_flooded(self, person: str) -> bool:
        """Whether unknown cases of this person are told together now."""
        return self._lately.get(person, Lately()).since is not None

    def goes_on(self, person: str, since: datetime, now: datetime) -> None:
        """Many still wait; another process, or one before this, may have begun it."""
        began = self._lately.get(person, Lately()).since
        first = since.timestamp() if began is None else min(began, since.timestamp())
        self._lately[person] = Lately(now.timestamp() + _most(self.rate), first)

    def ends(self, person: str) -> None:
        """So few are left that each rings again by itself."""
        self._lately.pop(person, None)

    def cannot_reach(self, person: str, now: datetime) -> None:
        """The page about all can never arrive: for a while each case is told so itself, and wakes the next person."""
        self._unreached[person] = now

    def _counted(self, what: Hashable, at: float) -> Lately:
        if len(self._lately) >= _REMEMBERED and what not in self._lately:
            self._lately = {one: lately for one, lately in self._lately.items() if lately.full_at > at}
        lately = self._lately[what] = one_more(self._lately.get(what, Lately()), at, self.rate)
        return lately
