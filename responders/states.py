"""Where a case is, and what moves it from one state to another. Values only: the rules of when are escalation.py's,
taking.py's and ending.py's."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a case is. An erased shell is any of these with Mark.ERASED: it stays on the ladder."""

    OPEN = "open"  # nobody has it: the ladder climbs
    TAKEN = "taken"  # somebody said "I have it"
    OPENED = "opened"  # and has read it
    CLOSED = "closed"


class Move(StrEnum):
    """What changes the state."""

    TAKE = "take"
    READ = "read"
    RESUME = "resume"
    CLOSE = "close"
    REOPEN = "reopen"


_WHILE_OPEN: Mapping[Move, State] = {
    Move.TAKE: State.TAKEN,
    Move.READ: State.OPENED,
    Move.RESUME: State.OPEN,
    Move.CLOSE: State.CLOSED,
}
TRANSITIONS: Mapping[State, Mapping[Move, State]] = {
    State.OPEN: _WHILE_OPEN,
    State.TAKEN: _WHILE_OPEN,  # a coordinator may take from the taker
    State.OPENED: _WHILE_OPEN,
    State.CLOSED: {Move.REOPEN: State.OPEN},
}


class WrongMoveError(Exception):
    """The state has no such move."""
