"""Who has a case: taking it, opening it, and the clocks that run from then on. First write wins; after an
un-take everyone who had it keeps access, and whoever opens first has it."""

from datetime import datetime, timedelta

from responders import outgoing
from responders.cases import Case, Due
from responders.changing import replace
from responders.states import Move, State
from responders.turns import AuditEntry, CaseTurn, Erase, Tell
from triage.scales import Level

WARN_BEFORE = 6  # the taker is warned when a sixth of the time for progress is left


def tell(case: Case, person: str, key: str, **values: object) -> Tell:
    """An answer about this case."""
    return Tell(person, f"desk/{key}", {"number": case.number, **values})


def refuse(case: Case, person: str, key: str, **values: object) -> CaseTurn:
    """Nothing is done; the answer says what to do instead."""
    return CaseTurn(case, tells=(tell(case, person, f"refused.{key}", **values),))


def take(case: Case, by: str, now: datetime) -> CaseTurn:
    """`by` has it: the ladder stops, the others read who has it, the card goes to the taker only."""
    taken = replace(
        case,
        state=case.moved(Move.TAKE),
        has=by,
        access=tuple(dict.fromkeys((*case.access, by))),
        handover=None,
    )
    taken = taken.with_due(
        step=None,
        nobody_yet=None,
        handover_by=None,
        progress_soon=None,
        progress_by=None,
        open_by=now + case.plan.ladder(case.level).opened_within,
        words_by=_words_by(case, now),
    )
    others = tuple(dict.fromkeys((*case.access, *case.paged)))
    notices = tuple(
        tell(case, one, "x_has_it", who=by) for one in others if one != by and one not in case.removed
    )
    turn = CaseTurn(
        taken,
        tells=(tell(case, by, "taken"), *notices),
        audit=(AuditEntry("case.taken", by, case.number),),
        reveal=(by,),
    )
    return turn.then(opened(taken, by, now)) if by in case.openers else turn


def opened(case: Case, by: str, now: datetime) -> CaseTurn:
    """`by` has read it, so they have it; text 7 the first time, and the progress clock starts."""
    lost = case.has if case.has not in {None, by} else None
    first = by not in case.openers
    read = replace(
        case,
        state=case.moved(Move.READ),
        has=by,
        access=tuple(dict.fromkeys((*case.access, by))),
        openers=tuple(dict.fromkeys((*case.openers, by))),
        raised=False,
        handover=case.handover if case.has == by else None,
    )
    read = read.with_due(step=None, open_by=None, nobody_yet=None, words_by=_words_by(read, now))
    if case.has != by:
        read = read.with_due(handover_by=None)
    turn = CaseTurn(with_progress_clock(read, now))
    if lost is not None:
        turn = replace(turn, tells=(tell(case, lost, "x_opened_it", who=by),))
    if first:
        turn = replace(turn, audit=(AuditEntry("case.opened_by", by, case.number),))
    if not case.openers:
        turn = turn.then(outgoing.text7(turn.case, now, now + progress_every(turn.case)))
    return turn


def holding(case: Case, by: str, now: datetime) -> CaseTurn | None:
    """The case in the hands of `by`, who is about to work on it; None if it is not theirs.

    Working on it counts as having opened it. Who had it before an un-take has it again by working on it,
    unless somebody else has opened it since."""
    if case.has == by:
        if case.state is State.TAKEN or case.raised:
            return opened(case, by, now)
        return CaseTurn(case)
    if by in case.access and (case.has is None or case.state is State.TAKEN):
        return opened(case, by, now)
    return None


def progressed(case: Case, by: str, now: datetime) -> CaseTurn:
    """A message, a note or `w`: the clock starts again, and card and words under the transit key may go."""
    erase = frozenset() if case.progressed else frozenset({Erase.CARD})
    audit = (AuditEntry("case.progress", by, case.number),)
    return CaseTurn(with_progress_clock(replace(case, progressed=True), now), audit=audit, erase=erase)


def with_progress_clock(case: Case, now: datetime) -> Case:
    """Progress is due again; an open case never falls asleep."""
    every = progress_every(case)
    return case.with_due(progress_by=now + every, progress_soon=now + every - every / WARN_BEFORE)


def progress_every(case: Case) -> timedelta:
    """How often something must happen; where the ladder names none, as often as a first answer is due."""
    climbed = case.plan.ladder(case.level)
    return climbed.progress_every or climbed.first_words


def with_first_words(case: Case) -> Case:
    """The reporter has heard from a person, or a note says why not."""
    return replace(case.with_due(words_by=None), first_words=True)


def _words_by(case: Case, now: datetime) -> datetime | None:
    """First words: from the take for immediate and urgent, from the report for the calmer levels."""
    if case.first_words:
        return None
    running = case.due.get(Due.WORDS_BY)
    if running is not None:
        return running
    within = case.plan.ladder(case.level).first_words
    if case.level >= Level.URGENT:
        return now + within
    return max(case.created + within, now + case.plan.ladder(case.level).opened_within)
