"""Builds a Flow from its file, or says everything that is wrong with it, each with its line.
Strict on purpose: a flow that loads has an end on every path. The rules are in flow_checks.py."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from bot.conditions import Condition, ConditionError, compile_condition
from bot.flow import Choice, End, Flow, Question
from bot.flow_checks import check_file
from bot.flow_file import FlowFile, QuestionEntry, read_flow_file
from bot.flow_paths import check_paths
from responders.config_reader import Read
from responders.yaml_document import Document, Problem


class FlowError(ValueError):
    """The flow cannot be used; every problem has its own line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def load(path: Path) -> Flow:
    """The flow in a file; FlowError lists all that is wrong with it."""
    return flow_of(read_flow_file(path, None))


def flow_of(read: Read[FlowFile]) -> Flow:
    """The flow of a file that was read; FlowError lists all that is wrong with it."""
    flow, found = _checked(read)
    if flow is None or found:
        raise FlowError(found)
    return flow


def problems(path: Path, name: str | None = None) -> list[Problem]:
    """Everything that is wrong with a flow file; its tests are run by flow_tests."""
    return _checked(read_flow_file(path, name))[1]


def _checked(read: Read[FlowFile]) -> tuple[Flow | None, list[Problem]]:
    if read.value is None or read.document is None:
        return None, list(read.problems)
    conditions, found = _conditions(read.value, read.document)
    found += [*read.problems, *check_file(read.value, read.document, conditions)]
    if found:
        return None, sorted(found)
    flow = build(read.value, conditions)
    return flow, sorted(check_paths(flow, read.document))


def build(file: FlowFile, conditions: dict[str, Condition]) -> Flow:
    """The flow of a checked file; `conditions` are compiled, by question id."""
    questions = tuple(_question(file.id, entry, conditions.get(entry.id)) for entry in file.questions)
    ends = tuple(
        End(name, end.discard, end.receipt, end.again, end.after_alert, end.say is not None)
        for name, end in file.ends.items()
    )
    return Flow(
        file.id, _shape(file), file.source, file.languages, file.expires, questions, ends, file.finish
    )


def _question(flow: str, entry: QuestionEntry, condition: Condition | None) -> Question:
    return Question(
        id=entry.id,
        kind=entry.type,
        flow=flow,
        choices=tuple(Choice(c.id, c.goto, c.alert, c.always) for c in entry.choices),
        show_if=condition,
        skip=entry.skip not in (None, "false"),
        skip_label=entry.skip_label is not None,
        min=entry.min,
        max=entry.max,
        many=entry.many,
        role=entry.role,
        choices_from=entry.choices_from,
        variants=tuple(entry.variants),
    )


def _conditions(file: FlowFile, document: Document) -> tuple[dict[str, Condition], list[Problem]]:
    compiled: dict[str, Condition] = {}
    found: list[Problem] = []
    for place, entry in enumerate(file.questions):
        if entry.show_if is None:
            continue
        try:
            compiled[entry.id] = compile_condition(entry.show_if)
        except ConditionError as fault:
            where = ("questions", place, "show_if")
            found.append(document.problem(where, f'question "{entry.id}": show_if: {fault}'))
    return compiled, found


def _shape(file: FlowFile) -> str:
    """A hash over ids, types, conditions, gotos, alerts and limits; a new wording leaves it as it is."""
    questions = [
        [
            [
                q.id,
                q.type,
                q.role,
                q.show_if and " ".join(q.show_if.split()),
                q.skip is not None,
                q.min,
                q.max,
            ],
            [q.many, q.choices_from, [[c.id, c.goto, c.alert, c.always] for c in q.choices]],
        ]
        for q in file.questions
    ]
    ends = [[name, end.discard, end.receipt, end.again, end.after_alert] for name, end in file.ends.items()]
    whole = json.dumps([file.format, file.id, file.finish, questions, ends], separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()[:16]
