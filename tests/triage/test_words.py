"""The normal form: one character at a time, however it is worked out, and the same when it is done twice."""

from hypothesis import example, given
from hypothesis import strategies as st

from triage.words import _RUN, _fold_character, fold

TEXTS = st.text() | st.text(st.characters(max_codepoint=0x24F)) | st.text("aaAéñ .,|!?\n1ﬁ…", max_size=200)


@given(TEXTS)
@example("El jueves, a las 15:30, él le dijo: «¡márchate!» " * 20)
@example("one|two; three\r\nfour…five")
@example("noooo, pleeease! 111 ααα")
@example("".join(chr(code) for code in range(0x100, 0x200)) + "word " * 500)
def test_a_text_is_folded_as_each_of_its_characters_is(text: str) -> None:
    words = " ".join("".join(_fold_character(character) for character in text).split())
    once = _RUN.sub(r"\1", words)
    assert fold(text) == f" {once} "


def test_what_is_folded_stays_as_it_is_whatever_the_character() -> None:
    whole = {chr(code): _fold_character(chr(code)) for code in range(0x30000)}
    assert sum(form == character for character, form in whole.items()) > 100_000, "these stay as they are"
    changed = {form for character, folded in whole.items() if folded != character for form in folded}
    assert {form for form in changed if whole[form].strip() != form.strip()} == set()


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
