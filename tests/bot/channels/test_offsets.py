"""Only a finished prefix is confirmed."""

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.offsets import Offsets


def test_nothing_is_confirmed_before_the_first_update_is_done() -> None:
    offsets = Offsets()
    assert offsets.start_poll() is None
    for number in (10, 11, 12):
        assert offsets.open(number)
    offsets.finish(11)
    offsets.finish(12)
    assert offsets.start_poll() is None
    offsets.finish(10)
    assert offsets.start_poll() == 13


def test_an_update_that_comes_again_while_in_work_is_not_opened_twice() -> None:
    offsets = Offsets()
    assert offsets.open(10)
    assert not offsets.open(10)
    offsets.start_poll()
    offsets.finish(10)  # while the poll is under way: its answer still has the update
    assert not offsets.open(10)


def test_ids_may_start_anywhere_after_a_quiet_week() -> None:
    offsets = Offsets()
    offsets.open(900)
    offsets.finish(900)
    assert offsets.start_poll() == 901
    assert offsets.open(17)
    offsets.finish(17)
    assert offsets.start_poll() == 18


@given(st.permutations(range(1, 30)), st.integers(0, 29))
def test_the_offset_never_passes_unfinished_work(order: list[int], finished: int) -> None:
    offsets = Offsets()
    for number in range(1, 30):
        offsets.open(number)
    for number in order[:finished]:
        offsets.finish(number)
    offset = offsets.start_poll()
    unfinished = set(order[finished:])
    assert all(number >= (offset or 0) for number in unfinished)
    assert offsets.in_work == len(unfinished)
