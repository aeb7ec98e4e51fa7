"""Walks every path of a flow: that all of them end, how many questions they ask, what none reaches.
Fast because answers that nothing looks at later are walked once: states that behave alike are merged."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations

from bot.conditions import Answers, Is, Value, leaves
from bot.flow import SKIPPED, End, Flow, Kind, Question
from responders.yaml_document import Document, Problem

MOST_STATES = 200_000


@dataclass(slots=True)
class Walk:
    """What all paths together have shown."""

    asked: set[str] = field(default_factory=set)
    ends: set[str] = field(default_factory=set)
    fewest: int = 0
    most: int = 0
    paths: int = 0  # different ways to answer, as far as the flow can tell them apart


def walk(flow: Flow) -> Walk:
    """Follow every path of a flow whose gotos lead forward."""
    found = Walk()
    seen: dict[tuple[str, Seen], tuple[int, int, int]] = {}
    relevant = _relevant(flow)

    def onward(last: str | None, answers: Answers) -> tuple[int, int, int]:
        """Fewest and most questions from here, and the number of ways."""
        step = flow.next_after(last, answers)
        if isinstance(step, End):
            found.ends.add(step.id)
            return 0, 0, 1
        found.asked.add(step.id)
        key = (step.id, frozenset(answers.items()))
        if key not in seen:
            ways = [
                onward(step.id, _kept(flow, {**answers, step.id: v}, step, relevant))
                for v in _values(flow, step)
            ]
            fewest, most = min(way[0] for way in ways) + 1, max(way[1] for way in ways) + 1
            seen[key] = (fewest, most, sum(way[2] for way in ways))
            if len(seen) > MOST_STATES:
                raise RecursionError(flow.id)
        return seen[key]

    found.fewest, found.most, found.paths = onward(None, {})
    return found


Seen = frozenset[tuple[str, Value]]


def check_paths(flow: Flow, document: Document) -> Iterator[Problem]:
    """Questions and ends that no path reaches."""
    try:
        found = walk(flow)
    except RecursionError:
        yield document.problem(
            ("questions",), "too many different paths to check; make the conditions simpler"
        )
        return
    missed = [question for question in flow.questions if question.id not in found.asked]
    straight = walk(_without_gotos(flow)).asked if missed else set()
    for place, question in enumerate(flow.questions):
        if question in missed:
            what = "every path leads past it" if question.id in straight else "its show_if is never true"
            yield document.problem(("questions", place), f'question "{question.id}": {what}')
    for end in flow.ends:
        if end.id not in found.ends:
            yield document.problem(("ends", end.id), f'end "{end.id}": no path leads to it')


def _without_gotos(flow: Flow) -> Flow:
    """The flow as if every answer led to the next question: tells a bad goto from a bad condition."""
    questions = (replace(q, choices=tuple(replace(c, goto=None) for c in q.choices)) for q in flow.questions)
    return replace(flow, questions=tuple(questions))


def _relevant(flow: Flow) -> dict[str, dict[str, frozenset[str]]]:
    """For each question: which earlier answers, and which choices of them, later conditions look at."""
    needed: dict[str, frozenset[str]] = {}
    after: dict[str, dict[str, frozenset[str]]] = {}
    for question in reversed(flow.questions):
        after[question.id] = dict(needed)
        for leaf in leaves(question.show_if) if question.show_if is not None else ():
            choices = leaf.choices if isinstance(leaf, Is) else frozenset()
            needed[leaf.question] = needed.get(leaf.question, frozenset()) | choices
    return after


def _kept(
    flow: Flow, answers: dict[str, Value], at: Question, relevant: dict[str, dict[str, frozenset[str]]]
) -> dict[str, Value]:
    """Only what a later condition, this question's goto or an end after an alert can still see."""
    needed = {*relevant[at.id], at.id}
    return {
        name: value
        for name, value in answers.items()
        if name in needed or (isinstance(value, str) and flow.alerts(name, value))
    }


def _values(flow: Flow, question: Question) -> Iterator[Value]:
    """One value for each way in which an answer can matter to the rest of the flow."""
    if question.kind is Kind.CHOICE:
        yield from (choice.id for choice in question.choices)
    elif question.kind is Kind.MULTI:
        matters = sorted(_relevant(flow)[question.id].get(question.id, frozenset()))
        for size in range(len(matters) + 1):
            yield from combinations(matters, size)
    else:
        yield "x"
    if question.skip:
        yield SKIPPED
