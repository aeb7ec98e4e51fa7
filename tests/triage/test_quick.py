"""Records that are made quickly are what they would be otherwise."""

import dataclasses
import pickle

import pytest

from triage.quick import quick


@quick
@dataclasses.dataclass(frozen=True)
class Made:
    one: int
    two: str = "two"
    three: dict[str, int] = dataclasses.field(default_factory=dict)


def test_fields_come_by_place_by_name_and_by_default() -> None:
    assert Made(1) == Made(one=1, two="two", three={})
    assert Made(1, "x", {"a": 1}).three == {"a": 1}
    assert repr(Made(1)) == "Made(one=1, two='two', three={})".replace("Made", Made.__qualname__)


def test_no_two_records_share_what_a_factory_made() -> None:
    assert Made(1).three is not Made(1).three


def test_it_stays_frozen() -> None:
    made = Made(1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.one = 2  # type: ignore[misc]


def test_it_can_be_replaced_and_pickled() -> None:
    assert dataclasses.replace(Made(1), two="x") == Made(1, "x")
    assert pickle.loads(pickle.dumps(Made(1))) == Made(1)  # noqa: S301 - our own


def test_what_is_missing_or_unknown_is_refused() -> None:
    with pytest.raises(TypeError):
        Made()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Made(1, four=4)  # type: ignore[call-arg]


def test_a_record_with_slots_or_an_init_of_its_own_is_refused() -> None:
    with pytest.raises(TypeError, match="slots"):
        quick(dataclasses.dataclass(frozen=True, slots=True)(type("Slotted", (), {})))

    @dataclasses.dataclass(frozen=True)
    class Checked:
        def __post_init__(self) -> None:
            raise ValueError

    with pytest.raises(TypeError, match="__post_init__"):
        quick(Checked)
