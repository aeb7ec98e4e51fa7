"""What a flow file must keep to, one small function per rule, each yielding problems with their lines.
Only looks at the file: what its parts say of one another is in flow_references.py, what depends on a walk in
flow_paths.py."""

from collections.abc import Callable, Iterator, Mapping

from bot.conditions import Condition
from bot.flow import Kind, Role, button_data
from bot.flow_file import FORMAT, FlowFile, QuestionEntry
from bot.flow_references import check_conditions, check_gotos, check_tests
from bot.normal import normal
from bot.source_texts import (
    LONGEST_LABEL,
    LONGEST_MESSAGE,
    MOST_WORDS,
    flow_sources,
    placeholders,
    stray_brace,
)
from responders.yaml_document import Document, Problem, Where

LONGEST_DATA = 64  # bytes of a button's payload, the Bot API's limit
MOST_CHOICES = 20
RESERVED = frozenset({"command", "confirm", "language", "end", "and", "or", "not", "has", "in", "answered"})
LISTS = frozenset({"services"})  # what `choices_from` may name
VARIANTS: Mapping[Role | None, frozenset[str]] = {
    Role.OPENING: frozenset(
        {"again", "signal", "no_signal", "partners", "partners_signal", "partners_no_signal"}
    ),
    Role.NOTICE: frozenset({"local", "partners", "partners_local"}),
}
VALUES = {"team", "readers", "days"}  # what a question or an end may insert
_WITH_CHOICES = frozenset({Kind.CHOICE, Kind.MULTI})


def check_file(file: FlowFile, document: Document, conditions: Mapping[str, Condition]) -> list[Problem]:
    """Every problem of one file, in no particular order."""
    checks: tuple[Callable[[FlowFile, Document], Iterator[Problem]], ...] = (
        _head, _ids, _kinds, check_gotos, _ends, _labels, _texts, _consent, check_tests,
    )  # fmt: skip
    found = [problem for check in checks for problem in check(file, document)]
    return [*found, *check_conditions(file, document, conditions)]


def _at(place: int, *rest: str | int) -> Where:
    return ("questions", place, *rest)


def _head(file: FlowFile, document: Document) -> Iterator[Problem]:
    if file.format != FORMAT:
        yield document.problem(("format",), f'format: expected "{FORMAT}", but got "{file.format}"')
    if file.review not in {"drafted", "reviewed"}:
        yield document.problem(("review",), 'review: expected "drafted" or "reviewed"')
    if not file.questions:
        yield document.problem(("questions",), "questions: a flow needs at least one question")
    if file.expires.total_seconds() <= 0:
        yield document.problem(("expires",), "expires: expected a time longer than nothing, such as 72h")


def _ids(file: FlowFile, document: Document) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, question in enumerate(file.questions):
        where, name = _at(place, "id"), f'question "{question.id}"'
        if question.id in seen:
            yield document.problem(where, f"{name}: the id is used twice")
        seen.add(question.id)
        if question.id in RESERVED or not _is_id(question.id):
            yield document.problem(
                where, f"{name}: an id has small letters, digits and _, and is no reserved word"
            )
        own: set[str] = set()
        for index, choice in enumerate(question.choices):
            at = _at(place, "choices", index, "id")
            if choice.id in own:
                yield document.problem(at, f'{name}: the choice "{choice.id}" is there twice')
            own.add(choice.id)
            if not _is_id(choice.id) or choice.id in {"ask", "skip"}:
                yield document.problem(at, f'{name}: "{choice.id}" cannot be the id of a choice')
            if len(button_data(question.id, choice.id).encode()) > LONGEST_DATA:
                yield document.problem(
                    at, f'{name}: "{choice.id}" is too long for a button ({LONGEST_DATA} bytes)'
                )


def _is_id(text: str) -> bool:
    return text.isascii() and text.isidentifier() and text == text.lower()


def _kinds(file: FlowFile, document: Document) -> Iterator[Problem]:
    """Settings that go together, and those that do not."""
    for place, question in enumerate(file.questions):
        for message in (*_choices_fit(question), *_settings_fit(question)):
            yield document.problem(_at(place), f'question "{question.id}": {message}')


def _choices_fit(question: QuestionEntry) -> Iterator[str]:
    count = len(question.choices)
    if question.type in _WITH_CHOICES and count < 2:
        yield f"type {question.type} needs at least two choices"
    if question.type not in _WITH_CHOICES and count:
        yield f"type {question.type} has no choices"
    if count > MOST_CHOICES:
        yield f"{count} choices; at most {MOST_CHOICES}"
    if question.choices_from is not None:
        if question.choices_from not in LISTS:
            yield f'unknown list "{question.choices_from}"; known: services'
        if not any(choice.always for choice in question.choices):
            yield "choices_from needs a choice that is always there"


