"""Sending through the real wire to the strict server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.channels.pacing import Pacing
from bot.channels.telegram import TelegramAccount
from bot.channels.telegram_request import a_bot
from bot.channels.telegram_send import TelegramSender
from bot.channels.turnstile import Turnstile
from responders.delivery import Button, Message, Reason, TryAgain, Undeliverable
from responders.secret import Secret
from tests.servers.bot_api import BotApi, Cut, Garbage, Stall
from tests.servers.bot_api_flood import Flood
from tests.servers.bot_api_world import ApiError

PERSON = 4242
ADDRESS = str(PERSON)
HELLO = Message("Hello.")


@asynccontextmanager
async def sending(api: BotApi, turnstile: Turnstile, *people: int) -> AsyncIterator[TelegramSender]:
    """A sender with a turnstile of its own; `people` may be written to."""
    api.world.chats.update(people)
    bot, wire = a_bot(Secret(api.world.token), api.base)
    try:
        yield TelegramSender(bot, turnstile)
    finally:
        await wire.shutdown()


@pytest.fixture
def sender(api: BotApi, account: TelegramAccount) -> TelegramSender:
    api.world.chats.add(PERSON)
    return account.sender


async def test_a_message_arrives_with_its_buttons_one_a_row(api: BotApi, sender: TelegramSender) -> None:
    buttons = (Button("I am not safe", "opening:1"), Button("شخص مفقود", "opening:2"))
    sent = await sender.send(ADDRESS, Message("How are things?", buttons))
    [shown] = api.seen(PERSON)
    assert (sent, shown.text) == (str(shown.message_id), "How are things?")
    assert shown.buttons == (("I am not safe", "opening:1"), ("شخص مفقود", "opening:2"))
    rows = api.screen(PERSON)[0]["reply_markup"]["inline_keyboard"]
    assert [len(row) for row in rows] == [1, 1]


async def test_pages_are_protected_and_ring_and_no_link_is_previewed(
    api: BotApi, sender: TelegramSender
) -> None:
    await sender.send(ADDRESS, Message("42 · IMMEDIATE https://example.org", protect=True))
    await sender.send(ADDRESS, HELLO)
    page, hello = api.seen(PERSON)
    assert (page.protected, page.silent, page.preview) == (True, False, False)
    assert (hello.protected, hello.silent, hello.preview) == (False, False, False)


async def test_a_test_that_must_wake_nobody_does_not_ring(api: BotApi, sender: TelegramSender) -> None:
    await sender.send(ADDRESS, Message("a test", protect=True, silent=True))
    (test,) = api.seen(PERSON)
    assert (test.protected, test.silent) == (True, True)


async def test_a_long_text_comes_in_parts_with_the_buttons_on_the_last(
    api: BotApi, sender: TelegramSender
) -> None:
    text = "This is one sentence. " * 400
    sent = await sender.send(ADDRESS, Message(text, (Button("go on", "go"),)))
    parts = api.seen(PERSON)
    assert sent == ",".join(str(part.message_id) for part in parts)
    assert " ".join(part.text for part in parts) == text.strip()
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]


async def test_a_long_text_that_failed_in_the_middle_goes_on_from_there(
    api: BotApi, sender: TelegramSender
) -> None:
    message = Message("This is one sentence. " * 300)
    api.faults["sendMessage"] += [None, ApiError(500, "Internal Server Error")]
    with pytest.raises(TryAgain):
        await sender.send(ADDRESS, message)
    sent = await sender.send(ADDRESS, message)
    assert len(sent.split(",")) == len(api.seen(PERSON)) == 2
    assert " ".join(api.texts(PERSON)) == message.text.strip()


@pytest.mark.parametrize("text", ["[not json]", "{neither}", "true", "<b>bold</b> & _under_ *star*"])
async def test_texts_arrive_letter_by_letter(api: BotApi, sender: TelegramSender, text: str) -> None:
    await sender.send(ADDRESS, Message(text))
    assert api.texts(PERSON) == [text]


FAULTS = [
    (ApiError(403, "Forbidden: bot was blocked by the user"), Reason.BLOCKED),
    (ApiError(403, "Forbidden: user is deactivated"), Reason.UNREGISTERED),
    (ApiError(403, "Forbidden: bot can't initiate conversation with a user"), Reason.UNREGISTERED),
    (ApiError(400, "Bad Request: chat not found"), Reason.UNREGISTERED),
    (ApiError(400, "Bad Request: PEER_ID_INVALID"), Reason.UNREGISTERED),
    (ApiError(400, "Bad Request: message is too long"), Reason.REFUSED),
    (ApiError(500, "Internal Server Error"), timedelta(seconds=2)),
    (ApiError(502, "Bad Gateway"), timedelta(seconds=2)),
    (ApiError(401, "Unauthorized"), timedelta(seconds=30)),
    (ApiError(404, "Not Found"), timedelta(seconds=30)),
    (ApiError(409, "Conflict"), timedelta(seconds=30)),
    (ApiError(429, "Too Many Requests: retry after 17", 17), timedelta(seconds=17)),
    (ApiError(429, "Too Many Requests"), timedelta(seconds=1)),
    (Cut(), timedelta(seconds=2)),
    (Cut(after=True), timedelta(seconds=2)),
    (Garbage(), timedelta(seconds=2)),
    (Garbage(b"[]"), timedelta(seconds=2)),
    (Garbage(b"{}"), timedelta(seconds=2)),
    (Garbage(b'{"ok": true, "result": {}}'), timedelta(seconds=2)),
    (Garbage(b"\xff", 503), timedelta(seconds=2)),
]


@pytest.mark.parametrize(("fault", "meaning"), FAULTS, ids=[str(fault)[:40] for fault, _ in FAULTS])
async def test_every_fault_becomes_one_of_two_that_say_nothing_more(
    api: BotApi,
    sender: TelegramSender,
    fault: ApiError | Cut | Garbage,
    meaning: Reason | timedelta,
    caplog: pytest.LogCaptureFixture,
) -> None:
    api.faults["sendMessage"].append(fault)
    with pytest.raises((TryAgain, Undeliverable)) as raised:
        await sender.send(ADDRESS, Message("canary-ñ"))
    if isinstance(raised.value, TryAgain):
        assert raised.value.after == meaning
    elif isinstance(raised.value, Undeliverable):
        assert raised.value.reason is meaning
    assert raised.value.__cause__ is raised.value.__context__ is None
    assert "canary" not in caplog.text + str(raised.value)


@pytest.mark.parametrize("address", ["", "abc", "+4799999", "٤٢", "12 ", "-"])
async def test_an_address_that_is_no_chat_is_never_asked_for(address: str) -> None:
    sender = TelegramSender.__new__(TelegramSender)  # no bot at all: nothing may be called
    with pytest.raises(Undeliverable) as raised:
        await sender.send(address, HELLO)
    assert raised.value.reason is Reason.UNREGISTERED


async def test_an_answer_that_does_not_come_is_try_again(api: BotApi) -> None:
    api.world.chats.add(PERSON)
    api.faults["sendMessage"].append(Stall())
    bot, wire = a_bot(Secret(api.world.token), api.base, patience=timedelta(milliseconds=100))
    with pytest.raises(TryAgain):
        await TelegramSender(bot).send(ADDRESS, HELLO)
    await wire.shutdown()


async def test_an_empty_text_is_refused(sender: TelegramSender) -> None:
    with pytest.raises(Undeliverable) as raised:
        await sender.send(ADDRESS, Message(" \n"))
    assert raised.value.reason is Reason.REFUSED


async def test_half_a_surrogate_pair_is_sent_as_a_mark(api: BotApi, sender: TelegramSender) -> None:
    await sender.send(ADDRESS, Message("a\ud83d b"))
    assert api.texts(PERSON) == ["a\ufffd b"]


async def test_after_a_429_everything_pauses_and_the_wait_is_told(api: BotApi) -> None:
    api.faults["sendMessage"].append(ApiError(429, "Too Many Requests: retry after 30", 30))
    passed = 0.0
    async with sending(api, Turnstile(clock=lambda: passed), PERSON, 7) as sender:
        with pytest.raises(TryAgain):
            await sender.send(ADDRESS, HELLO)
        passed = 0.5
        with pytest.raises(TryAgain) as raised:
            await sender.send("7", HELLO)
    assert raised.value.after == timedelta(seconds=29.5)
    assert len([method for method, _ in api.calls if method == "sendMessage"]) == 1


EVERYBODY = range(1, 101)


async def test_a_hundred_chats_at_once_are_served_without_any_429() -> None:
    """Ten times the real speed on both sides; the real figures are held in test_pacing."""
    async with (
        BotApi(flood=Flood(overall=300)) as api,
        sending(api, Turnstile(Pacing(overall=280)), *EVERYBODY) as sender,
    ):
        await asyncio.gather(*(sender.send(str(person), HELLO) for person in EVERYBODY))
        assert all(api.texts(person) == ["Hello."] for person in EVERYBODY)


async def test_without_pacing_the_same_server_answers_429() -> None:
    few = range(1, 21)
    async with (
        BotApi(flood=Flood(overall=10, second=60.0)) as api,
        sending(api, Turnstile(Pacing(overall=100_000), timedelta(milliseconds=50)), *few) as sender,
    ):
        everybody = (sender.send(str(person), HELLO) for person in few)
        outcomes = await asyncio.gather(*everybody, return_exceptions=True)
        assert any(isinstance(outcome, TryAgain) for outcome in outcomes)


@pytest.mark.parametrize(
    "urgent",
    [Message("42 · IMMEDIATE", protect=True), Message("a person's words", first=True)],
    ids=["a page", "what is first"],
)
async def test_a_page_and_what_is_first_pass_everybody_who_waits(api: BotApi, urgent: Message) -> None:
    async with sending(api, Turnstile(Pacing(overall=400)), *EVERYBODY) as sender:
        crowd = [asyncio.ensure_future(sender.send(str(person), HELLO)) for person in range(1, 39)]
        await asyncio.sleep(0)  # everybody stands in the queue
        page = asyncio.ensure_future(sender.send("39", urgent))
        await asyncio.gather(page, *crowd)
    order = [parameters["chat_id"] for method, parameters in api.calls if method == "sendMessage"]
    assert order.index("39") < 10


async def test_who_would_wait_too_long_is_told_to_come_back(api: BotApi) -> None:
    passed = 0.0
    turnstile = Turnstile(patience=timedelta(milliseconds=100), clock=lambda: passed)
    async with sending(api, turnstile, PERSON) as sender:
        for _ in range(3):
            await sender.send(ADDRESS, HELLO)
            passed += 0.1
        with pytest.raises(TryAgain):
            await sender.send(ADDRESS, HELLO)


async def test_messages_are_deleted_on_both_sides_and_the_persons_too(
    api: BotApi, sender: TelegramSender
) -> None:
    theirs = api.say(PERSON, "I am not safe")
    ours = await sender.send(ADDRESS, HELLO)
    edited = api.say(PERSON, "one")
    assert await sender.delete(ADDRESS, [ours, f"m{theirs}", f"e{edited}.17", "t55"]) == []
    assert api.screen(PERSON) == []
    assert api.texts(PERSON) == ["Hello."]


async def test_what_is_older_than_48_hours_is_honestly_reported(api: BotApi, sender: TelegramSender) -> None:
    old = [await sender.send(ADDRESS, HELLO), await sender.send(ADDRESS, HELLO)]
    api.advance(timedelta(hours=49))
    young = await sender.send(ADDRESS, HELLO)
    assert await sender.delete(ADDRESS, [young, *old]) == old
    assert [str(message["message_id"]) for message in api.screen(PERSON)] == old


async def test_deleting_again_is_no_fault(sender: TelegramSender) -> None:
    sent = await sender.send(ADDRESS, HELLO)
    assert await sender.delete(ADDRESS, [sent]) == []
    assert await sender.delete(ADDRESS, [sent]) == []
    assert await sender.delete(ADDRESS, []) == []


async def test_when_the_whole_lot_is_refused_each_is_tried(api: BotApi, sender: TelegramSender) -> None:
    ids = [str(api.say(PERSON, "x")) for _ in range(3)]
    del api.world.messages[PERSON, int(ids[0])]  # the person deleted the first one
    api.faults["deleteMessages"].append(ApiError(400, "Bad Request: message can't be deleted for everyone"))
    assert await sender.delete(ADDRESS, ids) == []
    assert api.screen(PERSON) == []


async def test_250_messages_take_three_calls_and_one_look(api: BotApi, sender: TelegramSender) -> None:
    ids = [str(api.say(PERSON, "x")) for _ in range(250)]
    api.calls.clear()
    assert await sender.delete(ADDRESS, ids) == []
    assert [method for method, _ in api.calls] == ["deleteMessages"] * 3 + ["deleteMessage"]


async def test_a_network_fault_while_deleting_is_try_again(api: BotApi, sender: TelegramSender) -> None:
    api.faults["deleteMessages"].append(Cut())
    with pytest.raises(TryAgain):
        await sender.delete(ADDRESS, [str(api.say(PERSON, "x"))])


async def test_a_blocked_chat_keeps_everything_and_says_so(api: BotApi, sender: TelegramSender) -> None:
    ids = [str(api.say(PERSON, "x"))]
    blocked = ApiError(403, "Forbidden: bot was blocked by the user")
    api.faults["deleteMessages"].append(blocked)
    api.faults["deleteMessage"].append(blocked)
    assert await sender.delete(ADDRESS, ids) == ids
