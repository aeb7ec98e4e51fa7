"""Padding: what goes in comes out, in a few sizes; what was never padded is not mistaken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responders.padding import SIZES, padded, size_for, unpadded


@given(st.binary(max_size=70_000), st.integers(0, 40))
def test_what_is_padded_comes_out_again_and_has_one_of_few_sizes(plaintext: bytes, sealing: int) -> None:
    content = padded(plaintext, sealing)
    assert unpadded(content) == plaintext
    size = len(content) + sealing
    assert size in SIZES or size % SIZES[-1] == 0


@pytest.mark.parametrize("plaintext", [b"", b"\x80", b"\x00\x00", b"a\x80\x00", bytes(1023), bytes(1024)])
def test_zeros_and_marks_within_it_stay(plaintext: bytes) -> None:
    assert unpadded(padded(plaintext)) == plaintext


@pytest.mark.parametrize("content", [b"", b'{"kind":"reply"}', b"\x00\x00"])
def test_what_has_no_padding_is_none(content: bytes) -> None:
    assert unpadded(content) is None


def test_a_size_holds_what_just_fits_and_the_next_what_does_not() -> None:
    assert (size_for(1024), size_for(1025)) == (1024, 4096)
    assert (size_for(65_536), size_for(65_537)) == (65_536, 131_072)
