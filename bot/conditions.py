"""The language of `show_if`: `a = x`, `a != x`, `a has x`, `a in (x, y)`, `answered a`, and, or, not, ().
Compiled when a flow is loaded; nothing is ever evaluated as code, and labels play no part, only ids."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Value = str | tuple[str, ...]  # a choice id, several, or text; "" for skipped
Answers = Mapping[str, Value]


class ConditionError(ValueError):
    """The condition cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Is:
    """The answer to `question` is, or has among it, one of `choices`; an unasked question matches nothing."""

    question: str
    choices: frozenset[str]
    operator: str = "="

    def holds(self, answers: Answers) -> bool:
        """Compare ids only."""
        value = answers.get(self.question, "")
        return not self.choices.isdisjoint(value) if isinstance(value, tuple) else value in self.choices


@dataclass(frozen=True, slots=True)
class Answered:
    """`question` was asked and answered or skipped."""

    question: str

    def holds(self, answers: Answers) -> bool:
        """True also for an answer of "" (skipped)."""
        return self.question in answers


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of its inner condition."""

    inner: "Condition"

    def holds(self, answers: Answers) -> bool:
        """Negate."""
        return not self.inner.holds(answers)


@dataclass(frozen=True, slots=True)
class Both:
    """Every inner condition holds."""

    parts: "tuple[Condition, ...]"

    def holds(self, answers: Answers) -> bool:
        """Stop at the first that does not hold."""
        for part in self.parts:  # noqa: SIM110 - several are asked at every answer, and `all` costs as much again
            if not part.holds(answers):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Either:
    """At least one inner condition holds."""

    parts: "tuple[Condition, ...]"

    def holds(self, answers: Answers) -> bool:
        """Stop at the first that holds."""
        for part in self.parts:  # noqa: SIM110 - as above
            if part.holds(answers):
                return True
        return False


Condition = Is | Answered | Not | Both | Either

_TOKEN = re.compile(r"\s*(?:([A-Za-z0-9_]+)|(!=|=|\(|\)|,))")
_RESERVED = frozenset({"and", "or", "not", "has", "in", "answered"})


def compile_condition(source: str) -> Condition:
    """Read a condition; ConditionError says what was expected and what came."""
    parser = _Parser(list(_tokens(source)))
    try:
        condition = parser.either()
    except RecursionError:
        raise ConditionError("it is nested too deep") from None
    if (rest := parser.peek()) is not None:
        raise ConditionError(f'"{rest}" is too much; expected "and", "or" or the end')
    return condition


def leaves(condition: Condition) -> Iterator[Is | Answered]:
    """Every comparison inside a condition, from left to right."""
    match condition:
        case Is() | Answered():
            yield condition
        case Not(inner):
            yield from leaves(inner)
        case Both(parts) | Either(parts):
            for part in parts:
                yield from leaves(part)


def _tokens(source: str) -> Iterator[str]:
    position, end = 0, len(source.rstrip())
    while position < end:
        found = _TOKEN.match(source, position)
        if found is None:
            raise ConditionError(f'"{source[position:].strip()[0]}" is not part of a condition')
        yield found.group(1) or found.group(2)
        position = found.end()


class _Parser:
    """Recursive descent: either > both > inverse > comparison."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._next = 0

    def peek(self) -> str | None:
        """The next token without taking it."""
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def either(self) -> Condition:
        parts = [self._both()]
        while self._took("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Condition:
        parts = [self._inverse()]
        while self._took("and"):
            parts.append(self._inverse())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _inverse(self) -> Condition:
        if self._took("not"):
            return Not(self._inverse())
        if self._took("("):
            inner = self.either()
            self._expect(")")
            return inner
        if self._took("answered"):
            return Answered(self._id("a question"))
        return self._comparison()

    def _comparison(self) -> Condition:
        question = self._id("a question")
        if self._took("="):
            return Is(question, frozenset({self._id("a choice")}))
        if self._took("!="):
            return Not(Is(question, frozenset({self._id("a choice")})))
        if self._took("has"):
            return Is(question, frozenset({self._id("a choice")}), "has")
        if self._took("in"):
            self._expect("(")
            choices = {self._id("a choice")}
            while self._took(","):
                choices.add(self._id("a choice"))
            self._expect(")")
            return Is(question, frozenset(choices), "in")
        raise ConditionError(f'expected "=", "!=", "has" or "in" after "{question}", got {self._shown()}')

    def _took(self, token: str) -> bool:
        if self.peek() != token:
            return False
        self._next += 1
        return True

    def _expect(self, token: str) -> None:
        if not self._took(token):
            raise ConditionError(f'expected "{token}", got {self._shown()}')

    def _id(self, what: str) -> str:
        token = self.peek()
        if token is None or token in _RESERVED or not token[0].isalnum():
            raise ConditionError(f"expected {what}, got {self._shown()}")
        self._next += 1
        return token

    def _shown(self) -> str:
        token = self.peek()
        return "nothing more" if token is None else f'"{token}"'
