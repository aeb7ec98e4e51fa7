"""The platform's two sides over HTTP on a private unix socket: the service's, like the Bot API, and phones'.
Nothing is confirmed that the service did not ask to confirm; requests are never logged."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from aiohttp import web

from bot.demo.platform import Account, PlatformError, Posted, Refused, Update
from responders.delivery import Button, Message

STATUS = {Refused.CUT: 503, Refused.BLOCKED: 403, Refused.MALFORMED: 400}
LONGEST_POLL = 50.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(accounts: Mapping[str, Account]) -> web.Application:
    """Return the platform's HTTP application; it keeps nothing itself."""

    def account(request: web.Request) -> Account:
        found = accounts.get(request.match_info["account"])
        if found is None:
            raise web.HTTPNotFound
        return found

    async def updates(request: web.Request) -> web.Response:
        wait = min(float(request.query.get("timeout", "0")), LONGEST_POLL)
        found = await account(request).updates(int(request.query.get("offset", "0")), wait)
        return web.json_response({"updates": [update_json(update) for update in found]})

    async def send(request: web.Request) -> web.Response:
        body = await request.json()
        message = Message(
            body["text"],
            tuple(Button(label, data) for label, data in body["buttons"]),
            body["protect"],
            body["language"],
        )
        return web.json_response({"id": account(request).send(body["address"], message)})

    async def delete(request: web.Request) -> web.Response:
        body = await request.json()
        return web.json_response({"kept": account(request).delete(body["address"], body["ids"])})

    async def look(request: web.Request) -> web.Response:
        """A phone asks for its chat, and waits until it is newer than the revision it has."""
        platform = account(request)
        chat = platform.chat(request.match_info["address"])
        after, left = int(request.query.get("after", "-1")), int(request.query.get("tries", "50"))
        while chat.revision <= after and left:
            await platform.next_change(1.0)
            left -= 1
        posts = [post_json(post) for post in chat.posts]
        return web.json_response({"revision": chat.revision, "posts": posts})

    async def act(request: web.Request) -> web.Response:
        """A phone writes or taps."""
        body, address = await request.json(), request.match_info["address"]
        if "choice" in body:
            account(request).tap(address, body["message"], body["choice"])
        else:
            account(request).say(address, body["text"])
        return web.json_response({})

    app = web.Application(middlewares=[_refusals], client_max_size=2**20)
    app.router.add_get("/service/{account}/updates", updates)
    app.router.add_post("/service/{account}/send", send)
    app.router.add_post("/service/{account}/delete", delete)
    app.router.add_get("/phone/{account}/{address}", look)
    app.router.add_post("/phone/{account}/{address}", act)
    return app


async def serve(accounts: Mapping[str, Account], socket: Path) -> web.AppRunner:
    """Listen on the socket; the caller cleans the runner up."""
    runner = web.AppRunner(application(accounts), access_log=None, shutdown_timeout=0.05)
    await runner.setup()
    await web.UnixSite(runner, str(socket)).start()
    return runner


def update_json(update: Update) -> dict[str, object]:
    """Return the update as the service fetches it; absent fields are left out."""
    fields: dict[str, object | None] = {
        "text": update.text,
        "choice": update.choice,
        "attachment": update.attachment,
        "locale": update.locale,
        "quote": update.quote,
    }
    return {
        "id": update.id,
        "address": update.address,
        "message_id": update.message_id,
        "at": update.at.isoformat(),
        "event": update.event,
        **{name: value for name, value in fields.items() if value is not None},
    }


def post_json(post: Posted) -> dict[str, object]:
    """Return one message as a phone shows it."""
    return {
        "id": post.id,
        "at": post.at.isoformat(),
        "mine": post.mine,
        "text": post.message.text,
        "buttons": [{"label": button.label, "data": button.data} for button in post.message.buttons],
        "language": post.message.language,
        "attachment": post.attachment,
        "edited": post.edited,
    }


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except PlatformError as error:
        return web.json_response({"refused": error.reason}, status=STATUS[error.reason])
    except (KeyError, TypeError, ValueError):
        return web.json_response({"refused": Refused.MALFORMED}, status=400)
