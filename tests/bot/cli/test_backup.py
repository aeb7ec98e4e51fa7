"""`tocsin backup` and `tocsin restore` as an administrator runs them, on the old machine and on a new one."""

import json
import shutil
from pathlib import Path

import pytest

from responders.keyring import MasterKey
from tests.bot.cli.installations import Installation, an_installation
from tests.bot.cli.test_records import prepared

pytestmark = pytest.mark.slow


@pytest.fixture
def old(short_folder: Path) -> Installation:
    """An installation with some audit in its store."""
    made = an_installation(short_folder)
    prepared(short_folder / "config", entries=3)
    return made


def test_a_new_machine_is_made_of_one_file_and_the_master_key(old: Installation) -> None:
    made = old.tocsin("backup", "tonight.backup")
    assert made.returncode == 0, made.stderr
    assert (old.folder / "tonight.backup").stat().st_mode & 0o777 == 0o600
    for gone in ("config", "state"):
        shutil.move(old.folder / gone, old.folder / f"{gone}-of-the-old-machine")

    told = old.tocsin("restore", "tonight.backup", "--config", "config")
    assert told.returncode == 0, told.stderr
    assert "config: made from the backup" in told.stdout
    assert "Restored from" in told.stdout
    assert "whole: 3 entries" in old.tocsin("audit").stdout
    for name in ("tocsin.yaml", "responders.yaml", "flows/reprisal.yaml"):
        kept = old.folder / "config-of-the-old-machine" / name
        assert (old.folder / "config" / name).read_bytes() == kept.read_bytes()


def test_the_drill_tries_a_backup_and_changes_nothing(old: Installation) -> None:
    old.tocsin("backup", "tonight.backup")
    before = old.tocsin("audit").stdout
    told = old.tocsin("restore", "tonight.backup", "--drill")
    assert told.returncode == 0, told.stderr
    assert "3 entries of the audit are whole" in told.stdout
    assert old.tocsin("audit").stdout == before


def test_a_store_that_is_in_use_is_not_restored_over(old: Installation) -> None:
    old.tocsin("backup", "tonight.backup")
    told = old.tocsin("restore", "tonight.backup")
    assert told.returncode == 1
    assert "the store is not empty" in told.stderr


def test_a_file_that_is_there_already_is_not_overwritten(old: Installation) -> None:
    (old.folder / "tonight.backup").write_text("something else")
    told = old.tocsin("backup", "tonight.backup")
    assert told.returncode == 1
    assert "name a new file" in told.stderr
    assert (old.folder / "tonight.backup").read_text() == "something else"


def test_what_is_no_backup_or_of_another_key_is_refused_in_a_sentence(old: Installation) -> None:
    (old.folder / "holiday.jpg").write_bytes(b"\xff\xd8")
    assert "expected a file that `tocsin backup` wrote" in old.tocsin("restore", "holiday.jpg").stderr
    assert "No such file" in old.tocsin("restore", "nothing.backup").stderr
    old.tocsin("backup", "tonight.backup")
    (old.folder / "keys/master").unlink()
    MasterKey.new_file(old.folder / "keys/master")
    told = old.tocsin("restore", "tonight.backup", "--drill")
    assert told.returncode == 1
    assert "another master key" in told.stderr


def test_without_the_master_key_a_backup_shows_nothing_but_its_size(old: Installation) -> None:
    old.tocsin("backup", "tonight.backup")
    content = (old.folder / "tonight.backup").read_bytes()
    for plain in (
        b"case.opened",
        b"first focal point",
        b"{audit}",
        b"languages",
        json.dumps("first").encode(),
    ):
        assert plain not in content


def test_a_store_that_a_later_version_used_stops_the_start_with_a_sentence(old: Installation) -> None:
    prepared(old.folder / "config", ("SET", "{schema}", "999"))
    told = old.tocsin("run")
    assert told.returncode == 1
    assert "it was used by a later Tocsin" in told.stderr


def test_the_seizure_drill_names_fields_and_shows_no_content(old: Installation) -> None:
    told = old.tocsin("drill")
    assert told.returncode == 0, told.stderr
    assert "Somebody has a copy of this store, the master key and the transit keyring." in told.stdout
    assert "{audit}" in told.stdout
    assert "case.opened" not in told.stdout


def test_a_drill_with_another_master_key_says_so_and_lists_nothing(old: Installation) -> None:
    assert old.tocsin("people", "invite", "first").returncode == 0
    other = old.folder / "other"
    MasterKey.new_file(other)
    old.environment = {**old.environment, "TOCSIN_MASTER_KEY_FILE": str(other)}
    told = old.tocsin("drill")
    assert (told.returncode, told.stdout) == (1, "")
    assert "another master key" in told.stderr
