"""Makes sealed things of different length look alike: a plaintext is followed by 80 and zeros, up to one of a few
sizes. It hides how long a text is, not how many there are."""

from collections.abc import Sequence

SIZES = (1 << 10, 1 << 12, 1 << 14, 1 << 16)  # bytes; above the last, multiples of it


def padded(plaintext: bytes, sealing: int = 0) -> bytes:
    """The plaintext with its padding; `sealing`: what sealing adds to it counts towards the size."""
    needed = len(plaintext) + 1 + sealing
    return (plaintext + b"\x80").ljust(size_for(needed) - sealing, b"\x00")


def unpadded(content: bytes) -> bytes | None:
    """The plaintext again; None where there is no padding."""
    plaintext = content.rstrip(b"\x00")
    return plaintext[:-1] if plaintext[-1:] == b"\x80" else None


def size_for(needed: int, sizes: Sequence[int] = SIZES) -> int:
    """The smallest size that holds so many bytes."""
    for size in sizes:
        if needed <= size:
            return size
    return -(-needed // sizes[-1]) * sizes[-1]
