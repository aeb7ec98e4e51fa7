"""Typing mistakes and simulated answers are the same at every run, and as many as was asked for."""

from triage.evaluation.disturbing import answered, mistyped
from triage.evaluation.judging import Judge
from triage.labelled import Labelled
from triage.scales import Level
from triage.score.score import By, Score, Thresholds

TEXT = "they have been standing outside since the lights went out"


def messages(level: Level, count: int = 200) -> list[Labelled]:
    return [Labelled(f"m{n}", f"m{n}", level, "en", frozenset(), TEXT) for n in range(count)]


class Calm(Judge):
    """Finds nothing in any words."""

    def ask(self, text: str) -> Score | None:
        del text
        return Score(0.0, 0.0, 0.9, By.EMBEDDING, "en", "Latn")


def a_judge() -> Judge:
    return Calm(None, dict.fromkeys(By, Thresholds(0.5, 0.5)), "")


def test_mistakes_are_repeatable_and_few() -> None:
    (one,) = mistyped(messages(Level.ROUTINE, 1), 0.05)
    assert [one] == list(mistyped(messages(Level.ROUTINE, 1), 0.05))
    assert one.text != TEXT
    assert abs(len(one.text) - len(TEXT)) <= 3


def test_no_share_changes_nothing() -> None:
    assert list(mistyped(messages(Level.ROUTINE, 2), 0.0)) == messages(Level.ROUTINE, 2)


def test_an_answer_is_right_as_often_as_is_said() -> None:
    found = [one.verdict.level for one in answered(a_judge(), messages(Level.IMMEDIATE), 0.9, 0.9)]
    assert 0.82 < sum(level is Level.IMMEDIATE for level in found) / len(found) < 0.97
    woken = [one.verdict.level for one in answered(a_judge(), messages(Level.ROUTINE), 0.9, 0.9)]
    assert 0.04 < sum(level is Level.IMMEDIATE for level in woken) / len(woken) < 0.17
