"""Climbing one case's ladder: which step fires now, whom it pages, when the next is due. Steps are state; a
timer only says "look again". A ladder ends at a human and repeats uncapped until somebody has the case."""

from datetime import datetime, timedelta

from responders.cases import Case, Due, Mark
from responders.changing import replace
from responders.plan import Plan, PlannedLadder
from responders.policies import Channels
from responders.states import Move
from responders.turns import CaseTurn, Choice, Page, PageKind, Ring
from triage.scales import Level

UNPLANNED_REPEAT = timedelta(hours=1)  # for a plan that just ends

PAGE_CHOICES = {"take": "t", "pass": "p", "why": "y"}


def start(case: Case, now: datetime, kind: PageKind = PageKind.FIRST, plan: Plan | None = None) -> CaseTurn:
    """Begin the ladder of the case's level at step one; `plan` is a fresh one: others may be on call now."""
    case = replace(
        case.with_due(open_by=None, progress_soon=None, progress_by=None, words_by=None, handover_by=None),
        state=case.moved(Move.RESUME),
        plan=plan or case.plan,
        ladder=case.level,
        step=-1,
        lap=0,
        climbing_from=now,
        has=None,
        handover=None,
        raised=False,
        passed=(),
        unreachable=(),
    )
    first = case.plan.ladder(case.ladder).steps[0].after
    if first > timedelta(0):
        return CaseTurn(case.with_due(step=now + first))
    return fire(case, now, kind)


def resume(case: Case, now: datetime) -> CaseTurn:
    """Somebody had it and did not open it: the next step fires at once, later ones keep their pace."""
    case = replace(
        case.with_due(open_by=None, progress_soon=None, progress_by=None, words_by=None, handover_by=None),
        state=case.moved(Move.RESUME),
        has=None,
        handover=None,
        raised=False,
    )
    steps = case.plan.ladder(case.ladder).steps
    if case.step + 1 < len(steps):
        case = replace(case, climbing_from=now - steps[case.step + 1].after)
    return fire(case, now, PageKind.RESUMED)


def fire(case: Case, now: datetime, kind: PageKind | None = None) -> CaseTurn:
    """Fire the next step that anybody listens to, or the repeat when there is none left."""
    ladder = case.plan.ladder(case.ladder)
    if ladder.then is not None and now >= _goes_over(case, ladder):
        over = replace(case, ladder=ladder.then, step=-1, lap=0, climbing_from=now, passed=(), unreachable=())
        return fire(over, now, kind or PageKind.AGAIN)
    for index in range(case.step + 1, len(ladder.steps)):
        people = listening(case, ladder.steps[index].people)
        if people:
            ring = Ring.DIGEST if ladder.digest and index == 0 else _ring(ladder.steps[index].channels)
            return _paged(replace(case, step=index), people, ring, kind, now)
    return _repeat(case, ladder, kind, now)


def refused_by(case: Case, now: datetime) -> CaseTurn:
    """After a pass: when nobody of the present step is left, the next step fires at once."""
    if case.step < 0 or case.due.get(Due.STEP) is None or listening(case, present(case)):
        return CaseTurn(case)  # nobody was asked yet, or somebody is still being asked
    if case.step >= len(case.plan.ladder(case.ladder).steps):
        return CaseTurn(case)  # everybody said no: all are asked again at the repeat
    return fire(case, now)


def next_person(case: Case, now: datetime) -> CaseTurn:
    """After a page that can never arrive: whoever the ladder would wake next is woken at once."""
    if not listening(case, present(case)):
        return refused_by(case, now)
    told = {*case.paged, case.has}
    waiting = [person for person in listening(case, case.plan.reaches) if person not in told]
    if not waiting:
        return CaseTurn(case)
    person = waiting[0]
    return CaseTurn(
        replace(case, paged=(*case.paged, person)), pages=(page(case, person, PageKind.FIRST, Ring.ALL),)
    )


