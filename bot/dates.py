"""Days that a person writes, in explicit forms only: "tomorrow", "24 December", 2026-12-24, 24/12/2026.
A form that two countries read differently (03/04) is not read: the person is asked for the month's name."""

import re
from datetime import date, datetime, timedelta
from functools import cache

from babel import Locale

from bot.normal import normal

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_LONGEST_FIGURE = 9  # digits; no day or year has more, and Python refuses to read thousands of them
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")
# Named days from today; more than one language may share a word.
_NAMED = {
    "today": 0, "tonight": 0, "tomorrow": 1, "day after tomorrow": 2, "the day after tomorrow": 2,
    "yesterday": -1,
    "hoy": 0, "esta noche": 0, "mañana": 1, "pasado mañana": 2, "ayer": -1,
    "aujourd'hui": 0, "ce soir": 0, "demain": 1, "apres-demain": 2, "apres demain": 2, "hier": -1,
    "اليوم": 0, "الليله": 0, "غدا": 1, "بكره": 1, "بعد غد": 2, "بعد بكره": 2, "امس": -1,
}  # fmt: skip
# Arabic has three sets of month names; CLDR's plain "ar" gives only one.
_MONTHS_AR = {
    "كانون الثاني": 1, "شباط": 2, "اذار": 3, "نيسان": 4, "ايار": 5, "حزيران": 6, "تموز": 7,
    "اب": 8, "ايلول": 9,
    "تشرين الاول": 10, "تشرين الثاني": 11, "كانون الاول": 12, "جانفي": 1, "فيفري": 2, "افريل": 4,
    "ماي": 5, "جوان": 6,
    "جويليه": 7, "اوت": 8, "شتنبر": 9, "نونبر": 11, "دجنبر": 12, "غشت": 8, "يوليوز": 7,
}  # fmt: skip


def parse(text: str, language: str, now: datetime) -> date | None:
    """The day that `text` names, or None; a day and month without a year is the next such day from `now` on.

    `now` is aware, in the zone where the person counts days."""
    today = now.date()
    plain = _digits(normal(text))
    if plain in _named():
        return today + timedelta(days=_named()[plain])
    if (found := _ISO.fullmatch(plain)) is not None:
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if (found := _DAY_FIRST.fullmatch(plain)) is not None:
        return _numeric(int(found[1]), int(found[2]), int(found[3]))
    return _with_month(plain, language, today)


def _numeric(first: int, second: int, year: int) -> date | None:
    """Day and month in figures: only where one of them can be no month, or both are the same."""
    year = year + 2000 if year < 100 else year
    if first > 12 or first == second:
        return _day(year, second, first)
    return _day(year, first, second) if second > 12 else None


def _with_month(plain: str, language: str, today: date) -> date | None:
    """A day, the name of a month and perhaps a year, in whatever order; other words may stand around them."""
    months, spaced = _months(language), f" {_spaced(plain)} "
    named = {number for name, number in months.items() if f" {name} " in spaced}
    if len(named) > 1:  # "تشرين الأول" also has "الأول"-less relatives: the longest name wins
        longest = max((name for name in months if f" {name} " in spaced), key=len)
        named = {months[longest]}
    written = re.findall(r"\d+", plain)
    if any(len(digits) > _LONGEST_FIGURE for digits in written):
        return None
    figures = [int(digits) for digits in written]
    days = [figure for figure in figures if 1 <= figure <= 31]
    years = [figure for figure in figures if 1900 <= figure <= 2200]
    if len(named) != 1 or len(days) != 1 or len(years) > 1 or len(days) + len(years) != len(figures):
        return None
    month = named.pop()
    if years:
        return _day(years[0], month, days[0])
    for year in range(today.year, today.year + 5):  # 29 February may be four years away
        day = _day(year, month, days[0])
        if day is not None and day >= today:
            return day
    return None


def _spaced(plain: str) -> str:
    """Figures, words and ordinals apart from one another ("24th", "1er", "24 de diciembre")."""
    return " ".join(re.sub(r"(\d+)", r" \1 ", plain).replace(",", " ").replace(".", " ").split())


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _digits(text: str) -> str:
    return "".join(str(int(c)) if c.isdecimal() else c for c in text)


@cache
def _named() -> dict[str, int]:
    return {normal(word): days for word, days in _NAMED.items()}


@cache
def _months(language: str) -> dict[str, int]:
    """Names and abbreviations of the months in the person's language and English, in normal form."""
    found = {normal(name): number for name, number in _MONTHS_AR.items()} if language == "ar" else {}
    for code in ("en", language):
        months = Locale.parse(code).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    found[normal(str(name))] = number
    found |= {"sept": 9} if language in {"en", "es", "fr"} else {}
    return found
