"""What an answer of signal-cli-rest-api means that is no success, in the words of signal-cli's own JSON-RPC. Pure.
Its texts quote numbers and tokens: what they are about is passed on, never the texts."""

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from bot.channels.signal_faults import RATE_LIMITED, UNKNOWN_METHOD, UNTRUSTED
from bot.channels.signal_rpc import HINTS, Challenge, Failure, RpcRefused

OTHER: Final = -1
TOO_MANY: Final = 429
CHALLENGE_FOR: Final = timedelta(hours=1)  # it does not say for how long
FAILURES: Final[Mapping[str, Failure]] = {
    "untrusted": Failure.IDENTITY,
    "unregistered": Failure.UNREGISTERED,
    "rate limit": Failure.RATE_LIMIT,
    "failed to send message": Failure.NETWORK,  # any other reason is hidden behind these words as well
}
CODES: Final[Mapping[Failure, int]] = {Failure.IDENTITY: UNTRUSTED, Failure.RATE_LIMIT: RATE_LIMITED}


def refusal(method: str, status: int, body: bytes) -> RpcRefused:
    """The error that signal-cli itself would have answered."""
    told = _object(body)
    if "error" not in told:
        return RpcRefused(method, UNKNOWN_METHOD)  # whatever answers there, it is not this interface
    said = str(told["error"]).lower()
    failure = next((failure for words, failure in FAILURES.items() if words in said), None)
    if status == TOO_MANY:
        failure = Failure.RATE_LIMIT
    hint = next((hint for words, hint in HINTS.items() if words in said), "")
    code = OTHER if failure is None else CODES.get(failure, OTHER)
    failures = frozenset() if failure is None else frozenset({failure})
    return RpcRefused(method, code, failures, _challenge(told.get("challenge_tokens")), hint)


def failed(method: str, reasons: Iterable[str | None]) -> RpcRefused:
    """A message that was taken, and did not reach the one it was for."""
    failures = frozenset(Failure(reason) for reason in reasons if reason in set(Failure))
    code = next((CODES[failure] for failure in failures if failure in CODES), OTHER)
    return RpcRefused(method, code, failures)


def _challenge(tokens: object) -> Challenge | None:
    listed = tokens if isinstance(tokens, list) else ()
    token = next((one for one in listed if isinstance(one, str) and one), None)
    return None if token is None else Challenge(token, CHALLENGE_FOR)


def _object(body: bytes) -> Mapping[str, object]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
