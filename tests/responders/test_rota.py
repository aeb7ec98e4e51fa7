"""Turns, hand-overs through daylight saving, overrides, holidays, gaps and working time."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responders.rota import (
    Day,
    Gap,
    Holiday,
    Hours,
    Override,
    everyone,
    gaps,
    in_turn,
    next_on_duty,
    next_working_time,
    on_call,
)
from tests.examples import examples
from tests.responders.organisations import MONDAY, OFFICE, a_rota

ZONES = ("Europe/Zurich", "America/Santiago", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "UTC")
instants = st.integers(0, 26_000).map(
    lambda hours: datetime(2026, 1, 15, tzinfo=UTC) + timedelta(hours=hours)
)
hours_of_day = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))


def local(text: str) -> datetime:
    """A local time as it stands in the file, without a zone."""
    return datetime.fromisoformat(text)


def zurich(text: str) -> datetime:
    return local(text).replace(tzinfo=ZoneInfo("Europe/Zurich")).astimezone(UTC)


def test_the_turn_changes_at_the_hand_over_hour_of_the_zone() -> None:
    rota = a_rota()
    assert on_call(rota, zurich("2026-01-12T08:59")) == "first"
    assert on_call(rota, zurich("2026-01-12T09:00")) == "second"
    assert on_call(rota, zurich("2026-01-19T09:00")) == "first"


def test_nobody_is_on_call_before_the_rota_starts() -> None:
    assert on_call(a_rota(), zurich("2026-01-05T08:59")) is None


def test_turns_may_last_several_weeks() -> None:
    rota = a_rota(weeks=2)
    assert on_call(rota, zurich("2026-01-19T08:59")) == "first"
    assert on_call(rota, zurich("2026-01-19T09:00")) == "second"


def test_an_hour_that_comes_twice_hands_over_once() -> None:
    """Clocks go back on 25 October 2026 at 03:00: 02:30 is there twice, and nobody gets the turn back."""
    rota = a_rota(starts=date(2026, 10, 18), hand_over=time(2, 30))
    first_half_past_two = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert on_call(rota, first_half_past_two - timedelta(minutes=1)) == "first"
    assert [on_call(rota, first_half_past_two + timedelta(minutes=n)) for n in (0, 31, 59, 90)] == [
        "second"
    ] * 4


def test_the_last_override_wins_over_holidays_and_turns() -> None:
    day = date(2026, 1, 6)
    rota = a_rota(
        holidays=(Holiday(day, "third"),),
        overrides=(
            Override(local("2026-01-06T12:00"), local("2026-01-06T18:00"), "second"),
            Override(local("2026-01-06T15:00"), local("2026-01-06T16:00"), "fourth"),
        ),
    )
    seen = [
        on_call(rota, zurich(f"2026-01-{moment}"))
        for moment in ("06T08:00", "06T10:00", "06T13:00", "06T15:30", "07T08:00", "07T09:00")
    ]
    assert seen == ["first", "third", "second", "fourth", "third", "first"]
    assert everyone(rota) == ("first", "second", "fourth", "third")


def test_the_backup_is_whoever_comes_next() -> None:
    rota = a_rota(people=("first", "second", "third"))
    assert in_turn(rota, zurich("2026-01-13T09:00")) == ("second", "third", "first")


def test_an_override_without_a_person_is_a_gap() -> None:
    rota = a_rota(overrides=(Override(local("2026-11-03T09:00"), local("2026-11-04T09:00")),))
    expected = Gap(zurich("2026-11-03T09:00"), zurich("2026-11-04T09:00"))
    assert gaps(rota, MONDAY, MONDAY + timedelta(days=90)) == (expected,)
    assert next_on_duty(rota, zurich("2026-11-03T12:00")) == zurich("2026-11-04T09:00")
    assert next_on_duty(rota, MONDAY) == MONDAY


def test_gaps_that_touch_are_one() -> None:
    rota = a_rota(holidays=(Holiday(date(2026, 11, 3)), Holiday(date(2026, 11, 4))))
    expected = Gap(zurich("2026-11-03T09:00"), zurich("2026-11-05T09:00"))
    assert gaps(rota, MONDAY, MONDAY + timedelta(days=90)) == (expected,)


def test_a_rota_without_people_is_one_long_gap() -> None:
    rota = a_rota(people=())
    assert gaps(rota, MONDAY, MONDAY + timedelta(days=9)) == (Gap(MONDAY, MONDAY + timedelta(days=9)),)
    assert next_on_duty(rota, MONDAY) is None


@given(instants, st.sampled_from(ZONES), hours_of_day, st.integers(1, 4), st.integers(1, 3))
@examples(60)
def test_in_any_zone_somebody_is_always_on_call(
    now: datetime, zone: str, hand_over: time, people: int, weeks: int
) -> None:
    rota = a_rota(zone=zone, hand_over=hand_over, people=tuple("abcd"[:people]), weeks=weeks)
    assert on_call(rota, now) is not None
    assert gaps(rota, now, now + timedelta(days=90)) == ()


@given(instants, st.sampled_from(ZONES), hours_of_day)
@examples(60)
def test_in_any_zone_each_turn_is_handed_over_exactly_once(now: datetime, zone: str, hand_over: time) -> None:
    rota = a_rota(zone=zone, hand_over=hand_over, people=("a", "b", "c", "d"))
    seen = [on_call(rota, now + timedelta(hours=hours)) for hours in range(0, 8 * 24, 3)]
    changes = sum(before != after for before, after in pairwise(seen))
    assert 1 <= changes <= 2


@given(instants, st.lists(st.tuples(st.integers(0, 200), st.integers(1, 200)), max_size=4))
@examples(60)
def test_a_gap_is_exactly_where_nobody_is_on_call(begins: datetime, stretches: list[tuple[int, int]]) -> None:
    naive = begins.replace(tzinfo=None)
    rota = a_rota(
        overrides=tuple(
            Override(naive + timedelta(hours=start), naive + timedelta(hours=start + length))
            for start, length in stretches
        )
    )
    found = gaps(rota, begins, begins + timedelta(days=20))
    for hour in range(0, 20 * 24, 7):
        moment = begins + timedelta(hours=hour)
        assert (on_call(rota, moment) is None) == any(gap.begins <= moment < gap.ends for gap in found)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-02T08:00", "2026-11-02T09:00"),
        ("2026-11-02T10:00", "2026-11-02T10:00"),
        ("2026-11-02T17:00", "2026-11-03T09:00"),
        ("2026-11-06T20:00", "2026-11-09T09:00"),
    ],
)
def test_working_time_begins_again_on_the_next_working_day(now: str, expected: str) -> None:
    assert next_working_time(OFFICE, zurich(now)) == zurich(expected)


def test_a_holiday_is_no_working_day() -> None:
    hours = Hours("Europe/Zurich", holidays=(date(2026, 11, 3),))
    assert next_working_time(hours, zurich("2026-11-02T18:00")) == zurich("2026-11-04T09:00")


def test_working_time_may_reach_past_midnight() -> None:
    hours = Hours("Europe/Zurich", days=(Day.MONDAY,), from_=time(22), until=time(6))
    assert next_working_time(hours, zurich("2026-11-03T05:00")) == zurich("2026-11-03T05:00")
    assert next_working_time(hours, zurich("2026-11-03T06:00")) == zurich("2026-11-09T22:00")


def test_hours_without_a_working_day_hold_nothing_back() -> None:
    assert next_working_time(Hours("UTC", days=()), MONDAY) == MONDAY
