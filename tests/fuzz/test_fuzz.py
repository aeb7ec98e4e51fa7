"""Every reader of bytes from outside answers, or refuses by name, and never tells what it refused. Ten inputs for
each in every run, forty in `make test-slow`, the same ones each time; `make fuzz` tries tens of thousands."""

import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import some
from tests.fuzz.bounded import TooSlow, within
from tests.fuzz.found import FOUND
from tests.fuzz.mutate import CANARY, Mutate, of_bytes, of_json, of_text
from tests.fuzz.target import Broken, Target
from tests.fuzz.targets import TARGETS


@pytest.mark.hypothesis  # with all examples in make test-slow
@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_whatever_is_sent_is_answered_or_refused_by_name(target: Target) -> None:
    held = (*target.seeds(), *FOUND.get(target.name, ()))

    @settings(
        max_examples=some(max(10, 40 // target.costs)),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.integers(0, 2**64), st.integers(1, 3))
    def tried(seed: int, times: int) -> None:
        rng = Random(seed)  # noqa: S311 - a strange input is no secret
        data = rng.choice(held)
        for _ in range(times):
            data = target.mutate(rng, data)
        target.run(data)

    with within():
        tried()


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_the_honest_input_that_fuzzing_starts_from_is_read(target: Target) -> None:
    assert target.seeds()
    for seed in target.seeds():
        target.read(seed)


@pytest.mark.parametrize(("name", "data"), [(name, one) for name, found in FOUND.items() for one in found])
def test_what_broke_a_reader_once_does_not_break_it_again(name: str, data: bytes) -> None:
    with within():
        TARGETS[name].run(data)


@pytest.mark.slow
@pytest.mark.parametrize("target", [one for one in TARGETS.values() if one.large()], ids=lambda one: one.name)
def test_a_megabyte_is_read_or_refused_in_bounded_time(target: Target) -> None:
    for data in target.large():
        with within():
            target.run(data)


def test_the_table_names_every_reader_and_no_other() -> None:
    table = Path(__file__).with_name("README.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)) == set(TARGETS)


@pytest.mark.parametrize("mutate", [of_bytes, of_text, of_json])
def test_the_same_seed_makes_the_same_input_and_others_make_others(mutate: Mutate) -> None:
    seeds, data = range(40), b'{"a":[1,"x"],"b":{"c":null}}'
    made = [mutate(Random(seed), data) for seed in seeds]  # noqa: S311
    assert made == [mutate(Random(seed), data) for seed in seeds]  # noqa: S311
    assert len(set(made)) > len(seeds) // 2


def test_a_refusal_that_tells_what_was_written_is_found() -> None:
    def tells(data: bytes) -> None:
        raise ValueError(f"cannot read {data.decode()}")

    with pytest.raises(Broken, match="tells what was written"):
        Target("tells", tells, list, refuses=(ValueError,)).run(CANARY.encode())


def test_an_error_that_nobody_named_is_found() -> None:
    def trips(data: bytes) -> object:
        return data[5]

    with pytest.raises(IndexError):
        Target("trips", trips, list, refuses=(ValueError,)).run(b"")


def test_an_expression_that_would_never_end_is_found() -> None:
    with pytest.raises(TooSlow), within(0.2):
        re.fullmatch(r"(a|a)*b", "a" * 40)
