"""What people type and tap, in four languages and any digits."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Elsewhere, Matched, Several, TooLong, buttons, match
from bot.command_words import Command, command_in
from bot.flow import Flow, button_data
from bot.normal import normal, number_in, numbers
from bot.texts import Texts
from tests.fuzz.bounded import within

LANGUAGES = ["en", "es", "fr", "ar"]


@pytest.mark.parametrize(
    "typed", ["2", " 2 ", "2.", "2)", "(2)", "٢", "۲", "२", "２", "②", "2️⃣", "\u200f٢\u200f"]
)
def test_a_number_in_any_digits_is_the_answer_at_that_place(flow: Flow, texts: Texts, typed: str) -> None:
    assert match(flow.question("opening"), typed, "ar", texts) == Matched("missing")


@pytest.mark.parametrize(
    "typed", ["8", "0", "1 2", "2nd of May", "+2", "-", "", "   ", "\u200b", "😀", "2 men came"]
)
def test_what_is_no_answer_is_none(flow: Flow, texts: Texts, typed: str) -> None:
    assert match(flow.question("opening"), typed, "en", texts) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_is_an_answer_however_it_is_typed(flow: Flow, texts: Texts, language: str) -> None:
    for question in flow.questions:
        for choice in question.choices:
            wanted = Matched((choice.id,)) if question.id in {"what", "help"} else Matched(choice.id)
            label = texts.say(question.label_key(choice.id), language)
            for typed in (label, label.upper(), normal(label), f" {label}! "):
                assert match(question, typed, language, texts) == wanted


@pytest.mark.parametrize(
    ("language", "typed"), [("en", "Yep"), ("es", "si"), ("fr", "OUAIS"), ("ar", "أيوه")]
)
def test_people_say_yes_in_their_own_way(flow: Flow, texts: Texts, language: str, typed: str) -> None:
    assert match(flow.question("seen"), typed, language, texts) == Matched("yes")
    assert match(flow.question("notice"), typed, language, texts) == Matched("agree")


def test_a_no_to_being_written_to_means_never(flow: Flow, texts: Texts) -> None:
    assert match(flow.question("push"), "No", "en", texts) == Matched("never")


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("en", "Soon date trip threat"),
        ("es", "pronto - fecha, viaje, amenaza"),
        ("fr", "bientot: date voyage menace"),
        ("ar", "قريبا موعد أو سفر أو تهديد"),
    ],
)
def test_a_label_is_typed_without_its_colon_and_commas(
    flow: Flow, texts: Texts, language: str, typed: str
) -> None:
    assert match(flow.question("opening"), typed, language, texts) == Matched("soon")


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("en", "1 and 3"),
        ("es", "1 y 3"),
        ("fr", "1, 1 et 3"),
        ("ar", "١ و ٣"),
        ("ar", "١ و٣"),
        ("ar", "1 and 3"),
    ],
)
def test_people_put_and_between_their_numbers(flow: Flow, texts: Texts, language: str, typed: str) -> None:
    assert match(flow.question("what"), typed, language, texts) == Matched(("arrested", "threat"))
    assert match(flow.question("when"), typed, language, texts) is None  # one answer only, and this is two


@pytest.mark.parametrize("typed", ["1 3", "1,3", "1, 3", "1;3", "١، ٣", "1\n3", "①,③", "3 1 3"])
def test_several_numbers_are_several_answers(flow: Flow, texts: Texts, typed: str) -> None:
    found = match(flow.question("what"), typed, "ar", texts)
    assert isinstance(found, Matched)
    assert set(found.value) == {"arrested", "threat"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_labels_are_several_answers_though_labels_have_commas(
    flow: Flow, texts: Texts, language: str
) -> None:
    question = flow.question("what")
    typed = ", ".join(texts.say(question.label_key(choice), language) for choice in ("followed", "travel"))
    assert match(question, typed, language, texts) == Matched(("followed", "travel"))


@pytest.mark.parametrize(
    ("language", "typed", "command"),
    [
        ("en", "STOP", Command.STOP),
        ("es", "parar.", Command.STOP),
        ("es", "stop", Command.STOP),
        ("fr", "Arrêter", Command.STOP),
        ("fr", "arreter", Command.STOP),
        ("ar", "توقّف", Command.STOP),
        ("ar", "/stop", Command.STOP),
        ("en", "/stop@some_bot", Command.STOP),
        ("en", "delete", Command.ERASE),
        ("es", "IDIOMA", Command.LANGUAGE),
        ("ar", "لغة", Command.LANGUAGE),
        ("fr", "fini", Command.DONE),
        ("en", "/start", Command.START),
        ("en", "?", Command.INFORMATION),
        ("es", "¿?", Command.INFORMATION),
        ("ar", "؟", Command.INFORMATION),
    ],
)
def test_commands_work_at_every_step(
    flow: Flow, texts: Texts, language: str, typed: str, command: Command
) -> None:
    for question in flow.questions:
        assert match(question, typed, language, texts) is command


@pytest.mark.parametrize(
    "cry", ["help", "/help", "ayuda", "aide", "au secours", "النجدة", "مساعدة", "help?", "информация"]
)
def test_no_word_for_help_is_a_command(texts: Texts, cry: str) -> None:
    assert all(command_in(cry, language, texts) is None for language in LANGUAGES)


def test_a_button_answers_its_own_question_only(flow: Flow, texts: Texts) -> None:
    tap = button_data("opening", "unsafe")
    assert match(flow.question("opening"), tap, "en", texts) == Matched("unsafe", tapped=True)
    assert match(flow.question("when"), tap, "en", texts) == Elsewhere("opening", "unsafe")
    assert match(flow.question("opening"), "opening.gone", "en", texts) is None


def test_the_buttons_are_numbered_as_they_are_read(flow: Flow, texts: Texts) -> None:
    question = flow.question("what")
    shown = buttons(question, "en", texts)
    assert shown[-1].label == "Skip"
    assert match(question, str(len(shown)), "en", texts) is Command.SKIP
    more = buttons(question, "en", texts, chosen=("threat",))
    assert [button.label for button in more][2] == "✓ Threat or pressure"
    assert match(question, str(len(more)), "en", texts, chosen=("threat",)) is Command.DONE
    assert match(question, "That is all", "en", texts) is Command.DONE


def test_an_own_label_for_skipping_skips(flow: Flow, texts: Texts) -> None:
    assert match(flow.question("country"), "Prefiero no decirlo", "es", texts) is Command.SKIP


def test_countries_and_days_come_in_their_stored_form(flow: Flow, texts: Texts, now: datetime) -> None:
    country, on = flow.question("country"), flow.question("on")
    assert match(country, "تشاد", "ar", texts) == Matched("TD")
    assert match(country, "Congo", "fr", texts) == Several(("CD", "CG"))
    assert match(country, "country.TD", "fr", texts) == Matched("TD", tapped=True)
    assert match(country, "country.XX", "fr", texts) is None
    assert match(on, "mañana", "es", texts, now=now) == Matched("2026-11-22")
    assert match(on, "soon", "en", texts, now=now) is None


def test_a_number_of_people_may_stand_in_a_sentence(flow: Flow, texts: Texts) -> None:
    how_many = flow.question("how_many")
    assert match(how_many, "about 2,000 people", "en", texts) == Matched("2000")
    assert match(how_many, "حوالي ٤٠", "ar", texts) == Matched("40")
    assert match(how_many, "40 or 50", "en", texts) is None
    assert match(how_many, "0", "en", texts) is None


def test_words_are_kept_as_written_and_never_cut(flow: Flow, texts: Texts) -> None:
    assert match(flow.question("words"), " They came.\nTwo men. ", "en", texts) == Matched(
        "They came.\nTwo men."
    )
    assert match(flow.question("exclude"), "x" * 501, "en", texts) == TooLong()


def test_a_story_full_of_commas_is_no_list_and_keeps_nobody_waiting(flow: Flow, texts: Texts) -> None:
    """Every beginning of it used to be compared with every label."""
    with within():
        assert match(flow.question("what"), "a," * 50_000, "en", texts) is None


@given(typed=st.text(max_size=80), place=st.integers(0, 22), language=st.sampled_from(LANGUAGES))
def test_any_text_has_an_outcome(flow: Flow, texts: Texts, typed: str, place: int, language: str) -> None:
    found = match(flow.questions[place], typed, language, texts)
    assert found is None or isinstance(found, Matched | Several | Elsewhere | TooLong | Command)


@given(st.text(max_size=60))
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    assert normal(normal(text)) == normal(text)


def test_a_story_is_no_number_however_few_it_holds() -> None:
    assert number_in("3" + " and then" * 200) is None
    assert numbers("3" + " " * 2_000) is None


def test_numbers_are_numbers_alone() -> None:
    assert numbers("1.") == (1,)
    assert numbers("1 3") == (1, 3)
    assert numbers("at 3") is None
    assert numbers("9" * 50) is None
    assert number_in("٢٬٠٠٠") == 2000
