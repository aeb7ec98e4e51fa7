"""One normal form for all matching: Zawgyi becomes Unicode; NFKD, casefold, no marks, nothing invisible, clauses apart.
Loses information on purpose: never show its output to a person as what they wrote."""

import re
import unicodedata
from collections.abc import Mapping

from triage.zawgyi import from_zawgyi, is_zawgyi

LIMIT = 65_536  # a pasted memo; longer texts keep their beginning and their end

_STOPS = frozenset(".!?;:\n\r…؟؛。！？।၊။።፧¡¿|")
_COMMAS = frozenset(",،、，")
_MARKS = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05C7),
    (0x0610, 0x061A),
    (0x0640, 0x0640),  # tatweel
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),
)
_LETTERS = str.maketrans(
    {
        "ى": "ي",
        "ی": "ي",
        "ة": "ه",
        "ہ": "ه",
        "ھ": "ه",
        "ک": "ك",
        "ٱ": "ا",
        "ء": "",
        "ı": "i",
        "đ": "d",
        "ł": "l",
    }
)
_SHORT = 1000
_CACHE_LIMIT = 20_000  # nobody's message of exotic characters may fill the memory
_RUN = re.compile(r"([^\W\d_])\1{2,}")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_FEW = 8  # one character in so many: a Latin script with accents, not a script of its own
_MANY = 40  # different characters, each of which a whole text is searched for


class _Fold(dict[int, str | int]):
    """A translation table that works out each character once."""

    def __missing__(self, code: int) -> str | int:
        word = _fold_character(chr(code))
        folded = ord(word) if len(word) == 1 else word  # translate is quicker with numbers
        if len(self) < _CACHE_LIMIT:
            self[code] = folded
        return folded

    def of(self, character: str) -> str:
        """What one character is folded to, as text."""
        folded = self[ord(character)]
        return folded if isinstance(folded, str) else chr(folded)


def _fold_character(character: str) -> str:
    if character == "🆘":
        return " sos "
    if character in _STOPS:
        return " | "
    if character in _COMMAS:
        return " , "
    return "".join(_fold_part(part) for part in unicodedata.normalize("NFKD", character).casefold())


def _fold_part(part: str) -> str:
    code = ord(part)
    if any(first <= code <= last for first, last in _MARKS):
        return ""
    category = unicodedata.category(part)
    if category == "Cf":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(part))
    if category[0] in "LMN":
        return part.translate(_LETTERS)
    return " "


_FOLD = _Fold()
# ASCII alone is folded several times as fast: first what takes more room, then one character for another.
_ASCII_STOPS = tuple((stop, _FOLD.of(stop)) for stop in "|.!?;:\n\r,")  # "|" first: the others bring it in
_ASCII = {code: chr(code) if chr(code) in "|," else _FOLD[code] for code in range(128)}


def fold(text: str) -> str:
    """Normalise to words between single spaces, one at both ends; `|` ends a sentence, `,` a clause."""
    if len(text) > LIMIT:
        text = text[: LIMIT // 2] + "\n" + text[-LIMIT // 2 :]
    folded = " ".join(_folded(text).split())
    if _has_runs(folded):
        folded = _RUN.sub(r"\1", folded)
    return f" {folded} "


def _folded(text: str) -> str:
    """Each character folded. What is folded already stays as it is, so accents may go before the rest."""
    if is_zawgyi(text):
        text = from_zawgyi(text)
    if not text.isascii() and (len(text.encode("utf-8", "replace")) - len(text)) * _FEW <= len(text):
        text = exchanged(
            text, {character: _FOLD.of(character) for character in set(_BEYOND_ASCII.findall(text))}
        )
    if not text.isascii():
        return text.translate(_FOLD)
    for stop, apart in _ASCII_STOPS:
        text = text.replace(stop, apart)
    return text.translate(_ASCII)


def exchanged(text: str, characters: Mapping[str, str]) -> str:
    """Each of these characters exchanged for its text. None of the texts may hold another of the characters."""
    if len(characters) > _MANY:
        return text.translate({ord(character): instead for character, instead in characters.items()})
    for character, instead in characters.items():  # for a few, far quicker than a look at each character
        text = text.replace(character, instead)
    return text


def _has_runs(folded: str) -> bool:
    """Whether a letter may stand three times in a row, asked before the slow expression is."""
    if not folded.isascii():
        return len(folded) > _SHORT or any(character * 3 in folded for character in set(folded))
    # The text as one long number: each letter is compared with the next two in three steps for all of them.
    whole = int.from_bytes(folded.encode(), "little")
    differs = whole ^ (whole >> 8)
    differs |= differs >> 8
    return 0 in differs.to_bytes(len(folded), "little")[:-2]
