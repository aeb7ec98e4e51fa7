"""The language to answer in: always an offered one, sure only when the text says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from triage.language import Guess, guess, is_romanised_fold
from triage.words import fold

OFFERED = ("en", "es", "fr", "ar")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("They took my brother and we do not know where he is", "en"),
        ("How do I report this?", "en"),
        ("Se llevaron a mi hermano y no sabemos donde está", "es"),
        ("hola, buenos dias", "es"),
        ("Ils ont emmené mon frère et nous ne savons pas où il est", "fr"),
        ("bonjour, merci", "fr"),
        ("أخذوا أخي ولا نعرف أين هو في هذا الوقت", "ar"),
    ],
)
def test_a_sentence_is_recognised_whatever_the_hint(text: str, language: str) -> None:
    for hint in (None, "en", "ar", "pt-br"):
        assert guess(text, hint, OFFERED) == Guess(language, sure=True)


@pytest.mark.parametrize(
    "text",
    [
        "akhoya mokhtafi men 10 sa3at",
        "3am yla72ouni fel beit",
        "ana fi dar w homma 3al bab",
        "salamou 3alaykom",
    ],
)
def test_arabic_in_latin_letters_is_arabic_and_unsure(text: str) -> None:
    assert is_romanised_fold(fold(text))
    assert guess(text, "en", OFFERED) == Guess("ar", sure=False)


@pytest.mark.parametrize(
    "text", ["flat 12b, gate 3", "I met him at 5pm", "el 7 de mayo a las 9h", "le 3e jour", "2nd floor of b5"]
)
def test_numbers_beside_words_are_not_arabizi(text: str) -> None:
    assert not is_romanised_fold(fold(text))


@pytest.mark.parametrize(
    ("hint", "language"),
    [
        ("es-419", "es"),
        ("ar", "ar"),
        ("fr_CA", "fr"),
        ("EN-us", "en"),
        ("pt-br", "en"),
        (None, "en"),
        ("", "en"),
    ],
)
def test_the_hint_decides_when_the_text_says_nothing(hint: str | None, language: str) -> None:
    for text in ("", "42", "🙂", "ok"):
        assert guess(text, hint, OFFERED) == Guess(language, sure=False)


@pytest.mark.parametrize("text", ["%s", "%s %d", "s.o.s", "la", "no", "de", "et", "si", "m", "c d", "y", "n"])
@pytest.mark.parametrize("hint", ["en", "es", "fr", "ar"])
def test_a_few_letters_are_no_language_and_the_hint_decides(text: str, hint: str) -> None:
    assert guess(text, hint, OFFERED) == Guess(hint, sure=False)


@pytest.mark.parametrize(
    "text",
    ["помогите нам", "我的哥哥被带走了", "کمک می‌خواهم برای خود", "Meine Schwester ist nicht mit der Polizei"],
)
def test_a_language_we_do_not_ship_is_answered_in_the_hinted_one_unsure(text: str) -> None:
    assert guess(text, "fr", OFFERED) == Guess("fr", sure=False)


def test_only_offered_languages_are_answered() -> None:
    assert guess("Se llevaron a mi hermano y no sabemos", None, ("fr", "en")).language == "fr"
    assert guess("akhoya mokhtafi", None, ("en",)) == Guess("en", sure=False)
    assert guess("hello", None, ()).language == "en"


@examples(150)
@given(st.text(max_size=80), st.none() | st.text(max_size=8))
def test_any_text_gets_an_offered_language(text: str, hint: str | None) -> None:
    assert guess(text, hint, OFFERED).language in OFFERED
