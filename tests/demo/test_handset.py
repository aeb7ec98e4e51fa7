"""A focal point's phone shows pages to whoever holds it, and content to its owner only."""

from datetime import UTC, datetime, timedelta

from bot.demo.handset import Handset, Kind
from responders.delivery import Button

START = datetime(2030, 1, 1, 2, 0, tzinfo=UTC)


def a_page(number: int = 1, text: str = "42 · IMMEDIATE") -> dict[str, object]:
    buttons = [{"label": "I have it", "data": "t42"}]
    return {
        "id": number,
        "at": START.isoformat(),
        "mine": False,
        "text": text,
        "buttons": buttons,
        "language": "en",
    }


def texts(handset: Handset) -> list[str]:
    entries = handset.screen()["entries"]
    assert isinstance(entries, list)
    return [entry["text"] for entry in entries]


def test_pages_and_what_was_opened_stand_in_the_order_of_time() -> None:
    handset = Handset().with_entry(Kind.CARD, "the card", START + timedelta(minutes=1)).with_pages([a_page()])
    assert texts(handset) == ["42 · IMMEDIATE", "the card"]


def test_a_page_that_the_service_removed_is_gone_from_the_phone() -> None:
    handset = (
        Handset().with_pages([a_page(1), a_page(2, "43 · URGENT")]).with_pages([a_page(2, "43 · URGENT")])
    )
    assert texts(handset) == ["43 · URGENT"]


def test_a_locked_phone_shows_pages_only_and_has_forgotten_the_rest() -> None:
    handset = Handset().with_pages([a_page()]).with_entry(Kind.OPENED, "they are at the door", START).lock()
    assert texts(handset) == ["42 · IMMEDIATE"]
    assert texts(handset.unlock()) == ["42 · IMMEDIATE"]


def test_a_tapped_page_is_marked_so_that_it_is_not_offered_twice() -> None:
    handset = Handset().with_pages([a_page()]).with_tap("p1")
    entries = handset.screen()["entries"]
    assert isinstance(entries, list)
    assert [entry["tapped"] for entry in entries] == [True]


def test_every_entry_has_a_name_of_its_own() -> None:
    handset = Handset()
    for _ in range(3):
        handset = handset.with_entry(Kind.DESK, "ok", START, (Button("More", "42"),))
    assert len({entry.id for entry in handset.lock().with_entry(Kind.DESK, "ok", START).entries}) == 1
    assert len({entry.id for entry in handset.entries}) == 3
