"""Who is woken and who may see: people removed, kept out by the country, out of reach, or not answering a
handover. Whoever loses a case that they had puts it back on the ladder in the same write."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from responders import ladder
from responders.cases import Case, Due, Failed
from responders.changing import replace
from responders.plan import Plan
from responders.turns import AuditEntry, CaseTurn, PageKind, Ring, Tell, settled

FAILED_FOR = timedelta(minutes=5)  # a channel that failed for good is not counted on meanwhile


def removed(case: Case, person: str, now: datetime, *, plan: Plan | None = None) -> CaseTurn:
    """Somebody may not see this case any more (they know the person, they left, their key is lost): pages and
    content go, and what they had goes back to step one in the same write."""
    if person in case.removed:
        return CaseTurn(case)
    had = case.has == person
    without = replace(
        case,
        removed=(*case.removed, person),
        access=tuple(one for one in case.access if one != person),
        openers=tuple(one for one in case.openers if one != person),
    )
    out = CaseTurn(without, conceal=(person,), audit=(AuditEntry("case.removed", person, case.number),))
    if not case.is_open:
        return settled(case, out)
    if had:
        return settled(case, out.then(ladder.start(without, now, PageKind.RESUMED, plan)))
    if case.handover == person:
        return settled(case, out.then(handed_back(without)))
    return settled(case, out.then(ladder.refused_by(without, now)))


def country_known(
    case: Case, plan: Plan, now: datetime, *, sealed_to: tuple[str, ...] | None = None
) -> CaseTurn:
    """Rule 7: with the country known, whoever may not see it loses content in this turn; if they had it,
    the case returns to step one. Whom the new plan still wakes is still woken: pages tell nothing."""
    planned = tuple(person for person in case.sealed_to if person in plan.content)
    audience = planned if sealed_to is None else sealed_to
    known = replace(case, plan=plan, sealed_to=audience)
    lost = tuple(
        person for person in case.plan.content if case.may_open(person) and not known.may_open(person)
    )
    known = replace(
        known,
        access=tuple(person for person in case.access if person not in lost),
        openers=tuple(person for person in case.openers if person not in lost),
    )
    turn = CaseTurn(known, conceal=lost)
    if case.has in lost and case.is_open:
        assert case.has is not None  # noqa: S101 - `in lost` says so; mypy cannot see it
        tell = Tell(case.has, "desk/country_excludes", {"number": case.number})
        turn = replace(turn, tells=(tell,)).then(ladder.start(known, now, PageKind.RESUMED))
    elif case.handover in lost:
        turn = turn.then(handed_back(known))
    elif case.due.get(Due.STEP) is not None:
        turn = turn.then(ladder.refused_by(known, now))
    return settled(case, turn)


def way_failed(
    case: Case,
    person: str,
    channel: str,
    ways: Collection[str],
    now: datetime,
    plan_again: Callable[[], Plan],
) -> CaseTurn:
    """One of a person's alarm channels (`ways`) failed for good. Remembered with the case, for each channel may have
    been another worker's: once all of them have failed within five minutes, the next person at once."""
    if not case.is_open or person in case.unreachable:
        return CaseTurn(case)
    lately = [one for one in case.failed if now - one.at <= FAILED_FOR]
    others = tuple(one for one in lately if (one.person, one.channel) != (person, channel))
    told = replace(case, failed=(*others, Failed(person, channel, now)))
    if set(ways) - {one.channel for one in told.failed if one.person == person}:
        return settled(case, CaseTurn(told))
    return settled(case, undeliverable(told, person, now, plan=plan_again()))


def undeliverable(case: Case, person: str, now: datetime, *, plan: Plan | None = None) -> CaseTurn:
    """None of a person's alarm channels can ever take the page: the next person at once."""
    if not case.is_open or person in case.unreachable:
        return CaseTurn(case)
    lost = replace(case, unreachable=(*case.unreachable, person))
    out = CaseTurn(lost, audit=(AuditEntry("page.undeliverable", person, case.number),))
    if case.has == person:
        return settled(case, out.then(ladder.start(lost, now, PageKind.RESUMED, plan)))
    if case.handover == person:
        return settled(case, out.then(handed_back(lost)))
    if case.due.get(Due.STEP) is None:
        return settled(case, out)
    return settled(case, out.then(ladder.next_person(lost, now)))


def handed_back(case: Case) -> CaseTurn:
    """The one it was offered to passed or stayed silent: it is still the giver's, who is paged."""
    kept = replace(case.with_due(handover_by=None), handover=None)
    if case.has is None:
        return CaseTurn(kept)
    tell = Tell(case.has, "desk/handover_returned", {"number": case.number, "who": case.handover})
    back = ladder.page(kept, case.has, PageKind.RETURNED, Ring.ALL)
    return CaseTurn(kept, pages=(back,), tells=(tell,))
