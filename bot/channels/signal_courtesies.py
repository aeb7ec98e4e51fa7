"""What Signal asks beside messages: files that we refuse are removed, a changed identity is accepted for transport,
groups are left without a word. It never delays anybody else's message, and nothing of it is logged."""

import asyncio
import base64
import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.channels import Attachment, Inbound
from bot.channels.signal_faults import UNTRUSTED, Trouble
from bot.channels.signal_rpc import Calls, Failure, RpcRefused, RpcUnanswered
from bot.channels.splitting import mended
from responders.secret import Secret

log = logging.getLogger(__name__)

MOST_AT_ONCE = 32
TRIES, AGAIN = 3, timedelta(seconds=1)
A_MOMENT = timedelta(seconds=10)
SMALL = ".preview"  # the little picture that came with a picture; no event names its file
NO_MESSAGE = 1 << 32  # milliseconds: nobody wrote in 1970; signal-cli fails at a number below 1 << 31


class Courtesies:
    """Of one account. `attachments` is signal-cli's folder for received files, if we may write there."""

    def __init__(self, rpc: Calls, number: Secret, attachments: Path | None = None) -> None:
        self._rpc = rpc
        self._number = number
        self._attachments = attachments
        self._calls: set[asyncio.Task[None]] = set()
        self._leaving: set[str] = set()

    async def trust(self, address: str) -> None:
        """Accept a person's new key for transport, or no answer could reach them (protocol section 6).

        Raises RpcUnanswered: then it has to be tried again."""
        account = self._number.reveal()
        await self._be_refused(account, address)
        parameters = {"account": account, "recipient": address, "trustAllKnownKeys": True}
        try:
            await self._rpc.call("trust", parameters, A_MOMENT)
        except RpcRefused as fault:
            log.warning("a changed identity could not be accepted: %d", fault.code)

    async def _be_refused(self, account: str, address: str) -> None:
        """What arrives does not teach signal-cli a new key, a refused message does: these say nothing. Signal-cli 0.13
        sends no dots to somebody whose profile it does not know, and then calls that a fault of the network."""
        try:
            await self._rpc.call("sendTyping", {"account": account, "recipient": [address]}, A_MOMENT)
        except RpcRefused as fault:
            if fault.code == UNTRUSTED or Failure.IDENTITY in fault.failures:
                return
            receipt = {"account": account, "recipient": address, "targetTimestamp": [NO_MESSAGE]}
            with suppress(RpcRefused):
                await self._rpc.call("sendReceipt", receipt, A_MOMENT)

    async def whole(self, inbound: Inbound) -> Inbound:
        """A long text in full; its beginning if nobody gives us the rest in time, for an alert must not wait."""
        name = inbound.rest
        for _ in range(TRIES if name is not None else 0):
            parameters = {"account": self._number.reveal(), "id": name, "recipient": inbound.address}
            try:
                told = await self._rpc.call("getAttachment", parameters, A_MOMENT)
                data = base64.b64decode(told["data"]) if isinstance(told, dict) else b""
            except RpcUnanswered:
                await asyncio.sleep(AGAIN.total_seconds())
            except (RpcRefused, KeyError, TypeError, ValueError):
                break
            else:
                text = mended(data.decode("utf-8", "replace"))
                return replace(inbound, text=text or inbound.text, rest=None)
        if name is not None:
            log.warning(
                "the rest of a long text could not be fetched: is signal-cli told to ignore attachments?"
            )
        lost = inbound.attachment or (Attachment.FILE if inbound.text is None else None)
        return replace(inbound, attachment=lost, rest=None)

    async def trouble(self) -> Trouble | None:
        """Whether signal-cli answers, and still has our number; None also when it does not say."""
        try:
            told = await self._rpc.call("listAccounts", {}, A_MOMENT)
        except RpcUnanswered:
            return Trouble.AWAY
        except RpcRefused:
            return None
        if not isinstance(told, list):
            return None
        numbers = [one.get("number") for one in told if isinstance(one, dict)]
        return None if self._number.reveal() in numbers else Trouble.ACCOUNT

    async def remove(self, files: Iterable[str]) -> None:
        """Delete what signal-cli has downloaded: nothing but text is kept."""
        for name in files:
            # a name of theirs, never a path
            if self._attachments is not None and Path(name).name == name not in {"", ".."}:
                await asyncio.to_thread(_remove, self._attachments / name)
                await asyncio.to_thread(_remove, self._attachments / f"{name}{SMALL}")

    def leave(self, group: str) -> None:
        """Leave; many messages of one group cause one call."""
        if group not in self._leaving and len(self._calls) < MOST_AT_ONCE:
            self._leaving.add(group)
            task = asyncio.get_running_loop().create_task(self._leave(group))
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)

    async def close(self) -> None:
        """Drop what is under way."""
        calls = list(self._calls)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    async def _leave(self, group: str) -> None:
        parameters = {"account": self._number.reveal(), "groupId": group, "delete": True}
        try:
            await self._rpc.call("quitGroup", parameters, A_MOMENT)
        except (RpcRefused, RpcUnanswered):
            return  # not a member any more, or the network: nothing is lost
        finally:
            self._leaving.discard(group)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as fault:
        log.error("a received file could not be removed: %s", type(fault).__name__)
