"""Pages put together in a flood: a bounded number rings, each case stays in what the person can reach, and a trusted
case rings at its step. Properties over any flood, on the pure functions."""

from datetime import datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from responders.audience import removed
from responders.cases import Case
from responders.changing import replace
from responders.grouping import (
    LATER,
    LEAD,
    MINUTE,
    RATE,
    SOON,
    UNREACHED_FOR,
    Grouping,
    leaves_at,
    nobody_has,
    summed,
)
from responders.ladder import page
from responders.turns import PageKind, Ring
from tests.examples import examples
from tests.responders.organisations import MONDAY
from tests.responders.stories import a_case
from triage.scales import Level

UNKNOWN = a_case().case
A_FLOOD = st.lists(
    st.one_of(st.just(0.0), st.floats(0, 1), st.floats(0, 120), st.floats(0, 900)), min_size=1, max_size=300
)


def ring(grouping: Grouping, case: Case, now: datetime, kind: PageKind = PageKind.FIRST) -> object:
    return grouping.rings(page(case, "first", kind, Ring.ALL), case, now)


def rung(pauses: list[float], case: Case = UNKNOWN) -> tuple[int, set[datetime], timedelta]:
    """How many pages ring alone in a flood, when the pages about all leave, and how long it took."""
    grouping, now, alone, together = Grouping(), MONDAY, 0, set()
    for number, pause in enumerate(pauses):
        now += timedelta(seconds=pause)
        rings = grouping.rings(
            page(case, "first", PageKind.FIRST, Ring.ALL), replace(case, number=number), now
        )
        if rings.due is None:
            alone += 1
        else:
            assert now + LEAD <= rings.due <= now + LATER + LEAD
            together.add(rings.due)
    return alone, together, now - MONDAY


def test_a_few_pages_ring_one_by_one_as_ever() -> None:
    assert rung([0.0] * RATE.burst)[:2] == (RATE.burst, set())
    assert rung([30.0] * 100)[:2] == (100, set())


def test_ten_thousand_at_once_ring_a_handful_and_one_page_about_all_within_seconds() -> None:
    alone, together, _ = rung([0.0] * 10_000)
    assert alone == RATE.burst
    assert len(together) == 1
    assert max(together) - MONDAY <= SOON + LEAD


def test_in_an_hour_of_flood_a_phone_rings_about_thirty_times_on_each_channel() -> None:
    alone, together, _ = rung([0.36] * 10_000)
    assert alone + len(together) <= 30


@examples(200)
@given(A_FLOOD)
@example([*[0.0] * (RATE.burst + 1), 9.0, 1.0])  # at the end of a minute, two soon and one on the minute
def test_however_they_come_the_number_of_pages_is_bounded_by_the_time_and_not_by_their_number(
    pauses: list[float],
) -> None:
    alone, together, took = rung(pauses)
    minutes = took / MINUTE
    assert alone <= RATE.burst + took / RATE.every + 1
    # each flood has two soon and one more than its minutes, and two floods are over a minute apart
    assert len(together) <= 3 + 3 * minutes


@examples(100)
@given(A_FLOOD)
def test_no_page_is_put_off_for_ever_each_one_rings_or_is_in_one_that_leaves_in_time(
    pauses: list[float],
) -> None:
    alone, together, _ = rung(pauses)
    assert alone + len(together) > 0
    assert alone >= min(len(pauses), RATE.burst)


@examples(100)
@given(A_FLOOD)
def test_whatever_floods_a_trusted_case_rings_at_its_step(pauses: list[float]) -> None:
    grouping, now, trusted = Grouping(), MONDAY, replace(UNKNOWN, trusted=True, number=77)
    for pause in pauses:
        now += timedelta(seconds=pause)
        ring(grouping, UNKNOWN, now)
    for minute in (0, 3, 10, *range(15, 200, 5)):
        rings = grouping.rings(
            page(trusted, "first", PageKind.AGAIN, Ring.ALL), trusted, now + timedelta(minutes=minute)
        )
        assert rings.due is None


