"""Reads a configuration file into the plain frozen dataclasses of the package that uses it, naming every
fault with its line and one sentence. It never stops at the first fault, and the dataclasses never hear of
YAML or pydantic."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from responders.yaml_document import Document, Problem, Value, Where, read_document

T = TypeVar("T")

UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
LONGEST = timedelta(days=3653)
TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
KEYS = ("dataclass", "dict", "mapping")  # how the names of pydantic's faults about these begin
TRUTH = {"true": True, "false": False}
STAND_INS: dict[Any, Any] = {
    bool: False,
    date: date(2000, 1, 3),
    datetime: datetime(2000, 1, 3),  # noqa: DTZ001 - as in the file: local time of its rota
    time: time(),
    timedelta: timedelta(),
}
EXPECTED = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "text",
    date: "a date such as 2026-11-30",
    datetime: "a date and time such as 2026-11-30T09:00",
    time: 'a time of day such as "09:00"',
    timedelta: "a duration such as 15m, 2h, 7d or PT15M",
}


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """What came of one file. `value` is None when a problem is an error; the document serves cross-checks.

    `legible` is for cross-checks only: what could be read, with defaults in place of what could not (None when that
    is not enough). What they say of a line in `doubtful` may follow from that default."""

    value: T | None
    document: Document | None
    problems: tuple[Problem, ...] = ()
    legible: T | None = None
    doubtful: frozenset[int] = frozenset()


def read_config(path: Path, cls: type[T], name: str | None = None) -> Read[T]:
    """Read a file as a `cls`. A field whose name ends in "_" (a Python keyword) is written without it."""
    document, problems = read_document(path, name)
    return read_parsed(document, problems, cls)


def read_parsed(document: Document | None, problems: Sequence[Problem], cls: type[T]) -> Read[T]:
    """Give an already parsed document the shape of `cls`, adding to the problems found so far."""
    if document is None:
        return Read(None, None, tuple(problems))
    shaper = _Shaper(document)
    prepared = shaper.prepare(cls, document.value, ())
    found = [*problems, *shaper.problems]
    lines = {problem.line for problem in problems} | {document.place(where)[0] for where in shaper.replaced}
    legible: T | None = None
    named: Any = cls  # mypy does not take a type for hashable
    try:
        legible = _adapter(named).validate_python(prepared)
    except ValidationError as fault:
        errors = fault.errors(include_url=False)
        for error in errors:
            where = shaper.where(error["loc"])
            lines.add(document.place(where)[0])
            if where not in shaper.faulty:
                found.append(document.problem(where, _sentence(where, error, document.at(where))))
        left_out = [_cut(prepared, error["loc"]) for error in errors]
        lines |= {document.place(shaper.where(place))[0] for place in left_out}
        with suppress(ValidationError):
            legible = _adapter(named).validate_python(prepared)
    return Read(None if found else legible, document, tuple(sorted(found)), legible, frozenset(lines))


def _cut(prepared: Any, location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Take what is at a location out of the values, with the whole list that it stands in; where that was."""
    way: list[str | int] = []
    for step in location:
        below = prepared.get(step) if isinstance(prepared, dict) else None
        way.append(step)
        if not isinstance(below, dict):
            break
        if len(way) < len(location):
            prepared = below
    if isinstance(prepared, dict) and way:
        prepared.pop(way[-1], None)
    return tuple(way)


def duration(text: str) -> timedelta:
    """Read "15m", "1h30m", "7d" or ISO 8601's "PT15M"; raises ValueError for anything else, or ten years."""
    if re.fullmatch(r"([0-9]{1,6}[smhdw]){1,5}", text):
        parts = re.findall(r"([0-9]+)([smhdw])", text)
        length = sum((int(number) * UNITS[unit] for number, unit in parts), timedelta())
    elif re.fullmatch(r"P[0-9DTHMSW.]{2,20}", text):
        length = TypeAdapter(timedelta).validate_python(text)
    else:
        raise ValueError("not a duration")
    if length > LONGEST:
        raise ValueError("longer than anything here may last")
    return length


@cache
def _adapter(cls: Any) -> TypeAdapter[Any]:
    """Made once for each class: a flow is read by the texts and by its loader, and making it takes longer."""
    return TypeAdapter(cls)


@cache
def _fields(cls: Any) -> dict[str, tuple[str, Any]]:
    """Key in the file -> name and type of the dataclass's field."""
    hints = get_type_hints(cls)
    return {entry.name.rstrip("_"): (entry.name, hints[entry.name]) for entry in fields(cls) if entry.init}


