"""Envelope, format version 1: a report sealed so that only named people can read it, and the server cannot.
This text is the specification; tests/vectors/envelope-v1.json must open for ever.

    envelope = nonce (12) | header | body
    header   = version (1) = 01 | suite (1) = 01 | revision (4) | case (1 + n) | count (2) | count times entry
    case     = length n (1), then n bytes of UTF-8
    entry    = key id (8) | wrap (1168);   key ids strictly ascending
    wrap     = HPKE seal of the 32-byte body key: enc (1120) | ciphertext (32) | tag (16)
    body     = AES-256-GCM ciphertext | tag (16)

Numbers are big endian. Suite 01: HPKE (RFC 9180) in base mode, KEM X-Wing (0x647a: ML-KEM-768 and X25519),
KDF HKDF-SHA256, AEAD AES-256-GCM; body under AES-256-GCM. A key id is the start of SHA-256(public key).

What is bound. Wraps are made first, each with
    info = "tocsin/envelope/1/wrap" 00 | version | suite | case | key id | SHA-256(all key ids, ascending)
so that a wrap opens for one case, one person and one list of recipients only. The body is then sealed with
    aad  = "tocsin/envelope/1/body" 00 | header
that is: with the complete header, wraps and revision included. A bit changed anywhere, a recipient added or
removed, another case: it does not open. The nonce is fresh and random for every seal, so the first 12 bytes
also serve as the envelope's tag in the store; one body key seals some thousand revisions (limit: 2**32).

Padding. The plaintext is followed by 80 and zeros, to 1, 4, 16 or 64 KiB, above to a multiple of 64 KiB.

What sealing does not prove. Not who wrote: anyone with the public keys can make an envelope. Not that it is
the newest: an older one of the same case still opens; compare the revision with the case record. Not that a
public key is the right person's: compare fingerprints by voice. It hides neither the case, the revision, the
key ids of its readers, nor the bucket of its length. A stolen private key opens all that was sealed to it.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from responders.box import NONCE_BYTES, Tampered
from responders.keypair import SUITE, PrivateKey, PublicKey
from responders.padding import padded, unpadded
from triage.quick import quick

__all__ = [
    "NotForThisKey",
    "Opened",
    "PrivateKey",
    "PublicKey",
    "Sealer",
    "Tampered",
    "case_of",
    "recipients_of",
    "seal",
    "unseal",
]

VERSION_AND_SUITE = b"\x01\x01"
BODY_KEY_BYTES = 32
WRAP_BYTES = 1168
_WRAP_LABEL = b"tocsin/envelope/1/wrap\x00" + VERSION_AND_SUITE
_BODY_LABEL = b"tocsin/envelope/1/body\x00"
_KEY_ID_BYTES = 8
_ENTRY_BYTES = _KEY_ID_BYTES + WRAP_BYTES
_CASE_AT = NONCE_BYTES + 6


class NotForThisKey(Exception):
    """The envelope was sealed to other people; this key is not among its recipients."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What was inside, and the number of times the case's report had been sealed before."""

    plaintext: bytes = field(repr=False)
    revision: int


