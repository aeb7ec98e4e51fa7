"""A flow: the questions in their order, and which one comes next. Pure and without texts: labels live in the
translations, ids live here. Read config/flows/reprisal.yaml beside it; flow_loader.py builds it."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum

from bot.conditions import Answers, Condition, Value

SKIPPED = ""


class Kind(StrEnum):
    """What an answer looks like."""

    CHOICE = "choice"  # one choice id
    MULTI = "multi"  # a tuple of choice ids
    TEXT = "text"  # free text; `many` allows several messages
    DATE = "date"  # ISO date
    COUNTRY = "country"  # ISO 3166 alpha-2
    NUMBER = "number"  # digits


class Role(StrEnum):
    """What a question means to the engine, whatever its id is."""

    OPENING = "opening"  # the first; its alerting choices are a danger sign at any time
    PUSH = "push"  # may we write to you
    NOTICE = "notice"  # consent; nothing is stored before its yes unless an alert has gone
    SENT = "sent"  # the report is complete once this is asked
    WORDS = "words"  # the reporter's own words


@dataclass(frozen=True, slots=True)
class Choice:
    """One offered answer. `goto` names a later question or "end.<id>"; `alert` sends an alert at this tap.

    `always` is kept when the organisation narrows the list (`choices_from`)."""

    id: str
    goto: str | None = None
    alert: bool = False
    always: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One step. `min` and `max` bound a number, the characters of a text or the choices of a multi.

    `variants` are other wordings of the question: for a channel ("signal", "no_signal"), for who may read it."""

    id: str
    kind: Kind
    flow: str = ""
    choices: tuple[Choice, ...] = ()
    show_if: Condition | None = None
    skip: bool = False
    skip_label: bool = False  # the flow has its own words for skipping here ("<question>.skip")
    min: int | None = None
    max: int | None = None
    many: bool = False
    role: Role | None = None
    choices_from: str | None = None
    variants: tuple[str, ...] = ()
    ids: tuple[str, ...] = field(init=False, repr=False, compare=False)  # of the choices

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", tuple(choice.id for choice in self.choices))  # frozen: see Flow

    def ask_key(self, variant: str | None = None) -> str:
        """The text key of the question itself, in its wording for a channel where there is one."""
        return f"{self.flow}/{self.id}.ask" + (f".{variant}" if variant in self.variants else "")

    def label_key(self, choice_id: str) -> str:
        """The text key of one label."""
        return f"{self.flow}/{self.id}.{choice_id}"

    @property
    def skip_key(self) -> str:
        """The text key of the label that skips."""
        return f"{self.flow}/{self.id}.skip" if self.skip_label else "chat/skip"

    def choice(self, choice_id: str) -> Choice | None:
        """The choice with this id, if this question has it."""
        return next((choice for choice in self.choices if choice.id == choice_id), None)

    def shows(self, answers: Answers) -> bool:
        """Whether this question is asked, given the answers so far."""
        return self.show_if is None or self.show_if.holds(answers)

    def goto(self, answer: Value | None) -> str | None:
        """Where this answer leads, if it leads anywhere but to the next question."""
        chosen = self.choice(answer) if isinstance(answer, str) and answer else None
        return chosen.goto if chosen else None


@dataclass(frozen=True, slots=True)
class End:
    """How a flow ends. `discard` drops all answers; `after_alert` names the end that takes its place once an
    alert has gone; `receipt` means that receipt words follow; `again` starts a second matter; `says` tells
    whether the flow has a text "end.<id>"."""

    id: str
    discard: bool = False
    receipt: bool = False
    again: bool = False
    after_alert: str | None = None
    says: bool = True


