"""What `tocsin doctor` says of signal-cli."""

import os
from pathlib import Path

import pytest

from bot.channels.signal_doctor import examine, examine_account
from bot.channels.signal_rpc import SignalRpc
from bot.channels.telegram_doctor import Finding
from responders.secret import Secret
from tests.servers.signal_rpc import INTAKE, Answer, Refuse, SignalServer


async def seen(server: SignalServer, attachments: Path | None = None) -> list[Finding]:
    rpc = SignalRpc(server.url)
    findings = await examine(rpc, server.url, attachments)
    await rpc.close()
    assert all(finding.advice for finding in findings if not finding.is_well)
    return findings


async def test_a_daemon_in_manual_mode_on_a_private_socket_is_well(short_folder: Path) -> None:
    async with SignalServer(short_folder / "socket") as server:
        findings = await seen(server, short_folder / "attachments")
    assert [(one.is_well, one.what) for one in findings] == [
        (True, "signal-cli 0.13.19 answers"),
        (True, "it receives when we ask it to"),
        (True, "its socket is closed to others"),
        (True, "received files can be removed"),
    ]


async def test_a_daemon_that_receives_by_itself_is_not() -> None:
    async with SignalServer() as server:
        server.receives_by_itself = True
        for _ in range(3):  # each connection that was ever made has taken a number
            (_, mode) = await seen(server)
            assert not mode.is_well
    assert "--receive-mode manual" in mode.advice


async def test_a_socket_that_everybody_may_open_is_not(short_folder: Path) -> None:
    async with SignalServer(short_folder / "socket") as server:
        os.chmod(short_folder, 0o711)  # noqa: PTH101, S103 - a test may block
        os.chmod(short_folder / "socket", 0o777)  # noqa: PTH101, S103
        findings = await seen(server)
    assert "its socket is open to everybody here" in [one.what for one in findings if not one.is_well]


async def test_nobody_there_and_a_daemon_that_is_none_are_told() -> None:
    async with SignalServer() as server:
        server.faults["version"].append(Refuse(-32601, "Method not implemented"))
        (one,) = await seen(server)
        assert not one.is_well
    (one,) = await seen(server)
    assert "is signal-cli running" in one.advice


@pytest.mark.parametrize(("number", "is_there"), [(INTAKE, True), ("+15559999999", False)])
async def test_an_account_is_there_or_not_and_its_number_is_not_shown(number: str, is_there: bool) -> None:
    async with SignalServer() as server:
        rpc = SignalRpc(server.url)
        finding = await examine_account(rpc, Secret(number))
        await rpc.close()
    assert finding.is_well is is_there
    assert number not in str(finding)


@pytest.mark.parametrize(
    ("said", "is_well"),
    [
        ("0.13.19", True),
        ("0.14.6", True),
        ("1.0.0-SNAPSHOT", True),
        ("0.12.8", False),
        ("9" * 5000 + ".1", False),
        ("banana", False),
        (None, False),
        (7, False),
    ],
    ids=lambda value: str(value)[:8],
)
async def test_a_version_is_old_new_or_nobody_knows(said: object, is_well: bool) -> None:
    async with SignalServer() as server:
        server.faults["version"].append(Answer({"result": {"version": said}}))
        version = (await seen(server))[0]
    assert version.is_well is is_well


@pytest.mark.parametrize(
    "number", ["15550000001", "+1 555 000 0001", "0015550000001", f"{INTAKE}\n{INTAKE}", "lantern.01"]
)
async def test_a_number_in_another_writing_is_told_as_that_and_not_shown(number: str) -> None:
    async with SignalServer() as server:
        rpc = SignalRpc(server.url)
        finding = await examine_account(rpc, Secret(number))
        await rpc.close()
    assert (finding.is_well, finding.what) == (False, "the number is not written as Signal writes it")
    assert number not in str(finding)
