"""The part of the score that can be read: what is counted, in which languages, and that jokes and tests are seen."""

import pytest

from triage.score.lexicon import NAMES, features


def counted(text: str) -> set[str]:
    return {name for name, value in zip(NAMES, features(text), strict=True) if value}


def test_every_number_lies_between_0_and_1() -> None:
    for text in ("", "?", "help " * 500, "They are at the door now, as in 2016 😂"):
        assert len(features(text)) == len(NAMES)
        assert all(0 <= value <= 1 for value in features(text))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("вони зараз у під'їзді", "now"),
        ("polisi baru saja datang", "now"),
        ("họ đang ở ngoài cửa", "now"),
        ("ngayon po", "now"),
        ("kounye a yo la", "now"),
        ("এখন ওরা এসেছে", "now"),
        ("አሁን መጡ", "now"),
        ("woh abhi aaye", "now"),
        ("років тому", "past"),
        ("tahun lalu", "past"),
        ("trong phim đó", "unreal"),
        ("sa pelikula", "unreal"),
        ("फिल्म में", "unreal"),
        ("dizi için", "unreal"),
        ("send help 😂", "laughed"),
        ("jajaja qué susto", "laughed"),
        ("this is only a test", "disowned"),
    ],
)
def test_a_leaning_word_is_counted_in_its_language(text: str, name: str) -> None:
    assert name in counted(text)


def test_a_laugh_is_none_inside_a_word() -> None:
    assert "laughed" not in counted("Mahaha is a village; they said Kajaja is burning")


def test_a_film_that_is_none_is_not_taken_for_a_test() -> None:
    assert "disowned" not in counted("this is not a test, this is happening")
