"""Cuts a text into parts that Telegram takes: at a paragraph, a sentence, a line, a word, and never inside a
character as people see it. Pure."""

import re
import unicodedata
from itertools import accumulate

# telegram.constants.MessageLimit.MAX_TEXT_LENGTH says "characters"; Telegram counts lengths in UTF-16 code
# units (Bot API, MessageEntity). Counting units is right in both readings, for there are never fewer units
# than characters.
LIMIT = 4096

BREAKS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"(?<=[.!?…。！？؟۔।])[\"'»”’)\]]*\s+"),
    re.compile(r"\n"),
    re.compile(r"\s+"),
)
JOINER = "\u200d"


def units(text: str) -> int:
    """The length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def mended(text: str) -> str:
    """The text without NUL, and with U+FFFD for half a surrogate pair: JSON may carry one, UTF-8 cannot."""
    text = text.replace("\0", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def split(text: str, limit: int = LIMIT) -> list[str]:
    """Parts of at most `limit` units, without the white space at their ends; none for an empty text."""
    parts = []
    rest = mended(text).strip()
    while len(rest) > limit // 2 and units(rest) > limit:  # a character has two units at most
        cut = _cut(rest, limit)
        if part := rest[:cut].rstrip():
            parts.append(part)
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def _cut(text: str, limit: int) -> int:
    """Where the first part ends, at least one character in."""
    lengths = accumulate(1 + (character > "\uffff") for character in text[: limit + 1])
    end = sum(length <= limit for length in lengths)
    window = text[: end + 1]  # one more: white space right behind the last character is the best of all cuts
    for pattern in BREAKS:
        found = [match.start() for match in pattern.finditer(window) if end // 2 < match.start() <= end]
        if found:
            return found[-1]
    for cut in range(end, end // 2, -1):
        if not _is_inside(text, cut):
            return cut
    return end  # one endless character: nobody can read it, and a surrogate pair is whole in a Python string


def _is_inside(text: str, cut: int) -> bool:
    """Whether a cut there would tear what people see as one character (UAX #29, the rules that matter
    here)."""
    before, after = text[cut - 1], text[cut]
    if JOINER in (before, after) or unicodedata.category(after) in ("Mn", "Me", "Mc"):
        return True
    if unicodedata.combining(before) == 9:  # a virama binds the next consonant
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True  # skin tones, flag tags
    if _is_hangul_part(after) and (_is_hangul_part(before) or "\uac00" <= before <= "\ud7a3"):
        return True
    flags = len(text[:cut]) - len(text[:cut].rstrip("".join(FLAG_LETTERS)))
    return flags % 2 == 1 and after in FLAG_LETTERS


FLAG_LETTERS = frozenset(chr(code) for code in range(0x1F1E6, 0x1F200))


def _is_hangul_part(character: str) -> bool:
    return "\u1100" <= character <= "\u11ff"