class _Shaper:
    """Goes through value and type together: finds unknown keys, reads durations, lets one value stand for a
    list."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self.faulty: set[Where] = set()
        self.replaced: set[Where] = set()

    def prepare(self, kind: Any, value: Value, where: Where) -> Any:
        """The value as pydantic should see it; `kind` is a type, its Any is Python's own for annotations."""
        origin, args = get_origin(kind), get_args(kind)
        if origin in (Union, UnionType):
            inner = [arg for arg in args if arg is not NoneType]
            return (
                None if value is None else self.prepare(inner[0], value, where) if len(inner) == 1 else value
            )
        if is_dataclass(kind) and isinstance(value, dict):
            return self.record(kind, value, where)
        if origin in (dict, Mapping) and isinstance(value, dict):
            return {key: self.prepare(args[1], item, (*where, key)) for key, item in value.items()}
        if origin in (tuple, list, frozenset, Sequence):
            items = [value] if isinstance(value, str) else value
            if isinstance(items, list):
                return [self.prepare(args[0], item, (*where, index)) for index, item in enumerate(items)]
        if isinstance(value, str) and kind in (bool, date, datetime, time, timedelta):
            return self.scalar(kind, value, where)
        return value

    def record(self, kind: Any, value: Mapping[str, Value], where: Where) -> dict[str, Any]:
        known = _fields(kind)
        found: dict[str, Any] = {}
        for key, item in value.items():
            if key not in known:
                near = get_close_matches(key, known, n=1, cutoff=0.6)
                hint = f'; did you mean "{near[0]}"?' if near else f"; known here: {', '.join(known)}"
                self.fault((*where, key), f'{_dotted(where)}unknown key "{_short(key)}"{hint}')
            elif item is not None:  # a key with nothing after it counts as left out
                name, kind_of_item = known[key]
                found[name] = self.prepare(kind_of_item, item, (*where, key))
        return found

    def scalar(self, kind: Any, text: str, where: Where) -> Any:
        """The value, or after a fault one of the same kind, so that the rest of the file can be looked at."""
        try:
            if kind is timedelta:
                return duration(text)
            if kind is bool:
                return TRUTH[text.lower()]
            # pydantic would take a bare number for seconds since 1970, and a time of day with an offset for one
            if not (text.isdigit() or (kind is time and not TIME.fullmatch(text))):
                return _adapter(kind).validate_python(text)
        except (ValueError, KeyError):  # pydantic's fault is a ValueError
            pass
        self.fault(where, f"{_dotted(where)}expected {EXPECTED[kind]}, but got {_quoted(text)}")
        self.replaced.add(where)
        return STAND_INS[kind]

    def fault(self, where: Where, message: str) -> None:
        self.faulty.add(where)
        self.problems.append(self.document.problem(where, message))

    def where(self, location: tuple[str | int, ...]) -> Where:
        """Pydantic's location as a path of the document: keywords lose their underscore."""
        steps: list[str | int] = []
        for step in location:
            plain = step.rstrip("_") if isinstance(step, str) else step
            steps.append(step if (*steps, step) in self.document.places else plain)
        return tuple(steps)


def _sentence(where: Where, error: ErrorDetails, value: Value) -> str:
    """Pydantic's finding as one plain sentence that says what was expected and what came."""
    kind = error["type"]
    if kind in {"missing", "missing_argument"}:
        return f'{_dotted(where[:-1])}"{where[-1]}" is missing'
    if kind in {"enum", "literal_error"}:
        allowed = re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected", "")))
        near = get_close_matches(str(value), allowed, n=1)
        hint = f'; did you mean "{near[0]}"?' if near else ""
        return f"{_dotted(where)}expected one of {', '.join(allowed)}, but got {_quoted(value)}{hint}"
    if kind.startswith(KEYS):  # the text is not quoted: it may be a secret in the place of its file's name
        came = "text" if isinstance(value, str) else _quoted(value)
        return f"{_dotted(where)}expected keys with values, but got {came}"
    return f"{_dotted(where)}expected {_expected(kind, error['msg'])}, but got {_quoted(value)}"


def _expected(kind: str, message: str) -> str:
    if kind.startswith(("tuple", "list", "frozen_set")):
        return "a list"
    names = {
        "int": int,
        "float": float,
        "bool": bool,
        "string": str,
        "date": date,
        "datetime": datetime,
        "time": time,
        "timedelta": timedelta,
    }
    for prefix in sorted(names, key=len, reverse=True):
        if kind.startswith(f"{prefix}_"):
            return EXPECTED[names[prefix]]
    return message[:1].lower() + message[1:].removeprefix("nput should be ")


def _dotted(where: Where) -> str:
    path = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{_short(step)}" for step in where)
    return f"{path.lstrip('.')}: " if path else ""


def _quoted(value: Value) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f'"{_short(value)}"'
    return "a list" if isinstance(value, list) else "keys with values"


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
