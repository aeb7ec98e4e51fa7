"""Reads an answer to the question on the screen: a tap, a number, a label, a name, a date, words.
What is not understood is asked again, twice, then a person looks (protocol row 11)."""

from dataclasses import replace
from datetime import datetime

from bot import asking, countries, screens
from bot.answers import Command, Elsewhere, Matched, Several, TooLong, match
from bot.channels import Attachment
from bot.flow import Kind, Question, Role
from bot.hearing import MEMO, Heard
from bot.kit import SHOWN_COUNTS, Facts, Kit
from bot.normal import normal, numbers
from bot.session import Phase, Session, stamp
from bot.turn import Note, Reply, Turn, Wrote
from responders.chats import Chat
from responders.delivery import Button


def answer(kit: Kit, session: Session, chat: Chat, heard: Heard, now: datetime, facts: Facts) -> Turn:
    """One message to the question that is open."""
    question = kit.flow.question(session.node or "")
    if session.phase is Phase.LANGUAGE:
        picked = pick(screens.languages(kit, session.language), heard)
        if picked is not None:
            return asking.language(kit, session, chat, picked.partition(".")[2], now, facts)
        session = replace(session, phase=Phase.ASKING)
    if session.phase is Phase.CONFIRMING and session.pending is not None:
        turn = _confirmed(kit, session, chat, question, heard, now, facts)
        if turn is not None:
            return turn
        session = replace(session, phase=Phase.ASKING, pending=None)
    said = f"{heard.tap[0]}.{heard.tap[1]}" if heard.tap else heard.text
    chosen = session.answers.get(question.id, ())
    chosen = chosen if isinstance(chosen, tuple) else ()
    found = match(question, said, session.language, kit.texts, chosen=chosen, now=now) if said else None
    match found:
        case Matched(value, tapped):
            return _matched(kit, session, chat, question, value, tapped, now, facts)
        case Several(codes):
            session = replace(session, phase=Phase.CONFIRMING, pending="several:" + ",".join(codes), reasks=0)
            return Turn(session, chat, (screens.candidates(kit, session.language, codes),))
        case Elsewhere():
            return asking.again(kit, session, chat, now, facts, "chat/past")
        case TooLong():
            return asking.again(kit, session, chat, now, facts, "chat/too_long")
        case Command.SKIP:
            return asking.skip(kit, session, chat, now, facts)
        case Command.DONE if question.kind is Kind.MULTI and chosen:
            return asking.stored(kit, session, chat, question, chosen, now, facts)
        case Command.DONE if question.role is Role.WORDS and session.words:
            return asking.stored(kit, session, chat, question, "given", now, facts)
        case _:
            return _not_understood(kit, session, chat, question, heard, now, facts)


def pick(shown: Reply, heard: Heard) -> str | None:
    """The data of the button that was tapped, or meant by its number or its label."""
    buttons: tuple[Button, ...] = shown.message.buttons
    if heard.tap is not None:
        data = f"{heard.tap[0]}.{heard.tap[1]}"
        return data if any(button.data == data for button in buttons) else None
    counted = numbers(heard.text)
    if counted is not None and len(counted) == 1 and 1 <= counted[0] <= len(buttons):
        return buttons[counted[0] - 1].data
    said = normal(heard.text)
    return next((button.data for button in buttons if said and normal(button.label) == said), None)


def _matched(
    kit: Kit, session: Session, chat: Chat, question: Question, value: str | tuple[str, ...], tapped: bool,
    now: datetime, facts: Facts,
) -> Turn:  # fmt: skip
    match question.kind:
        case Kind.COUNTRY if not tapped and isinstance(value, str):
            session = replace(session, phase=Phase.CONFIRMING, pending=f"country:{value}", reasks=0)
            return Turn(session, chat, (_confirmation(kit, session),))
        case Kind.DATE if isinstance(value, str):
            session = replace(session, phase=Phase.CONFIRMING, pending=f"date:{value}", reasks=0)
            return Turn(session, chat, (_confirmation(kit, session),))
        case Kind.MULTI if isinstance(value, tuple):
            return _chosen(kit, session, chat, question, value, tapped, now, facts)
        case Kind.TEXT if question.role is Role.WORDS:
            session = replace(session, words=(*session.words, str(value)), reasks=0)
            return asking.noted(kit, session, chat, now, facts)
        case _:
            return asking.stored(kit, session, chat, question, value, now, facts)


