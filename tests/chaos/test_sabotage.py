"""Every breakage of the table turns its test red; without it the test is green."""

import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.sabotage import BREAKAGES, Breakage, Copy, StaleTable

SAMPLE = 10  # in the short form
ONLY = os.environ.get("TOCSIN_SABOTAGE", "")  # part of a name: for whoever adds one


@pytest.fixture(scope="module")
def copy() -> Iterator[Copy]:
    with tempfile.TemporaryDirectory(prefix="chaos") as name:
        yield Copy(Path(name))


def test_the_table_fits_the_code(copy: Copy) -> None:
    stale = []
    for breakage in BREAKAGES:
        try:
            copy.restore(copy.edit(breakage))
        except StaleTable as fault:
            stale.append(str(fault))
    assert not stale, "\n".join(stale)


def chosen(chance: random.Random, is_long: bool) -> list[Breakage]:
    if is_long and not ONLY:
        return list(BREAKAGES)
    quick = [one for one in BREAKAGES if not one.slow and ONLY in one.name]
    return chance.sample(quick, min(SAMPLE, len(quick)))


def test_whatever_is_broken_a_test_says_so(copy: Copy, chance: random.Random, is_long: bool) -> None:
    breakages = chosen(chance, is_long)
    code, said = copy.run(sorted({test for one in breakages for test in one.tests}))
    assert code == 0, f"red without any breakage:\n{said}"
    unnoticed = []
    for breakage in breakages:
        before = copy.edit(breakage)
        code, said = copy.run(breakage.tests)
        copy.restore(before)
        if code != 1:
            unnoticed.append(f"{breakage.name}: pytest ended with {code}, not 1\n{said}")
    print(f"{len(breakages)} breakages, {len(breakages) - len(unnoticed)} noticed")  # noqa: T201 - the result
    assert not unnoticed, "\n".join(unnoticed)
