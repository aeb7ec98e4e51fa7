"""Receiving from signal-cli: what has been acknowledged is never lost by us, and worked once, in order."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.channels import Handle, Inbound
from bot.channels.kept_work import KeptWork
from bot.channels.signal_faults import Trouble
from bot.clock import utc_clock
from responders.store import Store, StoreDown
from tests.bot.channels.signal_parts import HURRIED, Parts, Work, receiving, signal_parts
from tests.servers.signal_rpc import INTAKE, SignalServer, Stall

CANARY = "canary-ñ-7f3a"


@pytest.fixture
async def server() -> AsyncIterator[SignalServer]:
    async with SignalServer() as server:
        yield server


@pytest.fixture
async def parts(store: Store, server: SignalServer) -> AsyncIterator[Parts]:
    async with signal_parts(store, server) as parts:
        yield parts


@pytest.fixture
def work(server: SignalServer) -> Work:
    return Work(server)


async def waiting(parts: Parts) -> int:
    return len(await parts.inbox.waiting("signal"))


async def test_what_was_written_while_we_were_away_arrives_when_we_subscribe(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    server.say(server.phone(1), "hello")
    assert server.kept[INTAKE]
    async with receiving(parts.receiver(), work):
        await work.until(1)
        server.say(server.phone(1), "and more")
        await work.until(2)
    assert work.texts() == ["hello", "and more"]
    (first, _) = work.done
    assert first.address == server.phone(1).uuid
    assert first.sent_at is not None
    assert await waiting(parts) == 0


async def test_a_message_lies_in_the_inbox_until_it_is_worked(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    work.gate = asyncio.Event()
    async with receiving(parts.receiver(), work):
        server.say(server.phone(1), CANARY)
        await server.until(lambda: work.tried)
        assert await waiting(parts) == 1
        for shard in range(2):
            assert CANARY.encode() not in b"".join((await parts.store.inbox(shard)).values())
        work.gate.set()
        await work.until(1)
    assert await waiting(parts) == 0


async def test_a_stop_leaves_its_work_to_the_next_start_in_order(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    work.gate = asyncio.Event()  # never opens
    async with receiving(parts.receiver(waits=HURRIED), work):
        for number in range(20):
            server.say(server.phone(number % 2), str(number))
        await server.until(lambda: len(work.tried) == 2)
    assert await waiting(parts) == 20
    assert not server.is_subscribed(), "what comes from now on stays with Signal"
    assert not parts.supervisor.held
    work.gate = None
    async with receiving(parts.receiver(), work):
        await work.until(20)
    assert work.texts(server.phone(0).uuid) == [str(number) for number in range(0, 20, 2)]
    assert work.texts(server.phone(1).uuid) == [str(number) for number in range(1, 20, 2)]


class Dead(Exception):
    """The process ends here, without tidying anything; the kernel closes its files."""


class DiesBeforeItKeeps(KeptWork):
    async def take(self, arrived: Sequence[Inbound], _: Handle) -> None:
        if arrived:
            raise Dead


class DiesWhenItHasKept(KeptWork):
    async def take(self, arrived: Sequence[Inbound], handle: Handle) -> None:
        await super().take(arrived, handle)
        if arrived:
            raise Dead


@pytest.mark.parametrize("how", [DiesBeforeItKeeps, DiesWhenItHasKept])
async def test_what_a_killed_process_had_only_looked_at_is_found_by_the_next_on_the_kept_connection(
    server: SignalServer, parts: Parts, work: Work, how: type[KeptWork]
) -> None:
    work.gate = asyncio.Event()
    dying = asyncio.ensure_future(parts.receiver(how, waits=HURRIED).receive(work.handle))
    await server.until(server.is_subscribed)
    await server.until(lambda: parts.account.state.is_subscribed)
    server.say(server.phone(1), CANARY)
    with pytest.raises(Dead):
        await dying
    assert not server.kept[INTAKE], "signal-cli has acknowledged it"
    server.say(server.phone(1), "while nobody was there")
    work.gate = None
    async with receiving(parts.receiver(), work):
        await work.until(2)
        assert len(server.made("subscribeReceive")) == 1, "the old connection goes on"
        server.say(server.phone(1), "later")
        await work.until(3)
    assert work.texts() == [CANARY, "while nobody was there", "later"]


async def test_what_signal_cli_wrote_before_it_died_is_still_read(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    dying = asyncio.ensure_future(parts.receiver(DiesBeforeItKeeps).receive(work.handle))
    await server.until(lambda: parts.account.state.is_subscribed)
    server.say(server.phone(1), "first")
    with pytest.raises(Dead):
        await dying
    server.say(server.phone(1), "second")
    await server.stop()
    await server.start()
    server.say(server.phone(1), "third")
    async with receiving(parts.receiver(), work):
        await work.until(3)
    assert work.texts() == ["first", "second", "third"]


async def test_a_process_that_died_while_it_subscribed_is_followed_by_a_new_subscription(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    server.faults["subscribeReceive"].append(Stall())
    dying = asyncio.ensure_future(parts.receiver(DiesBeforeItKeeps).receive(work.handle))
    await server.until(lambda: server.made("subscribeReceive"))
    parts.supervisor.drop("signal.subscribed")
    held = parts.supervisor.held.pop("signal")  # a graceful end would let go of it
    dying.cancel()
    with suppress(asyncio.CancelledError):
        await dying
    parts.supervisor.held["signal"] = held
    server.say(server.phone(1), "hello")
    async with receiving(parts.receiver(), work):
        await work.until(1)
    assert len(server.made("subscribeReceive")) == 2


async def test_a_message_that_comes_twice_is_worked_once(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    work.gate = asyncio.Event()
    async with receiving(parts.receiver(), work):
        await server.until(server.is_subscribed)
        phone = server.phone(1)
        content = {"timestamp": 5, "message": "once", "expiresInSeconds": 0, "viewOnce": False}
        for _ in range(3):
            server.event(phone, 5, dataMessage=content)
        server.event(server.phone(2), 5, dataMessage=content)
        await server.until(lambda: len(work.tried) == 2)
        work.gate.set()
        await work.until(2)
    assert {one.address for one in work.done} == {phone.uuid, server.phone(2).uuid}


async def test_a_message_that_fails_is_offered_again_and_holds_up_nobody_else(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    is_store_down = True
    work.fails = lambda inbound: is_store_down and inbound.text == "first"
    async with receiving(parts.receiver(), work):
        server.say(server.phone(1), "first")
        server.say(server.phone(1), "second")
        for person in range(2, 30):
            server.say(server.phone(person), "hello")
        await work.until(28)
        is_store_down = False
        await work.until(30)
    assert work.texts(server.phone(1).uuid) == ["first", "second"]


async def test_a_burst_of_five_hundred_keeps_each_persons_order(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    async with receiving(parts.receiver(), work):
        await server.until(server.is_subscribed)
        for number in range(50):
            for person in range(10):
                server.say(server.phone(person), str(number))
        await work.until(500)
    for person in range(10):
        assert work.texts(server.phone(person).uuid) == [str(number) for number in range(50)]


async def test_a_daemon_that_dies_and_comes_back_is_found_again(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    receiver = parts.receiver()
    async with receiving(receiver, work):
        await server.until(lambda: receiver.lacks is None)
        await server.stop()
        await server.until(lambda: "not connected to signal-cli" in (receiver.lacks or ""))
        server.say(server.phone(1), "meanwhile")
        await server.start()
        await work.until(1)
    assert work.texts() == ["meanwhile"]


async def test_an_account_that_signal_cli_does_not_have_is_tried_again_and_told(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    server.accounts.discard(INTAKE)
    async with receiving(parts.receiver(), work):
        await server.until(lambda: len(server.made("subscribeReceive")) >= 2)
        assert not parts.account.state.is_subscribed
        assert parts.account.state.trouble is Trouble.ACCOUNT
        server.accounts.add(INTAKE)
        server.say(server.phone(1), "hello")
        await work.until(1)
        assert parts.account.state.trouble is None
    assert not parts.supervisor.held


async def test_what_came_before_a_refused_subscription_is_worked(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    refused = b'{"jsonrpc":"2.0","error":{"code":-1,"message":"no"},"id":"subscribe"}\n'
    server.receives_by_itself = True
    server.faults["subscribeReceive"].append(Stall())
    async with receiving(parts.receiver(), work):
        await server.until(lambda: server.made("subscribeReceive"))
        server.say(server.phone(1), "hello")
        server.raw(refused)
        await work.until(1)
    assert work.texts() == ["hello"]


async def test_while_the_store_is_away_nothing_is_taken_from_the_connection(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    class Away(KeptWork):
        is_away = True

        async def take(self, arrived: Sequence[Inbound], handle: Handle) -> None:
            if self.is_away and arrived:
                raise StoreDown
            await super().take(arrived, handle)

    async with receiving(parts.receiver(Away), work):
        await server.until(server.is_subscribed)
        server.say(server.phone(1), "hello")
        await server.until(lambda: parts.account.state.is_subscribed)
        assert not work.tried
        Away.is_away = False
        await work.until(1)
    assert work.texts() == ["hello"]


async def test_a_signal_cli_that_hangs_is_noticed_though_the_connection_stays(
    server: SignalServer, parts: Parts, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.signal_receive.LOOK_EVERY", timedelta(milliseconds=10))
    monkeypatch.setattr("bot.channels.signal_courtesies.A_MOMENT", timedelta(milliseconds=20))
    receiver, state = parts.receiver(), parts.account.state
    async with receiving(receiver, work):
        await server.until(lambda: state.is_subscribed)
        server.faults["listAccounts"].extend([Stall()] * 3)
        await server.until(lambda: receiver.lacks == "signal-cli does not answer: nothing goes out")
        assert state.is_subscribed
        await server.until(lambda: receiver.lacks is None)


async def test_an_account_that_was_unlinked_meanwhile_is_noticed_though_the_connection_stays(
    server: SignalServer, parts: Parts, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.signal_receive.LOOK_EVERY", timedelta(milliseconds=10))
    async with receiving(parts.receiver(), work):
        await server.until(lambda: parts.account.state.is_subscribed)
        server.accounts.discard(INTAKE)
        await server.until(lambda: parts.account.state.trouble is Trouble.ACCOUNT)
        assert not parts.account.state.is_subscribed
        server.accounts.add(INTAKE)
        await server.until(lambda: parts.account.state.is_subscribed)
        assert parts.account.state.trouble is None


async def test_an_arrival_of_a_newer_version_waits_for_a_worker_that_can_read_it_and_holds_up_nobody(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    """It used to end every older worker that looked into the inbox, again and again."""
    place = parts.inbox.place("signal", "somebody", "1")
    await parts.inbox.put("signal", place, b'{"address":"somebody","of tomorrow":1}', utc_clock())
    async with receiving(parts.receiver(), work):
        server.say(server.phone(1), "hello")
        await work.until(1)
    assert work.texts() == ["hello"]
    assert await waiting(parts) == 1
