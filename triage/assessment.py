"""`assess`: from a report to a level with reasons, by the protocol's section 5. The page to check against it.
Pure and total: no clock, no I/O, no report that raises an exception. Nothing it learns ever lowers a level
below what the answers say; a person decides."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple, Protocol

from triage import axes, signs
from triage.acts import GROUPS
from triage.language import is_romanised_fold
from triage.quick import quick
from triage.raises import raises
from triage.report import Report
from triage.scales import Certainty, Level, Severity, Urgency
from triage.signs import Signs
from triage.words import fold

_R, _P, _U, _I = Level.ROUTINE, Level.PRIORITY, Level.URGENT, Level.IMMEDIATE

# Columns: extreme, severe, moderate, minor, unknown.
_COLUMNS = (Severity.EXTREME, Severity.SEVERE, Severity.MODERATE, Severity.MINOR, Severity.UNKNOWN)
_ROWS = {
    Urgency.IMMEDIATE: (_I, _I, _I, _I, _I),
    Urgency.EXPECTED: (_I, _U, _U, _P, _U),
    Urgency.FUTURE: (_U, _U, _P, _R, _P),
    Urgency.PAST: (_P, _P, _R, _R, _R),
    Urgency.UNKNOWN: (_I, _U, _U, _U, _U),
}
TABLE: dict[tuple[Urgency, Severity], Level] = {
    (urgency, severity): level
    for urgency, levels in _ROWS.items()
    for severity, level in zip(_COLUMNS, levels, strict=True)
}
_UNSURE = (Severity.MINOR, Severity.UNKNOWN)  # in the row of unknown urgency
_REMIND = timedelta(hours=24)


class TextModel(Protocol):
    """The place for a text model: it may raise a level, never lower one."""

    def level(self, text: str, language: str) -> Level | None:
        """The level the words suggest; None when the model is late or dead, which leads to a person."""
        ...


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, as the text key `reasons/<code>`. A quote belongs inside the sealed report only."""

    code: str
    quote: str | None = field(default=None, repr=False)


@quick
@dataclass(frozen=True)
class Assessment:
    """A level, the axes and the reasons behind it, and when it has to be looked at again."""

    level: Level
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    reasons: tuple[Reason, ...]
    unsure: bool
    reassess_at: datetime | None = None  # 72 h before a stated date
    remind_at: datetime | None = None  # 24 h before it, the taker is paged again


class _Finding(NamedTuple):  # a dozen of them with every answer: a tuple is made in no time
    """What one rule adds: a reason, the least level it allows, and whether a person has to look."""

    reason: Reason
    level: Level = Level.ROUTINE
    unsure: bool = False


def assess(
    report: Report, now: datetime, *, text_model: TextModel | None = None, calm: bool = False
) -> Assessment:
    """Assess one report at `now` (aware UTC). Assessing twice gives the same.

    `calm`: its words were read before and showed nothing (calm.py), so they are not searched again."""
    urgency, severity = axes.urgency(report, now), axes.severity(report, now)
    findings = [*_from_answers(report, now, urgency, severity)]
    level = max([finding.level for finding in findings])
    texts = () if calm else report.words
    folded = [fold(text) for text in texts]
    found = [signs.find_in(each, text, report.language) for each, text in zip(folded, texts, strict=True)]
    if found or report.danger or text_model is not None:
        findings += _from_words(report, found, level, text_model)
    if report.scored is not None:
        findings += _from_earlier_score(report.scored, report.weighed, level)
    findings += _from_doubt(report, folded)
    near = report.on is not None and axes.is_near(report, now)
    day = None if report.on is None else axes.starts(report.on)
    return Assessment(
        level=max([finding.level for finding in findings]),
        urgency=urgency,
        severity=severity,
        certainty=axes.certainty(report),
        reasons=tuple(dict.fromkeys([finding.reason for finding in findings])),
        unsure=any(finding.unsure for finding in findings),
        reassess_at=None if day is None or near else day - axes.NEAR,
        remind_at=None if day is None or day - now <= _REMIND else day - _REMIND,
    )


@cache
def _reason(code: str) -> Reason:
    """A reason without a quote: there are only so many."""
    return Reason(code)


