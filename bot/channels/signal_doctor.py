"""Looks at signal-cli from outside and says what is wrong and what to do. Sends nothing and changes nothing."""

import asyncio
import os
import re
import stat
from pathlib import Path
from urllib.parse import urlsplit

from bot.channels.signal_events import NUMBER
from bot.channels.signal_rpc import Calls, RpcRefused, RpcUnanswered
from bot.channels.telegram_doctor import Finding
from responders.secret import Secret

OLDEST = (0, 13)
SUBSCRIPTIONS, TOGETHER = (
    2048,
    256,
)  # since signal-cli was started; each connection that was ever made took one


async def examine(rpc: Calls, url: str, attachments: Path | None) -> list[Finding]:
    """The daemon: whether it answers, what it is, how it receives, and who else can reach it."""
    try:
        told = await rpc.call("version", {})
    except RpcRefused as fault:
        return [Finding(False, str(fault), "is this signal-cli's JSON-RPC?")]
    except RpcUnanswered as fault:
        return [Finding(False, str(fault), "is signal-cli running, and is signal.url where it listens?")]
    findings = [_version(told), await _mode(rpc)]
    parts = urlsplit(url)
    if parts.scheme == "unix":
        findings.append(_socket(Path(parts.path)))
    if attachments is not None:
        findings.append(_files(attachments))
    return findings


async def examine_account(rpc: Calls, number: Secret) -> Finding:
    """Whether signal-cli has this number."""
    if NUMBER.fullmatch(number.reveal()) is None:
        advice = "its file or variable holds one line: +, the country's code, digits only: +12025550123"
        return Finding(False, "the number is not written as Signal writes it", advice)
    try:
        told = await rpc.call("listAccounts", {})
    except RpcRefused as fault:
        return Finding(False, str(fault), "start signal-cli without --account: both numbers in one daemon")
    except RpcUnanswered as fault:
        return Finding(False, str(fault), "is signal-cli running, and is signal.url where it listens?")
    numbers = [one.get("number") for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    is_there = number.reveal() in numbers
    advice = "register or link it: tocsin signal register, tocsin signal link"
    return Finding(is_there, f"the account is {'' if is_there else 'not '}in signal-cli", advice)


def _version(told: object) -> Finding:
    said = str(told.get("version", "")) if isinstance(told, dict) else ""
    found = re.match(r"(\d{1,9})\.(\d{1,9})(\.\d{1,9})?", said)
    is_known = found is not None and (int(found[1]), int(found[2])) >= OLDEST
    what = f"signal-cli {found[0] if found else 'of an unknown version'} answers"
    return Finding(
        is_known, what, "install signal-cli 0.13 or newer; Signal refuses old ones after some months"
    )


async def _mode(rpc: Calls) -> Finding:
    """A daemon that receives by itself has subscribed our connection, under a number that it counts up for all of them,
    and lets go of that; one in manual mode knows none of ours. Nobody else's subscription is touched."""
    for first in range(0, SUBSCRIPTIONS, TOGETHER):
        numbers = range(first, first + TOGETHER)
        refused = await asyncio.gather(*(_is_unknown(rpc, number) for number in numbers))
        faults = [one for one in refused if isinstance(one, RpcUnanswered)]
        if faults:
            return Finding(False, str(faults[0]), "look again")
        if not all(refused):
            advice = "start it with --receive-mode manual: as it is, what arrives while the service is away is lost"
            return Finding(False, "it receives by itself, whether we are there or not", advice)
    return Finding(True, "it receives when we ask it to")


async def _is_unknown(rpc: Calls, number: int) -> bool | RpcUnanswered:
    """Whether our connection has no subscription of this number."""
    try:
        await rpc.call("unsubscribeReceive", {"subscription": number})
    except RpcRefused:
        return True
    except RpcUnanswered as fault:
        return fault
    return False


def _socket(path: Path) -> Finding:
    """Others can reach it if its mode lets them and they may enter every folder on the way."""
    lets = stat.S_IMODE(path.stat().st_mode) & 0o006
    is_open = bool(lets) and all(folder.stat().st_mode & 0o001 for folder in path.parents)
    advice = "whoever reaches it reads and writes everything: put it where only signal-cli and we may enter"
    return Finding(
        not is_open, f"its socket is {'open to everybody here' if is_open else 'closed to others'}", advice
    )


def _files(attachments: Path) -> Finding:
    is_ours = not attachments.exists() or os.access(attachments, os.W_OK | os.X_OK)
    advice = "let the service write there, or empty that folder yourself every day"
    return Finding(is_ours, f"received files can {'' if is_ours else 'not '}be removed", advice)
