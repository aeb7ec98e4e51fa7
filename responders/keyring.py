"""Transit keys: one random key a day in a file outside the store, so that what was only passing through
(queue items, cards, words) can be made unreadable by destroying a key. It never holds a key of a case.

File (JSON): `floor`, the lowest key number that may still be made, and per key its number and the key sealed
in a box under the master key, with its number as aad. A key's number is its day, counted from 2020-01-01 in
UTC, so several processes cannot disagree about it, and no number is ever used twice.
Blob: nonce (12), key number (2, big endian), AES-256-GCM ciphertext and tag; 1, 4, 16 or 64 KiB together, so that
what waits and what was said look alike, however long they are.

The file goes on a disk without snapshots or backups: a copy of it keeps alive what was destroyed here.
"""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from responders import private_file
from responders.box import NONCE_BYTES, Box, Tampered
from responders.master import MasterKey, mark, pseudonym, session_box, store_box
from responders.padding import padded, unpadded
from responders.secret import read_private

__all__ = [
    "Box",
    "KeyDestroyed",
    "KeyringUnreadable",
    "MasterKey",
    "Tampered",
    "TransitKeyring",
    "mark",
    "pseudonym",
    "session_box",
    "store_box",
]

MOST_DAYS = 8
_EPOCH = date(2020, 1, 1).toordinal()
_BODY = NONCE_BYTES + 2
_SEALING = _BODY + 16
_NUMBERS = 1 << 16


class KeyDestroyed(Exception):
    """The day's key is gone for good, and everything sealed that day with it: the item can be dropped."""


class KeyringUnreadable(Exception):
    """The keyring file is missing, damaged or of another master key: stop, overwrite nothing."""


class TransitKeyring:
    """The keys of the last eight days at most; several processes may share the file.

    Each process must call `destroy_before` once a day, also to drop the keys from its own memory."""

    def __init__(self, path: Path, master: MasterKey) -> None:
        """Opens nothing yet: the file is read, or made, when the first key is needed."""
        self._path = path
        self._wrapping = Box(master.derive("transit"))
        self._floor = 0
        self._keys: dict[int, bytes] = {}
        self._ciphers: dict[int, AESGCM] = {}
        self._newest = -1

    def seal(self, plaintext: bytes, aad: bytes, now: datetime) -> bytes:
        """A blob under the key of `now`'s day, which is made, on disk, before it is first used.

        When the clock has gone back, the newest key is used on. Raises KeyringUnreadable, OSError."""
        number = _number(now)
        if number > self._newest:
            self._make(number)
        newest = self._newest  # read once: another thread may take over a newer one
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._ciphers[newest].encrypt(nonce, padded(plaintext, _SEALING), aad)
        return nonce + newest.to_bytes(2) + sealed

    def open(self, blob: bytes, aad: bytes) -> bytes:
        """The plaintext. Raises KeyDestroyed, Tampered, KeyringUnreadable."""
        number = int.from_bytes(blob[NONCE_BYTES:_BODY])
        if number not in self._ciphers:
            self._look_again()
        cipher = self._ciphers.get(number)
        if cipher is None and number < self._floor:
            raise KeyDestroyed("the transit key of this item has been destroyed")
        if cipher is None:
            raise Tampered("a transit item names a key that this keyring never had")
        try:
            content = cipher.decrypt(blob[:NONCE_BYTES], blob[_BODY:], aad)
        except (InvalidTag, ValueError):
            raise Tampered("a transit item does not open in its place") from None
        plaintext = unpadded(content)
        return content if plaintext is None else plaintext  # of 0.1.0: JSON, without padding

    def destroy_before(self, oldest: date) -> None:
        """Destroy the keys of all days before `oldest`, in memory and, before this returns, on disk."""
        with self._locked(fcntl.LOCK_EX):
            self._read()
            self._keep_from(oldest.toordinal() - _EPOCH, self._keys)

    def _look_again(self) -> None:
        with self._locked(fcntl.LOCK_SH):
            if not self._path.exists():
                # Not "destroyed": the volume may be missing, and the items must wait until it is back.
                raise KeyringUnreadable(f"{self._path}: not there, but items are sealed under its keys")
            self._read()

    def _make(self, number: int) -> None:
        with self._locked(fcntl.LOCK_EX):
            self._read()  # another process may have made it, or destroyed what we still hold
            number = max(number, self._floor)
            if number > self._newest:
                self._keep_from(0, {**self._keys, number: secrets.token_bytes(32)})

    def _keep_from(self, floor: int, keys: dict[int, bytes]) -> None:
        """Hold those of `keys` from `floor` on, at most eight days of them; write what changes."""
        newest = max(keys, default=-1)
        floor = max(floor, self._floor, newest - MOST_DAYS + 1)
        kept = {number: key for number, key in keys.items() if number >= floor}
        if kept != self._keys:
            floor = min(floor, newest + 1)  # a mistaken date far ahead must not use up the numbers
            self._write(floor, kept)
            self._hold(floor, kept)

    def _read(self) -> None:
        """Take over what the file says. Call with the lock held."""
        if not self._path.exists():
            self._hold(0, {})
            return
        try:
            stored = json.loads(read_private(self._path))
            floor = _stored(stored["floor"])
            keys = {
                _stored(key["number"]): self._wrapping.open(
                    base64.b64decode(key["sealed"]), _aad(key["number"])
                )
                for key in stored["keys"]
            }
            self._hold(floor, keys)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            raise KeyringUnreadable(f"{self._path}: damaged, or not a transit keyring") from None
        except Tampered:
            raise KeyringUnreadable(f"{self._path}: was made under another master key, or damaged") from None

    def _write(self, floor: int, keys: dict[int, bytes]) -> None:
        stored = {
            "floor": floor,
            "keys": [
                {
                    "number": number,
                    "sealed": base64.b64encode(self._wrapping.seal(key, _aad(number))).decode(),
                }
                for number, key in sorted(keys.items())
            ],
        }
        private_file.replace(self._path, json.dumps(stored).encode())

    def _hold(self, floor: int, keys: dict[int, bytes]) -> None:
        # The ciphers first: what is named as the newest can be used, whichever thread looks.
        self._ciphers = {number: AESGCM(key) for number, key in keys.items()}
        self._floor, self._keys, self._newest = floor, keys, max(keys, default=-1)

    @contextmanager
    def _locked(self, kind: int) -> Iterator[None]:
        # A file beside it: the keyring itself is replaced whole, and a lock would stay with the old one.
        descriptor = os.open(
            f"{self._path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, private_file.OWNER_ONLY
        )
        try:
            fcntl.flock(descriptor, kind)
            yield
        finally:
            os.close(descriptor)


def _number(now: datetime) -> int:
    return max((now if now.tzinfo is UTC else now.astimezone(UTC)).toordinal() - _EPOCH, 0)


def _stored(number: object) -> int:
    """A key's number as the file gives it: a day that fits into two bytes. Raises ValueError."""
    if type(number) is not int or not 0 <= number < _NUMBERS:
        raise ValueError("not the number of a key")
    return number


def _aad(number: int) -> bytes:
    return b"tocsin/1/transit-key/%d" % number
