"""`tocsin check` and `tocsin route test` as administrators meet them: what is printed, the exit code."""

import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.check import check
from bot.cli.route import route
from tests.bot.bad_configs import BAD_CONFIGS

pytestmark = pytest.mark.slow

SHIPPED = Path(__file__).parents[3] / "config"


@pytest.fixture
def cli() -> typer.Typer:
    app = typer.Typer()
    app.command()(check)
    app.add_typer(route)
    return app


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A copy of the shipped folder in which nobody can open a report."""
    folder = tmp_path / "config"
    shutil.copytree(SHIPPED, folder)
    shutil.copy(BAD_CONFIGS / "responders" / "telegram_only.yaml", folder / "responders.yaml")
    return folder


def test_check_prints_file_line_and_sentence_and_exits_with_one(cli: typer.Typer, broken: Path) -> None:
    told = CliRunner().invoke(cli, ["check", "--config", str(broken)])
    assert told.exit_code == 1
    assert f'{broken}/responders.yaml:30:3: receiver "team": at immediate' in told.output


def test_route_test_shows_route_ladder_and_readers(cli: typer.Typer) -> None:
    words = [
        "route",
        "test",
        "level=immediate",
        "country=CH",
        "--at",
        "2026-11-02T03:00Z",
        "--config",
        str(SHIPPED),
    ]
    told = CliRunner().invoke(cli, words)
    assert told.exit_code == 0
    assert told.output.splitlines() == [
        "receiver  protection-team  (the root: nothing below it matched)",
        "ladder    immediate",
        "  at once second  (all channels)",
        "       3m first, second  (all channels)",
        "      10m coordinator, second  (all channels)",
        "          then every 5m, until somebody has it: second, first, coordinator",
        "may open  second",
        "may not   first, coordinator",
    ]


@pytest.mark.parametrize(("expected", "code"), [("protection-team", 0), ("somebody-else", 1)])
def test_an_expectation_that_does_not_hold_exits_with_one(cli: typer.Typer, expected: str, code: int) -> None:
    words = ["route", "test", "level=urgent", "--expect", expected, "--config", str(SHIPPED)]
    assert CliRunner().invoke(cli, words).exit_code == code


@pytest.mark.parametrize(
    "words",
    [
        ["colour=red"],
        ["level"],
        ["level=critical"],
        ["level=unknown"],
        ["acts=threat,mising"],
        ["level=urgent", "--at", "noon"],
    ],
)
def test_labels_that_no_report_has_are_refused(cli: typer.Typer, words: list[str]) -> None:
    told = CliRunner().invoke(cli, ["route", "test", *words, "--config", str(SHIPPED)])
    assert told.exit_code == 2
    assert told.output


def test_a_broken_folder_is_sent_to_check_first(cli: typer.Typer, broken: Path) -> None:
    told = CliRunner().invoke(cli, ["route", "test", "level=urgent", "--config", str(broken)])
    assert told.exit_code == 2
    assert "tocsin check" in told.output


@pytest.mark.parametrize(
    ("file", "broken_by", "problem"),
    [
        ("locales/fr/desk.po", "\ngarbage here\n", "expected a comment, or a keyword and a text in quotes"),
        (
            "locales/es/chat.po",
            '\nmsgid "never closed\n',
            "expected a comment, or a keyword and a text in quotes",
        ),
        (
            "locales/ar/chat.po",
            '\nmsgctxt "chat/more"\nmsgid "x"\n',
            "not readable as a PO file from here on",
        ),
        ("words/es.txt", "\nzzzz\n", "word list 'es': expected 1024 different words"),
    ],
)
def test_check_names_a_file_that_was_damaged(
    cli: typer.Typer, tmp_path: Path, file: str, broken_by: str, problem: str
) -> None:
    folder = tmp_path / "config"
    shutil.copytree(SHIPPED, folder)
    with (folder / file).open("a") as damaged:
        damaged.write(broken_by)
    told = CliRunner().invoke(cli, ["check", "--config", str(folder)])
    assert told.exit_code == 1
    assert problem in told.output
    assert file.partition(".txt")[0].removesuffix("/es") in told.output


@pytest.mark.parametrize("name", ["texts/desk.yaml", "texts", "words", "locales", "flows"])
def test_check_says_what_is_not_there(cli: typer.Typer, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "config"
    shutil.copytree(SHIPPED, folder)
    shutil.rmtree(folder / name) if (folder / name).is_dir() else (folder / name).unlink()
    told = CliRunner().invoke(cli, ["check", "--config", str(folder)])
    assert told.exit_code == 1
    assert f"{folder}/{name}" in told.output
    assert len(told.output.splitlines()) < 10


@pytest.mark.parametrize(
    ("written", "problem"), [(None, "No such file"), ("hello", "expected the line that")]
)
def test_check_reads_the_recovery_keys(
    cli: typer.Typer, tmp_path: Path, written: str | None, problem: str
) -> None:
    folder = tmp_path / "config"
    shutil.copytree(SHIPPED, folder)
    settings = folder / "tocsin.yaml"
    text = settings.read_text().replace("recovery_keys: []", "recovery_keys: [recovery.pub]")
    settings.write_text(text)
    line = 1 + text[: text.index("recovery_keys: [")].count("\n")
    if written is not None:
        (folder / "recovery.pub").write_text(written)
    told = CliRunner().invoke(cli, ["check", "--config", str(folder)])
    assert told.exit_code == 1
    assert f"tocsin.yaml:{line}:" in told.output
    assert problem in told.output


def test_route_test_refuses_a_country_that_is_no_code(cli: typer.Typer) -> None:
    told = CliRunner().invoke(cli, ["route", "test", "country=Guatemala", "--config", str(SHIPPED)])
    assert told.exit_code == 2
    assert 'country "Guatemala": expected two capital letters (ISO 3166), such as GT' in told.output
