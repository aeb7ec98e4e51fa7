"""The strict Bot API server as its own process, for tests that kill all else: prints its addresses as JSON
and takes a person's acts and questions at POST /control. It listens on loopback only."""

import asyncio
import dataclasses
import json
import sys
from collections.abc import Callable
from datetime import timedelta

from aiohttp import web

from tests.servers.bot_api import BotApi, Cut, Stall
from tests.servers.bot_api_world import ApiError, Json

Order = Callable[[BotApi, Json], object]

ORDERS: dict[str, Order] = {
    "seen": lambda api, with_: [dataclasses.asdict(shown) for shown in api.seen(with_["person"])],
    "people": lambda api, _: sorted(api.world.seen),
    "advance": lambda api, with_: api.advance(timedelta(seconds=with_["seconds"])),
    "confirmed": lambda api, _: api.updates.confirmed,
    "pending": lambda api, _: [each.update for each in api.updates.pending],
    "calls": lambda api, _: [method for method, _ in api.calls],
    "fault": lambda api, with_: api.faults[with_["method"]].append(_fault(with_)),
}
ACTS = ("say", "edit", "click", "block", "unblock", "say_in_group", "send_raw_update", "screen", "texts")


def control(api: BotApi, order: Json) -> object:
    """Do one order, {"do": name, "with": {arguments}}, and return its answer as plain JSON."""
    name, arguments = order["do"], order.get("with", {})
    if name in ACTS:
        return getattr(api, name)(**arguments)
    return ORDERS[name](api, arguments)


def _fault(arguments: Json) -> ApiError | Cut | Stall:
    if "code" in arguments:
        return ApiError(arguments["code"], arguments.get("description", ""), arguments.get("retry_after"))
    return Stall() if arguments.get("stall") else Cut(after=bool(arguments.get("after")))


async def serve() -> None:
    """Run until standard input ends: a server whose parent was killed ends with it."""
    api = await BotApi().start()

    async def handle(request: web.Request) -> web.Response:
        return web.json_response({"answer": control(api, await request.json())})

    app = web.Application()
    app.router.add_post("/control", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    hello = {"base": api.base, "token": api.world.token, "control": f"http://127.0.0.1:{port}/control"}
    sys.stdout.write(json.dumps(hello) + "\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()
    await api.stop()


def main() -> None:
    """Entry point of `python -m tests.servers.bot_api`."""
    asyncio.run(serve())
