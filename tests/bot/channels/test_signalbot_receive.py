"""Receiving from signal-cli-rest-api: what reaches us is kept, worked once and in order; a websocket that ended is made
anew; nothing of it is logged. What the interface drops is lost, and one test says so."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels import Attachment, Event, Handle, Inbound
from bot.channels.kept_work import KeptWork
from bot.channels.signal_events import Ignored
from bot.channels.signal_faults import Trouble
from bot.channels.signalbot_receive import SignalbotReceiver
from responders.store import Store, StoreDown
from tests.bot.channels.conftest import receiving
from tests.bot.channels.signal_parts import HURRIED, Parts, Work, signal_parts
from tests.bot.channels.signalbot_parts import SWIFT, RestParts, rest_parts
from tests.servers.signal_rest import Answer
from tests.servers.signal_rpc import INTAKE, SignalServer

CANARY = "canary-ñ-90d2"
A_SECOND = timedelta(seconds=1)
WHO = {"sourceUuid": "u", "timestamp": 1}


@pytest.fixture
async def server() -> AsyncIterator[SignalServer]:
    server = SignalServer()
    server.receives_by_itself = True  # as signal-cli-rest-api runs it
    async with server:
        yield server


@pytest.fixture
async def parts(store: Store, server: SignalServer) -> AsyncIterator[Parts]:
    async with signal_parts(store, server) as parts:
        yield parts


@pytest.fixture
async def there(server: SignalServer) -> AsyncIterator[RestParts]:
    async with rest_parts(server) as there:
        yield there


@pytest.fixture
def receiver(there: RestParts, parts: Parts) -> SignalbotReceiver:
    return there.receiver(parts)


@pytest.fixture
def work(server: SignalServer) -> Work:
    return Work(server)


async def connected(receiver: SignalbotReceiver, there: RestParts) -> None:
    await there.server.until(lambda: there.account.state.is_subscribed and there.rest.listening(INTAKE) == 1)
    assert receiver.lacks is None


async def test_a_text_is_kept_and_worked(
    server: SignalServer, there: RestParts, parts: Parts, receiver: SignalbotReceiver, work: Work
) -> None:
    work.gate = asyncio.Event()
    assert receiver.lacks == "not connected to signal-cli-rest-api: nothing arrives"
    async with receiving(receiver, work.handle):
        await connected(receiver, there)
        server.say(server.phone(1), CANARY)
        await server.until(lambda: work.tried)
        assert len(await parts.inbox.waiting("signal")) == 1
        for shard in range(2):
            assert CANARY.encode() not in b"".join((await parts.store.inbox(shard)).values())
        work.gate.set()
        await work.until(1)
    (done,) = work.done
    assert (done.text, done.address, done.in_inbox) == (CANARY, server.phone(1).uuid, True)
    assert await parts.inbox.waiting("signal") == []


@pytest.mark.parametrize("code", [1000, 1001, 1011])
async def test_a_websocket_closed_in_order_is_made_anew(
    server: SignalServer, there: RestParts, receiver: SignalbotReceiver, work: Work, code: int
) -> None:
    async with receiving(receiver, work.handle):
        for count in range(1, 4):
            await connected(receiver, there)
            server.say(server.phone(1), str(count))
            await work.until(count)
            await there.rest.close(code)
    assert work.texts() == ["1", "2", "3"]
    assert receiver.counts.faults >= 2


async def test_a_websocket_cut_without_a_word_is_made_anew(
    server: SignalServer, there: RestParts, receiver: SignalbotReceiver, work: Work
) -> None:
    async with receiving(receiver, work.handle):
        await connected(receiver, there)
        there.rest.abort()
        await server.until(lambda: receiver.counts.faults == 1)
        await connected(receiver, there)
        server.say(server.phone(1), "after")
        await work.until(1)


async def test_an_interface_that_is_started_again_is_heard_again(
    server: SignalServer, there: RestParts, receiver: SignalbotReceiver, work: Work
) -> None:
    async with receiving(receiver, work.handle):
        await connected(receiver, there)
        await there.rest.stop()
        await server.until(lambda: receiver.counts.faults >= 3)
        assert receiver.lacks is not None
        await there.rest.start()
        await connected(receiver, there)
        server.say(server.phone(1), "after")
        await work.until(1)


async def test_what_arrives_while_no_websocket_is_there_is_lost_at_the_interface(
    server: SignalServer, there: RestParts, receiver: SignalbotReceiver, work: Work
) -> None:
    server.say(server.phone(1), "too early")
    await server.until(lambda: there.rest.dropped)
    async with receiving(receiver, work.handle):
        await connected(receiver, there)
        server.say(server.phone(1), "heard")
        await work.until(1)
    assert work.texts() == ["heard"]


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        ("{", Ignored.UNREADABLE),
        ("[1]", Ignored.UNREADABLE),
        ('{"envelope": 1, "account": "' + INTAKE + '"}', Ignored.UNREADABLE),
        (json.dumps({"envelope": {"sourceUuid": "u", "timestamp": "soon"}}), Ignored.UNREADABLE),
        (json.dumps({"envelope": {**WHO, "dataMessage": {"message": [CANARY]}}}), Ignored.EMPTY),
        ("[" * 100_000, Ignored.UNREADABLE),
    ],
    ids=range(6),
)  # fmt: skip
async def test_an_event_that_no_model_knows_is_counted_and_the_next_one_heard(
    server: SignalServer, there: RestParts, receiver: SignalbotReceiver, work: Work, frame: str, kind: Ignored
) -> None:
    async with receiving(receiver, work.handle):
        await connected(receiver, there)
        await there.rest.frame(frame, INTAKE)
        server.say(server.phone(1), "next")
        await work.until(1)
        assert there.account.state.is_subscribed
    assert receiver.counts.ignored_kinds == {kind: 1}
    assert receiver.counts.faults == 0


async def test_a_fault_that_the_interface_tells_is_counted(
    server: SignalServer, there: RestParts, receiver: SignalbotReceiver, work: Work
) -> None:
    async with receiving(receiver, work.handle):
        await connected(receiver, there)
        await there.rest.frame(json.dumps({"error": f"no {INTAKE}"}), INTAKE)
        server.say(server.phone(1), "next")
        await work.until(1)
    assert receiver.counts.faults == 1


async def test_a_voice_note_arrives_without_the_field_that_signalbot_insists_on(
    server: SignalServer, there: RestParts, receiver: SignalbotReceiver, work: Work
) -> None:
    sound = {"contentType": "audio/aac", "filename": None, "id": "abc-1.aac", "size": 9, "uploadTimestamp": 1}
    async with receiving(receiver, work.handle):
        await connected(receiver, there)
        server.say(server.phone(1), None, attachments=[sound])
        await work.until(1)
        await server.until(lambda: there.rest.made("attachments"))
    assert work.done[0].attachment is Attachment.VOICE
    assert there.rest.made("attachments") == [{"id": "abc-1.aac"}], "refused files are deleted, never fetched"


async def test_a_long_text_is_worked_as_a_whole_and_its_file_deleted(
    server: SignalServer, there: RestParts, receiver: SignalbotReceiver, work: Work
) -> None:
    whole = "слово " * 1000
    there.rest.files["t.txt"] = whole.encode()
    file = {"contentType": "text/x-signal-plain", "id": "t.txt", "size": 11_000}
    async with receiving(receiver, work.handle):
        await connected(receiver, there)
        server.say(server.phone(1), whole[:1000], attachments=[file])
        await work.until(1)
        await server.until(lambda: not there.rest.files)
    assert work.texts() == [whole]
    assert work.done[0].attachment is None


async def test_a_files_name_that_is_a_path_deletes_nothing(
    server: SignalServer, there: RestParts, receiver: SignalbotReceiver, work: Work
) -> None:
    files = [{"contentType": "image/png", "id": name} for name in ("../accounts", "a?b", ".x", "%2e%2e", "")]
    async with receiving(receiver, work.handle):
        await connected(receiver, there)
        server.say(server.phone(1), None, attachments=files)
        server.say(server.phone(1), "and on")
        await work.until(2)
    assert there.rest.made("attachments") == []


async def test_a_changed_identity_is_noted_and_then_trusted(
    server: SignalServer, there: RestParts, receiver: SignalbotReceiver, work: Work
) -> None:
    phone = server.phone(1)
    async with receiving(receiver, work.handle):
        await connected(receiver, there)
        server.new_identity(phone)
        await work.until(1)
        await server.until(lambda: server.made("trust"))
    assert work.done[0].event is Event.KEY_CHANGED
    assert server.made("trust") == [{"account": INTAKE, "recipient": phone.uuid, "trustAllKnownKeys": True}]


async def test_a_group_is_left_and_a_thumb_counts_only_where_it_is_an_answer(
    server: SignalServer, there: RestParts, parts: Parts, work: Work
) -> None:
    receiver = there.receiver(parts, thumbs=False)
    async with receiving(receiver, work.handle):
        await connected(receiver, there)
        server.say(server.phone(1), "hi all", groupInfo={"groupId": "kFZ+/A==", "type": "DELIVER"})
        server.react(server.phone(1), "👍", 17, to=INTAKE)
        await server.until(lambda: server.made("quitGroup"))
        await server.until(lambda: receiver.counts.ignored == 2)
    assert server.made("quitGroup") == [{"account": INTAKE, "groupId": "kFZ+/A==", "delete": True}]
    assert receiver.counts.ignored_kinds == {Ignored.GROUP: 1, Ignored.REACTION: 1}


async def test_five_hundred_messages_keep_their_order(
    server: SignalServer, there: RestParts, receiver: SignalbotReceiver, work: Work
) -> None:
    async with receiving(receiver, work.handle):
        await connected(receiver, there)
        for number in range(500):
            server.say(server.phone(number % 5), str(number))
        await work.until(500)
    for person in range(5):
        texts = work.texts(server.phone(person).uuid)
        assert texts == [str(number) for number in range(person, 500, 5)]


async def test_a_store_that_is_away_loses_nothing_that_was_heard(
    there: RestParts, parts: Parts, work: Work, server: SignalServer
) -> None:
    class Away(KeptWork):
        is_away = True

        async def take(self, arrived: Sequence[Inbound], handle: Handle) -> None:
            if self.is_away and arrived:
                raise StoreDown
            await super().take(arrived, handle)

    receiver = there.receiver(parts, Away)
    async with receiving(receiver, work.handle):
        await connected(receiver, there)
        for number in range(50):
            server.say(server.phone(1), str(number))
        await server.until(lambda: there.rest.told == 50)
        Away.is_away = False
        await work.until(50)
    assert work.texts() == [str(number) for number in range(50)]


async def test_a_stop_keeps_what_has_been_heard_for_the_next_start(
    server: SignalServer, there: RestParts, parts: Parts, work: Work
) -> None:
    work.gate = asyncio.Event()  # never opens
    # A second of silence, not fifty milliseconds: on a loaded machine what was sent may be as long under way.
    pace = replace(SWIFT, quiet=A_SECOND, leaving=60 * A_SECOND)
    receiver = there.receiver(parts, pace=pace, waits=HURRIED)
    async with receiving(receiver, work.handle):
        await connected(receiver, there)
        for number in range(200):
            await there.rest.frame(said(server, str(number)), INTAKE)
    assert len(await parts.inbox.waiting("signal")) == 200
    again = Work(server)
    async with receiving(there.receiver(parts), again.handle):
        await again.until(200)
    assert again.texts() == [str(number) for number in range(200)]


async def test_an_account_that_is_gone_is_no_connection(
    server: SignalServer, there: RestParts, receiver: SignalbotReceiver, work: Work
) -> None:
    async with receiving(receiver, work.handle):
        await connected(receiver, there)
        server.accounts.discard(INTAKE)
        await server.until(lambda: receiver.lacks is not None)
        assert there.account.state.trouble is Trouble.ACCOUNT
        server.accounts.add(INTAKE)
        await connected(receiver, there)
        assert there.account.state.trouble is None


async def test_a_signal_cli_that_is_silent_behind_its_interface_is_no_connection(
    server: SignalServer, there: RestParts, receiver: SignalbotReceiver, work: Work
) -> None:
    async with receiving(receiver, work.handle):
        await connected(receiver, there)
        there.rest.faults["accounts"].extend([Answer(502, "<html>")] * 2)
        await server.until(lambda: there.account.state.trouble is Trouble.AWAY)
        await connected(receiver, there)


async def test_nothing_that_is_logged_says_what_was_written_or_by_whom(
    server: SignalServer, there: RestParts, receiver: SignalbotReceiver, work: Work, caplog: pytest.LogCaptureFixture
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    phone = server.phone(1)
    async with receiving(receiver, work.handle):
        await connected(receiver, there)
        server.say(phone, CANARY)
        await there.rest.frame(f"{{{CANARY}", INTAKE)
        await work.until(1)
        await there.rest.close(1001)
        await connected(receiver, there)
        there.rest.abort()
        await server.until(lambda: receiver.counts.faults == 2)
        await connected(receiver, there)
    ours = [one for one in caplog.records if one.name.partition(".")[0] in ("bot", "signalbot", "websockets")]
    assert ours
    for record in ours:
        told = f"{record.getMessage()} {record.exc_text or ''}"
        for secret in (CANARY, phone.uuid, phone.number, INTAKE, INTAKE[1:]):
            assert secret not in told


def said(server: SignalServer, text: str) -> str:
    """A frame, as the interface writes it."""
    phone, time = server.phone(1), next(server._times)
    message = {"timestamp": time, "message": text, "expiresInSeconds": 0, "viewOnce": False}
    return json.dumps(
        {"envelope": {**server._envelope(phone, time), "dataMessage": message}, "account": INTAKE}
    )
