"""A clock that was ahead and is put right: every span stays what it was, and nothing is silent for it. A clock that
leaps ahead wakes people early, and for a while erases nothing."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responders import escalation
from responders.cases import Due, next_due
from responders.clock_back import AWAY, LEAP, Leaps, moved_back, within_reach
from responders.states import State
from responders.taking import HANDOVER_SILENCE_ELSE
from responders.turns import CaseTurn, PageKind
from tests.examples import examples
from tests.responders.stories import TUESDAY_NIGHT, Night, a_case, an_assessment
from triage.scales import Level

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def rings_at(night: Night, at: timedelta, by: timedelta = HOUR) -> CaseTurn:
    """The clock has gone back by this; the store's timer, as much earlier, rings when so much has passed since."""
    night.now += at - by
    night.pages.clear()  # they were rung at times that are yet to come
    case = night.case
    return night.keeps(escalation.on_due(case, case.generation, night.now, was_retimed=True))


def test_the_next_step_comes_when_it_would_have_come_though_the_clock_went_back_an_hour() -> None:
    night = Night.of()
    night.after(minutes=1)
    turn = rings_at(night, timedelta(minutes=2))
    assert {page.person for page in turn.pages} == {"first", "second", "third"}
    assert turn.case.due[Due.STEP] - night.now == timedelta(minutes=7), "and so does the one after it"
    night.after(minutes=7)
    assert night.paged() == ["coordinator"]
    for _ in range(3):
        night.after(minutes=5)
        assert len(night.paged()) == 4


def test_a_case_that_somebody_took_in_the_wrong_hour_comes_back_when_they_do_not_open_it() -> None:
    night = Night.of()
    night.types("first", "t42")
    turn = rings_at(night, timedelta(minutes=5))
    assert turn.case.state is State.OPEN
    assert {page.kind for page in turn.pages} == {PageKind.RESUMED}


def test_what_is_erased_and_what_has_a_date_keeps_its_time() -> None:
    date = TUESDAY_NIGHT + timedelta(days=9)
    case = a_case(Level.PRIORITY).case.with_due(reassess=date, remind=date, body_gone=date, waiting=date)
    moved = moved_back(case, HOUR)
    assert {name for name in case.due if moved.due[name] != case.due[name]} == {Due.STEP}


def test_an_early_timer_of_a_closed_case_erases_nothing() -> None:
    night = Night.of()
    night.types("first", "t42")
    night.types("first", "e42 2")
    case = night.case
    assert escalation.on_due(case, case.generation, night.now, was_retimed=True) == CaseTurn(case)


def test_a_timer_that_is_seconds_early_changes_nothing_whatever_the_clock_did() -> None:
    case = a_case().case
    now = case.due[Due.STEP] - 9 * SECOND
    assert escalation.on_due(case, case.generation, now, was_retimed=True) == CaseTurn(case)


@examples(200)
@given(
    level=st.sampled_from(list(Level)),
    before=st.integers(0, 200).map(lambda minutes: timedelta(minutes=minutes)),
    by=st.integers(11, 400_000).map(lambda seconds: timedelta(seconds=seconds)),
    taken=st.booleans(),
)
def test_wherever_a_case_stands_and_however_far_the_clock_goes_back_it_is_woken_after_the_same_span(
    level: Level, before: timedelta, by: timedelta, taken: bool
) -> None:
    night = Night.of(level)
    night.after(seconds=before.total_seconds())
    if taken:
        night.types("first", "t42")
    due = next_due(night.case)
    assert due is not None
    left = due - night.now
    undisturbed = escalation.on_due(night.case, night.case.generation, due)
    turn = rings_at(night, left, by)
    assert [page.person for page in turn.pages] == [page.person for page in undisturbed.pages]
    ahead = next_due(undisturbed.case)
    assert ahead is not None
    assert next_due(turn.case) == ahead - by


