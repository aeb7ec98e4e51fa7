"""Words that were read once and showed nothing: a mark to keep beside them, so that a story is not searched again
at every answer. It stands for exactly these words; whatever else is said, or showed something, is always read."""

import zlib
from collections.abc import Iterable

from triage.language import is_romanised_fold
from triage.signs import Signs

UNMARKED = 0


def shows_nothing(found: Signs, folded: str) -> bool:
    """Whether an assessment learns nothing from a text: no danger, no cry, nothing that a person must decipher."""
    return not (found.danger or found.cry or found.cry_and_more) and not is_romanised_fold(folded)


def mark(texts: Iterable[str], reading: int) -> int:
    """The mark of texts that show nothing. `reading` is another number at every start of the program, so that what
    an older sign table has passed is read again."""
    found = reading
    for text in texts:
        found = zlib.crc32(b"\0", zlib.crc32(text.encode("utf-8", "surrogatepass"), found))
    return found or 1
