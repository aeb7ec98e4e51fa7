"""One normal form for both sides of the service: what is typed is compared alike, whoever typed it."""

import pytest

from bot.normal import normal as of_reporters
from responders.typed import normal
from responders.vocabulary import normal as of_focal_points


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("  Más  TARDE ", "mas tarde"),
        ("ＨＥＬＰ", "help"),
        ("لاحقًـــا", "لاحقا"),
        ("\u200fsí\u200b", "si"),
        ("no\x00problem", "no problem"),
        ("first line\nsecond line", "first line second line"),
        ("première ligne\ndeuxième", "premiere ligne deuxieme"),
        ("l’aide", "l'aide"),
    ],
)
def test_the_same_words_have_the_same_form(typed: str, form: str) -> None:
    assert normal(typed) == of_reporters(typed) == of_focal_points(typed) == form


def test_a_question_mark_is_punctuation_for_reporters_and_a_verb_for_focal_points() -> None:
    assert (of_reporters("?"), of_focal_points(" ? ")) == ("", "?")
