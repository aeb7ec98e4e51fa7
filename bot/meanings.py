"""What an event of a turn means to the case that it names: a decision about the case, without any I/O."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.turn import Act, Consented, Danger, Did, Note, PushSet, Released, Wrote
from responders import ending, escalation, reporter_side
from responders.cases import Case, Consent, Reply
from responders.changing import replace
from responders.plan import Plan
from responders.turns import CaseTurn

Decide = Callable[[Case], CaseTurn]
PlanAgain = Callable[[Case, datetime], Plan]
Event = Danger | Wrote | PushSet | Released | Consented | Did

_ACTS: Mapping[Act, Callable[[Case, datetime], CaseTurn]] = {
    Act.STOPPED: reporter_side.stop,
    Act.ERASED: ending.erase,
    Act.CLEARED_LOCKED: lambda case, now: reporter_side.reporter_wrote(case, False, now),
    Act.WITHDREW: reporter_side.withdraw,
    Act.BLOCKED: reporter_side.blocked,
    Act.UNBLOCKED: reporter_side.unblocked,
    Act.KEY_CHANGED: reporter_side.key_changed,
    Act.VOICE: lambda case, _now: CaseTurn(replace(case, unsure=True)),
    Act.LOCKED: lambda case, _now: CaseTurn(replace(case, words_at=None)),
}
assert {*_ACTS, Act.WENT_BACK, Act.NEW_PHONE} == set(Act), "every act means something"  # noqa: S101


def meaning(event: Event, now: datetime, plan_again: PlanAgain) -> Decide:
    """The decision that an event leads to, on the case as it will have been read."""
    match event:
        case Danger(_, codes, was_locked):
            return lambda case: _danger(case, codes, was_locked, now, plan_again)
        case Wrote(_, _, note):
            return lambda case: reporter_side.reporter_wrote(case, note is not Note.NO_WORDS, now)
        case Released(_, note):
            return lambda case: reporter_side.reporter_wrote(case, note is Note.UNLOCKED, now)
        case PushSet(_, push):
            return lambda case: reporter_side.push_chosen(case, push, proven=True)
        case Consented(_, letter, answer, body, version):
            given = Consent(letter, Reply(answer), now, version, body)
            return lambda case: reporter_side.consent_answered(case, given)
        case Did(_, Act.WENT_BACK, detail):
            return lambda case: reporter_side.went_back(case, f"reprisal/opening.{detail}")
        case Did(_, act):
            return lambda case: _ACTS[act](case, now)


def _danger(
    case: Case, codes: tuple[str, ...], was_locked: bool, now: datetime, plan_again: PlanAgain
) -> CaseTurn:
    """A closed case (another phone's, with its words) is opened again first."""
    turn = CaseTurn(case) if case.is_open else ending.reopened(case, now)
    plan = plan_again(turn.case, now)
    return turn.then(escalation.danger_again(turn.case, now, locked=was_locked, codes=codes, plan=plan))