def longest_wait(case: Case) -> timedelta:
    """The longest that a step of the present ladder can be away, where the ladder stands."""
    ladder = case.plan.ladder(case.ladder)
    if case.step + 1 < len(ladder.steps):
        return ladder.steps[case.step + 1].after
    if ladder.repeat is not None:
        return ladder.repeat.every
    return ladder.then_after or UNPLANNED_REPEAT


def next_gap(case: Case) -> timedelta:
    """From the step that fired last to the next."""
    steps = case.plan.ladder(case.ladder).steps
    if not 0 <= case.step < len(steps) - 1:
        return longest_wait(case)
    return steps[case.step + 1].after - steps[case.step].after


def present(case: Case) -> tuple[str, ...]:
    """Who was paged by the step that fired last."""
    ladder = case.plan.ladder(case.ladder)
    if case.step < 0:
        return ()
    if case.step < len(ladder.steps):
        return ladder.steps[case.step].people
    return ladder.repeat.people if ladder.repeat else ladder.steps[-1].people


def listening(case: Case, people: tuple[str, ...]) -> tuple[str, ...]:
    """Those who were not removed, did not pass and can be reached, in the same order."""
    silent = {*case.removed, *case.unreachable, *(passed.person for passed in case.passed)}
    return tuple(dict.fromkeys(person for person in people if person not in silent))


def page(case: Case, person: str, kind: PageKind, ring: Ring) -> Page:
    """A content-free page: number, level and three answers; nothing else is on it, on any channel."""
    kind = PageKind.ERASED if case.is_shell and kind is not PageKind.HANDOVER else kind
    key = "desk/page.test" if Mark.TEST in case.marks else f"desk/page.{kind.value}"
    values = {"number": case.number, "level_key": level_key(case.level)}
    choices = tuple(
        Choice(f"desk/button.{name}", f"{verb}{case.number}") for name, verb in PAGE_CHOICES.items()
    )
    return Page(person, kind, ring, key, values, choices)


def level_key(level: Level) -> str:
    """The text key of a level's word."""
    return f"desk/level.{level.word}"


def _repeat(case: Case, ladder: PlannedLadder, kind: PageKind | None, now: datetime) -> CaseTurn:
    """Everybody again; who passed or could not be reached is asked again, who was removed is not."""
    case = replace(case, step=len(ladder.steps), lap=case.lap + 1, passed=(), unreachable=())
    people = ladder.repeat.people if ladder.repeat else ladder.steps[-1].people
    people = listening(case, people) or listening(case, case.plan.reaches) or case.plan.coordinators
    ring = _ring(ladder.repeat.channels) if ladder.repeat else Ring.ALL
    return _paged(case, people, ring, kind or PageKind.AGAIN, now)


def _paged(case: Case, people: tuple[str, ...], ring: Ring, kind: PageKind | None, now: datetime) -> CaseTurn:
    pages = tuple(
        page(case, person, kind or (PageKind.AGAIN if person in case.paged else PageKind.FIRST), ring)
        for person in people
    )
    case = replace(case, paged=tuple(dict.fromkeys((*case.paged, *people))))
    return CaseTurn(case.with_due(step=_next(case, now)), pages=pages)


def _next(case: Case, now: datetime) -> datetime:
    ladder = case.plan.ladder(case.ladder)
    began = case.climbing_from or now
    if case.step + 1 < len(ladder.steps):
        at = began + ladder.steps[case.step + 1].after
    elif ladder.repeat is not None:
        at = now + ladder.repeat.every
    elif ladder.then is not None:
        at = _goes_over(case, ladder)
    else:
        at = now + UNPLANNED_REPEAT
    if ladder.then is not None:
        at = min(at, _goes_over(case, ladder))
    return at


def _goes_over(case: Case, ladder: PlannedLadder) -> datetime:
    began = case.climbing_from
    if began is None or ladder.then_after is None:
        raise ValueError(
            f"case {case.number}: a ladder that goes over to another needs a beginning and a time"
        )
    return began + ladder.then_after


def _ring(channels: Channels) -> Ring:
    return Ring.ALL if channels is Channels.ALL else Ring.FIRST
