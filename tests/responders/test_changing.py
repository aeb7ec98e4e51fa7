import dataclasses
from dataclasses import dataclass

import pytest

from responders.changing import replace


@dataclass(frozen=True)
class Wide:
    one: int
    two: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Narrow:
    one: int


def test_a_changed_record_is_what_dataclasses_makes_of_it_and_the_old_one_stays() -> None:
    old = Wide(1, ("a",))
    new = replace(old, one=2)
    assert (new, old) == (dataclasses.replace(old, one=2), Wide(1, ("a",)))
    assert hash(new) == hash(Wide(2, ("a",)))
    with pytest.raises(dataclasses.FrozenInstanceError):
        new.one = 3  # type: ignore[misc]


def test_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(TypeError, match="Wide has no field three"):
        replace(Wide(1), three=3)  # type: ignore[call-arg]


def test_a_record_with_slots_is_changed_too() -> None:
    assert replace(Narrow(1), one=2) == Narrow(2)
