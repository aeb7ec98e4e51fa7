"""`tocsin keys` as a focal point meets it: what is asked, what is printed, what a mistake gets."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.keys import keys
from responders.envelope import PrivateKey, PublicKey
from responders.keys import Cost, load, new_key_file
from responders.secret import Secret

pytestmark = pytest.mark.slow

PHRASE = "seven grey herons over a café"
CHEAP = Cost(memory=64, passes=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "my.tocsin-key"


def run(*arguments: str | Path, typed: str = "") -> Result:
    return CliRunner().invoke(keys, [str(argument) for argument in arguments], input=typed)


def key_line(result: Result) -> str:
    return next(line for line in result.stdout.splitlines() if line.startswith("tocsin1"))


def test_a_new_key_is_made_shown_and_followed_by_what_to_do(path: Path) -> None:
    result = run("new", path, typed=f"{PHRASE}\n{PHRASE}\n")
    assert result.exit_code == 0
    key = load(path, Secret(PHRASE)).public
    assert PublicKey.parse(key_line(result)) == key
    assert key.fingerprint in result.stdout
    assert "What to do now" in result.stdout
    assert PHRASE not in result.output


def test_a_rotated_key_shows_the_new_key_and_keeps_the_old_one(path: Path) -> None:
    old = new_key_file(path, Secret(PHRASE), cost=CHEAP).public
    rotated = run("rotate", path, typed=f"{PHRASE}\n")
    shown = run("show", path, typed=f"{PHRASE}\n")
    assert rotated.exit_code == shown.exit_code == 0
    assert key_line(rotated) == key_line(shown) != old.text
    assert f"Older keys in this file, for older cases: {old.id}" in shown.stdout


def test_only_the_key_can_be_printed_for_a_pipe(path: Path, tmp_path: Path) -> None:
    made = new_key_file(path, Secret(PHRASE), cost=CHEAP)
    file = tmp_path / "passphrase"
    file.touch(0o600)
    file.write_text(PHRASE + "\n")
    assert run("show", path, "--only-key", "--passphrase-file", file).stdout == made.public.text + "\n"


def test_the_passphrase_can_be_changed(path: Path) -> None:
    made = new_key_file(path, Secret(PHRASE), cost=CHEAP)
    new = "six other words, none of them grey"
    assert run("passphrase", path, typed=f"{PHRASE}\n{new}\n{new}\n").exit_code == 0
    assert load(path, Secret(new)).public == made.public


def test_each_mistake_gets_one_sentence_and_exit_code_1(path: Path) -> None:
    new_key_file(path, Secret(PHRASE), cost=CHEAP)
    other = path.with_name("other")
    for arguments, typed, sentence in [
        (("new", path), "", "exists already; give another name, or use `tocsin keys rotate`"),
        (
            ("new", other),
            "short\nshort\n",
            "the passphrase is shorter than 16 characters: use five or six words",
        ),
        (("show", path), "wrong\n", "wrong passphrase, or the file was changed"),
        (("show", other), "x\n", "No such file or directory"),
        (("rotate", path), "wrong\n", "wrong passphrase, or the file was changed"),
        (("passphrase", path), "wrong\n", "wrong passphrase, or the file was changed"),
    ]:
        result = run(*arguments, typed=typed)
        assert (result.exit_code, sentence in result.stderr) == (1, True), (arguments, result.stderr)
        assert "Traceback" not in result.output


def test_an_administrator_sees_the_fingerprint_of_a_pasted_key() -> None:
    key = PrivateKey(bytes(32)).public
    for result in (
        run("fingerprint", key.text),
        run("fingerprint", "-", typed=key.text[:800] + "\n" + key.text[800:]),
    ):
        assert result.exit_code == 0
        assert f"Fingerprint: {key.fingerprint}" in result.stdout
    cut_short = run("fingerprint", key.text[:-20])
    assert (cut_short.exit_code, "not copied whole" in cut_short.stderr) == (1, True)


def test_recovery_says_who_holds_the_key() -> None:
    result = run("recovery")
    assert result.exit_code == 0
    assert "never the system's administrator" in result.stdout


@pytest.mark.parametrize("command", ["new", "show", "rotate", "passphrase", "fingerprint", "recovery"])
def test_every_command_explains_itself(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) > 4


def test_help_loads_no_cryptography() -> None:
    loaded = "import sys, bot.cli.keys; sys.exit('cryptography' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0  # noqa: S603 - our own line
