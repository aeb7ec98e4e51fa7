"""What `tocsin triage assess` reads and says: texts, or reports as JSON lines; a verdict for people, or as JSON."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, BinaryIO

from bot.clock import utc_clock
from bot.reading import Say
from responders.drafts import report_of
from triage.assessment import Reason
from triage.evaluation.judging import Judge
from triage.report import Report
from triage.verdict import Verdict, of_report

_FIELDS = frozenset(field.name for field in fields(Report))
_BESIDE = frozenset({"id", "text", "situation", "level", "lang", "tags"})  # as in a labelled file
_LISTS = frozenset({"what", "words", "help", "danger"})
_LONGEST = 4 << 20  # bytes of one line


class NotAReport(Exception):
    """A line is not JSON that could be a report; the sentence says why, and never what stands in it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One text, or one JSON object; `fault` when it could not be read."""

    id: str | None
    text: str | None = None
    values: Mapping[str, Any] | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict and the id it belongs to."""

    id: str | None
    verdict: Verdict

    def as_json(self) -> str:
        """One line; ASCII, so that it survives any terminal."""
        found = self.verdict
        reasons = [{"code": reason.code, "quote": reason.quote} for reason in found.reasons]
        values = {
            "id": self.id, "level": found.level.word, "unsure": found.unsure, "urgency": found.urgency.value,
            "severity": found.severity.value, "certainty": found.certainty.value, "reasons": reasons,
            "score": None if found.score is None else round(found.score, 4), "language": found.language,
            "script": found.script,
        }  # fmt: skip
        return json.dumps(values)

    def for_people(self, say: Say) -> Iterator[str]:
        """A few lines; `say` knows the reasons that a focal point reads."""
        found = self.verdict
        first = f"{found.level.word.upper()}{' unsure' if found.unsure else ''}"
        yield f"{self.id}: {first}" if self.id else first
        yield f"  urgency {found.urgency.value}, severity {found.severity.value}, certainty {found.certainty.value}"
        for reason in found.reasons:
            yield f"  {_reason(reason, say)}"
        yield f"  language {found.language}, script {found.script}"
        if found.score is not None and found.soon is not None:
            yield f"  probability that somebody must act now {found.score:.2f}, now or soon {found.soon:.2f}"


def _reason(reason: Reason, say: Say) -> str:
    quote = _printable(reason.quote) if reason.quote else ""
    if (ours := _SAID.get(reason.code)) is not None:
        return f"{ours}: {quote!r}" if quote else ours
    return say(f"reasons/{reason.code}", quote=repr(quote) if quote else "…") or reason.code


_SAID = {
    "model.immediate": "the words: immediate",
    "model.urgent": "the words: urgent",
    "model.priority": "the words: priority",
    "model.routine": "the words: routine",
    "model.raised": "the words say more than the answers",
    "words.greeting": "only a greeting, thanks or a question",
    "words.cry": "only a word for help",
    "unsure.nothing": "no words in it: a person must look",
    "unsure.instruction": "only an instruction to this program: a person must look",
    "unsure.short": "very short: a person must look",
    "unsure.language": "a language that was never measured: a person must look",
    "unsure.romanised": "in Latin letters, which the score reads badly: a person must look",
    "unsure.model": "it was not scored: a person must look",
}


def read(text: str | None, stream: BinaryIO) -> Iterator[Line]:
    """The text that was given; else standard input: JSON lines if the first line is one, or one text."""
    if text is not None:
        yield Line(None, text=text)
        return
    first = stream.readline(_LONGEST)
    while first and not first.strip():
        first = stream.readline(_LONGEST)
    if not first.lstrip().startswith(b"{"):
        rest = stream.read(_LONGEST)
        yield Line(None, text=(first + rest).decode("utf-8", "replace"))
        return
    while first:
        if first.strip():
            yield _line(first)
        first = stream.readline(_LONGEST)


def _line(raw: bytes) -> Line:
    try:
        values = json.loads(raw)
    except (ValueError, RecursionError):
        return Line(None, fault="this line is not JSON")
    if not isinstance(values, dict):
        return Line(None, fault='expected an object such as {"id": "1", "text": "..."}')
    name = values.get("id")
    held = None if name is None else str(name)
    known = {key: value for key, value in values.items() if key in _FIELDS and value is not None}
    text = values.get("text")
    if not known and isinstance(text, str):
        return Line(held, text=text)
    if text is not None and "words" not in known:
        known["words"] = [text]
    if not known:
        return Line(held, fault='expected "text", or the answers of a report')
    if values.keys() - _FIELDS - _BESIDE:
        return Line(
            held, fault="a name in it is none of a report's answers; a misspelt one would count for nothing"
        )
    return Line(held, values=known)


def said(judge: Judge, line: Line) -> Said:
    """The verdict about one line. Raises NotAReport."""
    if line.fault:
        raise NotAReport(line.fault)
    if line.values is None:
        return Said(line.id, judge.verdict(line.text or ""))
    return Said(line.id, of_report(_report(line.values), utc_clock(), judge.ask, judge.limits))


def _report(values: Mapping[str, Any]) -> Report:
    read = {
        key: [value] if key in _LISTS and isinstance(value, str) else value for key, value in values.items()
    }
    for key in _LISTS & read.keys():
        if not isinstance(read[key], list) or not all(isinstance(one, str) for one in read[key]):
            raise NotAReport(f'"{key}": expected a list of texts')
    try:
        return report_of(read)
    except (ValueError, TypeError, KeyError):
        raise NotAReport("an answer is not one of those the flow offers") from None


def problem(line: Line, fault: NotAReport) -> str:
    """One line of JSON about a line that could not be judged."""
    return json.dumps({"id": line.id, "error": str(fault)})


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
