"""Telegram's sending limits, kept on a clock of numbers."""

from bot.channels.pacing import KNOWN_CHATS, Pacing
from tests.servers.bot_api_flood import Flood


def drain(pacing: Pacing, chats: list[int], start: float = 0.0) -> list[tuple[float, int]]:
    """Send to every chat in order, each as early as allowed; when and to whom."""
    now, sent = start, []
    for chat in chats:
        now += max(0.0, pacing.wait_overall(now), pacing.wait_for(chat, now)) + 1e-9
        pacing.take(chat, now)
        sent.append((now, chat))
    return sent


def test_a_hundred_chats_at_once_earn_no_429() -> None:
    flood = Flood()
    sent = drain(Pacing(), list(range(100)))
    assert [flood.admit(chat, now) for now, chat in sent] == [0] * 100
    assert 3.4 < sent[-1][0] < 3.7


def test_without_pacing_the_same_server_refuses_most() -> None:
    """The positive control: the limit that the test above keeps is really there."""
    flood = Flood()
    assert sum(flood.admit(chat, 0.0) > 0 for chat in range(100)) == 70


def test_one_chat_gets_a_short_burst_and_then_one_a_second() -> None:
    flood = Flood()
    sent = drain(Pacing(), [7] * 10)
    assert [flood.admit(chat, now) for now, chat in sent] == [0] * 10
    assert sent[2][0] < 0.1
    assert 6.9 < sent[-1][0] < 7.1


def test_a_pause_stops_every_chat_and_a_shorter_one_does_not_end_it() -> None:
    pacing = Pacing()
    pacing.pause(30, now=0)
    pacing.pause(1, now=0)
    pacing.take(1, now=2)  # another call returning must not open the gate, as it does in PTB's limiter
    assert pacing.wait_overall(2) == 28


def test_chats_long_quiet_are_forgotten() -> None:
    pacing = Pacing()
    for chat in range(KNOWN_CHATS + 1):
        pacing.take(chat, now=float(chat))
    assert len(pacing._chats) < 10
