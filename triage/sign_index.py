"""The sign table, made searchable: each pattern is filed under the first five letters of one of its words,
so that a text without signs is dismissed by one set intersection. Built at first use; decides nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from triage import sign_table
from triage.sign_table import Entry
from triage.words import fold

KEY = 5  # letters; shorter words are filed whole
_MANY = 24  # matches of one pattern; a long text may repeat itself, the answer does not change
_JOIN = "(?: ,)? "


@dataclass(frozen=True, slots=True)
class Match:
    """Where in the folded text one sign stands; the span leaves out the spaces around it."""

    start: int
    end: int
    sign: str
    language: str
    phrase: str = field(repr=False)


@dataclass(slots=True)
class _Pattern:
    """One pattern, compiled when a text first touches it."""

    order: int
    entry: Entry
    source: str
    compiled: re.Pattern[str] | None = field(default=None)

    def search(self, folded: str) -> Iterator[Match]:
        if self.compiled is None:
            self.compiled = re.compile(_expression(self.source))
        for found in islice(self.compiled.finditer(folded), _MANY):
            start = found.start() + 1
            yield Match(start, found.end(), self.entry.id, self.entry.language, folded[start : found.end()])


@dataclass(frozen=True, slots=True)
class _Index:
    by_key: dict[str, tuple[_Pattern, ...]]
    keys: frozenset[str]
    unspaced: tuple[tuple[str, Entry], ...]


def matches(folded: str) -> list[Match]:
    """Every sign in a folded text, in the order of the table."""
    index = _index()
    hits = index.keys.intersection([word[:KEY] for word in folded.split()])
    found: list[Match] = []
    if hits:
        patterns = {pattern.order: pattern for key in hits for pattern in index.by_key[key]}
        for order in sorted(patterns):
            found += patterns[order].search(folded)
    if not folded.isascii() and _UNSPACED.search(folded):
        for literal, entry in index.unspaced:
            at = folded.find(literal)
            for _ in range(_MANY):
                if at < 0:
                    break
                found.append(Match(at, at + len(literal), entry.id, entry.language, literal))
                at = folded.find(literal, at + len(literal))
    return found


# Han, kana, Hangul (decomposed), Thai, Lao, Tibetan, Myanmar, Khmer.
_UNSPACED = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def signs_known() -> frozenset[str]:
    """The ids of every sign in the table."""
    return frozenset(entry.id for entry in _entries())


def is_unspaced(folded: str) -> bool:
    """Whether the text holds a script that puts no spaces between words."""
    return not folded.isascii() and _UNSPACED.search(folded) is not None


@cache
def unspaced_politeness() -> tuple[str, ...]:
    """Greetings and particles of scripts without spaces, folded, longest first."""
    return tuple(sorted((fold(word).strip() for word in sign_table.POLITE_UNSPACED), key=len, reverse=True))


@cache
def politeness() -> frozenset[str]:
    """Words that add nothing to a cry for help, folded."""
    return frozenset(word for polite in sign_table.POLITE for word in fold(polite).split())


def _entries() -> tuple[Entry, ...]:
    table = sign_table
    return (table.SOS, *table.ENGLISH, *table.SPANISH, *table.FRENCH, *table.ARABIC, *table.CRIES)


@cache
def _index() -> _Index:
    by_key: dict[str, list[_Pattern]] = {}
    order = 0
    for entry in _entries():
        for source in entry.patterns:
            pattern = _Pattern(order, entry, source)
            order += 1
            for key in _keys(source):
                by_key.setdefault(key, []).append(pattern)
    unspaced = tuple((fold(form).strip(), entry) for entry in sign_table.UNSPACED for form in entry.patterns)
    frozen = {key: tuple(patterns) for key, patterns in by_key.items()}
    return _Index(frozen, frozenset(frozen), unspaced)


def _tokens(source: str) -> Iterator[tuple[list[str], bool]]:
    """The alternatives of each place in a pattern, folded, and whether the place may be empty."""
    for place in source.split():
        if place in {"..", "|"}:
            yield [place], place == ".."
            continue
        optional = place.endswith("?")
        alternatives = [
            fold(form.rstrip("*")).strip() + ("*" if form.endswith("*") else "")
            for form in place.rstrip("?").split("|")
        ]
        yield list(dict.fromkeys(alternatives)), optional


def _keys(source: str) -> set[str]:
    """File a pattern under its most telling place: the one whose shortest word is longest."""
    places = [forms for forms, optional in _tokens(source) if not optional and forms not in (["|"], [".."])]
    best = max(places, key=_telling)
    return {form.split()[0].rstrip("*")[:KEY] for form in best}


def _telling(forms: list[str]) -> tuple[bool, int, int]:
    """How rare a place is: no open ending shorter than a key, then long words, then few of them."""
    first = [form.split()[0] for form in forms]
    is_open = any(form.endswith("*") and len(form) <= KEY for form in first)
    return not is_open, min(len(form.rstrip("*")) for form in first), -len(first)


def _expression(source: str) -> str:
    parts = []
    for forms, optional in _tokens(source):
        if forms == [".."]:
            parts.append(r"(?: [^ |]+){0,3}?")
            continue
        words = "|".join(
            re.escape(form.rstrip("*")) + ("[^ |]*" if form.endswith("*") else "") for form in forms
        )
        parts.append(f"(?:{_JOIN}(?:{words}))?" if optional else f"{_JOIN}(?:{words})")
    first = parts[0].replace(_JOIN, " ", 1)  # no comma before the first word
    return first + "".join(parts[1:]) + "(?= )"
