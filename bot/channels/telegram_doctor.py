"""Looks at one Telegram account from outside and says what is wrong and what to do. Changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.channels.telegram_api import ApiRefused, ApiUnreachable, TelegramApi, Unreadable

LARGEST_SKEW: Final = timedelta(seconds=30)
MANY_PENDING: Final = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `advice` says what to do next when it is not well."""

    is_well: bool
    what: str
    advice: str = ""


async def examine(api: TelegramApi, *, expected_url: str, clock: Callable[[], datetime]) -> list[Finding]:
    """Token, webhook, waiting updates and clock. `expected_url` is empty when the account polls.

    Our clock is read when theirs has come: whatever took its time before would look like a wrong clock."""
    try:
        me = await api.call("getMe")
        info = await api.call("getWebhookInfo")
        now = clock()
    except ApiRefused as fault:
        if fault.code in (401, 404):
            advice = "get the token from BotFather again and put it into the token file"
            return [Finding(False, "Telegram refuses the token", advice)]
        return [Finding(False, str(fault), "wait and look again")]
    except (ApiUnreachable, Unreadable) as fault:
        return [Finding(False, str(fault), "check the network, the firewall and base_url")]
    findings = [_account(me), *_webhook(info, expected_url)]
    return [*findings, _clock(api.server_time, now)] if api.server_time else findings


def _account(me: object) -> Finding:
    username = me.get("username") if isinstance(me, dict) else None
    return Finding(isinstance(username, str), f"the account is @{username}", "is base_url a Bot API server?")


def _webhook(info: object, expected_url: str) -> list[Finding]:
    info = info if isinstance(info, dict) else {}
    url, pending = info.get("url", ""), info.get("pending_update_count", 0)
    if url == expected_url:
        place = Finding(True, "updates go where they should")
    elif url and not expected_url:
        place = Finding(
            False,
            "a webhook is set, but this account polls",
            "if nobody of yours set it, revoke the token at once",
        )
    elif url:
        advice = "if nobody of yours set it, somebody has the token: revoke it at once"
        place = Finding(False, "the webhook leads to another address", advice)
    else:
        place = Finding(False, "no webhook is set", "start tocsin run, which sets it")
    is_many = isinstance(pending, int) and pending >= MANY_PENDING
    advice = "is tocsin running? Telegram drops messages after 24 hours"
    return [place, Finding(not is_many, f"{pending} updates wait at Telegram", advice)]


def _clock(theirs: datetime, now: datetime) -> Finding:
    skew = abs(now - theirs)
    what = f"the clock differs from Telegram's by {skew.total_seconds():.0f} s"
    return Finding(skew <= LARGEST_SKEW, what, "let the system's clock follow a time server")
