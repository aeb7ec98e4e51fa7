"""The words that focal points may type, and the normal form in which they are compared.
Holds no word itself: they come from config/texts/verbs.yaml and its translations."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


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
    """NFKC, case folded, without marks and invisible characters, one space between words."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(
        " " if unicodedata.category(one) == "Cc" else one for one in decomposed if not _is_dropped(one)
    )
    return " ".join(kept.strip(" .!,;:#").split())


def _is_dropped(one: str) -> bool:
    return unicodedata.category(one) in {"Mn", "Cf"} or one == "ـ"
