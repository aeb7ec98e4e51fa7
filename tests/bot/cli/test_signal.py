"""`tocsin signal` as an administrator meets it: beside a running signal-cli, and without one."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.installation import configured
from bot.signal_status import opened_challenges
from tests.bot.cli.installations import Installation, an_installation
from tests.servers.signal_registration import CAPTCHA, CODE, URI, RegisteringServer
from tests.servers.signal_rest import SignalRest
from tests.servers.signal_rpc import ALERTS, INTAKE, SignalServer

pytestmark = pytest.mark.slow


@pytest.fixture
async def server() -> AsyncIterator[RegisteringServer]:
    async with RegisteringServer(accounts=()) as server:
        yield server


@pytest.fixture
def here(short_folder: Path, server: RegisteringServer) -> Installation:
    return with_signal(an_installation(short_folder), server.url)


def with_signal(made: Installation, url: str) -> Installation:
    settings = made.folder / "config" / "tocsin.yaml"
    text = (
        settings.read_text() + f"signal: {{url: '{url}', intake: {{env: INTAKE}}, alerts: {{env: ALERTS}}}}\n"
    )
    settings.write_text(text)
    made.environment = {**made.environment, "INTAKE": INTAKE, "ALERTS": ALERTS}
    return made


async def signal(here: Installation, *words: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    done = await asyncio.to_thread(here.tocsin, "signal", *words, typed=typed)
    for number in (INTAKE, ALERTS):
        assert number not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


async def test_a_number_is_registered_and_status_is_well(
    here: Installation, server: RegisteringServer
) -> None:
    for number in ("intake", "alerts"):
        done = await signal(here, "register", number, "--yes", typed=f"{CODE}\n\n")
        assert done.returncode == 0, done.stderr
        assert CODE not in done.stdout + done.stderr
    assert server.accounts == {INTAKE, ALERTS}
    told = await signal(here, "status")
    assert told.returncode == 0, told.stdout
    assert "signal-cli 0.13.19 answers" in told.stdout
    assert "it receives when we ask it to" in told.stdout
    assert "signal alerts: 0 changed identities not accepted" in told.stdout


async def test_without_an_account_status_fails_and_says_what_to_do(here: Installation) -> None:
    told = await signal(here, "status")
    assert told.returncode == 1
    assert "-> register or link it: tocsin signal register" in told.stdout


async def test_before_linking_it_is_said_what_the_telephone_keeps(
    here: Installation, server: RegisteringServer
) -> None:
    refused = await signal(here, "link", "alerts", typed="n\n")
    assert refused.returncode == 1
    assert "keeps every chat with reporters and focal points" in " ".join(refused.stdout.split())
    assert server.calls == []
    server.scans.put_nowait(ALERTS)
    done = await signal(here, "link", "alerts", "--yes")
    assert (done.returncode, URI in done.stdout) == (0, True)


async def test_a_captcha_is_answered_once(here: Installation, server: RegisteringServer) -> None:
    server.accounts.update((INTAKE, ALERTS))
    found = configured(here.folder / "config")
    async with opened_challenges(found, here.environment) as challenges:
        await challenges.keep("signal-alerts", "tok-123")
    seen = await signal(here, "status")
    assert (seen.returncode, "tocsin signal captcha alerts" in seen.stdout) == (1, True)
    done = await signal(here, "captcha", typed=f"{CAPTCHA}\n")
    assert (done.returncode, "the alerts number sends on" in done.stdout) == (0, True)
    assert server.made("submitRateLimitChallenge")[0]["account"] == ALERTS
    assert CAPTCHA not in done.stdout + done.stderr
    assert "tok-123" not in done.stdout + done.stderr
    again = await signal(here, "captcha")
    assert (again.returncode, "asked for no captcha" in again.stdout) == (0, True)


async def test_slips_get_one_sentence(here: Installation, server: RegisteringServer) -> None:
    await server.stop()
    away = await signal(here, "register", "intake", "--yes")
    assert (away.returncode, "is it running" in away.stderr) == (1, True)
    assert (await signal(here, "register", "both")).returncode == 2
    here.environment = {name: value for name, value in here.environment.items() if name != "INTAKE"}
    missing = await signal(here, "link", "intake", "--yes")
    assert (missing.returncode, "INTAKE is not set" in missing.stderr) == (1, True)


async def test_signal_that_is_not_set_up_is_said_to_be(short_folder: Path) -> None:
    told = await signal(an_installation(short_folder), "status")
    assert (told.returncode, '"signal" is not set up' in told.stderr) == (1, True)


async def test_over_signal_cli_rest_api_only_captcha_and_status_are_ours(
    short_folder: Path, server: RegisteringServer
) -> None:
    server.accounts.update((INTAKE, ALERTS))
    async with SignalRest(server.url) as rest:
        here = with_signal(an_installation(short_folder), rest.url)
        refused = await signal(here, "register", "intake", "--yes")
        assert (refused.returncode, "register and link with its own requests" in refused.stderr) == (1, True)
        told = await signal(here, "status")
        assert (told.returncode, "a report can be lost before it reaches us" in told.stdout) == (0, True)
        async with opened_challenges(configured(here.folder / "config"), here.environment) as challenges:
            await challenges.keep("signal", "tok-123")
        done = await signal(here, "captcha", "intake", typed=f"{CAPTCHA}\n")
        assert done.returncode == 0, done.stderr
    assert rest.made("rate-limit-challenge") == [{"captcha": CAPTCHA, "challenge_token": "tok-123"}]


async def test_the_service_runs_over_signal_cli_rest_api_and_says_what_it_may_lose(
    short_folder: Path,
) -> None:
    server = SignalServer()
    server.receives_by_itself = True
    async with server, SignalRest(server.url) as rest:
        here = with_signal(an_installation(short_folder), rest.url)
        running = await here.start("run")
        assert running.stdout is not None
        try:
            await server.until(lambda: rest.listening(INTAKE) and rest.listening(ALERTS), 120)
            phone = server.phone(1)
            server.say(phone, "hello")
            await server.until(lambda: phone.screen, 120)
        finally:
            running.terminate()
            said = (await asyncio.wait_for(running.stdout.read(), 60)).decode()
            await running.wait()
    assert "warning: signal-cli-rest-api drops what arrives while nobody listens" in said
    assert rest.wrong == []
    for secret in (INTAKE, ALERTS, phone.uuid, phone.number):
        assert secret not in said


def test_what_only_signal_cli_rest_api_needs_is_not_loaded_by_the_service() -> None:
    line = "import sys, bot.service, bot.check, bot.doctor; print('signalbot' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", line], capture_output=True, check=True, text=True)  # noqa: S603
    assert told.stdout == "False\n"
