"""What passes between the worker and whoever asks: whole values or a named fault."""

import io
import struct

import pytest

from triage.embedding import frames


def test_a_value_crosses_whole() -> None:
    value = {"text": "línea\n\ud800 \x00 🙂"}
    assert frames.read(io.BytesIO(frames.frame(value))) == value


def test_the_end_of_the_stream_is_none() -> None:
    assert frames.read(io.BytesIO(b"")) is None


@pytest.mark.parametrize(
    "raw", [b"\x00", struct.pack(">I", 9) + b"{}", struct.pack(">I", 2) + b"{x", struct.pack(">I", 2**31)]
)
def test_a_broken_frame_is_refused(raw: bytes) -> None:
    with pytest.raises(frames.BrokenFrame):
        frames.read(io.BytesIO(raw))
