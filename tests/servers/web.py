"""A strict little web server on loopback that records requests and answers what a test chooses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Endpoint:
    """Where it listens and what arrived: method, headers, body."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)  # what it answers next; the last one stays
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@asynccontextmanager
async def a_web_server(*statuses: int, **headers: str) -> AsyncIterator[Endpoint]:
    """Serve one address until the block ends, answering with these statuses in turn (the last one stays)."""
    endpoint = Endpoint(statuses=list(statuses) or [200])

    async def answer(request: web.Request) -> web.Response:
        endpoint.requests.append((request.method, dict(request.headers), await request.read()))
        left = endpoint.statuses
        status = left.pop(0) if len(left) > 1 else left[0]
        return web.Response(status=status, headers=headers)

    app = web.Application()
    app.router.add_route("*", "/ring", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    endpoint.url = f"http://127.0.0.1:{port}/ring"
    try:
        yield endpoint
    finally:
        await runner.cleanup()
