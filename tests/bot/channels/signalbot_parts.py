"""The pieces of a signalbot account for tests: a daemon that receives by itself, the REST stand-in before it, and an
account whose receiver waits milliseconds instead of seconds."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from bot.channels.kept_work import KeptWork
from bot.channels.offering import Waits
from bot.channels.signalbot import SignalbotAccount, signalbot_account
from bot.channels.signalbot_receive import Pace, SignalbotReceiver
from bot.clock import utc_clock
from responders.secret import Secret
from tests.bot.channels.signal_parts import QUICK, Parts
from tests.servers.signal_rest import SignalRest
from tests.servers.signal_rpc import INTAKE, SignalServer

A_TICK = timedelta(milliseconds=5)
SWIFT = Pace(again=(A_TICK,), opening=A_TICK, look=timedelta(milliseconds=50), leaving=timedelta(seconds=2))


@dataclass
class RestParts:
    """A daemon, the interface before it, and our account there."""

    server: SignalServer
    rest: SignalRest
    account: SignalbotAccount

    def receiver(
        self,
        parts: Parts,
        kind: type[KeptWork] = KeptWork,
        *,
        thumbs: bool = True,
        pace: Pace = SWIFT,
        waits: Waits = QUICK,
    ) -> SignalbotReceiver:
        """A receiver whose handler commits nothing, so what it has worked is taken out afterwards."""
        work = kind(self.account.name, parts.inbox, utc_clock, takes_out=True, waits=waits)
        return self.account.receiver_of(work, thumbs=thumbs, pace=pace)


@asynccontextmanager
async def rest_parts(
    server: SignalServer, *, name: str = "signal", patience: timedelta | None = None
) -> AsyncIterator[RestParts]:
    """The stand-in, and the intake account on it."""
    async with SignalRest(server.url) as rest:
        account = signalbot_account(name, rest.url, Secret(INTAKE), patience=patience)
        try:
            yield RestParts(server, rest, account)
        finally:
            await account.close()
        assert rest.wrong == []
