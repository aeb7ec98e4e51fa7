"""The dots that a reporter sees while a person is being looked for."""

from datetime import timedelta

from bot.channels.signal_rpc import SignalRpc
from bot.channels.signal_typing import MOST_AT_ONCE, TIMES, Typing
from responders.secret import Secret
from responders.store import StoreDown
from tests.servers.signal_rpc import INTAKE, RATE_LIMITED, SignalServer

QUICK = timedelta(milliseconds=1)


async def always(_: str) -> bool:
    return True


async def test_they_end_when_somebody_has_it_and_at_last_by_themselves() -> None:
    async with SignalServer() as server:
        rpc = SignalRpc(server.url)
        asked = iter([True, True, False])

        async def until_taken(_: str) -> bool:
            return next(asked)

        for looked_for, times in ((until_taken, 2), (always, TIMES)):
            server.calls.clear()
            typing = Typing(rpc, Secret(INTAKE), looked_for, QUICK)
            typing.show(server.phone(1).uuid)
            typing.show(server.phone(1).uuid)
            await server.until(lambda typing=typing: not typing._shown)  # type: ignore[misc]
            assert len(server.made("sendTyping")) == times
        await rpc.close()


async def test_a_refusal_or_a_store_that_is_away_ends_them_quietly() -> None:
    async def away(_: str) -> bool:
        raise StoreDown

    async with SignalServer() as server:
        rpc = SignalRpc(server.url)
        server.faults["sendTyping"].append(RATE_LIMITED)
        for looked_for in (always, away):
            typing = Typing(rpc, Secret(INTAKE), looked_for, QUICK)
            typing.show(server.phone(1).uuid)
            await server.until(lambda typing=typing: not typing._shown)  # type: ignore[misc]
        assert len(server.made("sendTyping")) == 1
        await rpc.close()


async def test_a_flood_of_alerts_does_not_eat_the_accounts_rate() -> None:
    async with SignalServer() as server:
        rpc = SignalRpc(server.url)
        typing = Typing(rpc, Secret(INTAKE), always, timedelta(hours=1))
        for number in range(100):
            typing.show(server.phone(number).uuid)
        await server.until(lambda: len(server.made("sendTyping")) == MOST_AT_ONCE)
        await typing.close()
        assert not typing._shown
        await rpc.close()
