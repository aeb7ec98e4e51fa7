"""What the real client keeps, and what it loses: the reasons for how our reader works."""

import asyncio
import json
from collections.abc import Callable

from bot.channels.signal_doctor import examine
from bot.channels.signal_rpc import SignalRpc
from tests.servers.signal_line import Json, Line
from tests.servers.signal_phone import Phone
from tests.servers.signal_stack import Account, SignalStack


def says(text: str) -> Callable[[Json], bool]:
    """Fits the envelope with this text."""
    return lambda envelope: bool(envelope.get("dataMessage", {}).get("message") == text)


def from_(phone: Phone) -> Callable[[Json], bool]:
    """Fits what this phone sent."""
    return lambda envelope: bool(envelope["sourceUuid"] == phone.aci)


async def test_what_is_written_while_nobody_subscribes_waits_at_the_server(
    stack: SignalStack, intake: Account, phone: Phone
) -> None:
    sent = await phone.send(intake.aci, "nobody listens")
    assert not stack.is_acked(intake, sent)
    async with stack.listening(intake) as line:
        await line.event(says("nobody listens"))
        await stack.acked(intake, sent)


async def test_after_a_hang_up_without_a_word_nothing_is_taken_from_the_server(
    stack: SignalStack, intake: Account, phone: Phone, line: Line
) -> None:
    await phone.send(intake.aci, "before")
    await line.event(says("before"))
    await line.close()
    await stack.is_disconnected(intake)
    sent = await phone.send(intake.aci, "after")
    assert not stack.is_acked(intake, sent)
    async with stack.listening(intake) as again:
        await again.event(says("after"))


async def test_kill_9_of_the_client_loses_nothing_that_was_written_meanwhile(
    stack: SignalStack, intake: Account, phone: Phone, line: Line
) -> None:
    await phone.send(intake.aci, "first")
    await line.event(says("first"))
    await stack.cli.kill()
    await phone.burst(intake.aci, ["second", "third"])
    await stack.cli.start()
    async with stack.listening(intake) as again:
        await again.event(says("second"))
        await again.event(says("third"))


async def test_it_acknowledges_before_anybody_has_read_which_is_why_we_peek(
    stack: SignalStack, intake: Account, phone: Phone
) -> None:
    async with stack.listening(intake) as deaf:
        deaf.stop_reading()
        await stack.acked(intake, await phone.send(intake.aci, "in the kernel's buffer"))


async def test_a_cut_websocket_is_made_again_and_nothing_is_lost(
    stack: SignalStack, intake: Account, phone: Phone, line: Line
) -> None:
    connections = stack.mock.connections
    await stack.drop(intake)
    await phone.send(intake.aci, "after the cut")
    await line.event(says("after the cut"))
    assert stack.mock.connections > connections


async def test_five_hundred_in_a_burst_arrive_in_order(intake: Account, phone: Phone, line: Line) -> None:
    texts = [f"message {number}" for number in range(500)]
    await phone.burst(intake.aci, texts)
    got: list[str] = []
    while len(got) < len(texts):
        envelope = await line.event(from_(phone))
        got.append(envelope["dataMessage"]["message"])
    assert got == texts


async def test_a_hang_up_while_messages_come_loses_at_most_one(
    stack: SignalStack, intake: Account, phone: Phone
) -> None:
    """When its last subscriber goes, signal-cli 0.13.19 still takes the message in hand, or the next one, and drops it.
    So whoever is started again takes the connection over, and nobody hangs up who does not have to."""
    texts = [str(number) for number in range(100)]
    async with stack.listening(intake) as first:
        coming = asyncio.create_task(phone.burst(intake.aci, texts))
        got = {(await first.event(from_(phone)))["dataMessage"]["message"] for _ in range(10)}
        first.hang_up()
        while (said := await first.last_words()) is not None:
            got.add(said["dataMessage"]["message"])
        sent = await coming
    async with stack.listening(intake) as again:
        await stack.acked(intake, *sent)
        await phone.send(intake.aci, "the last one")
        while (text := (await again.event(from_(phone)))["dataMessage"]["message"]) != "the last one":
            got.add(text)
    assert len(set(texts) - got) <= 1


async def test_neither_what_we_send_nor_what_we_receive_stays_in_its_folder_or_log(
    stack: SignalStack, intake: Account, phone: Phone, line: Line
) -> None:
    await phone.send(intake.aci, "RECEIVED-CANARY", sealed=True)
    await line.event(says("RECEIVED-CANARY"))
    await line.call("send", account=intake.number, recipient=[phone.aci], message="SENT-CANARY")
    await phone.reads("SENT-CANARY")
    log = stack.cli.log.read_text()
    for mark in ("RECEIVED-CANARY", "SENT-CANARY"):
        assert stack.cli.holding(mark) == []
        assert mark not in log
    assert stack.cli.holding(phone.aci)  # who wrote does stay: docs/privacy.md says so
    assert stack.cli.holding(phone.number)


async def test_a_story_without_a_style_ends_receiving_until_the_client_is_started_again(
    stack: SignalStack, intake: Account, phone: Phone, line: Line
) -> None:
    """signal-cli 0.13.19: NotImplementedError ends the thread that receives. Anybody with a changed app can do that;
    the connection stays open and calls are answered, so that only a message which comes back shows it."""
    await phone.say(
        intake.aci, {"storyMessage": {"textAttachment": {"text": "no style"}, "allowsReplies": True}}
    )
    await stack.is_disconnected(intake)
    sent = await phone.send(intake.aci, "is anybody there?")
    await line.call("listContacts", account=intake.number)
    await line.call("subscribeReceive", account=intake.number)
    assert not stack.is_acked(intake, sent)
    await stack.cli.kill()
    await stack.cli.start()
    async with stack.listening(intake) as again:
        await again.event(says("is anybody there?"))


async def test_its_events_carry_no_more_than_the_reader_knows(
    intake: Account, phone: Phone, line: Line
) -> None:
    """The shapes that bot/channels/signal_events.py reads, as the real client writes them today."""
    sent = await phone.send(intake.aci, "hello", sealed=True)
    envelope = await line.event(says("hello"))
    assert envelope["sourceUuid"] == phone.aci
    assert envelope["timestamp"] == envelope["dataMessage"]["timestamp"] == sent
    assert set(envelope["dataMessage"]) == {"timestamp", "message", "expiresInSeconds", "viewOnce"}
    assert json.dumps(envelope).isascii()


async def test_doctor_tells_a_client_that_receives_by_itself_whoever_was_connected_before(
    stack: SignalStack,
) -> None:
    by_itself = stack.another_client("by-itself", receive="on-start")
    await by_itself.start()
    try:
        for client, is_well in ((by_itself, False), (by_itself, False), (stack.cli, True)):
            rpc = SignalRpc(client.url)
            _, mode, *_ = await examine(rpc, client.url, None)
            await rpc.close()
            assert mode.is_well is is_well, mode
    finally:
        await by_itself.stop()
