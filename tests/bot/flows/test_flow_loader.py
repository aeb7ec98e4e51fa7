"""Bad flows are refused with every problem and its line; the shipped one passes, with its own tests."""

from datetime import datetime
from pathlib import Path

import pytest

from bot import flow_loader
from bot.check_flows import check_flows
from bot.flow import Flow
from bot.flow_loader import FlowError
from bot.flow_tests import run_tests
from bot.texts import Texts
from tests.bot.flows.conftest import CONFIG, REPRISAL

pytestmark = pytest.mark.slow

BAD = Path(__file__).parents[2] / "bad_flows"


@pytest.mark.parametrize("name", sorted(path.stem for path in BAD.glob("*.yaml") if path.stem != "good"))
def test_a_bad_flow_is_refused_with_all_its_problems(name: str) -> None:
    path = BAD / f"{name}.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = [line.removeprefix("# ") for line in lines if line.startswith("# ")]
    assert [str(problem).removeprefix("flow:") for problem in flow_loader.problems(path, "flow")] == expected
    with pytest.raises(FlowError):
        flow_loader.load(path)


def test_the_flow_that_the_bad_ones_were_made_from_is_good() -> None:
    assert flow_loader.problems(BAD / "good.yaml") == []


def test_the_shipped_flows_and_texts_have_no_problem(now: datetime) -> None:
    assert [str(problem) for problem in check_flows(CONFIG, ("en", "es", "fr", "ar"), now)] == []


def test_a_test_inside_the_flow_fails_with_a_sentence(
    flow: Flow, texts: Texts, now: datetime, tmp_path: Path
) -> None:
    path = tmp_path / "reprisal.yaml"
    text = REPRISAL.read_text(encoding="utf-8")
    path.write_text(
        text[: text.index("tests:\n")]
        + "tests:\n  - name: calm\n    answers: {opening: unsafe, notice: refuse}\n"
        + "    expect: {end: refused, alert: false, level: routine, asked: [what], not_asked: [push]}\n",
        encoding="utf-8",
    )
    said = [problem.message for problem in run_tests(path, flow, texts, now, ["en", "ar"])]
    assert sorted(said) == [
        'test "calm": "push" was asked',
        'test "calm": "what" was not asked',
        'test "calm": an alert left at the opening',
        'test "calm": expected routine, but it was immediate',
        'test "calm": expected the end "refused", but it was "kept"',
    ]
