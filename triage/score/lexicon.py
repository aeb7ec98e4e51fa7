"""Counts of leaning words, signs, negations and times in one text: the part of the score that can be read by people.
Language-blind on purpose: a message may mix languages, and a wrong guess must not hide a word."""

import re
from functools import cache

from triage.score.lexicon_words import WORDS
from triage.sign_jokes import is_disowned, is_laughed
from triage.signs import find_in
from triage.words import fold

_ENOUGH = 3  # more of the same says nothing more
_WHOLE = frozenset({"not"})  # matched as whole words
_UNSPACED = ("zh", "my")
_YEAR = re.compile(" (?:19|20)[0-9]{2} ")
_CLOCK = re.compile(" [0-9]{1,2}[:h ][0-9]{2} | [0-9]{1,2} ?(?:am|pm|h|min|minutes?|minutos?) ")
_ASKS = re.compile(r"[?？؟՞፧;]\s*$")

NAMES = (
    *WORDS, "question", "year", "clock", "danger", "cry", "greeting", "very_short", "short", "long", "now_not_past",
    "laughed", "disowned",
)  # fmt: skip


def features(text: str) -> list[float]:
    """One number for each of NAMES, all between 0 and 1."""
    folded = fold(text)
    counts = {name: min(_ENOUGH, len(found.findall(folded))) / _ENOUGH for name, found in _patterns().items()}
    signs = find_in(folded, text, None)
    letters = sum(map(str.isalnum, text))
    values = {
        **counts,
        "question": bool(_ASKS.search(text)),
        "year": bool(_YEAR.search(folded)),
        "clock": bool(_CLOCK.search(folded)),
        "danger": min(_ENOUGH, len(signs.danger)) / _ENOUGH,
        "cry": signs.cry,
        "greeting": signs.greeting,
        "very_short": letters < 18,
        "short": letters < 45,
        "long": min(letters, 600) / 600,
        "now_not_past": counts["now"] > 0 and not counts["past"] and not counts["unreal"],
        "laughed": is_laughed(folded, text),
        "disowned": is_disowned(folded),
    }
    return [float(values[name]) for name in NAMES]


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(_expression(name, by_language)) for name, by_language in WORDS.items()}


def _expression(name: str, by_language: dict[str, str]) -> str:
    spaced: set[str] = set()
    anywhere: set[str] = set()
    for language, listed in by_language.items():
        words = {fold(word).strip() for word in listed.split("|")}
        (anywhere if language in _UNSPACED else spaced).update(words - {""})
    end = " " if name in _WHOLE else ""
    first = "|".join(map(re.escape, sorted(spaced, key=lambda one: (-len(one), one))))
    second = "|".join(map(re.escape, sorted(anywhere, key=lambda one: (-len(one), one))))
    return f"(?<= )(?:{first}){end}|(?:{second})"
