"""Decides what one message leads to. Pure: no clock, no store, no channel; the same message gives the same turn.
The rules are the protocol's sections 2 and 6: locked.py answers a locked chat, asking.py leads through the flow."""

from dataclasses import replace
from datetime import datetime

from bot import asking, locked
from bot.channels import Event as ChatEvent
from bot.channels import Inbound
from bot.hearing import hear
from bot.kit import Facts, Kit
from bot.session import Session
from bot.turn import Act, Did, Note, Released, Turn
from responders.chats import Chat


def advance(
    kit: Kit, session: Session | None, chat: Chat | None, inbound: Inbound, now: datetime, facts: Facts
) -> Turn:
    """The outcome of one message of one person.

    `session` is what they have answered so far (None: nothing), `chat` the cases of this chat (None: none).
    Raises nothing for any text; a message that cannot be understood is asked again, twice, then a person looks."""
    if inbound.event in (ChatEvent.BLOCKED, ChatEvent.UNBLOCKED):
        return _blocked(session, chat, inbound.event is ChatEvent.BLOCKED)
    chat = chat or Chat(inbound.channel, inbound.address, "")
    if chat.blocked:
        chat = replace(chat, blocked=False)  # who writes has unblocked us
    is_locked = session is None or session.is_locked(now)
    heard = hear(kit, None if is_locked else session, inbound)
    if session is None or is_locked:
        turn = locked.advance(kit, session, chat, heard, now, facts)
    else:
        answers_hello = chat.hello is not None and session.case is not None
        turn = asking.advance(kit, session, chat, heard, inbound.choice, now, facts)
        if answers_hello:  # "only hello": the rest is shown once they answer (protocol section 6)
            greeted = replace(turn.chat, hello=None) if turn.chat is not None else None
            released = Released(session.case or 0, Note.UNLOCKED)
            turn = replace(turn, chat=greeted, events=(*turn.events, released))
    return turn if turn.chat is not None and turn.chat.is_worth_keeping else replace(turn, chat=None)


def _blocked(session: Session | None, chat: Chat | None, is_blocked: bool) -> Turn:
    """A block stops pushes, the ladder goes on; an unblock pushes nothing and finds a locked chat."""
    if session is not None:
        session = replace(session, seen=0)
    if chat is None:
        return Turn(session, None)
    act = Act.BLOCKED if is_blocked else Act.UNBLOCKED
    events = tuple(Did(ref.number, act) for ref in chat.cases if ref.is_open)
    return Turn(session, replace(chat, blocked=is_blocked), events=events)
