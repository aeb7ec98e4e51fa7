"""What somebody reads who has taken signal-cli's folder as well: its databases are not ours and nothing in them is
sealed. It tells names of tables and columns, and counts; never what is in them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from responders.seizure import Found

DATABASES = "data/*.d/account.db"
FILES = ("attachments", "avatars", "stickers")


def seized(folder: Path) -> list[Found]:
    """Every table with rows in it, of all accounts together, and the files that people sent. Raises OSError."""
    found: dict[str, Found] = {}
    for path in sorted(folder.glob(DATABASES)):
        for table, rows, columns in _tables(path):
            known = found.setdefault(table, Found(f"signal-cli:{table}"))
            known.values += rows
            known.opened += rows
            known.fields |= columns
    for name in FILES:
        if count := sum(path.is_file() for path in (folder / name).rglob("*")):
            found[name] = Found(f"signal-cli:{name}", count, count, {"files"})
    return sorted(found.values(), key=lambda one: one.where)


def _tables(path: Path) -> Iterator[tuple[str, int, set[str]]]:
    """Each table with its rows, and the columns that hold anything."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as line:
        tables = [
            str(name) for (name,) in line.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in tables:
            cursor = line.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name that the file itself gave
            names = [str(column[0]) for column in cursor.description]
            rows, held = 0, set[str]()
            for row in cursor:
                rows += 1
                held |= {
                    name for name, value in zip(names, row, strict=True) if value not in (None, 0, "", b"")
                }
            if rows and not table.startswith("sqlite_"):
                yield table, rows, held
