"""`tocsin people` as an administrator meets it, on a store that it starts itself."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from responders.keypair import PrivateKey
from tests.bot.cli.installations import Installation, an_installation


@pytest.fixture
def here(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    made = an_installation(short_folder)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(short_folder)
    return made


def people(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["people", *arguments], input=typed)


pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("here")]


def test_an_invitation_is_a_code_and_what_to_do_with_it() -> None:
    first, second = people("invite", "first"), people("invite", "first")
    codes = [re.findall(r"[0-9a-f]{5}(?:-[0-9a-f]{5}){3}", result.stdout) for result in (first, second)]
    assert [len(found) for found in codes] == [1, 1]
    assert codes[0] != codes[1]
    assert "on the telephone or in person" in first.stdout


def test_a_key_is_entered_by_its_line_or_its_file_and_its_fingerprint_shown(here: Installation) -> None:
    old, new = PrivateKey.generate().public, PrivateKey.generate().public
    file = here.folder / "key.pub"
    file.write_text(new.text + "\n")
    assert old.fingerprint in people("key", "first", old.text).stdout
    assert new.fingerprint in people("key", "first", str(file)).stdout
    assert new.fingerprint in people("list").stdout


def test_an_address_is_never_shown_in_full() -> None:
    entered = people("email", "first", "somebody@example.org")
    listed = people("list")
    assert entered.exit_code == listed.exit_code == 0
    assert "somebody@example.org" not in entered.stdout + listed.stdout
    assert "channels  email" in listed.stdout


def test_what_the_webhook_rings_is_entered() -> None:
    assert people("ring", "first", "+41225550101").exit_code == 0
    assert "channels  webhook" in people("list").stdout


def test_somebody_taken_out_has_nothing_any_more() -> None:
    people("key", "first", PrivateKey.generate().public.text)
    people("email", "first", "somebody@example.org")
    assert people("remove", "first", typed="n\n").exit_code == 1
    assert people("remove", "first", "--yes").exit_code == 0
    listed = people("list").stdout
    assert "channels  none" in listed
    assert "key       none" in listed


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("invite", "frist"), 2, 'nobody is called "frist"; expected one of first'),
        (("key", "first", "tocsin1broken"), 1, "tocsin: "),
        (("key", "first", "no-such-file"), 2, "No such file"),
        (("email", "first", "nowhere"), 2, "expected an address such as"),
        (("remove", "nobody", "--yes"), 2, 'nobody is called "nobody"'),
    ],
)
def test_a_slip_gets_one_sentence(arguments: tuple[str, ...], code: int, said: str) -> None:
    result = people(*arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_a_missing_and_a_wrong_master_key_get_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    people("email", "first", "somebody@example.org")
    monkeypatch.setenv("TOCSIN_MASTER_KEY", "00" * 32)
    monkeypatch.delenv("TOCSIN_MASTER_KEY_FILE")
    wrong = people("list")
    monkeypatch.delenv("TOCSIN_MASTER_KEY")
    missing = people("list")
    assert (wrong.exit_code, "another master key" in wrong.stderr) == (1, True)
    assert (missing.exit_code, "TOCSIN_MASTER_KEY is not set" in missing.stderr) == (1, True)


def test_a_broken_configuration_gets_one_sentence(here: Installation) -> None:
    (here.folder / "config" / "responders.yaml").write_text("focal_points: [\n")
    result = people("list")
    assert (result.exit_code, "responders.yaml:" in result.stderr) == (1, True)
