"""The hour in a country: its clocks, from the time zone database. The card shows it, so that nobody is called at night
by mistake. It says nothing about where in the country a person is."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo


def clocks(country: str | None, now: datetime) -> tuple[ZoneInfo, ...]:
    """A zone of a country (ISO 3166), where the country has only one hour now; else its earliest and its latest."""
    zones = sorted(
        (ZoneInfo(name) for name in _zones().get(country or "", ())), key=lambda zone: _ahead(zone, now)
    )
    if not zones:
        return ()
    first, last = zones[0], zones[-1]
    return (first,) if _ahead(first, now) == _ahead(last, now) else (first, last)


def _ahead(zone: ZoneInfo, now: datetime) -> timedelta:
    return now.astimezone(zone).utcoffset() or timedelta(0)


@cache
def _zones() -> Mapping[str, tuple[str, ...]]:
    """Country code -> zone names; the table comes with the database."""
    found: dict[str, tuple[str, ...]] = {}
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, name, *_ = line.split("\t")
            found[country] = (*found.get(country, ()), name)
    return found
