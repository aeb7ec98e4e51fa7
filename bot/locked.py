"""Answers a chat that is new or locked: whoever holds the phone sees what any new chat gets.
Only a danger sign, the right receipt words and an *answer* do more, and none of them shows old content."""

from dataclasses import replace
from datetime import datetime

from bot import asking, screens
from bot.answers import Command
from bot.channels import Attachment
from bot.hearing import Heard
from bot.kit import SHOWN_COUNTS, Facts, Kit
from bot.returning import words_given
from bot.session import Phase, Session, seconds, stamp
from bot.turn import Act, Did, DraftDropped, Event, Note, Released, Turn, Wrote
from responders.cases import Push
from responders.chats import Chat

_CONTROL = frozenset({Command.STATUS, Command.BACK, Command.ERASE})


def advance(kit: Kit, old: Session | None, chat: Chat, heard: Heard, now: datetime, facts: Facts) -> Turn:
    """The outcome of a message in a new or locked chat; `old` is the unfinished session from before the lock."""
    session = _new_session(kit, old, chat, heard, now)
    if heard.is_alarm:
        return asking.alarm(kit, session, chat, heard, now, facts, was_locked=True)
    if heard.receipt is not None:
        return words_given(kit, session, chat, now, facts)
    if heard.command in (Command.CLEAR, Command.ERASE, Command.STOP):
        return _put_away(kit, session, old, chat, heard)
    if (answered := _answer(kit, old, chat, heard, now)) is not None:
        return answered
    return _as_new(kit, session, chat, heard, now, facts)


def _new_session(kit: Kit, old: Session | None, chat: Chat, heard: Heard, now: datetime) -> Session:
    """A session at the opening. Where no words were ever shown, it joins what is unfinished, unseen."""
    session = Session(
        flow=kit.flow.id,
        shape=kit.flow.shape,
        language=heard.language,
        started=seconds(now),
        seen=seconds(now),
        interpreter=not heard.sure and len(heard.text.split()) >= 3 and not heard.signs.greeting,
    )
    ref = chat.newest_open()
    if ref is not None and not ref.words_shown:
        session = replace(session, case=ref.number)
    if old is not None and old.phase not in (Phase.RECEIPT, Phase.ENDED):
        session = replace(
            session, base=old.merged(), words=old.words, danger=old.danger, unsure=old.unsure, voice=old.voice,
            case=old.case or session.case, earlier=old.earlier, body_key=old.body_key, draft=old.draft,
            cried=old.cried,
        )  # fmt: skip
    return session


def _as_new(kit: Kit, session: Session, chat: Chat, heard: Heard, now: datetime, facts: Facts) -> Turn:
    """What a new chat gets; the card of an open case learns that somebody wrote."""
    events = _arrived(chat, heard)
    if any(isinstance(event, Released) for event in events):
        chat = replace(chat, hello=None)
    session = replace(session, interpreter=session.interpreter and heard.named is None)
    if heard.attachment is Attachment.VOICE and not heard.text:
        session = replace(session, voice=True, unsure=True, cried=True)
        turn = asking.cried(kit, session, chat, now, facts, before=("chat/not_kept.voice",))
    elif heard.signs.cry:
        session = replace(session, cried=True, words=(*session.words, heard.text))
        turn = asking.cried(kit, session, chat, now, facts)
    elif heard.is_memo and heard.tap is None:
        turn = asking.memo(kit, replace(session, words=(*session.words, heard.text)), chat, now, facts)
    else:
        before = asking.remark(kit, heard, facts)
        turn = Turn(session, chat, (screens.opening(kit, session, facts, now, before=before),))
    return replace(turn, events=(*events, *turn.events))


def _arrived(chat: Chat, heard: Heard) -> tuple[Event, ...]:
    """Somebody wrote in a locked chat with open cases. Where no words were ever shown none are needed: an answer
    after text 2 (under *never*: any message) releases what waits."""
    events: list[Event] = []
    for ref in chat.cases:
        if not ref.is_open:
            continue
        may_release = ref.push is Push.NEVER or chat.hello is not None
        if not ref.words_shown and may_release and heard.command is None:
            events.append(Released(ref.number, Note.NO_WORDS))
        else:
            events.append(Wrote(ref.number, "", Note.NO_WORDS))
    return tuple(events)


def _answer(kit: Kit, old: Session | None, chat: Chat, heard: Heard, now: datetime) -> Turn | None:
    """An *answer*: any text within 24 h after a person's message was shown, except control words."""
    if chat.shown is None or not heard.text or heard.command in _CONTROL:
        return None
    if heard.command is not None or heard.named is not None or now - stamp(chat.shown) > SHOWN_COUNTS:
        return None
    ref = chat.ref(chat.shown_case)
    if ref is None or not ref.is_open:
        return None
    reply = screens.says(kit, chat.language, "chat/passed_on")
    return Turn(old, chat, (reply,), (Wrote(ref.number, heard.text, Note.ANSWER),))


def _put_away(kit: Kit, session: Session, old: Session | None, chat: Chat, heard: Heard) -> Turn:
    """CLEAR, ERASE and STOP in a locked chat: text 9, true in every case.

    Where no words were ever shown, STOP still works and ERASE erases; else ERASE only clears and the card says so."""
    reply = (screens.says(kit, heard.language, "chat/cleared"),)
    events: list[Event] = []
    if heard.command is Command.CLEAR:
        return Turn(old, chat, reply, clear=True)
    is_erase = heard.command is Command.ERASE
    unfinished = old if old is not None and old.phase not in (Phase.RECEIPT, Phase.ENDED) else None
    if unfinished is not None and unfinished.draft is not None:
        events.append(DraftDropped())
    for ref in chat.cases:
        if not ref.is_open:
            continue
        if ref.words_shown and is_erase:
            events.append(Did(ref.number, Act.CLEARED_LOCKED))
        elif not ref.words_shown:
            events.append(Did(ref.number, Act.ERASED if is_erase else Act.STOPPED))
            if is_erase:
                chat = chat.without(ref.number)
    return Turn(None, replace(chat, draft=False), reply, tuple(events), clear=is_erase)
