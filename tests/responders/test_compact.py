"""Compact JSON is read back whole or not at all."""

import pytest

from responders.compact import decoded, encoded


@pytest.mark.parametrize("value", [{}, {"a": [1, None, "é\n"]}, [], "x", 1, None])
def test_what_was_encoded_is_decoded(value: object) -> None:
    assert decoded(encoded(value)) == value


@pytest.mark.parametrize("raw", [b"", b"{", b'{"a":1', b'{"a":1},"b":2', b" {}", b"{} ", b"\xff", b"nothing"])
def test_anything_else_is_refused_also_behind_a_whole_value(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decoded(raw)
