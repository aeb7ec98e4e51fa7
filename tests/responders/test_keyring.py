"""Master key, boxes and the transit keyring: what opens, what never opens again, what processes share."""

import base64
import hmac
import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from responders.keyring import (
    Box,
    KeyDestroyed,
    KeyringUnreadable,
    MasterKey,
    Tampered,
    TransitKeyring,
    mark,
    pseudonym,
    session_box,
    store_box,
)
from responders.secret import SecretError

RAW = bytes(range(32))
MASTER = MasterKey(RAW)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keyring"


def test_derivation_is_hkdf_as_the_library_does_it() -> None:
    expected = HKDF(SHA256(), 32, b"tocsin/1/master", b"tocsin/1/store\x00context").derive(RAW)
    assert MASTER.derive("store", b"context") == expected


def test_a_keyed_hash_is_the_hmac_of_the_standard_library() -> None:
    master = MasterKey(bytes(range(32)))
    for content in (b"", b"x", bytes(200)):
        whole = hmac.digest(master.derive("mark"), content, "sha256")[:16]
        assert master.keyed_hash("mark", content) == base64.urlsafe_b64encode(whole)[:22].decode()


@pytest.mark.parametrize(
    "text",
    [RAW.hex(), RAW.hex().upper(), base64.b64encode(RAW).decode(), base64.urlsafe_b64encode(RAW).decode()],
)
def test_the_master_key_comes_as_hexadecimal_or_base64(text: str) -> None:
    assert MasterKey.from_env({"TOCSIN_MASTER_KEY": text}).derive("x") == MASTER.derive("x")


@pytest.mark.parametrize("text", ["secret", RAW.hex()[:-2], RAW.hex() + "00", "zz" * 32])
def test_a_wrong_master_key_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(SecretError) as raised:
        MasterKey.from_env({"TOCSIN_MASTER_KEY": text})
    assert str(raised.value).startswith("TOCSIN_MASTER_KEY: expected 32 random bytes")
    assert text not in str(raised.value)


