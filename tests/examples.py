"""How many examples each property tries: a quarter in `make test`, all of them with TOCSIN_EXAMPLES=all, as
`make test-slow` and so CI sets it. Which property holds is the same question; only how often it is asked differs."""

import os

from hypothesis import settings

TRIES_ALL = os.environ.get("TOCSIN_EXAMPLES") == "all"
_PART = 4


def some(count: int) -> int:
    """This many examples when all are tried, or a part of them, but never so few that nothing is tried."""
    return count if TRIES_ALL else min(count, max(10, count // _PART))


def examples(count: int) -> settings:
    """What a property says when it wants another number than the hundred that everybody has."""
    return settings(max_examples=some(count))
