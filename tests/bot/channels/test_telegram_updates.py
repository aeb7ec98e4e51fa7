"""One update in, one Inbound out, whatever the update holds."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import Attachment, Event, Inbound
from bot.channels.telegram_updates import ATTACHMENTS, LeaveGroup, decode, update_id_of
from tests.examples import examples

PERSON = 4242


def a_message(**content: Any) -> dict[str, Any]:
    return {
        "message_id": 17,
        "date": 1_772_442_000,
        "chat": {"id": PERSON, "type": "private"},
        "from": {"id": PERSON, "is_bot": False, "language_code": "ar"},
        **content,
    }


def read(message: object, kind: str = "message") -> Inbound | LeaveGroup | None:
    return decode({"update_id": 1, kind: message}, "telegram")


def inbound(message: object, kind: str = "message") -> Inbound:
    meant = read(message, kind)
    assert isinstance(meant, Inbound)
    return meant


def test_a_text_is_read_with_all_that_the_conversation_needs() -> None:
    meant = inbound(a_message(text="hello", reply_to_message={"message_id": 12}))
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert meant == Inbound("telegram", "4242", "m17", "hello", locale="ar", quote="12", sent_at=at)


def test_commands_keep_their_slash_and_payload() -> None:
    assert inbound(a_message(text="/start AbC-1")).text == "/start AbC-1"


def test_an_edit_has_an_id_of_its_own_for_every_edit() -> None:
    first = inbound(a_message(text="a", edit_date=5), "edited_message")
    second = inbound(a_message(text="b", edit_date=9), "edited_message")
    assert (first.event, first.message_id, second.message_id) == (Event.EDITED, "e17.5", "e17.9")


@pytest.mark.parametrize("kind", ATTACHMENTS)
def test_content_that_is_not_kept_is_named_by_its_kind_only(kind: str) -> None:
    meant = inbound(a_message(**{kind: {"file_id": "F", "phone_number": "+1"}, "caption": "words"}))
    assert (meant.attachment, meant.text) == (ATTACHMENTS[kind], "words")


@pytest.mark.parametrize("content", [{"poll": {}}, {"story": {}}, {"a_kind_of_2029": {}}, {}, {"text": 5}])
def test_unknown_content_is_still_somebody_writing(content: dict[str, Any]) -> None:
    assert inbound(a_message(**content)).attachment is Attachment.OTHER


@pytest.mark.parametrize(
    "extra", [{"forward_origin": {"type": "user"}}, {"via_bot": {"id": 9, "is_bot": True}}]
)
def test_forwarded_and_inline_texts_are_texts(extra: dict[str, Any]) -> None:
    assert inbound(a_message(text="they wrote this", **extra)).text == "they wrote this"


@pytest.mark.parametrize(
    "service", ["pinned_message", "message_auto_delete_timer_changed", "write_access_allowed"]
)
def test_what_the_app_writes_by_itself_gets_no_answer(service: str) -> None:
    assert read(a_message(**{service: {}})) is None


@pytest.mark.parametrize("date", [None, "soon", 0, -5, 10**12, 2**62, 10**30, 2**63, 1e400, True, [], {}])
def test_a_strange_date_is_no_date(date: object) -> None:
    assert inbound(a_message(text="x", date=date)).sent_at is None


def test_a_missing_date_and_bad_entities_do_no_harm() -> None:
    message = a_message(text="x", entities=[{"type": 5}, None, {"offset": -1, "length": 10**20}])
    del message["date"]
    assert inbound(message).text == "x"


def test_half_a_surrogate_pair_and_nul_are_mended() -> None:
    text = inbound(json.loads(json.dumps(a_message(text="a\ud83d b\0c \ud83d\ude00")))).text
    assert text == "a\ufffd bc 😀"


def test_64_kilobytes_pass() -> None:
    assert inbound(a_message(text="x" * 65536)).text == "x" * 65536


@pytest.mark.parametrize("code", [5, "x" * 100, "ar\n", "', DROP", "", "ар"])
def test_a_strange_locale_is_no_locale(code: object) -> None:
    assert inbound(a_message(text="x") | {"from": {"language_code": code}}).locale is None


def a_tap(**changes: Any) -> dict[str, Any]:
    return {"id": "771", "from": {"id": PERSON}, "data": "opening:1", "message": a_message()} | changes


@pytest.mark.parametrize(
    "message",
    [a_message(), None, {"chat": {"id": PERSON, "type": "private"}, "message_id": 3, "date": 0}, "?", {}],
)
def test_a_tap_is_read_with_its_message_without_it_or_with_an_inaccessible_one(message: object) -> None:
    meant = inbound(a_tap(message=message), "callback_query")
    assert (meant.address, meant.message_id, meant.choice) == ("4242", "t771", "opening:1")


def test_a_tap_without_data_or_id_is_nothing() -> None:
    assert read(a_tap(data=None), "callback_query") is None
    assert read(a_tap(id=5), "callback_query") is None


@pytest.mark.parametrize(("status", "event"), [("kicked", Event.BLOCKED), ("member", Event.UNBLOCKED)])
def test_blocking_and_unblocking_are_events(status: str, event: Event) -> None:
    chat = {"id": PERSON, "type": "private"}
    member = {"chat": chat, "date": 1_772_442_000, "new_chat_member": {"status": status}}
    meant = inbound(member, "my_chat_member")
    assert (meant.event, meant.message_id) == (event, f"{event.value}.1772442000")


GROUP = {"id": -100, "type": "supergroup"}


@pytest.mark.parametrize(
    "update",
    [
        {"message": a_message(chat=GROUP, text="hi")},
        {"edited_message": a_message(chat=GROUP, text="hi")},
        {"channel_post": a_message(chat={"id": -100, "type": "channel"}, text="news")},
        {"callback_query": a_tap(message=a_message(chat=GROUP))},
        {"my_chat_member": {"chat": GROUP, "new_chat_member": {"status": "member"}}},
    ],
)
def test_groups_and_channels_are_left(update: dict[str, Any]) -> None:
    assert decode(update, "telegram") == LeaveGroup(-100)


def test_being_removed_from_a_group_needs_no_leaving() -> None:
    assert read({"chat": GROUP, "new_chat_member": {"status": "left"}}, "my_chat_member") is None


def test_other_bots_get_no_answer() -> None:
    assert read(a_message(text="x") | {"from": {"id": 1, "is_bot": True}}) is None


JUNK: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    10**12,
    10**40,
    1e400,
    float("nan"),
    "",
    "\ud800",
    "x\0",
    [],
    {},
    [[{}]],
    {"id": []},
]
WHOLE: list[dict[str, Any]] = [
    {
        "update_id": 1,
        "message": a_message(text="x", entities=[{"type": "bold"}], reply_to_message=a_message()),
    },
    {"update_id": 2, "message": a_message(voice={"file_id": "F"}, caption="c", forward_origin={"date": 1})},
    {"update_id": 3, "edited_message": a_message(text="x", edit_date=1_772_442_000)},
    {"update_id": 4, "callback_query": a_tap()},
    {"update_id": 5, "my_chat_member": {"chat": GROUP, "date": 1, "new_chat_member": {"status": "member"}}},
    {"update_id": 6, "channel_post": a_message(chat=GROUP)},
]


def spoilt(whole: object, junk: object) -> Iterator[object]:
    """The same value with each of its parts in turn replaced by junk, or left out."""
    yield junk
    if isinstance(whole, dict):
        for key, value in whole.items():
            yield {other: v for other, v in whole.items() if other != key}
            for part in spoilt(value, junk):
                yield whole | {key: part}


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_junk_in_any_one_place_makes_nothing_raise(junk: object) -> None:
    for whole in WHOLE:
        for update in spoilt(whole, junk):
            assert isinstance(decode(update, "telegram"), Inbound | LeaveGroup | None)
            update_id_of(update)


PARTS = [key for whole in WHOLE for value in whole.values() if isinstance(value, dict) for key in value]


@examples(60)
@given(st.sampled_from(WHOLE), st.dictionaries(st.sampled_from(PARTS), st.sampled_from(JUNK), max_size=4))
def test_junk_in_many_places_makes_nothing_raise(whole: dict[str, Any], junk: dict[str, object]) -> None:
    update = {key: value | junk if isinstance(value, dict) else value for key, value in whole.items()}
    assert isinstance(decode(update, "telegram"), Inbound | LeaveGroup | None)


def test_every_text_that_is_read_can_be_stored_and_sent() -> None:
    for junk in JUNK:
        for update in spoilt(WHOLE[0], junk):
            meant = decode(update, "telegram")
            if isinstance(meant, Inbound) and meant.text is not None:
                meant.text.encode()
