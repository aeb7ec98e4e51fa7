"""The drill on signal-cli's folder: names of tables and columns, counts, and nothing of what is in them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.seized_signal import seized


def a_folder(folder: Path, *, sent: int = 0) -> Path:
    """As signal-cli leaves it: an account, two people, some files."""
    (folder / "data/123.d").mkdir(parents=True)
    (folder / "attachments").mkdir()
    with closing(sqlite3.connect(folder / "data/123.d/account.db")) as line:
        line.execute("PRAGMA journal_mode=WAL")
        line.execute("CREATE TABLE recipient (_id INTEGER, number TEXT, username TEXT)")
        line.execute("CREATE TABLE message_send_log_content (content BLOB)")
        line.executemany(
            "INSERT INTO recipient VALUES (?, ?, NULL)", [(1, "+41790000001"), (2, "+41790000002")]
        )
        line.executemany("INSERT INTO message_send_log_content VALUES (?)", [(b"what we wrote",)] * sent)
        line.commit()
    return folder


def test_people_are_counted_by_the_columns_that_hold_anything(tmp_path: Path) -> None:
    (found,) = seized(a_folder(tmp_path))
    assert (found.where, found.opened, found.fields) == ("signal-cli:recipient", 2, {"_id", "number"})
    assert "4179" not in repr(found)


def test_what_we_wrote_and_files_that_stayed_are_named(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, sent=3)
    (folder / "attachments/voice.aac").write_bytes(b"x")
    counts = {one.where: one.opened for one in seized(folder)}
    assert (counts["signal-cli:message_send_log_content"], counts["signal-cli:attachments"]) == (3, 1)


def test_it_changes_nothing(tmp_path: Path) -> None:
    database = a_folder(tmp_path) / "data/123.d/account.db"
    before = database.read_bytes()
    seized(tmp_path)
    assert database.read_bytes() == before


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert seized(tmp_path) == []
