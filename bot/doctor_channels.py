"""The half of `tocsin doctor` that looks at the platforms. It sends nothing and names no address."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import datetime

from bot.channels import signal_doctor, signalbot_doctor
from bot.channels.signal import INTAKE
from bot.channels.signal_rpc import Calls, SignalRpc
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_doctor import examine
from bot.doctor_lines import Line, State, judged
from bot.settings import Receive, Settings, Signal, is_rest
from responders.secret import Secret, SecretError


async def look_at_telegram(
    settings: Settings, environment: Mapping[str, str], clock: Callable[[], datetime]
) -> AsyncIterator[Line]:
    """Each account of ours."""
    for name, account in (("intake", settings.telegram.intake), ("alerts", settings.telegram.alerts)):
        if account is None:
            continue
        try:
            api = TelegramApi(account.token.load(environment), account.base_url)
        except SecretError as fault:
            yield Line(State.FAIL, f"telegram {name}: {fault}", "get the token from @BotFather")
            continue
        expected = account.public_url if account.receive is Receive.WEBHOOK else None
        try:
            for finding in await examine(api, expected_url=expected or "", clock=clock):
                yield judged(finding.is_well, f"telegram {name}: {finding.what}", finding.advice)
        finally:
            await api.close()


async def look_at_signal(settings: Settings, environment: Mapping[str, str]) -> AsyncIterator[Line]:
    """signal-cli, and each account of ours there."""
    signal = settings.signal
    if signal is None:
        return
    if is_rest(signal.url):
        async for line in _look_at_rest(signal, environment):
            yield line
        return
    rpc = SignalRpc(signal.url)
    try:
        for finding in await signal_doctor.examine(rpc, signal.url, signal.attachments):
            yield judged(finding.is_well, f"signal: {finding.what}", finding.advice)
        for name, number in _numbers(signal, environment):
            yield number if isinstance(number, Line) else await _account(rpc, name, number)
    finally:
        await rpc.close()


async def _look_at_rest(signal: Signal, environment: Mapping[str, str]) -> AsyncIterator[Line]:
    from bot.channels.signalbot import signalbot_account  # noqa: PLC0415 - 20 MB that few need

    yield Line(State.WARN, f"signal: {signalbot_doctor.LOSES}", signalbot_doctor.RATHER)
    nobody = Secret("+0")  # what is asked here is about no account
    account = signalbot_account(INTAKE, signal.url, nobody)
    try:
        for finding in await signalbot_doctor.examine(account.rpc):
            yield judged(finding.is_well, f"signal: {finding.what}", finding.advice)
        for name, number in _numbers(signal, environment):
            yield number if isinstance(number, Line) else await _account(account.rpc, name, number)
    finally:
        await account.close()


async def _account(calls: Calls, name: str, number: Secret) -> Line:
    finding = await signal_doctor.examine_account(calls, number)
    return judged(finding.is_well, f"signal {name}: {finding.what}", finding.advice)


def _numbers(signal: Signal, environment: Mapping[str, str]) -> Iterator[tuple[str, Secret | Line]]:
    for name, source in (("intake", signal.intake), ("alerts", signal.alerts)):
        if source is None:
            continue
        try:
            yield name, source.load(environment)
        except SecretError as fault:
            advice = "the number with its +, as it was registered"
            yield name, Line(State.FAIL, f"signal {name}: {fault}", advice)
