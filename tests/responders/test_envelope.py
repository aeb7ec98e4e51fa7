"""The envelope against its specification, its committed vector, and all that may happen to it in a store."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given
from hypothesis import strategies as st

from responders.envelope import (
    NotForThisKey,
    PrivateKey,
    PublicKey,
    Sealer,
    Tampered,
    recipients_of,
    seal,
    unseal,
)
from responders.keypair import BadKeyText
from tests.examples import examples

VECTORS = Path(__file__).parent.parent / "vectors"
KDFS = {1: KDF.HKDF_SHA256, 0x11: KDF.SHAKE256}
AEADS = {1: AEAD.AES_128_GCM, 2: AEAD.AES_256_GCM, 3: AEAD.CHACHA20_POLY1305}
FIRST = PrivateKey(b"first focal point: a fixed seed.")
SECOND = PrivateKey(b"second focal point's fixed seed.")
RECOVERY = PrivateKey(b"the recovery key's fixed seed 32")
CASE = "1042"


def vectors(name: str) -> Any:
    """A vector file; its shape is checked by using it."""
    return json.loads((VECTORS / name).read_text())


def opens(envelope: bytes, key: PrivateKey = FIRST, case_id: str = CASE) -> bytes:
    return unseal(envelope, key, case_id=case_id).plaintext


def hpke_opens(suite: Suite, vector: Any, key: Any) -> bool:
    sealed = vector["encryptions"][0]
    # Private, only because the published vectors have associated data and the public call takes none.
    plaintext = openssl.hpke._decrypt_with_aad(
        suite,
        bytes.fromhex(vector["enc"] + sealed["ct"]),
        key,
        bytes.fromhex(vector["info"]),
        bytes.fromhex(sealed["aad"]),
    )
    return bool(plaintext == bytes.fromhex(sealed["pt"]))


@pytest.mark.parametrize("vector", vectors("rfc9180-x25519.json"), ids=lambda v: f"aead {v['aead_id']}")
def test_the_library_opens_the_vectors_of_rfc_9180(vector: Any) -> None:
    suite = Suite(KEM.X25519, KDFS[vector["kdf_id"]], AEADS[vector["aead_id"]])
    assert hpke_opens(suite, vector, X25519PrivateKey.from_private_bytes(bytes.fromhex(vector["skRm"])))


@pytest.mark.parametrize("vector", vectors("hpke-pq-xwing.json"), ids=lambda v: f"kdf {v['kdf_id']}")
def test_our_private_key_opens_the_published_x_wing_vectors(vector: Any) -> None:
    key = PrivateKey(bytes.fromhex(vector["skRm"]))
    suite = Suite(KEM.MLKEM768_X25519, KDFS[vector["kdf_id"]], AEADS[vector["aead_id"]])
    assert key.public.raw == bytes.fromhex(vector["pkRm"])
    assert hpke_opens(suite, vector, key.hpke)


def test_the_committed_envelope_opens_for_ever() -> None:
    vector = vectors("envelope-v1.json")
    for recipient in vector["recipients"]:
        key = PrivateKey(bytes.fromhex(recipient["seed"]))
        opened = unseal(bytes.fromhex(vector["envelope"]), key, case_id=vector["case_id"])
        assert (opened.plaintext.hex(), opened.revision) == (vector["plaintext"], vector["revision"])
        assert (key.id, key.public.fingerprint) == (recipient["key_id"], recipient["fingerprint"])
        assert hashlib.sha256(key.public.text.encode()).hexdigest() == recipient["text_sha256"]


@examples(30)
@given(
    plaintext=st.binary(max_size=5000), revision=st.integers(0, 2**32 - 1), case_id=st.text("0aب", min_size=1)
)
def test_what_was_sealed_is_what_opens(plaintext: bytes, revision: int, case_id: str) -> None:
    opened = unseal(seal(case_id, plaintext, [FIRST.public], revision), FIRST, case_id=case_id)
    assert (opened.plaintext, opened.revision) == (plaintext, revision)


@examples(20)
@given(zeros=st.integers(0, 2000), end=st.sampled_from([b"", b"\x80", b"\x80\x00", b"x"]))
def test_a_plaintext_that_looks_like_padding_comes_back_whole(zeros: int, end: bytes) -> None:
    plaintext = bytes(zeros) + end
    assert opens(seal(CASE, plaintext, [FIRST.public])) == plaintext


def test_every_recipient_opens_it_and_nobody_else_does() -> None:
    envelope = seal(CASE, b"report", [FIRST.public, RECOVERY.public, FIRST.public])
    assert opens(envelope, FIRST) == opens(envelope, RECOVERY) == b"report"
    assert recipients_of(envelope) == tuple(sorted([FIRST.id, RECOVERY.id]))
    with pytest.raises(NotForThisKey):
        opens(envelope, SECOND)


def test_a_flipped_bit_anywhere_does_not_open() -> None:
    envelope = seal(CASE, b"report", [FIRST.public])
    every_bit_of_the_front = range(8 * 40)
    one_bit_of_every_eighth_byte = range(8 * 40, 8 * len(envelope), 65)
    for position in [*every_bit_of_the_front, *one_bit_of_every_eighth_byte, 8 * len(envelope) - 1]:
        changed = bytearray(envelope)
        changed[position // 8] ^= 1 << position % 8
        with pytest.raises((Tampered, NotForThisKey)):
            opens(bytes(changed))


def test_a_change_in_another_persons_wrap_is_noticed_too() -> None:
    envelope = bytearray(seal(CASE, b"report", [FIRST.public, SECOND.public]))
    for position in range(26, 26 + 2 * 1176, 29):
        envelope[position] ^= 1
        for key in (FIRST, SECOND):
            with pytest.raises((Tampered, NotForThisKey)):
                opens(bytes(envelope), key)
        envelope[position] ^= 1


@examples(30)
@given(junk=st.binary(max_size=3000))
def test_bytes_that_are_no_envelope_are_refused_and_nothing_else_happens(junk: bytes) -> None:
    for candidate in (junk, seal(CASE, b"", [FIRST.public])[: len(junk)], bytes(12) + b"\x01\x01" + junk):
        with pytest.raises((Tampered, NotForThisKey)):
            opens(candidate)


def test_a_removed_recipient_is_noticed() -> None:
    both = seal(CASE, b"report", [FIRST.public, SECOND.public])
    count_at = 12 + 6 + 1 + len(CASE)
    entries = both[count_at + 2 :]
    for kept in (entries[:1176] + entries[2 * 1176 :], entries[1176:]):
        alone = both[:count_at] + b"\x00\x01" + kept
        for key in (FIRST, SECOND):
            with pytest.raises((Tampered, NotForThisKey)):
                opens(alone, key)


def test_a_list_of_recipients_out_of_order_or_doubled_is_refused() -> None:
    both = seal(CASE, b"report", [FIRST.public, SECOND.public])
    first = 12 + 6 + 1 + len(CASE) + 2
    one, two, body = both[first : first + 1176], both[first + 1176 : first + 2352], both[first + 2352 :]
    for entries in (two + one, one + one):
        with pytest.raises(Tampered, match="list of recipients"):
            recipients_of(both[:first] + entries + body)


def test_a_wrap_carried_over_from_another_case_opens_nothing() -> None:
    sealer = Sealer.new("7", [FIRST.public])
    elsewhere = Sealer.new("8", [FIRST.public])
    moved = bytearray(sealer.seal(b"report", 0))
    moved[30 : 30 + 1168] = elsewhere.seal(b"report", 0)[30 : 30 + 1168]
    with pytest.raises(Tampered):
        opens(bytes(moved), case_id="7")


def test_an_envelope_of_another_case_does_not_open() -> None:
    with pytest.raises(Tampered, match="case 43: the envelope found there belongs to another case"):
        opens(seal("42", b"report", [FIRST.public]), case_id="43")


def test_an_error_names_the_case_and_no_word_of_it() -> None:
    envelope = seal(CASE, b"report", [FIRST.public])
    with pytest.raises(Tampered) as raised:
        opens(envelope[:-1] + bytes([envelope[-1] ^ 1]))
    assert str(raised.value) == "case 1042: the envelope was changed after sealing"
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    assert "report" not in repr(unseal(envelope, FIRST, case_id=CASE))


@pytest.mark.parametrize(
    ("shortest", "longest"), [(0, 1023), (1024, 4095), (4096, 16383), (16384, 65535), (65536, 131071)]
)
def test_lengths_within_a_bucket_look_alike(shortest: int, longest: int) -> None:
    sealer = Sealer.new(CASE, [FIRST.public])
    short, long, longer = (len(sealer.seal(bytes(size), 0)) for size in (shortest, longest, longest + 1))
    assert short == long < longer


def test_a_later_turn_seals_the_body_again_for_the_same_people() -> None:
    first = Sealer.new(CASE, [FIRST.public, RECOVERY.public])
    stored = first.seal(b"one answer", 0)
    again = Sealer.from_envelope(stored, first.body_key)
    assert again == first
    later = again.seal(b"two answers", 1)
    assert unseal(later, RECOVERY, case_id=CASE).revision == 1
    assert opens(later) == b"two answers"
    assert later[:12] != stored[:12]


def test_a_stored_header_that_was_changed_is_not_sealed_to() -> None:
    sealer = Sealer.new(CASE, [FIRST.public])
    stored = bytearray(sealer.seal(b"report", 0))
    stored[100] ^= 1
    with pytest.raises(Tampered):
        Sealer.from_envelope(bytes(stored), sealer.body_key)
    with pytest.raises(Tampered):
        Sealer.from_envelope(sealer.seal(b"report", 0), bytes(32))


def test_after_a_hand_over_the_former_reader_does_not_open_what_follows() -> None:
    before = Sealer.new(CASE, [FIRST.public, RECOVERY.public])
    after = before.with_recipients([SECOND.public, RECOVERY.public])
    assert after.body_key != before.body_key
    assert opens(after.seal(b"news", 2), SECOND) == b"news"
    with pytest.raises(NotForThisKey):
        opens(after.seal(b"news", 2), FIRST)


def test_nothing_is_sealed_to_nobody() -> None:
    with pytest.raises(ValueError, match="nobody"):
        Sealer.new(CASE, [])


def test_no_repr_shows_a_key() -> None:
    sealer = Sealer.new(CASE, [FIRST.public])
    assert sealer.body_key.hex() not in repr(sealer)
    assert "body_key" not in repr(sealer)
    assert repr(FIRST) == f"PrivateKey({FIRST.id})"


def test_a_public_key_survives_being_pasted_in_lines() -> None:
    text = FIRST.public.text
    folded = "\n  ".join(text[at : at + 76] for at in range(0, len(text), 76))
    assert PublicKey.parse(folded) == FIRST.public


def test_a_slip_in_copying_a_public_key_is_caught() -> None:
    text = FIRST.public.text
    other = "A" if text[400] != "A" else "B"
    for wrong in (text[:-1], text[:400] + other + text[401:], text + "A", text.upper(), "tocsin1", ""):
        with pytest.raises(BadKeyText):
            PublicKey.parse(wrong)


def test_a_key_that_nothing_can_be_sealed_to_is_refused_when_it_is_read() -> None:
    weak = PublicKey(FIRST.public.raw[:1184] + bytes(32))
    with pytest.raises(BadKeyText, match="nothing can be sealed"):
        PublicKey.parse(weak.text)


def test_a_fingerprint_is_eight_groups_of_five_digits() -> None:
    groups = FIRST.public.fingerprint.split(" ")
    assert [len(group) for group in groups] == [5] * 8
    assert all(group.isdecimal() for group in groups)
    assert FIRST.public.fingerprint != SECOND.public.fingerprint
