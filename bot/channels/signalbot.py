"""Puts one account of signal-cli-rest-api together, for those who run that already: signalbot's client below, the parts
of the direct Signal channel above. It may lose what arrives while nobody listens: docs/signal.md says so first."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.kept_work import KeptWork
from bot.channels.numbered import numbered
from bot.channels.signal import ALERTS
from bot.channels.signal_courtesies import A_MOMENT, Courtesies
from bot.channels.signal_rpc import Calls, RpcRefused, RpcUnanswered
from bot.channels.signal_send import SignalSender, as_written
from bot.channels.signal_sorting import Sorting
from bot.channels.signal_state import SignalState
from bot.channels.signalbot_receive import Listens, Pace, SignalbotReceiver
from bot.privacy_logging import silence
from bot.supervisor import Supervisor
from responders.inbox import Inbox
from responders.secret import Secret


class RestCourtesies(Courtesies):
    """The same, but what was downloaded lies behind the interface, not in a folder of ours."""

    async def remove(self, files: Iterable[str]) -> None:
        """Have what signal-cli has downloaded deleted; nobody waits for it."""
        if names := list(files):
            task = asyncio.get_running_loop().create_task(_remove(self._rpc, names))
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)


@dataclass(frozen=True, slots=True, repr=False)
class SignalbotAccount:
    """One number; the same surface as SignalAccount. `close` when done."""

    name: str
    number: Secret
    rpc: Listens
    state: SignalState
    sender: SignalSender
    courtesies: Courtesies

    def receiver(
        self,
        inbox: Inbox,
        clock: Callable[[], datetime],
        supervisor: Supervisor,  # noqa: ARG002 - an Account
    ) -> SignalbotReceiver:
        """The receiving half, which needs the inbox of the assembled app. There is no connection to hold for it."""
        is_alerts = self.name == ALERTS
        work = KeptWork(self.name, inbox, clock, takes_out=is_alerts)
        return self.receiver_of(work, thumbs=is_alerts)

    def receiver_of(self, work: KeptWork, *, thumbs: bool, pace: Pace | None = None) -> SignalbotReceiver:
        """The receiving half with this working half."""
        sorting = Sorting(self.name, self.number, self.state, self.courtesies, thumbs=thumbs)
        return SignalbotReceiver(self.name, self.rpc, work, self.state, self.courtesies, sorting, pace)

    async def close(self) -> None:
        """Close the connections; the receiver must have ended."""
        await self.rpc.close()


def signalbot_account(
    name: str, url: str, number: Secret, *, disappear_after: timedelta = timedelta(days=1),
    patience: timedelta | None = None,
) -> SignalbotAccount:  # fmt: skip
    """An account of a signal-cli-rest-api in json-rpc mode at http:// or https://."""
    from bot.channels.signalbot_calls import PATIENCE, SignalbotCalls  # noqa: PLC0415 - 20 MB that few need

    silence("signalbot", "websockets")  # they would log every frame, and our number with every address
    calls, state = SignalbotCalls(url, number, patience or PATIENCE), SignalState(name)
    shows = as_written if name == ALERTS else numbered
    sender = SignalSender(calls, number, state, disappear_after, shows=shows)
    return SignalbotAccount(name, number, calls, state, sender, RestCourtesies(calls, number))


async def _remove(calls: Calls, names: Iterable[str]) -> None:
    for name in names:
        try:
            await calls.call("deleteAttachment", {"id": name}, A_MOMENT)
        except (RpcRefused, RpcUnanswered):
            continue  # it stays in a folder that docs/signal.md has on an encrypted volume
