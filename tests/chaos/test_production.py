"""The path of docs/deploy.md, with the real commands in their own processes and a strict Telegram in this one:
enrol, run, report, page, take, open, answer, stop."""

import asyncio
import json
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.clock import utc_clock
from tests.bot.cli.installations import PHRASE, Installation, an_installation
from tests.deploy.confined import within
from tests.servers.bot_api import BotApi
from tests.servers.bot_api_world import World

FIRST, REPORTER = 7_010_220_701, 8_010_330_801  # so long that no count or time holds them by chance
PATIENCE = 90


class Running:
    """A started service and what it has printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said: list[str] = []

    async def until(self, line: str) -> None:
        """Read on until it prints this line."""
        async with asyncio.timeout(PATIENCE):
            while not any(re.fullmatch(line, said) for said in self.said):
                raw = await self.process.stdout.readline() if self.process.stdout else b""
                assert raw, f"it ended before it said {line!r}: {self.said}"
                self.said.append(raw.decode().rstrip())

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end."""
        self.process.send_signal(how)
        rest, _ = await asyncio.wait_for(self.process.communicate(), PATIENCE)
        self.said += rest.decode().splitlines()
        return self.process.returncode or 0


@asynccontextmanager
async def running(process: asyncio.subprocess.Process) -> AsyncIterator[Running]:
    """The service, which does not outlive a test that fails."""
    try:
        yield Running(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@pytest.fixture
async def accounts() -> AsyncIterator[tuple[BotApi, BotApi]]:
    def world(number: int, name: str) -> World:
        token = f"{number}:TEST-TOKEN-of-{name}-strict-bot-api"
        return World(token=token, username=f"{name}_bot", now=utc_clock())

    async with BotApi(world(123456789, "intake")) as intake, BotApi(world(987654321, "alerts")) as alerts:
        yield intake, alerts


@pytest.fixture
def here(short_folder: Path, accounts: tuple[BotApi, BotApi]) -> Installation:
    intake, alerts = accounts
    tokens = (intake.world.token, alerts.world.token)
    return an_installation(
        short_folder, intake=intake.base, alerts=alerts.base, tokens=tokens, with_recovery=True
    )


async def ask(address: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return answer.status, await answer.text()


async def tocsin(here: Installation, *arguments: str, typed: str = "") -> str:
    """A command beside the running service; returns what it printed."""
    done = await asyncio.to_thread(here.tocsin, *arguments, typed=typed)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def enrol(here: Installation, alerts: BotApi, person: str, chat: int) -> None:
    printed = await tocsin(here, "people", "invite", person)
    code = re.search(r"[0-9a-f]{5}(-[0-9a-f]{5}){3}", printed)
    assert code is not None
    alerts.say(chat, code[0])
    await alerts.until(lambda: bool(alerts.seen(chat)))
    key = here.a_key(person).public
    assert key.fingerprint in await tocsin(here, "people", "key", person, key.text)


def leaves_no_core(process: int) -> bool:
    """Whether the kernel would write no image of this process (where /proc tells)."""
    limits = Path(f"/proc/{process}/limits")
    return not limits.exists() or bool(re.search(r"Max core file size +0 +0 ", limits.read_text()))


@pytest.mark.parametrize("unit", [None, "tocsin.service"], ids=["free", "as its unit confines it"])
async def test_from_an_empty_store_to_an_answered_report(
    here: Installation, accounts: tuple[BotApi, BotApi], unit: str | None
) -> None:
    intake, alerts = accounts
    async with running(await here.start("run", within=within(unit, here.folder) if unit else ())) as service:
        await story(here, intake, alerts, service)


async def story(here: Installation, intake: BotApi, alerts: BotApi, service: Running) -> None:
    """Enrol, report, page, take, open, answer, stop."""
    await service.until(r"not ready: 1 of 1 ladders may end at nobody: tocsin doctor says why")
    status, body = await ask(f"http://127.0.0.1:{here.health}/ready")
    assert (status, json.loads(body)["ready"]) == (503, False)

    await enrol(here, alerts, "first", FIRST)
    await service.until("ready")
    assert (await ask(f"http://127.0.0.1:{here.health}/ready"))[0] == 200
    intake.say(REPORTER, "help they are at the door")
    await alerts.until(lambda: "IMMEDIATE" in str(alerts.seen(FIRST)))
    number = int(re.findall(r"(\d+) · IMMEDIATE", str(alerts.seen(FIRST)))[-1])
    assert "door" not in str(alerts.seen(FIRST))

    phrase = here.folder / "phrase"
    phrase.touch(0o600)
    phrase.write_text(PHRASE)
    terminal = [
        "open", str(number), "--as", "first", "--key", str(here.keys["first"]), "--passphrase-file", str(phrase),
        "--url", f"http://127.0.0.1:{here.desk}",
    ]  # fmt: skip
    shown = await tocsin(here, *terminal, typed=f"t{number}\n\nquit\n")
    assert "they are at the door" in shown
    assert shown.count("“help they are at the door”") == 1, "an empty line shows only what is new"

    status, metrics = await ask(f"http://127.0.0.1:{here.health}/metrics")
    assert 'tocsin_messages_total{channel="telegram"}' in metrics
    assert "first" not in metrics.replace("first seen", "")
    assert str(REPORTER) not in metrics

    out = here.folder / "out"
    assert "It is in the audit" in await tocsin(here, "recover", str(number), str(out))
    sealed = ["open", "--key", str(here.keys["recovery"]), "--passphrase-file", str(phrase)]
    opened = await tocsin(here, *sealed, "--file", str(out / "report.envelope"))
    assert "they are at the door" in opened

    def was_tested() -> bool:
        return any("daily test" in shown.text and shown.silent for shown in alerts.seen(FIRST))

    await alerts.until(was_tested, PATIENCE)

    assert leaves_no_core(service.process.pid)
    assert await service.stop() == 0
    assert service.said[-2:] == ["ending: what is decided goes out, nothing new comes in", "ended"]
    said = "\n".join(service.said)
    for kept_back in ("door", str(REPORTER), intake.world.token, alerts.world.token):
        assert kept_back not in said
