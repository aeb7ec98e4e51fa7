"""A focal point's key pair: X-Wing (ML-KEM-768 with X25519), as text to paste and digits to read aloud.
The private half never reaches the server; nothing here writes a file.

Text of a public key: "tocsin1" then base64url, unpadded, of the 1216 bytes (ML-KEM-768, then X25519) and the
first 4 bytes of SHA-256("tocsin/1/key-text" 00 key), which catch a slip in copying, not an attacker.
Key id: the first 8 bytes of SHA-256(key) as 16 hexadecimal digits.
Fingerprint: SHA-256("tocsin/1/fingerprint" 00 key) mod 10**40 as eight groups of five digits (132 bits):
digits, because they can be read on the telephone in any language.
"""

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import NoReturn, Self, final

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
PUBLIC_BYTES = 1216
SEED_BYTES = 32
PREFIX = "tocsin1"
_MLKEM_BYTES = 1184
_CHECK_BYTES = 4


class BadKeyText(ValueError):
    """A text is not a public key as `tocsin keys show` prints it. Says what came instead."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What reports are sealed to. Not secret, but it must be the right one: compare by voice."""

    raw: bytes
    hpke: MLKEM768X25519PublicKey = field(init=False, repr=False, compare=False)
    id: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.raw) != PUBLIC_BYTES:
            raise ValueError(f"a public key has {PUBLIC_BYTES} bytes, not {len(self.raw)}")
        mlkem = MLKEM768PublicKey.from_public_bytes(self.raw[:_MLKEM_BYTES])
        x25519 = X25519PublicKey.from_public_bytes(self.raw[_MLKEM_BYTES:])
        object.__setattr__(self, "hpke", MLKEM768X25519PublicKey(mlkem, x25519))
        object.__setattr__(self, "id", hashlib.sha256(self.raw).hexdigest()[:16])

    def __repr__(self) -> str:
        return f"PublicKey({self.id})"

    @property
    def text(self) -> str:
        """One line of 1,634 characters for a configuration file or a message."""
        return PREFIX + base64.urlsafe_b64encode(self.raw + _check(self.raw)).rstrip(b"=").decode()

    @property
    def fingerprint(self) -> str:
        """Forty digits in eight groups, to be compared by voice."""
        digest = hashlib.sha256(b"tocsin/1/fingerprint\x00" + self.raw).digest()
        digits = f"{int.from_bytes(digest) % 10**40:040}"
        return " ".join(digits[start : start + 5] for start in range(0, 40, 5))

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `text`; white space and line breaks within do not matter. Raises BadKeyText."""
        compact = "".join(text.split())
        if not compact.startswith(PREFIX):
            raise BadKeyText(f'a public key begins with "{PREFIX}", this begins with "{compact[:7]}"')
        encoded = compact.removeprefix(PREFIX)
        try:
            content = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            content = b""
        if len(content) != PUBLIC_BYTES + _CHECK_BYTES or content[PUBLIC_BYTES:] != _check(content[:-4]):
            raise BadKeyText("the public key was not copied whole: copy the line of `tocsin keys show` again")
        try:
            key = cls(content[:PUBLIC_BYTES])
            # a key that nothing can be sealed to must fail here, not when a report comes
            SUITE.encrypt(b"", key.hpke)
        except ValueError:
            raise BadKeyText(
                "the public key is not one that Tocsin makes: nothing can be sealed to it"
            ) from None
        return key


@final
class PrivateKey:
    """The secret half: a 32-byte seed, which X-Wing expands to both keys by SHAKE-256."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise ValueError(f"a private key's seed has {SEED_BYTES} bytes, not {len(seed)}")
        expanded = hashlib.shake_256(seed).digest(96)
        self._mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        self._x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self._seed = seed
        self.hpke = MLKEM768X25519PrivateKey(self._mlkem, self._x25519)

    @classmethod
    def generate(cls) -> Self:
        """A new key from the system's randomness."""
        return cls(secrets.token_bytes(SEED_BYTES))

    @cached_property
    def public(self) -> PublicKey:
        """The half to give away."""
        return PublicKey(
            self._mlkem.public_key().public_bytes_raw() + self._x25519.public_key().public_bytes_raw()
        )

    @property
    def id(self) -> str:
        """The public key's id."""
        return self.public.id

    def reveal_seed(self) -> bytes:
        """The secret itself: only for a file that is locked with a passphrase."""
        return self._seed

    def __repr__(self) -> str:
        return f"PrivateKey({self.id})"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a private key is not pickled")


def _check(raw: bytes) -> bytes:
    return hashlib.sha256(b"tocsin/1/key-text\x00" + raw).digest()[:_CHECK_BYTES]
