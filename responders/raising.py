"""Raising a case: by what the machine learned, or by a new sign of danger. The machine never lowers a level.
The taker is paged, and five minutes unopened the new ladder starts."""

from datetime import datetime, timedelta

from responders import ladder
from responders.cases import Case, Due
from responders.changing import replace
from responders.plan import Plan
from responders.turns import AuditEntry, CaseTurn, PageKind, Ring, settled
from triage.assessment import Assessment
from triage.scales import Level

RAISE_OPEN_BY = timedelta(minutes=5)  # protocol, section 5: "5 min unopened, the new ladder starts"
NOBODY_YET = timedelta(minutes=30)  # section 6, text 6


def raise_level(case: Case, assessment: Assessment, now: datetime, *, plan: Plan | None = None) -> CaseTurn:
    """Raise a case to what new facts mean; never lower it.

    A person's own, lower level stands until the machine learns something it had not known. A closed case
    must have been reopened (`updated` does)."""
    codes = tuple(reason.code for reason in assessment.reasons)
    news = tuple(code for code in codes if code not in case.reasons)
    level = assessment.level
    told = replace(case, suggested=max(case.suggested, level), reasons=(*case.reasons, *news))
    if level <= case.level or (case.confirmed is not None and not news and level <= case.suggested):
        return settled(case, CaseTurn(told))
    return settled(case, raised(told, level, now, plan))


def danger_again(
    case: Case, now: datetime, *, locked: bool, codes: tuple[str, ...] = (), plan: Plan | None = None
) -> CaseTurn:
    """A danger sign with this case open: immediate; the taker is paged again.

    In a locked chat the ladder starts anew and on-call is paged as well as the taker. With no case
    open, open a new one instead: raises WrongMoveError for a closed one."""
    news = tuple(code for code in codes if code not in case.reasons)
    told = replace(case, suggested=Level.IMMEDIATE, reasons=(*case.reasons, *news))
    audit = AuditEntry("case.danger", None, case.number)
    if locked:
        holder = case.has
        turn = ladder.start(replace(told, level=Level.IMMEDIATE), now, PageKind.DANGER, plan)
        if holder is not None and holder not in {page.person for page in turn.pages}:
            again = ladder.page(turn.case, holder, PageKind.DANGER, Ring.ALL)
            turn = replace(turn, pages=(again, *turn.pages))
    elif case.level is not Level.IMMEDIATE:
        turn = raised(told, Level.IMMEDIATE, now, plan, PageKind.DANGER)
    elif case.has is not None:
        turn = _page_the_taker(told, case.has, now, PageKind.DANGER)
    else:
        turn = CaseTurn(told)  # untaken, the ladder goes on
    return settled(case, replace(turn, audit=(*turn.audit, audit)))


def raised(
    case: Case, level: Level, now: datetime, plan: Plan | None, kind: PageKind = PageKind.RAISED
) -> CaseTurn:
    """The taker is paged and has five minutes to open it; with no taker the new ladder starts at once."""
    raised = replace(case, level=max(case.level, level), confirmed=None)
    raised = raised.with_due(nobody_yet=case.due.get(Due.NOBODY_YET) or now + NOBODY_YET)
    audit = (AuditEntry(f"case.raised.{level.word}", None, case.number),)
    if case.has is not None:
        return replace(_page_the_taker(raised.with_due(nobody_yet=None), case.has, now, kind), audit=audit)
    if case.ladder >= raised.level and case.due.get(Due.STEP) is not None:
        return CaseTurn(replace(raised, plan=plan or case.plan), audit=audit)  # already on that ladder
    return replace(ladder.start(raised, now, kind, plan), audit=audit)


def _page_the_taker(case: Case, holder: str, now: datetime, kind: PageKind) -> CaseTurn:
    case = replace(case.with_due(open_by=now + RAISE_OPEN_BY), raised=True)
    return CaseTurn(case, pages=(ladder.page(case, holder, kind, Ring.ALL),))
