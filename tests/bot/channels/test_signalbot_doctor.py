"""What `tocsin doctor` says of signal-cli-rest-api."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.signalbot import signalbot_account
from bot.channels.signalbot_doctor import LOSES, examine
from bot.doctor_channels import look_at_signal
from bot.doctor_lines import State
from bot.settings import SecretSource, Settings, Signal
from responders.secret import Secret
from tests.servers.signal_rest import SignalRest
from tests.servers.signal_rpc import ALERTS, INTAKE, SignalServer


@pytest.fixture
async def server() -> AsyncIterator[SignalServer]:
    async with SignalServer() as server:
        yield server


async def seen(url: str) -> list[tuple[bool, str]]:
    account = signalbot_account("signal", url, Secret(INTAKE))
    findings = await examine(account.rpc)
    await account.close()
    return [(finding.is_well, finding.what) for finding in findings]


async def test_one_that_can_be_listened_to_is_well(server: SignalServer) -> None:
    async with SignalRest(server.url) as rest:
        assert await seen(rest.url) == [
            (True, "signal-cli-rest-api 0.101 answers"),
            (True, "it runs in json-rpc mode"),
        ]


@pytest.mark.parametrize(
    ("version", "mode", "expected"),
    [
        ("0.99", "normal", [False, False]),
        ("unset", "json-rpc", [True, True]),
        ("a thing of 2029", "json-rpc", [False, True]),
    ],
)
async def test_too_old_or_in_another_mode_is_not(
    server: SignalServer, version: str, mode: str, expected: list[bool]
) -> None:
    async with SignalRest(server.url, version=version, mode=mode) as rest:
        assert [is_well for is_well, _ in await seen(rest.url)] == expected


async def test_one_that_is_not_there_is_said_to_be() -> None:
    ((is_well, what),) = await seen("http://127.0.0.1:9")
    assert not is_well
    assert what == "version: no answer from signal-cli (ClientConnectorError)"


async def test_doctor_warns_and_looks_at_each_account(server: SignalServer) -> None:
    server.accounts.discard(ALERTS)
    async with SignalRest(server.url) as rest:
        settings = Settings(signal=Signal(rest.url, SecretSource(env="ONE"), SecretSource(env="TWO")))
        lines = [line async for line in look_at_signal(settings, {"ONE": INTAKE, "TWO": ALERTS})]
    assert (lines[0].state, lines[0].what) == (State.WARN, f"signal: {LOSES}")
    assert [line.state for line in lines[1:]] == [State.OK, State.OK, State.OK, State.FAIL]
    assert lines[-1].what == "signal alerts: the account is not in signal-cli"
    for number in (INTAKE, ALERTS):
        assert all(number not in str(line) for line in lines)
