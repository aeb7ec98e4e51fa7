"""What the clock and the machine do to a case: open it, climb, un-take. raising.py and audience.py do
the rest. Pure; a timer that is stale or early changes nothing."""

from collections.abc import Callable, Mapping
from datetime import datetime

from responders import ladder, outgoing
from responders.audience import country_known, handed_back, removed, undeliverable, way_failed
from responders.cases import Case, Consent, Due, Mark, Push
from responders.changing import replace
from responders.clock_back import BACK_COUNTS, moved_back
from responders.ending import AFTER_THE_END, emptied, reopened
from responders.plan import Plan
from responders.raising import NOBODY_YET, danger_again, raise_level, raised
from responders.turns import AuditEntry, CaseTurn, Erase, PageKind, Ring, Tell, settled
from triage.assessment import Assessment
from triage.report import Report
from triage.scales import Level

__all__ = [
    "country_known",
    "danger_again",
    "handed_back",
    "on_due",
    "open_case",
    "raise_level",
    "removed",
    "undeliverable",
    "updated",
    "way_failed",
]


def open_case(  # noqa: PLR0913 - a case is born with all of it
    case_id: str,
    number: int,
    plan: Plan,
    report: Report,
    assessment: Assessment,
    now: datetime,
    *,
    then: Assessment | None = None,
    consents: tuple[Consent, ...] = (),
    marks: frozenset[Mark] = frozenset(),
    earlier: int = 0,
) -> CaseTurn:
    """A new case with its first pages.

    `then` is the same report assessed at `assessment.reassess_at`: by that day the server can no longer read
    the answers, so what they will mean is decided now (the story of the summons)."""
    case = Case(
        id=case_id,
        number=number,
        created=now,
        plan=plan,
        sealed_to=plan.content,
        level=assessment.level,
        suggested=assessment.level,
        channel=report.channel,
        consents=consents,
        marks=marks,
        earlier=earlier,
        paged=(),
    )
    case = _heard(case, report, assessment, then)
    if case.level >= Level.URGENT:
        case = case.with_due(nobody_yet=now + NOBODY_YET)
    opened = CaseTurn(case, audit=(AuditEntry("case.opened", None, number),))
    return settled(case, opened.then(ladder.start(case, now)))


def updated(
    case: Case,
    report: Report,
    assessment: Assessment,
    now: datetime,
    *,
    plan: Plan | None = None,
    sealed_to: tuple[str, ...] | None = None,
    then: Assessment | None = None,
) -> CaseTurn:
    """The reporter said more in the same conversation: new facts, a stricter audience, perhaps a raise.

    `plan`: made again when country, acts or level differ. `sealed_to`: whom the body is sealed to now."""
    country_is_new = report.country is not None and report.country != case.country
    turn = CaseTurn(_heard(case, report, assessment, then))
    if not case.is_open:
        turn = turn.then(reopened(turn.case, now))
    if plan is not None and country_is_new:
        turn = turn.then(country_known(turn.case, plan, now, sealed_to=sealed_to))
    elif sealed_to is not None:
        turn = replace(turn, case=replace(turn.case, sealed_to=sealed_to))
    turn = turn.then(raise_level(turn.case, assessment, now, plan=plan))
    return settled(case, turn)


def on_due(
    case: Case,
    generation: int,
    now: datetime,
    *,
    plan: Plan | None = None,
    was_retimed: bool = False,
    may_erase: bool = True,
) -> CaseTurn:
    """Do what has fallen due. A timer of another generation changes nothing.

    `plan` is a fresh one for the case's labels; it is used only when a ladder begins again. One that rings early
    changes nothing either, unless the timers `was_retimed` when the clock went back: then it is right and the case is
    not. With `may_erase` False what is to be erased waits."""
    turn = CaseTurn(case)
    if generation != case.generation or not case.due:
        return turn
    early = min(case.due.values()) - now
    if was_retimed and early > BACK_COUNTS:
        turn = CaseTurn(moved_back(case, early))
    due = _due(turn.case, may_erase=may_erase)
    while due is not None and turn.case.due[due] <= now:
        name = due
        before = turn.case.with_due(**{name.value: None})
        turn = turn.then(_HANDLERS[name](before, now, plan))
        due = _due(turn.case, may_erase=may_erase)
    return settled(case, turn)


def _due(case: Case, *, may_erase: bool) -> Due | None:
    """What comes first."""
    names = (name for name in case.due if may_erase or name not in AFTER_THE_END)
    return min(names, key=lambda name: (case.due[name], name.value), default=None)


