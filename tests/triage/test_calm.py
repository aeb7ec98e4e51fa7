"""The mark of words that showed nothing: leaving them unread changes no assessment, and other words have another."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage import calm, signs
from triage.assessment import assess
from triage.report import Report
from triage.words import fold

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
REPORT = Report(opening="unsure", what=("threat",), when="longer")
PIECES = [
    "they took",
    "my brother",
    "at the door",
    "help",
    "sos",
    "7obi",
    "mokhtafi",
    "يضربونني",
    ",",
    ".",
    "grey car",
]
SAID = st.text() | st.lists(st.sampled_from(PIECES)).map(" ".join)


def shows_nothing(text: str) -> bool:
    return calm.shows_nothing(signs.find(text), fold(text))


@given(st.lists(SAID, max_size=4), st.sampled_from(["en", "ar", "und"]))
def test_words_that_show_nothing_change_no_assessment_when_they_are_not_read(
    texts: list[str], language: str
) -> None:
    report = replace(REPORT, words=tuple(filter(shows_nothing, texts)), language=language)
    assert assess(report, NOW, calm=True) == assess(report, NOW)


@pytest.mark.parametrize("text", ["They are at the door", "help", "help me please, I am at home", "mokhtafi"])
def test_whatever_says_something_to_an_assessment_is_never_calm(text: str) -> None:
    assert not shows_nothing(text)


@given(st.lists(st.text(), min_size=1, max_size=4), st.lists(st.text(), max_size=4))
def test_other_words_have_another_mark(texts: list[str], others: list[str]) -> None:
    assert (calm.mark(texts, 1) == calm.mark(others, 1)) == (texts == others)


@given(st.lists(st.text(), max_size=3))
def test_another_start_has_another_mark_and_none_is_like_no_mark(texts: list[str]) -> None:
    assert calm.mark(texts, 1) != calm.mark(texts, 2)
    assert calm.UNMARKED not in (calm.mark(texts, 0), calm.mark(texts, 1))
