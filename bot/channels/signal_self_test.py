"""Signal tests itself: each of our two numbers sends the other a sign without content. A signal-cli whose receiving has
ended says nothing of it, nor does one without a network; what does not arrive does. It logs nobody and no number."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import permutations

from bot.channels.signal import Account
from bot.channels.signal_courtesies import NO_MESSAGE
from bot.channels.signal_faults import BAD_PARAMETERS, UNKNOWN_METHOD, UNTRUSTED
from bot.channels.signal_rpc import Failure, RpcRefused, RpcUnanswered

log = logging.getLogger(__name__)

MISSES = 2  # one sign may be lost on its way
UNABLE = frozenset({UNKNOWN_METHOD, BAD_PARAMETERS})


@dataclass(frozen=True, slots=True)
class Pace:
    """How long between two signs, after one that did not arrive, and how often it is looked whether it has."""

    every: timedelta = timedelta(minutes=3)
    again: timedelta = timedelta(seconds=10)
    look: timedelta = timedelta(seconds=1)
    looks: int = 60


class SelfTest:
    """Of the accounts of one signal-cli; writes `is_deaf` into the state of each."""

    def __init__(self, accounts: Sequence[Account], pace: Pace | None = None) -> None:
        self._accounts = accounts
        self._pace = pace or Pace()

    async def run(self) -> None:
        """Until cancelled. With one account only, nobody is there to send it anything."""
        async with asyncio.TaskGroup() as group:
            for sender, receiver in permutations(self._accounts, 2):
                group.create_task(self._watch(sender, receiver))

    async def _watch(self, sender: Account, receiver: Account) -> None:
        misses, state = 0, receiver.state
        while True:
            before = state.heard
            wait = self._pace.again if misses else self._pace.every
            await asyncio.sleep(wait.total_seconds())
            if not state.is_subscribed:
                continue  # that is told already; only what arrives shows that it hears again
            if state.heard != before or await self._arrives(sender, receiver):
                misses, state.is_deaf = 0, False
                continue
            misses += 1
            log.warning("%s: our own sign did not arrive, %d in a row", receiver.name, misses)
            state.is_deaf = misses >= MISSES

    async def _arrives(self, sender: Account, receiver: Account) -> bool:
        """Whether anything reached the receiver after a sign was sent; true also when none can be sent."""
        before = receiver.state.heard
        try:
            await self._send(sender, receiver)
        except RpcRefused as fault:
            if fault.code in UNABLE:
                return True
        except RpcUnanswered:
            pass  # it may have gone out; if not, it does not arrive
        for _ in range(self._pace.looks):
            if receiver.state.heard != before:
                return True
            await asyncio.sleep(self._pace.look.total_seconds())
        return False

    async def _send(self, sender: Account, receiver: Account) -> None:
        """A receipt for a message that never was: no phone shows it, no rule of ours answers it."""
        address = await _address(receiver)
        parameters = {"account": sender.number.reveal(), "recipient": address}
        try:
            await sender.rpc.call("sendReceipt", {**parameters, "targetTimestamp": [NO_MESSAGE]})
        except RpcRefused as fault:
            if fault.code != UNTRUSTED and Failure.IDENTITY not in fault.failures:
                raise
            # Our own number, registered anew: the next sign goes out.
            await sender.rpc.call("trust", {**parameters, "trustAllKnownKeys": True})


async def _address(account: Account) -> str:
    """The account's own uuid, so that nobody looks up its number; the number where signal-cli does not tell."""
    number = account.number.reveal()
    told = await account.rpc.call("listIdentities", {"account": number, "number": number})
    ours = [one.get("uuid") for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return next((uuid for uuid in ours if isinstance(uuid, str) and uuid), number)
