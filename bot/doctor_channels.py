"""The half of `tocsin doctor` that looks at the platforms. It sends nothing and names no address."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from bot.channels import signal_doctor
from bot.channels.signal_rpc import SignalRpc
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_doctor import examine
from bot.doctor_lines import Line, State, judged
from bot.settings import Receive, Settings
from responders.secret import SecretError


async def look_at_telegram(
    settings: Settings, environment: Mapping[str, str], now: datetime
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
            for finding in await examine(api, expected_url=expected or "", now=now):
                yield judged(finding.is_well, f"telegram {name}: {finding.what}", finding.advice)
        finally:
            await api.close()


async def look_at_signal(settings: Settings, environment: Mapping[str, str]) -> AsyncIterator[Line]:
    """signal-cli, and each account of ours there."""
    signal = settings.signal
    if signal is None:
        return
    rpc = SignalRpc(signal.url)
    try:
        for finding in await signal_doctor.examine(rpc, signal.url, signal.attachments):
            yield judged(finding.is_well, f"signal: {finding.what}", finding.advice)
        for name, source in (("intake", signal.intake), ("alerts", signal.alerts)):
            if source is None:
                continue
            try:
                number = source.load(environment)
            except SecretError as fault:
                yield Line(
                    State.FAIL, f"signal {name}: {fault}", "the number with its +, as it was registered"
                )
                continue
            finding = await signal_doctor.examine_account(rpc, number)
            yield judged(finding.is_well, f"signal {name}: {finding.what}", finding.advice)
    finally:
        await rpc.close()
