"""How the daily test of each alarm channel ended: the doctor's lines about the alert path. It sends nothing."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.doctor_lines import Line, State
from bot.heartbeat import Beat, Beats, Result, is_late
from bot.settings import Heartbeat

_ADVICE = {
    Result.AWAY: "the platform or server could not be reached from here: network, proxy, its own trouble",
    Result.REFUSED: "refused for good: is the address right, the account blocked, the password old?",
}
_NOT_SEEN = "tocsin run tests it within seconds; afterwards each day at heartbeat in tocsin.yaml"


def look_at_path(
    beats: Beats, channels: Iterable[str], heartbeat: Heartbeat, now: datetime
) -> Iterator[Line]:
    """One line for each channel that wakes somebody, or was tested once."""
    for channel in sorted({*channels, *beats.channels}):
        yield _line(channel, beats.of(channel), heartbeat, now)


def _line(channel: str, beat: Beat, heartbeat: Heartbeat, now: datetime) -> Line:
    if beat.at is None or beat.result is None:
        return Line(State.WARN, f"{channel}: not tested yet", _NOT_SEEN)
    what = f"{channel}: daily test {beat.result.value}, {beat.at:%Y-%m-%d %H:%M} UTC"
    if beat.is_failing:
        return Line(State.FAIL, what, _ADVICE[beat.result])
    if is_late(beat, heartbeat, now):
        return Line(State.WARN, f"{what}; none since", _NOT_SEEN)
    return Line(State.OK, what)
