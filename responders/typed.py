"""The normal form in which everything that people type is compared, reporters and focal points alike.
For comparing only: what a person wrote is kept as they wrote it."""

import re
import unicodedata

from triage.words import exchanged

# Letters that people type for one another; the marks on them (hamza, tashkeel) fall away on their own.
_LETTERS = {"ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك", "ـ": "", "ı": "i", "’": "'", "`": "'", "´": "'"}
_EDGES = " \t\r\n.,;:!¡?¿\"'()[]{}<>«»“”„‘…·•-–—*_/\\،؛؟。、！？"
_UNUSUAL = re.compile("[^ -~]")
_UNSEEN = frozenset({"Mn", "Me", "Cf", "Co", "Cs"})


def normal(text: str, edges: str = _EDGES) -> str:
    """NFKC, without case, accents, invisible characters, tatweel and outer punctuation (`edges`); single spaces."""
    if not (text.isascii() and text.isprintable()):
        folded = exchanged(unicodedata.normalize("NFKC", exchanged(text, _LETTERS)).casefold(), _LETTERS)
        text = without_unseen(unicodedata.normalize("NFKD", folded))
    return " ".join(text.casefold().strip(edges).split())


def without_unseen(text: str) -> str:
    """The text without marks and what nobody sees; a line break or any other control character is a space."""
    odd = {character: unicodedata.category(character) for character in set(_UNUSUAL.findall(text))}
    instead = {character: " " for character, kind in odd.items() if kind == "Cc"}
    return exchanged(text, instead | {character: "" for character, kind in odd.items() if kind in _UNSEEN})
