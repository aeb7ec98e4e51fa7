"""Looks at signal-cli-rest-api from outside: what is wrong, and what to do. Sends nothing and changes nothing."""

import re
from typing import Final

from bot.channels.signal_rpc import Calls, RpcRefused, RpcUnanswered
from bot.channels.telegram_doctor import Finding

OLDEST: Final = (0, 101)  # what signalbot 2.2 asks for
UNSET: Final = "unset"  # a preview version

LOSES: Final = (
    "signal-cli-rest-api drops what arrives while nobody listens: a report can be lost before it reaches us"
)
RATHER: Final = "let us talk to signal-cli itself (docs/signal.md): unix:///run/signal-cli/socket"


async def examine(calls: Calls) -> list[Finding]:
    """The interface: whether it answers, and is one that can be listened to."""
    try:
        told = await calls.call("version", {})
    except RpcRefused as fault:
        return [Finding(False, str(fault), "is this signal-cli-rest-api, at its own address?")]
    except RpcUnanswered as fault:
        return [Finding(False, str(fault), "is signal-cli-rest-api running, and is signal.url its address?")]
    about = told if isinstance(told, dict) else {}
    return [_version(str(about.get("version", ""))), _mode(about.get("mode"))]


def _version(said: str) -> Finding:
    found = re.match(r"(\d{1,9})\.(\d{1,9})", said)
    is_known = said == UNSET or (found is not None and (int(found[1]), int(found[2])) >= OLDEST)
    what = f"signal-cli-rest-api {found[0] if found else 'of an unknown version'} answers"
    return Finding(is_known, what, "install signal-cli-rest-api 0.101 or newer")


def _mode(said: object) -> Finding:
    is_listening = said == "json-rpc"
    what = f"it runs {'' if is_listening else 'not '}in json-rpc mode"
    return Finding(
        is_listening, what, "start it with MODE=json-rpc: in any other mode nothing can be received"
    )
