"""What whoever listens on the lines of a real service sees of two reports that differ in length only: commits and pages
of the same sizes. The proxies in front of the store and the platforms count the bytes that a capture of these lines
would show, and need no right to capture."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from responders.keyring import pseudonym
from tests.chaos.house import PEOPLE, House, a_house
from tests.chaos.phone import Phone
from tests.chaos.story import settled
from tests.chaos.worker import ALERTS, INTAKE

SHORT, LONG, LONGER = "a", "b" * 100, "c" * 3_000


@dataclass(slots=True)
class Seen:
    """The sizes of one reporter's commits, of the pages about them, and of the questions that they were asked."""

    commits: set[int] = field(default_factory=set)
    pages: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with a_house() as house:
        await house.start_worker()
        yield house


async def told(house: House, said: str) -> Seen:
    """Somebody is not safe, agrees, and writes; a focal point is woken."""
    person, seen = house.new_reporter(), Seen()
    key = f":session:{pseudonym(house.master, INTAKE, str(person))}".encode()

    def tap(wire: str, name: str, question: bytes, _answer: bytes) -> None:
        if name == "commit" and key in question:
            seen.commits.add(len(question))
        elif name == "sendMessage" and wire == ALERTS and b"IMMEDIATE" in question:
            seen.pages.add(len(_without_lengths(question)))
        elif name == "sendMessage" and wire == INTAKE:
            seen.asked.add(len(_without_lengths(question)))

    house.counted.taps.append(tap)
    reporter, first = Phone(house, house.intake, person), Phone(house, house.alerts, PEOPLE["first"])
    paged = len(first.texts())
    await reporter.says(f"help they are at the door {said}", "trying to reach")
    await first.until("IMMEDIATE", paged)
    await settled(house)
    await reporter.taps("push.yes", "Go on?")
    await reporter.taps("notice.agree", "Which country")
    await reporter.says("Guatemala", "is that right?")
    await reporter.taps("confirm.yes", "What happened?")
    await settled(house)
    house.counted.taps.remove(tap)
    assert len(seen.commits) > 3
    assert seen.pages, "nobody was paged"
    return seen


def _without_lengths(request: bytes) -> bytes:
    """A case number or an id of one more digit is no difference."""
    return re.sub(rb"\d+", b"0", request)


async def test_two_reports_of_different_length_have_the_same_sizes_on_every_line(house: House) -> None:
    """A turn that was overtaken is decided and written once more, so that one telling may differ from the next; what
    depends on the length differs in all of them."""
    short, long = [await told(house, SHORT)], [await told(house, LONG)]
    if short != long:
        short.append(await told(house, SHORT))
        long.append(await told(house, LONG))
    assert any(one in long for one in short), f"{short} never looks like {long}"


async def test_a_control_a_much_longer_story_is_seen_on_the_line_to_the_store_and_in_no_page(
    house: House,
) -> None:
    short, longer = await told(house, SHORT), await told(house, LONGER)
    assert max(longer.commits) > max(short.commits) + 2_000
    assert (longer.pages, longer.asked) == (short.pages, short.asked)
