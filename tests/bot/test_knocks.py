"""What was refused is counted by channel, from wherever it was refused; people's mistakes are no knocking."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from bot.channels import Handle
from bot.channels.offering import Received
from bot.channels.signal_events import Ignored
from bot.channels.signal_sorting import SignalReceived
from bot.knocks import MANY, WINDOW, Knocks

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


class Half:
    """A receiving half that only counts."""

    def __init__(self, counts: Received) -> None:
        self.counts = counts

    async def receive(self, handle: Handle) -> None:
        """Nothing arrives."""


def test_deliveries_with_a_wrong_secret_or_that_no_platform_makes_are_counted_once() -> None:
    telegram, signal = Received(refused=3, malformed=2, ignored=9), SignalReceived()
    signal.ignored_kinds = Counter(
        {Ignored.FOREIGN: 2, Ignored.OVERSIZED: 1, Ignored.UNREADABLE: 4, Ignored.TYPING: 50}
    )
    halves = {"telegram": Half(telegram), "signal": Half(signal)}
    knocks = Knocks()
    knocks.look(halves, NOW)
    knocks.look(halves, NOW)
    assert knocks.refused == {"telegram": 5, "signal": 7}
    telegram.refused += 1
    knocks.look(halves, NOW)
    assert knocks.refused["telegram"] == 6


def test_many_are_many_within_ten_minutes_together() -> None:
    knocks = Knocks()
    for number in range(MANY - 1):
        knocks.count("desk" if number % 2 else "signal-alerts", NOW)
    assert not knocks.are_many(NOW)
    knocks.count("telegram", NOW + WINDOW)
    assert knocks.are_many(NOW + WINDOW)
    assert not knocks.are_many(NOW + WINDOW + timedelta(seconds=1))


def test_a_clock_that_went_back_forgets_and_does_not_alarm_for_ever() -> None:
    knocks = Knocks()
    knocks.count("telegram", NOW, MANY)
    assert not knocks.are_many(NOW - timedelta(hours=1))
    knocks.count("telegram", NOW - timedelta(hours=1))
    assert not knocks.are_many(NOW - timedelta(hours=1))
    assert knocks.refused["telegram"] == MANY + 1
