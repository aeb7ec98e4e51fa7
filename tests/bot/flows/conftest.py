"""The shipped flow and texts, read once for all tests of this folder."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import flow_loader
from bot.flow import Flow
from bot.texts import Texts

CONFIG = Path(__file__).parents[3] / "config"
REPRISAL = CONFIG / "flows" / "reprisal.yaml"
NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts.load(CONFIG, drafts=True)


@pytest.fixture(scope="session")
def flow() -> Flow:
    return flow_loader.load(REPRISAL)


@pytest.fixture
def now() -> datetime:
    return NOW
