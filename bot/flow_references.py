"""What the parts of a flow file say of one another: gotos, conditions and tests name only what exists, gotos
lead forward, and conditions look back."""

from collections.abc import Iterator, Mapping

from bot.conditions import Condition, Is, leaves
from bot.flow import Kind
from bot.flow_file import FlowFile, QuestionEntry
from responders.yaml_document import Document, Problem, Where


def check_gotos(file: FlowFile, document: Document) -> Iterator[Problem]:
    """Forward only, or to an end: that is why every flow ends."""
    places = {question.id: place for place, question in enumerate(file.questions)}
    for place, question in enumerate(file.questions):
        for index, choice in enumerate(question.choices):
            if choice.goto is None:
                continue
            where = ("questions", place, "choices", index, "goto")
            name = f'question "{question.id}", choice "{choice.id}"'
            if question.type is not Kind.CHOICE:
                yield document.problem(where, f"{name}: goto is for type choice only")
            elif choice.goto.startswith("end."):
                if choice.goto.removeprefix("end.") not in file.ends:
                    yield document.problem(where, f'{name}: unknown end "{choice.goto}"')
            elif choice.goto not in places:
                yield document.problem(where, f'{name}: goto leads to an unknown question "{choice.goto}"')
            elif places[choice.goto] <= place:
                yield document.problem(where, f'{name}: goto leads back to "{choice.goto}"; only forward')


def check_conditions(
    file: FlowFile, document: Document, conditions: Mapping[str, Condition]
) -> Iterator[Problem]:
    """A condition looks only at earlier questions and at choices they have."""
    earlier: dict[str, QuestionEntry] = {}
    later = {question.id for question in file.questions}
    for place, question in enumerate(file.questions):
        condition = conditions.get(question.id)
        name, where = f'question "{question.id}": show_if', ("questions", place, "show_if")
        for leaf in leaves(condition) if condition is not None else ():
            if leaf.question not in earlier:
                what = "is not asked before it" if leaf.question in later else "is no question"
                yield document.problem(where, f'{name}: "{leaf.question}" {what}')
            elif isinstance(leaf, Is):
                yield from (
                    document.problem(where, f"{name}: {fault}")
                    for fault in _leaf(earlier[leaf.question], leaf)
                )
        earlier[question.id] = question


def _leaf(question: QuestionEntry, leaf: Is) -> Iterator[str]:
    for choice_id in sorted(leaf.choices - {choice.id for choice in question.choices}):
        yield f'"{question.id}" has no choice "{choice_id}"'
    if leaf.operator == "has" and question.type is not Kind.MULTI:
        yield f'"has" is for questions with several answers; write "{question.id} = ..."'
    if leaf.operator == "=" and question.type is Kind.MULTI:
        yield f'"{question.id}" takes several answers; write "{question.id} has ..."'


def check_tests(file: FlowFile, document: Document) -> Iterator[Problem]:
    """The tests name questions, choices and ends that exist."""
    questions = {question.id: question for question in file.questions}
    for index, test in enumerate(file.tests):
        where: Where = ("tests", index)
        if test.expect.end not in file.ends:
            yield document.problem((*where, "expect"), f'test "{test.name}": unknown end "{test.expect.end}"')
        for name in (*test.answers, *test.expect.asked, *test.expect.not_asked):
            if name not in questions:
                yield document.problem(where, f'test "{test.name}": unknown question "{name}"')
        for name, answer in test.answers.items():
            known = {choice.id for choice in questions[name].choices} if name in questions else set()
            for chosen in (answer,) if isinstance(answer, str) else answer:
                if known and chosen not in known:
                    yield document.problem(
                        (*where, "answers", name), f'test "{test.name}": "{name}" has no choice "{chosen}"'
                    )
