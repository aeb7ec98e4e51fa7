"""The lines that `tocsin doctor` prints."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a thing is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at, and what to do when it is not well."""

    state: State
    what: str
    advice: str = ""

    def __str__(self) -> str:
        told = f"{self.state.value:<4}  {self.what}"
        return told if self.state is State.OK or not self.advice else f"{told}\n      -> {self.advice}"


def judged(well: bool, what: str, advice: str, otherwise: State = State.FAIL) -> Line:
    """Well, or not and what to do."""
    return Line(State.OK if well else otherwise, what, advice)
