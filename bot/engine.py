"""Decides what one message leads to. Pure: no clock, no store, no channel; the same message gives the same turn.
The rules are the protocol's sections 2 and 6: locked.py answers a locked chat, asking.py leads through the flow."""

from bot import asking, captions, hurrying, locked, scored, screens
from bot.channels import Event as ChatEvent
from bot.channels import Inbound
from bot.command_words import Command
from bot.hearing import RECEIPT_TAP, Heard, hear
from bot.kit import Hurry, Moment
from bot.resuming import resumed
from bot.session import Phase, Session
from bot.talk import Talk
from bot.turn import Act, Did, Drafted, Filed, Note, Released, Turn
from responders.cases import Push
from responders.changing import replace
from responders.chats import Chat
from triage.language import guess

_NO_ANSWER = frozenset({Command.CLEAR, Command.ERASE, Command.STOP, Command.WITHDRAW})


def advance(moment: Moment, session: Session | None, chat: Chat | None, inbound: Inbound) -> Turn:
    """The outcome of one message of one person.

    `session` is what they have answered so far (None: nothing), `chat` the cases of this chat (None: none).
    Raises nothing for any text; a message that cannot be understood is asked again, twice, then a person looks."""
    if inbound.event in (ChatEvent.BLOCKED, ChatEvent.UNBLOCKED):
        return _blocked(session, chat, is_blocked=inbound.event is ChatEvent.BLOCKED)
    if inbound.event is ChatEvent.KEY_CHANGED:
        return _new_identity(moment, session, chat, inbound)
    if inbound.event is ChatEvent.LIKED:
        return Turn(session, chat)
    if inbound.event is ChatEvent.SCORED:
        return _settled(scored.advance(moment, session, chat, inbound), session)
    chat = chat or Chat(inbound.channel, inbound.address, "")
    if chat.blocked:
        chat = replace(chat, blocked=False)  # who writes has unblocked us
    if session is not None:
        session = resumed(moment, session, chat)
    is_open = session is not None and not session.is_locked(chat, moment.now)
    heard = hear(moment.kit, session if is_open else None, inbound)
    is_kept = heard.is_alarm and not moment.facts.nobody_reads
    if moment.facts.closed and not is_kept and heard.command not in _NO_ANSWER:
        return Turn(session, chat, (screens.says(moment, heard.language, "chat/closed"),))
    if moment.facts.hurry is not Hurry.NO:
        shown = session if is_open else None
        turn = hurrying.advance(
            moment, shown, chat, heard, lambda: _worked(moment, session, chat, heard, is_open)
        )
        return _settled(turn, session)
    return _settled(captions.remarked(moment, _worked(moment, session, chat, heard, is_open), heard), session)


def _worked(moment: Moment, session: Session | None, chat: Chat, heard: Heard, is_open: bool) -> Turn:
    if session is None or not is_open:
        return locked.advance(moment, session, chat, heard)
    turn = asking.advance(moment, Talk(session, chat), heard)
    return _released(turn, session, chat, heard)


def _released(turn: Turn, session: Session, chat: Chat, heard: Heard) -> Turn:
    """ "Only hello": the rest is shown once they answer; "never": once they write (protocol section 6).
    The receipt's tap is not an answer, and who erases or stops is shown nothing."""
    is_answer = heard.command not in _NO_ANSWER and not (heard.tap and ".".join(heard.tap) == RECEIPT_TAP)
    awaited = chat.hello is not None or (chat.waits and chat.push is not Push.HELLO)
    if not (is_answer and awaited) or turn.chat is None:
        return turn
    mine = tuple(number for number in session.owns(chat) if chat.ref(number) is not None)
    if not mine:
        return turn
    known = {event.case for event in turn.events if isinstance(event, Released)}
    shown = tuple(Released(number, Note.UNLOCKED) for number in mine if number not in known)
    return replace(turn, chat=replace(turn.chat, hello=None), events=(*turn.events, *shown))


def _settled(turn: Turn, before: Session | None) -> Turn:
    """A chat with nothing in it is forgotten; a session that only shows the receipt goes with the receipt. Words that
    this turn has sealed nowhere are noted as loose."""
    if turn.session is not None:
        turn = _noted(turn, turn.session, before)
    if turn.chat is None:
        return turn
    ends = turn.session is not None and turn.session.phase is Phase.RECEIPT
    if turn.chat.receipt_ends != ends:
        turn = replace(turn, chat=replace(turn.chat, receipt_ends=ends))
    return turn if turn.chat is not None and turn.chat.is_worth_keeping else replace(turn, chat=None)


def _noted(turn: Turn, after: Session, before: Session | None) -> Turn:
    is_new = bool(after.words) and (before is None or after.words != before.words)
    is_loose = (is_new or after.loose) and not any(
        isinstance(event, Filed | Drafted) for event in turn.events
    )
    return turn if is_loose == after.loose else replace(turn, session=replace(after, loose=is_loose))


def _new_identity(moment: Moment, session: Session | None, chat: Chat | None, inbound: Inbound) -> Turn:
    """The phone, or whoever has it, is a new one: it is answered as a new chat, and what it wrote is lost."""
    if session is not None:
        session = replace(session, seen=0)
    language = guess("", inbound.locale, moment.kit.offered).language
    events = tuple(Did(ref.number, Act.KEY_CHANGED) for ref in chat.cases if ref.is_open) if chat else ()
    return Turn(session, chat, (screens.says(moment, language, "chat/send_again"),), events)


def _blocked(session: Session | None, chat: Chat | None, *, is_blocked: bool) -> Turn:
    """A block stops pushes, the ladder goes on; an unblock pushes nothing and finds a locked chat."""
    if session is not None:
        session = replace(session, seen=0)
    if chat is None:
        return Turn(session, None)
    act = Act.BLOCKED if is_blocked else Act.UNBLOCKED
    events = tuple(Did(ref.number, act) for ref in chat.cases if ref.is_open)
    return Turn(session, replace(chat, blocked=is_blocked), events=events)
