"""Reads one message in an open chat, in the order that safety asks for: danger, receipt, words, control words,
language, consent, and at last the answer to the question on the screen."""

from bot import alarm, answering, controls, languages, onward, personal, returning, screens
from bot.channels import Attachment
from bot.command_words import Command
from bot.hearing import RECEIPT_TAP, Heard
from bot.kit import Moment
from bot.session import Phase, Session, seconds
from bot.talk import Talk
from bot.turn import Act, Did, Note, Turn, Wrote


def advance(moment: Moment, talk: Talk, heard: Heard) -> Turn:
    """The outcome of a message in an open chat."""
    talk = _voiced(talk.session_with(seen=seconds(moment.now)), heard)
    for read in (_danger, _receipt, _controls, _language, personal.consented, _no_question):
        turn = read(moment, talk, heard)
        if turn is not None:
            return turn
    if heard.attachment is not None and not heard.text:
        return _attachment(moment, talk, heard)
    if heard.is_edit:
        return onward.again(moment, talk, "chat/edited")
    return answering.answer(moment, talk, heard)


def _danger(moment: Moment, talk: Talk, heard: Heard) -> Turn | None:
    """A danger sign; a tap on an opening's 1 to 3, however old; a cry for help, unless it is the very first word."""
    if heard.is_alarm:
        choice = heard.tap[1] if heard.tap is not None else None
        return alarm.raise_(moment, talk, heard, choice=choice)
    if not heard.signs.cry:
        return None
    session = talk.session
    is_first = session.node == moment.kit.opening.id and not session.cried and not session.sent
    if is_first and talk.chat.newest_open() is None:
        talk = talk.session_with(words=(*session.words, heard.text))
        return alarm.cried(moment, talk)
    return alarm.raise_(moment, talk, heard)


def _receipt(moment: Moment, talk: Talk, heard: Heard) -> Turn | None:
    """The tap that removes the receipt (the deletion is the answer), and receipt words, right or wrong."""
    if heard.tap is not None and ".".join(heard.tap) == RECEIPT_TAP:
        session = talk.session if talk.session.phase is not Phase.RECEIPT else None
        chat = talk.chat_with(receipt_due=None, hello_waits=None, hello_from=None).chat
        return Turn(session, chat, remove_receipt=True)
    if heard.receipt is not None and heard.receipt.is_whole:
        return returning.words_given(moment, returning.fresh(talk))
    return None


def _controls(moment: Moment, talk: Talk, heard: Heard) -> Turn | None:
    return controls.obey(moment, talk, heard) if heard.command is not None else None


def _language(moment: Moment, talk: Talk, heard: Heard) -> Turn | None:
    """The name of a language, or a button of the list."""
    if talk.session.node is None:
        return None
    if heard.named is not None:
        return languages.switched(moment, talk, heard.named)
    if heard.tap is not None and heard.tap[0] == "language":
        return languages.switched(moment, talk, heard.tap[1])
    return None


def _no_question(moment: Moment, talk: Talk, heard: Heard) -> Turn | None:
    """While the receipt shows, or after the questions ended: words go to the case; a control word gets what a new
    chat gets, so that nobody learns from it that something was sent."""
    session, language = talk.session, talk.session.language
    if session.node is not None:
        return None
    if heard.command is not None:
        return _as_new(moment, talk, heard)
    if heard.attachment is not None and not heard.text:
        return _attachment(moment, talk, heard)
    if (turn := personal.answered(moment, talk, heard, greeted=talk.chat.hello is not None)) is not None:
        return turn
    if not heard.text or session.case is None:
        return talk.says(screens.says(moment, language, "chat/finished"))
    note = Note.UNLOCKED if session.case in session.owns(talk.chat) else Note.NO_WORDS
    return talk.also(Wrote(session.case, heard.text, note)).says(screens.says(moment, language, "chat/added"))


def _as_new(moment: Moment, talk: Talk, heard: Heard) -> Turn:
    flow, now = moment.kit.flow, seconds(moment.now)
    fresh = Session(flow.id, flow.shape, talk.session.language, now, now)
    talk = Talk(fresh, talk.chat, talk.events)
    if heard.command is Command.LANGUAGE:
        return languages.shown(moment, talk)
    said = controls.remark(moment, heard, fresh.language)
    return talk.says(screens.opening(moment, fresh, before=[said] if said else []))


def _voiced(talk: Talk, heard: Heard) -> Talk:
    """A voice message, with or without words below it: a person has to ask what it said."""
    if heard.attachment is not Attachment.VOICE:
        return talk
    talk = talk.session_with(voice=True)
    return talk if talk.session.case is None else talk.also(Did(talk.session.case, Act.VOICE))


def _attachment(moment: Moment, talk: Talk, heard: Heard) -> Turn:
    """Nothing but text is kept; after a voice message a person asks for text."""
    kind = heard.attachment or Attachment.OTHER
    if talk.session.phase is Phase.NAMING:
        talk = talk.session_with(phase=Phase.ASKING)
        if kind is Attachment.VOICE:
            name = moment.kit.language_names[talk.session.language]
            said = moment.say("chat/language_noted", talk.session.language, language=name)
            return onward.again(moment, talk, said=said)
    return onward.again(moment, talk, f"chat/not_kept.{kind.value}")
