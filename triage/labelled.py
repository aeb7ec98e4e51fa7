"""Labelled messages as they lie in triage/corpus and in an organisation's own file: tab-separated, with a header.
Reads and checks; decides nothing. `situation` groups what must not be divided between learning and testing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from triage.scales import Level

CORPUS = Path(__file__).parent / "corpus"
COLUMNS = ("id", "situation", "level", "lang", "tags", "text")
_NEEDED = ("id", "level", "lang", "text")
_LEVELS = {level.word: level for level in Level}


class CorpusError(Exception):
    """A file of labelled messages cannot be read; the sentence names file and line."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One message and the level that somebody gave it."""

    id: str
    situation: str
    level: Level
    language: str
    tags: frozenset[str]
    text: str


def read(path: Path) -> Iterator[Labelled]:
    """The messages of one file, in its order. Raises CorpusError."""
    try:
        lines = path.read_text(encoding="utf-8").removeprefix("\ufeff").split("\n")
    except OSError as fault:
        raise CorpusError(f"{path.name}: cannot be read: {fault.strerror}") from None
    except UnicodeDecodeError:
        raise CorpusError(f"{path.name}: cannot be read as UTF-8 text") from None
    header = lines[0].rstrip("\r").split("\t")
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise CorpusError(
            f"{path.name}:1: expected the names of the columns, parted by tabs; missing: {', '.join(missing)}"
        )
    if not any(line.strip() for line in lines[1:]):
        raise CorpusError(
            f"{path.name}:2: expected labelled messages below the names of the columns, found none"
        )
    for number, line in enumerate(lines[1:], 2):
        if line.strip():
            yield _message(line.rstrip("\r"), header, f"{path.name}:{number}")


def _message(line: str, header: list[str], where: str) -> Labelled:
    cells = line.split("\t")
    if len(cells) != len(header):
        raise CorpusError(
            f"{where}: expected {len(header)} columns, as in the first line, found {len(cells)}"
        )
    row = dict(zip(header, cells, strict=True))
    level = _LEVELS.get(row["level"])
    if level is None:
        raise CorpusError(f"{where}: expected a level, one of {', '.join(_LEVELS)}")
    if not row["id"] or not row["text"].strip():
        raise CorpusError(f"{where}: expected an id and a text, found an empty one")
    tags = frozenset(filter(None, (tag.strip() for tag in row.get("tags", "").split(","))))
    return Labelled(row["id"], row.get("situation") or row["id"], level, row["lang"], tags, row["text"])


def read_all(paths: Iterable[Path]) -> list[Labelled]:
    """Several files as one; an id must be used once. Raises CorpusError."""
    found: dict[str, Labelled] = {}
    for path in paths:
        for message in read(path):
            if message.id in found:
                raise CorpusError(f"{path.name}: the id {message.id} is used twice")
            found[message.id] = message
    return list(found.values())


def training(folder: Path = CORPUS) -> list[Labelled]:
    """The training part, in a fixed order."""
    return read_all(sorted((folder / "train").glob("*.tsv")))


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """A file of lines in known languages: two columns, lang and text. Raises CorpusError."""
    try:
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    except (OSError, UnicodeDecodeError):
        raise CorpusError(f"{path.name}: cannot be read as UTF-8 text") from None
    if any(len(row) != 2 for row in rows):
        raise CorpusError(f"{path.name}: expected two columns, lang and text")
    return [(language, text) for language, text in rows]
