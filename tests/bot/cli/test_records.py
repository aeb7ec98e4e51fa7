"""What can be looked back on: a whole chain says its head, a changed one says where, small counts stay hidden."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from responders.statistics import STATS, Row, rows
from responders.store import Field, Store
from responders.valkey import EmbeddedStore

pytestmark = pytest.mark.slow

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture
def installation(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped configuration with its state in a folder of its own."""
    folder = short_folder / "config"
    folder.mkdir()
    for name in ("tocsin.yaml", "responders.yaml"):
        (folder / name).write_text((CONFIG / name).read_text("utf-8"), "utf-8")
    monkeypatch.chdir(short_folder)
    return folder


def prepared(
    folder: Path, *commands: tuple[str, ...], entries: int = 0, counts: dict[str, int] | None = None
) -> None:
    """Put something into the installation's own store."""

    async def act() -> None:
        async with EmbeddedStore(folder.parent / "state") as embedded:
            store = Store(embedded.url)
            for number in range(entries):
                entry = {"at": 1_795_000_000 + number, "act": "case.opened", "by": None, "case": 40 + number}
                await store.append_audit(f"entry-{number}", json.dumps(entry).encode())
            await store.put([Field(STATS, name, add=count) for name, count in (counts or {}).items()])
            for command in commands:
                await store._command(*command)
            await store.close()

    asyncio.run(act())


def test_a_whole_chain_is_shown_with_its_head(installation: Path) -> None:
    prepared(installation, entries=3)
    told = CliRunner().invoke(app, ["audit", "--config", str(installation)])
    assert told.exit_code == 0
    assert "42  case.opened" in told.stdout
    assert "whole: 3 entries, head " in told.stdout


def test_a_head_that_was_noted_is_found_again_when_more_has_come(installation: Path) -> None:
    prepared(installation, entries=1)
    head = CliRunner().invoke(app, ["audit", "--config", str(installation)]).stdout.split()[-1]
    prepared(installation, entries=2)
    assert CliRunner().invoke(app, ["audit", "--config", str(installation), "--head", head]).exit_code == 0


def test_a_cut_chain_is_told_by_the_head_that_was_noted(installation: Path) -> None:
    prepared(installation, entries=2)
    head = CliRunner().invoke(app, ["audit", "--config", str(installation)]).stdout.split()[-1]
    prepared(installation, ("DEL", "{audit}", "{audit}:head"))
    told = CliRunner().invoke(app, ["audit", "--config", str(installation), "--head", head])
    assert told.exit_code == 1
    assert "BROKEN" in told.stdout


def test_an_entry_that_was_removed_breaks_the_chain(installation: Path) -> None:
    prepared(installation, ("LPOP", "{audit}"), entries=2)
    told = CliRunner().invoke(app, ["audit", "--config", str(installation)])
    assert told.exit_code == 1
    assert "BROKEN at entry 1" in told.stdout


def test_a_head_that_is_no_head_is_refused_with_a_sentence(installation: Path) -> None:
    told = CliRunner().invoke(app, ["audit", "--config", str(installation), "--head", "xyz"])
    assert told.exit_code == 1
    assert "64 hexadecimal digits" in told.output


def test_no_row_under_five_is_shown_as_a_number(installation: Path) -> None:
    prepared(installation, counts={"2026-11|urgent|2": 4, "2026-11|routine|8": 5})
    told = CliRunner().invoke(app, ["stats", "--config", str(installation)])
    assert "urgent     outcome 2  under 5" in told.stdout
    assert "routine    outcome 8  5" in told.stdout


def test_rows_are_sorted_by_month() -> None:
    stored = {"2026-12|urgent|1": b"7", "2026-11|urgent|1": b"3"}
    assert list(rows(stored)) == [Row("2026-11", "urgent", 1, None), Row("2026-12", "urgent", 1, 7)]
