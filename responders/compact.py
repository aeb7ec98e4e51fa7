"""Frozen dataclasses as compact JSON and back, led by their type hints; what equals its default is left out.
Knows nothing of cases: it serves the records that live sealed in the store, and never guesses a type."""

import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def dumps(value: object) -> bytes:
    """The value as UTF-8 JSON without spaces; times as whole milliseconds since 1970."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":")).encode()


def loads(kind: type[T], raw: bytes) -> T:
    """The dataclass that `dumps` wrote. Raises ValueError, TypeError or KeyError for anything else."""
    loaded: T = _typed(kind, json.loads(raw))
    return loaded


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one return for each shape
    """The JSON form; Any because JSON is a union of everything."""
    if is_dataclass(value):
        return {
            field.name: _plain(held)
            for field in fields(value)
            if (held := getattr(value, field.name)) != _default(field)
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return round(value.timestamp() * 1000)
    if isinstance(value, timedelta):
        return round(value.total_seconds() * 1000)
    if isinstance(value, Mapping):
        return {_plain(key): _plain(held) for key, held in value.items()}
    if isinstance(value, frozenset):
        return sorted(_plain(held) for held in value)
    if isinstance(value, tuple | list):
        return [_plain(held) for held in value]
    return value


def _typed(kind: Any, raw: Any) -> Any:  # noqa: PLR0911 - one return for each shape
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _typed(hints[name], held) for name, held in raw.items()})
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, Union):
        return None if raw is None else _typed(next(one for one in inner if one is not type(None)), raw)
    if origin is tuple:
        return tuple(_typed(inner[0], held) for held in raw)
    if origin is frozenset:
        return frozenset(_typed(inner[0], held) for held in raw)
    if origin is not None and issubclass(origin, Mapping):
        return {_key(inner[0], key): _typed(inner[1], held) for key, held in raw.items()}
    if kind is datetime:
        return datetime.fromtimestamp(raw / 1000, UTC)
    if kind is timedelta:
        return timedelta(milliseconds=raw)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(raw)
    return raw


def _key(kind: Any, key: str) -> Any:
    """JSON has only text keys: numbers and number enums are read back from it."""
    return _typed(kind, int(key) if issubclass(kind, int) else key)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _default(field: Any) -> Any:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else MISSING
