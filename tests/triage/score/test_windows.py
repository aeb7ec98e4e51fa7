"""How a text is cut for the score: everything short whole, everything long from both ends, never more than four."""

from hypothesis import given
from hypothesis import strategies as st

from triage.score.windows import LENGTH, MOST, cleaned, windows


def test_a_message_is_one_window() -> None:
    assert windows("They are at\nthe door") == ("They are at the door",)


def test_a_story_is_cut_at_the_ends_of_sentences() -> None:
    parts = windows("It began in spring. " * 60)
    assert len(parts) == 2 + (len("It began in spring. ") * 60 > 2 * LENGTH)
    assert all(part.endswith("spring.") for part in parts)


def test_of_a_long_text_the_beginning_and_the_end_are_read() -> None:
    parts = windows("First. " + "the dog barks at night " * 5_000 + " Last.")
    assert len(parts) <= MOST
    assert parts[0].startswith("First.")
    assert parts[-1].endswith("Last.")


def test_what_has_no_letter_has_no_window() -> None:
    for text in ("", "\n\n\n", "🙂🙂", "12:30", "\x00\x00"):
        assert windows(text) == ()


def test_what_nobody_typed_is_not_embedded() -> None:
    assert windows("aGVsbG8gd29ybGQ=" * 1_000) == ()
    assert windows("x" * 10_000) == ("x",)
    assert len(windows("a b c " * 50_000)) == 1
    assert cleaned("key aGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8K they are here") == "key they are here"
    assert cleaned("救命" * 40) == "救命"


def test_what_people_type_is_left_as_it_is() -> None:
    for text in (
        "nooooo",
        "Donaudampfschifffahrtsgesellschaftskapitän",
        "helphelphelphelphelphelphelphelp hurry",
        "1111111",
    ):
        assert cleaned(text) == text


def test_shouting_becomes_speech() -> None:
    assert cleaned("THEY ARE AT THE DOOR") == "they are at the door"
    assert cleaned("I met the UN and the AU") == "I met the UN and the AU"


@given(st.text() | st.text(alphabet=st.characters(categories=["Cs", "Lu", "Cc", "Co"])))
def test_any_string_is_cut_in_bounds(text: str) -> None:
    parts = windows(text)
    assert len(parts) <= MOST
    assert all(0 < len(part) <= LENGTH for part in parts)
