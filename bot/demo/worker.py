"""The service itself, for the demo: the same `build()` as in production, with the local channels only.
It has no private key; the phones' public keys arrive on its standard input. Run by running.py."""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from aiohttp import web

from bot import privacy_logging
from bot.app import App, build
from bot.channels.local import LocalLine, LocalReceiver, LocalSender
from bot.clock import ShiftedClock, monotonic
from bot.demo import CONFIG
from bot.demo.platform import ALARMS, INTAKE
from bot.demo.tether import die_with_parent, read_line, report, watch_input
from bot.demo.timeline import timeline
from bot.settings import Settings
from responders.config_reader import read_config
from responders.directory import Alarm
from responders.keyring import MasterKey
from responders.people import People
from responders.policies import Responders
from responders.responders_file import RespondersFile
from responders.store import Store, StoreDown
from triage.embedding.client import Worker

LOOK_EVERY = 0.3


def example() -> tuple[Settings, Responders]:
    """The shipped configuration, with everybody's alarm ringing on the demo's phones."""
    settings = read_config(CONFIG / "tocsin.yaml", Settings).value or Settings()
    written = read_config(CONFIG / "responders.yaml", RespondersFile).value
    if written is None:
        raise ValueError("config/responders.yaml: expected the example organisation (tocsin check says more)")
    people = {name: replace(person, alarms=(Alarm.LOCAL,)) for name, person in written.focal_points.items()}
    return settings, replace(written, focal_points=people).responders()


def master_key(path: Path) -> MasterKey:
    """Return the demo's master key, made at the first start in a folder."""
    return MasterKey.from_file(path) if path.exists() else MasterKey.new_file(path)


async def enrol(people: People, keys: Mapping[str, str], clock: ShiftedClock) -> None:
    """Enrol each phone with the public key it has just made, unless a worker before this one did."""
    known = await people.all(fresh=True)
    for person, key in keys.items():
        if person not in known or known[person].keys[:1] != (key,):
            await people.change(
                person,
                lambda one, key=key, person=person: replace(  # type: ignore[misc]
                    one, channels={ALARMS: person}, keys=(key,), tested=clock(), has_left=False
                ),
            )


async def serve(options: argparse.Namespace, keys: Mapping[str, str]) -> None:
    """Assemble the service and run it until cancelled."""
    clock = ShiftedClock(options.clock)
    settings, responders = example()
    store = Store(options.store)
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(LocalLine(options.platform))
        app = build(
            settings,
            responders,
            config=CONFIG,
            clock=clock,
            store=store,
            master=master_key(options.folder / "master.key"),
            keyring=options.folder / "transit",
            senders={name: LocalSender(line, name) for name in (INTAKE, ALARMS)},
            receivers={name: LocalReceiver(line, name) for name in (INTAKE, ALARMS)},
            drafts=True,
            asks=Worker(monotonic),
            steady=clock.steady,
        )
        stack.push_async_callback(store.close)
        await enrol(app.people, keys, clock)
        await stack.enter_async_context(_desk(app, options.desk))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(app.run())
                group.create_task(_show_ladders(app))
                report({"ready": True, "team": settings.team})
        except asyncio.CancelledError:
            await app.stop()  # a clean stop; after a fault the next worker must count its attempts
            raise


@contextlib.asynccontextmanager
async def _desk(app: App, socket: Path) -> AsyncIterator[None]:
    site = web.Application(client_max_size=2**20)
    site.add_routes(app.desk.routes())
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    with contextlib.suppress(FileNotFoundError):
        os.unlink(socket)  # noqa: PTH108 - left by a killed worker; one call that never waits
    await web.UnixSite(runner, str(socket)).start()
    try:
        yield
    finally:
        await runner.cleanup()


async def _show_ladders(app: App) -> None:
    shown: object = None
    while True:
        with contextlib.suppress(StoreDown):
            ladders = [timeline(case) for case in await app.ladder()]
            if ladders != shown:
                report({"ladder": ladders})
                shown = ladders
        await asyncio.sleep(LOOK_EVERY)


async def _until_asked(options: argparse.Namespace, keys: Mapping[str, str]) -> None:
    task = asyncio.create_task(serve(options, keys))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


def main() -> None:
    """Entry point of `python -m bot.demo.worker`."""
    die_with_parent()
    privacy_logging.install(sys.stderr)
    parser = argparse.ArgumentParser(description="The demo's service; started by the demo.")
    parser.add_argument("--store", required=True)
    for name in ("folder", "platform", "desk", "clock"):
        parser.add_argument(f"--{name}", required=True, type=Path)
    options = parser.parse_args()
    keys = json.loads(read_line())
    watch_input()
    asyncio.run(_until_asked(options, keys))


if __name__ == "__main__":
    main()
