"""Takes the words out of sessions whose chat has locked and whose case is open: they lie sealed there, and whoever
takes the server must not find them here as well. It loses nothing that a question or a level still depends on."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from bot.session import QUIET, SESSION_KEPT, Session, stamp
from responders.box import Tampered
from responders.casework import Casework
from responders.chats import Chat
from responders.clock_back import BACK_COUNTS
from responders.keyring import MasterKey, session_box
from responders.pending import Pending, chat_key, session_key

_AFTER = timedelta(seconds=1)  # a chat that is just fifteen minutes quiet is still open


class PuttingAway:
    """What the timers `quiet:<person>` do; set when a case gets its first answers, and moved while somebody writes."""

    def __init__(
        self, work: Casework, free_texts: Collection[str], master: MasterKey, clock: Callable[[], datetime]
    ) -> None:
        self._work = work
        self._free_texts = free_texts
        self._master = master
        self._clock = clock

    async def rang(self, shard: int, person: str) -> bool:
        """For `Timekeeper.on_quiet`; False when there is nothing to put away (any more). Raises StoreDown.

        Whoever writes in this very moment wins, and the timer rings again."""
        key, now, name = session_key(shard, person), self._clock(), f"quiet:{person}"
        chat_blob, blob = await self._work.store.read([chat_key(shard, person), key])
        chat = self._work.dispatch.read_chat(chat_key(shard, person), chat_blob)
        if chat is None or blob is None:
            return False
        box = session_box(self._master, chat.channel, chat.address)
        try:
            session = Session.from_json(box.open(blob, key.encode()))
        except Tampered:
            return False
        pending = Pending(shard)
        if -BACK_COUNTS <= now - stamp(session.seen) <= QUIET:
            pending.timer(name, stamp(session.seen) + QUIET + _AFTER)
        elif not _is_sealed(session, chat):
            return False
        else:
            left = SESSION_KEPT - (now - stamp(session.seen))
            kept = box.seal(session.put_away(self._free_texts).to_json(), key.encode())
            pending.write(key, blob, kept, left if left > timedelta(0) else SESSION_KEPT)
            pending.timer(name, None)
        await self._work.commit(pending)
        return True


def _is_sealed(session: Session, chat: Chat) -> bool:
    """Whether a case has what was said; of a silent draft, once it was passed on."""
    return session.case is not None or (session.draft is not None and not chat.draft and bool(chat.cases))
