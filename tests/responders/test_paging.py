"""Reaching focal points: which channels ring, what stands behind them, and that none of it has content."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from responders.delivery import Button, Message
from responders.directory import Alarm, Partner
from responders.items import Item, Kind, opened
from responders.keyring import MasterKey, TransitKeyring, mark, store_box
from responders.paging import Paging
from responders.pending import Pending
from responders.people import Enrolled, People
from responders.policies import Responders
from responders.post import LEASE, Post
from responders.store import Store
from responders.turns import Outside, Page, PageKind, Ring, Tell
from responders.voice import Voice
from tests.responders.organisations import MONDAY, a_focal_point, an_organisation
from tests.responders.speaking import English
from tests.responders.stories import a_case

MASTER = MasterKey(bytes(32))
SENDERS = ("telegram-alerts", "email", "webhook")
ALARM = Message("an alarm", (Button("1 I have it", "verb.t42"),))


class Desk:
    """A paging with its people; `queued` are the items that a commit would hold."""

    def __init__(self, store: Store, folder: Path, responders: Responders) -> None:
        self.transit = TransitKeyring(folder / "transit", MASTER)
        self.people = People(store, store_box(MASTER), lambda text: mark(MASTER, text), lambda: 0.0)
        voice = Voice(English(), responders.directory)
        self.paging = Paging(Post(self.transit), responders.directory, self.people, voice, SENDERS)
        self.pending = Pending(0)

    async def enrols(self, **people: dict[str, str]) -> None:
        for person, channels in people.items():
            await self.people.change(person, lambda _, held=channels: Enrolled(held))  # type: ignore[misc]

    @property
    def queued(self) -> list[Item]:
        return [opened(entry.item, entry.id, self.transit) for entry in self.pending.queue]

    def rings(self) -> list[tuple[str, str, tuple[str, ...]]]:
        return [(item.channel, item.address, item.rest) for item in self.queued]


@pytest.fixture
async def desk(store: Store, short_folder: Path) -> Desk:
    organisation = an_organisation(
        people={
            "pager": a_focal_point(alarms=(Alarm.WEBHOOK, Alarm.TELEGRAM)),
            "partner": a_focal_point(partner="shelter"),
            "other": a_focal_point(partner="shelter"),
            "lost": a_focal_point(partner="nobody"),
        },
        partners={"shelter": Partner("the shelter"), "nobody": Partner("nobody")},
    )
    desk = Desk(store, short_folder, organisation)
    both = {"telegram-alerts": "700", "email": "first@example.org"}
    await desk.enrols(first=both, pager={}, partner={"email": "p@example.org"}, other=both)
    return desk


def page(ring: Ring) -> Page:
    return Page(
        "first", PageKind.FIRST, ring, "desk/page.first", {"number": 42, "level_key": "desk/level.urgent"}
    )


def test_all_channels_ring_at_once_and_none_stands_behind_another(desk: Desk) -> None:
    desk.paging.page(desk.pending, page(Ring.ALL), a_case().case, MONDAY)

    assert desk.rings() == [("telegram-alerts", "700", ()), ("email", "first@example.org", ())]
    assert {item.kind for item in desk.queued} == {Kind.PAGE}
    assert all(item.protect for item in desk.queued)


def test_the_first_channel_rings_with_the_others_behind_it(desk: Desk) -> None:
    desk.paging.page(desk.pending, page(Ring.FIRST), a_case().case, MONDAY)

    assert desk.rings() == [("telegram-alerts", "700", ("email",))]


def test_who_has_no_channel_gets_an_item_that_fails_so_that_the_next_is_woken(desk: Desk) -> None:
    desk.paging.ring(desk.pending, "second", ALARM, 42, MONDAY, everywhere=True)

    assert desk.rings() == [("", "", ())]


def test_a_pager_is_rung_by_the_persons_id_unless_it_has_a_name_of_its_own(desk: Desk) -> None:
    assert desk.paging.alarms("pager") == (("webhook", "pager"),)


async def test_who_has_left_has_no_channel(desk: Desk) -> None:
    await desk.people.change("first", lambda one: replace(one, has_left=True))

    assert desk.paging.alarms("first") == ()


def test_somebody_who_is_in_no_file_has_no_channel(desk: Desk) -> None:
    assert desk.paging.alarms("a stranger") == ()


def test_an_answer_never_goes_to_a_pager(desk: Desk) -> None:
    desk.paging.answer(desk.pending, Tell("pager", "desk/noted", {"number": 42}), a_case().case, MONDAY)

    assert desk.queued == []


def test_an_answer_names_its_case_so_that_a_quote_leads_there(desk: Desk) -> None:
    desk.paging.answer(desk.pending, Tell("first", "desk/noted", {"number": 42}), a_case().case, MONDAY)

    (item,) = desk.queued
    assert (item.kind, item.case, item.rest) == (Kind.TELL, 42, ("email",))


@pytest.mark.parametrize("hours", [0, 1, 11])
def test_what_can_wait_is_one_digest_at_the_beginning_of_working_time(desk: Desk, hours: int) -> None:
    evening = MONDAY.replace(hour=20) + timedelta(hours=hours)
    for _ in range(2):
        desk.paging.page(desk.pending, page(Ring.DIGEST), a_case().case, evening)

    assert {entry.id for entry in desk.pending.queue} == {"digest:first:2026110308"}
    assert {item.mark for item in desk.queued} == {"2026110308"}
    assert {entry.due.hour for entry in desk.pending.queue} == {8}, "nine in Zurich"


def test_a_body_is_reached_through_all_its_people_after_ten_seconds(desk: Desk) -> None:
    desk.paging.outside(desk.pending, Outside("shelter", "refer", LEASE, 7), a_case().case, MONDAY)

    assert [(item.person, item.channel, item.ref) for item in desk.queued] == [
        ("partner", "email", 7),
        ("other", "telegram-alerts", 7),
    ]
    assert {entry.due for entry in desk.pending.queue} == {MONDAY + LEASE}
    ids = {entry.id for entry in desk.pending.queue}
    desk.paging.cancel_outside(desk.pending, 42, [7])
    assert ids <= set(desk.pending.commit().cancel), "and an undo stops all of it"


def test_only_bodies_that_somebody_answers_for_can_be_reached(desk: Desk) -> None:
    assert desk.paging.reachable("shelter") == ("partner", "other")
    assert desk.paging.reachable("nobody") == ()


def test_whoever_loses_a_case_loses_its_pages_on_every_channel(desk: Desk) -> None:
    desk.paging.conceal(desk.pending, "first", 42, MONDAY)

    assert [(item.kind, item.channel, item.case) for item in desk.queued] == [
        (Kind.CLEAR, "telegram-alerts", 42),
        (Kind.CLEAR, "email", 42),
    ]


def words(items: Iterable[Item]) -> str:
    return " ".join(item.text for item in items)


def test_a_page_to_anybody_says_number_and_level_only(desk: Desk) -> None:
    case = replace(a_case().case, country="GT", language="es")
    desk.paging.page(desk.pending, page(Ring.ALL), case, MONDAY)
    desk.paging.outside(desk.pending, Outside("shelter", "refer"), case, MONDAY)

    said = words(desk.queued)
    assert "42" in said
    assert "GT" not in said
    assert "es" not in said.split()
