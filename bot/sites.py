"""Opens the addresses on which the service listens: desk, health, webhooks. What they answer is made elsewhere."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import web

from bot.app import App
from bot.channels.telegram import TelegramAccount
from bot.channels.telegram_webhook import WebhookReceiver
from bot.check_settings import is_local
from bot.health import Health
from bot.installation import CannotStart
from bot.loopback import no_browsers
from bot.settings import Settings


async def serve(
    stack: AsyncExitStack, app: App, health: Health, settings: Settings, accounts: list[TelegramAccount]
) -> None:
    """Desk, health and webhooks, each on its own address."""
    sites: dict[str, list[web.RouteDef]] = {}
    hooks: set[str] = set()
    sites.setdefault(settings.desk, []).extend(app.desk.routes())
    sites.setdefault(settings.health, []).extend(health.routes())
    entries = {"telegram": settings.telegram.intake, "telegram-alerts": settings.telegram.alerts}
    for account in accounts:
        entry = entries[account.name]
        if (
            isinstance(account.receiver, WebhookReceiver)
            and entry is not None
            and entry.public_url is not None
        ):
            webhook_path = "/" + entry.public_url.split("://", 1)[-1].partition("/")[2]
            hooks.add(webhook_path)
            sites.setdefault(entry.listen, []).append(web.post(webhook_path, account.receiver.answer))
    for address, routes in sites.items():
        await open_site(stack, address, routes, hooks)


async def open_site(stack: AsyncExitStack, address: str, routes: list[web.RouteDef], hooks: set[str]) -> None:
    """One address until the stack closes, shut against browsers but for `hooks`. Raises CannotStart."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    guards = [no_browsers(but=hooks)] if is_local(host) else []  # elsewhere it has names that we do not know
    site = web.Application(middlewares=guards, client_max_size=2**20)
    site.add_routes(routes)
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    try:
        if address.startswith(("/", "unix:")):
            path = Path(address.removeprefix("unix:").removeprefix("//"))
            await asyncio.to_thread(path.unlink, missing_ok=True)  # left by a killed process
            await web.UnixSite(runner, str(path)).start()
            await asyncio.to_thread(path.chmod, 0o600)
        else:
            await web.TCPSite(runner, host, int(port)).start()
    except OSError as why:
        raise CannotStart(f"{address}: cannot listen there: {why.strerror or 'in use'}") from None
