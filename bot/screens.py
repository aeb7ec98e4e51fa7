"""What the person sees: each question, notice and short answer as one message, in one language.
Chooses words and buttons only; what comes next is decided elsewhere."""

from collections.abc import Iterable, Iterator

from bot import countries
from bot.answers import buttons as shown_buttons
from bot.command_words import COMMANDS_QUESTION, Command
from bot.flow import Question, Role, button_data
from bot.hearing import RECEIPT_TAP
from bot.kit import Moment, opening_variant
from bot.session import Session
from bot.turn import Reply
from responders.delivery import Button, Message
from triage.scales import Level


def says(moment: Moment, language: str, key: str, /, **values: object) -> Reply:
    """One text without buttons."""
    return plain(moment.say(key, language, **values), language)


def plain(text: str, language: str) -> Reply:
    """A text that is already made."""
    return Reply(Message(text, language=language))


def asks(moment: Moment, session: Session, question: Question, *, before: Iterable[str] = ()) -> Reply:
    """A question with its choices; `before` are sentences said first in the same message."""
    language = session.language
    parts = [*before, _ask(moment, session, question)]
    if question.role is Role.OPENING and not _is_known(moment, session):
        parts.extend(honest(moment, language))
        parts.append(_language_line(moment, language))
    return offers(moment, session, question, "\n\n".join(parts))


def offers(moment: Moment, session: Session, question: Question, said: str) -> Reply:
    """The choices of a question, under other words than its own."""
    chosen = session.answers.get(question.id)
    buttons = shown_buttons(
        question, session.language, moment.kit.texts, chosen if isinstance(chosen, tuple) else ()
    )
    return Reply(Message(said, buttons, language=session.language))


def asks_push_again(moment: Moment, session: Session, said: str) -> Reply:
    """Row 2 in its short form, for text 4 comes once in ten minutes."""
    kit = moment.kit
    short = moment.say(kit.flow.with_role(Role.PUSH)[-1].ask_key(), session.language)
    return offers(moment, session, kit.alert_push, f"{said}\n\n{short}")


def opening(moment: Moment, session: Session, *, before: Iterable[str] = ()) -> Reply:
    """The first screen: what every new chat, and every locked one, gets."""
    return asks(moment, session, moment.kit.opening, before=before)


def confirms(moment: Moment, language: str, key: str, **value: str) -> Reply:
    """A typed country or date, read back."""
    buttons = (
        Button(moment.say("chat/yes", language), "confirm.yes"),
        Button(moment.say("chat/no", language), "confirm.no"),
    )
    return Reply(Message(moment.say(key, language, **value), buttons, language=language))


def confirms_date(moment: Moment, language: str, day: str) -> Reply:
    """A day, read back with its weekday and the name of its month, so that 3/4 cannot be mistaken."""
    return confirms(moment, language, "chat/date_confirm", date=moment.kit.texts.day(day, language))


def more_words(moment: Moment, language: str) -> Reply:
    """One message of a story has come: there may be more, or DONE."""
    button = Button(moment.say("chat/done", language), button_data(COMMANDS_QUESTION, Command.DONE))
    return Reply(Message(moment.say("chat/words_more", language), (button,), language=language))


def candidates(moment: Moment, language: str, codes: Iterable[str]) -> Reply:
    """Several countries that a typed name may mean."""
    buttons = [Button(countries.name(code, language), button_data("country", code)) for code in codes]
    buttons.append(Button(moment.say("chat/none_of_these", language), "country.none"))
    return Reply(Message(moment.say("chat/country_which", language), tuple(buttons), language=language))


def languages(moment: Moment, language: str) -> Reply:
    """Every offered language by its own name, and "mine is not here"."""
    kit = moment.kit
    buttons = [Button(kit.language_names[code], f"language.{code}") for code in kit.offered]
    buttons.append(Button(moment.say("chat/language_other", language), "language.none"))
    return Reply(Message(moment.say("chat/language_ask", language), tuple(buttons), language=language))


def receipt(moment: Moment, language: str, words: str, *, level: Level, never: bool) -> Reply:
    """Text 8 (8b under *never*): the one message that goes away again."""
    key = "chat/receipt_never" if never else "chat/receipt"
    text = moment.say(key, language, words=words, time=_answer_time(moment, language, level))
    button = Button(moment.say("chat/receipt_kept", language), RECEIPT_TAP)
    return Reply(Message(text, (button,), language=language), is_receipt=True)


def honest(moment: Moment, language: str) -> Iterator[str]:
    """What a person must know before they rely on us: that nobody is on duty."""
    facts = moment.facts
    if facts.nobody and facts.next_duty is not None:
        time = moment.time(facts.next_duty, language)
        yield moment.say("chat/nobody_on_duty", language, time=time)
    elif facts.nobody:
        yield moment.say("chat/nobody_on_duty_open", language)


def _answer_time(moment: Moment, language: str, level: Level) -> str:
    """When a person can be expected: by the clocks of section 5, from when somebody is on duty."""
    facts, start = moment.facts, moment.now
    if facts.nobody and facts.next_duty is not None:
        start = max(start, facts.next_duty)
    return moment.time(start + facts.answer_within[level], language)


def _ask(moment: Moment, session: Session, question: Question) -> str:
    facts, variant = moment.facts, None
    if question.role is Role.OPENING and _is_known(moment, session):
        variant = "again"
    elif question.role is Role.OPENING:
        partners = bool(moment.kit.partners)
        variant = opening_variant(partners=partners, channel=facts.channel, signal=facts.signal is not None)
    values: dict[str, object] = {"team": moment.kit.team}
    if moment.kit.partners:
        values["readers"] = moment.kit.readers(session.language)
    if question.role is Role.NOTICE:
        variant = moment.kit.notice_variant
        values |= {"days": moment.kit.kept_days, "count": moment.kit.kept_days}
    return moment.say(question.ask_key(variant), session.language, **values)


def _is_known(moment: Moment, session: Session) -> bool:
    """Who has agreed to the notice on these screens (a story, a second matter) need not be greeted again."""
    return session.answers.get(moment.kit.notice.id) == "agree"


def _language_line(moment: Moment, language: str) -> str:
    """The language word, always in two languages (protocol row 0)."""
    other = next((code for code in moment.kit.offered if code != language), language)
    spoken = dict.fromkeys((language, other))
    hints = {code: moment.say("chat/language_hint", code) for code in spoken}
    return " · ".join(moment.kit.texts.within(hint, code, language) for code, hint in hints.items())
