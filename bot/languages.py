"""Which language a person reads: the list, the word that switches, and "mine is not here" (protocol row 0)."""

from bot import onward, screens
from bot.hearing import Heard
from bot.kit import Moment
from bot.normal import normal, numbers
from bot.session import Phase
from bot.talk import Talk
from bot.turn import Turn

NONE = "none"  # "mine is not here"


def shown(moment: Moment, talk: Talk) -> Turn:
    """The list of languages."""
    talk = talk.session_with(phase=Phase.LANGUAGE)
    return talk.says(screens.languages(moment, talk.session.language))


def switched(moment: Moment, talk: Talk, code: str) -> Turn:
    """Go on in another language; the case's pushes follow, where these screens may act on it."""
    if code not in moment.kit.offered:
        talk = talk.session_with(interpreter=True, phase=Phase.NAMING)
        return talk.says(screens.says(moment, talk.session.language, "chat/language_which"))
    talk = talk.session_with(language=code, interpreter=False, phase=Phase.ASKING)
    if talk.session.case is not None and not talk.session.joined:
        talk = talk.chat_with(language=code)
    return onward.again(moment, talk)


def picked(moment: Moment, talk: Talk, heard: Heard) -> Turn | None:
    """A choice from the list, or the name of a language that we do not have; None for anything else."""
    if talk.session.phase is Phase.LANGUAGE:
        code = _code(moment, talk, heard)
        return None if code is None else switched(moment, talk, code)
    if heard.tap is not None or not heard.text:
        return None
    talk = talk.session_with(phase=Phase.ASKING, words=(*talk.session.words, heard.text[:200]))
    name = moment.kit.language_names[talk.session.language]
    return onward.again(
        moment, talk, said=moment.say("chat/language_noted", talk.session.language, language=name)
    )


def _code(moment: Moment, talk: Talk, heard: Heard) -> str | None:
    codes = (*moment.kit.offered, NONE)
    counted = numbers(heard.text) if heard.tap is None else None
    if counted is not None and len(counted) == 1 and 1 <= counted[0] <= len(codes):
        return codes[counted[0] - 1]
    other = moment.say("chat/language_other", talk.session.language)
    return NONE if heard.text and normal(heard.text) == normal(other) else None
