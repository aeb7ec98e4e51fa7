"""Serves the demo's page on loopback: three files, one stream of what is seen, one address for acts.
Everything lies under an unguessable path; nothing comes from elsewhere, nothing is kept or logged."""

import asyncio
import json
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import PurePosixPath

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.demo.acts import BadActError, act
from bot.demo.running import DemoError
from bot.demo.stage import Stage

HOST = "127.0.0.1"
FILES = ("index.html", "page.js", "screens.js", "style.css", "icon.svg")
TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
HEARTBEAT = 15.0


@asynccontextmanager
async def serving(stage: Stage, port: int) -> AsyncIterator[str]:
    """Serve the page and yield its address; port 0 takes any free one. Raises DemoError when it cannot be had."""
    secret = secrets.token_urlsafe(18)
    runner = web.AppRunner(_application(stage, secret), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, port)
        try:
            await site.start()
        except OSError as fault:
            raise DemoError(
                f"port {port} cannot be had ({os.strerror(fault.errno or 0)}): choose another, or leave --port out"
            ) from None
        taken = runner.addresses[0][1]
        yield f"http://{HOST}:{taken}/{secret}/"
    finally:
        await runner.cleanup()


def _application(stage: Stage, secret: str) -> web.Application:
    async def page_file(request: web.Request) -> web.Response:
        name = request.match_info["name"] or "index.html"
        if name not in FILES:
            raise web.HTTPNotFound
        body = files("bot.demo").joinpath("page", name).read_bytes()
        return web.Response(body=body, content_type=TYPES[PurePosixPath(name).suffix], charset="utf-8")

    async def events(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        beat = asyncio.create_task(_beat(response))
        try:
            async for batch in stage.view.watch():
                await response.write(f"data: {json.dumps(batch)}\n\n".encode())
        except ConnectionError:
            return response  # the page was closed
        finally:
            beat.cancel()
        return response

    async def do(request: web.Request) -> web.Response:
        try:
            await act(stage, await request.json())
        except (BadActError, ValueError, LookupError, RecursionError):  # also of a charset that nobody knows
            raise web.HTTPBadRequest(text="the act was not understood") from None
        return web.json_response({})

    app = web.Application(middlewares=[_guard(secret)], client_max_size=2**18)
    app.router.add_get("/{secret}/events", events)
    app.router.add_post("/{secret}/do", do)
    app.router.add_get("/{secret}/{name:[a-z.]*}", page_file)
    return app


def _guard(secret: str) -> Middleware:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Another page in the same browser knows neither the path nor how to forge our Origin."""
        transport = request.transport
        port = transport.get_extra_info("sockname")[1] if transport is not None else 0
        here = {f"{name}:{port}" for name in (HOST, "localhost")}
        given = request.match_info.get("secret", "")
        if request.host not in here or not secrets.compare_digest(given.encode(), secret.encode()):
            raise web.HTTPNotFound
        if request.method == "POST" and not _is_ours(request):
            raise web.HTTPForbidden
        response = await handler(request)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    return guard


def _is_ours(request: web.Request) -> bool:
    return (
        request.headers.get("Origin") == f"http://{request.host}"
        and request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
        and request.content_type == "application/json"
    )


async def _beat(response: web.StreamResponse) -> None:
    """Keep the stream alive, and notice a page that went away without a word."""
    while True:
        await asyncio.sleep(HEARTBEAT)
        await response.write(b": still here\n\n")
