"""The reporters of a fault story on Signal: their telephones on the mock server, in the shape in which the stories know
the Telegram account. It also knows what signal-cli took from Signal and never handed over: that much may be lost."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.channels.numbered import numbered
from bot.channels.signal_send import LONGEST, LONGEST_ASCII
from bot.channels.splitting import split
from bot.clock import monotonic
from responders.items import Item
from tests.chaos.recording import Sent
from tests.chaos.waiting import until
from tests.servers.bot_api_world import Shown
from tests.servers.signal_mock import Event
from tests.servers.signal_phone import Phone, Received
from tests.servers.signal_stack import Account, SignalStack
from tests.signal.wire import SignalWire

# what a tap is on Telegram is here the number that stands before this label
LABELS = {
    "opening.missing": "Someone missing or taken",
    "push.yes": "Yes, show your messages",
    "notice.agree": "Yes, go on",
    "confirm.yes": "Yes",
    "seen.no": "No",
    "more.more": "Tell more",
    "command.skip": "Skip",
    "later.yes": "Yes",
}
LOOK_EVERY = 2.0  # seconds


@dataclass(slots=True)
class Reporters:
    """Everybody who writes to the intake number, by a number of our own. `accepted`: what phones were shown."""

    stack: SignalStack
    account: Account
    wire: SignalWire
    accepted: list[Sent] = field(default_factory=list)
    unreadable: int = 0  # messages that a phone could not decrypt
    written: int = 0  # messages that reporters wrote
    expired: tuple[int, ...] = ()  # no message expires at Signal in a story
    _phones: dict[int, Phone] = field(default_factory=dict)
    _people: dict[str, int] = field(default_factory=dict)
    _seen: dict[int, list[Shown]] = field(default_factory=dict)
    _times: set[tuple[int, int]] = field(default_factory=set)  # person, message: a phone shows a message once
    _last: dict[int, int] = field(default_factory=dict)  # what each one wrote last
    _open: set[int] = field(default_factory=set)  # written, and not known to be handed over or lost
    _sending: set[asyncio.Task[None]] = field(default_factory=set)
    _acked: dict[int, int] = field(default_factory=dict)  # in the order in which signal-cli took them
    _lost: set[int] = field(default_factory=set)
    _looked: int = 0  # how many of the wire's were looked at
    _furthest: int = -1  # the last in that order that was handed over
    _handed: set[int] = field(default_factory=set)
    _fault: BaseException | None = None

    def __post_init__(self) -> None:
        self.stack.mock.taps.append(self._hear)

    def close(self) -> None:
        self.stack.mock.taps.remove(self._hear)

    # -- as the stories know an account ------------------------------------------------------------------------------

    @property
    def updates(self) -> "Reporters":
        """What waits at the platform; see `pending`."""
        return self

    @property
    def pending(self) -> set[int]:
        """What was written and is neither in the worker's hands nor lost."""
        self._look()
        return self._open

    def seen(self, person: int) -> list[Shown]:
        """Every message that was ever shown to them."""
        return self._seen.get(person, [])

    def texts(self, person: int) -> list[str]:
        return [shown.text for shown in self.seen(person)]

    async def until(self, claim: Callable[[], bool], seconds: float = 60.0) -> None:
        """Raises TimeoutError."""

        def holds() -> bool:
            if self._fault is not None:
                raise self._fault
            return claim()

        await until(holds, TimeoutError, seconds)

    def say(self, person: int, text: str) -> None:
        """They write; it goes out as soon as their telephone is there."""
        self.written += 1
        self._last.pop(person, None)
        task = asyncio.create_task(self._send(person, text))
        self._sending.add(task)
        task.add_done_callback(self._sent)

    def click(self, person: int, message_id: int, data: str) -> None:
        """They write the number of an answer of this message."""
        text = next(shown.text for shown in self.seen(person) if shown.message_id == message_id)
        self.say(person, _numbers(text)[LABELS[data]])

    def has_lost(self, person: int) -> bool:
        """Whether what they wrote last is among what signal-cli took and never handed over: it or we had gone,
        and somebody's later message came. Its order is Signal's, so nothing that was taken before can still come."""
        self._look()
        return self._last.get(person) in self._lost

    # -- what the platform itself knows ------------------------------------------------------------------------------

    @property
    def lost(self) -> int:
        """How many messages were lost so."""
        self._look()
        return len(self._lost)

    def aci(self, person: int) -> str:
        """Their address; empty while nobody has seen their telephone."""
        return self._phones[person].aci if person in self._phones else ""

    def letters(self, item: Item) -> list[tuple[str, str]]:
        """What an outbox item shows on a phone, message by message."""
        text = numbered(item.message)
        person = str(self._people.get(item.address, item.address))
        return [(person, part) for part in split(text, LONGEST_ASCII if text.isascii() else LONGEST)]

    async def nudge(self, new_person: Callable[[], int]) -> None:
        """Until cancelled: somebody new writes when something was taken and not handed over for a while, so that it is
        known whether it is lost although nobody else writes any more."""
        before: set[int] = set()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            doubtful = self.pending & self._acked.keys()
            if doubtful & before:
                self.say(new_person(), "hello")
            before = doubtful

    async def _send(self, person: int, text: str) -> None:
        phone = self._phones.get(person)
        if phone is None:
            phone = self._phones[person] = await self.stack.mock.phone("reporter")
            self._people[phone.aci] = person
        time = await phone.send(self.account.aci, text)
        self._open.add(time)
        self._last[person] = time

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            self._fault = fault

    def _hear(self, event: Event) -> None:
        if event["event"] == "acked" and event["device"].split(".")[0] == self.account.aci:
            self._acked.setdefault(event["timestamp"], len(self._acked))
        elif event["event"] == "received" and event["phone"] in self._people:
            received = Received(event["from"], event["content"])
            if received.content is None:
                self.unreadable += 1
            elif received.text:
                self._show(self._people[event["phone"]], received.timestamp, received.text)

    def _show(self, person: int, time: int, text: str) -> None:
        if (person, time) in self._times:
            return
        self._times.add((person, time))
        buttons = tuple((label, data) for data, label in LABELS.items() if label in _numbers(text))
        self._seen.setdefault(person, []).append(Shown(time, text, buttons))
        self.accepted.append(Sent(monotonic(), person, text, time))

    def _look(self) -> None:
        new, self._looked = self.wire.handed[self._looked :], len(self.wire.handed)
        self._handed |= set(new)
        handed = [self._acked[time] for time in new if time in self._acked]
        self._furthest = max([self._furthest, *handed])
        self._open -= self._handed
        gone = {time for time in self._open if self._acked.get(time, self._furthest) < self._furthest}
        self._lost |= gone
        self._open -= gone


def _numbers(text: str) -> dict[str, str]:
    """The label of each numbered line, and its number."""
    return {label: number for number, label in re.findall(r"^(\d+) (.+)$", text, re.MULTILINE)}
