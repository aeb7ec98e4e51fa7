"""Runs the tests inside a flow: each in every language, tapped, typed as labels and typed as numbers.
Says which answer was not understood, which question came unasked, and which level came out instead."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.answers import Matched, Several, buttons, match
from bot.command_words import Command
from bot.conditions import Value
from bot.flow import SKIPPED, End, Flow, Kind, Question, button_data
from bot.flow_file import TestEntry, read_flow_file
from bot.texts import Texts
from responders.yaml_document import Problem
from triage.assessment import assess
from triage.report import Answer, Report

WAYS = ("tapped", "label", "number")
_RELATIVE = re.compile(r"in (\d+) days?")
_KNOWN = ("seen", "hurt", "under_18", "dated", "address_known")
_PLAIN = ("opening", "country", "when", "about", "kinship", "link", "who_did", "exclude", "later")


class NotUnderstood(Exception):
    """An answer of a test did not match in some language."""


@dataclass(frozen=True, slots=True)
class Run:
    """In which language and in which way a test is played, and when."""

    texts: Texts
    language: str
    way: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Played:
    """Where a test's answers led."""

    end: End
    answers: Mapping[str, Value]


def run_tests(
    path: Path, flow: Flow, texts: Texts, now: datetime, languages: Sequence[str] | None = None
) -> list[Problem]:
    """Problems of all tests in the flow file, in the languages given or in all that are offered."""
    read = read_flow_file(path, f"flows/{path.name}")
    if read.value is None or read.document is None:
        return list(read.problems)
    found: list[Problem] = []
    for index, test in enumerate(read.value.tests):
        faults: dict[str, list[str]] = {}
        for language in languages or texts.languages:
            for way in WAYS:
                for fault in run_test(test, flow, Run(texts, language, way, now)):
                    faults.setdefault(fault, []).append(f"{language} {way}")
        for fault, where in faults.items():
            everywhere = len(where) == len(languages or texts.languages) * len(WAYS)
            said = fault if everywhere else f"{fault} ({', '.join(where)})"
            found.append(read.document.problem(("tests", index), f'test "{test.name}": {said}'))
    return found


def run_test(test: TestEntry, flow: Flow, run: Run) -> Iterator[str]:
    """What one test finds wrong in one language, answered in one way."""
    try:
        played = play(test, flow, run)
    except NotUnderstood as fault:
        yield str(fault)
        return
    expect, alerted = test.expect, flow.alerted(played.answers)
    if played.end.id != expect.end:
        yield f'expected the end "{expect.end}", but it was "{played.end.id}"'
    if expect.alert is not None and expect.alert != alerted:
        yield "expected an alert at the opening" if expect.alert else "an alert left at the opening"
    for name in expect.asked:
        if name not in played.answers:
            yield f'"{name}" was not asked'
    for name in expect.not_asked:
        if name in played.answers:
            yield f'"{name}" was asked'
    if expect.level is not None:
        level = assess(as_report(played.answers, run.language), run.now).level
        if level.word != expect.level:
            yield f"expected {expect.level}, but it was {level.word}"


def play(test: TestEntry, flow: Flow, run: Run) -> Played:
    """Answer from the start to an end; raises NotUnderstood."""
    answers: dict[str, Value] = {}
    step = flow.next_after(None, answers)
    while isinstance(step, Question):
        answers[step.id] = _answered(step, test, run)
        step = flow.next_after(step.id, answers)
    return Played(step, answers)


def _answered(question: Question, test: TestEntry, run: Run) -> Value:
    if question.id not in test.answers:
        return SKIPPED if question.skip else question.choices[-1].id
    wanted = test.answers[question.id]
    if question.kind is Kind.DATE:
        wanted = _day(str(wanted), run.now)
    said = _said(question, wanted, run)
    heard = match(question, said, run.language, run.texts, now=run.now)
    if heard is Command.SKIP:
        return SKIPPED
    if isinstance(heard, Several) and wanted in heard.codes:
        return wanted
    if not isinstance(heard, Matched):
        raise NotUnderstood(f'"{question.id}" does not understand its own answer')
    if question.kind is Kind.MULTI and run.way == "tapped":  # one tap each
        return wanted if isinstance(wanted, tuple) else (wanted,)
    return heard.value


def _said(question: Question, wanted: Value, run: Run) -> str:
    """What a person sends for this answer."""
    chosen = (wanted,) if isinstance(wanted, str) else wanted
    if not question.choices:
        if question.kind is Kind.COUNTRY and run.way == "tapped":
            return button_data(question.id, chosen[0])
        return chosen[0]
    if run.way == "tapped":
        return button_data(question.id, chosen[0])
    if run.way == "label":
        return ", ".join(run.texts.say(question.label_key(choice), run.language) for choice in chosen)
    shown = [button.data for button in buttons(question, run.language, run.texts)]
    return " ".join(str(shown.index(button_data(question.id, choice)) + 1) for choice in chosen)


def _day(wanted: str, now: datetime) -> str:
    """A test's "in 2 days" as the date that a person writes."""
    relative = _RELATIVE.fullmatch(wanted)
    return (now.date() + timedelta(days=int(relative[1]))).isoformat() if relative else wanted


def as_report(answers: Mapping[str, Value], language: str) -> Report:
    """Answers as triage reads them; skipped ones are left out."""
    plain = {name: value for name, value in answers.items() if isinstance(value, str) and value}
    lists = {name: value for name, value in answers.items() if isinstance(value, tuple)}
    return Report(
        push=plain.get("push_later") or plain.get("push"),
        what=lists.get("what", ()),
        help=lists.get("help", ()),
        on=date.fromisoformat(plain["on"]) if "on" in plain else None,
        how_many=int(plain["how_many"]) if "how_many" in plain else None,
        words=(plain["words"],) if "words" in plain else (),
        language=language,
        **{name: Answer(plain[name]) for name in _KNOWN if name in plain},  # type: ignore[arg-type]
        **{name: plain[name] for name in _PLAIN if name in plain},  # type: ignore[arg-type]
    )
