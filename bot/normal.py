"""What reporters type, made comparable: words in their normal form (typed.py), and numbers in any digits.
For comparing only: what a person wrote is kept as they wrote it."""

import re
import unicodedata

from responders.typed import normal, without_unseen

__all__ = ["has_words", "normal", "number_in", "numbers"]

_LONGEST = 1_000  # characters; a longer text is a story, and comparing forms takes its time
_NUMBER = re.compile(r"\d+")
_LETTER = re.compile("[A-Za-z\u0621-\u063a\u0641-\u064a]")  # a letter of ours, whatever is done to it
_GROUPED = re.compile(r"(?<=\d)[ ,.'٬\u00a0\u202f](?=\d{3}(?!\d))")


def has_words(text: str) -> bool:
    """Whether anything in a text can be read at all: a letter or a digit in some script."""
    return any(character.isalnum() for character in text)


def numbers(text: str) -> tuple[int, ...] | None:
    """The numbers of a text that has only them and separators ("2.", "①", "1, 3", "١، ٣"); else None."""
    if len(text) > _LONGEST or _LETTER.search(text):
        return None
    plain = _latin_digits(unicodedata.normalize("NFKC", text))
    rest = _NUMBER.sub(" ", plain)
    if any(character.isalnum() or character in "+=%@#$" for character in rest):
        return None
    found = tuple(int(digits) for digits in _NUMBER.findall(plain) if len(digits) <= 4)
    return found or None


def number_in(text: str) -> int | None:
    """The one whole number that a sentence holds ("about 2,000 people"), or None for none or several."""
    if len(text) > _LONGEST:
        return None
    plain = _GROUPED.sub("", _latin_digits(unicodedata.normalize("NFKC", text)))
    found = _NUMBER.findall(plain)
    return int(found[0]) if len(found) == 1 and len(found[0]) <= 9 else None


def _latin_digits(text: str) -> str:
    """Every decimal digit as 0 to 9; keycap and circled digits lose their ring."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in without_unseen(text))
