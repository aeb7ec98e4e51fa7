"""Control words in an open chat: what is emptied, erased, stopped, withdrawn, asked again.
None of them shows anything that was sent (there is no summary screen)."""

from bot import filing, languages, onward, screens
from bot.command_words import Command
from bot.hearing import Heard
from bot.kit import Moment
from bot.session import Phase
from bot.talk import Talk
from bot.turn import Act, Did, Turn


def obey(moment: Moment, talk: Talk, heard: Heard) -> Turn | None:
    """Do what the word says; None when it means nothing here and may be an answer."""
    match heard.command:
        case Command.STOP:
            return _stop(moment, talk)
        case Command.CLEAR:
            return _clear(moment, talk)
        case Command.ERASE:
            return _erase(moment, talk)
        case Command.WITHDRAW:
            return _withdraw(moment, talk)
        case _:
            return _on_screen(moment, talk, heard) if talk.session.node is not None else None


def _on_screen(moment: Moment, talk: Talk, heard: Heard) -> Turn | None:
    """Words about the question that is open."""
    match heard.command:
        case Command.LANGUAGE:
            return languages.shown(moment, talk)
        case Command.INFORMATION | Command.SIGNAL:
            return onward.again(moment, talk, said=remark(moment, heard, talk.session.language))
        case Command.STATUS | Command.START:
            return onward.again(moment, talk)
        case Command.BACK:
            return onward.back(moment, talk)
        case Command.SKIP:
            return onward.skip(moment, talk, heard)
        case _:
            return None


def remark(moment: Moment, heard: Heard, language: str) -> str | None:
    """What is said above a question: information after "?", the way to Signal, a kind word for what is not kept."""
    if heard.command is Command.INFORMATION:
        return moment.say("chat/information", language, team=moment.kit.team)
    if heard.command is Command.SIGNAL:
        address = moment.facts.signal
        if address is None:
            return moment.say("chat/signal_none", language)
        return moment.say("chat/signal", language, address=address)
    if heard.attachment is not None and not heard.text:
        return moment.say(f"chat/not_kept.{heard.attachment.value}", language)
    return None


def _stop(moment: Moment, talk: Talk) -> Turn:
    """STOP before an alert drops everything; after one it only ends the questions."""
    session, language = talk.session, talk.session.language
    acts = tuple(Did(number, Act.STOPPED) for number in session.owns(talk.chat))
    talk = talk.also(*acts)
    if not session.sent:
        return filing.drop(talk).forgets(screens.says(moment, language, "chat/cleared"))
    reply = screens.says(moment, language, f"{moment.kit.flow.id}/end.kept", team=moment.kit.team)
    return onward.ended(talk, reply)


def _clear(moment: Moment, talk: Talk) -> Turn:
    """CLEAR empties the chat, which is locked from then on; what was answered still counts."""
    mine = talk.session.owns(talk.chat)
    talk = talk.also(*(Did(number, Act.LOCKED) for number in mine)).chat_with(receipt_due=None)
    reply = screens.says(moment, talk.session.language, "chat/cleared")
    if talk.session.phase in (Phase.RECEIPT, Phase.ENDED):
        return talk.forgets(reply, clear=True)
    return talk.session_with(seen=0).says(reply, clear=True)


def _erase(moment: Moment, talk: Talk) -> Turn:
    """ERASE in an open chat: report, words and address go; an open immediate or urgent case stays as a shell.
    For cases whose words were not given it only clears, and the card says so."""
    mine = talk.session.owns(talk.chat)
    talk = filing.drop(talk)
    for ref in talk.chat.cases:
        if ref.number in mine:
            talk = talk.also(Did(ref.number, Act.ERASED))
        elif ref.is_open:
            talk = talk.also(Did(ref.number, Act.CLEARED_LOCKED))
    elsewhere = tuple(Did(number, Act.ERASED) for number in mine if talk.chat.ref(number) is None)
    chat = talk.chat
    for number in mine:
        chat = chat.without(number)
    talk = talk.also(*elsewhere).chat_with(
        cases=chat.cases, draft=False, receipt_due=None, shown=None, shown_case=None, consent=None, hello=None,
        waits=False,
    )  # fmt: skip
    return talk.forgets(screens.says(moment, talk.session.language, "chat/cleared"), clear=True)


def _withdraw(moment: Moment, talk: Talk) -> Turn:
    """Every further yes is taken back; the questions go on where they were."""
    talk = talk.also(*(Did(number, Act.WITHDREW) for number in talk.session.owns(talk.chat)))
    return talk.says(screens.says(moment, talk.session.language, "chat/withdrawn"))
