"""Key files: locked, private, never replaced by accident, and old cases stay readable after a rotation."""

import base64
import struct
from pathlib import Path

import pytest

from responders.envelope import NotForThisKey, seal
from responders.keys import (
    STANDARD,
    BadKeyFile,
    Cost,
    WrongPassphrase,
    change_passphrase,
    load,
    new_key_file,
    rotate,
)
from responders.secret import Secret, SecretError

PHRASE = Secret("seven grey herons over a café")
CHEAP = Cost(memory=64, passes=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "first.key"


def test_the_standard_cost_is_64_mib_and_three_passes() -> None:
    assert Cost(memory=65536, passes=3, lanes=1) == STANDARD


def test_a_new_key_opens_again_with_its_passphrase(path: Path) -> None:
    made = new_key_file(path, PHRASE, cost=CHEAP)
    assert load(path, PHRASE).public == made.public
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_way_a_keyboard_composes_letters_does_not_matter(path: Path) -> None:
    made = new_key_file(path, PHRASE, cost=CHEAP)
    assert load(path, Secret("seven grey herons over a cafe\u0301")).public == made.public


def test_a_wrong_passphrase_is_told_apart_from_a_wrong_file(path: Path) -> None:
    new_key_file(path, PHRASE, cost=CHEAP)
    with pytest.raises(WrongPassphrase, match="wrong passphrase"):
        load(path, Secret("seven grey herons"))
    path.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    with pytest.raises(BadKeyFile, match="not a Tocsin key file"):
        load(path, PHRASE)


def test_an_existing_file_is_never_replaced(path: Path) -> None:
    path.write_text("a key somebody needs")
    with pytest.raises(FileExistsError):
        new_key_file(path, PHRASE, cost=CHEAP)
    assert path.read_text() == "a key somebody needs"


def test_a_key_file_that_others_can_read_is_refused(path: Path) -> None:
    new_key_file(path, PHRASE, cost=CHEAP)
    path.chmod(0o640)
    with pytest.raises(SecretError, match="chmod 600"):
        load(path, PHRASE)


@pytest.mark.parametrize(
    ("memory", "passes", "lanes"),
    [(2**31, 3, 1), (64, 255, 1), (64, 1, 200), (0, 1, 1), (64, 0, 1), (64, 1, 0)],
)
def test_a_file_cannot_ask_for_more_than_a_key_file_may(
    path: Path, memory: int, passes: int, lanes: int
) -> None:
    head = struct.pack(">BIBB", 1, memory, passes, lanes)
    rewrite(path, head + bytes(16 + 12 + 48))
    with pytest.raises(BadKeyFile, match="more memory or time"):
        load(path, PHRASE)


@pytest.mark.parametrize("place", [6, 10, 30, 60, -1])
def test_a_changed_byte_is_noticed(path: Path, place: int) -> None:
    new_key_file(path, PHRASE, cost=CHEAP)
    body = bytearray(base64.b64decode("".join(path.read_text().splitlines()[1:-1])))
    body[place] ^= 2
    rewrite(path, bytes(body))
    with pytest.raises((WrongPassphrase, BadKeyFile)):
        load(path, PHRASE)


def test_a_key_file_of_a_later_version_says_so(path: Path) -> None:
    rewrite(path, b"\x02" + bytes(80))
    with pytest.raises(BadKeyFile, match="version 2"):
        load(path, PHRASE)


def test_after_a_rotation_old_and_new_cases_open(path: Path) -> None:
    old = new_key_file(path, PHRASE, cost=CHEAP)
    before = seal("1", b"old case", [old.public])
    rotated = rotate(path, PHRASE)
    after = seal("2", b"new case", [rotated.public])
    file = load(path, PHRASE)
    assert file.public == rotated.public != old.public
    assert file.open(before, case_id="1").plaintext == b"old case"
    assert file.open(after, case_id="2").plaintext == b"new case"
    with pytest.raises(NotForThisKey):
        old.open(after, case_id="2")


def test_a_rotation_with_the_wrong_passphrase_changes_nothing(path: Path) -> None:
    new_key_file(path, PHRASE, cost=CHEAP)
    before = path.read_bytes()
    with pytest.raises(WrongPassphrase):
        rotate(path, Secret("seven grey herons"))
    assert path.read_bytes() == before


def test_a_changed_passphrase_opens_the_same_keys_and_the_old_one_nothing(path: Path) -> None:
    made = new_key_file(path, PHRASE, cost=CHEAP)
    change_passphrase(path, PHRASE, Secret("another six words of mine"))
    assert load(path, Secret("another six words of mine")).public == made.public
    with pytest.raises(WrongPassphrase):
        load(path, PHRASE)


def test_the_file_does_not_tell_whose_key_it_holds(path: Path) -> None:
    made = new_key_file(path, PHRASE, cost=CHEAP)
    body = base64.b64decode("".join(path.read_text().splitlines()[1:-1]))
    for telling in (made.current.reveal_seed(), made.public.raw[:16], bytes.fromhex(made.public.id)):
        assert telling not in body


def rewrite(path: Path, body: bytes) -> None:
    text = base64.encodebytes(body).decode()
    path.touch(0o600)
    path.write_text(f"-----BEGIN TOCSIN KEY FILE-----\n{text}-----END TOCSIN KEY FILE-----\n")
