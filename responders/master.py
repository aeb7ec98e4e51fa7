"""The master key and what is derived from it: store key, session keys, pseudonyms, marks. Never in the store,
never in a backup of it, never printed. Whoever has it and a dump of the store reads sessions, not reports."""

import base64
import binascii
import secrets
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import NoReturn, Self, final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from responders import private_file
from responders.box import Box
from responders.secret import MASK, Secret, SecretError

VARIABLE = "TOCSIN_MASTER_KEY"
KEY_BYTES = 32
_SALT = b"tocsin/1/master"
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class _Hmac:
    """HMAC-SHA256 (RFC 2104) under one key, whose two halves are begun once: Python's own begins anew inside OpenSSL
    for every message, at twice the cost and more, and every message takes three."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        padded = key.ljust(64, b"\0")  # a block; ours are 32 bytes
        self._inner = sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = sha256(bytes(byte ^ 0x5C for byte in padded))

    def of(self, content: bytes) -> bytes:
        """32 bytes for this content."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(content)
        outer.update(inner.digest())
        return outer.digest()


@final
class MasterKey:
    """32 random bytes, used only through HKDF-SHA256 (RFC 5869) with a label for each purpose."""

    __slots__ = ("_hash_keys", "_prk")

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a master key has {KEY_BYTES} bytes, not {len(key)}")
        self._prk = _Hmac(HKDF.extract(SHA256(), _SALT, key))
        self._hash_keys: dict[str, _Hmac] = {}

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> Self:
        """From TOCSIN_MASTER_KEY or the file named by TOCSIN_MASTER_KEY_FILE. Raises SecretError."""
        return cls._parse(Secret.from_env(environment, VARIABLE), VARIABLE)

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """From a file that only its owner may read, as hexadecimal or base64 text. Raises SecretError."""
        return cls._parse(Secret.from_file(path), str(path))

    @classmethod
    def new_file(cls, path: Path) -> Self:
        """Make a key and keep it in a new file.

        Raises FileExistsError: to replace a master key is to lose all that it opens."""
        key = secrets.token_bytes(KEY_BYTES)
        private_file.create(path, key.hex().encode() + b"\n")
        return cls(key)

    @classmethod
    def _parse(cls, text: Secret, source: str) -> Self:
        for decode in (bytes.fromhex, _base64):
            try:
                key = decode(text.reveal().strip())
            except (ValueError, binascii.Error):
                continue
            if len(key) == KEY_BYTES:
                return cls(key)
        raise SecretError(f"{source}: expected {KEY_BYTES} random bytes, as 64 hexadecimal digits or base64")

    def derive(self, label: str, context: bytes = b"") -> bytes:
        """32 bytes for one purpose: HKDF-Expand with info = "tocsin/1/" label 00 context."""
        # One block of HKDF-Expand is one HMAC; written out because every message derives a session key,
        # and the library's HKDF costs ten times as much.
        return self._prk.of(b"tocsin/1/%b\x00%b\x01" % (label.encode(), context))

    def keyed_hash(self, label: str, content: bytes) -> str:
        """128 bits of HMAC-SHA256 under a key of its own for `label`, as 22 characters of base64url."""
        key = self._hash_keys.get(label)
        if key is None:
            key = self._hash_keys[label] = _Hmac(self.derive(label))
        return binascii.b2a_base64(key.of(content)[:16])[:22].translate(_URL_SAFE).decode()

    def __repr__(self) -> str:
        return MASK

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a master key is not pickled")


def store_box(master: MasterKey) -> Box:
    """For records that the server must read at any time: case records, ways, people."""
    return Box(master.derive("store"))


def session_box(master: MasterKey, channel: str, address: str) -> Box:
    """For one person's session: its key needs their address, which the store does not have beside it."""
    return Box(master.derive("session", _place(channel, address)))


def pseudonym(master: MasterKey, channel: str, address: str) -> str:
    """What stands for a person in the store: 22 characters that only the master key ties to an address."""
    return master.keyed_hash("pseudonym", _place(channel, address))


def mark(master: MasterKey, text: str) -> str:
    """A keyed hash for done marks and receipts: equal texts meet, and nobody reads them back."""
    return master.keyed_hash("mark", text.encode())


def _place(channel: str, address: str) -> bytes:
    # The channel's length goes first, so that no other pair of texts makes the same bytes.
    name = channel.encode()
    return bytes([len(name)]) + name + address.encode()


def _base64(text: str) -> bytes:
    return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
