"""The arithmetic of the evaluation, on examples that can be checked by hand."""

import pytest

from triage.evaluation.comparing import compared
from triage.evaluation.measures import Judged, Share, by_language, curve, measure
from triage.evaluation.plot import svg
from triage.evaluation.tables import as_json, lines
from triage.labelled import Labelled
from triage.scales import Certainty, Level, Severity, Urgency
from triage.verdict import Verdict


def judged(labelled: Level, said: Level, score: float | None = 0.5, language: str = "en") -> Judged:
    message = Labelled("1", "1", labelled, language, frozenset(), "text")
    verdict = Verdict(
        said, False, Urgency.UNKNOWN, Severity.UNKNOWN, Certainty.UNKNOWN, (), score, "en", "Latn"
    )
    return Judged(message, verdict)


EXAMPLE = [
    judged(Level.IMMEDIATE, Level.IMMEDIATE, 0.9),
    judged(Level.IMMEDIATE, Level.URGENT, 0.4),
    judged(Level.URGENT, Level.IMMEDIATE, 0.6),
    judged(Level.PRIORITY, Level.URGENT, 0.3),
    judged(Level.ROUTINE, Level.IMMEDIATE, 0.7, "fr"),
    judged(Level.ROUTINE, Level.ROUTINE, None, "fr"),
]


def test_recall_and_over_triage_are_counted_over_their_own_levels() -> None:
    found = measure(EXAMPLE)
    assert (found.recall_immediate, found.recall_urgent) == (Share(1, 2), Share(3, 3))
    assert (found.over_immediate, found.over_urgent) == (Share(1, 3), Share(2, 3))
    assert found.urgent_as_immediate == Share(1, 1)
    assert found.confusion[Level.IMMEDIATE] == (0, 0, 1, 1)
    assert found.language == Share(4, 6)


def test_an_interval_is_honest_about_few_and_about_all() -> None:
    low, high = Share(250, 250).interval or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.985, 1.0)
    low, high = Share(1, 2).interval or (0, 0)
    assert (round(low, 2), round(high, 2)) == (0.09, 0.91)
    assert Share(0, 0).interval is None


def test_calibration_is_the_distance_from_what_happened() -> None:
    found = measure(
        [judged(Level.IMMEDIATE, Level.IMMEDIATE, 0.95), judged(Level.ROUTINE, Level.ROUTINE, 0.05)]
    )
    assert found.calibration == pytest.approx(0.05)


def test_the_curve_ends_where_everything_is_called_immediate() -> None:
    assert curve(EXAMPLE)[-1] == (1.0, 1.0)
    assert curve([]) == []


def test_languages_are_measured_apart_the_largest_first() -> None:
    assert list(by_language(EXAMPLE)) == ["en", "fr"]


def test_tables_json_and_drawing_hold_the_figures() -> None:
    assert any("recall of immediate" in line for line in lines(EXAMPLE))
    assert as_json(EXAMPLE)["languages"]["fr"]["messages"] == 2
    assert svg(EXAMPLE, "a <file>").startswith("<svg")


def test_two_models_that_agree_do_not_differ() -> None:
    found = compared(EXAMPLE, EXAMPLE)
    assert all(one.chance == 1.0 and one.only_one == one.only_other == 0 for one in found.differences)


def test_a_difference_in_one_direction_is_soon_no_chance() -> None:
    good = [judged(Level.IMMEDIATE, Level.IMMEDIATE)] * 10
    bad = [judged(Level.IMMEDIATE, Level.ROUTINE)] * 10
    assert compared(good, bad).differences[0].chance == pytest.approx(2 / 2**10)
