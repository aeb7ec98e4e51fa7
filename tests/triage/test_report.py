"""The report and the scales: values that change by replacement only, levels that compare."""

import dataclasses

import pytest

from triage.report import Answer, Report
from triage.scales import Level


def test_levels_compare_and_have_a_lower_case_word() -> None:
    assert Level.ROUTINE < Level.PRIORITY < Level.URGENT < Level.IMMEDIATE
    assert [level.word for level in Level] == ["routine", "priority", "urgent", "immediate"]


def test_an_empty_report_is_a_report() -> None:
    assert Report().what == ()
    assert Report().language == "en"


def test_a_report_cannot_be_changed_in_place() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Report().opening = "unsafe"  # type: ignore[misc]


def test_answers_are_the_flow_s_choice_ids() -> None:
    assert [answer.value for answer in Answer] == ["yes", "no", "unknown"]