@quick
@dataclass(frozen=True)
class Sealer:
    """Seals one case to one list of recipients: wraps are made once, sealing again costs microseconds.

    `body_key` (32 bytes) may be kept in the owner's encrypted session; the header is taken from the stored
    envelope. Whoever has it reads all revisions, so it goes when the session goes."""

    case_id: str
    recipients: tuple[str, ...]
    body_key: bytes = field(repr=False)
    _tail: bytes = field(repr=False)
    _cipher: AESGCM = field(repr=False, compare=False)

    @classmethod
    def new(cls, case_id: str, recipients: Iterable[PublicKey]) -> Self:
        """A new body key, wrapped for each recipient. Raises ValueError for a bad case id or no recipient."""
        by_id = {bytes.fromhex(key.id): key for key in recipients}
        ids = sorted(by_id)
        if not ids:
            raise ValueError(f"case {case_id}: an envelope without a recipient could be read by nobody")
        case = _case_field(case_id)
        body_key = secrets.token_bytes(BODY_KEY_BYTES)
        readers = hashlib.sha256(b"".join(ids)).digest()
        entries = [key + SUITE.encrypt(body_key, by_id[key].hpke, _info(case, key, readers)) for key in ids]
        tail = b"".join((case, len(ids).to_bytes(2), *entries))
        return cls(case_id, tuple(key.hex() for key in ids), body_key, tail, AESGCM(body_key))

    @classmethod
    def from_envelope(cls, envelope: bytes, body_key: bytes) -> Self:
        """The sealer that made `envelope`. Raises Tampered unless it opens, header and all, under the key."""
        if len(body_key) != BODY_KEY_BYTES:
            raise ValueError(f"a body key has {BODY_KEY_BYTES} bytes, not {len(body_key)}")
        header = _parse(envelope)
        cipher = AESGCM(body_key)
        _open_body(envelope, header.end, cipher)
        tail = envelope[_CASE_AT : header.end]
        return cls(header.case_id, tuple([key.hex() for key in header.ids]), body_key, tail, cipher)

    def with_recipients(self, recipients: Iterable[PublicKey]) -> Self:
        """The same case for another, complete list of recipients (hand-over).

        With a new body key: whoever is no longer on the list must not read what is sealed from now on."""
        return self.new(self.case_id, recipients)

    def seal(self, plaintext: bytes, revision: int) -> bytes:
        """An envelope with a fresh nonce. `revision` counts up from 0 within a case."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        header = VERSION_AND_SUITE + revision.to_bytes(4) + self._tail
        return nonce + header + self._cipher.encrypt(nonce, padded(plaintext), _BODY_LABEL + header)


def seal(case_id: str, plaintext: bytes, recipients: Sequence[PublicKey], revision: int = 0) -> bytes:
    """Seal once. Raises ValueError for a bad case id or no recipient."""
    return Sealer.new(case_id, recipients).seal(plaintext, revision)


def unseal(envelope: bytes, key: PrivateKey, *, case_id: str) -> Opened:
    """What is inside, for a recipient who knows which case it should be. Raises NotForThisKey, Tampered."""
    header = _parse(envelope)
    if header.case_id != case_id:
        raise Tampered(f"case {case_id}: the envelope found there belongs to another case")
    key_id = bytes.fromhex(key.id)
    if key_id not in header.ids:
        raise NotForThisKey(f"case {case_id}: not sealed to key {key.id}")
    wrap_at = header.first + header.ids.index(key_id) * _ENTRY_BYTES + _KEY_ID_BYTES
    wrap = envelope[wrap_at : wrap_at + WRAP_BYTES]
    readers = hashlib.sha256(b"".join(header.ids)).digest()
    try:
        body_key = SUITE.decrypt(wrap, key.hpke, _info(_case_field(case_id), key_id, readers))
        plaintext = _open_body(envelope, header.end, AESGCM(body_key))
    except (InvalidTag, ValueError, Tampered):
        raise Tampered(f"case {case_id}: the envelope was changed after sealing") from None
    return Opened(plaintext, header.revision)


def recipients_of(envelope: bytes) -> tuple[str, ...]:
    """The key ids an envelope claims to be sealed to; true only once it has been opened. Raises Tampered."""
    return tuple([key.hex() for key in _parse(envelope).ids])


def case_of(envelope: bytes) -> str:
    """The case that an envelope says it belongs to; only opening it proves that. Raises Tampered."""
    return _parse(envelope).case_id


class _Header(NamedTuple):
    case_id: str
    revision: int
    ids: list[bytes]
    first: int  # where the first entry begins
    end: int  # where the body begins


def _parse(envelope: bytes) -> _Header:
    if envelope[NONCE_BYTES : NONCE_BYTES + 2] != VERSION_AND_SUITE:
        raise Tampered("an envelope is not of version 1: damaged, or made by a newer Tocsin")
    count_at = _CASE_AT + 1 + int.from_bytes(envelope[_CASE_AT : _CASE_AT + 1])
    first = count_at + 2
    end = first + _ENTRY_BYTES * int.from_bytes(envelope[count_at:first])
    try:
        case_id = envelope[_CASE_AT + 1 : count_at].decode()
    except UnicodeDecodeError:
        raise Tampered("an envelope names no readable case") from None
    if end == first or end > len(envelope):
        raise Tampered("an envelope's list of recipients is damaged")
    ids = [envelope[at : at + _KEY_ID_BYTES] for at in range(first, end, _ENTRY_BYTES)]
    if ids != sorted(set(ids)):
        raise Tampered("an envelope's list of recipients is damaged")
    return _Header(case_id, int.from_bytes(envelope[NONCE_BYTES + 2 : _CASE_AT]), ids, first, end)


def _open_body(envelope: bytes, header_end: int, cipher: AESGCM) -> bytes:
    header = envelope[NONCE_BYTES:header_end]
    try:
        content = cipher.decrypt(envelope[:NONCE_BYTES], envelope[header_end:], _BODY_LABEL + header)
    except (InvalidTag, ValueError):
        raise Tampered("an envelope does not open under its body key") from None
    plaintext = unpadded(content)
    if plaintext is None:
        raise Tampered("an envelope's padding is damaged")
    return plaintext


def _case_field(case_id: str) -> bytes:
    name = case_id.encode()
    if not 1 <= len(name) <= 255:
        raise ValueError(f"a case id has 1 to 255 bytes, not {len(name)}")
    return bytes([len(name)]) + name


def _info(case: bytes, key_id: bytes, readers: bytes) -> bytes:
    return _WRAP_LABEL + case + key_id + readers
