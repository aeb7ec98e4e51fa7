"""Puts one Signal account together: the receiving half, the sending half, and what both need. Touches no network.
Intake and alerts are two numbers, so that a flood of reports cannot earn the alert path a rate limit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from bot.channels import Receiver
from bot.channels.kept_work import KeptWork
from bot.channels.numbered import numbered
from bot.channels.signal_courtesies import Courtesies
from bot.channels.signal_receive import SignalReceiver
from bot.channels.signal_rpc import Calls, SignalRpc
from bot.channels.signal_send import SignalSender, as_written
from bot.channels.signal_state import SignalState
from bot.supervisor import Supervisor
from responders.delivery import Sender
from responders.inbox import Inbox
from responders.secret import Secret

INTAKE, ALERTS = "signal", "signal-alerts"


class Account(Protocol):
    """One number of ours, however signal-cli is reached."""

    @property
    def name(self) -> str:
        """The channel's name in every Inbound."""
        ...

    @property
    def number(self) -> Secret:
        """The number."""
        ...

    @property
    def rpc(self) -> Calls:
        """The way to ask signal-cli."""
        ...

    @property
    def state(self) -> SignalState:
        """What is wrong with it."""
        ...

    @property
    def sender(self) -> Sender:
        """The sending half."""
        ...

    def receiver(self, inbox: Inbox, clock: Callable[[], datetime], supervisor: Supervisor) -> Receiver:
        """The receiving half, which needs the inbox of the assembled app."""
        ...

    async def close(self) -> None:
        """Close the connection for calls; the receiver must have ended."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class SignalAccount:
    """One number; `name` is the channel's name in every Inbound. `close` when done."""

    name: str
    url: str
    number: Secret
    rpc: SignalRpc
    state: SignalState
    sender: SignalSender
    courtesies: Courtesies

    def receiver(self, inbox: Inbox, clock: Callable[[], datetime], supervisor: Supervisor) -> SignalReceiver:
        """The receiving half, which needs the inbox of the assembled app."""
        is_alerts = self.name == ALERTS
        work = KeptWork(self.name, inbox, clock, takes_out=is_alerts)
        return SignalReceiver(
            self.name, self.url, self.number, work, self.state, self.courtesies, supervisor, thumbs=is_alerts
        )

    async def close(self) -> None:
        """Close the connection for calls; the receiver must have ended."""
        await self.rpc.close()


def signal_account(
    name: str, url: str, number: Secret, *, disappear_after: timedelta = timedelta(days=1),
    attachments: Path | None = None,
) -> SignalAccount:  # fmt: skip
    """An account of a signal-cli that runs as a daemon at tcp:// or unix://."""
    rpc, state = SignalRpc(url), SignalState(name)
    shows = as_written if name == ALERTS else numbered
    sender = SignalSender(rpc, number, state, disappear_after, shows=shows)
    return SignalAccount(name, url, number, rpc, state, sender, Courtesies(rpc, number, attachments))
