"""What keeps our Signal accounts from working, as far as it can be seen from outside the service: a captcha that Signal
asks for, people whose identity has changed. It names nobody and changes nothing."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.channels.signal import ALERTS, INTAKE
from bot.channels.signal_rpc import Calls, RpcRefused, RpcUnanswered
from bot.doctor_lines import Line, State
from bot.installation import CannotStart, Configured, opened_store
from bot.signal_challenges import Challenges
from responders.keyring import MasterKey, store_box
from responders.secret import Secret, SecretError
from responders.store import StoreDown
from responders.valkey import NoStore

CHANNELS = {"intake": INTAKE, "alerts": ALERTS}
UNTRUSTED = "UNTRUSTED"


@asynccontextmanager
async def opened_challenges(found: Configured, environment: Mapping[str, str]) -> AsyncIterator[Challenges]:
    """What the service has kept for us, beside it or without it. Raises SecretError, CannotStart, NoStore."""
    master = MasterKey.from_env(environment)
    async with opened_store(found.settings) as (store, _):
        yield Challenges(store, store_box(master))


async def captchas(found: Configured, environment: Mapping[str, str]) -> AsyncIterator[Line]:
    """Whether Signal waits for a captcha, for each account."""
    try:
        async with opened_challenges(found, environment) as challenges:
            for which, channel in CHANNELS.items():
                if await challenges.token(channel) is not None:
                    what = f"signal {which}: Signal wants a captcha before it sends on"
                    yield Line(State.FAIL, what, f"tocsin signal captcha {which}")
    except (SecretError, CannotStart, NoStore, StoreDown) as fault:
        yield Line(State.WARN, f"signal: {fault}", "so it cannot be seen whether Signal wants a captcha")


async def identities(calls: Calls, which: str, number: Secret) -> Line:
    """How many people write with a new identity that signal-cli has not accepted."""
    try:
        told = await calls.call("listIdentities", {"account": number.reveal()})
    except (RpcRefused, RpcUnanswered) as fault:
        return Line(State.WARN, f"signal {which}: {fault}", "so changed identities cannot be seen")
    listed = told if isinstance(told, list) else ()
    count = sum(one.get("trustLevel") == UNTRUSTED for one in listed if isinstance(one, dict))
    what = f"signal {which}: {count} changed {'identity' if count == 1 else 'identities'} not accepted"
    advice = "the service accepts one when its person writes again; it runs, and they did not?"
    return Line(State.WARN if count else State.OK, what, advice)