def _heard(case: Case, report: Report, assessment: Assessment, then: Assessment | None) -> Case:
    """The case with what the report now says; a date that moved moves its due times."""
    codes = tuple(reason.code for reason in assessment.reasons)
    at, remind = assessment.reassess_at, assessment.remind_at
    if at is not None or report.on is not None:  # who writes again without the date has not taken it back
        case = replace(case, reassess_to=then.level if then is not None else None)
        case = case.with_due(reassess=at, remind=remind)
    return replace(
        case,
        urgency=assessment.urgency,
        severity=assessment.severity,
        certainty=assessment.certainty,
        unsure=assessment.unsure,
        reasons=case.reasons or codes,
        country=report.country or case.country,
        language=report.language,
        push=Push(report.push) if report.push in tuple(Push) else case.push,
    )


def _step(case: Case, now: datetime, _plan: Plan | None) -> CaseTurn:
    return ladder.fire(case, now)


def _not_opened(case: Case, now: datetime, plan: Plan | None) -> CaseTurn:
    """Taken and not opened: the ladder goes on; raised and not opened: the new ladder starts."""
    went_on = ladder.start(case, now, PageKind.RAISED, plan) if case.raised else ladder.resume(case, now)
    return _untaken(case, went_on, "desk/untaken.open", now)


def _no_progress(case: Case, now: datetime, plan: Plan | None) -> CaseTurn:
    return _untaken(case, ladder.start(case, now, PageKind.RESUMED, plan), "desk/untaken.progress", now)


def _no_words(case: Case, now: datetime, plan: Plan | None) -> CaseTurn:
    """First words are overdue and no note says why: treated as no progress."""
    return _untaken(case, ladder.start(case, now, PageKind.WORDS, plan), "desk/untaken.words", now)


def _untaken(case: Case, turn: CaseTurn, key: str, now: datetime) -> CaseTurn:
    """The first taker keeps access, and reads that the others are being woken."""
    if turn.case.has_way and turn.case.level >= Level.URGENT:
        turn = replace(turn, case=turn.case.with_due(nobody_yet=now + NOBODY_YET))
    if case.has is None:
        return turn
    tell = Tell(case.has, key, {"number": case.number})
    audit = AuditEntry("case.untaken", case.has, case.number)
    return replace(turn, tells=(*turn.tells, tell), audit=(*turn.audit, audit))


def _progress_soon(case: Case, _now: datetime, _plan: Plan | None) -> CaseTurn:
    if case.has is None:
        return CaseTurn(case)
    by = case.due.get(Due.PROGRESS_BY)
    return CaseTurn(case, tells=(Tell(case.has, "desk/progress_soon", {"number": case.number, "time": by}),))


def _reassess(case: Case, now: datetime, plan: Plan | None) -> CaseTurn:
    """72 h before the date: what was later is now expected."""
    if case.reassess_to is None or case.reassess_to <= case.level:
        return CaseTurn(case)
    near = replace(
        case, suggested=max(case.suggested, case.reassess_to), reasons=(*case.reasons, "when.date_near")
    )
    return raised(near, case.reassess_to, now, plan)


def _remind(case: Case, now: datetime, _plan: Plan | None) -> CaseTurn:
    """24 h before the date: whoever has it is paged again; with nobody, the ladder's next step."""
    if case.has is not None:
        return CaseTurn(case, pages=(ladder.page(case, case.has, PageKind.REMIND, Ring.ALL),))
    return ladder.fire(case, now, PageKind.REMIND)


def _handover(case: Case, _now: datetime, _plan: Plan | None) -> CaseTurn:
    return handed_back(case)


def _retention(*erase: Erase) -> Callable[[Case, datetime, Plan | None], CaseTurn]:
    def gone(case: Case, _now: datetime, _plan: Plan | None) -> CaseTurn:
        return CaseTurn(case, erase=frozenset(erase))

    return gone


def _case_gone(case: Case, _now: datetime, _plan: Plan | None) -> CaseTurn:
    return CaseTurn(replace(emptied(case), trusted=False), erase=frozenset(Erase) - {Erase.RECORD})


_HANDLERS: Mapping[Due, Callable[[Case, datetime, Plan | None], CaseTurn]] = {
    Due.STEP: _step,
    Due.OPEN_BY: _not_opened,
    Due.PROGRESS_SOON: _progress_soon,
    Due.PROGRESS_BY: _no_progress,
    Due.WORDS_BY: _no_words,
    Due.NOBODY_YET: outgoing.nobody_yet,
    Due.HANDOVER_BY: _handover,
    Due.REASSESS: _reassess,
    Due.REMIND: _remind,
    Due.WAITING: outgoing.not_collected,
    Due.BODY_GONE: _retention(Erase.BODY, Erase.CARD, Erase.NOTES),
    Due.WORDS_GONE: _retention(Erase.BODY, Erase.CARD, Erase.NOTES, Erase.WAITING, Erase.WAY, Erase.RECEIPT),
    Due.CASE_GONE: _case_gone,
    Due.NUMBER_GONE: _retention(Erase.RECORD),
}
assert set(_HANDLERS) == set(Due), "every due time has somebody who acts on it"  # noqa: S101
