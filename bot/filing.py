"""What the case, or the draft, gets of the answers so far. Nothing is filed before the notice's yes, unless an
alert has gone; an alert leaves in the turn in which the level becomes immediate (protocol section 5)."""

from dataclasses import replace
from datetime import date, datetime

from bot.flow import Role
from bot.kit import Facts, Kit
from bot.session import Session
from bot.turn import DraftDropped, Drafted, Event, Filed
from responders.cases import Push
from responders.chats import Chat
from triage.assessment import assess
from triage.report import Answer, Report
from triage.scales import Level


def report(session: Session, chat: Chat) -> Report:
    """The answers of this matter, also those from before a lock, as triage reads them."""
    answers = session.merged()

    def one(name: str) -> str | None:
        value = answers.get(name)
        return value if isinstance(value, str) and value else None

    def several(name: str) -> tuple[str, ...]:
        value = answers.get(name)
        return value if isinstance(value, tuple) else ()

    def known(name: str) -> Answer | None:
        value = one(name)
        return Answer(value) if value in list(Answer) else None

    on, how_many = one("on"), one("how_many")
    return Report(
        opening=None if session.implied else one("opening"),
        push=one("push_later") or one("push"),
        country=one("country"),
        what=several("what"),
        seen=known("seen"),
        hurt=known("hurt"),
        under_18=known("under_18"),
        dated=known("dated"),
        address_known=known("address_known"),
        when=one("when"),
        on=date.fromisoformat(on) if on else None,
        about=one("about"),
        how_many=int(how_many) if how_many else None,
        kinship=one("kinship"),
        link=one("link"),
        who_did=one("who_did"),
        words=session.words,
        help=several("help"),
        exclude=one("exclude"),
        later=one("later"),
        language=session.language,
        channel=chat.channel,
        interpreter=session.interpreter,
        voice=session.voice,
        unsure=session.unsure,
        danger=session.danger,
    )


def file(
    kit: Kit, session: Session, chat: Chat, now: datetime, facts: Facts, *, complete: bool
) -> tuple[Session, Chat, list[Event]]:
    """File what is known so far: to the open case, as a new case, or as a draft."""
    said = report(session, chat)
    if session.case is not None:
        return session, chat, [Filed(session.case, said, is_new=False, complete=complete)]
    alerted = kit.flow.alerted(session.answers) or bool(session.danger)
    agreed = _has_agreed(kit, session)
    urgency = assess(said, now).level
    if alerted or (agreed and (complete or urgency is Level.IMMEDIATE or session.unsure)):
        number = facts.spare
        rule = said.push
        chat = chat.with_ref(number, push=Push(rule or Push.HELLO), asked=rule is not None)
        chat = replace(chat, draft=False, language=session.language)
        session = replace(session, case=number)
        return session, chat, [Filed(number, said, is_new=True, complete=complete)]
    if not agreed or session.answers.get("opening") == "question":
        return session, chat, []
    if _is_passed_on(session) or urgency >= Level.URGENT:
        session = replace(session, draft="report")
        return (
            session,
            replace(chat, draft=True, language=session.language),
            [Drafted(said, now + kit.draft_after)],
        )
    dropped = drop(session)
    return replace(session, draft=None), replace(chat, draft=False), dropped


def level(session: Session, chat: Chat, now: datetime) -> Level:
    """How urgent the answers and words are so far."""
    return assess(report(session, chat), now).level


def drop(session: Session) -> list[Event]:
    """Erase the draft, if there is one."""
    return [DraftDropped()] if session.draft is not None else []


def needs_silence_rule(session: Session) -> bool:
    """Text 5 follows a yes to text 3 after openings 4 and 5, once."""
    return session.answers.get("notice") == "agree" and _is_passed_on(session) and not session.told_silence


def _is_passed_on(session: Session) -> bool:
    """Silent drafts after openings 4 and 5 are passed on; after 6 or 7 only if urgent (protocol section 6)."""
    return session.merged().get("opening") in ("soon", "unsure") or session.unsure


def _has_agreed(kit: Kit, session: Session) -> bool:
    return any(session.merged().get(question.id) == "agree" for question in kit.flow.with_role(Role.NOTICE))
