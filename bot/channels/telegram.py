"""Puts one Telegram account together: the receiving half, the sending half, and what both need. Touches no
network. Intake and alerts are two accounts, so that a flood of reports cannot earn the alert path a rate
limit."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.channels.telegram_api import DEFAULT_BASE, TelegramApi
from bot.channels.telegram_receive import PollingReceiver
from bot.channels.telegram_request import GuardedRequest, a_bot
from bot.channels.telegram_send import TelegramSender
from bot.channels.telegram_webhook import WebhookReceiver
from responders.secret import Secret


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram is to deliver: an https address that ends at our web server, and the shared secret."""

    url: str
    secret: Secret

    @property
    def path(self) -> str:
        """The path to route to the receiver's `answer`."""
        return urlsplit(self.url).path or "/"


@dataclass(frozen=True, slots=True, repr=False)
class TelegramAccount:
    """One account; `name` is the channel's name in every Inbound. `close` when done."""

    name: str
    api: TelegramApi
    receiver: PollingReceiver | WebhookReceiver
    sender: TelegramSender
    wire: GuardedRequest

    async def close(self) -> None:
        """Close the connections; the receiver must have ended."""
        await self.api.close()
        await self.wire.shutdown()


def telegram_account(
    name: str, token: Secret, *, base_url: str = DEFAULT_BASE, webhook: Webhook | None = None
) -> TelegramAccount:
    """An account that polls, or that takes deliveries when `webhook` is given."""
    api = TelegramApi(token, base_url)
    bot, wire = a_bot(token, base_url)
    receiver: PollingReceiver | WebhookReceiver
    if webhook is None:
        receiver = PollingReceiver(name, api)
    else:
        receiver = WebhookReceiver(name, api, webhook.url, webhook.secret)
    return TelegramAccount(name, api, receiver, TelegramSender(bot), wire)
