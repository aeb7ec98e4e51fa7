"""What the person sees: each question, notice and short answer as one message, in one language.
Chooses words and buttons only; what comes next is decided elsewhere."""

from collections.abc import Iterable
from datetime import UTC, datetime

from bot import countries
from bot.answers import buttons as shown_buttons
from bot.flow import Question, Role, button_data
from bot.hearing import RECEIPT_TAP
from bot.kit import Facts, Kit
from bot.session import Session
from bot.turn import Reply
from responders.delivery import Button, Message
from triage.scales import Level


def says(kit: Kit, language: str, key: str, /, **values: object) -> Reply:
    """One text without buttons."""
    return Reply(Message(kit.texts.say(key, language, **values), language=language))


def plain(text: str, language: str) -> Reply:
    """A text that is already made."""
    return Reply(Message(text, language=language))


def asks(
    kit: Kit, session: Session, question: Question, facts: Facts, now: datetime, *, before: Iterable[str] = ()
) -> Reply:
    """A question with its choices; `before` are sentences said first in the same message."""
    language = session.language
    parts = [*before, _ask(kit, session, question, facts)]
    if question.role is Role.OPENING:
        parts.extend(honest(kit, language, facts, now))
        parts.append(_language_line(kit, language))
    chosen = session.answers.get(question.id)
    buttons = shown_buttons(question, language, kit.texts, chosen if isinstance(chosen, tuple) else ())
    return Reply(Message("\n\n".join(parts), buttons, language=language))


def adds(kit: Kit, session: Session, question: Question, said: str) -> Reply:
    """One of several answers is taken: the list again, under what was chosen so far."""
    chosen = session.answers.get(question.id)
    buttons = shown_buttons(
        question, session.language, kit.texts, chosen if isinstance(chosen, tuple) else ()
    )
    return Reply(Message(said, buttons, language=session.language))


def opening(kit: Kit, session: Session, facts: Facts, now: datetime, *, before: Iterable[str] = ()) -> Reply:
    """The first screen: what every new chat, and every locked one, gets."""
    return asks(kit, session, kit.flow.with_role(Role.OPENING)[0], facts, now, before=before)


def confirms(kit: Kit, language: str, key: str, **value: str) -> Reply:
    """A typed country or date, read back."""
    buttons = (
        Button(kit.texts.say("chat/yes", language), "confirm.yes"),
        Button(kit.texts.say("chat/no", language), "confirm.no"),
    )
    return Reply(Message(kit.texts.say(key, language, **value), buttons, language=language))


def confirms_date(kit: Kit, language: str, day: str) -> Reply:
    """A day, read back with its weekday and the name of its month, so that 3/4 cannot be mistaken."""
    return confirms(kit, language, "chat/date_confirm", date=kit.texts.day(day, language))


def candidates(kit: Kit, language: str, codes: Iterable[str]) -> Reply:
    """Several countries that a typed name may mean."""
    buttons = [Button(countries.name(code, language), button_data("country", code)) for code in codes]
    buttons.append(Button(kit.texts.say("chat/none_of_these", language), "country.none"))
    return Reply(Message(kit.texts.say("chat/country_which", language), tuple(buttons), language=language))


def languages(kit: Kit, language: str) -> Reply:
    """Every offered language by its own name, and "mine is not here"."""
    buttons = [Button(kit.language_names[code], f"language.{code}") for code in kit.offered]
    buttons.append(Button(kit.texts.say("chat/language_other", language), "language.none"))
    return Reply(Message(kit.texts.say("chat/language_ask", language), tuple(buttons), language=language))


def receipt(
    kit: Kit, language: str, words: str, facts: Facts, now: datetime, *, level: Level, never: bool
) -> Reply:
    """Text 8 (8b under *never*): the one message that goes away again."""
    key = "chat/receipt_never" if never else "chat/receipt"
    text = kit.texts.say(key, language, words=words, time=_answer_time(kit, language, facts, level, now))
    button = Button(kit.texts.say("chat/receipt_kept", language), RECEIPT_TAP)
    return Reply(Message(text, (button,), language=language), is_receipt=True)


def _answer_time(kit: Kit, language: str, facts: Facts, level: Level, now: datetime) -> str:
    """When a person can be expected: by the clocks of section 5, from when somebody is on duty."""
    start = max(now, facts.next_duty) if facts.nobody and facts.next_duty is not None else now
    return kit.texts.time(start + facts.answer_within[level], language, UTC, now)


def honest(kit: Kit, language: str, facts: Facts, now: datetime) -> Iterable[str]:
    """What a person must know before they rely on us: that nothing is taken in, or that nobody is on duty."""
    if facts.closed:
        yield kit.texts.say("chat/closed", language)
    elif facts.nobody and facts.next_duty is not None:
        yield kit.texts.say(
            "chat/nobody_on_duty", language, time=kit.texts.time(facts.next_duty, language, UTC, now)
        )
    elif facts.nobody:
        yield kit.texts.say("chat/nobody_on_duty_open", language)


def _ask(kit: Kit, session: Session, question: Question, facts: Facts) -> str:
    variant = None
    if question.role is Role.OPENING:
        variant = "signal" if facts.channel == "signal" else None if facts.signal else "no_signal"
    key = question.ask_key(variant)
    values: dict[str, object] = {"team": kit.team}
    if question.role is Role.NOTICE:
        values |= {"days": kit.kept_days, "count": kit.kept_days}
    return kit.texts.say(key, session.language, **values)


def _language_line(kit: Kit, language: str) -> str:
    """The language word, always in two languages (protocol row 0)."""
    other = next((code for code in kit.offered if code != language), language)
    return kit.texts.say("chat/language_hint", language) + " · " + kit.texts.say("chat/language_hint", other)
