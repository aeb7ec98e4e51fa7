"""Receipt words: four everyday words with a checksum that let a person return from any phone.
They say nothing about the case; the store keeps only a keyed hash of them (`keyring.mark`)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from triage.words import fold

_COUNT = 4
_BITS = 10  # 1,024 words a language
_WORD = (1 << _BITS) - 1
_PLACES = tuple(_BITS * place for place in reversed(range(_COUNT)))  # of the words, in bits
_LABEL = b"tocsin/receipt/v1|"
_LONGEST = 200  # characters; four words, their numbers and decoration
_SHORTEST = 2 * _COUNT - 1  # a letter each, and something between them


@dataclass(frozen=True, slots=True)
class Receipt:
    """Four words and the language of their list; `value` is what the keyed hash is made of."""

    language: str
    indices: tuple[int, ...]

    @property
    def value(self) -> str:
        return self.language + ":" + ".".join(map(str, self.indices))

    @property
    def is_whole(self) -> bool:
        """Whether the last eight of the 40 bits are the checksum of the first 32."""
        bits = 0
        for index in self.indices:
            bits = bits << _BITS | index
        return _checksum(bits >> 8, self.language) == bits & 0xFF

    def shard(self, shards: int) -> int:
        """The shard that keeps this receipt, so that words lead to their case from any phone."""
        digest = hashlib.sha256(_LABEL + b"shard|" + self.value.encode()).digest()
        return int.from_bytes(digest[:4], "big") % shards


def _checksum(value: int, language: str) -> int:
    return hashlib.sha256(_LABEL + language.encode() + b"|" + value.to_bytes(4, "big")).digest()[0]


def _plain(text: str) -> str:
    """Folded words only: numbers, bullets and punctuation of any script fall away."""
    return " ".join("".join(c if c.isalpha() else " " for c in fold(text)).split())


class WordLists:
    """The word lists of all languages, read once from `folder` (one `<language>.txt` of 1,024 lines each).

    No word is in two lists. A list in use keeps its words and their order, or old receipts stop working."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        for language, words in lists.items():
            if len({_plain(word) for word in words}) != 1 << _BITS:
                raise ValueError(f"word list {language!r}: expected {1 << _BITS} different words")
        self._words = {language: tuple(words) for language, words in lists.items()}
        self._index = {
            language: {_plain(word): place for place, word in enumerate(words)}
            for language, words in self._words.items()
        }

    @classmethod
    def load(cls, folder: Path) -> "WordLists":
        return _load(folder)

    def new(self, language: str, entropy: bytes, *, shard: int, shards: int) -> Receipt:
        """Words for a case of `shard`, from at least 16 random bytes; English if the language has no list."""
        language = language if language in self._words else "en"
        for attempt in range(10_000):  # as many as there are shards, on the average
            digest = hashlib.sha256(_LABEL + entropy + attempt.to_bytes(4, "big")).digest()
            value = int.from_bytes(digest[:4], "big")
            bits = value << 8 | _checksum(value, language)
            indices = tuple([bits >> place & _WORD for place in _PLACES])
            if len(set(indices)) == _COUNT:
                receipt = Receipt(language, indices)
                if receipt.shard(shards) == shard:
                    return receipt
        raise RuntimeError("no receipt words found for this shard")  # 10,000 tries, odds of about e^-100

    def say(self, receipt: Receipt) -> str:
        """The words as a person reads them."""
        return " ".join(self._words[receipt.language][index] for index in receipt.indices)

    def read(self, text: str) -> Receipt | None:
        """Four words of one list, whatever stands between them; None for anything else."""
        if len(text) > _LONGEST or (text.isascii() and (text.isalpha() or len(text) < _SHORTEST)):
            return None  # as most messages: a number, a word, a story
        tokens = _plain(text).split()
        if len(tokens) != _COUNT:
            return None
        for language, index in self._index.items():
            if all(token in index for token in tokens):
                return Receipt(language, tuple(index[token] for token in tokens))
        return None


@lru_cache(maxsize=4)
def _load(folder: Path) -> WordLists:
    return WordLists({path.stem: path.read_text("utf-8").split() for path in sorted(folder.glob("*.txt"))})
