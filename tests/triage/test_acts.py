"""The ten groups and their codes, word for word from the protocol's section 3."""

import pytest

from triage.acts import CODES, GROUPS, group_of, severity_of, worst
from triage.scales import Level, Severity


@pytest.mark.parametrize(
    ("group", "floor", "severity"),
    [
        ("arrested", "urgent", "severe"),
        ("missing", "immediate", "extreme"),
        ("threat", "urgent", "severe"),
        ("attack", "urgent", "severe"),
        ("followed", "priority", "moderate"),
        ("harassed", "priority", "moderate"),
        ("raided", "urgent", "severe"),
        ("travel", "priority", "moderate"),
        ("organisation", "priority", "moderate"),
        ("other", "priority", "unknown"),
    ],
)
def test_a_group_has_the_protocol_s_floor_and_severity(group: str, floor: str, severity: str) -> None:
    assert GROUPS[group].floor is Level[floor.upper()]
    assert GROUPS[group].severity is Severity(severity)


def test_there_are_exactly_ten_groups_and_every_code_belongs_to_one() -> None:
    assert len(GROUPS) == 10
    assert {code.group for code in CODES.values()} == set(GROUPS)
    assert not CODES.keys() & GROUPS.keys()


@pytest.mark.parametrize(
    ("code", "group", "severity"),
    [
        ("killing", "attack", "extreme"),
        ("denial_of_medical_care", "arrested", "extreme"),
        ("denial_of_lawyer", "arrested", "moderate"),
        ("doxxing", "harassed", "severe"),
        ("restrictive_law", "organisation", "minor"),
        ("stalking", "followed", "severe"),
    ],
)
def test_a_code_knows_its_group_and_severity(code: str, group: str, severity: str) -> None:
    assert group_of(code).id == group
    assert severity_of(code) is Severity(severity)


def test_an_act_nobody_knows_counts_as_other() -> None:
    assert group_of("from-an-older-flow").id == "other"
    assert severity_of("from-an-older-flow") is Severity.UNKNOWN


def test_the_worst_act_counts_and_unknown_stands_above_minor() -> None:
    assert worst((Severity.MODERATE, Severity.EXTREME)) is Severity.EXTREME
    assert worst((Severity.MINOR, Severity.UNKNOWN)) is Severity.UNKNOWN
    assert worst((Severity.MODERATE, Severity.UNKNOWN)) is Severity.MODERATE
    assert worst(()) is Severity.UNKNOWN
