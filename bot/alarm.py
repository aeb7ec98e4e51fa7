"""Danger signs, at any step and in any state of the chat: an alert now, or the open case's ladder again.
Also a lone word for help, which has two minutes to be explained (protocol sections 5 and 6)."""

from bot import filing, screens
from bot.hearing import Heard
from bot.kit import Moment
from bot.session import Phase
from bot.talk import Talk
from bot.turn import Danger, Drafted, Turn
from triage import signs
from triage.scales import Level

SCORED = "model.raised"  # the reason's code


def raise_(
    moment: Moment, talk: Talk, heard: Heard, *, choice: str | None = None, locked: bool = False
) -> Turn:
    """Alert, or raise the open case again. `choice` is the opening's answer that says so, if one does.

    Text 4 at most once in ten minutes, else one line."""
    found = heard.signs.danger or (() if choice is not None else ("cry",))
    talk = _as_answered(moment, talk, choice)
    session = talk.session
    words = session.words if choice is not None or not heard.text else (*session.words, heard.text)
    talk = talk.session_with(
        words=words, danger=tuple(dict.fromkeys((*session.danger, *found))), reasks=0, pending=None
    )
    is_second_matter = choice is not None and bool(session.earlier) and session.case is None and not locked
    number = None if is_second_matter else _open_case(talk)
    if number is not None:
        codes = tuple(_code(sign) for sign in found) or (f"opening.{choice}",)
        talk = _of_case(talk, number).also(Danger(number, codes, locked))
    talk = filing.file(moment, talk, complete=True)
    return answered(moment, talk)


def read(moment: Moment, talk: Talk, *, locked: bool) -> Turn:
    """The text score found in words what no sign did: an alert now, or the open case's ladder, in a turn of its own."""
    talk = _as_answered(moment, talk, None)
    number = _open_case(talk)
    if number is not None:
        talk = _of_case(talk, number).also(Danger(number, (SCORED,), locked))
    talk = filing.file(moment, talk, complete=True)
    return answered(moment, talk)


def cried(moment: Moment, talk: Talk, *, before: tuple[str, ...] = ()) -> Turn:
    """Only a word for help: the opening; unanswered after two minutes it goes to a person, *urgent, unsure*."""
    talk = talk.session_with(cried=True, draft=talk.session.draft or "cry").chat_with(draft=True)
    said = filing.report(moment.kit.flow, talk.session, talk.chat)
    talk = talk.also(Drafted(said, moment.now + moment.kit.cry_after))
    texts = [moment.say(key, talk.session.language) for key in before]
    return talk.says(screens.opening(moment, talk.session, before=texts))


def memo(moment: Moment, talk: Talk) -> Turn:
    """A story before the opening: assessed at once; if it is not an alert, text 3 comes before it is kept.
    Only what is missing is asked afterwards."""
    told = talk.session_with(implied=True)
    if filing.level(moment, told, on_screen=True) is Level.IMMEDIATE:
        talk = filing.file(moment, _as_answered(moment, told, None), complete=True)
        return answered(moment, talk)
    talk = talk.session_with(node=moment.kit.notice.id)
    said = moment.say("chat/memo_waits", talk.session.language)
    return talk.says(screens.asks(moment, talk.session, moment.kit.notice, before=[said]))


def said_lately(moment: Moment, talk: Talk) -> bool:
    """Whether text 4 was said in the last ten minutes."""
    return moment.is_within(moment.kit.text_4_every, talk.chat.passed)


def _as_answered(moment: Moment, talk: Talk, choice: str | None) -> Talk:
    """A danger sign answers the opening, unless it was answered: the first answer that alerts stays."""
    opening = moment.kit.opening
    known = talk.session.answers.get(opening.id)
    if choice is not None:
        if talk.session.implied or not moment.kit.flow.alerted({opening.id: known or ""}):
            return talk.session_with(answers={**talk.session.answers, opening.id: choice}, implied=False)
        return talk
    if known:
        return talk
    first = next(one.id for one in opening.choices if one.alert)
    return talk.session_with(answers={**talk.session.answers, opening.id: first}, implied=True)


def _open_case(talk: Talk) -> int | None:
    """The case that this sign is about: that of these screens, else the newest open one of this chat."""
    mine = talk.chat.ref(talk.session.case)
    if talk.session.case is not None and (mine is None or mine.is_open):
        return talk.session.case
    newest = talk.chat.newest_open()
    return newest.number if newest is not None else None


def _of_case(talk: Talk, number: int) -> Talk:
    """These screens go on with a case that they did not open."""
    if talk.session.case == number:
        return talk
    return filing.drop(talk).session_with(case=number, joined=True, apart=True, body_key=None, revision=0)


def _passed_on(talk: Talk) -> str:
    """The one line, true of the case as it stands. Whether somebody has it is told to no phone that went on with
    something older: whoever holds it gets what is true in every case."""
    session, ref = talk.session, talk.chat.ref(talk.session.case)
    if ref is None or (session.joined and session.case not in session.given):
        return "chat/passed_on_any"
    return "chat/passed_on_taken" if ref.has else "chat/passed_on"


def _code(sign: str) -> str:
    return f"words.{sign}" if sign in signs.known() or sign == "cry" else "words.danger"


def answered(moment: Moment, talk: Talk) -> Turn:
    """Text 4 with its question, also where the flow has passed that place; said lately, one line and where we are."""
    session = talk.session
    was_asked = session.phase is Phase.ASKING and session.node not in (None, moment.kit.opening.id)
    if not said_lately(moment, talk):
        talk = talk.session_with(phase=Phase.ASKING, node=moment.kit.alert_push.id)
        talk = talk.chat_with(passed=int(moment.now.timestamp()))
        honest = screens.honest(moment, session.language)
        return talk.says(screens.asks(moment, talk.session, moment.kit.alert_push, before=honest))
    said = moment.say(_passed_on(talk), session.language)
    node = session.node if was_asked and session.node else moment.kit.alert_push.id
    talk = talk.session_with(phase=Phase.ASKING, node=node)
    if node == moment.kit.alert_push.id:
        return talk.says(screens.asks_push_again(moment, talk.session, said))
    return talk.says(screens.asks(moment, talk.session, moment.kit.flow.question(node), before=[said]))
