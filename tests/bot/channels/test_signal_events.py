"""What signal-cli's JSON means, in the shapes of 0.13 and 0.14; and that nothing makes it raise."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import Attachment, Event
from bot.channels.signal_events import Arrived, Ignored, Unwanted, decode
from tests.examples import examples

NUMBER, UUID = "+15550000001", "d6975b10-0000-4000-8000-000000000001"
TIME = 1_795_290_235_995


def params(*, nested: bool = True, account: str = NUMBER, **content: Any) -> dict[str, Any]:
    envelope = {
        "source": "+16660000001",
        "sourceNumber": "+16660000001",
        "sourceUuid": UUID,
        "sourceName": "phone",
        "sourceDevice": 1,
        "timestamp": TIME,
        **content,
    }
    event = {"envelope": envelope, "account": account}
    return {"subscription": 0, "result": event} if nested else event


def a_message(**content: Any) -> dict[str, Any]:
    message = {"timestamp": TIME, "message": None, "expiresInSeconds": 0, "viewOnce": False, **content}
    return params(dataMessage=message)


def arrived(told: object) -> Arrived:
    meant = decode(told, "signal", NUMBER)
    assert isinstance(meant, Arrived)
    return meant


def ignored(told: object) -> Ignored:
    meant = decode(told, "signal", NUMBER)
    assert isinstance(meant, Unwanted)
    return meant.kind


def test_a_text() -> None:
    meant = arrived(a_message(message="hello"))
    inbound = meant.inbound
    assert (inbound.channel, inbound.address, inbound.message_id) == ("signal", UUID, str(TIME))
    assert (inbound.text, inbound.event, inbound.attachment) == ("hello", Event.MESSAGE, None)
    assert inbound.sent_at is not None
    assert meant.timer == 0


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ({"sourceUuid": UUID.upper()}, UUID),
        ({"sourceUuid": f"PNI:{UUID}", "sourceNumber": None}, f"PNI:{UUID}"),
        ({"sourceUuid": UUID, "sourceNumber": None}, UUID),
        ({"sourceUuid": None}, "+16660000001"),
    ],
)
def test_whoever_can_be_answered_is_heard(source: dict[str, Any], address: str) -> None:
    assert arrived(params(dataMessage={"message": "help"}, **source)).inbound.address == address


def test_both_receive_modes_nest_alike() -> None:
    message = {"timestamp": TIME, "message": "hello"}
    assert arrived(params(nested=False, dataMessage=message)) == arrived(params(dataMessage=message))


def test_a_quote_names_the_message_that_was_quoted() -> None:
    assert (
        arrived(a_message(message="yes", quote={"id": 17, "author": NUMBER, "text": "?"})).inbound.quote
        == "17"
    )


def test_an_edit_is_a_message_of_its_own() -> None:
    edit = {"targetSentTimestamp": 5, "dataMessage": {"timestamp": TIME, "message": "new"}}
    inbound = arrived(params(editMessage=edit)).inbound
    assert (inbound.event, inbound.text, inbound.message_id) == (Event.EDITED, "new", f"e{TIME}")


@pytest.mark.parametrize("emoji", ["👍", "👍🏻", "👍🏿"])
def test_a_thumb_is_a_like_in_every_colour(emoji: str) -> None:
    inbound = arrived(
        a_message(reaction={"emoji": emoji, "targetSentTimestamp": 17, "isRemove": False})
    ).inbound
    assert (inbound.event, inbound.quote, inbound.text) == (Event.LIKED, "17", None)


@pytest.mark.parametrize(
    "reaction",
    [
        {"emoji": "🎉", "targetSentTimestamp": 17, "isRemove": False},
        {"emoji": "👎", "targetSentTimestamp": 17, "isRemove": False},
        {"emoji": "👍", "targetSentTimestamp": 17, "isRemove": True},
        {"emoji": "👍", "targetSentTimestamp": 17, "targetAuthorUuid": UUID},  # their own message
        {"emoji": "👍"},
        {"emoji": 3, "targetSentTimestamp": 17},
    ],
)
def test_other_reactions_are_ignored(reaction: dict[str, Any]) -> None:
    assert ignored(a_message(reaction=reaction)) is Ignored.REACTION


@pytest.mark.parametrize(
    ("attachment", "kind"),
    [
        ({"contentType": "audio/aac", "id": "a.aac"}, Attachment.VOICE),
        ({"contentType": "audio/mpeg", "id": "a", "isVoiceNote": True}, Attachment.VOICE),
        ({"contentType": "Audio/AAC", "id": "a"}, Attachment.VOICE),
        ({"contentType": "application/ogg", "id": "a", "isVoiceNote": True}, Attachment.VOICE),
        ({"contentType": "image/jpeg", "id": "a", "filename": None}, Attachment.PICTURE),
        ({"contentType": "video/mp4", "id": "a"}, Attachment.PICTURE),
        ({"contentType": "text/plain", "id": "a"}, Attachment.FILE),
        ({"id": "a"}, Attachment.FILE),
    ],
)
def test_kinds_of_files(attachment: dict[str, Any], kind: Attachment) -> None:
    meant = arrived(a_message(message="see this", attachments=[attachment], viewOnce=True))
    assert (meant.inbound.attachment, meant.inbound.text) == (kind, "see this")
    assert meant.files == (attachment["id"],)


def test_the_file_of_a_long_text_is_no_attachment_and_is_needed_yet() -> None:
    meant = arrived(
        a_message(message="long", attachments=[{"contentType": "text/x-signal-plain", "id": "t"}])
    )
    assert (meant.inbound.attachment, meant.inbound.rest, meant.files) == (None, "t", ())


PICTURE = {"contentType": "image/jpeg", "id": "picture.jpg"}


@pytest.mark.parametrize(
    "told",
    [
        a_message(message="see", previews=[{"url": "https://example.org", "image": PICTURE}]),
        a_message(message="yes", quote={"id": 17, "attachments": [{"thumbnail": PICTURE}]}),
        a_message(contacts=[{"name": {}, "avatar": {"attachment": PICTURE, "isProfile": False}}]),
        a_message(groupInfo={"groupId": "abc="}, message="x", attachments=[PICTURE]),
        a_message(storyContext={"sentTimestamp": 5}, message="x", attachments=[PICTURE]),
        params(storyMessage={"allowsReplies": True, "fileAttachment": PICTURE}),
        params(syncMessage={"sentMessage": {"attachments": [PICTURE]}}),
        params(editMessage={"dataMessage": {"message": "x", "attachments": [PICTURE]}}),
    ],
)
def test_pictures_that_nobody_attached_are_fetched_by_signal_cli_too_and_can_go(told: object) -> None:
    assert decode(told, "signal", NUMBER).files == ("picture.jpg",)


def test_the_rest_of_a_long_text_that_nobody_reads_can_go() -> None:
    rest = {"contentType": "text/x-signal-plain", "id": "rest"}
    meant = decode(
        a_message(groupInfo={"groupId": "abc="}, message="x", attachments=[rest]), "signal", NUMBER
    )
    assert meant.files == ("rest",)


def test_a_kind_that_is_there_and_empty_hides_no_message() -> None:
    told = params(dataMessage={"message": "help"}, syncMessage=None, storyMessage=None, typingMessage=None)
    assert arrived(told).inbound.text == "help"


def test_an_address_that_cannot_be_written_is_mended() -> None:
    told = json.loads(json.dumps(a_message(message="x")).replace(UUID, r"\ud83d"))
    assert arrived(told).inbound.address == "\ufffd"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"sticker": {"packId": "x", "stickerId": 1}}, Attachment.STICKER),
        ({"contacts": [{"name": {}}]}, Attachment.CONTACT),
        ({"payment": {"note": "x"}}, Attachment.OTHER),
        ({"a_kind_of_2029": {"x": 1}}, Attachment.OTHER),
    ],
)
def test_what_is_not_kept_still_gets_an_answer(content: dict[str, Any], kind: Attachment) -> None:
    assert arrived(a_message(**content)).inbound.attachment is kind


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (params(receiptMessage={"isRead": True, "timestamps": [TIME]}), Ignored.RECEIPT),
        (params(typingMessage={"action": "STARTED", "timestamp": TIME}), Ignored.TYPING),
        (params(callMessage={"offerMessage": {}}), Ignored.CALL),
        (params(storyMessage={"allowsReplies": True}), Ignored.STORY),
        (params(syncMessage={}), Ignored.SYNC),
        (params(syncMessage={"sentMessage": {"message": "x"}}, sourceNumber=NUMBER), Ignored.SYNC),
        (params(dataMessage={"message": "x"}, sourceNumber=NUMBER), Ignored.SYNC),
        (params(dataMessage={"message": "x"}, account="+15559999999"), Ignored.FOREIGN),
        (a_message(remoteDelete={"timestamp": 5}), Ignored.REMOTE_DELETE),
        (a_message(adminDelete={"targetTimestamp": 5}), Ignored.REMOTE_DELETE),
        (a_message(message="x", groupInfo={"groupId": "abc=", "type": "DELIVER"}), Ignored.GROUP),
        (a_message(message="x", groupV2={"id": "abc="}), Ignored.GROUP),
        (a_message(message="x", storyContext={"sentTimestamp": 5}), Ignored.STORY),
        (a_message(pollCreate={"question": "x"}), Ignored.POLL),
        (a_message(pollVote={"x": 1}), Ignored.POLL),
        (a_message(pollTerminate={"x": 1}), Ignored.POLL),
        (a_message(pinMessage={"x": 1}), Ignored.PIN),
        (a_message(expiresInSeconds=604800), Ignored.TIMER),
        (a_message(expiresInSeconds=0, isExpirationUpdate=True), Ignored.TIMER),
        (params(dataMessage={"timestamp": TIME, "message": None, "viewOnce": False}), Ignored.EMPTY),
        (params(), Ignored.UNKNOWN),
        (params(a_kind_of_2029={}), Ignored.UNKNOWN),
        (params(dataMessage={"message": "x"}, sourceUuid=None, sourceNumber=None), Ignored.UNREADABLE),
        (params(dataMessage={"message": "x"}, sourceUuid=None, sourceNumber="*"), Ignored.UNREADABLE),
        (params(dataMessage={"message": "x"}, timestamp=10**30), Ignored.UNREADABLE),
        (
            {"exception": {"type": "ProtocolInvalidMessageException"}, **params(nested=False)},
            Ignored.UNREADABLE,
        ),
        ({}, Ignored.UNREADABLE),
        (None, Ignored.UNREADABLE),
    ],
)
def test_what_needs_no_answer_is_named_by_its_kind_only(told: object, kind: Ignored) -> None:
    assert ignored(told) is kind


def test_a_changed_timer_is_noticed() -> None:
    meant = decode(a_message(expiresInSeconds=3600), "signal", NUMBER)
    assert isinstance(meant, Unwanted)
    assert (meant.address, meant.timer) == (UUID, 3600)


def test_a_new_identity_is_an_event_of_its_own() -> None:
    fault = {"message": f"Untrusted identity: {UUID}", "type": "UntrustedIdentityException"}
    for told in (
        {"exception": fault, **params(nested=False)},
        {"result": {"exception": fault, **params(nested=False)}},
    ):
        inbound = arrived(told).inbound
        assert (inbound.event, inbound.address, inbound.text) == (Event.KEY_CHANGED, UUID, None)


def test_half_a_surrogate_pair_and_nul_are_mended() -> None:
    told = json.loads(json.dumps(a_message(message="x")).replace('"x"', r'"a\ud83dz\u0000"'))
    assert arrived(told).inbound.text == "a\ufffdz"


def test_a_traceback_tells_nothing() -> None:
    assert "hello" not in repr(arrived(a_message(message="hello")))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
NAMES = [
    "message",
    "attachments",
    "reaction",
    "quote",
    "expiresInSeconds",
    "groupInfo",
    "timestamp",
    "sticker",
]


@examples(150)
@given(
    st.dictionaries(st.sampled_from(NAMES), values),
    st.dictionaries(st.sampled_from(["dataMessage", "timestamp", "sourceUuid", "exception"]), values),
)
def test_no_json_makes_it_raise(message: dict[str, Any], envelope: dict[str, Any]) -> None:
    decode(params(dataMessage=message), "signal", NUMBER)
    decode(params(**envelope), "signal", NUMBER)
    decode(envelope, "signal", NUMBER)
