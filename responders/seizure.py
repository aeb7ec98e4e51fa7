"""What somebody reads who has taken everything but people's own keys: a copy of the store, the master key and, if
they got it, the transit keyring. It tries every key on every value, and tells names of fields, never what is in
them."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from responders.box import Box, Tampered
from responders.keyring import KeyDestroyed, KeyringUnreadable, TransitKeyring
from responders.master import MasterKey, pseudonym, session_box, store_box
from responders.store import Copied, Kind

NAMES = (
    (re.compile(r"^\{s\d+\}"), "{sN}"),
    (re.compile(r":case:\d+"), ":case:<n>"),
    (re.compile(r":(session|chat|draft|sent|inbox):[\w-]{22}"), r":\1:<person>"),
    (re.compile(r":(done|attempts|id|score):[^:]+$"), r":\1:<hash>"),
    (re.compile(r":challenge:[^:]+$"), ":challenge:<channel>"),
)


UNDER_THE_MASTER_KEY = ("{people}", "{heartbeat}", "{sN}:case:<n>", "{sN}:chat:<person>")


@dataclass(slots=True)
class Found:
    """All values of one kind of key: how many there are, how many opened, and the fields that were in them."""

    where: str
    values: int = 0
    opened: int = 0
    fields: set[str] = field(default_factory=set)


def place_of(key: str) -> str:
    """The key as docs/privacy.md writes it, with no number, person or hash in it."""
    for pattern, name in NAMES:
        key = pattern.sub(name, key)
    return key


def seize(copies: Iterable[Copied], master: MasterKey, transit: TransitKeyring | None) -> list[Found]:
    """Try the keys on everything that was copied, and say what opened, by kind of key.

    Raises Tampered when the master key opens nothing of what it must: a wrong one proves nothing, and calms."""
    found: dict[str, Found] = {}
    for where, plain in openings(copies, master, transit):
        kind = found.setdefault(where, Found(where))
        kind.values += 1
        if plain is not None:
            kind.opened += 1
            kind.fields |= fields_of(plain)
    ours = [kind for where, kind in found.items() if where in UNDER_THE_MASTER_KEY]
    if ours and not any(kind.opened for kind in ours):
        raise Tampered("nothing opens that was sealed under the master key of this store")
    return sorted(found.values(), key=lambda one: one.where)


def openings(
    copies: Iterable[Copied], master: MasterKey, transit: TransitKeyring | None
) -> Iterator[tuple[str, bytes | None]]:
    """Every value by its kind of key, with what it says when it opened.

    Sessions are locked with their sender's address: the addresses that other records give away are tried."""
    taken = list(copies)
    box = store_box(master)
    addresses = dict(_addresses(taken, box, master))
    for copy in taken:
        person = copy.key.rpartition(":")[2]
        boxes = [box, *([addresses[person]] if person in addresses else [])]
        for name, value in _values(copy):
            yield place_of(copy.key), _opened(copy.key, name, value, boxes, transit)


def fields_of(plain: bytes) -> set[str]:
    """The names of the fields of a JSON object, those of objects in it after a dot; `text` for anything else."""
    try:
        values = json.loads(plain)
    except (ValueError, RecursionError):
        return {"text"}
    if not isinstance(values, dict):
        return {"text"}
    names = set()
    for name, held in values.items():
        inner = held if isinstance(held, dict) and name in {"report", "answers", "base"} else {}
        names |= {f"{name}.{part}" for part in inner} or {name}
    return names


def _values(copy: Copied) -> Iterator[tuple[str, bytes]]:
    """Each value with the name it has within its key."""
    if copy.kind is Kind.HASH:
        yield from (
            (name.decode(), value) for name, value in zip(copy.values[::2], copy.values[1::2], strict=True)
        )
    elif copy.kind is Kind.SORTED:
        yield from (("", member) for member in copy.values[::2])
    else:
        yield from (("", value) for value in copy.values)


def _opened(
    key: str, name: str, value: bytes, boxes: list[Box], transit: TransitKeyring | None
) -> bytes | None:
    """The plaintext, when any key opens the value in its place."""
    for aad in (key, name, f"{key}|{name}", f"outbox|{name}"):
        for box in boxes:
            try:
                return box.open(value, aad.encode())
            except Tampered:
                continue
        try:
            if transit is not None:
                return transit.open(value, aad.encode())
        except (Tampered, KeyDestroyed, KeyringUnreadable):
            continue
    return None


def _addresses(copies: list[Copied], box: Box, master: MasterKey) -> Iterator[tuple[str, Box]]:
    """The session boxes of everybody whose channel and address stand in a record that opens."""
    for copy in copies:
        for name, value in _values(copy):
            plain = _opened(copy.key, name, value, [box], None)
            held = json.loads(plain) if plain is not None and plain[:1] == b"{" else {}
            channel, address = held.get("channel"), held.get("address")
            if isinstance(channel, str) and isinstance(address, str):
                yield pseudonym(master, channel, address), session_box(master, channel, address)
