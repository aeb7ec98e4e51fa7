"""The record itself: its table of moves, its JSON, and what it never holds."""

import json
from dataclasses import replace

import pytest

from responders.cases import Case, Consent, Mark, Reply
from responders.states import TRANSITIONS, Move, State, WrongMoveError
from tests.responders.stories import TUESDAY_NIGHT, Night, a_case


def test_a_case_comes_back_from_its_json_as_it_was() -> None:
    night = Night.of()
    for typed in ("t42", "42 hello there", "n42 a note", "p42 2", "c42 g"):
        night.types("first", typed)
    consent = Consent("d", Reply.YES, TUESDAY_NIGHT, "1", "UN office")
    case = replace(night.case.marked(Mark.SEIZED, Mark.TEST), consents=(consent,))
    assert Case.from_json(case.to_json()) == case


def test_the_record_holds_no_text_of_anybody() -> None:
    night = Night.of()
    night.types("first", "t42")
    night.types("first", "42 XYZZY to them")
    night.types("first", "n42 XYZZY to the team")
    night.types("first", "l42 2 XYZZY why")
    assert b"XYZZY" not in night.case.to_json()
    assert "XYZZY" not in repr(night.last)


def test_json_is_compact() -> None:
    assert len(a_case().case.to_json()) < 2500
    assert b": " not in a_case().case.to_json()
    assert "closed" not in json.loads(a_case().case.to_json())


def test_every_state_has_a_way_to_its_end_and_back() -> None:
    for state in State:
        moves = TRANSITIONS[state]
        assert Move.CLOSE in moves or moves == {Move.REOPEN: State.OPEN}


@pytest.mark.parametrize("move", [Move.TAKE, Move.READ, Move.RESUME, Move.CLOSE])
def test_a_closed_case_only_reopens(move: Move) -> None:
    closed = replace(a_case().case, state=State.CLOSED)
    with pytest.raises(WrongMoveError, match="case 42 is closed"):
        closed.moved(move)


def test_a_case_in_a_traceback_tells_its_number_and_state_only() -> None:
    assert repr(a_case().case) == "Case(42, open)"


def test_the_newest_answer_about_a_use_and_a_body_counts() -> None:
    answers = (
        Consent("d", Reply.YES, TUESDAY_NIGHT, "1", "UN office"),
        Consent("d", Reply.NO, TUESDAY_NIGHT, "1", "the press"),
    )
    case = a_case(consents=answers).case
    assert case.consent("d", "UN office") is Reply.YES
    assert case.consent("d", "the press") is Reply.NO
    assert case.consent("e") is None
