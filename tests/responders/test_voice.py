"""Speaking to focal points: their language, their zone, names in place of ids, buttons that carry commands."""

import pytest

from responders.directory import Partner
from responders.turns import Choice
from responders.voice import Voice
from tests.responders.organisations import MONDAY, a_focal_point, an_organisation
from tests.responders.speaking import Polyglot


@pytest.fixture
def voice() -> Voice:
    organisation = an_organisation(
        people={
            "first": a_focal_point(name="the first", languages=("de", "ar", "en")),
            "second": a_focal_point(languages=("sw",), hours=None),
        },
        partners={"shelter": Partner("the shelter network")},
    )
    return Voice(Polyglot(), organisation.directory, {"ar": "العربية"})


def test_a_person_reads_their_first_language_that_is_offered(voice: Voice) -> None:
    assert voice.language("first") == "ar"
    assert voice.language("second") == "en", "none of theirs is: the source language"
    assert voice.language("a stranger") == "en"


def test_moments_are_said_in_the_persons_zone(voice: Voice) -> None:
    assert voice.text("third", "k", {"time": MONDAY}, MONDAY) == "k 13:00", "Zurich"
    assert voice.text("second", "k", {"time": MONDAY}, MONDAY) == "k 12:00", "no hours: UTC"


def test_ids_are_said_as_names_and_keys_as_texts(voice: Voice) -> None:
    values = {"who": "first", "body": "shelter", "level_key": "desk/level.urgent", "number": 42}

    said = voice.text("third", "k", values, MONDAY)

    assert "the first" in said
    assert "the shelter network" in said
    assert "desk/level.urgent" in said
    assert "42" in said


def test_what_has_no_name_is_said_as_it_stands(voice: Voice) -> None:
    assert voice.name("a stranger") == "a stranger"
    assert voice.body("somebody") == "somebody"
    assert (voice.language_name("ar"), voice.language_name("sw")) == ("العربية", "sw")


def test_a_button_carries_its_command(voice: Voice) -> None:
    message = voice.message("first", "k", {}, (Choice("desk/button.take", "t42"),), MONDAY, protect=True)

    assert [(button.label, button.data) for button in message.buttons] == [
        ("ar:desk/button.take", "verb.t42")
    ]
    assert (message.protect, message.language) == (True, "ar")
