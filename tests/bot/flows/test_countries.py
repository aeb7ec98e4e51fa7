"""Countries as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import countries

ALL = ("en", "es", "fr", "ar")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Chad", "TD"),
        ("in chad", "TD"),
        ("Tchad", "TD"),
        ("Tchd", "TD"),
        ("تشاد", "TD"),
        ("في تشاد", "TD"),
        ("بالعراق", "IQ"),
        ("العراق", "IQ"),
        ("عراق", "IQ"),
        ("Nicaragau", "NI"),
        ("hondras", "HN"),
        ("El Salvador", "SV"),
        ("South Sudan", "SS"),
        ("I am in Sudan now", "SD"),
        ("Côte d’Ivoire", "CI"),
        ("cote d'ivoire", "CI"),
        ("UK", "GB"),
        ("EE.UU.", "US"),
        ("USA", "US"),
        ("TD", "TD"),
        ("EGY", "EG"),
        ("🇸🇩", "SD"),
        ("we are here 🇭🇳!", "HN"),
        ("Palestine", "PS"),
        ("فلسطين", "PS"),
        ("Burma", "MM"),
        ("Türkiye", "TR"),
        ("DRC", "CD"),
    ],
)
def test_one_country_is_meant(typed: str, code: str) -> None:
    assert countries.find(typed, ALL) == (code,)


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("Congo", {"CD", "CG"}),
        ("الكونغو", {"CD", "CG"}),
        ("Korea", {"KP", "KR"}),
        ("Guinée", {"GN", "GQ", "GW"}),
        ("from Iran to Iraq", {"IR", "IQ"}),
    ],
)
def test_a_name_of_several_countries_gives_them_all(typed: str, codes: set[str]) -> None:
    assert set(countries.find(typed, ALL)) == codes


@pytest.mark.parametrize(
    "typed", ["", "no", "NO", "me", "xyz", "the capital", "123", "😀", "x" * 300, "EU", "ZZ"]
)
def test_what_is_no_country_finds_none(typed: str) -> None:
    assert countries.find(typed, ALL) == ()


@pytest.mark.parametrize("language", ALL)
def test_every_country_is_found_by_the_name_that_we_show(language: str) -> None:
    lost = [
        code
        for code in sorted(countries._codes())
        if code not in countries.find(countries.name(code, language), ALL)
    ]
    assert lost == []


def test_a_code_without_a_name_is_shown_as_it_is() -> None:
    assert countries.name("QQ", "en") == "QQ"
    assert not countries.is_code("QQ")
    assert countries.is_code("XK")


@given(st.text(max_size=30))
def test_any_text_gives_known_codes_or_none(text: str) -> None:
    assert all(countries.is_code(code) for code in countries.find(text, ALL))
