"""Readers of what is sealed: boxes, envelopes, keys as text and as files, the keyring, backups. Damaged outside, and
(what only a fault of ours or the master key itself could make) whole outside and strange within."""

import atexit
import base64
import io
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from responders import private_file
from responders.backup import MANIFEST, look
from responders.backup_file import (
    FRAME,
    HEAD,
    LENGTH,
    MAGIC,
    SALT,
    BadBackup,
    Record,
    read_backup,
    write_backup,
)
from responders.box import Box, Tampered
from responders.envelope import NotForThisKey, Sealer, case_of, recipients_of, seal, unseal
from responders.keypair import BadKeyText, PrivateKey, PublicKey
from responders.keyring import KeyDestroyed, KeyringUnreadable, TransitKeyring
from responders.keys import BadKeyFile, Cost, WrongPassphrase, _unlock, new_key_file
from responders.master import MasterKey
from responders.schema import VERSION, NewerStore
from responders.secret import Secret, SecretError
from tests.fuzz.mutate import CANARY, of_bytes, of_json
from tests.fuzz.target import Target, must

MASTER = MasterKey(bytes(range(32)))
PHRASE = Secret("seven grey herons")
CHEAP = Cost(memory=64, passes=1)
NOW = datetime(2026, 11, 21, 22, tzinfo=UTC)
PLAIN, PLACE = CANARY.encode(), b"{s0}:case:42"


@cache
def _key() -> PrivateKey:
    return PrivateKey(bytes(range(32)))


@cache
def _box() -> Box:
    return Box(bytes(32))


@cache
def _folder() -> Path:
    in_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - mkdtemp makes a private folder
    folder = tempfile.mkdtemp(prefix="tocsin fuzz ", dir=in_memory)
    atexit.register(_remove, folder, os.getpid())
    return Path(folder)


def _remove(folder: str, maker: int) -> None:
    """At the end of the process that made it, not of those that began as its copies."""
    if os.getpid() == maker:
        shutil.rmtree(folder, ignore_errors=True)


def _open_box(data: bytes) -> None:
    must(_box().open(data, PLACE) == PLAIN, "a box opens as something else")


@cache
def _envelopes() -> Sequence[bytes]:
    return [
        seal("c0ffee", PLAIN, [_key().public]),
        seal("c0ffee", PLAIN * 50, [_key().public, PrivateKey(bytes(32)).public]),
    ]


def _open_envelope(data: bytes) -> None:
    for read in (recipients_of, case_of):
        read(data)
    must(
        unseal(data, _key(), case_id="c0ffee").plaintext.startswith(PLAIN),
        "an envelope opens as something else",
    )


@cache
def _sealer() -> Sealer:
    return Sealer.new("c0ffee", [_key().public])


def _continue_envelope(data: bytes) -> None:
    must(
        Sealer.from_envelope(data, _sealer().body_key).case_id == "c0ffee",
        "another case's envelope is continued",
    )


def _read_public(data: bytes) -> None:
    must(
        PublicKey.parse(data.decode("utf-8", "replace")).id == _key().public.id,
        "a key text is read as another key",
    )


@cache
def _key_files() -> Sequence[bytes]:
    path = _folder() / "a.key"
    new_key_file(path, PHRASE, cost=CHEAP)
    return [path.read_bytes()]


def _open_key_file(data: bytes) -> None:
    _unlock(data, PHRASE, Path("a.key"))


@cache
def _keyrings() -> Sequence[bytes]:
    path = _folder() / "made"
    TransitKeyring(path, MASTER).seal(PLAIN, PLACE, NOW)
    return [path.read_bytes()]


@cache
def _transit() -> tuple[TransitKeyring, bytes]:
    keyring = TransitKeyring(_folder() / "transit", MASTER)
    return keyring, keyring.seal(PLAIN, PLACE, NOW)


def _read_keyring(data: bytes) -> None:
    path = _folder() / "read"
    private_file.replace(path, data)
    TransitKeyring(path, MASTER).seal(PLAIN, PLACE, NOW)


def _open_transit(data: bytes) -> None:
    must(_transit()[0].open(data, PLACE) == PLAIN, "a transit item opens as something else")


def _records() -> Sequence[Record]:
    return (
        Record(MANIFEST, NOW.isoformat(), (b"2", b"%d" % VERSION)),
        Record(b"f", "tocsin.yaml", (PLAIN,)),
        Record(b"h", "{people}", (b"person:first", PLAIN, b"invite:x", PLAIN)),
        Record(b"s", "{s0}:case:42", (PLAIN,), NOW),
    )


@cache
def _backups() -> Sequence[bytes]:
    file = io.BytesIO()
    write_backup(file, _records(), MASTER)
    return [file.getvalue()]


def _plain_records() -> Sequence[bytes]:
    """What is within the frames."""
    packed = b""
    for record in _records():
        name = record.name.encode()
        packed += HEAD.pack(record.kind, len(name), 0, len(record.values)) + name
        packed += b"".join(LENGTH.pack(len(value)) + value for value in record.values)
    return [packed]


def _read_outside(data: bytes) -> None:
    for _ in read_backup(io.BytesIO(data), MASTER):
        pass


def _read_within(data: bytes) -> None:
    """One frame that opens, with anything in it."""
    head, data = MAGIC + bytes(SALT), data[:FRAME]
    sealed = AESGCM(MASTER.derive("backup", bytes(SALT))).encrypt(bytes(11) + b"\1", data, head)
    look(io.BytesIO(head + LENGTH.pack(len(sealed)) + sealed), MASTER)


def _public_text() -> Sequence[bytes]:
    return [_key().public.text.encode()]


def _large() -> Sequence[bytes]:
    """A megabyte where a few kilobytes belong."""
    megabyte = 1 << 20
    head = _envelopes()[0][:20]
    return [
        bytes(megabyte), head + b"\xff" * megabyte, b"tocsin1" + b"A" * megabyte,
        MAGIC + bytes(SALT) + b"\xff" * megabyte,
        b"-----BEGIN TOCSIN KEY FILE-----\n" + b"A" * megabyte, b"[" * megabyte,
        json.dumps({"floor": 0, "keys": [{"number": 1,
        "sealed": base64.b64encode(bytes(40)).decode()}] * 9_000}).encode(),
    ]  # fmt: skip


TARGETS = (
    Target("box", _open_box, lambda: [_box().seal(PLAIN, PLACE)], of_bytes, (Tampered,), _large),
    Target("envelope", _open_envelope, _envelopes, of_bytes, (Tampered, NotForThisKey), _large),
    Target(
        "envelope-again",
        _continue_envelope,
        lambda: [_sealer().seal(PLAIN, 3)],
        of_bytes,
        (Tampered,),
        _large,
    ),
    Target("public-key", _read_public, _public_text, of_bytes, (BadKeyText,), _large),
    Target("key-file", _open_key_file, _key_files, of_bytes, (BadKeyFile, WrongPassphrase), _large),
    Target("keyring", _read_keyring, _keyrings, of_json, (KeyringUnreadable, SecretError), _large),
    Target(
        "transit-item", _open_transit, lambda: [_transit()[1]], of_bytes, (Tampered, KeyDestroyed), _large
    ),
    Target("backup", _read_outside, _backups, of_bytes, (BadBackup,), _large),
    Target("backup-records", _read_within, _plain_records, of_bytes, (BadBackup, NewerStore), _large),
)
