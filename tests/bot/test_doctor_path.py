"""The doctor's lines about the daily test of each alarm channel."""

from datetime import UTC, datetime, timedelta

from bot.doctor_lines import State
from bot.doctor_path import look_at_path
from bot.heartbeat import Beat, Beats, Result
from bot.settings import Heartbeat

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
AT_TEN = NOW - timedelta(hours=2)


def lines(channels: tuple[str, ...] = (), **beats: Beat) -> list[tuple[State, str]]:
    found = list(look_at_path(Beats(beats), channels, Heartbeat(), NOW))
    assert all(line.advice for line in found if line.state is not State.OK)
    return [(line.state, line.what) for line in found]


def test_each_channel_is_told_with_the_time_of_its_test() -> None:
    told = lines(webhook=Beat(Result.ACCEPTED, AT_TEN), email=Beat(Result.REFUSED, AT_TEN))
    assert told == [
        (State.FAIL, "email: daily test refused, 2026-11-02 10:00 UTC"),
        (State.OK, "webhook: daily test accepted, 2026-11-02 10:00 UTC"),
    ]


def test_a_channel_that_wakes_somebody_and_was_never_tested_is_told() -> None:
    assert lines(("telegram-alerts",)) == [(State.WARN, "telegram-alerts: not tested yet")]


def test_a_test_of_yesterday_alone_is_told() -> None:
    (line,) = lines(email=Beat(Result.ACCEPTED, AT_TEN - timedelta(days=1)))
    assert line == (State.WARN, "email: daily test accepted, 2026-11-01 10:00 UTC; none since")
