"""What triage says of words alone, or of a whole report with its words scored: for the command line and evaluation.
The service does the same in two turns (bot/scored.py). Nothing here lowers what answers or danger signs say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from triage import signs
from triage.assessment import Assessment, Reason, assess
from triage.identify import identify
from triage.report import Report
from triage.scales import Certainty, Level, Severity, Urgency
from triage.score.score import SMALL_TALK, By, Doubt, Score, Thresholds, suggested

Ask = Callable[[str], Score | None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A level with its reasons. `score` is the probability that somebody must act now, `soon` that they must now or
    soon; None: it was not scored."""

    level: Level
    unsure: bool
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    reasons: tuple[Reason, ...]
    score: float | None
    language: str
    script: str
    soon: float | None = None


_NO_ANSWERS = Report()


def of_text(text: str, ask: Ask, thresholds: Mapping[By, Thresholds]) -> Verdict:
    """Words without any answer. A plain greeting or question alerts nobody; a bare cry for help does."""
    found = signs.find(text)
    is_small_talk = found.greeting and len(text.strip()) < SMALL_TALK
    score = None if is_small_talk else ask(text)
    reasons = [*_from_signs(found), *_from_score(score, thresholds, asked=not is_small_talk)]
    level = max(raised for _, raised, _ in reasons)
    told = identify(text)
    return Verdict(
        level, any(doubtful for _, _, doubtful in reasons), _URGENCY[level], Severity.UNKNOWN, Certainty.UNKNOWN,
        tuple(reason for reason, _, _ in reasons), None if score is None else score.immediate, told.language,
        told.script, None if score is None else score.urgent,
    )  # fmt: skip


_Finding = tuple[Reason, Level, bool]  # a reason, the level it asks for, whether a person must look

_URGENCY = {
    Level.IMMEDIATE: Urgency.IMMEDIATE, Level.URGENT: Urgency.EXPECTED, Level.PRIORITY: Urgency.UNKNOWN,
    Level.ROUTINE: Urgency.UNKNOWN,
}  # fmt: skip


def _from_signs(found: signs.Signs) -> list[_Finding]:
    if found.greeting:
        return [(Reason("words.greeting"), Level.ROUTINE, False)]
    reasons: list[_Finding] = [
        (Reason(f"words.{sign}", phrase), Level.IMMEDIATE, False)
        for sign, phrase in zip(found.danger, found.phrases, strict=True)
    ]
    if found.cry:
        reasons.append((Reason("words.cry"), Level.URGENT, True))
    return reasons


def _from_score(score: Score | None, thresholds: Mapping[By, Thresholds], *, asked: bool) -> list[_Finding]:
    if score is None:
        return [(Reason("unsure.model"), Level.URGENT, True)] if asked else []
    level = suggested(score, thresholds[score.by])
    reasons: list[_Finding] = [(Reason(f"model.{level.word}", score.phrase or None), level, False)]
    if score.doubt is not None:
        reasons.append((Reason(_DOUBTS[score.doubt]), Level.PRIORITY, True))
    return reasons


_DOUBTS = {
    Doubt.NOTHING: "unsure.nothing",
    Doubt.SHORT: "unsure.short",
    Doubt.INSTRUCTION: "unsure.instruction",
    Doubt.LANGUAGE: "unsure.language",
    Doubt.ROMANISED: "unsure.romanised",
}


def of_report(report: Report, now: datetime, ask: Ask, thresholds: Mapping[By, Thresholds]) -> Verdict:
    """A whole report: the answers set the floor, and their evidence is added to that of the words."""
    answered = assess(report, now)
    text = "\n".join(report.words)
    score = ask(text) if text.strip() else None
    model = (
        None if not text.strip() else _Known(score, thresholds, answered.level if report.opening else None)
    )
    found: Assessment = assess(report, now, text_model=model)
    told = identify(text)
    return Verdict(
        found.level, found.unsure, found.urgency, found.severity, found.certainty, _quoting(found.reasons, score),
        None if score is None else score.immediate, told.language if text else report.language, told.script,
        None if score is None else score.urgent,
    )  # fmt: skip


def _quoting(reasons: tuple[Reason, ...], score: Score | None) -> tuple[Reason, ...]:
    """The reasons, with the phrase that weighed most beside what it raised."""
    phrase = score.phrase if score is not None else ""
    return tuple(
        Reason(reason.code, phrase or None) if reason.code == "model.raised" else reason for reason in reasons
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """A score that has come already, as the text model of one assessment."""

    score: Score | None
    thresholds: Mapping[By, Thresholds]
    answered: Level | None

    def level(self, text: str, language: str) -> Level | None:
        """The level that the words mean beside these answers; None when a person has to judge them."""
        del text, language
        if self.score is None:
            return None
        level = suggested(self.score, self.thresholds[self.score.by], self.answered)
        is_raise = level > max(self.answered or Level.ROUTINE, Level.PRIORITY)
        return level if is_raise or self.score.doubt is None else None
