"""The real Signal, all on loopback: telephones with Signal's own cryptography -> Signal's mock server -> the real
signal-cli. One stack serves a whole test run; each test makes its own phones.

    async with a_signal_stack(folder) as stack:      # folder: short path, empty; about 6 s
        intake, alerts = stack.accounts["intake"], stack.accounts["alerts"]   # .number, .aci; one daemon has both
        stack.cli.url                                # unix:///..., for the channel (is_tcp=True: tcp://127.0.0.1:port)
        reporter = await stack.mock.phone("reporter")            # .number, .aci
        sent = await reporter.send(intake.aci, "hello")          # the message's time; also sealed=, quote=
        await stack.acked(intake, sent)              # when signal-cli has acknowledged it to the server
        answer = await reporter.reads("Hello")       # waits; .text, .timestamp, .sender, .content (Signal's Content)
        await reporter.react(intake.aci, "👍", answer)           # edit, delete, send_file(is_voice_note=), typing,
                                                     # receipt, story, call, group_text, burst; say: any Content
        await stack.mock.fault(428, reporter, token="t", options=["captcha"])   # 413, 429, 500, 404, 403, 401
        await reporter.reinstall(); await reporter.unregister()  # identity change; gone from Signal
        await stack.sync(intake, reporter, "...")    # written on the account's own telephone
        await stack.drop(intake); await stack.unlink(intake)     # websocket cut; our client is no longer linked
        await stack.cli.kill(); await stack.cli.start()          # -9, and again with the same folder and address
        async with stack.listening(intake) as line:  # JSON-RPC without the channel: line.call(...), line.event(...)
        stack.cli.holding("text"), stack.cli.log, stack.cli.memory, stack.mock.memory

The daemon runs in manual receive mode without the send log, as we tell operators to run it. `missing()` in
signal_pieces says why a machine cannot run it; `make test-signal` installs what it needs into .signal/. What the real
client does, measured, stands in tests/signal/test_client_*.py."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.signal_cli import SignalCli
from tests.servers.signal_line import Line
from tests.servers.signal_mock import MockServer
from tests.servers.signal_phone import Phone
from tests.servers.signal_pieces import pieces
from tests.servers.signal_redirect import write_redirect


@dataclass(frozen=True, slots=True)
class Account:
    """One number of the service, linked to a telephone on the mock server."""

    name: str
    number: str
    aci: str


@dataclass(slots=True)
class SignalStack:
    """The running stack."""

    mock: MockServer
    cli: SignalCli
    accounts: dict[str, Account] = field(default_factory=dict)

    async def link(self, name: str, cli: SignalCli | None = None) -> Account:
        """Make an account and link a running daemon to it."""
        made = await self.mock.order("create", name=name, is_bot=True)
        account = Account(name, made["number"], made["aci"])
        line = await (cli or self.cli).line()
        uri = (await line.call("startLink"))["deviceLinkUri"]
        async with asyncio.TaskGroup() as group:
            group.create_task(line.call("finishLink", deviceLinkUri=uri, deviceName=name, within=180.0))
            group.create_task(self.mock.order("link", aci=account.aci, uri=uri))
        await line.close()
        self.accounts[name] = account
        return account

    def is_acked(self, account: Account, timestamp: int) -> bool:
        """Whether signal-cli has acknowledged a message to the server."""
        return (account.aci, timestamp) in self.mock.acked

    async def acked(self, account: Account, *timestamps: int, within: float = 60.0) -> None:
        """Wait until signal-cli has acknowledged these messages."""
        await self.mock.until(lambda: all(self.is_acked(account, each) for each in timestamps), within)

    async def is_connected(self, account: Account, within: float = 60.0) -> None:
        """Wait until signal-cli holds a websocket for this account."""
        await self.mock.until(lambda: self.mock.connected.get(account.aci, 0) > 0, within)

    async def is_disconnected(self, account: Account, within: float = 60.0) -> None:
        """Wait until signal-cli holds none: a moment after the last subscriber has gone."""
        await self.mock.until(lambda: not self.mock.connected.get(account.aci), within)

    @asynccontextmanager
    async def listening(self, account: Account) -> AsyncIterator[Line]:
        """A connection of the test's own that hears what comes for an account; gone with all its traces afterwards."""
        line = await self.cli.line()
        try:
            await line.call("subscribeReceive", account=account.number)
            await self.is_connected(account)
            yield line
        finally:
            await line.close()
        await self._left(account)

    async def _left(self, account: Account) -> None:
        """After its last subscriber has gone, signal-cli may take one more message, and drop it: that be ours."""
        try:
            await self.is_disconnected(account, within=1.0)
        except TimeoutError:
            nobody = await self.mock.phone("nobody")
            await nobody.send(account.aci, "taken and dropped")
            await self.is_disconnected(account)

    async def sync(self, account: Account, to: Phone, text: str) -> int:
        """The owner writes on the account's own telephone; the daemon gets the copy."""
        return int((await self.mock.order("sync", account=account.aci, to=to.aci, text=text))["timestamp"])

    async def drop(self, account: Account) -> None:
        """Cut the account's websockets."""
        await self.mock.order("drop", account=account.aci)

    def another_client(self, name: str, *, receive: str = "manual") -> SignalCli:
        """A second daemon, not started, with a folder of its own."""
        folder = self.cli.folder.parent
        return SignalCli(pieces(), folder / name, folder / "redirect", receive=receive)

    async def unlink(self, account: Account) -> None:
        """The owner removes the linked client."""
        await self.mock.order("unlink", account=account.aci)


@asynccontextmanager
async def a_signal_stack(
    folder: Path, names: Sequence[str] = ("intake", "alerts"), *, is_tcp: bool = False
) -> AsyncIterator[SignalStack]:
    """Everything is running and the accounts are linked; all of it ends with the block, or with this process."""
    found = pieces()
    mock = MockServer(found, folder / "mock.log")
    await mock.start()
    try:
        write_redirect(found, mock.port, folder / "redirect")
        cli = SignalCli(found, folder / "cli", folder / "redirect", is_tcp=is_tcp)
        await cli.start()
        try:
            stack = SignalStack(mock, cli)
            for name in names:
                await stack.link(name)
            yield stack
        finally:
            await cli.stop()
    finally:
        await mock.stop()
