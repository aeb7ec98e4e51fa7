"""A secret stays out of sight however it is printed, and its file must be its owner's alone."""

import copy
import json
import pickle
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from responders.secret import Secret, SecretError, fault_of

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@dataclass(frozen=True)
class Settings:
    token: Secret


def test_no_way_of_printing_shows_it() -> None:
    secret = Secret(TOKEN)
    shown = [
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret:>40}",
        f"{secret!r}",
        "%s" % secret,  # noqa: UP031 - logging formats so
        "{}".format(secret),  # noqa: UP032
        repr({"token": secret}),
        repr(Settings(secret)),
        str(asdict(Settings(secret))),
        json.dumps(secret, default=str),
    ]
    assert all("***" in text and TOKEN[:9] not in text for text in shown)
    assert secret.reveal() == TOKEN


def test_it_is_neither_json_nor_pickle() -> None:
    with pytest.raises(TypeError):
        json.dumps(Secret(TOKEN))
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Secret(TOKEN))


def test_equal_secrets_are_equal_and_a_text_is_not_a_secret() -> None:
    assert Secret("é") == Secret("é") != Secret("e")
    assert copy.deepcopy(Secret(TOKEN)) == Secret(TOKEN)
    assert Secret(TOKEN) != TOKEN
    with pytest.raises(TypeError):
        hash(Secret(TOKEN))


def test_a_private_file_gives_its_text_without_the_line_end(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    file.chmod(0o600)
    assert Secret.from_file(file).reveal() == TOKEN
    assert Secret.from_env({"X_FILE": str(file)}, "X") == Secret.from_env({"X": TOKEN}, "X")


def test_a_file_that_others_can_read_is_refused_with_the_cure(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    file.chmod(0o644)
    with pytest.raises(SecretError) as raised:
        Secret.from_file(file)
    assert str(raised.value) == (
        f"{file}: others on this computer can read or change it (mode 0644): chmod 600 it"
    )


@pytest.mark.parametrize(
    ("mode", "owner", "reader", "is_private"),
    [
        (0o600, 1000, 1000, True),
        (0o400, 0, 0, True),
        (0o440, 0, 1000, True),  # systemd's LoadCredential=
        (0o440, 0, 0, False),
        (0o460, 0, 1000, False),
        (0o640, 1000, 1000, False),
        (0o604, 0, 1000, False),
    ],
)
def test_only_a_file_lent_by_root_may_be_readable_by_its_group(
    mode: int, owner: int, reader: int, is_private: bool
) -> None:
    assert (fault_of(mode, owner, reader) is None) is is_private


def test_each_fault_names_the_place_and_never_the_value(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch(0o600)
    large = tmp_path / "large"
    large.touch(0o600)
    large.write_bytes(bytes(70_000))
    binary = tmp_path / "binary"
    binary.touch(0o600)
    binary.write_bytes(b"\xff\xfe")
    for environment, message in [
        ({}, "X is not set: give it, or name a file in X_FILE"),
        ({"X": ""}, "X is not set: give it, or name a file in X_FILE"),
        ({"X": "a", "X_FILE": "b"}, "X and X_FILE are both set: keep one"),
        ({"X_FILE": str(tmp_path / "none")}, f"{tmp_path / 'none'}: No such file or directory"),
        ({"X_FILE": str(empty)}, f"{empty}: the file is empty"),
        ({"X_FILE": str(large)}, f"{large}: larger than 65536 bytes, this is not a file of ours"),
        ({"X_FILE": str(binary)}, f"{binary}: expected text in UTF-8"),
    ]:
        with pytest.raises(SecretError) as raised:
            Secret.from_env(environment, "X")
        assert str(raised.value) == message
