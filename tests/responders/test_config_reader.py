"""Plain dataclasses out of YAML: durations, keywords as keys, one value for a list, every fault in one
sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum

import pytest

from responders.config_reader import Read, duration, read_parsed
from responders.yaml_document import parse_document


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Leaf:
    after: timedelta = timedelta(0)
    colours: tuple[Colour, ...] = ()
    loud: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    name: str
    from_: time = time(9)
    on: date | None = None
    size: int = 0
    leaf: Leaf = Leaf()
    leaves: Mapping[str, Leaf] = field(default_factory=dict)
    trees: tuple["Tree", ...] = ()


def read(text: str) -> Read[Tree]:
    return read_parsed(*parse_document(text.encode(), "f"), Tree)


def faults(text: str) -> list[str]:
    return [str(problem) for problem in read(text).problems]


def test_a_file_becomes_the_plain_dataclass() -> None:
    text = (
        "name: 7\nfrom: 08:30\non: 2026-02-28\nsize: 3\nleaf: {after: 1h30m, colours: red, loud: true}\n"
        "leaves: {a: {after: PT15M}}\ntrees: [{name: inner}]\n"
    )
    assert read(text).value == Tree(
        "7", time(8, 30), date(2026, 2, 28), 3,
        Leaf(timedelta(minutes=90), (Colour.RED,), loud=True),
        {"a": Leaf(timedelta(minutes=15))},
        (Tree("inner"),),
    )  # fmt: skip


def test_a_key_with_nothing_after_it_counts_as_left_out() -> None:
    assert read("name: a\nleaf:\nsize:\n").value == Tree("a")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("size: 1\n", ['f:1:1: "name" is missing']),
        ("nmae: a\n", ['f:1:1: "name" is missing', 'f:1:1: unknown key "nmae"; did you mean "name"?']),
        ("name: a\nsize: many\n", ['f:2:1: size: expected a whole number, but got "many"']),
        ("name: [a]\n", ["f:1:1: name: expected text, but got a list"]),
        ("name: a\nfrom: noon\n", ['f:2:1: from: expected a time of day such as "09:00", but got "noon"']),
        ("name: a\non: 20260228\n", ['f:2:1: on: expected a date such as 2026-11-30, but got "20260228"']),
        ("name: a\nleaf: {loud: yes}\n", ['f:2:8: leaf.loud: expected true or false, but got "yes"']),
        ("name: a\nleaves: {x: 3}\n", ["f:2:10: leaves.x: expected keys with values, but got text"]),
        (
            "name: a\nleaf: {colours: [blue, rde]}\n",
            ['f:2:24: leaf.colours[2]: expected one of red, blue, but got "rde"; did you mean "red"?'],
        ),
        ("[]\n", ["f:1:1: expected keys with values, but got a list"]),
    ],
)
def test_each_fault_is_one_sentence_at_its_line(text: str, expected: list[str]) -> None:
    assert faults(text) == expected


def test_all_faults_are_told_at_once() -> None:
    assert len(faults("nam: a\nsize: x\nfrom: y\ntrees: [{size: z}, 3]\nleaf: {after: soon}\n")) == 8


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("15m", 900), ("2h", 7200), ("1d12h", 129600), ("1w", 604800), ("PT0.5S", 0.5), ("0s", 0)],
)
def test_durations_read_as_people_write_them(text: str, seconds: float) -> None:
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "5 m", "-5m", "P", "PT", "1y", "5m ", "٥m"])
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        duration(text)


@pytest.mark.parametrize("text", ["999999w", "P99999D", "1w1w1w1w1w1w"])
def test_a_duration_beyond_ten_years_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        duration(text)
