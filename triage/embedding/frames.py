"""What passes between the worker and whoever asks it: JSON with its length in front. Bounded in size both ways."""

import json
import struct
from typing import Any, BinaryIO

LONGEST = 1 << 20  # bytes of one frame
_LENGTH = struct.Struct(">I")
HEADER = _LENGTH.size


class BrokenFrame(Exception):
    """The other side has gone, or does not speak this."""


def frame(value: object) -> bytes:
    """One value, ready to be written. Lone surrogates survive as JSON escapes."""
    body = json.dumps(value, separators=(",", ":")).encode("ascii")
    return _LENGTH.pack(len(body)) + body


def length(header: bytes) -> int:
    """How many bytes follow. Raises BrokenFrame."""
    size: int = _LENGTH.unpack(header)[0]
    if size > LONGEST:
        raise BrokenFrame(f"a frame of {size} bytes; at most {LONGEST} are read")
    return size


def value(body: bytes) -> Any:
    """What a frame holds: any JSON. Raises BrokenFrame."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise BrokenFrame("a frame is not JSON") from None


def read(stream: BinaryIO) -> Any:
    """The next value of a blocking stream; None at its end. Raises BrokenFrame."""
    header = stream.read(HEADER)
    if not header:
        return None
    if len(header) < HEADER:
        raise BrokenFrame("the stream ended inside a frame")
    size = length(header)
    body = stream.read(size)
    if len(body) < size:
        raise BrokenFrame("the stream ended inside a frame")
    return value(body)
