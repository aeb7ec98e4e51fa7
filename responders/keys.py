"""A focal point's key file: private keys, newest first, locked with a passphrase. Older keys stay in it after
a rotation, so that older cases stay readable. It lives with its owner, never on the server.

File: base64 of the fields below between two marker lines (RFC 7468 in shape). Numbers are big endian.
    version (1) = 01 | memory in KiB (4) | passes (1) | lanes (1) | salt (16) | nonce (12) | locked
    locked = AES-256-GCM of the 32-byte seeds, newest first;
             aad = "tocsin/key-file/1" 00 | everything before the nonce
    key = Argon2id(passphrase in NFKC, salt, memory, passes, lanes)
Nothing in the open tells whose file it is, or how many cases were ever read with it.
"""

import base64
import binascii
import re
import secrets
import struct
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from responders import private_file
from responders.box import Box, Tampered
from responders.envelope import NotForThisKey, Opened, recipients_of, unseal
from responders.keypair import SEED_BYTES, PrivateKey, PublicKey
from responders.secret import Secret, read_private

MOST_KEYS = 64
_BEGIN, _END = "-----BEGIN TOCSIN KEY FILE-----", "-----END TOCSIN KEY FILE-----"
_ARMOUR = re.compile(rf"{_BEGIN}\s([A-Za-z0-9+/=\s]+){_END}")
_LABEL = b"tocsin/key-file/1\x00"
_FIELDS = struct.Struct(">BIBB16s")


class WrongPassphrase(Exception):
    """The key file does not open with this passphrase (or was changed: the two cannot be told apart)."""


class BadKeyFile(Exception):
    """The file is not a key file, or asks for more memory or time than any of ours."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs (Argon2id). RFC 9106's second choice, but one lane."""

    memory: int = 64 * 1024  # KiB
    passes: int = 3
    lanes: int = 1

    def is_bearable(self) -> bool:
        """Within what Argon2 accepts and a small computer can do: no file may stop its reader."""
        return 1 <= self.lanes <= 4 and 1 <= self.passes <= 10 and 8 * self.lanes <= self.memory <= 256 * 1024


STANDARD = Cost()


@dataclass(frozen=True, slots=True)
class KeyFile:
    """An opened key file; at least one key, newest first. `cost` stays what it was when the file was made."""

    keys: tuple[PrivateKey, ...]
    cost: Cost = STANDARD

    @property
    def current(self) -> PrivateKey:
        """The key that new reports are sealed to."""
        return self.keys[0]

    @property
    def public(self) -> PublicKey:
        """The public half of the current key: what the administrator enters."""
        return self.current.public

    def open(self, envelope: bytes, *, case_id: str) -> Opened:
        """Unseal with whichever key the envelope names. Raises NotForThisKey, Tampered."""
        readers = recipients_of(envelope)
        key = next((key for key in self.keys if key.id in readers), None)
        if key is None:
            raise NotForThisKey(f"case {case_id}: not sealed to any key of this key file")
        return unseal(envelope, key, case_id=case_id)


def new_key_file(path: Path, passphrase: Secret, *, cost: Cost = STANDARD) -> KeyFile:
    """Make a key and its file, readable by its owner only. Raises FileExistsError, never replaces."""
    made = KeyFile((PrivateKey.generate(),), cost)
    private_file.create(path, _lock(made, passphrase))
    return made


def load(path: Path, passphrase: Secret) -> KeyFile:
    """Open a key file. Raises SecretError (not private, not there), BadKeyFile, WrongPassphrase."""
    return _unlock(read_private(path), passphrase, path)


def rotate(path: Path, passphrase: Secret) -> KeyFile:
    """Put a new key in front of those in the file, which is replaced in one step. Raises as `load` does."""
    old = load(path, passphrase)
    if len(old.keys) >= MOST_KEYS:
        raise BadKeyFile(f"{path}: holds {MOST_KEYS} keys already: begin a new file")
    rotated = KeyFile((PrivateKey.generate(), *old.keys), old.cost)
    private_file.replace(path, _lock(rotated, passphrase))
    return rotated


def change_passphrase(path: Path, old: Secret, new: Secret) -> None:
    """Lock the same keys with another passphrase, in one step. Raises as `load` does."""
    private_file.replace(path, _lock(load(path, old), new))


def _lock(file: KeyFile, passphrase: Secret) -> bytes:
    cost = file.cost
    if not cost.is_bearable():
        raise ValueError("Argon2id parameters outside the bounds of a key file")
    salt = secrets.token_bytes(16)
    head = _FIELDS.pack(1, cost.memory, cost.passes, cost.lanes, salt)
    seeds = b"".join(key.reveal_seed() for key in file.keys)
    locked = _box(passphrase, salt, cost).seal(seeds, _LABEL + head)
    body = base64.encodebytes(head + locked).decode()
    return f"{_BEGIN}\n{body}{_END}\n".encode()


def _unlock(content: bytes, passphrase: Secret, path: Path) -> KeyFile:
    armour = _ARMOUR.search(content.decode("ascii", "replace"))
    try:
        raw = base64.b64decode("".join(armour[1].split()), validate=True) if armour else b""
    except binascii.Error:
        raw = b""
    if len(raw) < _FIELDS.size:
        raise BadKeyFile(f"{path}: not a Tocsin key file, or not the whole of it")
    version, memory, passes, lanes, salt = _FIELDS.unpack_from(raw)
    cost = Cost(memory, passes, lanes)
    if version != 1:
        raise BadKeyFile(f"{path}: a key file of version {version}, this program knows version 1")
    if not cost.is_bearable():
        raise BadKeyFile(f"{path}: asks for more memory or time than a key file may")
    try:
        seeds = _box(passphrase, salt, cost).open(raw[_FIELDS.size :], _LABEL + raw[: _FIELDS.size])
    except Tampered:
        raise WrongPassphrase(f"{path}: wrong passphrase, or the file was changed") from None
    return KeyFile(
        tuple(PrivateKey(seeds[at : at + SEED_BYTES]) for at in range(0, len(seeds), SEED_BYTES)), cost
    )


def _box(passphrase: Secret, salt: bytes, cost: Cost) -> Box:
    # NFKC: one keyboard writes é as one code point, another as two; both people typed the same passphrase.
    typed = unicodedata.normalize("NFKC", passphrase.reveal()).encode()
    stretch = Argon2id(
        salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory
    )
    return Box(stretch.derive(typed))
