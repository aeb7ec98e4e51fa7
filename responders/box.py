"""A box: AES-256-GCM under one key that stays on this side. Used for everything the server must read again.
What only people may read goes into an envelope (envelope.py), never into a box."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class Tampered(Exception):
    """It does not open as what was sealed: changed, moved elsewhere, or sealed under another key."""


class Box:
    """Blob: nonce (12 fresh random bytes), then AES-256-GCM ciphertext and tag.

    `aad` names the place it is kept in, so that a blob moved to another place does not open there.

    Random nonces: one key may seal 2**32 blobs (NIST SP 800-38D, 8.3); a store lives well below that."""

    __slots__ = ("_aead",)

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError(f"a box key has 32 bytes, not {len(key)}")
        self._aead = AESGCM(key)

    def seal(self, plaintext: bytes, aad: bytes) -> bytes:
        """A new blob; two seals of the same plaintext never look alike."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, plaintext, aad)

    def open(self, blob: bytes, aad: bytes) -> bytes:
        """The plaintext. Raises Tampered when blob, place or key differ from those at sealing."""
        try:
            return self._aead.decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], aad)
        except (InvalidTag, ValueError):
            raise Tampered("a sealed record does not open in its place") from None
