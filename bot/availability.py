"""What focal points say of themselves and of no case: away for a while, at work on the list, the alarm works.
Whoever goes away passes what waits for them; it never changes who is on duty by the rota."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from responders import taking
from responders.cases import Case
from responders.casework import Casework
from responders.delivery import Message
from responders.grouping import ON_IT
from responders.turns import CaseTurn, Choice, Tell


class Availability:
    """Changes people's records; what they then read is returned."""

    def __init__(self, work: Casework) -> None:
        self._work = work
        self._people = work.dispatch.people
        self._voice = work.dispatch.voice

    async def off(self, person: str, period: timedelta, cases: Sequence[Case], now: datetime) -> Tell:
        """`off 8h`; `cases` are the open ones that concern them."""
        decided = taking.off(cases, person, period, now)
        if decided.until is not None:
            until = decided.until
            await self._people.change(person, lambda enrolled: replace(enrolled, off_until=until))
        for number in [turn.case.number for turn in decided.turns]:
            await self._work.change(number, lambda case: _passes(case, person, period, now), now)
        return decided.answer

    async def on_list(self, person: str, now: datetime) -> Tell:
        """In a flood: the page about all is quiet for them for a while, and only that one."""
        until = now + ON_IT
        await self._people.change(person, lambda enrolled: replace(enrolled, on_list_until=until))
        return Tell(person, "desk/group.on_it", {"time": until})

    async def tested(self, person: str, now: datetime) -> Tell:
        """They answered the test of their alarm."""
        await self._people.change(person, lambda enrolled: replace(enrolled, tested=now))
        return Tell(person, "desk/page.weekly_thanks")

    def test_page(self, person: str, now: datetime) -> Message:
        """The weekly, content-free test of an alarm, answered by a tap."""
        choices = (Choice("desk/button.ok", "ok"),)
        return self._voice.message(person, "desk/page.weekly", {}, choices, now, protect=True)


def _passes(case: Case, person: str, period: timedelta, now: datetime) -> CaseTurn:
    """Going off duty while paged is a pass; nothing when the case has changed meanwhile."""
    decided = taking.off([case], person, period, now)
    return decided.turns[0] if decided.turns else CaseTurn(case)
