"""The hour where somebody is at risk, as far as a country tells it."""

from datetime import UTC, datetime

import pytest

from responders.country_time import clocks

SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("country", "hours"),
    [("GT", [6]), ("DE", [14]), ("NP", [17]), ("BR", [7, 10]), ("CN", [18, 20]), (None, []), ("XX", [])],
)
def test_a_country_shows_its_hour_or_its_earliest_and_its_latest(
    country: str | None, hours: list[int]
) -> None:
    assert [SUMMER.astimezone(zone).hour for zone in clocks(country, SUMMER)] == hours
