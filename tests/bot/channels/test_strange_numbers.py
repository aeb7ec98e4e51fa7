"""Numbers in JSON that are no times: Python reads NaN and Infinity, and integers of any size."""

import pytest

from bot.channels.signal_rpc import refused
from bot.channels.telegram_api import pause_of

STRANGE: list[object] = [
    float("nan"),
    float("inf"),
    float("-inf"),
    -1,
    0,
    1e300,
    10**4_000,
    True,
    None,
    "3",
    [],
    {},
]


@pytest.mark.parametrize("after", STRANGE, ids=lambda after: str(after)[:9])
def test_a_pause_that_is_no_time_becomes_one_that_can_be_waited(after: object) -> None:
    assert 0 < pause_of({"parameters": {"retry_after": after}}).total_seconds() <= 3600


@pytest.mark.parametrize("after", STRANGE, ids=lambda after: str(after)[:9])
def test_a_captcha_whose_time_is_none_is_asked_for_all_the_same(after: object) -> None:
    result = {"type": "RATE_LIMIT_FAILURE", "token": "tok", "retryAfterSeconds": after}
    challenge = refused("send", {"code": -5, "data": {"response": {"results": [result]}}}).challenge
    assert challenge is not None
    assert challenge.token == "tok"
    assert 0 < challenge.after.total_seconds() <= 3600
