"""What a message means to the question that is open: a tapped button, a number, a label or a command word.
Decides by ids only, never guesses between two, and returns None when it does not understand."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from babel import Locale

from bot import countries, dates
from bot.command_words import COMMANDS_QUESTION, SLASHED, Command, command_button, command_in
from bot.conditions import Value
from bot.flow import Kind, Question, button_data, read_button_data
from bot.normal import has_words, normal, number_in, numbers
from bot.texts import Texts
from responders.delivery import Button
from triage.quick import quick


@quick
@dataclass(frozen=True)
class Matched:
    """An answer in its stored form; `tapped` when a button said so."""

    value: Value
    tapped: bool = False


@dataclass(frozen=True, slots=True)
class Several:
    """Country codes of which the person has to choose one."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A button of another question, however old."""

    question: str
    choice: str


@dataclass(frozen=True, slots=True)
class TooLong:
    """A text beyond the question's limit; nothing is cut off silently."""


Match = Matched | Several | Elsewhere | TooLong | Command

_MARKS = re.compile(r"[^\w\s]")
_SHORT = 100  # characters: numbers and what stands between them; a story has its own reading
_SYNONYMS = {"yes": "yes", "agree": "yes", "no": "no", "refuse": "no", "never": "no", "unknown": "unknown"}


def match(
    question: Question,
    text_or_choice: str,
    language: str,
    texts: Texts,
    *,
    chosen: Collection[str] = (),
    now: datetime | None = None,
) -> Match | None:
    """Understand one message as an answer to `question` or as a command; None if it is neither.

    `chosen` are the choices of a multi taken so far, `now` the reporter's day for "tomorrow"."""
    if (payload := read_button_data(text_or_choice)) is not None and (
        hit := _tap(question, *payload)
    ) is not None:
        return hit
    if (command := command_in(text_or_choice, language, texts)) is not None:
        return command
    if not has_words(text_or_choice):
        return None
    if question.choices:
        return _choice(question, text_or_choice, language, texts, chosen)
    return _free(question, text_or_choice, language, texts, now)


def buttons(
    question: Question, language: str, texts: Texts, chosen: Collection[str] = ()
) -> tuple[Button, ...]:
    """What stands under a question, in the order that `match` numbers: choices, then skip or "done"."""
    plain = texts.remember(
        ("buttons", question.flow, question.id, question.ids, language),
        lambda: _plain_buttons(question, language, texts),
    )
    if not chosen:
        return plain
    shown = zip(question.ids, plain, strict=False)  # without the button that skips
    marked = (Button("✓ " + one.label, one.data) if choice in chosen else one for choice, one in shown)
    return (*marked, command_button(Command.DONE, "chat/that_is_all", language, texts))


def _plain_buttons(question: Question, language: str, texts: Texts) -> tuple[Button, ...]:
    """The buttons of a question before anything is chosen."""
    shown = tuple(
        Button(texts.say(question.label_key(choice), language), button_data(question.id, choice))
        for choice in question.ids
    )
    if question.skip:
        return (*shown, command_button(Command.SKIP, question.skip_key, language, texts))
    return shown


def _tap(question: Question, named: str, choice_id: str) -> Match | None:
    if named == COMMANDS_QUESTION:
        return Command(choice_id) if choice_id in SLASHED else None
    if named != question.id:
        return Elsewhere(named, choice_id)
    if question.kind is Kind.COUNTRY:
        return Matched(choice_id, tapped=True) if countries.is_code(choice_id) else None
    if question.choice(choice_id) is None:
        return None
    return Matched((choice_id,) if question.kind is Kind.MULTI else choice_id, tapped=True)


def _choice(
    question: Question, text: str, language: str, texts: Texts, chosen: Collection[str]
) -> Match | None:
    if (counted := _counted(question, text, language)) is not None:
        return _numbered(question, counted, chosen)
    labels = _labels(question, language, texts)
    if (found := labels.get(_plain(text))) is not None:
        return found if isinstance(found, Command) else _matched(question, (found,))
    if question.kind is Kind.MULTI:
        ids = _several(text, labels)
        return Matched(ids) if ids else None
    return None


