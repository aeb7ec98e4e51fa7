"""Danger signs in free text, in any language of sign_table.py: what makes a message an emergency by itself.
Only ever raises. Never looks at who writes, never keeps or logs the text."""

from dataclasses import dataclass, field
from functools import cache

from triage.quick import quick
from triage.sign_context import is_taken_back
from triage.sign_index import Match, is_unspaced, matches, politeness, signs_known, unspaced_politeness
from triage.sign_jokes import is_disowned, is_laughed
from triage.sign_questions import is_ordinary_help, is_question
from triage.words import fold

_QUOTE = 60  # characters of a quoted phrase
_JOKED = frozenset({"help", "kill"})  # what people write of printers and bosses; a door is broken in earnest


@quick
@dataclass(frozen=True)
class Signs:
    """What one message shows. `danger` holds ids without words; `phrases` the words beside each."""

    danger: tuple[str, ...] = ()
    phrases: tuple[str, ...] = field(default=(), repr=False)
    cry: bool = False  # only a word for help, nothing else
    cry_and_more: bool = False  # SOS, or help plus anything
    greeting: bool = False  # only a greeting, thanks or a question
    language: str | None = None  # the language of the strongest sign: the reply must be in it


_NOTHING, _GREETING = Signs(), Signs(greeting=True)  # most messages


@cache
def known() -> frozenset[str]:
    """Every id that `find` can report."""
    return signs_known()


def find(text: str, language: str | None = None) -> Signs:
    """Look for danger signs, cries for help and mere greetings; total on any text, bounded in time.

    `language` only settles which of several languages a shared word is in."""
    return find_in(fold(text), text, language)


def find_in(folded: str, text: str, language: str | None) -> Signs:
    """The same for a text that has been folded already."""
    found = matches(folded)
    if not found:
        return _GREETING if _is_greeting(folded, text) else _NOTHING
    standing = [match for match in found if not is_taken_back(folded, match.start, match.end)]
    if standing and is_disowned(folded):
        standing = []
    if any(match.sign in _JOKED for match in standing) and is_laughed(folded, text):
        standing = [match for match in standing if match.sign not in _JOKED]
    dangers = [match for match in standing if match.sign != "help" and not _is_a_name(folded, match)]
    helps = [match for match in standing if match.sign == "help"]
    alone = bool(helps) and not dangers and _is_only_a_cry(folded, helps)
    if not alone:
        helps = [match for match in helps if not _is_ordinary(folded, text, match)]
    signs = {match.sign: match.phrase[:_QUOTE] for match in reversed(dangers)}
    more = "sos" in signs or (bool(helps) and not alone)
    if helps and not alone:
        signs["help"] = helps[0].phrase[:_QUOTE]
    ordered = sorted(signs)
    return Signs(
        danger=tuple(ordered),
        phrases=tuple(signs[sign] for sign in ordered),
        cry=alone,
        cry_and_more=more,
        greeting=not signs and not alone and _is_greeting(folded, text),
        language=_language([*dangers, *helps], language),
    )


def _language(found: list[Match], hint: str | None) -> str | None:
    """The hint if a sign is in it, else the language with the first sign; SOS belongs to none."""
    languages = [match.language for match in found if match.language]
    base = (hint or "").split("-")[0].lower()
    return base if base in languages else next(iter(languages), None)


def _is_ordinary(folded: str, text: str, match: Match) -> bool:
    return is_ordinary_help(folded, text, match.start, match.end, match.language)


def _is_a_name(folded: str, match: Match) -> bool:
    """Organisations that have SOS in their names are part of this very field."""
    after = folded[match.end : match.end + 16].lstrip()
    return match.sign == "sos" and after.startswith(
        ("torture ", "racisme ", "mediterran", "children ", "villages ")
    )


def _is_only_a_cry(folded: str, helps: list[Match]) -> bool:
    """One word for help among nothing but politeness. A second cry in the same message is more than one."""
    rest, cries, end = [], 0, 0
    for match in sorted(helps, key=lambda match: (match.start, -match.end)):
        if match.start >= end:
            cries += 1
            rest.append(folded[end : match.start])
        end = max(end, match.end)
    rest.append(folded[end:])
    return cries == 1 and _is_polite(" ".join(rest))


def _is_polite(folded: str) -> bool:
    if is_unspaced(folded):
        for polite in unspaced_politeness():
            folded = folded.replace(polite, " ")
    return politeness().issuperset(word for word in folded.split() if word not in "|," and not word.isdigit())


def _is_greeting(folded: str, text: str) -> bool:
    return not folded.isspace() and (_is_polite(folded) or is_question(folded, text))
