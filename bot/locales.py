"""What CLDR knows about a language, compiled once: plural form, digits, direction, dates, language names.
Nothing here is on the way of a message unless a number or a time has to be said."""

from dataclasses import dataclass
from datetime import date

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.plurals import get_plural
from babel.numbers import format_decimal
from babel.plural import PluralRule

ISOLATE, END_ISOLATE = "\u2068", "\u2069"
_CATEGORIES = ("zero", "one", "two", "few", "many", "other")


@dataclass(frozen=True, slots=True)
class Speech:
    """How one language writes what we fill in."""

    language: str
    locale: Locale
    rtl: bool
    rule: PluralRule
    places: dict[str, int]  # CLDR plural category -> place of its form in a PO entry
    digits: dict[int, str] | None  # None where the digits are 0 to 9

    def plural(self, count: int) -> int:
        """The place of the form for this count."""
        return self.places[self.rule(count)]

    def number(self, value: float) -> str:
        """A number in the language's digits; ungrouped, for "1,042" is no case number to type back."""
        if self.digits is None and isinstance(value, int):
            return str(value)
        return str(
            format_decimal(value, locale=self.locale, group_separator=False, numbering_system="default")
        )

    def clock(self, hour: int, minute: int) -> str:
        """A time of day, on 24 hours: shorter, and the same everywhere."""
        text = f"{hour:02}:{minute:02}"
        return text if self.digits is None else text.translate(self.digits)

    def day(self, day: date, *, year: bool = False) -> str:
        """A day with the name of its month."""
        text = str(format_date(day, "d MMMM y" if year else "d MMMM", locale=self.locale))
        return text if self.digits is None else text.translate(self.digits)

    def joined(self, items: tuple[str, ...]) -> str:
        """Several things, as a list of this language."""
        return str(format_list(items, style="standard", locale=self.locale))


def is_language(code: str) -> bool:
    """Whether CLDR knows this code, so that numbers, days and plurals can be said in it."""
    try:
        Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def speech(language: str) -> Speech:
    """Compile what is needed of one language; raises UnknownLocaleError for a code CLDR does not know."""
    locale = Locale.parse(language)
    rule = locale.plural_form
    tags = [category for category in _CATEGORIES if category == "other" or category in rule.tags]
    forms = get_plural(locale).num_plurals
    # CLDR's "many" of Spanish or French is for millions written as words; PO headers have no form for it.
    places = {tag: min(place, forms - 1) for place, tag in enumerate(tags)}
    digits = [str(format_decimal(d, locale=locale, numbering_system="default")) for d in range(10)]
    return Speech(
        language,
        locale,
        locale.text_direction == "rtl",
        rule,
        places,
        None if digits[1] == "1" else {ord(str(plain)): own for plain, own in enumerate(digits)},
    )
