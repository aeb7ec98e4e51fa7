"""What else comes from signal-cli: lines that are none, events that need no answer, files, long texts, new keys."""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels import Attachment, Event
from bot.channels.signal_events import Ignored
from bot.channels.signal_socket import place_of
from responders.delivery import Message, TryAgain
from responders.store import Store
from tests.bot.channels.signal_parts import Parts, Work, receiving, signal_parts
from tests.servers.signal_rpc import ALERTS, INTAKE, NETWORK, NEW_IDENTITY, Refuse, SignalServer

CANARY = "canary-ñ-7f3a"
LONG = "ñ" * 3000


@pytest.fixture
async def server() -> AsyncIterator[SignalServer]:
    async with SignalServer() as server:
        yield server


@pytest.fixture
async def parts(store: Store, server: SignalServer) -> AsyncIterator[Parts]:
    async with signal_parts(store, server) as parts:
        yield parts


@pytest.fixture
def work(server: SignalServer) -> Work:
    return Work(server)


async def test_the_batch_goes_on_around_whatever_cannot_be_read_and_none_of_it_is_logged(
    server: SignalServer, parts: Parts, work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    receiver = parts.receiver()
    async with receiving(receiver, work):
        await server.until(server.is_subscribed)
        server.say(server.phone(1), "before")
        server.raw(b"\n{not json " + CANARY.encode() + b"\n[]\n3\n\xff\xfe\n" + b"[" * 5000 + b"\n")
        server.raw(json.dumps({"jsonrpc": "2.0", "method": "receive", "params": CANARY}).encode() + b"\n")
        server.raw(
            json.dumps({"jsonrpc": "2.0", "method": "a_kind_of_2029", "params": CANARY}).encode() + b"\n"
        )
        server.say(server.phone(3), "after")
        await work.until(2)
        server.raw(b'{"jsonrpc": "2.0", "meth')
        await asyncio.sleep(0)
        server.raw(b'od": "receive", "params": {}}\n')
        server.say(server.phone(4), "half a line does no harm")
        await work.until(3)
    assert receiver.counts.ignored_kinds == {Ignored.UNREADABLE: 7, Ignored.UNKNOWN: 1}
    assert CANARY not in caplog.text


async def test_a_line_of_a_megabyte_is_stepped_over(server: SignalServer, parts: Parts, work: Work) -> None:
    receiver = parts.receiver()
    async with receiving(receiver, work):
        await server.until(server.is_subscribed)
        server.say(server.phone(1), "x" * (1 << 20))
        server.say(server.phone(2), "after")
        await work.until(1)
        assert receiver.counts.ignored_kinds[Ignored.OVERSIZED] == 1, "while the connection stands"
    assert work.texts() == ["after"]
    assert (receiver.counts.ignored, receiver.counts.ignored_kinds[Ignored.OVERSIZED]) == (1, 1)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("unix:///run/signal-cli/socket", (socket.AF_UNIX, "/run/signal-cli/socket")),
        ("tcp://127.0.0.1:7583", (socket.AF_INET, ("127.0.0.1", 7583))),
        ("tcp://[::1]:7584", (socket.AF_INET6, ("::1", 7584))),
    ],
)
def test_every_address_that_check_accepts_can_be_connected_to(url: str, place: object) -> None:
    assert place_of(url) == place


