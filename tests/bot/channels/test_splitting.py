"""Long texts in parts that people can read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.splitting import LIMIT, mended, split, units


def test_a_text_that_fits_stays_whole() -> None:
    assert split("Hello.") == ["Hello."]
    assert split("x" * LIMIT) == ["x" * LIMIT]


def test_an_empty_text_has_no_parts() -> None:
    assert split(" \n\t ") == []


@pytest.mark.parametrize("stop", [".", "?", "!", "。", "؟", "।"])
def test_a_long_text_is_cut_behind_a_sentence(stop: str) -> None:
    sentence = "one two three four" + stop
    first, *rest = split(" ".join([sentence] * 10), limit=100)
    assert first.endswith(stop)
    assert all(part.startswith("one") for part in rest)


def test_a_paragraph_is_a_better_place_than_a_sentence() -> None:
    assert split("A first one. And more.\n\nThen the rest. Of it.", limit=30)[0] == "A first one. And more."


def test_without_sentences_it_is_cut_between_words() -> None:
    assert split("alpha beta gamma delta", limit=12) == ["alpha beta", "gamma delta"]


def test_length_is_counted_in_utf_16_units() -> None:
    assert units("a😀") == 3
    assert [units(part) for part in split("😀" * 5000)] == [4096, 4096, 1808]


@pytest.mark.parametrize("whole", ["👩‍👩‍👧‍👦", "👍🏽", "🇬🇹", "e\u0301", "ক্ষি"])
def test_what_people_see_as_one_character_is_never_torn(whole: str) -> None:
    for limit in range(2 * units(whole), 2 * units(whole) + 12):
        parts = split(whole * 40, limit=limit)
        assert all(part == whole * (len(part) // len(whole)) for part in parts), limit


@given(st.text(max_size=400).map(mended), st.integers(8, 60))
def test_every_part_fits_and_nothing_but_white_space_is_lost(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert all(part and units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_64_kilobytes_without_a_space_are_cut_quickly() -> None:
    assert len(split("x" * 65536)) == 16
