"""One reader of bytes from outside, what it may answer, and the honest input that fuzzing starts from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.fuzz.mutate import CANARY, Mutate, of_bytes


class Broken(Exception):
    """A reader did not keep its promise. The input that did it is the fuzzer's to show."""


@dataclass(frozen=True, slots=True)
class Target:
    """`read` gives a clear answer or raises one of `refuses`; anything else that comes out of it is a fault of ours.

    `large`: what a megabyte of it looks like, to be read within bounded time. `quotes`: its refusals are for whoever
    wrote the file, and may quote it. `costs`: how many times as long as others it takes, and so is tried less often."""

    name: str
    read: Callable[[bytes], object]
    seeds: Callable[[], Sequence[bytes]]
    mutate: Mutate = of_bytes
    refuses: tuple[type[Exception], ...] = ()
    large: Callable[[], Sequence[bytes]] = tuple
    quotes: bool = False
    costs: int = 1

    def run(self, data: bytes) -> None:
        """Read it. Raises Broken when a refusal tells what it refused; lets pass what should never be raised."""
        try:
            self.read(data)
        except self.refuses as fault:
            if not self.quotes and CANARY in f"{fault} {fault!r}":
                raise Broken(f"{self.name}: {type(fault).__name__} tells what was written") from None


def must(is_so: bool, what: str) -> None:
    """A property of an answer. Raises Broken."""
    if not is_so:
        raise Broken(what)
