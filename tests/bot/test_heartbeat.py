"""When an alarm channel is tested and when operators hear that one fails: by the clock alone."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest

from bot.heartbeat import PAGED_AGAIN, Beat, Beats, Result, ended, is_due, is_late, is_news, newest_hour
from bot.settings import Heartbeat
from responders.compact import dumps, loads

TEN = Heartbeat(time(10), "UTC")
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("zone", "now", "hour"),
    [
        ("UTC", "2026-11-02T10:00", "2026-11-02T10:00"),
        ("UTC", "2026-11-02T09:59", "2026-11-01T10:00"),
        ("America/Guatemala", "2026-11-02T15:59", "2026-11-01T16:00"),
        ("Pacific/Auckland", "2026-11-01T22:00", "2026-11-01T21:00"),
        ("Europe/Zurich", "2026-10-25T08:59", "2026-10-24T08:00"),  # the night in which summer time ended
        ("Europe/Zurich", "2026-10-25T09:00", "2026-10-25T09:00"),
    ],
)
def test_the_hour_is_the_hour_on_the_wall_of_its_zone(zone: str, now: str, hour: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert newest_hour(replace(TEN, zone=zone), at) == datetime.fromisoformat(hour).replace(tzinfo=UTC)


def test_an_hour_that_the_clock_skips_is_there_all_the_same() -> None:
    half_past_two = Heartbeat(time(2, 30), "Europe/Zurich")
    morning = datetime(2026, 3, 29, 6, tzinfo=UTC)
    assert newest_hour(half_past_two, morning) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_channel_that_was_never_tested_is_tested_at_once() -> None:
    assert is_due(Beat(), TEN, NOON)


def test_it_is_tested_once_a_day_and_after_an_hour_that_was_missed() -> None:
    beat = ended(Beat(), Result.ACCEPTED, NOON - HOUR)
    assert not is_due(beat, TEN, NOON)
    assert not is_due(beat, TEN, NOON + 21 * HOUR)
    assert is_due(beat, TEN, NOON + 22 * HOUR)
    assert is_due(beat, TEN, NOON + 30 * DAY), "nobody ran at the hour itself"


def test_one_worker_at_a_time_tests_and_a_dead_one_is_replaced() -> None:
    begun = Beat(begun=NOON)
    assert not is_due(begun, TEN, NOON + timedelta(seconds=119))
    assert is_due(begun, TEN, NOON + timedelta(seconds=120))


def test_times_that_have_not_come_yet_count_for_nothing() -> None:
    assert is_due(Beat(begun=NOON + HOUR), TEN, NOON), "the clock was an hour ahead when that worker began"
    assert is_due(Beat(Result.ACCEPTED, NOON + HOUR), TEN, NOON)
    assert is_news(Beat(Result.AWAY, NOON, told=2, told_at=NOON + HOUR), NOON)


def test_a_channel_that_failed_is_tested_every_quarter_of_an_hour_until_it_works() -> None:
    failed = ended(Beat(), Result.REFUSED, NOON)
    assert not is_due(failed, TEN, NOON + timedelta(minutes=14))
    assert is_due(failed, TEN, NOON + timedelta(minutes=15))
    works = ended(failed, Result.ACCEPTED, NOON + timedelta(minutes=15))
    assert not is_due(works, TEN, NOON + HOUR)


def test_operators_hear_of_a_failure_at_once_and_then_less_and_less_often() -> None:
    beat, now, heard = Beat(), NOON, []
    while now < NOON + 3 * DAY:
        if told := is_news(beat, now):
            heard.append(now - NOON)
        beat = ended(beat, Result.AWAY, now, was_told=told)
        now += timedelta(minutes=15)
    pauses = [after - before for before, after in pairwise(heard)]
    assert heard[0] == timedelta(0)
    assert tuple(pauses[:4]) == PAGED_AGAIN
    assert set(pauses[4:]) <= {DAY}


def test_who_could_not_be_told_is_told_at_the_next_try() -> None:
    beat = ended(Beat(), Result.AWAY, NOON, was_told=False)
    assert is_news(beat, NOON + timedelta(minutes=15))


def test_a_test_that_nobody_did_is_late_a_quarter_of_an_hour_after_its_hour() -> None:
    yesterday = Beat(Result.ACCEPTED, NOON - DAY)
    ten = newest_hour(TEN, NOON)
    assert not is_late(yesterday, TEN, ten + timedelta(minutes=14))
    assert is_late(yesterday, TEN, ten + timedelta(minutes=15))
    assert not is_late(Beat(Result.AWAY, ten), TEN, NOON), "failing is another matter, and told as one"


def test_what_is_known_survives_being_kept() -> None:
    beats = (
        Beats()
        .with_("email", ended(Beat(), Result.AWAY, NOON, was_told=True))
        .with_("webhook", Beat(begun=NOON))
    )
    assert loads(Beats, dumps(beats)) == beats