def test_a_new_master_key_file_is_private_and_never_replaced(tmp_path: Path) -> None:
    file = tmp_path / "master"
    made = MasterKey.new_file(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert MasterKey.from_file(file).derive("x") == made.derive("x")
    with pytest.raises(FileExistsError):
        MasterKey.new_file(file)


def test_a_master_key_shows_itself_nowhere() -> None:
    assert repr(MASTER) == str(MASTER) == f"{MASTER}" == "***"
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(MASTER)


def test_a_box_opens_in_its_place_only() -> None:
    box = store_box(MASTER)
    blob = box.seal(b"record", b"{s1}:case:42")
    assert box.open(blob, b"{s1}:case:42") == b"record"
    for wrong, aad in [
        (blob, b"{s1}:case:43"),
        (blob[:-1], b"{s1}:case:42"),
        (blob[:9], b"{s1}:case:42"),
        (b"", b"{s1}:case:42"),
        (bytes([blob[0] ^ 1]) + blob[1:], b"{s1}:case:42"),
    ]:
        with pytest.raises(Tampered):
            box.open(wrong, aad)


def test_two_seals_of_one_record_begin_with_different_tags() -> None:
    box = Box(bytes(32))
    assert box.seal(b"same", b"")[:12] != box.seal(b"same", b"")[:12]


def test_a_session_opens_with_its_owners_address_only() -> None:
    blob = session_box(MASTER, "signal", "+41 1").seal(b"answers", b"")
    assert session_box(MASTER, "signal", "+41 1").open(blob, b"") == b"answers"
    for box in (
        session_box(MASTER, "signal", "+41 2"),
        session_box(MASTER, "telegram", "+41 1"),
        session_box(MASTER, "sig", "nal+41 1"),
        store_box(MASTER),
    ):
        with pytest.raises(Tampered):
            box.open(blob, b"")


def test_pseudonyms_and_marks_are_short_steady_and_apart() -> None:
    name = pseudonym(MASTER, "telegram", "99")
    assert len(name) == len(mark(MASTER, "99")) == 22
    assert name == pseudonym(MasterKey(RAW), "telegram", "99")
    others = {
        pseudonym(MASTER, "signal", "99"),
        pseudonym(MASTER, "telegram9", "9"),
        pseudonym(MasterKey(bytes(32)), "telegram", "99"),
        mark(MASTER, "\x08telegram99"),
    }
    assert len(others) == 4
    assert name not in others


def test_a_transit_item_opens_in_its_place_only(path: Path) -> None:
    ring = TransitKeyring(path, MASTER)
    blob = ring.seal(b"words", b"outbox:1", NOON)
    assert ring.open(blob, b"outbox:1") == b"words"
    for wrong, aad in [(blob, b"outbox:2"), (blob[:-1], b"outbox:1"), (blob[:14], b"outbox:1")]:
        with pytest.raises(Tampered):
            ring.open(wrong, aad)


def test_a_changed_key_number_does_not_open(path: Path) -> None:
    ring = TransitKeyring(path, MASTER)
    ring.seal(b"yesterday's", b"", NOON - DAY)
    blob = bytearray(ring.seal(b"today's", b"", NOON))
    for change in (1, 3):  # a day that has a key, a day that has none
        blob[13] ^= change
        with pytest.raises((Tampered, KeyDestroyed)):
            ring.open(bytes(blob), b"")
        blob[13] ^= change


def test_after_a_restart_everything_that_may_open_still_opens(path: Path) -> None:
    blobs = [TransitKeyring(path, MASTER).seal(b"x", b"", NOON + day * DAY) for day in range(8)]
    ring = TransitKeyring(path, MASTER)
    assert [ring.open(blob, b"") for blob in blobs] == [b"x"] * 8


def test_a_destroyed_day_is_gone_from_memory_and_from_disk(path: Path) -> None:
    ring = TransitKeyring(path, MASTER)
    old, new = ring.seal(b"old", b"", NOON), ring.seal(b"new", b"", NOON + DAY)
    before = path.read_bytes()
    ring.destroy_before((NOON + DAY).date())
    for keyring in (ring, TransitKeyring(path, MASTER)):
        assert keyring.open(new, b"") == b"new"
        with pytest.raises(KeyDestroyed):
            keyring.open(old, b"")
    gone = {key["sealed"] for key in json.loads(before)["keys"]}
    kept = path.read_text()
    assert len(json.loads(kept)["keys"]) == 1
    assert not any(sealed in kept for sealed in gone)
    assert sorted(file.name for file in path.parent.iterdir()) == ["keyring", "keyring.lock"]


def test_the_bytes_of_the_replaced_file_are_overwritten(path: Path) -> None:
    ring = TransitKeyring(path, MASTER)
    ring.seal(b"x", b"", NOON)
    with path.open("rb") as former:
        ring.destroy_before((NOON + DAY).date())
        assert set(former.read()) == {0}


def test_no_more_than_eight_days_are_kept_whatever_the_caller_says(path: Path) -> None:
    ring = TransitKeyring(path, MASTER)
    blobs = []
    for day in range(10):
        blobs.append(ring.seal(b"x", b"", NOON + day * DAY))
        ring.destroy_before(date(2020, 1, 1))
    assert len(json.loads(path.read_text())["keys"]) == 8
    for blob in blobs[:2]:
        with pytest.raises(KeyDestroyed):
            ring.open(blob, b"")
    assert ring.open(blobs[2], b"") == b"x"


def test_a_destroyed_day_never_gets_a_second_key(path: Path) -> None:
    ring = TransitKeyring(path, MASTER)
    old = ring.seal(b"old", b"", NOON)
    ring.destroy_before(date(9999, 1, 1))
    again = ring.seal(b"again", b"", NOON)
    assert ring.open(again, b"") == b"again"
    assert old[12:14] != again[12:14]
    with pytest.raises(KeyDestroyed):
        ring.open(old, b"")


def test_a_clock_that_goes_back_changes_nothing(path: Path) -> None:
    ring = TransitKeyring(path, MASTER)
    today = ring.seal(b"x", b"", NOON)
    for then in (NOON - DAY, datetime(1999, 1, 1, tzinfo=UTC)):
        assert ring.seal(b"x", b"", then)[12:14] == today[12:14]
    assert TransitKeyring(path.with_name("other"), MASTER).seal(b"x", b"", datetime(1999, 1, 1, tzinfo=UTC))


def test_the_day_changes_at_midnight_utc_wherever_the_clock_hangs(path: Path) -> None:
    ring = TransitKeyring(path, MASTER)
    late = ring.seal(b"x", b"", datetime(2026, 3, 1, 23, 59, tzinfo=UTC))
    elsewhere = ring.seal(b"x", b"", datetime.fromisoformat("2026-03-02T01:59+02:00"))
    after = ring.seal(b"x", b"", datetime.fromisoformat("2026-03-01T19:00-05:00"))
    assert late[12:14] == elsewhere[12:14] != after[12:14]


def test_two_processes_share_one_file(path: Path) -> None:
    one, other = TransitKeyring(path, MASTER), TransitKeyring(path, MASTER)
    assert other.open(one.seal(b"from one", b"", NOON), b"") == b"from one"
    assert one.open(other.seal(b"from the other", b"", NOON + DAY), b"") == b"from the other"
    assert one.seal(b"", b"", NOON + DAY)[12:14] == other.seal(b"", b"", NOON + DAY)[12:14]
    assert len(json.loads(path.read_text())["keys"]) == 2


def test_of_many_that_need_the_days_first_key_at_once_one_makes_it(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        blobs = list(pool.map(lambda _: TransitKeyring(path, MASTER).seal(b"x", b"", NOON), range(24)))
    ring = TransitKeyring(path, MASTER)
    assert [ring.open(blob, b"") for blob in blobs] == [b"x"] * 24
    assert len(json.loads(path.read_text())["keys"]) == 1


def test_another_master_key_or_a_damaged_file_stops_and_overwrites_nothing(path: Path) -> None:
    TransitKeyring(path, MASTER).seal(b"x", b"", NOON)
    whole = path.read_bytes()
    with pytest.raises(KeyringUnreadable, match="another master key"):
        TransitKeyring(path, MasterKey(bytes(32))).seal(b"x", b"", NOON)
    for damaged in (b"", b"{}", whole[:-5], b'{"floor": 1, "keys": [3]}'):
        path.write_bytes(damaged)
        with pytest.raises(KeyringUnreadable, match="damaged"):
            TransitKeyring(path, MASTER).seal(b"x", b"", NOON)
        assert path.read_bytes() == damaged


def test_a_missing_file_is_a_missing_volume_and_not_a_destroyed_key(path: Path) -> None:
    blob = TransitKeyring(path, MASTER).seal(b"x", b"", NOON)
    path.unlink()
    with pytest.raises(KeyringUnreadable, match="not there"):
        TransitKeyring(path, MASTER).open(blob, b"")


def test_a_half_written_file_of_a_killed_process_is_in_nobodys_way(path: Path) -> None:
    path.with_name("keyring.new").write_bytes(b"{")
    ring = TransitKeyring(path, MASTER)
    assert ring.open(ring.seal(b"x", b"", NOON), b"") == b"x"


def test_the_keyring_file_holds_no_key_in_the_open_and_is_private(path: Path) -> None:
    ring = TransitKeyring(path, MASTER)
    ring.seal(b"x", b"", NOON)
    stored = json.loads(path.read_text())
    assert [len(base64.b64decode(key["sealed"])) for key in stored["keys"]] == [12 + 32 + 16]
    assert path.stat().st_mode & 0o777 == 0o600