def _settings_fit(question: QuestionEntry) -> Iterator[str]:
    if question.many and question.type is not Kind.TEXT:
        yield "many is for type text only"
    if (question.min or 0) < 0 or (question.max is not None and question.max < (question.min or 0)):
        yield "min and max leave no answer"
    known = VARIANTS.get(question.role, frozenset[str]())
    for variant in sorted(question.variants.keys() - known):
        yield f'unknown variant "{variant}"; known here: {", ".join(sorted(known)) or "none"}'


def _ends(file: FlowFile, document: Document) -> Iterator[Problem]:
    if file.finish not in file.ends:
        yield document.problem(("finish",), f'finish: unknown end "{file.finish}"')
    for name, end in file.ends.items():
        if end.after_alert is not None and end.after_alert not in file.ends:
            yield document.problem(
                ("ends", name), f'end "{name}": after_alert: unknown end "{end.after_alert}"'
            )
        if end.say is None and not end.receipt:
            yield document.problem(("ends", name), f'end "{name}": needs "say", or a receipt')
        if end.discard and end.after_alert is None and any(map(_alerting, file.questions)):
            yield document.problem(("ends", name), f'end "{name}": discards, so it needs an after_alert')


def _alerting(question: QuestionEntry) -> bool:
    return any(choice.alert for choice in question.choices)


def _labels(file: FlowFile, document: Document) -> Iterator[Problem]:
    """Two answers that a person cannot tell apart, or that a number could be mistaken for."""
    for place, question in enumerate(file.questions):
        seen: dict[str, str] = {}
        for index, choice in enumerate(question.choices):
            where, plain = _at(place, "choices", index, "label"), normal(choice.label)
            name = f'question "{question.id}"'
            if plain in seen:
                yield document.problem(
                    where, f'{name}: "{choice.label}" reads like the label of "{seen[plain]}"'
                )
            seen[plain] = choice.id
            if plain[:1].isdigit():
                yield document.problem(where, f'{name}: the label "{choice.label}" starts with a digit')
            if len(choice.label) > LONGEST_LABEL:
                length = f"{len(choice.label)} characters; at most {LONGEST_LABEL}"
                yield document.problem(where, f'{name}: the label "{choice.label}" has {length}')


def _texts(file: FlowFile, document: Document) -> Iterator[Problem]:
    for source in flow_sources(file, document):
        (text,) = source.forms
        key = source.key.partition("/")[2]
        for message in _text_faults(text, is_label=source.button):
            yield Problem(document.file, source.line, 1, f"{key}: {message}")


def _text_faults(text: str, *, is_label: bool) -> Iterator[str]:
    if not text:
        yield "the text is empty"
    if stray_brace(text):
        yield "a brace that belongs to no {name}"
    for name in placeholders(text):
        if is_label or name not in VALUES:
            yield f"nothing is known to put in place of {{{name}}}"
    if len(text) > LONGEST_MESSAGE:
        yield f"{len(text)} characters; a message has at most {LONGEST_MESSAGE}"
    if not is_label and len(text.split()) > MOST_WORDS:
        yield f"{len(text.split())} words; at most {MOST_WORDS}"


def _consent(file: FlowFile, document: Document) -> Iterator[Problem]:
    """Nothing but the opening and row 2 may be asked before the notice, and the notice has a way out."""
    notices = [place for place, question in enumerate(file.questions) if question.role is Role.NOTICE]
    if not notices:
        yield document.problem(
            ("questions",), "no question has the role notice: consent comes before any stored answer"
        )
        return
    for place, question in enumerate(file.questions[: notices[0]]):
        if question.role not in {Role.OPENING, Role.PUSH}:
            yield document.problem(
                _at(place),
                f'question "{question.id}": stands before the notice, so it would be stored without consent',
            )
    notice = file.questions[notices[0]]
    if notice.show_if is not None or notice.skip not in (None, "false"):
        yield document.problem(
            _at(notices[0]), f'question "{notice.id}": a notice is always asked and never skipped'
        )
    leaves_by = [choice.goto for choice in notice.choices if choice.goto]
    if not any(file.ends[goto[4:]].discard for goto in leaves_by if goto[4:] in file.ends):
        yield document.problem(
            _at(notices[0]), f'question "{notice.id}": no choice leads to an end with discard'
        )
