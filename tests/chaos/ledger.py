"""Everything that the worker decided to send, read off the wire to the store, and everything whose answer came back to
it from the platform. The worker is never asked: what was sent twice shows against what was decided once."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.clock import monotonic
from responders.items import Item, Kind, opened
from responders.keyring import TransitKeyring
from tests.chaos.frames import resp_words
from tests.chaos.house import House
from tests.chaos.recording import RecordingApi, Sent

SENT = frozenset({Kind.REPLY, Kind.PAGE, Kind.TELL})
UNHEARD_AFTER = 9.0  # seconds: a sender may have given up on an answer that comes later
Letter = tuple[str, str]  # address, text


@dataclass(slots=True)
class Ledger:
    """What one story decided. `killed`: what was decided and not settled, sent or not, whenever a worker was killed."""

    house: House
    # with its bytes: what can be cancelled has the same name whenever it is decided again
    queued: set[tuple[str, bytes]] = field(default_factory=set)
    waiting: dict[str, bytes] = field(default_factory=dict)  # by its name: queued, and not settled
    cancelled: set[tuple[str, bytes]] = field(default_factory=set)
    answered: dict[tuple[str, int], float] = field(default_factory=dict)
    killed: Counter[Letter] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.house.counted.taps.append(self._hear)

    def _hear(self, wire: str, name: str, question: bytes, answer: bytes) -> None:
        if name == "commit" and answer == b":1\r\n":
            queued, cancelled = written_by(question)
            self.cancelled |= {(name, self.waiting[name]) for name in cancelled if name in self.waiting}
            self._queue(queued)
        elif name == "claim_outbox" and answer.startswith(b"*"):
            # also what a commit left whose answer was lost
            _due, *flat = resp_words(answer, most=1 << 20)
            self._queue({(flat[at].decode(), flat[at + 1]) for at in range(0, len(flat), 2)})
        elif name == "settle" and answer.startswith(b"*"):
            for item_id in settled_by(question):
                self.waiting.pop(item_id, None)
        elif name == "sendMessage" and answer.startswith(b"HTTP/1.1 200"):
            body = json.loads(answer.partition(b"\r\n\r\n")[2])
            self.answered[wire, int(body["result"]["message_id"])] = monotonic()
        elif name == "send" and (time := sent_at(answer)) is not None:  # Signal
            self.answered[wire, time] = monotonic()

    def _queue(self, items: set[tuple[str, bytes]]) -> None:
        whole = {item for item in items if item[1]}  # an empty one was cancelled
        self.queued |= whole
        self.waiting.update(whole)

    def note_a_kill(self) -> None:
        """What may be sent once more: nobody knows whether it was."""
        self.killed.update(self._letters(self._opened(self.waiting.items())))

    def decided(self) -> tuple[Counter[Letter], Counter[Letter]]:
        """How often each message was to be sent, and to whom; and the same without what was cancelled."""
        everything = Counter(self._letters(item for item in self._opened(self.queued) if item.kind in SENT))
        called_off = Counter(self._letters(self._opened(self.cancelled)))
        return everything, everything - called_off

    def _letters(self, items: Iterable[Item]) -> Iterator[Letter]:
        return (letter for item in items for letter in self.house.letters(item))

    def _opened(self, sealed: Iterable[tuple[str, bytes]]) -> list[Item]:
        transit = TransitKeyring(self.house.folder / "transit", self.house.master)
        return [opened(blob, item_id, transit) for item_id, blob in sealed]

    def accepted(self) -> Counter[Letter]:
        """What the platform took."""
        return Counter(
            (str(sent.person), sent.text)
            for api in (self.house.intake, self.house.alerts)
            for sent in api.accepted
        )

    def unheard(self) -> Counter[Letter]:
        """What the platform took, and whose answer never reached the worker, or too late."""
        found: Counter[Letter] = Counter()
        channel, _ = self.house.way_to(0)
        for wire, api in ((channel, self.house.intake), ("telegram-alerts", self.house.alerts)):
            found.update((str(sent.person), sent.text) for sent in self._unheard(wire, api))
        return found

    def _unheard(self, wire: str, api: RecordingApi) -> list[Sent]:
        late = float("inf")
        return [
            sent
            for sent in api.accepted
            if self.answered.get((wire, sent.message_id), late) - sent.at > UNHEARD_AFTER
        ]


def written_by(frame: bytes) -> tuple[set[tuple[str, bytes]], list[str]]:
    """The outbox items in one commit, name and sealed, and the names that it cancels; the order of its arguments stands
    in commit.lua."""
    words = resp_words(frame, most=1 << 20)
    arguments = words[3 + int(words[2]) :]
    _, records, fields, queued, cancelled, *_ = (
        int.from_bytes(part) for part in (arguments[0][:1], *_pairs(arguments[0][1:]))
    )
    at = 2 + 2 * records + 3 * fields
    items = {(arguments[at + 3 * n + 1].decode(), arguments[at + 3 * n + 2]) for n in range(queued)}
    at += 3 * queued
    return items, [name.decode() for name in arguments[at : at + cancelled]]


def sent_at(line: bytes) -> int | None:
    """The time that signal-cli gives a message that it sent, which is the message's name."""
    result = json.loads(line).get("result")
    return int(result["timestamp"]) if result else None


def settled_by(frame: bytes) -> list[str]:
    """The names of the outbox items in one settlement; the order of its arguments stands in settle.lua."""
    words = resp_words(frame, most=1 << 20)
    return [name.decode() for name in words[3 + int(words[2]) + 1 :: 3]]


def _pairs(counts: bytes) -> list[bytes]:
    return [counts[at : at + 2] for at in range(0, len(counts), 2)]
