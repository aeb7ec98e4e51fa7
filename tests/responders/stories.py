"""A language for ladder stories with a fake clock: `night.after(minutes=3)`, `night.types("first", "t42")`.
Runs the pure rules only; every timer rings twice and late ones ring too, as the real ones may."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from responders import desk, escalation
from responders.cases import Case, Consent, Mark, next_due
from responders.commands import Command, Refused, Vocabulary, parse, screen
from responders.facts import Facts
from responders.plan import Plan, plan
from responders.states import State
from responders.turns import CaseTurn, Page, Tell, ToReporter
from responders.yaml_document import read_document
from tests.responders.organisations import an_organisation
from triage.assessment import Assessment, Reason
from triage.report import Report
from triage.scales import Certainty, Level, Severity, Urgency

TUESDAY_NIGHT = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)  # "first" is on call, "second" the backup

TEXTS = Path(__file__).parents[2] / "config/texts/desk.yaml"
ENGLISH = {
    "take": ("t", "take", "i have it"),
    "pass": ("p", "pass"),
    "why": ("y", "why"),
    "open": ("o", "open"),
    "note": ("n", "note"),
    "working": ("w", "working"),
    "quiet": ("q", "quiet"),
    "seized": ("x", "seized"),
    "level": ("l", "level"),
    "consent": ("c", "consent"),
    "refer": ("r", "refer"),
    "handover": ("h", "hand over"),
    "end": ("e", "end"),
    "undo": ("u", "undo"),
    "new_phone": ("k", "new phone"),
    "list": ("?", "list"),
    "off": ("off",),
    "help": ("help",),
    "say_yes": ("yes",),
    "immediate": ("immediate",),
    "urgent": ("urgent",),
    "priority": ("priority",),
    "routine": ("routine",),
    "minutes": ("min", "minutes"),
    "hours": ("h", "hours"),
    "days": ("d", "days"),
}
WORDS = Vocabulary.of(lambda name: ENGLISH[name])
BODIES = {"un office": "UN office"}
PEOPLE = {name: name for name in ("first", "second", "third", "coordinator")}


@cache
def placeholders() -> Mapping[str, frozenset[str]]:
    """What each text for focal points has to be given, by its key."""
    document, problems = read_document(TEXTS, "desk.yaml")
    assert not problems
    assert document is not None
    assert isinstance(document.value, dict)
    return {
        f"desk/{key}": frozenset(re.findall(r"{([a-z_]+)}", str(entry)))
        for key, entry in document.value.items()
        if isinstance(entry, dict)
    }


def can_be_said(key: str, values: Mapping[str, object]) -> None:
    """Every text exists and gets all that it names."""
    given = {name.removesuffix("_key") for name in values}
    assert key in placeholders(), f"{key}: no such text"
    missing = placeholders()[key] - given
    assert not missing, f"{key}: nothing for {missing}"
    for name, value in values.items():
        if name.endswith("_key") and str(value).startswith("desk/"):
            assert value in placeholders()


@cache
def a_plan(level: Level = Level.IMMEDIATE, now: datetime = TUESDAY_NIGHT) -> Plan:
    return plan(an_organisation(), {"level": level.word}, now)


def an_assessment(
    level: Level = Level.IMMEDIATE, *codes: str, reassess_at: datetime | None = None
) -> Assessment:
    reasons = tuple(Reason(code) for code in codes or ("opening.unsafe",))
    return Assessment(
        level, Urgency.IMMEDIATE, Severity.SEVERE, Certainty.OBSERVED, reasons, False, reassess_at, None
    )


def a_case(
    level: Level = Level.IMMEDIATE,
    now: datetime = TUESDAY_NIGHT,
    *,
    push: str | None = None,
    number: int = 42,
    marks: frozenset[Mark] = frozenset(),
    consents: tuple[Consent, ...] = (),
) -> CaseTurn:
    report = Report(opening="unsafe", push=push, language="es", channel="telegram")
    return escalation.open_case(
        "c0ffee",
        number,
        a_plan(level, now),
        report,
        an_assessment(level),
        now,
        marks=marks,
        consents=consents,
    )


@dataclass
class Night:
    """One case from its first page on, and everything that went out."""

    now: datetime
    case: Case
    last: CaseTurn
    pages: list[tuple[datetime, Page]] = field(default_factory=list)
    tells: list[Tell] = field(default_factory=list)
    out: list[ToReporter] = field(default_factory=list)
    off: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, level: Level = Level.IMMEDIATE, now: datetime = TUESDAY_NIGHT, push: str | None = None
    ) -> "Night":
        turn = a_case(level, now, push=push)
        night = cls(now, turn.case, turn)
        night.keeps(turn)
        return night

    def keeps(self, turn: CaseTurn) -> CaseTurn:
        """Commit a turn."""
        everything: list[Page | Tell] = [*turn.pages, *turn.tells]
        for said in everything:
            can_be_said(said.key, said.values)
            for choice in said.choices:
                can_be_said(choice.key, {})
                assert isinstance(parse(choice.command, WORDS), Command | Refused)
        self.case, self.last = turn.case, turn
        self.pages += [(self.now, page) for page in turn.pages]
        self.tells += turn.tells
        self.out += turn.to_reporter
        return turn

    def after(self, **span: float) -> None:
        """Let time pass; every timer rings when it is due, and once more with its old generation."""
        until = self.now + timedelta(**span)
        while (due := next_due(self.case)) is not None and due <= until:
            self.now = max(self.now, due)
            generation = self.case.generation
            self.keeps(escalation.on_due(self.case, generation, self.now, plan=self.fresh()))
            again = escalation.on_due(self.case, generation, self.now)
            assert again == CaseTurn(self.case), "a doubled timer changes nothing"
        self.now = until

    def has(self) -> str | None:
        """Who has the case."""
        return self.case.has

    def state(self) -> State:
        """Where it is."""
        return self.case.state

    def fresh(self) -> Plan:
        """As dispatch makes it for ladders that begin again; the rota does not change within these hours."""
        return a_plan(self.case.level, self.now.replace(hour=self.now.hour // 6 * 6, minute=0, second=0))

    def types(self, person: str, text: str, quoted: int | None = None) -> str:
        """A focal point writes; the key of the first answer, without `desk/`."""
        command = parse(text, WORDS, screen(person, [self.case], self.now, quoted))
        if isinstance(command, Refused):
            can_be_said(command.key, command.values)
            return command.key.removeprefix("desk/")
        return self.does(person, command)

    def does(self, person: str, command: Command) -> str:
        facts = Facts(PEOPLE, BODIES, self.off, self.fresh())
        turn = self.keeps(desk.apply(self.case, command, person, self.now, facts))
        mine = [tell for tell in turn.tells if tell.person == person]
        return mine[0].key.removeprefix("desk/") if mine else ""

    def paged(self, since: datetime | None = None) -> list[str]:
        """Who was paged from a moment on (default: now), in order."""
        return [page.person for at, page in self.pages if at >= (since or self.now)]
