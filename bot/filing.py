"""What the case, or the draft, gets of the answers so far. Nothing is filed before the notice's yes, unless an
alert has gone; an alert leaves in the turn in which the level becomes immediate (protocol section 5)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from bot import pushing
from bot.conditions import Answers, Value
from bot.flow import Flow
from bot.kit import Moment
from bot.session import Session
from bot.talk import Talk
from bot.turn import DraftDropped, Drafted, Filed
from responders.chats import Chat
from triage.report import Answer, Report
from triage.scales import Level

_PASSED_ON = frozenset({"soon", "unsure"})  # openings 4 and 5: a silent draft is passed on


def report(flow: Flow, session: Session, chat: Chat, *, on_screen: bool = False) -> Report:
    """The answers of this matter as triage reads them; `on_screen` leaves out those from before a lock."""
    answers = flow.prune(session.answers if on_screen else session.merged())
    known = {name: _READ[name](value) for name, value in answers.items() if value and name in _READ}
    if session.implied:
        known["opening"] = None
    speaks = chat.language if session.joined and session.case is not None else ""
    return Report(
        **known,
        push=pushing.rule_of(session, chat),
        words=session.words if on_screen else (*session.base_words, *session.words),
        language=speaks or session.language,  # a locked chat guesses anew; the case keeps its own
        channel=chat.channel,
        interpreter=session.interpreter,
        voice=session.voice,
        unsure=session.unsure or (session.base_doubt and not on_screen),
        danger=session.danger,
        scored=session.scored,
        weighed=session.weighed,
    )


def file(moment: Moment, talk: Talk, *, complete: bool) -> Talk:
    """File what is known so far: to the open case, as a new case, as a draft, or (before the notice) not at all.

    `complete`: the questions that decide anything are answered."""
    session, flow = talk.session, moment.kit.flow
    if session.case is not None:
        if not session.sent and (not session.joined or _must_go(moment, talk, complete)):
            talk = talk.session_with(sent=True)
        said = report(flow, session, talk.chat)
        moment.assess(said, session.calm)  # whoever seals it needs this, and has no mark of its words
        talk = drop(talk)
        key, revision = talk.session.body_key, talk.session.revision
        since = session.started if session.apart else None
        return talk.also(Filed(session.case, said, False, body_key=key, revision=revision, since=since))
    said = report(flow, session, talk.chat)
    urgency = moment.assess(said, session.calm).level if _has_agreed(moment, session) else None
    if urgency is Level.IMMEDIATE or _must_go(moment, talk, complete):
        number = moment.facts.spare
        talk = talk.session_with(case=number, sent=True, joined=False, apart=False)
        talk = talk.chat_with(draft=False, language=session.language)
        return pushing.opened(talk.also(Filed(number, said, is_new=True)), number, said.push)
    if urgency is None:
        return drop(talk)  # also a lone cry that was answered: no yes to the notice, no draft
    if not _is_passed_on(session.merged(), session) and urgency < Level.URGENT:
        return drop(talk)
    if session.draft is None:
        talk = talk.session_with(draft="report")
    talk = talk.chat_with(draft=True, language=session.language)
    return talk.also(Drafted(said, moment.now + moment.kit.draft_after))


def _must_go(moment: Moment, talk: Talk, complete: bool) -> bool:
    """Whether these screens make a case now."""
    session = talk.session
    if moment.kit.flow.alerted(session.answers) or session.danger:
        return True
    if not _has_agreed(moment, session):
        return False
    doubt = session.unsure or (session.base_doubt and not session.joined)
    if complete or doubt:
        return True
    return (
        session.joined and session.case is not None and level(moment, talk, on_screen=True) is Level.IMMEDIATE
    )


def level(moment: Moment, talk: Talk, *, on_screen: bool = False) -> Level:
    """How urgent the answers and words are so far."""
    said = report(moment.kit.flow, talk.session, talk.chat, on_screen=on_screen)
    return moment.assess(said, talk.session.calm).level


def drop(talk: Talk) -> Talk:
    """Erase the draft, if there is one."""
    if talk.session.draft is None:
        return talk
    talk = talk.session_with(draft=None, body_key=None, revision=0).chat_with(draft=False)
    return talk.also(DraftDropped())


def needs_silence_rule(session: Session) -> bool:
    """Text 5 follows a yes to text 3 after openings 4 and 5, once; also where only a story came before it."""
    may_go_quiet = not session.told_silence and not session.sent and session.answers.get("notice") == "agree"
    return may_go_quiet and _is_passed_on(session.answers, session)


def _is_passed_on(answers: Answers, session: Session) -> bool:
    """Silent drafts after openings 4 and 5 are passed on; after 6 or 7 only if urgent (protocol section 6)."""
    opening = answers.get("opening")
    return opening in _PASSED_ON or (opening is None and bool(session.words))


def _has_agreed(moment: Moment, session: Session) -> bool:
    return session.merged().get(moment.kit.notice.id) == "agree"


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _several(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _row_5(value: Value) -> Answer | None:
    return _ROW_5.get(value) if isinstance(value, str) else None


def _day(value: Value) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _number(value: Value) -> int | None:
    return int(value) if isinstance(value, str) else None


_ROW_5 = {answer.value: answer for answer in Answer}

# How an answer that was given becomes the report's field of the same name; Any: as many types as fields
_READ: dict[str, Callable[[Value], Any]] = {
    **dict.fromkeys(
        ("opening", "country", "when", "about", "kinship", "link", "who_did", "exclude", "later"), _text
    ),
    **dict.fromkeys(("what", "help"), _several),
    **dict.fromkeys(("seen", "hurt", "under_18", "dated", "address_known"), _row_5),
    "on": _day,
    "how_many": _number,
}
