"""Short by default, so that continuous integration can afford it; TOCSIN_CHAOS=long does everything.
TOCSIN_CHAOS_SEED repeats the choice of an earlier run; TOCSIN_CHAOS_SEEDS: so many fault stories in the long form."""

import os
import random
import secrets

import pytest

IS_LONG = os.environ.get("TOCSIN_CHAOS", "short") == "long"
SEED = int(os.environ.get("TOCSIN_CHAOS_SEED", secrets.randbelow(1_000_000)))


@pytest.fixture(scope="session")
def is_long() -> bool:
    """Whether everything is to be tried, not a sample."""
    return IS_LONG


@pytest.fixture
def chance() -> random.Random:
    """What picks the sample; its seed stands in the report's head."""
    return random.Random(SEED)  # noqa: S311 - a sample, not a secret


def pytest_report_header() -> str:
    return f"chaos: {'long' if IS_LONG else 'short'}, TOCSIN_CHAOS_SEED={SEED}"
