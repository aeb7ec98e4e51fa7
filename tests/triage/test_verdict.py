"""What triage says of words alone, and of a report with its words: the answers' floor holds, words only raise."""

from dataclasses import replace
from datetime import UTC, datetime

from triage.assessment import Reason, assess
from triage.report import Report
from triage.scales import Level
from triage.score.score import By, Doubt, Score, Thresholds
from triage.verdict import of_report, of_text

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
LIMITS = dict.fromkeys(By, Thresholds(immediate=0.5, urgent=0.5))


def asking(immediate: float, urgent: float, doubt: Doubt | None = None) -> Score:
    return Score(immediate, urgent, 0.9, By.EMBEDDING, "en", "Latn", doubt, "the phrase")


def test_a_plain_greeting_is_not_even_scored() -> None:
    found = of_text("hello, good morning", lambda _: asking(1.0, 1.0), LIMITS)
    assert (found.level, found.score, found.unsure) == (Level.ROUTINE, None, False)


def test_an_alarm_wrapped_in_a_question_is_scored() -> None:
    text = (
        "Would your service be open on Sundays? There is a man with a crowbar at the window, would you know?"
    )
    found = of_text(text, lambda _: asking(0.9, 0.95), LIMITS)
    assert found.level is Level.IMMEDIATE


def test_a_danger_sign_needs_no_score() -> None:
    found = of_text("they are at the door", lambda _: asking(0.0, 0.0), LIMITS)
    assert found.level is Level.IMMEDIATE
    assert found.reasons[0].code == "words.door"


def test_a_bare_cry_alerts_and_a_person_looks() -> None:
    found = of_text("au secours", lambda _: asking(0.0, 0.0), LIMITS)
    assert (found.level, found.unsure) == (Level.URGENT, True)


def test_the_phrase_that_frightened_is_the_reason() -> None:
    found = of_text("the dog does not bark any more", lambda _: asking(0.9, 0.95), LIMITS)
    assert found.level is Level.IMMEDIATE
    assert found.reasons[0].quote == "the phrase"


def test_doubt_goes_to_a_person_at_least_as_priority() -> None:
    found = of_text("🙂🙂", lambda _: asking(0.0, 0.0, Doubt.NOTHING), LIMITS)
    assert (found.level, found.unsure) == (Level.PRIORITY, True)


def test_without_a_score_words_are_urgent_and_unsure() -> None:
    found = of_text("the dog does not bark any more", lambda _: None, LIMITS)
    assert (found.level, found.unsure) == (Level.URGENT, True)


def test_words_raise_what_the_answers_say_and_never_lower_it() -> None:
    calm = Report(opening="safe", what=("travel",), when="longer", words=("the dog does not bark any more",))
    raised = of_report(calm, NOW, lambda _: asking(0.95, 0.97), LIMITS)
    assert raised.level is Level.IMMEDIATE
    assert raised.unsure
    assert Reason("model.raised", "the phrase") in raised.reasons
    grave = Report(opening="unsafe", words=("thank you",))
    assert of_report(grave, NOW, lambda _: asking(0.0, 0.0), LIMITS).level is Level.IMMEDIATE


def test_a_report_without_words_is_not_scored() -> None:
    found = of_report(Report(opening="unsafe"), NOW, lambda _: asking(0.0, 0.0), LIMITS)
    assert (found.level, found.score) == (Level.IMMEDIATE, None)


def test_a_score_that_came_earlier_still_counts_when_the_words_are_gone() -> None:
    calm = Report(opening="safe", what=("travel",), when="longer")
    before = assess(calm, NOW)
    raised = assess(replace(calm, scored="immediate", weighed="on the roof"), NOW)
    assert (before.level < Level.URGENT, raised.level) == (True, Level.IMMEDIATE)
    assert Reason("model.raised", "on the roof") in raised.reasons
    doubtful = assess(replace(calm, scored="unsure"), NOW)
    assert (doubtful.level, doubtful.unsure) == (before.level, True)
    grave = Report(opening="unsafe", scored="urgent")
    assert assess(grave, NOW).level is Level.IMMEDIATE
