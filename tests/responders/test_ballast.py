import os
from pathlib import Path

import pytest

from responders.ballast import MEBI, Ballast, Space, decide

LOW, SIZE = 100, 40


@pytest.mark.parametrize(
    ("free", "held", "intake_is_open", "space"),
    [
        (101, True, True, Space.ROOM),
        (99, True, True, Space.LOW),  # close intake first, keep the ballast
        (99, True, False, Space.SPENT),  # intake is closed: now give it up
        (139, False, False, Space.SPENT),  # restoring it would go below the mark again
        (140, False, False, Space.ROOM),
        (101, True, False, Space.LOW),  # just above the mark is not enough to open again
        (125, True, False, Space.ROOM),
        (99, False, True, Space.LOW),
    ],
)
def test_intake_closes_before_the_ballast_goes_and_opens_only_with_room_to_spare(
    free: int, held: bool, intake_is_open: bool, space: Space
) -> None:
    assert decide(free, held, intake_is_open, LOW, SIZE) is space


def test_the_ballast_takes_real_blocks(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path, size=MEBI, low_water=1)
    assert ballast.check(intake_is_open=False) is Space.ROOM
    assert ballast.path.stat().st_blocks * 512 >= MEBI
    assert ballast.check(intake_is_open=True) is Space.ROOM


def test_a_full_disk_costs_the_ballast_only_after_intake_is_closed(tmp_path: Path) -> None:
    Ballast(tmp_path, size=MEBI, low_water=1).check(intake_is_open=True)
    full = Ballast(tmp_path, size=MEBI, low_water=1 << 62)
    assert full.check(intake_is_open=True) is Space.LOW
    assert full.path.exists()
    assert full.check(intake_is_open=False) is Space.SPENT
    assert not full.path.exists()
    assert full.check(intake_is_open=False) is Space.SPENT


def test_the_ballast_comes_back_with_the_space(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path, size=MEBI, low_water=1)
    assert ballast.check(intake_is_open=False) is Space.ROOM
    assert ballast.path.exists()


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="the file is written, not reserved")
def test_a_ballast_that_does_not_fit_leaves_nothing_behind(tmp_path: Path) -> None:
    """More than the file system can address, so that the refusal does not hang on the disk."""
    greedy = Ballast(tmp_path, size=(1 << 63) - 1, low_water=-(1 << 63))
    assert greedy.check(intake_is_open=True) is Space.SPENT
    assert not greedy.path.exists()
