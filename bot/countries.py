"""Countries as people write them: names in the shipped languages, other names, codes, flags, small slips.
It only proposes; the conversation always asks whether it is right. Regions and places are never looked at."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache

from babel import Locale
from babel.core import get_global

from bot.country_names import NOT_COUNTRIES, OTHER_NAMES, SHOWN_NAMES, WORD_CODES
from bot.normal import normal

_FLAG_A = 0x1F1E6
_LONGEST = 200  # a longer text is not the name of a country
_MOST = 6  # more candidates than a person would read
_ARTICLES = ("ال", "بال", "لل", "ب", "ل")  # Arabic "the", "in the", "to the", "in", "to"


def find(text: str, languages: Sequence[str]) -> tuple[str, ...]:
    """Alpha-2 codes that a text may mean, best first; none when it names no country.

    Flags and codes first, then a whole name, then names inside the text, and only then near misses."""
    if len(text) > _LONGEST:
        return ()
    if flags := tuple(dict.fromkeys(_flags(text))):
        return flags[:_MOST]
    if (code := _typed_code(text.strip(" .,!?"))) is not None:
        return (code,)
    names, plain = _names(tuple(dict.fromkeys(("en", *languages)))), normal(text)
    exact = names.get(plain) or _within(plain, names)
    return (exact or _near(plain, names))[:_MOST]


def name(code: str, language: str) -> str:
    """The country's name in a language; the code itself when CLDR has no name."""
    return SHOWN_NAMES.get(code, {}).get(language) or _cldr(language).get(code, code)


def is_code(code: str) -> bool:
    """Whether this is the alpha-2 code of a country."""
    return code in _codes()


def _flags(text: str) -> Iterator[str]:
    letters = [ord(c) - _FLAG_A for c in text if _FLAG_A <= ord(c) < _FLAG_A + 26]
    for first, second in zip(letters[::2], letters[1::2], strict=False):
        code = chr(65 + first) + chr(65 + second)
        if is_code(code):
            yield code
    if "\U0001f3f4\U000e0067\U000e0062" in text:  # England, Scotland, Wales: a black flag and tags "gb..."
        yield "GB"


def _typed_code(text: str) -> str | None:
    """A code counts only in capitals and alone; "no", "me" or "it" are words."""
    if not (text.isascii() and text.isalpha() and text.isupper()):
        return None
    if len(text) == 2:
        return text if is_code(text) and text not in WORD_CODES else None
    return _alpha3().get(text)


def _within(plain: str, names: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Names that stand as whole words inside a text; the longest first, so that South Sudan is not Sudan."""
    words = plain.replace(",", " ").replace(".", " ").replace(";", " ").replace("،", " ").split()
    found: list[str] = []
    place = 0
    while place < len(words):
        for length in range(min(6, len(words) - place), 0, -1):
            piece = " ".join(words[place : place + length])
            codes = names.get(piece) or names.get(_without_article(piece))
            if codes and len(piece) > 2:
                found += codes
                place += length
                break
        else:
            place += 1
    return tuple(dict.fromkeys(found))


def _near(plain: str, names: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Names that differ by a slip of the finger; short words differ too easily."""
    last = plain.rpartition(" ")[2]
    for tried in dict.fromkeys((plain, _without_article(plain), last)):
        if 4 <= len(tried) <= 40:
            near = get_close_matches(tried, names, n=3, cutoff=0.8)
            if near:
                return tuple(dict.fromkeys(code for close in near for code in names[close]))
    return ()


def _without_article(word: str) -> str:
    for article in sorted(_ARTICLES, key=len, reverse=True):
        if word.startswith(article) and len(word) - len(article) >= 3:
            return word.removeprefix(article)
    return word.removeprefix("the ").removeprefix("l'").removeprefix("d'")


@cache
def _names(languages: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Normal form of each known name -> codes, several where people use one name for several countries."""
    found: dict[str, list[str]] = {}

    def add(code: str, written: str) -> None:
        plain = normal(written).replace(" - ", " ")
        for form in {plain, plain.replace("-", " "), plain.replace(".", ""), _without_article(plain)}:
            codes = found.setdefault(form, [])
            if code not in codes:
                codes.append(code)

    for code in sorted(_codes()):
        for language in languages:
            add(code, name(code, language))
            add(code, _cldr(language).get(code, code))
        for other in OTHER_NAMES.get(code, ()):
            add(code, other)
    return {form: tuple(codes) for form, codes in found.items() if len(form) > 1}


@cache
def _cldr(language: str) -> dict[str, str]:
    return {
        code: str(written) for code, written in Locale.parse(language).territories.items() if len(code) == 2
    }


@cache
def _codes() -> frozenset[str]:
    return frozenset(code for code in _cldr("en") if code.isalpha()) - NOT_COUNTRIES


@cache
def _alpha3() -> dict[str, str]:
    aliases = get_global("territory_aliases")
    return {k: v[0] for k, v in aliases.items() if len(k) == 3 and k.isalpha() and is_code(v[0])} | {
        "XKX": "XK"
    }