def test_a_case_that_somebody_has_rings_its_taker_in_a_flood_too() -> None:
    grouping = Grouping()
    for _ in range(100):
        ring(grouping, UNKNOWN, MONDAY)
    taken = replace(UNKNOWN, has="first", number=78)
    assert grouping.rings(page(taken, "first", PageKind.DANGER, Ring.ALL), taken, MONDAY).due is None
    offered = replace(UNKNOWN, handover="first", number=79)
    assert grouping.rings(page(offered, "first", PageKind.HANDOVER, Ring.ALL), offered, MONDAY).due is None


def test_a_thousand_danger_signs_of_one_case_that_somebody_has_are_a_handful_of_rings_and_one_a_minute() -> (
    None
):
    grouping, taken = Grouping(), replace(UNKNOWN, has="first")
    rings = [
        grouping.rings(
            page(taken, "first", PageKind.DANGER, Ring.ALL), taken, MONDAY + timedelta(seconds=second)
        )
        for second in range(1_000)
    ]
    assert sum(one.due is None for one in rings) <= RATE.burst + 1
    assert all(one.since is None for one in rings), "its own page, later: not the one about all"
    assert len({one.due for one in rings if one.due is not None}) <= 1_000 / 60 + 2


def test_each_person_has_a_flood_of_their_own() -> None:
    grouping = Grouping()
    for _ in range(100):
        ring(grouping, UNKNOWN, MONDAY)
    assert grouping.is_flooded("first")
    other = grouping.rings(page(UNKNOWN, "second", PageKind.FIRST, Ring.ALL), UNKNOWN, MONDAY)
    assert other.due is None


def test_it_is_over_when_nothing_came_for_a_while_also_when_the_clock_is_set_back() -> None:
    for passed in (2 * RATE.full, -3600.0):
        grouping = Grouping()
        for _ in range(10_000):
            ring(grouping, UNKNOWN, MONDAY)
        now = MONDAY + timedelta(seconds=passed)
        ring(grouping, UNKNOWN, now)
        for wait in range(1, 5):
            rings = grouping.rings(
                page(UNKNOWN, "first", PageKind.FIRST, Ring.ALL), UNKNOWN,
                now + wait * 2 * timedelta(seconds=RATE.full),
            )  # fmt: skip
        assert rings.due is None


def test_whoever_cannot_be_reached_by_it_is_paged_case_by_case_so_that_each_wakes_the_next_person() -> None:
    grouping = Grouping()
    for _ in range(100):
        ring(grouping, UNKNOWN, MONDAY)
    grouping.cannot_reach("first", MONDAY)
    rings = page(UNKNOWN, "first", PageKind.FIRST, Ring.ALL)
    assert grouping.rings(rings, UNKNOWN, MONDAY + UNREACHED_FOR).due is None
    assert grouping.rings(rings, UNKNOWN, MONDAY + 2 * UNREACHED_FOR).due is None, (
        "and the flood is over by then"
    )


@given(st.integers(0, 7200), st.integers(0, 7200))
def test_all_workers_name_the_same_moment_and_it_comes_sooner_at_the_beginning(
    begun: int, passed: int
) -> None:
    since, now = MONDAY + timedelta(seconds=begun), MONDAY + timedelta(seconds=begun + passed)
    due = leaves_at(since, now)
    step = SOON if passed < 10 else MINUTE if passed < 600 else LATER
    assert LEAD <= due - now <= step + LEAD
    assert due.timestamp() % step.total_seconds() == 0


def test_the_page_about_all_counts_every_case_that_rang_and_that_nobody_has() -> None:
    cases = [replace(UNKNOWN, number=20 + n, created=MONDAY + timedelta(minutes=n)) for n in range(9)]
    cases[1] = replace(cases[1], level=Level.URGENT)
    cases[2] = replace(cases[2], paged=())
    cases[3] = removed(cases[3], "first", MONDAY).case
    cases[4] = replace(cases[4], level=Level.ROUTINE)
    about = nobody_has(cases, "first")
    assert [case.number for case in about] == [20, 21, 25, 26, 27, 28]
    values = {"count": 6, "immediate": 5, "oldest": 20, "newest": 28, "time": MONDAY}
    assert summed(about) == values
