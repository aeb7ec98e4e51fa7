"""What the text score of an earlier message changes, a moment after that message was answered. It only raises: words
that frighten where no sign did are an alert; less than that is filed without a word to the person."""

from bot import alarm, filing
from bot.channels import Inbound
from bot.hearing import clean
from bot.kit import Moment
from bot.session import Session
from bot.talk import Talk
from bot.turn import Danger, Event, Filed, Turn, Wrote
from responders.chats import Chat
from triage.scales import Level
from triage.score.score import Score, suggested

UNSURE = "unsure"
_RANK = {None: 0, UNSURE: 1, Level.URGENT.word: 2, Level.IMMEDIATE.word: 3}


def is_wanted(moment: Moment, turn: Turn, text: str) -> bool:
    """Whether what this turn has kept of a text should be scored: new words, and nobody is being woken by them yet."""
    if not moment.kit.thresholds or not text or any(isinstance(event, Danger) for event in turn.events):
        return False
    return _is_kept(turn.session, turn.events, clean(text)) and not any(
        isinstance(event, Filed) and event.is_new and moment.assess(event.report).level is Level.IMMEDIATE
        for event in turn.events
    )


def _is_kept(session: Session | None, events: tuple[Event, ...], said: str) -> bool:
    wrote = any(isinstance(event, Wrote) and event.text == said for event in events)
    return wrote or (session is not None and said in session.words)


def advance(moment: Moment, session: Session | None, chat: Chat | None, inbound: Inbound) -> Turn:
    """The outcome of a score. Whoever has erased or stopped in between is left alone."""
    if session is None:
        return _of_case(moment, chat, inbound.score)
    talk = Talk(session, chat or Chat(inbound.channel, inbound.address, ""))
    said = clean(inbound.text or "")
    number = session.case
    if said not in (*session.words, *session.base_words) and number is None:
        return Turn(session, chat)
    report = filing.report(moment.kit.flow, session, talk.chat)
    answered = moment.assess(report, session.calm).level
    found = _meaning(moment, inbound.score, answered, has_answered=report.opening is not None)
    if _RANK[found] <= _RANK[session.scored]:
        return Turn(session, chat)
    talk = talk.session_with(scored=found, weighed=_weighed(found, inbound.score))
    if found == Level.IMMEDIATE.word:
        return alarm.read(moment, talk, locked=session.is_locked(talk.chat, moment.now))
    if session.case is not None or session.draft is not None:
        talk = filing.file(moment, talk, complete=False)
    return Turn(talk.session, talk.chat, (), talk.events)


def _meaning(
    moment: Moment, score: Score | None, answered: Level, *, has_answered: bool = False
) -> str | None:
    """The level that the words add, or that a person has to judge them; None when they add nothing."""
    if score is None:
        return UNSURE
    level = suggested(score, moment.kit.thresholds[score.by], answered if has_answered else None)
    if level > max(answered, Level.PRIORITY):
        return level.word
    return UNSURE if score.doubt is not None else None


def _weighed(found: str | None, score: Score | None) -> str:
    """What the sealed report quotes beside the reason; doubt alone quotes nothing."""
    return "" if score is None or found == UNSURE else clean(score.phrase)


def _of_case(moment: Moment, chat: Chat | None, score: Score | None) -> Turn:
    """Words that went to a case from a locked chat: no session holds them, the newest open case does."""
    newest = chat.newest_open() if chat is not None else None
    if newest is None or _meaning(moment, score, Level.PRIORITY) != Level.IMMEDIATE.word:
        return Turn(None, chat)
    return Turn(None, chat, events=(Danger(newest.number, (alarm.SCORED,), locked=True),))