@dataclass(frozen=True, slots=True)
class Flow:
    """A checked flow. `shape` changes with ids, types, conditions, gotos and limits, never with texts."""

    id: str
    shape: str
    source: str  # language of the source texts
    languages: tuple[str, ...]  # wanted translations
    expires: timedelta  # silence this long wipes the answers
    questions: tuple[Question, ...]
    ends: tuple[End, ...]
    finish: str  # the end after the last question
    _places: dict[str, int] = field(init=False, repr=False, compare=False)
    _alerting: frozenset[tuple[str, str]] = field(init=False, repr=False, compare=False)
    _leading: frozenset[str] = field(init=False, repr=False, compare=False)  # questions with a goto
    _roles: dict[Role, tuple[Question, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        derived = {
            "_places": {question.id: place for place, question in enumerate(self.questions)},
            "_alerting": frozenset((q.id, one.id) for q in self.questions for one in q.choices if one.alert),
            "_leading": frozenset(q.id for q in self.questions if any(one.goto for one in q.choices)),
            "_roles": {role: tuple(q for q in self.questions if q.role is role) for role in Role},
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)  # frozen: the only way to keep a derived index

    @property
    def free_texts(self) -> frozenset[str]:
        """The questions that are answered in one's own words."""
        return frozenset(question.id for question in self.questions if question.kind is Kind.TEXT)

    def question(self, question_id: str) -> Question:
        """The question with this id; KeyError if the flow has none."""
        return self.questions[self._places[question_id]]

    def has(self, question_id: str) -> bool:
        """Whether the flow has this question."""
        return question_id in self._places

    def with_role(self, role: Role) -> tuple[Question, ...]:
        """The questions with this role, in order."""
        return self._roles[role]

    def end(self, end_id: str) -> End:
        """The end with this id; KeyError if the flow has none."""
        for end in self.ends:
            if end.id == end_id:
                return end
        raise KeyError(end_id)

    def alerts(self, question_id: str, choice_id: str) -> bool:
        """Whether this tap sends an alert."""
        return (question_id, choice_id) in self._alerting

    def alerted(self, answers: Answers) -> bool:
        """Whether any answer so far has sent an alert."""
        for question, choice in self._alerting:  # noqa: SIM110 - asked several times in a turn
            if answers.get(question) == choice:
                return True
        return False

    def next_after(self, question_id: str | None, answers: Answers) -> Question | End:
        """The next question that shows and has no answer yet, or the end; None asks from the start.

        Questions answered beforehand (a pasted memo) are passed, but their gotos count."""
        place = -1 if question_id is None else self._places[question_id]
        while True:
            here = self.questions[place] if place >= 0 else None
            target = None
            if here is not None and here.id in answers and here.id in self._leading and here.shows(answers):
                target = here.goto(answers[here.id])
            if target is None:
                place += 1
            elif target.startswith("end."):
                return self._ending(target.removeprefix("end."), answers)
            else:
                place = self._places[target]
            if place >= len(self.questions):
                return self._ending(self.finish, answers)
            question = self.questions[place]
            if question.id not in answers and question.shows(answers):
                return question

    def previous(self, question_id: str, answers: Answers) -> Question | None:
        """The last answered question before this one that still shows: where BACK leads."""
        for question in reversed(self.questions[: self._places[question_id]]):
            if question.id in answers and question.shows(answers):
                return question
        return None

    def prune(self, answers: Answers) -> dict[str, Value]:
        """The answers whose questions still show; what BACK has made pointless is dropped.

        Row 2 always stays: a danger sign may have asked it out of turn, and a "never" must not be lost."""
        kept: dict[str, Value] = {}
        for question in self.questions:
            if question.id in answers and (question.role is Role.PUSH or question.shows(kept)):
                kept[question.id] = answers[question.id]
        return kept

    def offering(self, lists: dict[str, Collection[str]]) -> "Flow":
        """The flow with each `choices_from` list narrowed to what the organisation offers.

        The shape stays: an open conversation survives a change of the organisation's services."""
        return replace(self, questions=tuple(_narrowed(question, lists) for question in self.questions))

    def _ending(self, end_id: str, answers: Answers) -> End:
        end = self.end(end_id)
        if end.after_alert is not None and self.alerted(answers):
            return self.end(end.after_alert)
        return end


def button_data(question_id: str, choice_id: str) -> str:
    """The payload of a button: it names its question, so that an old button never answers a new one."""
    return f"{question_id}.{choice_id}"


def read_button_data(data: str) -> tuple[str, str] | None:
    """Question id and choice id of a payload, or None when it is no payload."""
    question_id, dot, choice_id = data.partition(".")
    return (
        (question_id, choice_id) if dot and question_id.isidentifier() and choice_id.isidentifier() else None
    )


def _narrowed(question: Question, lists: dict[str, Collection[str]]) -> Question:
    if question.choices_from is None or question.choices_from not in lists:
        return question
    offered = lists[question.choices_from]
    return replace(question, choices=tuple(c for c in question.choices if c.always or c.id in offered))
