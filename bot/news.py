"""What operators are told when the service itself is in trouble, and how patient we are before we tell it.
Names of texts and times only; bot/operator_alarm.py tells them."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class News(StrEnum):
    """What operators are told; the text is `desk/operator.<news>`."""

    STORE_DOWN = "store_down"
    DISK_LOW = "disk_low"
    SIGNAL_AWAY = "signal_away"
    SIGNAL_CAPTCHA = "signal_captcha"
    SIGNAL_ACCOUNT = "signal_account"
    SIGNAL_VERSION = "signal_version"
    SIGNAL_DEAF = "signal_deaf"
    OVERRUN = "overrun"
    PAGE_WAITS = "page_waits"
    NOBODY_TAKES = "nobody_takes"
    STANDS_STILL = "stands_still"
    TIMER_FAILS = "timer_fails"
    WORKER_GONE = "worker_gone"
    TEST_LATE = "test_late"
    CHANNEL_SILENT = "channel_silent"
    CHANNEL_BACK = "channel_back"
    KNOCKING = "knocking"
    RECOVERED = "recovered"


AT_ONCE = timedelta(0)
PATIENCE: Mapping[News, timedelta] = {
    News.STORE_DOWN: timedelta(seconds=10),
    News.SIGNAL_AWAY: timedelta(seconds=60),  # signal-cli takes a while to start
    News.OVERRUN: timedelta(seconds=30),  # a burst is worked in that time
    News.PAGE_WAITS: timedelta(seconds=2),  # seen twice: after a start, what waited leaves within a moment
    News.NOBODY_TAKES: timedelta(seconds=8),
    News.STANDS_STILL: timedelta(seconds=10),
    News.TIMER_FAILS: timedelta(seconds=10),
    News.TEST_LATE: timedelta(minutes=5),
}

# Ends without a word, for whoever hears "it works again" believes it, and these come back.
# A stranger could ring with news and end of a flood in turns, every minute.
UNANNOUNCED = frozenset({News.PAGE_WAITS, News.WORKER_GONE, News.KNOCKING, News.OVERRUN})
# Nobody has to get up: the others do its work; all of it was refused, and whoever knocks must not be able to ring.
SILENT = frozenset({News.WORKER_GONE, News.KNOCKING})
