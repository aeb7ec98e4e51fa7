"""Answers somebody who writes faster than anybody can: what they write is kept, and nothing is asked or answered but
once a minute. Danger, a cry for help, receipt words and what puts things away are worked as ever."""

from collections.abc import Callable
from dataclasses import replace

from bot import alarm, filing, screens
from bot.answering import add_words
from bot.command_words import Command
from bot.hearing import Heard
from bot.kit import Hurry, Moment
from bot.session import Session, seconds
from bot.talk import Talk
from bot.turn import Filed, Reply, Turn
from responders.chats import Chat

_ALWAYS = frozenset({Command.CLEAR, Command.ERASE, Command.STOP, Command.WITHDRAW})


def advance(
    moment: Moment, session: Session | None, chat: Chat, heard: Heard, usual: Callable[[], Turn]
) -> Turn:
    """The outcome of one message too many; `session` is None unless its chat is open, `usual` is what else it would
    lead to.

    An answer to a question that they have not been shown could mean anything, so none counts: text is kept as their
    words, and the question that they last saw stays the open one."""
    if heard.is_alarm or heard.signs.cry:
        said_lately = moment.is_within(moment.kit.text_4_every, chat.passed)
        turn = usual()
        return replace(turn, replies=()) if said_lately and moment.facts.hurry is Hurry.MORE else turn
    if heard.command in _ALWAYS or heard.receipt is not None:
        return usual()
    if session is None or session.node is None:
        return replace(usual(), replies=_once(moment, heard))
    talk = Talk(session, chat).session_with(seen=seconds(moment.now))
    if not heard.text or heard.tap is not None or heard.command is not None or heard.is_edit:
        return talk.says(*_once(moment, heard))
    longer = add_words(moment, talk, heard)
    if longer is None:
        return talk.says(*_once(moment, heard, "chat/too_long"))
    longer = filing.file(moment, longer.session_with(reasks=session.reasks), complete=False)
    if any(isinstance(event, Filed) and event.is_new for event in longer.events):
        return alarm.answered(moment, longer)  # these words were what it took
    return longer.says(*_once(moment, heard))


def _once(moment: Moment, heard: Heard, key: str = "chat/too_many") -> tuple[Reply, ...]:
    return (screens.says(moment, heard.language, key),) if moment.facts.hurry is Hurry.FIRST else ()
