"""What a failed call to signal-cli means: the two faults that delivery knows, and what an operator must do. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.channels.signal_rpc import Challenge, Failure, RpcRefused, RpcUnanswered
from responders.delivery import Reason, TryAgain, Undeliverable

SOON = timedelta(seconds=2)
LATER = timedelta(seconds=30)  # only a person can mend it
LIMITED = timedelta(seconds=60)  # Signal does not say for how long

RATE_LIMITED, UNTRUSTED, NO_NETWORK = -5, -4, -3
UNKNOWN_METHOD, BAD_PARAMETERS = -32601, -32602


class Trouble(StrEnum):
    """What keeps an account from working until a person does something."""

    AWAY = "away"  # signal-cli does not answer
    CAPTCHA = "captcha"
    ACCOUNT = "account"  # not registered there, or unlinked
    VERSION = "version"  # signal-cli does not know what we ask


@dataclass(frozen=True, slots=True)
class Meaning:
    """What to raise instead; `pause` holds for the whole account; `trouble` is for the operators."""

    fault: TryAgain | Undeliverable
    pause: timedelta | None = None
    trouble: Trouble | None = None
    challenge: Challenge | None = None


def meaning_of(fault: RpcRefused | RpcUnanswered) -> Meaning:
    """The delivery fault to raise instead.

    No answer may hide a message that was sent: it is sent again, for twice is better than never."""
    if isinstance(fault, RpcUnanswered):
        return Meaning(TryAgain(SOON), trouble=Trouble.AWAY)
    if fault.challenge is not None or Failure.PROOF_REQUIRED in fault.failures:
        return Meaning(TryAgain(LIMITED), LIMITED, Trouble.CAPTCHA, fault.challenge)
    if fault.code == RATE_LIMITED or Failure.RATE_LIMIT in fault.failures:
        return Meaning(TryAgain(LIMITED), LIMITED)
    if fault.code == UNTRUSTED or Failure.IDENTITY in fault.failures:
        return Meaning(Undeliverable(Reason.NEW_KEY))
    if Failure.UNREGISTERED in fault.failures or fault.hint == "address":
        return Meaning(Undeliverable(Reason.UNREGISTERED))
    if fault.code == UNKNOWN_METHOD or fault.hint == "old":
        return Meaning(TryAgain(LATER), trouble=Trouble.VERSION)
    if fault.hint == "account" or fault.code == BAD_PARAMETERS:
        return Meaning(TryAgain(LATER), trouble=Trouble.ACCOUNT)
    is_network = fault.code == NO_NETWORK or Failure.NETWORK in fault.failures
    return Meaning(TryAgain(SOON if is_network else LATER))
