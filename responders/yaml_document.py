"""One YAML 1.2 file as plain lists, mappings and texts, with the place of each value; every fault it finds
is kept. Refuses what configuration does not need and an attacker might: anchors, aliases, tags, directives,
depth, size."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

LARGEST_FILE = 1 << 20
DEEPEST = 24
NOTHING = frozenset({"", "~", "null"})  # plain scalars that YAML 1.2 reads as null

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"
Where: TypeAlias = tuple[str | int, ...]


class Weight(StrEnum):
    """An error stops the service from starting; a warning is said and left to the administrator."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault at one place; lines and columns count from 1."""

    file: str
    line: int
    column: int
    message: str
    weight: Weight = Weight.ERROR

    def __str__(self) -> str:
        mark = "" if self.weight is Weight.ERROR else "warning: "
        return f"{self.file}:{self.line}:{self.column}: {mark}{self.message}"


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says. Every scalar is text (a plain empty one, `~` or `null` is None); types come from
    dataclasses.

    `places` gives line and column of the value at each path, and of its key."""

    file: str
    value: Value
    places: Mapping[Where, tuple[int, int]] = field(default_factory=dict)

    def place(self, path: Where) -> tuple[int, int]:
        """Line and column of a path, or of the nearest thing around it that is there."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))

    def problem(self, path: Where, message: str, weight: Weight = Weight.ERROR) -> Problem:
        """A fault at a path of this file."""
        return Problem(self.file, *self.place(path), message, weight)

    def at(self, path: Where) -> Value:
        """The value at a path; None if there is none."""
        value = self.value
        for step in path:
            if isinstance(value, dict) and isinstance(step, str):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            elif isinstance(value, str) and step == 0:
                continue  # one value may stand for a list of one
            else:
                return None
        return value


def read_document(path: Path, name: str | None = None) -> tuple[Document | None, list[Problem]]:
    """Read one file; the document is None when there is nothing that could be looked at further."""
    name = name or str(path)
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe: reading it could wait for ever
            return None, [Problem(name, 1, 1, "expected a plain file")]
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as fault:
        return None, [Problem(name, 1, 1, f"the file cannot be read: {fault.strerror or 'unknown reason'}")]
    return parse_document(raw, name)


def parse_document(raw: bytes, name: str) -> tuple[Document | None, list[Problem]]:
    """Read the bytes of one file; `name` is what problems call it."""
    document, problems = _parsed(raw)
    named = None if document is None else replace(document, file=name)
    return named, [replace(problem, file=name) for problem in problems]


@lru_cache(
    maxsize=32
)  # the checks and the loaders look at the same files several times in one start, by other names
def _parsed(raw: bytes, name: str = "") -> tuple[Document | None, list[Problem]]:
    if len(raw) > LARGEST_FILE:
        return None, [Problem(name, 1, 1, f"the file is larger than {LARGEST_FILE >> 20} MiB")]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        column = fault.start - (raw.rfind(b"\n", 0, fault.start) + 1) + 1
        return None, [Problem(name, line, column, "expected UTF-8 text, but these bytes are something else")]
    unprintable = list(_unprintable(text, name))
    if unprintable:
        return None, unprintable
    return _Builder(name).build(text)


def _unprintable(text: str, name: str) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), 1):
        for column, character in enumerate(line.removesuffix("\r"), 1):
            if character != "\t" and unicodedata.category(character) in {"Cc", "Cs"}:
                what = f"the character U+{ord(character):04X} is not allowed here"
                yield Problem(name, number, column, what)


class _DepthError(Exception):
    """Nested so deep that reading on would only help whoever made the file."""


class _Builder:
    """Turns the parser's events into values and notes what each place is."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.places: dict[Where, tuple[int, int]] = {}

    def build(self, text: str) -> tuple[Document | None, list[Problem]]:
        value: Value = None
        documents = 0
        events: Iterator[Event] = iter(())
        try:
            events = iter(YAML(typ="safe", pure=True).parse(text))
            for event in events:
                if not isinstance(event, DocumentStartEvent):
                    continue
                documents += 1
                if event.version or event.tags:
                    self.note(event.start_mark, "directives (%YAML, %TAG) are not allowed")
                if documents > 1:
                    self.note(event.start_mark, "expected one document, but a second one begins here")
                    break
                value = self.node(next(events), events, ())
        except MarkedYAMLError as fault:
            self.note(fault.problem_mark or fault.context_mark, _plainly(fault))
            return None, self.problems
        except _DepthError:
            return None, self.problems
        except (YAMLError, ValueError, IndexError, AttributeError, TypeError, AssertionError):
            # the parser trips over some nonsense without saying where; the file is not YAML in any case
            return None, [*self.problems, Problem(self.name, 1, 1, "this is not readable as YAML")]
        if value is None:
            self.problems.append(Problem(self.name, 1, 1, "the file is empty"))
            return None, self.problems
        return Document(self.name, value, self.places), self.problems

    def node(self, event: Event, events: Iterator[Event], path: Where) -> Value:
        self.places.setdefault(path, (event.start_mark.line + 1, event.start_mark.column + 1))
        if isinstance(event, AliasEvent):
            self.note(event.start_mark, "aliases (*) are not allowed: write the value out")
            return None
        if getattr(event, "anchor", None):
            self.note(event.start_mark, "anchors (&) are not allowed: write the value out where it is needed")
        if getattr(event, "ctag", None) is not None:
            self.note(event.start_mark, "tags (!) are not allowed: the place decides what a value is")
        if len(path) > DEEPEST:
            self.note(event.start_mark, f"nested more than {DEEPEST} levels deep")
            raise _DepthError
        if isinstance(event, MappingStartEvent):
            return self.mapping(events, path)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(events, path)
        return _text(event)

    def mapping(self, events: Iterator[Event], path: Where) -> Value:
        found: dict[str, Value] = {}
        for event in _until(MappingEndEvent, events):
            if not isinstance(event, ScalarEvent):
                self.note(event.start_mark, "a key must be a word, not a list or a mapping")
                self.node(event, events, (*path, "?"))
                self.node(next(events), events, (*path, "?"))
                continue
            key = event.value
            place = (event.start_mark.line + 1, event.start_mark.column + 1)
            if key in found:
                first = self.places[*path, key][0]
                self.note(event.start_mark, f'the key "{key}" is here twice; it stood first in line {first}')
                self.node(next(events), events, (*path, key, "?"))
                continue
            self.places[*path, key] = place
            found[key] = self.node(next(events), events, (*path, key))
        return found

    def sequence(self, events: Iterator[Event], path: Where) -> Value:
        return [
            self.node(event, events, (*path, index))
            for index, event in enumerate(_until(SequenceEndEvent, events))
        ]

    def note(self, mark: StringMark | None, message: str) -> None:
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        self.problems.append(Problem(self.name, line, column, message))


def _text(event: Event) -> str | None:
    if not isinstance(event, ScalarEvent):
        return None
    text = str(event.value)
    return None if event.style is None and text in NOTHING else text


def _until(end: type[Event], events: Iterator[Event]) -> Iterable[Event]:
    for event in events:
        if isinstance(event, end):
            return
        yield event


def _plainly(fault: MarkedYAMLError) -> str:
    parts = [str(part).strip() for part in (fault.context, fault.problem) if part]
    return f"not readable as YAML: {', '.join(parts)}" if parts else "not readable as YAML"
