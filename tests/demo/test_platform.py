"""The demo's platform keeps what real ones promise: nothing is confirmed unhandled, and faults are faults."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels import Attachment, Event, Inbound
from bot.channels.local import LocalLine, LocalReceiver, LocalSender
from bot.channels.numbered import numbered
from bot.demo.platform import INTAKE, Account
from bot.demo.platform_http import serve
from responders.delivery import Button, Message, Reason, TryAgain, Undeliverable

START = datetime(2030, 1, 1, 2, 0, tzinfo=UTC)


class Line:
    """A platform with one account, and a worker's line to it."""

    def __init__(self, account: Account, line: LocalLine, clock: list[datetime]) -> None:
        self.account = account
        self.clock = clock
        self.sender = LocalSender(line, INTAKE)
        self.receiver = LocalReceiver(line, INTAKE)

    async def handle(self, count: int, *, fail_at: int | None = None) -> list[Inbound]:
        """Run the receiver until it has handed over `count` arrivals; at `fail_at` the worker breaks."""
        arrived: list[Inbound] = []
        enough = asyncio.Event()

        async def handle(inbound: Inbound) -> None:
            if len(arrived) == fail_at:
                raise ConnectionError
            arrived.append(inbound)
            if len(arrived) == count:
                enough.set()

        receiving = asyncio.create_task(self.receiver.receive(handle))
        waiting = asyncio.create_task(enough.wait())
        await asyncio.wait({receiving, waiting}, return_when=asyncio.FIRST_COMPLETED, timeout=60)
        for task in (receiving, waiting):
            task.cancel()
        await asyncio.gather(receiving, waiting, return_exceptions=True)
        return arrived


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """A platform on a socket short enough for every system."""
    clock = [START]
    account = Account(lambda: clock[0], lambda _: None)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-")))
        runner = await serve({INTAKE: account}, folder / "p")
        stack.push_async_callback(runner.cleanup)
        yield Line(account, await stack.enter_async_context(LocalLine(folder / "p")), clock)


async def test_what_was_handed_over_but_not_handled_arrives_again(line: Line) -> None:
    for text in ("one", "two", "three"):
        line.account.say("reporter", text)
    first = await line.handle(3, fail_at=1)
    again = await line.handle(3)
    assert [inbound.text for inbound in first] == ["one"]
    assert [inbound.text for inbound in again] == ["one", "two", "three"]
    assert [inbound.message_id for inbound in again][:1] == [first[0].message_id]


async def test_messages_wait_while_nobody_receives(line: Line) -> None:
    line.account.say("reporter", "is anybody there?", locale="es")
    assert line.account.waiting == 1
    (inbound,) = await line.handle(1)
    assert (inbound.text, inbound.locale, inbound.sent_at) == ("is anybody there?", "es", START)


async def test_a_tap_carries_its_data_and_the_message_it_stands_under(line: Line) -> None:
    shown = await line.sender.send("reporter", Message("How are things?", (Button("Not safe", "o:1"),)))
    line.account.tap("reporter", int(shown), "o:1")
    (inbound,) = await line.handle(1)
    assert (inbound.choice, inbound.quote, inbound.text) == ("o:1", shown, None)


async def test_every_kind_of_arrival_keeps_its_kind(line: Line) -> None:
    line.account.say("reporter", "first")
    line.account.edit_last("reporter", "second")
    line.account.attach("reporter", Attachment.VOICE)
    line.account.block("reporter", blocked=True)
    line.account.block("reporter", blocked=False)
    arrived = await line.handle(5)
    assert [one.event for one in arrived] == [
        Event.MESSAGE,
        Event.EDITED,
        Event.MESSAGE,
        Event.BLOCKED,
        Event.UNBLOCKED,
    ]
    assert arrived[2].attachment is Attachment.VOICE
    assert len({one.message_id for one in arrived}) == 5


async def test_an_edit_without_an_earlier_message_is_nothing(line: Line) -> None:
    line.account.attach("reporter", Attachment.STICKER)
    line.account.edit_last("reporter", "second")
    assert line.account.waiting == 1


async def test_a_cut_channel_takes_nothing_and_says_so(line: Line) -> None:
    line.account.set_cut(cut=True)
    with pytest.raises(TryAgain):
        await line.sender.send("reporter", Message("Hello"))
    line.account.say("reporter", "I write while it is cut")
    line.account.set_cut(cut=False)
    assert [inbound.text for inbound in await line.handle(1)] == ["I write while it is cut"]


async def test_a_receiver_waits_for_a_platform_that_is_away(line: Line) -> None:
    line.account.set_cut(cut=True)
    receiving = asyncio.create_task(line.handle(1))
    await line.account.next_change(0.05)
    line.account.say("reporter", "back")
    line.account.set_cut(cut=False)
    assert [inbound.text for inbound in await receiving] == ["back"]


async def test_a_blocked_chat_is_undeliverable(line: Line) -> None:
    line.account.block("reporter", blocked=True)
    with pytest.raises(Undeliverable) as refusal:
        await line.sender.send("reporter", Message("Hello"))
    assert refusal.value.reason is Reason.BLOCKED


@pytest.mark.parametrize(
    "message",
    [
        Message(""),
        Message("x" * 70_000),
        Message("x", (Button("Go", ""),)),
        Message("x", (Button("Go", "d" * 65),)),
    ],
    ids=["empty", "too long", "button without data", "button with too much data"],
)
async def test_what_no_platform_would_carry_is_refused(line: Line, message: Message) -> None:
    with pytest.raises(Undeliverable) as refusal:
        await line.sender.send("reporter", message)
    assert refusal.value.reason is Reason.REFUSED


async def test_an_unknown_account_has_nobody_registered(line: Line) -> None:
    async with AsyncExitStack():
        stranger = LocalSender(line.sender._line, "elsewhere")
        with pytest.raises(Undeliverable) as refusal:
            await stranger.send("reporter", Message("Hello"))
    assert refusal.value.reason is Reason.UNREGISTERED


async def test_own_messages_can_be_deleted_for_48_hours_and_never_the_persons(line: Line) -> None:
    old = await line.sender.send("reporter", Message("old"))
    line.account.say("reporter", "mine")
    theirs = str(line.account.chat("reporter").posts[-1].id)
    line.clock[0] += timedelta(hours=49)
    new = await line.sender.send("reporter", Message("new"))
    assert await line.sender.delete("reporter", [old, theirs, new]) == [old, theirs]
    assert [post.message.text for post in line.account.chat("reporter").posts] == ["old", "mine"]


def test_a_list_numbers_the_buttons_and_changes_no_word() -> None:
    shown = numbered(Message("How are things?", (Button("Not safe", "a"), Button("No risk now", "b"))))
    assert shown == "How are things?\n\n1 Not safe\n2 No risk now"
    assert numbered(Message("Thank you.")) == "Thank you."
