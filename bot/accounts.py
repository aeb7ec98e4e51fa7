"""Our accounts on the platforms, made from the settings and the secrets that they name; not yet connected to anything.
Intake and alerts are kept apart: a flood of reports must not silence the alerts."""

from collections.abc import Mapping, Sequence

from bot.channels.signal import ALERTS, INTAKE, Account, signal_account
from bot.channels.telegram import TelegramAccount, Webhook, telegram_account
from bot.installation import CannotStart
from bot.settings import Receive, Settings, Telegram, is_rest, same_account


def telegram_accounts(settings: Settings, environment: Mapping[str, str]) -> list[TelegramAccount]:
    """Those on Telegram. Raises SecretError, CannotStart."""
    intake, alerts = settings.telegram.intake, settings.telegram.alerts
    if (
        intake is not None
        and alerts is not None
        and same_account(intake.token.load(environment), alerts.token.load(environment))
    ):
        raise CannotStart(
            "telegram: intake and alerts are one account: a flood of reports could silence the alerts"
        )
    wanted = {"telegram": intake, "telegram-alerts": alerts}
    return [_account(name, entry, environment) for name, entry in wanted.items() if entry is not None]


def _account(name: str, entry: Telegram, environment: Mapping[str, str]) -> TelegramAccount:
    webhook = None
    if entry.receive is Receive.WEBHOOK and entry.public_url is not None and entry.secret is not None:
        webhook = Webhook(entry.public_url, entry.secret.load(environment))
    return telegram_account(name, entry.token.load(environment), base_url=entry.base_url, webhook=webhook)


def signal_accounts(settings: Settings, environment: Mapping[str, str]) -> Sequence[Account]:
    """Those on Signal. Raises SecretError, CannotStart."""
    signal = settings.signal
    if signal is None:
        return []
    wanted = {INTAKE: signal.intake, ALERTS: signal.alerts}
    numbers = {name: source.load(environment) for name, source in wanted.items() if source is not None}
    if len({number.reveal() for number in numbers.values()}) < len(numbers):
        raise CannotStart(
            "signal: intake and alerts are one number: a flood of reports could silence the alerts"
        )
    if is_rest(signal.url):
        from bot.channels.signalbot import signalbot_account  # noqa: PLC0415 - 20 MB that few need

        return [
            signalbot_account(name, signal.url, number, disappear_after=signal.disappear_after)
            for name, number in numbers.items()
        ]
    return [
        signal_account(
            name, signal.url, number, disappear_after=signal.disappear_after, attachments=signal.attachments
        )
        for name, number in numbers.items()
    ]
