"""What a focal point may type, and what is refused rather than guessed."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responders.commands import Command, Refused, Screen, Verb, Vocabulary, alone, normal, parse
from responders.yaml_document import read_document
from tests.fuzz.bounded import within
from tests.responders.stories import WORDS, can_be_said
from triage.scales import Level

SHIPPED = Path(__file__).parents[2] / "config/texts/verbs.yaml"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("t42", Command(Verb.TAKE, 42)),
        ("T42", Command(Verb.TAKE, 42)),
        ("t 42", Command(Verb.TAKE, 42)),
        (" t42. ", Command(Verb.TAKE, 42)),
        ("t٤٢", Command(Verb.TAKE, 42)),
        ("t४२", Command(Verb.TAKE, 42)),
        ("T:42", Command(Verb.TAKE, 42)),
        ("\u200ft\u206642\u2069", Command(Verb.TAKE, 42)),
        ("I have it 42", Command(Verb.TAKE, 42)),
        ("t#42", Command(Verb.TAKE, 42)),
        ("p42", Command(Verb.PASS, 42)),
        ("p42 2", Command(Verb.PASS, 42, "2", digit=2)),
        ("p42 ٢", Command(Verb.PASS, 42, "٢", digit=2)),
        ("y42", Command(Verb.WHY, 42)),
        ("o42", Command(Verb.OPEN, 42)),
        ("n42 spoke to the lawyer", Command(Verb.NOTE, 42, "spoke to the lawyer")),
        ("w42", Command(Verb.WORKING, 42)),
        ("q42", Command(Verb.QUIET, 42)),
        ("q42 off", Command(Verb.QUIET, 42, "off", ends=True)),
        ("x42", Command(Verb.SEIZED, 42)),
        ("X 42 OFF", Command(Verb.SEIZED, 42, "OFF", ends=True)),
        ("l42 2 calmer now", Command(Verb.LEVEL, 42, "calmer now", level=Level.URGENT)),
        ("l42 immediate at the door", Command(Verb.LEVEL, 42, "at the door", level=Level.IMMEDIATE)),
        ("c42 d UN office", Command(Verb.CONSENT, 42, "d UN office")),
        ("r42 UN office", Command(Verb.REFER, 42, "UN office")),
        ("h42 second", Command(Verb.HANDOVER, 42, "second")),
        ("hand over 42 second", Command(Verb.HANDOVER, 42, "second")),
        ("e42 1", Command(Verb.END, 42, "1", digit=1)),
        ("u42", Command(Verb.UNDO, 42)),
        ("k42 yes", Command(Verb.NEW_PHONE, 42, "yes", yes=True)),
        ("k42 what did we eat?", Command(Verb.NEW_PHONE, 42, "what did we eat?")),
        ("?", Command(Verb.LIST)),
        ("？", Command(Verb.LIST)),
        ("list", Command(Verb.LIST)),
        ("help", Command(Verb.HELP)),
        ("off 8h", Command(Verb.OFF, period=timedelta(hours=8))),
        ("off 8", Command(Verb.OFF, period=timedelta(hours=8))),
        ("OFF ٣٠ min", Command(Verb.OFF, period=timedelta(minutes=30))),
        ("off 2d", Command(Verb.OFF, period=timedelta(days=2))),
        ("off 0", Command(Verb.OFF, period=timedelta(0))),
        ("42", Command(Verb.MENU, 42)),
        ("#42", Command(Verb.MENU, 42)),
        ("٤٢", Command(Verb.MENU, 42)),
        ("42 we are on our way", Command(Verb.TEXT, 42, "we are on our way")),
        ("42: we are on our way", Command(Verb.TEXT, 42, "we are on our way")),
        ("٤٢ نحن في الطريق", Command(Verb.TEXT, 42, "نحن في الطريق")),
        ("42 5 of us are coming", Command(Verb.TEXT, 42, "5 of us are coming")),
        ("42 t42 is a car plate", Command(Verb.TEXT, 42, "t42 is a car plate")),
        ("42\nline one\nline two", Command(Verb.TEXT, 42, "line one\nline two")),
    ],
)
def test_a_command_is_understood(typed: str, meant: Command) -> None:
    assert parse(typed, WORDS) == meant


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "empty"),
        ("\u200b\u200f", "empty"),
        ("we are on our way", "bare_text"),
        ("I will be there at 42", "bare_text"),
        ("42 7", "verb_or_text"),
        ("42 ٧", "verb_or_text"),
        ("42 w", "verb_or_text"),
        ("42 seized", "verb_or_text"),
        ("42 hand over", "verb_or_text"),
        ("42we are coming", "space"),
        ("14:05 he left", "space"),
        ("w", "which_case"),
        ("off", "off_how_long"),
        ("off 8 moons", "off_how_long"),
        ("p42 5", "reason"),
        ("p42 busy", "reason"),
        ("e42", "outcome"),
        ("e42 0", "outcome"),
        ("e42 10", "outcome"),
        ("l42", "level"),
        ("l42 2", "level"),
        ("l42 9 because", "level"),
        ("n42", "note_what"),
        ("h42", "handover_what"),
        ("r42", "refer_what"),
        ("c42", "consent_what"),
        ("k42", "new_phone_what"),
        ("x42 of", "only_off"),
        ("1", "no_page"),
    ],
)
def test_in_doubt_nothing_is_done_and_the_answer_says_what_to_type(typed: str, key: str) -> None:
    refused = parse(typed, WORDS)
    assert isinstance(refused, Refused)
    assert refused.key == f"desk/refused.{key}"
    can_be_said(refused.key, refused.values)


@pytest.mark.parametrize(
    ("digit", "verb"),
    [("1", Verb.TAKE), ("2", Verb.PASS), ("3", Verb.WHY), ("١", Verb.TAKE), ("1.", Verb.TAKE)],
)
def test_a_bare_digit_answers_the_only_open_page(digit: str, verb: Verb) -> None:
    assert parse(digit, WORDS, Screen(pages=(42,))) == Command(verb, 42)


def test_a_bare_digit_with_two_open_pages_is_refused_and_names_both() -> None:
    refused = parse("1", WORDS, Screen(pages=(42, 43)))
    assert refused == Refused("desk/refused.which_page", {"numbers": "t42, t43"})


def test_with_two_open_pages_a_quote_says_which() -> None:
    assert parse("1", WORDS, Screen(pages=(42, 43), quoted=43)) == Command(Verb.TAKE, 43)


def test_after_a_pass_the_next_digit_is_the_reason_even_if_another_page_is_open() -> None:
    assert parse("3", WORDS, Screen(pages=(43,), asked=42)) == Command(Verb.PASS, 42, digit=3)
    refused = parse("7", WORDS, Screen(asked=42))
    assert refused == Refused("desk/refused.reason")


def test_a_quote_sends_to_the_quoted_case() -> None:
    assert parse("we are coming", WORDS, Screen(quoted=42, cases=(42, 43))) == Command(
        Verb.TEXT, 42, "we are coming"
    )
    assert parse("3 people came", WORDS, Screen(quoted=42)) == Command(Verb.TEXT, 42, "3 people came")


def test_a_quote_of_one_case_with_the_number_of_another_is_refused() -> None:
    refused = parse("43 we are coming", WORDS, Screen(quoted=42, cases=(42, 43)))
    assert refused == Refused("desk/refused.which_of_two")


def test_a_lone_verb_or_digit_as_a_quote_is_not_sent() -> None:
    for typed in ("7", "w", "seized"):
        refused = parse(typed, WORDS, Screen(quoted=42))
        assert refused == Refused("desk/refused.verb_or_text", {"number": 42})


def test_with_twelve_open_cases_or_one_bare_text_is_never_sent() -> None:
    for cases in (tuple(range(40, 52)), (42,)):
        assert isinstance(parse("please come", WORDS, Screen(cases=cases)), Refused)


def test_localised_words_stand_beside_the_english_letters() -> None:
    words = Vocabulary.of(lambda name: {"take": ("lo tengo", "t"), "note": ("أضف ملاحظة",)}.get(name, ()))
    assert parse("Lo Tengo 42", words) == Command(Verb.TAKE, 42)
    assert parse("t42", words) == Command(Verb.TAKE, 42)
    assert parse("أَضِف مُلاحظة ٤٢ اتصلنا", words) == Command(Verb.NOTE, 42, "اتصلنا")


def test_every_shipped_word_means_one_verb_and_holds_no_digit() -> None:
    document, problems = read_document(SHIPPED, "verbs.yaml")
    assert not problems
    assert document is not None
    assert isinstance(document.value, dict)
    seen: dict[str, str] = {}
    for name, entry in document.value.items():
        if not isinstance(entry, dict) or name not in set(Verb):
            continue
        words = entry["words"]
        assert isinstance(words, list)
        for word in words:
            plain = normal(str(word))
            assert plain not in seen, f"{word} stands for {seen.get(plain)} and {name}"
            assert not any(one.isdigit() for one in plain)
            seen[plain] = name
    assert {Verb(name) for name in seen.values()} == set(Verb) - {Verb.TEXT, Verb.MENU}


@given(st.text(max_size=80))
def test_any_text_is_a_command_or_a_refusal(typed: str) -> None:
    assert isinstance(parse(typed, WORDS, Screen(pages=(42,), cases=(42, 43))), Command | Refused)


@given(st.text(max_size=80))
def test_only_a_number_first_or_a_quote_ever_sends_text(typed: str) -> None:
    command = parse(typed, WORDS, Screen(pages=(42,), cases=(42, 43)))
    if isinstance(command, Command) and command.verb is Verb.TEXT:
        assert next(one for one in normal(typed) if one != "#").isdigit()


_TYPED = st.text(max_size=40) | st.from_regex(r"[te?]?\s?[0-9]{0,2}( [a-z0-9]{1,5})?", fullmatch=True)
_NUMBERS = st.sets(st.integers(1, 50), max_size=3).map(lambda numbers: tuple(sorted(numbers)))


@given(_TYPED, _NUMBERS, _NUMBERS, st.none() | st.integers(1, 50), st.none() | st.integers(1, 50))
def test_what_is_read_alone_is_the_same_whatever_a_phone_shows(
    typed: str, pages: tuple[int, ...], cases: tuple[int, ...], asked: int | None, quoted: int | None
) -> None:
    found = alone(typed, WORDS, quoted)
    assert found is None or found == parse(typed, WORDS, Screen(pages, asked, quoted, cases))


@pytest.mark.parametrize(
    ("typed", "quoted", "verb"),
    [
        ("t42", None, Verb.TAKE), ("e42 1", 7, Verb.END), ("42 we come", None, Verb.TEXT), ("42", None, Verb.MENU),
        ("we come", 42, Verb.TEXT), ("42 we come", 42, Verb.TEXT), ("?", None, Verb.LIST), ("off 8h", None, Verb.OFF),
    ],
)  # fmt: skip
def test_what_names_its_case_needs_no_look_at_the_others(typed: str, quoted: int | None, verb: Verb) -> None:
    found = alone(typed, WORDS, quoted)
    assert isinstance(found, Command)
    assert found.verb is verb


@pytest.mark.parametrize(
    ("typed", "quoted"), [("1", None), ("1", 42), ("we come", None), ("3 people came", 42), ("t", None)]
)
def test_what_a_phone_shows_decides_where_no_case_is_named(typed: str, quoted: int | None) -> None:
    assert alone(typed, WORDS, quoted) is None


def test_what_is_too_long_for_a_verb_is_text_or_refused_and_never_half_read() -> None:
    long = "w" + " and" * 1_000
    assert parse(f"42 {long}", WORDS) == Command(Verb.TEXT, 42, long)
    assert parse(f"x42 off {long}", WORDS) == Refused("desk/refused.only_off", {"number": 42})
    assert parse("off 8h" + " " * 2_000 + "not", WORDS) == Refused("desk/refused.off_how_long")
    assert isinstance(parse(long, WORDS), Refused)


@pytest.mark.parametrize(
    "typed", [" " * 5_000 + "x", "x" + " " * 5_000 + "y", "x" + "#" * 5_000, "t" + " # " * 5_000]
)
def test_a_long_line_of_what_nobody_sees_is_read_at_once(typed: str) -> None:
    """It used to take minutes, in which nobody else was heard."""
    with within(5):
        assert isinstance(parse(typed, WORDS), Command | Refused)
