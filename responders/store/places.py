"""Where the store is: one server, a cluster, or a primary that Sentinel knows. Reads `store.url`, connects to nothing.

redis://HOST or rediss:// (TLS) or unix:///PATH; redis+cluster://HOST:PORT,HOST:PORT; redis+sentinel://HOST:PORT,...
with /NAME of the service; rediss+cluster:// and rediss+sentinel:// with TLS."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from redis.asyncio.connection import parse_url

PORTS = {"cluster": 6379, "sentinel": 26379}


class Form(StrEnum):
    """How many servers there are, and who says which of them has what."""

    ONE = "one"
    CLUSTER = "cluster"
    SENTINEL = "sentinel"


@dataclass(frozen=True, slots=True, repr=False)  # it may hold a password
class Place:
    """`options` are redis-py's for a connection; `seeds`: whom to ask first; `service`: Sentinel's name for it."""

    form: Form
    options: Mapping[str, Any]  # Any: redis-py's own arguments
    seeds: tuple[tuple[str, int], ...] = ()
    service: str = ""

    def at(self, address: tuple[str, int]) -> dict[str, Any]:
        """The options for one of the servers."""
        return {**self.options, "host": address[0], "port": address[1]} if self.seeds else dict(self.options)


class BadUrl(ValueError):
    """No address of a store; the message says what is expected, and not what stands there."""


def place_of(url: str) -> Place:
    """What a `store.url` names. Raises BadUrl."""
    scheme, _, rest = url.partition("://")
    scheme, _, form = scheme.partition("+")
    try:
        if not form:
            return Place(Form.ONE, parse_url(url))
        return _several(scheme, Form(form), rest)
    except ValueError:
        raise BadUrl("expected redis://, rediss://, unix://, redis+cluster:// or redis+sentinel://") from None


def _several(scheme: str, form: Form, rest: str) -> Place:
    if form is Form.ONE or scheme not in ("redis", "rediss"):
        raise ValueError
    where, query_mark, query = rest.partition("?")
    where, _, path = where.partition("/")
    who, at, hosts = where.rpartition("@")
    seeds = tuple(_seed(host, PORTS[form]) for host in hosts.split(",") if host)
    options = dict(parse_url(f"{scheme}://{who}{at}{seeds[0][0]}{query_mark}{query}")) if seeds else {}
    if not seeds or bool(path) != (form is Form.SENTINEL):
        raise ValueError
    return Place(form, options, seeds, path)


def _seed(text: str, port: int) -> tuple[str, int]:
    host, colon, digits = text.rpartition(":")
    if not colon or text.endswith("]"):
        return text.strip("[]"), port
    return host.strip("[]"), int(digits)
