"""The verbs about who has a case: take, pass, why, open, hand over; and going off duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from responders import escalation, ladder
from responders.cases import Case, Passed
from responders.changing import replace
from responders.commands import REASON_PROMPT, Command, normal
from responders.facts import Facts
from responders.having import holding, opened, refuse, take, tell
from responders.states import State
from responders.turns import AuditEntry, CaseTurn, Choice, PageKind, Ring, Tell, settled
from triage.scales import Level

KNOWS_THEM = 3  # the reason that removes somebody from the case
HANDOVER_SILENCE = {Level.IMMEDIATE: timedelta(minutes=5)}
HANDOVER_SILENCE_ELSE = timedelta(minutes=60)


def taken(case: Case, _command: Command, by: str, now: datetime, _facts: Facts) -> CaseTurn:
    """`t42`. A coordinator may take at any time; of all others the first one has it."""
    if not case.may_open(by):
        return refuse(case, by, "not_for_you")
    if case.has == by:
        return CaseTurn(case, tells=(tell(case, by, "you_have_it"),), reveal=(by,))
    if case.has is not None and by != case.handover and by not in case.plan.coordinators:
        return CaseTurn(case, tells=(tell(case, by, "x_has_it", who=case.has),))
    return take(case, by, now)


def passed(case: Case, command: Command, by: str, now: datetime, facts: Facts) -> CaseTurn:
    """`p42 1-4`. All of a step passed: the next step at once. "I know them" removes the person."""
    if case.has not in {None, by} and case.handover != by and not _may_add_a_reason(case, by, now):
        return CaseTurn(case, tells=(tell(case, by, "x_has_it", who=case.has),))
    said = Passed(by, now, command.digit)
    noted = replace(case, passed=(*(one for one in case.passed if one.person != by), said))
    turn = CaseTurn(noted, tells=(_pass_answer(case, command, by),), audit=(_audit("case.passed", case, by),))
    if command.digit == KNOWS_THEM:
        return turn.then(escalation.removed(noted, by, now, plan=facts.plan))
    if case.handover == by:
        return turn.then(escalation.handed_back(noted))
    if case.has == by:
        return turn.then(ladder.resume(noted, now))
    return turn.then(ladder.refused_by(noted, now))


def why(case: Case, _command: Command, by: str, _now: datetime, _facts: Facts) -> CaseTurn:
    """`3 why me`: the place on the ladder, and nothing about the case."""
    steps = case.plan.ladder(case.ladder).steps
    place = next((number for number, step in enumerate(steps, 1) if by in step.people), None)
    values = {"level_key": ladder.level_key(case.level), "step": place or len(steps) + 1}
    key = "why.step"
    if case.handover == by:
        key, values = "why.handover", {**values, "who": case.has}
    elif case.plan.gap:
        key = "why.gap"
    elif by in case.plan.coordinators:
        key = "why.coordinator"
    elif place is None:
        key = "why.roster"
    return CaseTurn(case, tells=(tell(case, by, key, **values),))


def opens(case: Case, _command: Command, by: str, now: datetime, _facts: Facts) -> CaseTurn:
    """`o42`, or the console opened the sealed body: after an un-take, whoever opens first has it."""
    if not case.may_open(by):
        return refuse(case, by, "not_for_you")
    if case.has == by:
        return opened(case, by, now)
    mine = holding(case, by, now)
    if mine is not None:
        return mine
    if case.has is not None:
        return CaseTurn(case, tells=(tell(case, by, "x_has_it", who=case.has),))
    return refuse(case, by, "take_first")


def hands_over(case: Case, command: Command, by: str, now: datetime, facts: Facts) -> CaseTurn:
    """`h42 X`: offered to X, yours until X takes it."""
    mine = holding(case, by, now)
    if mine is None:
        return not_yours(case, by)
    other = facts.people.get(normal(command.text))
    if other is None:
        return refuse(case, by, "who_is_that")
    if other == by:
        return refuse(case, by, "handover_self")
    if other in facts.off:
        return refuse(case, by, "handover_off_duty", who=other)
    if not case.may_open(other):
        return refuse(case, by, "handover_cannot_open", who=other)
    silence = HANDOVER_SILENCE.get(case.level, HANDOVER_SILENCE_ELSE)
    offered = replace(mine.case.with_due(handover_by=now + silence), handover=other)
    page = ladder.page(offered, other, PageKind.HANDOVER, Ring.ALL)
    told = tell(case, by, "handover_offered", who=other, time=now + silence)
    turn = CaseTurn(offered, pages=(page,), tells=(told,), audit=(_audit("case.offered", case, by),))
    return mine.then(turn)


def not_yours(case: Case, by: str) -> CaseTurn:
    """The answer to a verb of somebody who does not have the case."""
    if case.has is not None:
        return refuse(case, by, "x_has_it", who=case.has)
    return refuse(case, by, "take_first")


@dataclass(frozen=True, slots=True)
class Off:
    """What `off 8h` does: `until` (None: refused, nothing changes), the answer, and the cases that change."""

    until: datetime | None
    answer: Tell
    turns: tuple[CaseTurn, ...] = ()


def off(cases: Sequence[Case], by: str, period: timedelta, now: datetime) -> Off:
    """Off duty for a time: refused with open immediate or urgent cases; while paged it is a pass.

    `off 0` is back on duty."""
    kept = [case for case in cases if case.is_open and case.has == by and case.level >= Level.URGENT]
    if kept and period > timedelta(0):
        numbers = ", ".join(f"h{case.number}" for case in kept)
        return Off(None, Tell(by, "desk/refused.off_with_cases", {"numbers": numbers}))
    if period <= timedelta(0):
        return Off(now, Tell(by, "desk/back_on_duty"))
    turns = []
    for case in cases:
        paged = (
            case.state is State.OPEN and by in ladder.present(case) and by in ladder.listening(case, (by,))
        )
        if not case.is_open or not (paged or case.handover == by):
            continue
        noted = replace(case, passed=(*case.passed, Passed(by, now, 1)))
        later = escalation.handed_back(noted) if case.handover == by else ladder.refused_by(noted, now)
        turns.append(settled(case, CaseTurn(noted, audit=(_audit("case.passed", case, by),)).then(later)))
    until = now + period
    return Off(until, Tell(by, "desk/off_until", {"time": until}), tuple(turns))


def _may_add_a_reason(case: Case, by: str, now: datetime) -> bool:
    """They passed just now and only say why, although somebody has taken it meanwhile."""
    return any(one.person == by and now - one.at <= REASON_PROMPT for one in case.passed)


def _pass_answer(case: Case, command: Command, by: str) -> Tell:
    if command.digit is not None:
        return tell(case, by, "removed" if command.digit == KNOWS_THEM else "passed")
    choices = tuple(Choice(f"desk/button.pass{digit}", f"p{case.number} {digit}") for digit in range(1, 5))
    return replace(tell(case, by, "pass_why"), choices=choices)


def _audit(act: str, case: Case, by: str) -> AuditEntry:
    return AuditEntry(act, by, case.number)
