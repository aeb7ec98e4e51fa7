"""When an alarm channel is tested, and what follows from a test: pure, for bot/heartbeat_round.py to do.
Once a day at the configured hour, for nobody should learn at night that a channel had fallen silent days ago."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.settings import Heartbeat

AT_WORK = timedelta(minutes=2)  # a test takes less; whoever began it and is not done by then has died
AGAIN = timedelta(minutes=15)  # a channel that failed is tested this often until it works
PAGED_AGAIN = (AGAIN, timedelta(hours=1), timedelta(hours=4), timedelta(hours=24))
_ONE_DAY = timedelta(days=1)


class Result(StrEnum):
    """How a test ended. Accepted is not read: the weekly test that a person answers (readiness) is the other end."""

    ACCEPTED = "accepted"  # by the platform, the mail server, the gateway
    AWAY = "away"  # it could not be reached, or asked us to wait, until we gave up
    REFUSED = "refused"  # for good: blocked, not registered, not allowed


@dataclass(frozen=True, slots=True)
class Beat:
    """What is known of one channel. `begun`: somebody is at it; `told`: how often operators heard that it fails."""

    result: Result | None = None
    at: datetime | None = None
    begun: datetime | None = None
    told: int = 0
    told_at: datetime | None = None

    @property
    def is_failing(self) -> bool:
        """Whether the last test did not go through."""
        return self.result not in (None, Result.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Beats:
    """The channels that were tested, by name: one record in the store, for all workers."""

    channels: Mapping[str, Beat] = field(default_factory=dict)

    def of(self, channel: str) -> Beat:
        """What is known of a channel."""
        return self.channels.get(channel, Beat())

    def with_(self, channel: str, beat: Beat) -> "Beats":
        """The same, but for one channel."""
        return Beats({**self.channels, channel: beat})


def newest_hour(heartbeat: Heartbeat, now: datetime) -> datetime:
    """The last time that it was the hour of the test, summer time included."""
    zone = ZoneInfo(heartbeat.zone)
    today = now.astimezone(zone).date()
    hour = datetime.combine(today, heartbeat.at, zone).astimezone(UTC)
    if hour > now:
        hour = datetime.combine(today - _ONE_DAY, heartbeat.at, zone).astimezone(UTC)
    return hour


def is_due(beat: Beat, heartbeat: Heartbeat, now: datetime) -> bool:
    """Whether a channel is to be tested now: it has not been since the hour, or it failed a while ago.

    What was done or begun at a time that has not come yet counts for nothing: the clock was wrong then."""
    if beat.begun is not None and now - AT_WORK < beat.begun <= now:
        return False
    if beat.at is None or beat.at > now or beat.at < newest_hour(heartbeat, now):
        return True
    return beat.is_failing and now - beat.at >= AGAIN


def is_late(beat: Beat, heartbeat: Heartbeat, now: datetime) -> bool:
    """Whether the hour of the test is long past and nobody has done it: whoever does it has stopped."""
    hour = newest_hour(heartbeat, now)
    return now - hour >= AGAIN and (beat.at is None or beat.at < hour)


def is_news(beat: Beat, now: datetime) -> bool:
    """Whether operators hear (again) that a channel fails: at once, then after ever longer pauses up to a day."""
    if beat.told_at is None or beat.told_at > now:
        return True
    return now - beat.told_at >= PAGED_AGAIN[min(beat.told, len(PAGED_AGAIN)) - 1]


def ended(beat: Beat, result: Result, now: datetime, *, was_told: bool = False) -> Beat:
    """The record after a test; one that was accepted forgets the failures before it."""
    if result is Result.ACCEPTED:
        return Beat(result, now)
    if was_told:
        return Beat(result, now, told=beat.told + 1, told_at=now)
    return replace(beat, result=result, at=now, begun=None)
