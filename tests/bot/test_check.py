"""`tocsin check`: every bad file with its exact messages, the shipped files without any, and never a
crash."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.check import check, check_people, has_errors
from bot.settings import Settings
from responders.config_reader import read_config
from responders.plan import plan
from responders.policies import PROTOCOL
from responders.responders_file import RespondersFile
from responders.yaml_document import Problem, Weight
from tests.bot.bad_configs import BAD_CONFIGS, NOW, expected_in, found_in
from triage.scales import Level

SHIPPED = Path(__file__).parents[2] / "config"
BAD = sorted(path for kind in ("responders", "tocsin") for path in (BAD_CONFIGS / kind).iterdir())
BASE = (BAD_CONFIGS / "good" / "responders.yaml").read_text()


@pytest.mark.parametrize("bad", BAD, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_bad_file_gets_exactly_these_problems(bad: Path) -> None:
    assert found_in(bad) == expected_in(bad)
    assert expected_in(bad)


def test_a_good_folder_has_no_problem() -> None:
    assert check_people(BAD_CONFIGS / "good", NOW) == []


def test_the_shipped_files_have_no_problem() -> None:
    assert check_people(SHIPPED, datetime(2026, 11, 21, tzinfo=UTC)) == []


def test_the_shipped_policy_is_the_protocols() -> None:
    shipped = read_config(SHIPPED / "responders.yaml", RespondersFile).value
    assert shipped is not None
    assert shipped.policies == {"protocol": PROTOCOL}


def test_the_shipped_settings_are_the_defaults_but_for_accounts() -> None:
    shipped = read_config(SHIPPED / "tocsin.yaml", Settings).value
    assert shipped is not None
    defaults = Settings(telegram=shipped.telegram, email=shipped.email)
    assert shipped == defaults


def test_a_folder_without_files_says_which_are_missing(tmp_path: Path) -> None:
    assert [problem.file for problem in check_people(tmp_path, NOW)] == ["responders.yaml", "tocsin.yaml"]


@pytest.mark.slow
def test_who_may_open_more_than_the_notice_can_say_stops_the_service(tmp_path: Path) -> None:
    """The shipped flow has a wording for each; a flow that lost one would promise what is not so."""
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    responders, flow = tmp_path / "responders.yaml", tmp_path / "flows" / "reprisal.yaml"
    told = responders.read_text()
    told = told.replace("local_staff_may_open: false", "local_staff_may_open: true")
    told = told.replace("partners: {}", "partners: {clinic: {name: Harbour, named_in_notice: true}}")
    responders.write_text(told)
    assert check(tmp_path, NOW) == []
    for lost in ("partners_local:", "partners_signal:"):
        flow.write_text(flow.read_text().replace(lost, f"{lost[:-1]}_gone:"))
    problems = [str(problem) for problem in check(tmp_path, NOW)]
    line = told[: told.index("named_in_notice: true")].count("\n") + 1
    for question, lost in (("notice", "partners_local"), ("opening", "partners_signal")):
        said = f'flows/reprisal.yaml, question "{question}": expected the wording "{lost}"'
        assert any(one.startswith(f"responders.yaml:{line}:") and said in one for one in problems)


def test_translations_under_a_code_that_is_no_language_are_named(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path, dirs_exist_ok=True)
    shutil.copytree(SHIPPED / "locales" / "es", tmp_path / "locales" / "zz")
    assert [str(problem) for problem in check(tmp_path, NOW)] == [
        "locales/zz:1:1: no language has this code; expected one such as sw or pt_BR"
    ]


def test_only_errors_stop_the_service() -> None:
    assert has_errors([Problem("f", 1, 1, "m")])
    assert not has_errors([Problem("f", 1, 1, "m", Weight.WARNING)])


def test_a_fault_never_quotes_what_may_be_a_secret() -> None:
    bad = BAD_CONFIGS / "tocsin" / "secrets_in_the_file.yaml"
    assert not any("should-not-be-here" in line for line in found_in(bad))


labels = st.fixed_dictionaries(
    {
        "level": st.sampled_from([level.word for level in Level]),
        "country": st.sampled_from(["", "GT", "CH", "BE", "ES", "FR", "CA", "XX"]),
        "language": st.sampled_from(["en", "es", "ar", "zz", ""]),
        "link": st.sampled_from(["had", "none", ""]),
        "role": st.sampled_from(["me", "group", ""]),
    }
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(labels, st.integers(0, 90 * 24))
def test_with_the_shipped_files_every_label_set_ends_with_somebody_who_may_open(
    report: dict[str, str], hours: int
) -> None:
    shipped = read_shipped()
    planned = plan(shipped.responders(), report, NOW + timedelta(hours=hours))
    for ladder in planned.ladders:
        again = ladder.repeat.people if ladder.repeat is not None else ladder.steps[-1].people
        assert set(again) & set(planned.content)


_READ: list[RespondersFile] = []


def read_shipped() -> RespondersFile:
    """Read once: hypothesis asks many times."""
    if not _READ:
        read = read_config(SHIPPED / "responders.yaml", RespondersFile).value
        assert read is not None
        _READ.append(read)
    return _READ[0]


PIECES = "  |- |: |{|}|[|]|&a |*a|!!int |>|'|#|?|\t|first|people|null|999999999999|2026-02-30|-5m|𝟜|%YAML 1.1"
pieces = st.sampled_from(["", "|", '"', "\n", "\u202e", "\n---\n", *PIECES.split("|")])
# Each example writes files into the test's one folder; how fast the machine does that is no matter here.
IN_FILES = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=IN_FILES)
@given(st.lists(st.tuples(st.integers(0, len(BASE)), st.integers(0, 30), pieces), min_size=1, max_size=4))
def test_no_mangled_file_makes_it_raise(tmp_path: Path, edits: list[tuple[int, int, str]]) -> None:
    text = BASE
    for start, length, piece in edits:
        text = text[:start] + piece + text[start + length :]
    shutil.copy(BAD_CONFIGS / "good" / "tocsin.yaml", tmp_path)
    (tmp_path / "responders.yaml").write_text(text)
    for problem in check_people(tmp_path, NOW):
        assert problem.message
        assert problem.line >= 1


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=IN_FILES)
@given(st.binary(max_size=60))
def test_no_bytes_make_it_raise(tmp_path: Path, raw: bytes) -> None:
    shutil.copy(BAD_CONFIGS / "good" / "tocsin.yaml", tmp_path)
    (tmp_path / "responders.yaml").write_bytes(raw)
    assert has_errors(check_people(tmp_path, NOW))
