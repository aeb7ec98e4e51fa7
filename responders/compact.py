"""Frozen dataclasses as compact JSON and back, led by their type hints; what equals its default is left out.
Knows nothing of cases: it serves the records that live sealed in the store, and never guesses a type."""

import functools
import json
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from json.encoder import c_encode_basestring, c_make_encoder  # type: ignore[attr-defined]
from typing import Any, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

from responders.box import Tampered

T = TypeVar("T")
P = ParamSpec("P")
Turned = Callable[[Any], Any]  # Any: JSON is a union of everything

# What a reader of JSON trips over when the JSON is not what it expects.
_TRIPPED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, OSError)


class NotOurs(Tampered, ValueError):
    """A record opened, and is none that this version writes: a newer one wrote it, or we have a fault. Says which kind
    of record, and nothing of what it holds."""


def reading(what: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """For a function that reads records: whatever it trips over is NotOurs, "`what` is not one of this version"."""

    def wrapped(read: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(read)
        def reads(*args: P.args, **named: P.kwargs) -> T:
            try:
                return read(*args, **named)
            except _TRIPPED:
                raise NotOurs(f"{what} is not one that this version writes") from None

        return reads

    return wrapped


# What turns a type into JSON and back is worked out once for each type: these run in every turn of a case.
_AS_IT_IS = frozenset({str, int, float, bool, type(None)})


def dumps(value: object, *, but: str = "") -> bytes:
    """The value as UTF-8 JSON without spaces; times as whole milliseconds since 1970. `but` names a field to leave
    out."""
    if not but:
        return encoded(_plain(value))
    return encoded({name: _plain(held) for name, held in changed(value).items() if name != but})


@reading("a record")
def loads(kind: type[T], raw: bytes, **ready: object) -> T:
    """The dataclass that `dumps` wrote; `ready` are the fields that it left out. Raises NotOurs for anything else."""
    named: Any = kind  # mypy does not take a type for hashable
    readers = _fields(named)
    return kind(**{name: readers[name](held) for name, held in decoded(raw).items()}, **ready)


def changed(value: object) -> dict[str, Any]:  # Any: whatever the fields hold
    """The fields of a dataclass that do not stand at their default, as they are."""
    kind: Any = type(value)
    fields = getattr(value, "__dict__", None)
    if fields is None:
        return {name: held for name, default in _defaults(kind) if (held := getattr(value, name)) != default}
    return {
        name: held
        for name, default in _defaults(kind)
        if (held := fields[name]) is not default and held != default
    }


def encoded(values: object) -> bytes:
    """JSON values as UTF-8 JSON without spaces."""
    return "".join(_encode(values, 0)).encode()


def decoded(raw: bytes) -> Any:  # Any: JSON
    """What `encoded` made, without the layers of json.loads. Raises ValueError, also for white space around it."""
    text = raw.decode()
    try:
        value, end = _decode(text, 0)
    except StopIteration:
        end = -1
    if end != len(text):
        raise ValueError("not compact JSON")
    return value


_decode: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]

# The inner half of json's encoder, made once: JSONEncoder makes a new one for every call, which costs as much as
# the encoding of a session.
_encode: Callable[[object, int], Iterable[str]] = c_make_encoder(
    None, json.JSONEncoder().default, c_encode_basestring, None, ":", ",", False, False, True
)


def _plain(value: Any) -> Any:
    kind: Any = type(value)
    return value if kind in _AS_IT_IS else _writer(kind)(value)


@cache
def _writer(kind: Any) -> Turned:
    if is_dataclass(kind):
        return lambda value: {name: _plain(held) for name, held in changed(value).items()}
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, datetime):
        return lambda value: round(value.timestamp() * 1000)
    if issubclass(kind, timedelta):
        return lambda value: round(value.total_seconds() * 1000)
    if issubclass(kind, Mapping):
        return lambda value: {_plain(key): _plain(held) for key, held in value.items()}
    if issubclass(kind, frozenset):
        return lambda value: sorted(_plain(held) for held in value)
    if issubclass(kind, tuple | list):
        return lambda value: [_plain(held) for held in value]
    return _same


@cache
def _fields(kind: Any) -> Mapping[str, Turned]:
    return {name: _reader(hint) for name, hint in get_type_hints(kind).items()}


@cache
def _reader(kind: Any) -> Turned:
    if is_dataclass(kind) and isinstance(kind, type):
        readers = _fields(kind)
        return lambda raw: kind(**{name: readers[name](held) for name, held in raw.items()})
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, Union):
        present = _reader(next(one for one in inner if one is not type(None)))
        return lambda raw: None if raw is None else present(raw)
    if origin is tuple or origin is frozenset:
        each = _reader(inner[0])
        return lambda raw: origin([each(held) for held in raw])
    if origin is not None and issubclass(origin, Mapping):
        key, each = _key(inner[0]), _reader(inner[1])
        return lambda raw: {key(name): each(held) for name, held in raw.items()}
    if kind is datetime:
        return lambda raw: datetime.fromtimestamp(raw / 1000, UTC)
    if kind is timedelta:
        return lambda raw: timedelta(milliseconds=raw)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return _same


def _key(kind: Any) -> Turned:
    """JSON has only text keys: numbers and number enums are read back from it."""
    read = _reader(kind)
    return (lambda name: read(int(name))) if issubclass(kind, int) else read


def _same(value: Any) -> Any:
    return value


@cache
def _defaults(kind: Any) -> tuple[tuple[str, object], ...]:
    return tuple((field.name, _default(field)) for field in fields(kind))


def _default(field: Field[Any]) -> object:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else MISSING
