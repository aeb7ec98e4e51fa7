"""What a failed send means: the two faults that delivery knows. Pure.
PTB's and httpx's own exceptions end here, for they may carry addresses, bodies and the token."""

from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from responders.delivery import Reason, TryAgain, Undeliverable

SOON = timedelta(seconds=2)
LATER = timedelta(seconds=30)  # only a person can mend it

NOBODY = ("chat not found", "user not found", "peer_id_invalid", "deactivated", "can't initiate conversation")


class Flooded(TelegramError):
    """429; PTB's own RetryAfter warns of a deprecation whenever it is made, so it is never made
    (telegram_request)."""

    def __init__(self, after: timedelta) -> None:
        super().__init__("flood limit")
        self.after = after


def meaning_of(fault: Exception) -> TryAgain | Undeliverable:
    """The delivery fault to raise instead.

    A time-out may hide a message that arrived: it is sent again, for twice is better than never."""
    if isinstance(fault, Flooded):
        return TryAgain(fault.after)
    if isinstance(fault, InvalidToken | Conflict):
        return TryAgain(LATER)
    said = str(fault).lower()
    if isinstance(fault, ChatMigrated) or (
        isinstance(fault, BadRequest | Forbidden) and any(sign in said for sign in NOBODY)
    ):
        return Undeliverable(Reason.UNREGISTERED)
    if isinstance(fault, Forbidden):
        return Undeliverable(Reason.BLOCKED)
    if isinstance(fault, BadRequest):
        return Undeliverable(Reason.REFUSED)
    return TryAgain(SOON)