@examples(200)
@given(
    level=st.sampled_from(list(Level)),
    before=st.integers(0, 200),
    by=st.integers(11, 400_000).map(lambda seconds: timedelta(seconds=seconds)),
    typed=st.lists(st.sampled_from(["t42", "o42", "42 hello", "h42 second", "p42 1", "w42"]), max_size=3),
)
def test_a_case_that_nothing_retimed_is_woken_within_the_longest_span_that_it_can_have(
    level: Level, before: int, by: timedelta, typed: list[str]
) -> None:
    night = Night.of(level)
    night.after(minutes=before)
    for text in typed:
        night.types("first", text)
    due = next_due(night.case)
    assert due is not None
    found = within_reach(night.case, night.now - by).case
    woken = next_due(found)
    assert woken is not None
    ladders = found.plan.ladders
    longest = max(
        *(step.after for one in ladders for step in one.steps),
        *(one.repeat.every for one in ladders if one.repeat is not None),
        *(one.progress_every or one.first_words for one in ladders),
    )
    assert woken - (night.now - by) <= min(due - night.now + by, longest + 10 * SECOND)
    assert within_reach(found, night.now - by).case == found, "once is enough"


def test_an_immediate_case_that_nothing_retimed_waits_no_longer_than_from_one_step_to_the_next() -> None:
    night = Night.of()
    night.after(minutes=21)
    now = night.now - HOUR
    found = within_reach(night.case, now).case
    assert found.due[Due.STEP] - now == timedelta(minutes=5)
    night.now, night.case = now, found
    night.pages.clear()
    night.after(minutes=5)
    assert len(night.paged()) == 4


def test_an_offered_case_comes_back_no_later_than_the_longest_silence() -> None:
    night = Night.of(Level.URGENT)
    night.types("first", "t42")
    night.types("first", "h42 second")
    now = night.now - timedelta(days=3)
    assert within_reach(night.case, now).case.due[Due.HANDOVER_BY] - now == HANDOVER_SILENCE_ELSE


def test_a_raise_or_a_second_opening_is_within_reach() -> None:
    night = Night.of(Level.ROUTINE)
    night.types("first", "t42")
    night.types("first", "o42")
    night.keeps(escalation.raise_level(night.case, an_assessment(Level.IMMEDIATE, "new"), night.now))
    assert within_reach(night.case, night.now).case is night.case


def test_what_is_to_be_erased_waits_while_the_clock_cannot_be_believed_and_ladders_do_not() -> None:
    case = a_case().case.with_due(body_gone=TUESDAY_NIGHT)
    later = TUESDAY_NIGHT + timedelta(minutes=3)
    turn = escalation.on_due(case, case.generation, later, may_erase=False)
    assert not turn.erase
    assert turn.pages
    assert turn.case.due[Due.BODY_GONE] == TUESDAY_NIGHT
    assert escalation.on_due(case, case.generation, later).erase


@pytest.mark.parametrize(("ahead", "leapt"), [(LEAP - SECOND, False), (LEAP + SECOND, True)])
def test_a_leap_is_a_clock_that_runs_away_from_the_seconds_that_passed(ahead: timedelta, leapt: bool) -> None:
    leaps = Leaps()
    assert not leaps.look(TUESDAY_NIGHT, 100.0)
    assert leaps.look(TUESDAY_NIGHT + 5 * SECOND + ahead, 105.0) is leapt
    assert leaps.within(HOUR, 106.0) is leapt
    assert not leaps.within(HOUR, 105.0 + HOUR.total_seconds())


def test_slow_hours_and_a_clock_that_goes_back_are_no_leap() -> None:
    leaps = Leaps()
    leaps.look(TUESDAY_NIGHT, 0.0)
    assert not leaps.look(TUESDAY_NIGHT + HOUR, HOUR.total_seconds())
    assert not leaps.look(TUESDAY_NIGHT, HOUR.total_seconds() + 1)


@pytest.mark.parametrize(("away", "leapt"), [(AWAY, False), (AWAY + SECOND, True)])
def test_at_its_start_a_process_believes_a_clock_that_is_less_than_a_day_ahead(
    away: timedelta, leapt: bool
) -> None:
    assert Leaps().look(TUESDAY_NIGHT, 0.0, before=TUESDAY_NIGHT - away) is leapt
