"""The words that focal points may type.
Holds no word itself: they come from config/texts/verbs.yaml and its translations."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from responders import typed


class Verb(StrEnum):
    """The verbs of protocol section 8; words for them come from config/texts/verbs.yaml."""

    TEXT = "text"
    MENU = "menu"
    TAKE = "take"
    PASS = "pass"  # noqa: S105 - a verb
    WHY = "why"
    OPEN = "open"
    NOTE = "note"
    WORKING = "working"
    QUIET = "quiet"
    SEIZED = "seized"
    LEVEL = "level"
    CONSENT = "consent"
    REFER = "refer"
    HANDOVER = "handover"
    END = "end"
    UNDO = "undo"
    NEW_PHONE = "new_phone"
    LIST = "list"
    OFF = "off"
    HELP = "help"


_EDGES = " .!,;:#"
_TYPED = tuple(verb for verb in Verb if verb not in {Verb.TEXT, Verb.MENU})
_ARGUMENTS = ("say_yes", "immediate", "urgent", "priority", "routine", "minutes", "hours", "days")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one language beside the English ones, in normal form."""

    verbs: Mapping[str, Verb]
    arguments: Mapping[str, str]

    @classmethod
    def of(cls, words: Callable[[str], Iterable[str]]) -> "Vocabulary":
        """`words(name)`: the words of an entry of verbs.yaml, the localised ones before the English."""
        verbs: dict[str, Verb] = {}
        arguments: dict[str, str] = {}
        for verb in _TYPED:
            for word in words(verb.value):
                verbs.setdefault(normal(word), verb)
        for name in _ARGUMENTS:
            for word in words(name):
                arguments.setdefault(normal(word), name)
        return cls(verbs, arguments)


def normal(text: str) -> str:
    """The form in which verbs are compared: "?" and "/" are words here, so less is taken from the edges."""
    return typed.normal(text, _EDGES)
