"""Looks up the cases of receipt words that a message may be, within everybody's limit of tries.
What right or wrong words lead to is returning.py's."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from bot import returning
from bot.kit import Kit
from bot.receipt import Receipt
from responders.box import Tampered
from responders.casework import Casework
from responders.chats import Chat
from responders.keyring import MasterKey, mark
from responders.pending import receipt_key

HOUR = timedelta(hours=1)


class GivenWords:
    """Receipt words as they come in, over all chats."""

    def __init__(self, kit: Kit, master: MasterKey, work: Casework, tries_an_hour: int) -> None:
        self._kit = kit
        self._master = master
        self._work = work
        self._tries: deque[datetime] = deque()
        self._tries_an_hour = tries_an_hour
        self.on_refused: Callable[[str, datetime], None] = lambda _channel, _now: None

    async def cases(self, text: str, chat: Chat | None, channel: str, now: datetime) -> tuple[int, ...]:
        """The cases of receipt words, if the text is four right ones."""
        read = self._kit.words.read(text)
        if read is None or not read.is_whole:
            return ()
        found = await self._of(read, chat, now)
        if not found:
            self.on_refused(channel, now)
        return found

    async def _of(self, read: Receipt, chat: Chat | None, now: datetime) -> tuple[int, ...]:
        # A chat that has spent its own limit must not spend everybody's.
        is_spent = chat is not None and len(returning.tries(chat, now)) >= self._kit.attempts
        if is_spent or not self._may_try(now):
            return ()
        key = receipt_key(read.shard(self._work.dispatch.shards))
        verifier = mark(self._master, "receipt|" + read.value)
        blob = await self._work.store.field(key, verifier)
        if blob is None:
            return ()
        try:
            body = self._work.dispatch.box.open(blob, f"{key}|{verifier}".encode()).decode()
        except Tampered:
            return ()
        return tuple(int(number) for number in body.split(",") if number)

    def _may_try(self, now: datetime) -> bool:
        """The overall limit on receipt words; a spent one looks the same, and never stops a danger sign."""
        while (
            self._tries and not timedelta(0) <= now - self._tries[0] <= HOUR
        ):  # earlier than now: the clock went back
            self._tries.popleft()
        if len(self._tries) >= self._tries_an_hour:
            return False  # and not remembered: who guesses without end would fill our memory
        self._tries.append(now)
        return True