def _counted(question: Question, text: str, language: str) -> tuple[int, ...] | None:
    """The numbers of a text that has only them; where several may be chosen, also "3 and 5"."""
    if question.kind is Kind.MULTI and len(text) < _SHORT:
        text = _and_between_numbers(language).sub(",", text)
    return numbers(text)


@cache
def _and_between_numbers(language: str) -> re.Pattern[str]:
    """The language's word for "and" (CLDR's), and English's, where it stands between digits of any script."""
    listed = (Locale.parse(code).list_patterns["standard"]["2"] for code in (language, "en"))
    words = (re.escape(pattern.replace("{0}", "").replace("{1}", "").strip()) for pattern in listed)
    return re.compile(rf"(?<=\d)\s*(?:{'|'.join(words)})\s*(?=\d)", re.IGNORECASE)


def _several(text: str, labels: dict[str, str | Command]) -> tuple[str, ...]:
    """Several labels in one message, apart by commas or lines; a label may have commas itself."""
    pieces = [piece for piece in text.replace("،", ",").replace("\n", ",").split(",") if has_words(piece)]
    ids: list[str] = []
    most = max(
        len(label.split()) for label in labels
    )  # a piece has a word: trying more would take a long text minutes
    while pieces:
        for length in range(min(len(pieces), most), 0, -1):
            found = labels.get(_plain(",".join(pieces[:length])))
            if found is not None and not isinstance(found, Command):
                ids.append(found)
                del pieces[:length]
                break
        else:
            return ()
    return tuple(dict.fromkeys(ids))


def _plain(text: str) -> str:
    """Normal form in which commas and colons do not matter: who types a label leaves them out."""
    return " ".join(_MARKS.sub(" ", normal(text)).split())


def _numbered(question: Question, counted: tuple[int, ...], chosen: Collection[str]) -> Match | None:
    count = len(question.choices)
    if counted == (count + 1,) and (chosen or question.skip):
        return Command.DONE if chosen else Command.SKIP
    if not all(1 <= number <= count for number in counted):
        return None
    return _matched(question, tuple(dict.fromkeys(question.choices[number - 1].id for number in counted)))


def _matched(question: Question, ids: tuple[str, ...]) -> Matched | None:
    if question.kind is Kind.MULTI:
        return Matched(ids)
    return Matched(ids[0]) if len(ids) == 1 else None


def _free(question: Question, text: str, language: str, texts: Texts, now: datetime | None) -> Match | None:
    if question.skip and normal(text) == normal(texts.say(question.skip_key, language)):
        return Command.SKIP
    if question.skip and question.kind is not Kind.NUMBER and numbers(text) == (1,):
        return Command.SKIP  # the only line of the numbered list
    match question.kind:
        case Kind.NUMBER:
            number = number_in(text)
            fits = number is not None and (question.min or 0) <= number <= (question.max or number)
            return Matched(str(number)) if fits else None
        case Kind.DATE:
            day = dates.parse(text, language, now) if now else None
            return Matched(day.isoformat()) if day else None
        case Kind.COUNTRY:
            codes = countries.find(text, (language, *texts.languages))
            return None if not codes else Matched(codes[0]) if len(codes) == 1 else Several(codes)
        case _:
            whole = text.strip()
            if question.max is not None and len(whole) > question.max:
                return TooLong()
            return Matched(whole)


def _labels(question: Question, language: str, texts: Texts) -> dict[str, str | Command]:
    def build() -> dict[str, str | Command]:
        found: dict[str, str | Command] = {}
        for choice in question.choices:
            found[_plain(texts.say(question.label_key(choice.id), language))] = choice.id
        for choice in question.choices:
            if (synonyms := _SYNONYMS.get(choice.id)) is not None:
                for word in texts.words(f"chat/words.{synonyms}", language):
                    found.setdefault(_plain(word), choice.id)
        if question.skip:
            found.setdefault(_plain(texts.say(question.skip_key, language)), Command.SKIP)
        if question.kind is Kind.MULTI:
            found.setdefault(_plain(texts.say("chat/that_is_all", language)), Command.DONE)
        return found

    return texts.remember(("labels", question.flow, question.id, question.ids, language), build)
