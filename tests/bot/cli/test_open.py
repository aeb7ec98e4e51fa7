"""`tocsin open` without a service: envelopes from files, slips, and text that would like to drive the terminal.
test_production.py has it at the desk of a running one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.cli.open import on_screen
from responders.envelope import PrivateKey, seal
from responders.keys import Cost, KeyFile, new_key_file
from responders.secret import Secret
from tests.bot.cli.installations import LINE, PHRASE

pytestmark = pytest.mark.slow


@pytest.fixture
def key(tmp_path: Path) -> KeyFile:
    return new_key_file(tmp_path / "key", Secret(PHRASE), cost=Cost(memory=64, passes=1))


def an_envelope(path: Path, words: str, *readers: PrivateKey) -> Path:
    body = {"kind": "report", "report": {"words": [words]}, "reasons": []}
    path.write_bytes(seal("c1", json.dumps(body).encode(), [reader.public for reader in readers]))
    return path


def open_(folder: Path, *arguments: str | Path, typed: str = PHRASE + "\n") -> Result:
    words = ["open", "--key", folder / "key", *arguments]
    return CliRunner().invoke(app, [str(word) for word in words], input=typed)


def test_an_envelope_is_opened_from_a_file_without_a_service(tmp_path: Path, key: KeyFile) -> None:
    sealed = an_envelope(tmp_path / "report", "they came at night", key.current)
    result = open_(tmp_path, "--file", sealed)
    assert result.exit_code == 0
    assert "they came at night" in result.stdout
    assert PHRASE not in result.output


def test_answers_and_reasons_stand_in_the_language_that_was_named(tmp_path: Path, key: KeyFile) -> None:
    report = {
        "kind": "report",
        "report": {"opening": "unsafe"},
        "reasons": [{"code": "opening.unsafe", "quote": None}],
    }
    path = tmp_path / "report"
    path.write_bytes(seal("42", json.dumps(report).encode(), [key.current.public]))
    assert "Not safe right now" in open_(tmp_path, "--file", path).stdout
    shown = open_(tmp_path, "--file", path, "--language", "fr").stdout
    assert "Not safe right now" not in shown
    assert "opening.unsafe" not in shown
    assert open_(tmp_path, "--file", path, "--language", "xx").exit_code == 2


def test_each_slip_gets_one_sentence_and_exit_code_1(tmp_path: Path, key: KeyFile) -> None:
    others = an_envelope(tmp_path / "others", "x", PrivateKey.generate())
    damaged = tmp_path / "damaged"
    damaged.write_bytes(an_envelope(tmp_path / "mine", "x", key.current).read_bytes()[:-1])
    for arguments, typed, sentence in [
        (("--file", others), PHRASE, "not sealed to any key of this key file"),
        (("--file", damaged), PHRASE, "tocsin: "),
        (("--file", tmp_path / "none"), PHRASE, "No such file or directory"),
        (("--file", others), "wrong", "wrong passphrase"),
        (
            ("--as", "first", "--url", "http://127.0.0.1:9"),
            PHRASE,
            "is the service running, and the SSH tunnel",
        ),
    ]:
        result = open_(tmp_path, *arguments, typed=typed + "\n")
        assert (result.exit_code, sentence in result.stderr) == (1, True), (arguments, result.stderr)


def test_whoever_says_neither_who_they_are_nor_what_to_open_is_asked(tmp_path: Path) -> None:
    result = open_(tmp_path)
    assert (result.exit_code, "say who you are" in result.stderr) == (2, True)


def test_what_a_reporter_wrote_cannot_drive_the_terminal(tmp_path: Path, key: KeyFile) -> None:
    sealed = an_envelope(tmp_path / "report", "\x1b[2J\x1b]0;title\x07 no\u202egninraw", key.current)
    shown = open_(tmp_path, "--file", sealed).stdout
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown


def test_lines_letters_and_isolates_stay() -> None:
    said = "سطر\n\tline é \u2068x\u2069"
    assert on_screen(said) == said


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
@pytest.mark.parametrize(("command", "cores"), [("open", "0"), ("keys", "0"), ("talk", None)])
def test_a_process_that_holds_a_key_leaves_no_core(command: str, cores: str | None, tmp_path: Path) -> None:
    show = f"{LINE}\n" if LINE.endswith(")") else LINE
    ask = (
        "import atexit, resource; atexit.register(lambda: print(resource.getrlimit(resource.RLIMIT_CORE)[1]))"
    )
    said = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", f"{ask}\n{show}", command, "--help"],
        capture_output=True, check=True, text=True, cwd=tmp_path,
    ).stdout.splitlines()[-1]  # fmt: skip
    assert said == cores if cores is not None else said != "0", "the last one is the control"
