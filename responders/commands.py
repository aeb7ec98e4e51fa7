"""Reading what a focal point typed at 3 a.m.: a command, or a refusal that says what to type instead.
Pure. When in doubt nothing is sent: bare text never is, nor a lone digit or verb after a number."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from responders.cases import Case
from responders.states import State
from responders.vocabulary import Verb, Vocabulary, normal
from triage.scales import Level

__all__ = [
    "NOTHING_SHOWN",
    "REASON_PROMPT",
    "Command",
    "Refused",
    "Screen",
    "Verb",
    "Vocabulary",
    "alone",
    "compared",
    "normal",
    "parse",
    "screen",
]

REASON_PROMPT = timedelta(minutes=2)
_WITHOUT_NUMBER = (Verb.LIST, Verb.OFF, Verb.HELP)
MANY = 5  # open pages: with more of them, `w` is about the list, and a refusal names only these


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do. `text` is as it was typed; `digit` and the flags are what a verb's argument meant."""

    verb: Verb
    number: int | None = None
    text: str = field(default="", repr=False)
    digit: int | None = None
    ends: bool = False  # x42 off, q42 off
    yes: bool = False  # k42 yes
    level: Level | None = None
    period: timedelta | None = None  # off 8h


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was done; `key` names the text that says what to type."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Screen:
    """What a focal point's phone shows: open pages, the case whose reason to pass was just asked, a quote."""

    pages: tuple[int, ...] = ()
    asked: int | None = None
    quoted: int | None = None
    cases: tuple[int, ...] = ()  # every open case they know of


NOTHING_SHOWN = Screen()


def screen(person: str, cases: Sequence[Case], now: datetime, quoted: int | None = None) -> Screen:
    """What one person's phone shows, from the open cases that concern them."""
    pages: list[int] = []
    asked: tuple[datetime, int] | None = None
    for case in cases:
        passes = [one for one in case.passed if one.person == person]
        offered = case.handover == person
        waits = (
            case.state is State.OPEN and person in case.paged and not passes and person not in case.removed
        )
        if case.is_open and (waits or offered):
            pages.append(case.number)
        for one in passes:
            if one.reason is None and now - one.at <= REASON_PROMPT:
                asked = max(asked or (one.at, case.number), (one.at, case.number))
    known = tuple(case.number for case in cases if case.is_open)
    return Screen(tuple(pages), asked[1] if asked else None, quoted, known)


# Possessive (*+): none of these gives back what it took, or a line of spaces would keep everybody waiting for minutes.
_INVISIBLE = r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*+"
_VERB_FIRST = re.compile(
    rf"{_INVISIBLE}(?P<verb>[^\d]{{1,40}}?){_INVISIBLE}[#.:\-]*+{_INVISIBLE}(?P<number>\d{{1,9}})(?!\d)(?P<rest>.*)",
    re.DOTALL,
)
_NUMBER_FIRST = re.compile(rf"{_INVISIBLE}#?(?P<number>\d{{1,9}})(?P<rest>(?!\d).*)", re.DOTALL)
_SEPARATOR = re.compile(r"(?:(?![.:,]\d)[.:,;)\-–—،]|[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff])+")
_COMPARED = 1_000  # characters; no verb, digit or argument is longer, and normal() takes its time
_LONG = "\n"  # the normal form of nothing
_PERIOD = re.compile(r"(?P<count>\d{1,4})\s*+(?P<unit>\D*+)")


def compared(text: str) -> str:
    """The normal form; for a text too long to be a verb, a digit or an argument, one that equals none."""
    return normal(text) if len(text) <= _COMPARED else _LONG


def parse(text: str, words: Vocabulary, on: Screen = NOTHING_SHOWN) -> Command | Refused:
    """The command in a message, or why it is none."""
    found = alone(text, words, on.quoted)
    if found is not None:
        return found
    plain = compared(text)
    if plain.isdecimal() and len(plain) == 1:
        return _digit(int(plain), on)
    if on.quoted is not None:
        return _number_first(text, words, on) or _text(on.quoted, text, words)
    if plain in words.verbs:
        return _without_number(words.verbs[plain], on)
    return Refused("desk/refused.bare_text", {"number": on.cases[0] if len(on.cases) == 1 else 42})


def alone(text: str, words: Vocabulary, quoted: int | None = None) -> Command | Refused | None:
    """What `parse` finds whatever else their phone shows; None where that decides. To know what a phone shows, every
    open case is read, and `t42` must not wait for that."""
    plain = compared(text)
    if not plain:
        return Refused("desk/refused.empty")
    if plain.isdecimal() and len(plain) == 1:
        return None
    by_verb = _verb_first(text, words)
    if by_verb is not None:
        return by_verb
    if words.verbs.get(plain) in _WITHOUT_NUMBER:
        return _without_number(words.verbs[plain], NOTHING_SHOWN)
    begins = _NUMBER_FIRST.fullmatch(text)
    if begins is None:
        return None if quoted is None else _text(quoted, text, words)
    is_other = quoted is not None and int(begins["number"]) != quoted
    return None if is_other else _number_first(text, words, Screen(quoted=quoted))


