"""The sign that each of our numbers sends the other: what does not arrive is noticed, and nothing else is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.signal import ALERTS as ALERTS_NAME
from bot.channels.signal import SignalAccount, signal_account
from bot.channels.signal_self_test import Pace, SelfTest
from responders.secret import Secret
from tests.servers.signal_rpc import ALERTS, INTAKE, NETWORK, NEW_IDENTITY, Refuse, SignalServer

TICK = timedelta(milliseconds=2)
QUICK = Pace(TICK, TICK, TICK, looks=5)
UUIDS = {INTAKE: "00000000-0000-4000-8000-00000000aaaa", ALERTS: "00000000-0000-4000-8000-00000000bbbb"}


class Daemon(SignalServer):
    """Tells its accounts' own identities, and hands a receipt to whoever it is for, unless that one is deaf."""

    def __init__(self) -> None:
        super().__init__()
        self.deaf: set[str] = set()
        self.hears: dict[str, Callable[[], None]] = {}

    def _result(self, line: asyncio.StreamWriter, method: str, given: Any, ours: set[int]) -> object:
        if method == "listIdentities":
            return [{"number": given["number"], "uuid": UUIDS[given["number"]]}]
        if method != "sendReceipt":
            return super()._result(line, method, given, ours)
        (to,) = [number for number, uuid in UUIDS.items() if uuid == given["recipient"]]
        (target,) = given["targetTimestamp"]
        assert target > 1 << 31, "a smaller one ends in an exception of signal-cli's"
        if to not in self.deaf:
            self.hears[to]()
        return {"results": [{"type": "SUCCESS"}], "timestamp": 1}


@pytest.fixture
async def daemon() -> AsyncIterator[Daemon]:
    async with Daemon() as daemon:
        yield daemon


@pytest.fixture
async def accounts(daemon: Daemon) -> AsyncIterator[tuple[SignalAccount, SignalAccount]]:
    intake = signal_account("signal", daemon.url, Secret(INTAKE))
    alerts = signal_account(ALERTS_NAME, daemon.url, Secret(ALERTS))
    for account in (intake, alerts):

        def hear(account: SignalAccount = account) -> None:
            account.state.heard += 1

        daemon.hears[account.number.reveal()] = hear
        account.state.is_subscribed = True
    yield intake, alerts
    for account in (intake, alerts):
        await account.close()


@asynccontextmanager
async def under_test(*accounts: SignalAccount) -> AsyncIterator[None]:
    task = asyncio.get_running_loop().create_task(SelfTest(accounts, QUICK).run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_number_that_hears_nothing_any_more_is_deaf_until_something_arrives(
    daemon: Daemon, accounts: tuple[SignalAccount, SignalAccount]
) -> None:
    intake, alerts = accounts
    daemon.deaf.add(INTAKE)
    async with under_test(*accounts):
        await daemon.until(lambda: intake.state.is_deaf)
        assert intake.state.lacks == "our own sign of life does not arrive: reports may wait unseen"
        assert not alerts.state.is_deaf
        daemon.deaf.clear()
        await daemon.until(lambda: not intake.state.is_deaf)
    assert intake.state.lacks is None


async def test_signs_that_cannot_be_sent_do_not_arrive(
    daemon: Daemon, accounts: tuple[SignalAccount, SignalAccount]
) -> None:
    daemon.faults["sendReceipt"].extend([NETWORK] * 1000)
    async with under_test(*accounts):
        await daemon.until(lambda: all(account.state.is_deaf for account in accounts))


async def test_one_lost_sign_is_no_news(
    daemon: Daemon, accounts: tuple[SignalAccount, SignalAccount]
) -> None:
    seen: list[bool] = []
    daemon.faults["sendReceipt"].extend([NETWORK] * 2)
    async with under_test(*accounts):
        async with asyncio.timeout(60):
            while len(daemon.made("sendReceipt")) < 8:
                seen.append(any(account.state.is_deaf for account in accounts))
                await asyncio.sleep(0)
    assert not any(seen)


@pytest.mark.parametrize("code", [-32601, -32602])
async def test_a_signal_cli_that_knows_no_such_sign_is_not_called_deaf(
    daemon: Daemon, accounts: tuple[SignalAccount, SignalAccount], code: int
) -> None:
    daemon.faults["sendReceipt"].extend([Refuse(code, "no")] * 1000)
    async with under_test(*accounts):
        await daemon.until(lambda: len(daemon.made("sendReceipt")) > 8)
        assert not any(account.state.is_deaf for account in accounts)


async def test_who_hears_others_is_sent_nothing_and_who_is_not_connected_is_not_judged(
    daemon: Daemon, accounts: tuple[SignalAccount, SignalAccount]
) -> None:
    intake, alerts = accounts
    alerts.state.is_subscribed = False
    async with under_test(*accounts):
        for _ in range(50):
            intake.state.heard += 1
            await asyncio.sleep(0.001)
        assert len(daemon.made("sendReceipt")) < 20
        assert all(sign["account"] == ALERTS for sign in daemon.made("sendReceipt"))
        assert not alerts.state.is_deaf


async def test_our_own_number_registered_anew_is_trusted(
    daemon: Daemon, accounts: tuple[SignalAccount, SignalAccount]
) -> None:
    daemon.phones[UUIDS[INTAKE]] = daemon.phone(1)
    daemon.phones[UUIDS[ALERTS]] = daemon.phone(2)
    daemon.faults["sendReceipt"].append(NEW_IDENTITY)
    async with under_test(*accounts):
        await daemon.until(lambda: daemon.made("trust"))
    (trusted,) = daemon.made("trust")
    assert trusted["recipient"] in UUIDS.values()
