"""Where one frame ends and the next begins: RESP (commands and answers) and HTTP/1.1 (requests and answers).
Pure; understands only as much as counting needs."""

import re
from collections.abc import Callable

CRLF = b"\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:\s*chunked", re.IGNORECASE)

Ends = Callable[[bytes], int | None]


def resp_end(data: bytes, at: int = 0) -> int | None:
    """Where the RESP2/RESP3 value that starts at `at` ends; None while it is not complete."""
    line = data.find(CRLF, at)
    if line < 0:
        return None
    kind, after = data[at : at + 1], line + 2
    if kind in b"+-:_#,(":
        return after
    size = int(data[at + 1 : line])
    if kind in b"$=!":
        whole = after if size < 0 else after + size + 2
        return whole if whole <= len(data) else None
    if kind not in b"*%~>|":
        raise ValueError(f"not RESP: {kind!r}")
    for _ in range(max(size, 0) * (2 if kind in b"%|" else 1) + (1 if kind == b"|" else 0)):
        end = resp_end(data, after)
        if end is None:
            return None
        after = end
    return after


def resp_words(frame: bytes, most: int = 3) -> list[bytes]:
    """The first words of a command."""
    words: list[bytes] = []
    at = frame.index(CRLF) + 2
    while at < len(frame) and len(words) < most:
        line = frame.index(CRLF, at)
        size = int(frame[at + 1 : line])
        words.append(frame[line + 2 : line + 2 + size])
        at = line + 2 + size + 2
    return words


def http_end(data: bytes) -> int | None:
    """Where the HTTP message at the beginning of `data` ends; None while it is not complete."""
    head = data.find(b"\r\n\r\n")
    if head < 0:
        return None
    headers, after = data[: head + 2], head + 4
    if CHUNKED.search(headers):
        return _chunks_end(data, after)
    found = LENGTH.search(headers)
    end = after + (int(found[1]) if found else 0)
    return end if end <= len(data) else None


def _chunks_end(data: bytes, at: int) -> int | None:
    while True:
        line = data.find(CRLF, at)
        if line < 0:
            return None
        size = int(data[at:line].split(b";")[0], 16)
        at = line + 2 + size + 2
        if at > len(data):
            return None
        if size == 0:
            return at


def http_name(frame: bytes) -> str:
    """The Bot API method that a request calls."""
    return frame.split(b" ", 2)[1].rsplit(b"/", 1)[-1].decode()