def _without_number(verb: Verb, on: Screen) -> Command | Refused:
    if verb is Verb.WORKING and len(on.pages) > MANY:
        return Command(verb)  # at work on the list
    if verb is Verb.OFF:
        return Refused("desk/refused.off_how_long")
    if verb in _WITHOUT_NUMBER:
        return Command(verb)
    return Refused("desk/refused.which_case")


def _digit(digit: int, on: Screen) -> Command | Refused:
    """A bare digit: the reason that was just asked for, or the answer to the only open page."""
    if on.asked is not None and on.quoted in {None, on.asked}:
        return (
            Command(Verb.PASS, on.asked, digit=digit)
            if digit in range(1, 5)
            else Refused("desk/refused.reason")
        )
    pages = on.pages if on.quoted is None else tuple(number for number in on.pages if number == on.quoted)
    if len(pages) > 1:
        named = ", ".join(f"t{number}" for number in pages[:MANY])
        return Refused("desk/refused.which_page", {"numbers": named if len(pages) <= MANY else f"{named}, …"})
    if not pages:
        if on.quoted is not None:
            return Refused("desk/refused.verb_or_text", {"number": on.quoted})
        return Refused("desk/refused.no_page")
    verb = {1: Verb.TAKE, 2: Verb.PASS, 3: Verb.WHY}.get(digit)
    return Command(verb, pages[0]) if verb else Refused("desk/refused.page_digit")


def _verb_first(text: str, words: Vocabulary) -> Command | Refused | None:
    found = _VERB_FIRST.fullmatch(text)
    verb = words.verbs.get(normal(found["verb"])) if found else None
    if found is None or verb is None:
        return None
    number, rest = int(found["number"]), found["rest"]
    if verb is Verb.OFF:
        return _off(f"{number}{rest}", words)
    separated = _SEPARATOR.match(rest)
    if rest and separated is None:
        return None
    argument = rest[separated.end() :].strip() if separated else ""
    if verb in _WITHOUT_NUMBER:
        if verb is Verb.LIST and not argument:
            return Command(verb, number)  # on from this one
        return Command(verb) if verb is Verb.HELP else None
    return _with_argument(verb, number, argument, words)


def _with_argument(verb: Verb, number: int, text: str, words: Vocabulary) -> Command | Refused:
    first, _, later = text.partition(" ")
    digit = int(compared(first)) if compared(first).isdecimal() and len(compared(first)) == 1 else None
    match verb:
        case Verb.PASS if text and digit not in range(1, 5):
            return Refused("desk/refused.reason")
        case Verb.END if digit not in range(1, 10):
            return Refused("desk/refused.outcome", {"number": number})
        case Verb.LEVEL:
            level = {1: Level.IMMEDIATE, 2: Level.URGENT, 3: Level.PRIORITY, 4: Level.ROUTINE}.get(digit or 0)
            named = words.arguments.get(compared(first))
            if level is None and named in {one.word for one in Level}:
                level = Level[named.upper()]
            if level is None or not later.strip():
                return Refused("desk/refused.level", {"number": number})
            return Command(verb, number, later.strip(), level=level)
        case Verb.NOTE | Verb.HANDOVER | Verb.REFER | Verb.CONSENT | Verb.NEW_PHONE if not text:
            return Refused(f"desk/refused.{verb.value}_what", {"number": number})
        case _:
            pass
    ends = words.verbs.get(compared(text)) is Verb.OFF
    if verb in {Verb.QUIET, Verb.SEIZED} and text and not ends:
        return Refused("desk/refused.only_off", {"number": number})
    yes = verb is Verb.NEW_PHONE and words.arguments.get(compared(text)) == "say_yes"
    return Command(verb, number, text, digit=digit, ends=ends, yes=yes)


def _number_first(text: str, words: Vocabulary, on: Screen) -> Command | Refused | None:
    found = _NUMBER_FIRST.fullmatch(text)
    if found is None:
        return None
    number, rest = int(found["number"]), found["rest"]
    if on.quoted is not None and number != on.quoted:
        # "3 people came" as a quote is text; a number that is another case is a mistake waiting to be sent
        return Refused("desk/refused.which_of_two") if number in on.cases else None
    if compared(rest) in {"", "?", "؟"}:
        return Command(Verb.MENU, number)
    separated = _SEPARATOR.match(rest)
    if separated is None:
        return Refused("desk/refused.space", {"number": number})
    return _text(number, rest[separated.end() :], words)


def _text(number: int, text: str, words: Vocabulary) -> Command | Refused:
    """Text for a reporter; a lone digit or verb might have been meant for us, so it is not sent."""
    plain = compared(text)
    if (plain.isdecimal() and len(plain) == 1) or plain in words.verbs or not plain:
        return Refused("desk/refused.verb_or_text", {"number": number})
    return Command(Verb.TEXT, number, text.strip())


def _off(text: str, words: Vocabulary) -> Command | Refused:
    found = _PERIOD.fullmatch(compared(text))
    unit = words.arguments.get(compared(found["unit"])) if found and found["unit"].strip() else "hours"
    length = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}.get(
        unit or ""
    )
    if found is None or length is None or int(found["count"]) * length > timedelta(days=60):
        return Refused("desk/refused.off_how_long")
    return Command(Verb.OFF, period=int(found["count"]) * length)
