"""Days as people write them, in explicit forms only."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates import parse

NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "typed", "day"),
    [
        ("en", "today", date(2026, 11, 21)),
        ("en", "Tomorrow.", date(2026, 11, 22)),
        ("es", "mañana", date(2026, 11, 22)),
        ("es", "pasado mañana", date(2026, 11, 23)),
        ("fr", "après-demain", date(2026, 11, 23)),
        ("ar", "غدًا", date(2026, 11, 22)),
        ("en", "24 December", date(2026, 12, 24)),
        ("en", "December 24th, 2026", date(2026, 12, 24)),
        ("en", "on 3 Feb", date(2027, 2, 3)),
        ("es", "24 de diciembre", date(2026, 12, 24)),
        ("es", "el 3 de enero de 2027", date(2027, 1, 3)),
        ("fr", "1er janvier", date(2027, 1, 1)),
        ("fr", "24 déc. 2026", date(2026, 12, 24)),
        ("ar", "٢٤ ديسمبر", date(2026, 12, 24)),
        ("ar", "24 كانون الأول 2027", date(2027, 12, 24)),
        ("ar", "5 تشرين الثاني", date(2027, 11, 5)),
        ("en", "2026-12-24", date(2026, 12, 24)),
        ("en", "24/12/2026", date(2026, 12, 24)),
        ("en", "12/24/2026", date(2026, 12, 24)),
        ("en", "5/5/26", date(2026, 5, 5)),
        ("en", "29 February", date(2028, 2, 29)),
    ],
)
def test_an_explicit_day_is_read(language: str, typed: str, day: date) -> None:
    assert parse(typed, language, NOW) == day


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "03/04/2026",
        "31 February",
        "32 December",
        "24 December or 25 December",
        "December",
        "24",
        "2026",
        "2026-13-01",
        "٣/٤/٢٠٢٦",
    ],
)
def test_a_day_that_could_be_another_is_not_read(typed: str) -> None:
    assert parse(typed, "en", NOW) is None


@given(st.text(max_size=40), st.sampled_from(["en", "es", "fr", "ar"]))
def test_any_text_is_a_day_or_none(text: str, language: str) -> None:
    assert parse(text, language, NOW) is None or isinstance(parse(text, language, NOW), date)


def test_a_figure_of_thousands_of_digits_is_no_day() -> None:
    """Python refuses to read it, with an exception."""
    assert parse("5" * 5_000, "en", NOW) is None
    assert parse(f"3 May {'0' * 5_000}", "en", NOW) is None
