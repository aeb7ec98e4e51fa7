"""Who is on call at an hour, and when working time begins again, in the zone of the people who answer.
Pure: it never reads the clock and never decides whom an alert reaches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


class Day(StrEnum):
    """Weekdays in the order of `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


WORKING_WEEK = (Day.MONDAY, Day.TUESDAY, Day.WEDNESDAY, Day.THURSDAY, Day.FRIDAY)


@dataclass(frozen=True, slots=True)
class Hours:
    """Working time in one zone; `until` at or before `from` reaches into the next day."""

    zone: str
    days: tuple[Day, ...] = WORKING_WEEK
    from_: time = time(9)
    until: time = time(17)
    holidays: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody else (or, without `who`, nobody) is on call between two local times of the rota's zone."""

    from_: datetime
    until: datetime
    who: str | None = None


@dataclass(frozen=True, slots=True)
class Holiday:
    """One day, from its hand-over to the next; without `who` nobody is on call that day."""

    on: date
    who: str | None = None


@dataclass(frozen=True, slots=True)
class Rota:
    """Turns of whole weeks, handed over on the weekday of `starts` at `hand_over`, local time of `zone`.

    A local time that daylight saving skips or repeats is read as PEP 495's first reading (fold 0), so a
    hand-over happens exactly once. Overrides win over holidays, holidays over turns; the last one listed
    wins."""

    zone: str
    starts: date
    people: tuple[str, ...]
    hand_over: time = time(9)
    weeks: int = 1
    overrides: tuple[Override, ...] = ()
    holidays: tuple[Holiday, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which nobody is on call; both ends aware, UTC."""

    begins: datetime
    ends: datetime


def on_call(rota: Rota, now: datetime) -> str | None:
    """The focal point on call at `now`, or None in a gap."""
    for override in reversed(rota.overrides):
        if _instant(override.from_, rota.zone) <= now < _instant(override.until, rota.zone):
            return override.who
    day = _rota_day(rota, now)
    for holiday in reversed(rota.holidays):
        if holiday.on == day:
            return holiday.who
    return _turn(rota, day)


def everyone(rota: Rota) -> tuple[str, ...]:
    """Everybody who can ever be on call by this rota."""
    stand_ins = (*(entry.who for entry in rota.overrides), *(entry.who for entry in rota.holidays))
    return tuple(dict.fromkeys((*rota.people, *(person for person in stand_ins if person is not None))))


def in_turn(rota: Rota, now: datetime) -> tuple[str, ...]:
    """Everybody of the rota, whoever is on call first, then those whose turns come next (so: the backup
    second)."""
    first = on_call(rota, now)
    day = _rota_day(rota, now)
    coming = (_turn(rota, day + timedelta(weeks=n * rota.weeks)) for n in range(len(rota.people)))
    ordered = (first, *coming, *rota.people)
    return tuple(dict.fromkeys(person for person in ordered if person is not None))


def gaps(rota: Rota, begins: datetime, ends: datetime) -> tuple[Gap, ...]:
    """Every stretch between two instants in which nobody is on call, joined where they touch."""
    edges = sorted({begins, ends, *(edge for edge in _edges(rota) if begins < edge < ends)})
    found: list[Gap] = []
    for start, end in pairwise(edges):
        if on_call(rota, start) is not None:
            continue
        if found and found[-1].ends == start:
            found[-1] = Gap(found[-1].begins, end)
        else:
            found.append(Gap(start, end))
    return tuple(found)


def next_on_duty(rota: Rota, now: datetime, within: timedelta = timedelta(days=90)) -> datetime | None:
    """When somebody is on call: `now` itself, or the next such instant within a stretch; None if there is
    none."""
    if on_call(rota, now) is not None:
        return now
    edges = sorted(edge for edge in _edges(rota) if now < edge <= now + within)
    return next((edge for edge in edges if on_call(rota, edge) is not None), None)


def next_working_time(hours: Hours, now: datetime) -> datetime:
    """`now` when it is working time, else when the next working time begins (UTC).

    Hours without any working day in the next year answer `now`: waiting for ever would hide a report."""
    today = now.astimezone(ZoneInfo(hours.zone)).date()
    for ahead in range(-1, 366):
        day = today + ahead * ONE_DAY
        if tuple(Day)[day.weekday()] not in hours.days or day in hours.holidays:
            continue
        begins = _instant(datetime.combine(day, hours.from_), hours.zone)
        last = day if hours.until > hours.from_ else day + ONE_DAY
        ends = _instant(datetime.combine(last, hours.until), hours.zone)
        if now < ends:
            return max(now, begins)
    return now


def _turn(rota: Rota, day: date) -> str | None:
    weeks = (day - rota.starts).days // 7
    if weeks < 0 or not rota.people:
        return None
    return rota.people[weeks // max(1, rota.weeks) % len(rota.people)]


def _rota_day(rota: Rota, now: datetime) -> date:
    """The local day whose hand-over was the last one before `now`."""
    day = now.astimezone(ZoneInfo(rota.zone)).date()
    return day if now >= _hand_over(rota, day) else day - ONE_DAY


def _hand_over(rota: Rota, day: date) -> datetime:
    return _instant(datetime.combine(day, rota.hand_over), rota.zone)


def _instant(local: datetime, zone: str) -> datetime:
    """A local time of the zone (or an aware time) as an instant in UTC."""
    return (local if local.tzinfo else local.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def _edges(rota: Rota) -> Iterator[datetime]:
    """Instants at which the answer of `on_call` may change."""
    for override in rota.overrides:
        yield _instant(override.from_, rota.zone)
        yield _instant(override.until, rota.zone)
    days: Sequence[date] = [rota.starts, *(holiday.on for holiday in rota.holidays)]
    for day in days:
        yield _hand_over(rota, day)
        yield _hand_over(rota, day + ONE_DAY)
