"""`assess`: from a report to a level with reasons, by the protocol's section 5. The page to check against it.
Pure and total: no clock, no I/O, no report that raises an exception. Nothing it learns ever lowers a level
below what the answers say; a person decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from triage import axes, signs
from triage.acts import GROUPS
from triage.language import is_romanised_fold
from triage.raises import raises
from triage.report import Report
from triage.scales import Certainty, Level, Severity, Urgency
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
_UNSURE_CELLS = {(Urgency.UNKNOWN, Severity.MINOR), (Urgency.UNKNOWN, Severity.UNKNOWN)}
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
    quote: str | None = None


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class _Finding:
    """What one rule adds: a reason, the least level it allows, and whether a person has to look."""

    reason: Reason
    level: Level = Level.ROUTINE
    unsure: bool = False


def assess(report: Report, now: datetime, *, text_model: TextModel | None = None) -> Assessment:
    """Assess one report at `now` (aware UTC). Assessing twice gives the same."""
    urgency, severity = axes.urgency(report, now), axes.severity(report, now)
    answers = [*_from_answers(report, now, urgency, severity)]
    level = max(finding.level for finding in answers)
    folded = [fold(words) for words in report.words]
    findings = [*answers, *_from_words(report, folded, level, text_model), *_from_doubt(report, folded)]
    near = report.on is not None and axes.is_near(report, now)
    day = None if report.on is None else axes.starts(report.on)
    return Assessment(
        level=max(finding.level for finding in findings),
        urgency=urgency,
        severity=severity,
        certainty=axes.certainty(report),
        reasons=tuple(dict.fromkeys(finding.reason for finding in findings)),
        unsure=any(finding.unsure for finding in findings),
        reassess_at=None if day is None or near else day - axes.NEAR,
        remind_at=None if day is None or day - now <= _REMIND else day - _REMIND,
    )


def _from_answers(report: Report, now: datetime, urgency: Urgency, severity: Severity) -> Iterator[_Finding]:
    """The floor that nothing else can lower: opening, acts, time, the table, and the raises."""
    opening = report.opening if report.opening in _OPENINGS else "none"
    yield _Finding(Reason(f"opening.{opening}"), unsure=opening == "unsure")
    groups = axes.groups_of(report)
    for group in groups:
        floor = Level.ROUTINE if urgency is Urgency.PAST else _floor(group, report)
        yield _Finding(Reason(f"what.{group}"), floor, unsure=group == "other")
    only_a_question = opening == "question" and not groups and report.when is None and report.on is None
    level = Level.ROUTINE if only_a_question else TABLE[urgency, severity]
    unsure = (urgency, severity) in _UNSURE_CELLS
    yield _Finding(Reason(_time_reason(report, now, urgency)), level, unsure)
    for code, raised in raises(report, now):
        yield _Finding(Reason(code), raised)


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
    return f"when.{report.when}" if report.when in {"now", "day", "days", "longer"} else "when.skipped"


def _from_words(
    report: Report, folded: list[str], answered: Level, text_model: TextModel | None
) -> Iterator[_Finding]:
    """Danger words anywhere raise to immediate; a second cry is one. A model may add, and never take away."""
    read = zip(folded, report.words, strict=True)
    found = [signs.find_in(each, words, report.language) for each, words in read]
    quotes = {sign: phrase for each in found for sign, phrase in zip(each.danger, each.phrases, strict=True)}
    kept = [sign for sign in report.danger if sign not in quotes]
    # Answers that say "no risk" beside words that cry for help: a person has to look.
    disagrees = answered <= Level.PRIORITY
    for sign in (*quotes, *kept):
        code = f"words.{sign}" if sign in signs.known() else "words.danger"
        yield _Finding(Reason(code, quotes.get(sign)), Level.IMMEDIATE, disagrees)
    cries = sum(each.cry for each in found)
    if cries:
        yield _Finding(Reason("words.cry"), Level.IMMEDIATE if cries > 1 else Level.URGENT, unsure=True)
    if text_model is not None and report.words:
        suggested = text_model.level("\n".join(report.words), report.language)
        if suggested is None:
            yield _Finding(Reason("unsure.model"), unsure=True)
        elif suggested > answered:
            yield _Finding(Reason("model.raised"), suggested, unsure=True)


def _from_doubt(report: Report, folded: list[str]) -> Iterator[_Finding]:
    """What the machine cannot read goes to a person, at least as priority."""
    if report.voice:
        yield _Finding(Reason("unsure.voice"), Level.PRIORITY, unsure=True)
    if report.interpreter or report.language in {"", "und", "mul", "zxx"}:
        yield _Finding(Reason("unsure.language"), Level.PRIORITY, unsure=True)
    elif any(is_romanised_fold(words) for words in folded):
        yield _Finding(Reason("unsure.romanised"), unsure=True)
    if report.unsure:
        yield _Finding(Reason("unsure.answer"), Level.PRIORITY, unsure=True)
