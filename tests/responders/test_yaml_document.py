"""Strict YAML 1.2: what is refused, where, and in which words."""

from pathlib import Path

import pytest

from responders.yaml_document import LARGEST_FILE, parse_document, read_document


def problems(raw: bytes) -> list[str]:
    return [str(problem) for problem in parse_document(raw, "f")[1]]


def test_every_scalar_is_text_and_only_a_plain_nothing_is_none() -> None:
    document, found = parse_document(
        b"a: no\nb: 1\nc: 2026-01-05\nd:\ne: ~\nf: 'null'\ng: ''\nh: [null]\n", "f"
    )
    assert found == []
    assert document is not None
    assert document.value == {
        "a": "no", "b": "1", "c": "2026-01-05", "d": None, "e": None, "f": "null", "g": "", "h": [None],
    }  # fmt: skip


def test_a_place_is_the_line_and_column_of_the_key() -> None:
    document, _ = parse_document(b"a:\n  - b: {c: d}\n", "f")
    assert document is not None
    assert document.place(("a", 0, "b", "c")) == (2, 9)
    assert document.place(("a", 0, "missing")) == (2, 5)
    assert document.at(("a", 0, "b", "c")) == "d"
    assert document.at(("a", 7)) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", ["f:1:1: the file is empty"]),
        (b"# only a comment\n", ["f:1:1: the file is empty"]),
        (b"a: 1\na: 2\n", ['f:2:1: the key "a" is here twice; it stood first in line 1']),
        (b"a: \x00\n", ["f:1:4: the character U+0000 is not allowed here"]),
        (b"a: 1\nb: \xff\n", ["f:2:4: expected UTF-8 text, but these bytes are something else"]),
        (b"a: 1\n---\nb: 2\n", ["f:2:1: expected one document, but a second one begins here"]),
        (b"%YAML 1.1\n---\na: 1\n", ["f:2:1: directives (%YAML, %TAG) are not allowed"]),
        (b"? [a]\n: b\n", ["f:1:3: a key must be a word, not a list or a mapping"]),
        (b"a: b: c\n", ["f:1:5: not readable as YAML: mapping values are not allowed here"]),
        (b"[" * 60, ["f:1:26: nested more than 24 levels deep"]),
    ],
)
def test_what_is_refused_and_how(raw: bytes, expected: list[str]) -> None:
    assert problems(raw) == expected


def test_it_goes_on_after_a_fault() -> None:
    found = problems(b"a: &x 1\nb: *x\nc: !!int 3\nc: 4\n")
    assert [line.split(":")[1] for line in found] == ["1", "2", "3", "4"]


def test_a_huge_file_is_refused_unread() -> None:
    assert problems(b"a" * (LARGEST_FILE + 1)) == ["f:1:1: the file is larger than 1 MiB"]


def test_a_missing_file_is_a_problem_and_not_an_exception(tmp_path: Path) -> None:
    _, found = read_document(tmp_path / "none.yaml", "none.yaml")
    assert [str(problem) for problem in found] == [
        "none.yaml:1:1: the file cannot be read: No such file or directory"
    ]


def test_a_byte_order_mark_and_windows_line_ends_are_nothing_special() -> None:
    document, found = parse_document(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "f")
    assert found == []
    assert document is not None
    assert document.value == {"a": "1", "b": "2"}


def test_a_file_is_parsed_once_whatever_it_is_called_and_each_problem_names_the_file_asked_for() -> None:
    raw = b"a: 1\na: 2\n"
    one, two = parse_document(raw, "flows/one.yaml"), parse_document(raw, "two.yaml")
    assert [problem.file for problem in one[1]] == ["flows/one.yaml"]
    assert [problem.file for problem in two[1]] == ["two.yaml"]
    assert one[0] is not None
    assert two[0] is not None
    assert (one[0].file, two[0].file) == ("flows/one.yaml", "two.yaml")
    assert one[0].places is two[0].places
