"""Coming back with receipt words: right or wrong, the phone shows the same (protocol section 6).
Right ones make what follows part of that case; nothing old is ever shown."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot import screens
from bot.kit import Facts, Kit
from bot.session import Session, seconds
from bot.turn import Act, Did, Event, Note, Released, Turn
from responders.chats import Chat

_DAY = timedelta(days=1)


def words_given(kit: Kit, session: Session, chat: Chat, now: datetime, facts: Facts) -> Turn:
    """Text 11, then the opening. `session` is a fresh one at the opening; attempts are limited for each chat."""
    recent = tuple(at for at in chat.attempts if at > seconds(now - _DAY))
    right = facts.given if len(recent) < kit.attempts else ()
    events: list[Event] = []
    for number in right:
        if chat.ref(number) is None:
            events.append(Did(number, Act.NEW_PHONE))
        else:
            events.append(Released(number, Note.UNLOCKED))
    if right:
        session = replace(session, case=right[-1], given=right, base={}, words=(), body_key=None, draft=None)
        chat = replace(chat, hello=None)
    chat = replace(chat, attempts=(*recent, seconds(now)))
    replies = (
        screens.says(kit, session.language, "chat/words_given"),
        screens.opening(kit, session, facts, now),
    )
    return Turn(session, chat, replies, tuple(events))
