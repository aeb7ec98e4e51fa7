"""The language of show_if."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conditions import Answers, ConditionError, compile_condition, leaves

HELD: Answers = {"opening": "missing", "what": ("threat", "arrested"), "push": ""}


@pytest.mark.parametrize(
    "source",
    [
        "opening = missing",
        "opening != safe",
        "opening in (safe, missing)",
        "what has arrested",
        "answered push",
        "not answered when",
        "opening = safe or what has threat and opening = missing",
        "(opening = safe or what has threat) and not what has attack",
        "never_asked != anything",
    ],
)
def test_conditions_that_hold(source: str) -> None:
    assert compile_condition(source).holds(HELD)


@pytest.mark.parametrize(
    "source",
    [
        "opening = safe",
        "opening != missing",
        "what has attack",
        "answered when",
        "never_asked = anything",
        "not (opening = missing)",
        "opening = safe and what has threat or what has attack",
    ],
)
def test_conditions_that_do_not_hold(source: str) -> None:
    assert not compile_condition(source).holds(HELD)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "expected a question, got nothing more"),
        ("opening", 'expected "=", "!=", "has" or "in" after "opening", got nothing more'),
        ("opening == safe", 'expected a choice, got "="'),
        ("opening = safe what", '"what" is too much; expected "and", "or" or the end'),
        ("opening in (safe", 'expected ")", got nothing more'),
        ("opening = and", 'expected a choice, got "and"'),
        ("__import__('os')", '"\'" is not part of a condition'),
    ],
)
def test_an_unreadable_condition_is_refused_in_one_sentence(source: str, message: str) -> None:
    with pytest.raises(ConditionError) as refused:
        compile_condition(source)
    assert str(refused.value) == message


def test_a_condition_knows_the_questions_it_looks_at() -> None:
    condition = compile_condition("opening = safe or not (what has threat and answered push)")
    assert [leaf.question for leaf in leaves(condition)] == ["opening", "what", "push"]


@given(st.text(alphabet="ab =!(),hasinorandt", max_size=40))
def test_any_text_is_a_condition_or_is_refused(source: str) -> None:
    with contextlib.suppress(ConditionError):
        compile_condition(source).holds({})
