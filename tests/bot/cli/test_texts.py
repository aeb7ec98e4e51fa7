"""`tocsin texts`: what translators and administrators see."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.texts import texts

pytestmark = pytest.mark.slow

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    for folder in ("flows", "texts", "locales"):
        shutil.copytree(CONFIG / folder, tmp_path / folder)
    return tmp_path


def test_status_says_that_nobody_has_reviewed_the_shipped_texts(config: Path) -> None:
    shown = CliRunner().invoke(texts, ["status", "--json", "--config", str(config)])
    assert shown.exit_code == 0
    found = {one["language"]: one for one in json.loads(shown.output)}
    assert list(found) == ["en", "ar", "es", "fr"]
    assert {one["verdict"] for one in found.values()} == {"whole, drafted, not reviewed"}


def test_a_changed_question_shows_as_stale_after_extraction(config: Path) -> None:
    flow = config / "flows" / "reprisal.yaml"
    flow.write_text(flow.read_text("utf-8").replace("ask: Who did it?", "ask: Who was it?"), encoding="utf-8")
    assert CliRunner().invoke(texts, ["extract", "--config", str(config)]).exit_code == 0
    assert '#| msgid "Who did it?"' in (config / "locales" / "es" / "reprisal.po").read_text("utf-8")
    assert 'msgid "Who was it?"' in (config / "locales" / "reprisal.pot").read_text("utf-8")
    shown = CliRunner().invoke(texts, ["status", "--all", "--config", str(config)])
    assert "not offered" in shown.output
    assert "es: reprisal/who_did.ask: stale" in shown.output


def test_extraction_leaves_alone_what_is_up_to_date(config: Path) -> None:
    def files(names: str) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in sorted((config / "locales").rglob(names))}

    shipped = files("*.po")  # no templates: a fresh clone has none
    assert CliRunner().invoke(texts, ["extract", "--config", str(config)]).exit_code == 0
    assert files("*.po") == shipped
    everything = files("*.po*")
    assert CliRunner().invoke(texts, ["extract", "--config", str(config)]).exit_code == 0
    assert files("*.po*") == everything


def test_a_new_language_begins_with_empty_files(config: Path) -> None:
    assert CliRunner().invoke(texts, ["extract", "pt", "--config", str(config)]).exit_code == 0
    shown = CliRunner().invoke(texts, ["status", "--json", "--config", str(config)])
    found = {one["language"]: one for one in json.loads(shown.output)}
    assert len(found["pt"]["missing"]) == found["pt"]["total"]


def test_a_translation_that_does_not_fit_is_an_error(config: Path) -> None:
    path = config / "locales" / "fr" / "chat.po"
    path.write_text(path.read_text("utf-8").replace("{country} : est-ce", "Pays : est-ce"), encoding="utf-8")
    shown = CliRunner().invoke(texts, ["status", "--config", str(config)])
    assert shown.exit_code == 1
    assert "fr: chat/country_confirm: {country} is missing" in shown.output
