"""What follows when somebody was taken out (`tocsin people remove`): their open cases forget them, and what they
had goes back to the first step. The command only marks the person; a running service does this."""

from collections.abc import Mapping
from datetime import datetime

from responders.audience import removed
from responders.cases import Case
from responders.casework import Casework, Decide
from responders.desk import concerns
from responders.people import Enrolled
from responders.turns import CaseTurn


async def take_out(work: Casework, people: Mapping[str, Enrolled], now: datetime) -> int:
    """Take everybody who has left out of every case that was open then; how many cases changed. Raises StoreDown.

    Also who has come back since, with another key: what is sealed to the lost one they cannot open."""
    left = {person: enrolled.left_at or now for person, enrolled in people.items() if _has_been_out(enrolled)}
    changed = 0
    for case in await work.open_cases() if left else ():
        for person, left_at in left.items():
            if case.created <= left_at and person not in case.removed and concerns(case, person):
                await work.change(case.number, _without(work, person, now), now)
                changed += 1
    return changed


def _has_been_out(enrolled: Enrolled) -> bool:
    return enrolled.has_left or enrolled.left_at is not None


def _without(work: Casework, person: str, now: datetime) -> Decide:
    def decide(case: Case) -> CaseTurn:
        return removed(case, person, now, plan=work.dispatch.plan_again(case, now))

    return decide
