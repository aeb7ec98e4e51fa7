"""Sends over signal-cli and deletes for everyone what we sent. Knows two faults: TryAgain and Undeliverable.
It never logs, and no exception that leaves it carries a text, an address of ours or theirs, or a token."""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from bot.channels.numbered import numbered
from bot.channels.pacing import Pacing
from bot.channels.signal_faults import meaning_of
from bot.channels.signal_rpc import Calls, RpcRefused, RpcUnanswered
from bot.channels.signal_state import SignalState
from bot.channels.splitting import split
from bot.channels.turnstile import Turnstile
from responders.delivery import Message, Reason, TryAgain, Undeliverable
from responders.secret import Secret

ADDRESS = re.compile(r"(PNI:)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\+[1-9][0-9]{4,17}")
REMEMBERED = 1000
A_MOMENT = timedelta(seconds=5)
A_BLINK = timedelta(milliseconds=200)

# Signal takes 2,000 bytes; signal-cli sends anything longer as a file, which costs an upload before it rings.
LONGEST_ASCII, LONGEST = 2000, 660


class SignalSender:
    """The sending half of one account. Pages (`protect`), and what is `first`, go before everything else that waits."""

    def __init__(
        self, rpc: Calls, number: Secret, state: SignalState, disappear_after: timedelta,
        *, shows: Callable[[Message], str] = numbered, turnstile: Turnstile | None = None,
    ) -> None:  # fmt: skip
        self._rpc = rpc
        self._number = number
        self._state = state
        self._timer = int(disappear_after.total_seconds())
        self._shows = shows
        self._turnstile = turnstile or Turnstile(Pacing(overall=20.0, burst=10))
        # Parts already sent of a message whose later part failed: offered again, it goes on from there.
        self._begun: OrderedDict[int, list[str]] = OrderedDict()

    async def send(self, address: str, message: Message) -> str:
        """Send, in parts where it must, and return the ids (times) joined by commas."""
        text = self._shows(message)
        parts = split(text, LONGEST_ASCII if text.isascii() else LONGEST)
        if ADDRESS.fullmatch(address) is None:
            raise Undeliverable(Reason.UNREGISTERED)
        if not parts:
            raise Undeliverable(Reason.REFUSED)
        if address in self._state.changing:
            raise TryAgain(A_BLINK)
        key = hash((address, message))
        ids = self._begun.pop(key, [])
        try:
            for part in parts[len(ids) :]:
                await self._turnstile.pass_through(hash(address), is_page=message.protect or message.first)
                await self._set_timer(address)
                ids.append(await self._send_part(address, part))
        except BaseException:
            if ids:
                self._remember(key, ids)
            raise
        return ",".join(ids)

    async def delete(self, address: str, ids: Sequence[str]) -> Sequence[str]:
        """Delete for everyone, and return those that could not be; what others wrote never can."""
        return [one for one in ids if not await self._delete_all(address, one.split(","))]

    async def _send_part(self, address: str, text: str) -> str:
        told = await self._call("send", recipient=[address], message=text)
        result: Mapping[str, object] = told if isinstance(told, dict) else {}
        time = result.get("timestamp")
        self._state.works()
        return str(time) if isinstance(time, int) else ""

    async def _delete_all(self, address: str, times: Sequence[str]) -> bool:
        """Whether none of the parts of one message stays."""
        is_gone = True
        for time in times:
            await self._turnstile.pass_through(hash(address))
            try:
                await self._call("remoteDelete", recipient=[address], targetTimestamp=_time(time))
            except Undeliverable:
                is_gone = False
        return is_gone

    async def _set_timer(self, address: str) -> None:
        """On first contact. A linked device is told that it failed although it was done, so no answer says anything."""
        if not self._timer or not self._state.takes_timer(address):
            return
        parameters = {"account": self._number.reveal(), "recipient": address, "expiration": self._timer}
        try:
            await self._rpc.call("updateContact", parameters, A_MOMENT)
        except (RpcRefused, RpcUnanswered):
            return

    async def _call(self, method: str, **parameters: object) -> object:
        self._turnstile.check_pause()
        try:
            told = await self._rpc.call(method, {"account": self._number.reveal(), **parameters})
        except (RpcRefused, RpcUnanswered) as fault:
            meaning = meaning_of(fault)
        else:
            return told
        self._state.met(meaning)
        if meaning.pause is not None:
            self._turnstile.pause(meaning.pause)
        raise meaning.fault  # out here, so that not even __context__ keeps what was asked

    def _remember(self, key: int, ids: list[str]) -> None:
        self._begun[key] = ids
        while len(self._begun) > REMEMBERED:
            self._begun.popitem(last=False)


def _time(one: str) -> int:
    if not one.isdecimal():
        raise Undeliverable(Reason.REFUSED)
    return int(one)


def as_written(message: Message) -> str:
    """For focal points: their texts name what to type, and a number beside them would mean something else."""
    return message.text
