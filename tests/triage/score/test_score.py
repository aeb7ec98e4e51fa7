"""What a score means: a level by its threshold, moved a little by what was answered, never more."""

import pytest

from triage.scales import Level
from triage.score.score import By, Doubt, Score, Thresholds, alarm, shifted, suggested

LIMITS = Thresholds(immediate=0.5, urgent=0.4)


def a_score(immediate: float, urgent: float, routine: float = 0.2) -> Score:
    return Score(immediate, urgent, routine, By.EMBEDDING, "en", "Latn")


@pytest.mark.parametrize(
    ("score", "level"),
    [
        (a_score(0.9, 0.95), Level.IMMEDIATE),
        (a_score(0.1, 0.8), Level.URGENT),
        (a_score(0.1, 0.2), Level.PRIORITY),
        (a_score(0.0, 0.1, 0.9), Level.ROUTINE),
    ],
)
def test_the_thresholds_make_levels(score: Score, level: Level) -> None:
    assert suggested(score, LIMITS) is level


def test_what_is_urgent_speaks_a_little_for_immediate() -> None:
    assert alarm(0.4, 0.8) == pytest.approx(0.52)


def test_an_answer_of_no_danger_needs_stronger_words() -> None:
    near = a_score(0.55, 0.55)
    assert suggested(near, LIMITS) is Level.IMMEDIATE
    assert suggested(near, LIMITS, Level.ROUTINE) < Level.IMMEDIATE
    assert suggested(a_score(0.9, 0.95), LIMITS, Level.ROUTINE) is Level.IMMEDIATE


def test_evidence_of_no_weight_changes_nothing() -> None:
    assert shifted(0.3, 0.0) == pytest.approx(0.3)
    assert shifted(0.0, 5.0) < 0.01
    assert shifted(1.0, -5.0) > 0.99


def test_a_score_crosses_the_frames_whole() -> None:
    score = Score(0.1, 0.2, 0.3, By.WORDS, "fr", "Latn", Doubt.SHORT, "au secours")
    values = {name: getattr(score, name) for name in Score.__slots__}
    assert Score.of(values) == score
    with pytest.raises(KeyError):
        Score.of({})
