"""Rates that let a burst pass and no more, and whom a person has believed before."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from responders.changing import replace
from responders.chats import CaseRef, Chat
from responders.flood import AT_ONCE, Meter, Rate, comes_trusted, is_believed, is_trusted, one_more
from responders.states import State
from tests.responders.organisations import MONDAY
from tests.responders.stories import a_case

RATE = Rate(5, timedelta(seconds=2))


def test_a_burst_passes_then_one_in_each_interval() -> None:
    meter = Meter(RATE)
    at_once = [meter.is_within("ana", MONDAY) for _ in range(7)]
    assert at_once == [True] * 5 + [False] * 2
    assert meter.is_within("ben", MONDAY), "each has their own"
    later = MONDAY + timedelta(seconds=2)
    assert [meter.is_within("ana", later) for _ in range(2)] == [True, False]


@given(st.lists(st.floats(0, 20), max_size=200))
def test_no_stretch_of_time_holds_more_than_the_burst_and_what_the_rate_adds(pauses: list[float]) -> None:
    full_at, now, passed = 0.0, 1_000_000.0, []
    for pause in pauses:
        now += pause
        full_at, is_within = one_more(full_at, now, RATE)
        if is_within:
            passed.append(now)
    for first, begun in enumerate(passed):
        for last in range(first, len(passed)):
            assert last - first + 1 <= RATE.burst + (passed[last] - begun) / 2 + 0.01


@given(st.floats(-1e6, 1e6))
def test_a_clock_that_jumps_keeps_nobody_out_for_longer_than_one_interval(jump: float) -> None:
    meter = Meter(RATE)
    for _ in range(20):
        meter.is_within("ana", MONDAY)
    then = MONDAY + timedelta(seconds=jump)
    meter.is_within("ana", then)
    assert meter.is_within("ana", then + RATE.every)


def test_who_is_within_the_rate_again_is_forgotten() -> None:
    meter = Meter(RATE, remembered=10)
    for number in range(100):
        meter.is_within(number, MONDAY + timedelta(minutes=number))
    assert len(meter._full_at) <= 10


def test_a_case_is_believed_while_a_person_has_it_and_after_an_end_that_says_it_was_true() -> None:
    case = a_case().case
    assert not is_believed(case)
    assert is_believed(replace(case, has="first"))
    assert is_believed(replace(case, progressed=True))
    ended = replace(case, state=State.CLOSED, closed=MONDAY, has="first")
    assert [is_believed(replace(ended, outcome=one)) for one in range(10)] == [False] + [True] * 6 + [
        False
    ] * 3
    assert is_trusted(replace(case, trusted=True))


def test_a_new_case_is_trusted_when_a_person_believed_an_earlier_one_and_few_are_open() -> None:
    chat = Chat("telegram", "7", "en", (CaseRef(21, believed=True, has=True), CaseRef(22)))
    assert comes_trusted(chat)
    assert not comes_trusted(replace(chat, cases=chat.cases[1:]))
    many = tuple(CaseRef(number) for number in range(30, 31 + AT_ONCE))
    assert not comes_trusted(replace(chat, cases=(*chat.cases, *many)))
    assert not comes_trusted(None)