async def test_a_spoilt_letter_costs_the_letter_not_the_message(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    async with receiving(parts.receiver(), work):
        await server.until(server.is_subscribed)
        event = {
            "envelope": {
                "sourceUuid": server.phone(1).uuid,
                "timestamp": 5,
                "dataMessage": {"message": "he?p"},
            }
        }
        line = json.dumps({"method": "receive", "params": event}).encode()
        server.raw(b"\xef\xbb\xbf" + line.replace(b"he?p", b"he\xffp") + b"\n")
        await work.until(1)
    assert work.texts() == ["he\ufffdp"]


async def test_a_long_text_arrives_whole(server: SignalServer, parts: Parts, work: Work) -> None:
    text = "ñ" * 100_000
    async with receiving(parts.receiver(), work):
        await server.until(server.is_subscribed)
        server.say(server.phone(1), text)
        await work.until(1)
    assert work.texts() == [text]


async def test_half_a_line_before_the_end_is_no_message(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    receiver = parts.receiver()
    async with receiving(receiver, work):
        await server.until(lambda: parts.account.state.is_subscribed)
        server.raw(b'{"jsonrpc": "2.0", "method": "rec')
        await server.stop()
        await server.until(lambda: not parts.account.state.is_subscribed)
        await server.start()
        server.say(server.phone(1), "after")
        await work.until(1)
    assert receiver.counts.malformed == 1


async def test_another_accounts_events_and_everything_that_is_no_message_are_counted_by_kind(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    receiver, phone = parts.receiver(thumbs=False), server.phone(1)
    async with receiving(receiver, work):
        await server.until(server.is_subscribed)
        server.raw(
            json.dumps({"method": "receive", "params": {"account": ALERTS, "envelope": {}}}).encode() + b"\n"
        )
        server.event(phone, 1, receiptMessage={"isRead": True, "timestamps": [1]})
        server.event(phone, 2, typingMessage={"action": "STARTED", "timestamp": 2})
        server.react(phone, "👍", 1, to=INTAKE)
        server.say(phone, None, remoteDelete={"timestamp": 1})
        server.say(phone, "in a group", groupInfo={"groupId": "abc=", "type": "DELIVER"})
        server.say(phone, "after")
        await work.until(1)
        await server.until(lambda: server.made("quitGroup"))
    assert set(receiver.counts.ignored_kinds) == {
        Ignored.FOREIGN,
        Ignored.RECEIPT,
        Ignored.TYPING,
        Ignored.REACTION,
        Ignored.REMOTE_DELETE,
        Ignored.GROUP,
    }


async def test_events_that_signal_cli_never_makes_are_refused_and_counted_and_the_next_one_is_heard(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    receiver, message = parts.receiver(), {"timestamp": 7, "message": "forged"}
    forged: list[dict[str, object]] = [
        {"timestamp": 7, "dataMessage": message},  # from nobody
        {"sourceUuid": "", "timestamp": 7, "dataMessage": message},
        {"sourceUuid": ["u"], "timestamp": 7, "dataMessage": message},
        {
            "sourceNumber": "16660000001",
            "timestamp": 7,
            "dataMessage": message,
        },  # no number, and no name of an account
        {"sourceUuid": "u", "timestamp": -1, "dataMessage": message},
        {"sourceUuid": "u", "timestamp": 10**15, "dataMessage": message},  # the year 33658
        {"sourceUuid": "u", "timestamp": "7", "dataMessage": message},
        {"sourceUuid": "u", "timestamp": True, "dataMessage": message},
    ]
    async with receiving(receiver, work):
        await server.until(server.is_subscribed)
        for envelope in forged:
            event = {"method": "receive", "params": {"account": INTAKE, "envelope": envelope}}
            server.raw(json.dumps(event).encode() + b"\n")
        mine = {
            "sourceUuid": "u",
            "sourceNumber": INTAKE,
            "timestamp": 7,
            "dataMessage": message,
        }  # our own number's
        server.raw(json.dumps({"method": "receive", "params": {"envelope": mine}}).encode() + b"\n")
        for strange in (
            b"[" * 50_000,
            b'{"method":"receive","params":' + b"9" * 5_000 + b"}",
            b'"\\ud800"',
            b"\0",
            b"NaN",
        ):
            server.raw(strange + b"\n")
        server.say(server.phone(1), "after")
        await work.until(1)
    assert work.texts() == ["after"]
    kinds = receiver.counts.ignored_kinds
    assert kinds[Ignored.UNREADABLE] == len(forged) + 5
    assert kinds[Ignored.SYNC] == 1


async def test_the_same_moment_from_two_people_is_two_messages_and_given_again_none(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    """A timestamp is only half of a message's name: with another's, nobody makes their message look worked."""
    first, second = server.phone(1), server.phone(2)
    message = {"timestamp": 1_795_290_235_995, "message": "at once", "expiresInSeconds": 0}
    async with receiving(parts.receiver(), work):
        await server.until(server.is_subscribed)
        for phone in (first, second):
            server.event(phone, 1_795_290_235_995, dataMessage=message)
        await work.until(2)
    assert {one.address for one in work.done} == {first.uuid, second.uuid}
    names = {parts.inbox.place("signal", one.address, one.message_id) for one in work.done}
    assert len(names) == 2


async def test_a_new_identity_is_trusted_before_it_is_handled(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    async with receiving(parts.receiver(), work):
        await server.until(server.is_subscribed)
        server.new_identity(server.phone(1))
        await work.until(1)
    assert [one.event for one in work.done] == [Event.KEY_CHANGED]
    (trusted,) = server.made("trust")
    assert trusted["recipient"] == server.phone(1).uuid


@pytest.mark.parametrize(("dots", "receipts"), [(NEW_IDENTITY, 0), (NETWORK, 1)])
async def test_where_dots_cannot_teach_signal_cli_the_new_key_a_receipt_does(
    server: SignalServer, parts: Parts, dots: Refuse, receipts: int
) -> None:
    server.faults["sendTyping"].append(dots)
    server.faults["sendReceipt"].append(NEW_IDENTITY)
    await parts.account.courtesies.trust(server.phone(1).uuid)
    methods = [name for name, _ in server.calls]
    assert methods == ["sendTyping", *["sendReceipt"] * receipts, "trust"]


async def test_nothing_is_sent_to_a_new_identity_before_it_was_noted(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    phone, work.gate = server.phone(1), asyncio.Event()
    async with receiving(parts.receiver(), work):
        await server.until(server.is_subscribed)
        server.new_identity(phone)
        await server.until(lambda: work.tried)
        with pytest.raises(TryAgain):
            await parts.account.sender.send(phone.uuid, Message("for the old phone"))
        assert not server.made("trust")
        work.gate.set()
        await server.until(lambda: server.made("trust"))
        await server.until(lambda: not parts.account.state.changing)
        await parts.account.sender.send(phone.uuid, Message("please send it again"))
    assert phone.screen == ["please send it again"]


async def test_files_that_came_along_are_removed_and_nothing_else(
    server: SignalServer, parts: Parts, work: Work, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "attachments"
    folder.mkdir()
    for name in ("came.txt", "came.txt.preview", "other.txt"):
        (folder / name).touch()
    (tmp_path / "secret").touch()
    parts.account.courtesies._attachments = folder
    async with receiving(parts.receiver(), work):
        await server.until(server.is_subscribed)
        server.say(
            server.phone(1),
            None,
            attachments=[
                {"contentType": "text/plain", "id": name} for name in ("came.txt", "../secret", "..", "")
            ],
        )
        await work.until(1)
        await server.until(lambda: not any(folder.glob("came.*")))  # the small picture of a picture as well
    assert (folder / "other.txt").exists()
    assert (tmp_path / "secret").exists()
    assert work.done[0].attachment is Attachment.FILE
    assert "could not be removed" not in caplog.text


def a_long_text(server: SignalServer, name: str = "long.txt") -> None:
    """As the apps send it: the beginning as the message, the whole of it as a file."""
    server.say(
        server.phone(1),
        LONG[:1000],
        attachments=[{"contentType": "text/x-signal-plain", "id": name, "size": 6000}],
    )


async def test_a_long_text_is_fetched_whole_and_its_file_removed(
    server: SignalServer, parts: Parts, work: Work, tmp_path: Path
) -> None:
    server.files["long.txt"] = LONG.encode()
    (tmp_path / "long.txt").touch()
    parts.account.courtesies._attachments = tmp_path
    async with receiving(parts.receiver(), work):
        a_long_text(server)
        await work.until(1)
        await server.until(lambda: not (tmp_path / "long.txt").exists())
    assert work.texts() == [LONG]
    assert work.done[0].attachment is None


async def test_a_long_text_whose_rest_is_nowhere_is_worked_as_far_as_it_came(
    server: SignalServer, parts: Parts, work: Work
) -> None:
    async with receiving(parts.receiver(), work):
        a_long_text(server)
        await work.until(1)
    assert work.texts() == [LONG[:1000]]
