"""A backup: configuration and everything sealed in the store, in one file; and back, into an empty store. What
people's keys alone can open stays sealed to them; the master key and the transit keyring are never in it.

A backup also keeps what was erased after it was made. Restoring it brings that back, and people who were taken
out since, which is why `restored` says what to look at."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from responders.backup_file import BadBackup, Record, read_backup, write_backup
from responders.master import MasterKey
from responders.people import PEOPLE, PERSON
from responders.schema import UNFINISHED, VERSION, bring_up_to_date, refuse_newer, refuse_unfinished
from responders.store import Copied, Kind, Store
from responders.store.copying import SCHEMA

MANIFEST, FILE = b"m", b"f"
KINDS = {Kind.STRING: b"s", Kind.HASH: b"h", Kind.SORTED: b"z", Kind.LIST: b"l"}
KIND_OF = {letter: kind for kind, letter in KINDS.items()}
LARGEST_FILE = 1024 * 1024
NUMBERS_SKIPPED = 100  # a shard: case numbers given out after the backup are spoken of somewhere


class StoreNotEmpty(Exception):
    """A backup is restored into an empty store only: it must never be mixed with what came since."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """When the backup was made, from how many shards, in which version of our records."""

    made: datetime
    shards: int
    schema: int


@dataclass(slots=True)
class Contents:
    """What a backup holds, counted; `people` are the ids of who is enrolled, `files` the configuration's."""

    manifest: Manifest
    keys: int = 0
    cases: int = 0
    people: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)


def config_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The configuration's files by their name below `folder`, linked folders too; hidden ones stay out.

    Raises BadBackup for one that is too large to be configuration, OSError."""
    for place, folders, names in os.walk(folder, followlinks=True):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if name.startswith(".") or not path.is_file():
                continue
            if path.stat().st_size > LARGEST_FILE:
                raise BadBackup(f"{path}: over 1 MiB, and so hardly configuration; keep it elsewhere")
            yield path.relative_to(folder).as_posix(), path.read_bytes()


async def gather(store: Store, config: Path, shards: int, now: datetime) -> list[Record]:
    """All records of a backup. Raises StoreDown, StoreRefused, NewerStore, Unfinished, BadBackup, OSError."""
    held = await store.schema()
    refuse_newer(held)
    refuse_unfinished(held)
    manifest = Record(
        MANIFEST, now.isoformat(), (b"%d" % shards, b"%d" % (VERSION if held is None else held))
    )
    records = [manifest, *(Record(FILE, name, (content,)) for name, content in config_files(config))]
    records += [
        Record(KINDS[copied.kind], copied.key, copied.values, copied.expires)
        async for copied in store.read_all(shards)
    ]
    return records


def make_backup(file: BinaryIO, records: Iterable[Record], master: MasterKey) -> Contents:
    """Write the file, and say what is in it."""
    listed = list(records)
    write_backup(file, listed, master)
    return _counted(listed)


def look(file: BinaryIO, master: MasterKey) -> Contents:
    """Read a backup to its end and say what it holds; nothing is written. Raises BadBackup, NewerStore."""
    contents = _counted(read_backup(file, master))
    refuse_newer(contents.manifest.schema)
    return contents


async def restore(file: BinaryIO, store: Store, shards: int, master: MasterKey, now: datetime) -> Contents:
    """Write a whole backup into an empty store, and bring it up to date.

    It is read to its end first, so that a damaged file changes nothing; and no service begins on what a restore that
    was cut off has left. Raises BadBackup, NewerStore, StoreNotEmpty, StoreDown."""
    contents = look(file, master)
    if contents.manifest.shards != shards:
        raise BadBackup(
            f"it was made with store.shards {contents.manifest.shards}, and the configuration says {shards}"
        )
    if not await store.is_empty():
        raise StoreNotEmpty(
            "the store is not empty: stop the service, put its folder aside, restore into a new one"
        )
    file.seek(0)
    await store.set_schema(UNFINISHED)
    contents.keys = await store.write_all(_copies(read_backup(file, master)), now)
    for shard in range(shards):
        await store.skip_numbers(shard, NUMBERS_SKIPPED)
    await store.set_schema(contents.manifest.schema)  # from now on it is whole
    await bring_up_to_date(store)
    return contents


def put_config(files: dict[str, bytes], folder: Path) -> None:
    """Write the configuration into a folder that is not there yet, or is empty. Raises BadBackup, OSError."""
    for name in files:
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or ".." in parts:
            raise BadBackup("a file of the configuration has a name that leads out of its folder")
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _copies(records: Iterable[Record]) -> Iterator[Copied]:
    for record in records:
        kind = KIND_OF.get(record.kind)
        if kind is not None and record.name != SCHEMA:  # that comes last
            yield Copied(record.name, kind, record.expires, record.values)


def _counted(records: Iterable[Record]) -> Contents:
    contents: Contents | None = None
    for record in records:
        if record.kind == MANIFEST:
            contents = Contents(_manifest(record))
        elif contents is None:
            raise BadBackup("its first record does not say when and from what it was made")
        elif record.kind == FILE:
            contents.files[record.name] = _only(record)
        elif record.kind in KIND_OF:
            contents.keys += 1
            contents.cases += _is_case(record.name)
            contents.people += _enrolled(record)
        else:
            raise BadBackup("it holds a kind of record that this program does not know")
    if contents is None:
        raise BadBackup("it holds nothing")
    return contents


def _manifest(record: Record) -> Manifest:
    try:
        shards, schema = (int(value) for value in record.values)
        return Manifest(datetime.fromisoformat(record.name), shards, schema)
    except ValueError:
        raise BadBackup("its first record does not say when and from what it was made") from None


def _only(record: Record) -> bytes:
    if len(record.values) != 1:
        raise BadBackup("a file of the configuration in it has no content")
    return record.values[0]


def _enrolled(record: Record) -> list[str]:
    if record.name != PEOPLE:
        return []
    names = (name.decode("utf-8", "replace") for name in record.values[::2])
    return [name.removeprefix(PERSON) for name in names if name.startswith(PERSON)]


def _is_case(key: str) -> bool:
    parts = key.split(":")
    return len(parts) == 3 and parts[1] == "case"