def _chosen(
    kit: Kit, session: Session, chat: Chat, question: Question, value: tuple[str, ...], tapped: bool, now: datetime,
    facts: Facts,
) -> Turn:  # fmt: skip
    """One tap counts at once, then "add another"; a second tap on the same takes it back.
    Several typed at once, or all, are the whole answer."""
    before = session.answers.get(question.id, ())
    before = before if isinstance(before, tuple) else ()
    if not tapped and len(value) > 1:
        return asking.stored(
            kit, session, chat, question, tuple(dict.fromkeys((*before, *value))), now, facts
        )
    taken_back = len(value) == 1 and value[0] in before and len(before) > 1
    chosen = (
        tuple(c for c in before if c != value[0]) if taken_back else tuple(dict.fromkeys((*before, *value)))
    )
    session = replace(session, answers={**session.answers, question.id: chosen}, reasks=0)
    labels = kit.texts.joined(
        tuple(kit.texts.say(question.label_key(choice), session.language) for choice in chosen),
        session.language,
    )
    said = kit.texts.say("chat/chosen", session.language, chosen=labels)
    return asking.noted(kit, session, chat, now, facts, screens.adds(kit, session, question, said))


def _confirmation(kit: Kit, session: Session) -> Reply:
    kind, _, value = (session.pending or "").partition(":")
    if kind == "several":
        return screens.candidates(kit, session.language, value.split(","))
    if kind == "country":
        name = countries.name(value, session.language)
        return screens.confirms(kit, session.language, "chat/country_confirm", country=name)
    return screens.confirms_date(kit, session.language, value)


def _confirmed(
    kit: Kit, session: Session, chat: Chat, question: Question, heard: Heard, now: datetime, facts: Facts
) -> Turn | None:
    """Yes or no to what was read back; anything else is read as a new answer."""
    kind, _, value = (session.pending or "").partition(":")
    picked = pick(_confirmation(kit, session), heard)
    if picked is None and kind != "several":
        said = normal(heard.text)
        for answered in ("yes", "no"):
            if said and said in {
                normal(word) for word in kit.texts.words(f"chat/words.{answered}", session.language)
            }:
                picked = f"confirm.{answered}"
    if picked == "confirm.yes":
        return asking.stored(kit, session, chat, question, value, now, facts)
    if picked in ("confirm.no", "country.none"):
        session = replace(session, phase=Phase.ASKING, pending=None)
        return asking.again(kit, session, chat, now, facts)
    if picked is not None and kind == "several":
        return asking.stored(kit, session, chat, question, picked.partition(".")[2], now, facts)
    return None


def _not_understood(
    kit: Kit, session: Session, chat: Chat, question: Question, heard: Heard, now: datetime, facts: Facts
) -> Turn:
    """A story is taken whole at any step; else the question again, twice, then a person looks."""
    if heard.attachment is Attachment.STICKER or (not heard.text and heard.tap is None):
        return asking.again(kit, session, chat, now, facts, "chat/not_kept.other")
    if session.case is not None and heard.text and _may_answer_a_person(chat, now):
        reply = screens.says(kit, session.language, "chat/added")
        return Turn(
            session, chat, (reply,), (Wrote(chat.shown_case or session.case, heard.text, Note.ANSWER),)
        )
    if len(heard.text) >= MEMO and question.kind is not Kind.TEXT:
        session = replace(session, words=(*session.words, heard.text), reasks=0)
        if question.role is Role.OPENING:
            return asking.memo(kit, session, chat, now, facts)
        return asking.noted(kit, session, chat, now, facts, asking.taken(kit, session, facts, now))
    if session.reasks < 2:
        session = replace(session, reasks=session.reasks + 1)
        return asking.again(kit, session, chat, now, facts, _reask_key(question))
    words = (*session.words, heard.text) if heard.text else session.words
    session = replace(session, reasks=0, unsure=True, words=words)
    return asking.given_up(kit, session, chat, question, now, facts)


def _may_answer_a_person(chat: Chat, now: datetime) -> bool:
    """A hello waits for an answer, or a person's message was shown within a day: what fits no question is for them."""
    was_shown = chat.shown is not None and now - stamp(chat.shown) <= SHOWN_COUNTS
    return chat.hello is not None or was_shown


def _reask_key(question: Question) -> str:
    match question.kind:
        case Kind.COUNTRY:
            return "chat/reask_country"
        case Kind.DATE:
            return "chat/reask_date"
        case Kind.NUMBER:
            return "chat/reask_number"
        case Kind.TEXT:
            return "chat/reask_text"
        case _:
            return "chat/reask"
