"""`tocsin check` on what stands beside the two files: secrets, flows that nobody is asked, pipes."""

import os
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.check import check, withheld
from bot.cli.check import check as command
from tests.bot.bad_configs import NOW

SHIPPED = Path(__file__).parents[2] / "config"
TOKEN = "123456:a-token-of-the-right-form"

pytestmark = pytest.mark.slow  # each reads the whole folder again


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the shipped folder whose accounts have their tokens in files."""
    folder = tmp_path / "config"
    shutil.copytree(SHIPPED, folder)
    settings = folder / "tocsin.yaml"
    told = settings.read_text()
    for name, token in (("INTAKE", TOKEN), ("ALERTS", f"7{TOKEN}")):
        told = told.replace(
            f"token: {{env: TOCSIN_TELEGRAM_{name}_TOKEN}}", f"token: {{file: {tmp_path / name}}}"
        )
        secret(tmp_path / name, token)
    settings.write_text(told)
    return folder


def secret(path: Path, text: str) -> None:
    path.write_text(f"{text}\n")
    path.chmod(0o600)


def problems(config: Path) -> list[str]:
    """What is said, without where the temporary folder is."""
    return [str(problem).replace(f"{config.parent}/", "") for problem in check(config, NOW)]


def test_two_tokens_in_files_of_their_own_are_all_right(config: Path) -> None:
    assert problems(config) == []


@pytest.mark.parametrize("wrong", ["bot123456:abc", "@lantern_bot", f'"{TOKEN}"', f"token: {TOKEN}"])
def test_what_is_no_token_is_named_and_not_quoted(config: Path, wrong: str) -> None:
    secret(config.parent / "ALERTS", wrong)
    (said,) = problems(config)
    assert said.endswith(": ALERTS: expected the token that @BotFather gave, nothing else")
    assert wrong not in said


def test_a_new_token_of_the_same_account_is_the_same_account(config: Path) -> None:
    secret(config.parent / "ALERTS", f"{TOKEN}-renewed")
    (said,) = problems(config)
    assert "both files hold a token of one account" in said


def test_files_that_cannot_be_used_are_named_with_their_line(config: Path) -> None:
    (config.parent / "INTAKE").chmod(0o644)
    (config.parent / "ALERTS").unlink()
    line = (config / "tocsin.yaml").read_text().split("token: ")[0].count("\n") + 1
    intake, alerts = problems(config)
    assert intake.startswith(f"tocsin.yaml:{line}:")
    assert intake.endswith("INTAKE: others on this computer can read or change it (mode 0644): chmod 600 it")
    assert alerts.endswith("ALERTS: No such file or directory")


def test_on_a_computer_without_the_folder_of_secrets_they_are_only_a_warning(config: Path) -> None:
    settings = config / "tocsin.yaml"
    settings.write_text(settings.read_text().replace(str(config.parent), "/nowhere/secrets"))
    said = problems(config)
    assert len(said) == 2
    assert all("warning: /nowhere/secrets/" in one for one in said)


def test_a_pipe_is_no_file_and_nobody_waits_for_it(config: Path) -> None:
    for path in (config / "responders.yaml", config.parent / "ALERTS"):
        path.unlink()
        os.mkfifo(path, 0o600)
    said = problems(config)
    assert "responders.yaml:1:1: expected a plain file" in said
    assert any(one.endswith("ALERTS: this is a pipe, not a file") for one in said)


def test_a_copy_of_the_flow_beside_it_would_lend_it_its_texts(config: Path) -> None:
    """Both would be `reprisal`: reporters read the draft's wording."""
    shutil.copy(config / "flows" / "reprisal.yaml", config / "flows" / "reprisal-draft.yaml")
    said = problems(config)
    assert 'the id "reprisal" belongs to flows/reprisal-draft.yaml; expected another one' in " ".join(said)


def test_without_the_flow_that_is_asked_nothing_can_be_asked(config: Path) -> None:
    (config / "flows" / "reprisal.yaml").rename(config / "flows" / "intake.yaml")
    said = problems(config)
    assert "flows/reprisal.yaml:1:1: the file is missing: it is the flow that reporters are asked" in said


@pytest.mark.parametrize("name", ["L" * 41, "Lan\u202etern", "{team}", "Lan\ntern"])
def test_a_name_that_could_turn_a_line_round_is_refused(config: Path, name: str) -> None:
    settings = config / "tocsin.yaml"
    quoted = name.replace("\n", "\\n").replace("\u202e", "\\u202e")
    settings.write_text(settings.read_text().replace("team: Lantern", f'team: "{quoted}"'))
    (said,) = problems(config)
    assert said.endswith("expected a name of at most 40 letters, without braces or hidden characters")


def test_languages_that_are_not_offered_are_said(config: Path) -> None:
    """Without this, `tocsin check` is content and `tocsin run` refuses to start."""
    assert withheld(config) == ("en", "es", "fr", "ar")
    app = typer.Typer()
    app.command()(command)
    told = CliRunner().invoke(app, ["--config", str(config)])
    assert told.exit_code == 0
    assert told.output.splitlines()[-1].endswith("allow_unreviewed_texts is true: en, es, fr, ar")
    settings = config / "tocsin.yaml"
    settings.write_text(settings.read_text().replace("unreviewed_texts: false", "unreviewed_texts: true"))
    assert withheld(config) == ()
