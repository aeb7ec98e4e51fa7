"""The file of a backup: records in frames under a key of the master key, so that without it the file shows its
size and its age and nothing else. It knows nothing of what is in a record, and never writes a plain byte.

File: MAGIC, 16 random bytes (salt), then frames: length (4, big endian) and AES-256-GCM ciphertext and tag.
The key is HKDF(master, "backup", salt); the nonce is the frame's number (11 bytes) and 1 for the last frame, 0
for the others, so that frames cannot be left out, repeated, reordered, or cut off at the end (the STREAM
construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015). MAGIC and salt are associated data of each frame.
Record: kind (1), name length (2), expiry (8, milliseconds, 0: none), number of values (4), name, then each
value with its length (4) before it.
"""

import secrets
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from responders.master import MasterKey
from responders.store.wire import milliseconds, moment

MAGIC = b"tocsin backup 1\n"
SALT = 16
FRAME = 64 * 1024
TAG = 16
HEAD = struct.Struct(">cHQI")
LENGTH = struct.Struct(">I")


class BadBackup(Exception):
    """The file is no backup, is damaged, was cut, or belongs to another master key."""


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that was backed up: `kind` is one letter of the caller's."""

    kind: bytes
    name: str
    values: tuple[bytes, ...]
    expires: datetime | None = None


def write_backup(file: BinaryIO, records: Iterable[Record], master: MasterKey) -> None:
    """Write all records, in order, to a file opened for writing bytes."""
    salt = secrets.token_bytes(SALT)
    head = MAGIC + salt
    aead = AESGCM(master.derive("backup", salt))
    file.write(head)
    number, waiting = 0, bytearray()
    for record in records:
        waiting += _packed(record)
        while len(waiting) > FRAME:
            _write_frame(file, aead.encrypt(_nonce(number, last=False), bytes(waiting[:FRAME]), head))
            del waiting[:FRAME]
            number += 1
    _write_frame(file, aead.encrypt(_nonce(number, last=True), bytes(waiting), head))


def read_backup(file: BinaryIO, master: MasterKey) -> Iterator[Record]:
    """The records of a file opened for reading bytes; read it to its end before believing any. Raises
    BadBackup."""
    head = file.read(len(MAGIC) + SALT)
    if not head.startswith(MAGIC) or len(head) < len(MAGIC) + SALT:
        raise BadBackup("expected a file that `tocsin backup` wrote")
    aead = AESGCM(master.derive("backup", head[len(MAGIC) :]))
    waiting = bytearray()
    for plain in _frames(file, aead, head):
        waiting += plain
        while (size := _size(waiting)) is not None:
            yield _record(bytes(waiting[:size]))
            del waiting[:size]
    if waiting:
        raise BadBackup("a record is cut off at the end of the backup")


def _frames(file: BinaryIO, aead: AESGCM, head: bytes) -> Iterator[bytes]:
    sealed = _read_frame(file)
    number = 0
    while sealed is not None:
        following = _read_frame(file)
        try:
            yield aead.decrypt(_nonce(number, last=following is None), sealed, head)
        except (InvalidTag, ValueError):
            where = "its first frame" if number == 0 else f"frame {number + 1}"
            raise BadBackup(
                f"{where} does not open: another master key, or the file was damaged or cut"
            ) from None
        sealed, number = following, number + 1
    if number == 0:
        raise BadBackup("the file ends before its first frame")


def _read_frame(file: BinaryIO) -> bytes | None:
    length = file.read(LENGTH.size)
    if not length:
        return None
    size = LENGTH.unpack(length)[0] if len(length) == LENGTH.size else 0
    sealed = file.read(size) if TAG <= size <= FRAME + TAG else b""
    if not sealed or len(sealed) != size:
        raise BadBackup("a frame is cut off: the file is not whole")
    return sealed


def _write_frame(file: BinaryIO, sealed: bytes) -> None:
    file.write(LENGTH.pack(len(sealed)))
    file.write(sealed)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def _packed(record: Record) -> bytes:
    name = record.name.encode()
    expires = 0 if record.expires is None else milliseconds(record.expires)
    parts = [HEAD.pack(record.kind, len(name), expires, len(record.values)), name]
    for value in record.values:
        parts += (LENGTH.pack(len(value)), value)
    return b"".join(parts)


def _size(waiting: bytearray) -> int | None:
    """How many bytes the first record takes; None when it is not complete yet."""
    if len(waiting) < HEAD.size:
        return None
    _, name, _, count = HEAD.unpack_from(waiting)
    at: int = HEAD.size + name
    for _ in range(count):
        if len(waiting) < at + LENGTH.size:
            return None
        at += LENGTH.size + LENGTH.unpack_from(waiting, at)[0]
    return at if len(waiting) >= at else None


def _record(packed: bytes) -> Record:
    try:
        return _unpacked(packed)
    except (ValueError, OverflowError):
        raise BadBackup("a record in it is none that this program writes") from None


def _unpacked(packed: bytes) -> Record:
    kind, size, expires, count = HEAD.unpack_from(packed)
    at = HEAD.size
    name = packed[at : at + size].decode()
    at += size
    values = []
    for _ in range(count):
        length = LENGTH.unpack_from(packed, at)[0]
        at += LENGTH.size
        values.append(packed[at : at + length])
        at += length
    return Record(kind, name, tuple(values), moment(b"%d" % expires) if expires else None)
