"""What guards the addresses that listen on this machine only: a web page in somebody's browser, also one whose name
was made to point here, is refused. Answers are kept by nobody and framed by nobody."""

from collections.abc import Container

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.check_settings import is_local

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def no_browsers(but: Container[str] = ()) -> Middleware:
    """Lets programs in, and anybody to the paths `but`, which guard themselves."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        """A browser names the page's Origin, or (a name of somebody else's that points here) a Host not ours."""
        if request.path in but:
            return await handler(request)
        if "Origin" in request.headers or not is_local(_name(request.host)):
            raise web.HTTPForbidden
        response = await handler(request)
        response.headers.update(HEADERS)
        return response

    return guard


def _name(host: str) -> str:
    """Without the port, which is another one at the near end of an SSH tunnel."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] or host