def _from_answers(report: Report, now: datetime, urgency: Urgency, severity: Severity) -> Iterator[_Finding]:
    """The floor that nothing else can lower: opening, acts, time, the table, and the raises."""
    opening = report.opening if report.opening in _OPENINGS else "none"
    yield _Finding(_reason(f"opening.{opening}"), unsure=opening == "unsure")
    groups = axes.groups_of(report)
    for group in groups:
        floor = Level.ROUTINE if urgency is Urgency.PAST else _floor(group, report)
        yield _Finding(_reason(f"what.{group}"), floor, group == "other")
    only_a_question = opening == "question" and not groups and report.when is None and report.on is None
    level = Level.ROUTINE if only_a_question else TABLE[urgency, severity]
    unsure = urgency is Urgency.UNKNOWN and severity in _UNSURE
    yield _Finding(_reason(_time_reason(report, now, urgency)), level, unsure)
    for code, raised in raises(report, now):
        yield _Finding(_reason(code), raised)


_OPENINGS = frozenset({*axes.ALERTING, "soon", "unsure", "safe", "question"})


def _floor(group: str, report: Report) -> Level:
    if group == "missing" and report.when == "longer" and report.opening not in axes.ALERTING:
        return Level.URGENT
    return GROUPS[group].floor


def _time_reason(report: Report, now: datetime, urgency: Urgency) -> str:
    if urgency is Urgency.PAST:
        return "when.past"
    if report.on is not None:
        if axes.is_passed(report, now):
            return "when.date_passed"
        return "when.date_near" if axes.is_near(report, now) else "when.date_later"
    if report.when == "date":
        return "when.date_unknown"
    return f"when.{report.when}" if report.when in _WHEN else "when.skipped"


_WHEN = frozenset({"now", "day", "days", "longer"})


def _from_words(
    report: Report, found: list[Signs], answered: Level, text_model: TextModel | None
) -> Iterator[_Finding]:
    """Danger words anywhere raise to immediate; a second cry is one. A model may add, and never take away."""
    quotes = {sign: phrase for each in found for sign, phrase in zip(each.danger, each.phrases, strict=True)}
    kept = [sign for sign in report.danger if sign not in quotes]
    # Answers that say "no risk" beside words that cry for help: a person has to look.
    disagrees = answered <= Level.PRIORITY
    for sign in (*quotes, *kept):
        code = f"words.{sign}" if sign in signs.known() else "words.danger"
        yield _Finding(Reason(code, quotes.get(sign)), Level.IMMEDIATE, disagrees)
    cries = sum(each.cry for each in found)
    if cries:
        yield _Finding(_reason("words.cry"), Level.IMMEDIATE if cries > 1 else Level.URGENT, unsure=True)
    if text_model is not None and report.words:
        suggested = text_model.level("\n".join(report.words), report.language)
        if suggested is None:
            yield _Finding(_reason("unsure.model"), unsure=True)
        elif suggested > answered:
            yield _Finding(_reason("model.raised"), suggested, unsure=True)


_SCORED = {level.word: level for level in Level}


def _from_earlier_score(scored: str, weighed: str, answered: Level) -> Iterator[_Finding]:
    """What the text score made of these words when it came, also where the words themselves are gone."""
    level = _SCORED.get(scored)
    if level is not None and level > answered:
        yield _Finding(Reason("model.raised", weighed or None), level, unsure=True)
    elif level is None:
        yield _Finding(_reason("unsure.model"), unsure=True)


def _from_doubt(report: Report, folded: list[str]) -> Iterator[_Finding]:
    """What the machine cannot read goes to a person, at least as priority."""
    if report.voice:
        yield _Finding(_reason("unsure.voice"), Level.PRIORITY, unsure=True)
    if report.interpreter or report.language in _NO_LANGUAGE:
        yield _Finding(_reason("unsure.language"), Level.PRIORITY, unsure=True)
    elif any(is_romanised_fold(words) for words in folded):
        yield _Finding(_reason("unsure.romanised"), unsure=True)
    if report.unsure:
        yield _Finding(_reason("unsure.answer"), Level.PRIORITY, unsure=True)


_NO_LANGUAGE = frozenset({"", "und", "mul", "zxx"})
