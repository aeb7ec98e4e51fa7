"""A focal point's command, applied to a case by protocol section 8: who may do what, and what they read.
Pure: it runs on the case as it was just read, so of two takers the second reads that the first has it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from responders import taking, working
from responders.cases import Case, Mark
from responders.commands import Command, Verb
from responders.facts import Facts
from responders.having import holding, refuse, tell
from responders.turns import CaseTurn, Choice, Tell, settled

Handler = Callable[[Case, Command, str, datetime, Facts], CaseTurn]

_ABOUT_WHO: Mapping[Verb, Handler] = {
    Verb.TAKE: taking.taken,
    Verb.PASS: taking.passed,
    Verb.WHY: taking.why,
    Verb.OPEN: taking.opens,
    Verb.HANDOVER: taking.hands_over,
}
_OF_THE_HOLDER: Mapping[Verb, Handler] = {
    Verb.TEXT: working.text,
    Verb.NOTE: working.note,
    Verb.WORKING: working.works,
    Verb.QUIET: working.quiet,
    Verb.SEIZED: working.seized,
    Verb.LEVEL: working.level,
    Verb.CONSENT: working.consent,
    Verb.REFER: working.refer,
    Verb.END: working.end,
    Verb.UNDO: working.undo,
    Verb.NEW_PHONE: working.new_phone,
}
_NEED_THE_WAY = {
    Verb.TEXT,
    Verb.QUIET,
    Verb.SEIZED,
    Verb.CONSENT,
    Verb.REFER,
    Verb.UNDO,
    Verb.NEW_PHONE,
}
_MENU = (Verb.WORKING, Verb.NOTE, Verb.HANDOVER, Verb.SEIZED, Verb.UNDO, Verb.END)


def apply(case: Case, command: Command, by: str, now: datetime, facts: Facts) -> CaseTurn:
    """What a command does to the case it names. `list`, `off` and `help` name none: see taking.off and card.

    Somebody whom the case does not concern reads the same as for a number that does not exist."""
    return settled(case, _apply(case, command, by, now, facts))


def _apply(case: Case, command: Command, by: str, now: datetime, facts: Facts) -> CaseTurn:
    verb = command.verb
    if by in case.removed or not concerns(case, by):
        return CaseTurn(case, tells=(no_such_case(by, case.number),))
    if verb is Verb.MENU:
        return CaseTurn(case, tells=(_menu(case, by),))
    if not case.is_open:
        return refuse(case, by, "closed")
    if verb in _ABOUT_WHO:
        return _ABOUT_WHO[verb](case, command, by, now, facts)
    if verb not in _OF_THE_HOLDER:
        raise ValueError(f"{verb.value} names no case: expected a verb with a number")
    mine = holding(case, by, now)
    if mine is None:
        return taking.not_yours(case, by)
    if verb in _NEED_THE_WAY and not case.has_way:
        return mine.then(refuse(mine.case, by, "no_way"))
    return mine.then(_OF_THE_HOLDER[verb](mine.case, command, by, now, facts))


def concerns(case: Case, person: str) -> bool:
    """Whether a person is, was or can be woken for this case."""
    plan = case.plan
    return person in {*plan.reaches, *plan.coordinators, *case.paged, *case.access, case.handover}


def no_such_case(person: str, number: int) -> Tell:
    """For a number that does not exist, or is none of theirs."""
    return Tell(person, "desk/refused.no_such_case", {"number": number})


def _menu(case: Case, by: str) -> Tell:
    """`42`: what can be done now."""
    number = case.number
    if not case.is_open:
        return tell(case, by, "menu.closed")
    if case.has == by:
        choices = tuple(Choice(f"desk/button.{verb.value}", _LETTERS[verb] + str(number)) for verb in _MENU)
        return Tell(by, "desk/menu.yours", {"number": number}, choices)
    if case.has is not None:
        return tell(case, by, "menu.theirs", who=case.has)
    choices = tuple(
        Choice(f"desk/button.{verb.value}", _LETTERS[verb] + str(number))
        for verb in (Verb.TAKE, Verb.PASS, Verb.WHY)
    )
    key = "desk/menu.erased" if Mark.ERASED in case.marks else "desk/menu.open"
    return Tell(by, key, {"number": number}, choices)


_LETTERS: Mapping[Verb, str] = {
    Verb.TAKE: "t",
    Verb.PASS: "p",
    Verb.WHY: "y",
    Verb.WORKING: "w",
    Verb.NOTE: "n",
    Verb.HANDOVER: "h",
    Verb.SEIZED: "x",
    Verb.UNDO: "u",
    Verb.END: "e",
}
