"""Nobody on duty, and what stands between an installation and being ready."""

from dataclasses import replace
from datetime import timedelta

import pytest

from responders.directory import Alarm
from responders.duty import gaps
from responders.people import Enrolled
from responders.readiness import missing
from tests.responders.organisations import MONDAY, a_focal_point, a_receiver, a_rota, an_organisation

READY = Enrolled({"telegram-alerts": "700"}, ("a key",), tested=MONDAY)


def test_somebody_on_call_is_no_gap() -> None:
    assert not [*gaps(an_organisation(), (), MONDAY)]


def test_an_empty_rota_is_a_gap() -> None:
    assert [*gaps(an_organisation(rota=a_rota(people=())), (), MONDAY)] == [a_receiver()]


def test_a_rota_whose_people_are_all_away_is_a_gap_and_one_who_stands_in_is_none() -> None:
    everybody = {"first", "second", "third"}

    assert [*gaps(an_organisation(), everybody, MONDAY)]
    assert not [*gaps(an_organisation(), everybody - {"third"}, MONDAY)]


def test_ready_with_a_coordinator_who_can_be_woken_and_can_open() -> None:
    assert not [*missing(an_organisation(), {"coordinator": READY}, MONDAY + timedelta(days=7))]


@pytest.mark.parametrize(
    ("enrolled", "lack"),
    [
        (None, "is not enrolled"),
        (Enrolled(), "is not enrolled"),
        (replace(READY, has_left=True), "has left"),
        (replace(READY, keys=()), "has no key"),
        (replace(READY, tested=None), "has not answered a test"),
        (replace(READY, tested=MONDAY - timedelta(days=7, seconds=1)), "has not answered a test"),
        (replace(READY, channels={"local-alerts": "700"}), "on no channel that responders.yaml gives them"),
    ],
)
def test_what_the_end_of_a_ladder_lacks_is_said(enrolled: Enrolled | None, lack: str) -> None:
    people = {} if enrolled is None else {"coordinator": enrolled}

    (said,) = missing(an_organisation(), people, MONDAY)

    assert said.startswith("receiver team: its coordinator coordinator ")
    assert lack in said


def test_a_coordinator_who_can_open_nothing_is_said() -> None:
    organisation = an_organisation(
        people={"coordinator": a_focal_point(content=(), alarms=(Alarm.TELEGRAM,))}
    )

    (said,) = missing(organisation, {"coordinator": READY}, MONDAY)

    assert "has no place to open a report" in said
