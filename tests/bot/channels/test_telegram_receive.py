"""Polling: what Telegram may forget, and when."""

import asyncio
import logging
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels import Event, Inbound
from bot.channels.offering import Waits
from bot.channels.telegram import TelegramAccount
from bot.channels.telegram_api import ApiUnreachable
from bot.channels.telegram_receive import PollingReceiver
from tests.bot.channels.conftest import QUICK, Work, receiving
from tests.servers.bot_api import BotApi, Cut, Garbage, Stall
from tests.servers.bot_api_world import ApiError

PERSON = 4242


async def test_a_message_is_confirmed_only_after_it_was_handled(
    api: BotApi, polling: PollingReceiver, work: Work
) -> None:
    work.gate = asyncio.Event()
    async with receiving(polling, work.handle):
        api.say(PERSON, "hello")
        await api.until(lambda: len(work.tried) == 1)
        api.say(PERSON, "and more")
        assert api.updates.confirmed == []
        work.gate.set()
        await work.until(2)
        await api.until(lambda: len(api.updates.confirmed) == 2)
    assert work.texts() == ["hello", "and more"]


async def test_work_that_was_cut_off_comes_again_after_a_restart_with_the_same_id(
    api: BotApi, account: TelegramAccount, work: Work
) -> None:
    work.gate = asyncio.Event()  # never opens: the process dies in the middle
    hurried = PollingReceiver("telegram", account.api, waits=Waits(grace=timedelta(0)))
    async with receiving(hurried, work.handle):
        api.say(PERSON, "I am not safe")
        await api.until(lambda: len(work.tried) == 1)
    assert api.updates.confirmed == []
    work.gate = None
    async with receiving(PollingReceiver("telegram", account.api, waits=QUICK), work.handle):
        await work.until(1)
    assert [inbound.message_id for inbound in work.tried] == ["m1", "m1"]


async def test_a_stop_lets_work_end_and_confirms_it(
    api: BotApi, polling: PollingReceiver, work: Work
) -> None:
    work.gate = asyncio.Event()
    async with receiving(polling, work.handle) as task:
        api.say(PERSON, "hello")
        await api.until(lambda: len(work.tried) == 1)
        task.cancel()
        work.gate.set()
    assert work.texts() == ["hello"]
    assert len(api.updates.confirmed) == 1


async def test_a_message_that_fails_is_offered_again_and_holds_up_nobody_else(
    api: BotApi, polling: PollingReceiver, work: Work
) -> None:
    is_store_down = True
    work.fails = lambda inbound: is_store_down and inbound.text == "first"
    async with receiving(polling, work.handle):
        api.say(1, "first")
        api.say(1, "second")
        for person in range(2, 50):
            api.say(person, "hello")
        await work.until(48)
        assert api.updates.confirmed == []  # the failing one is the oldest: its offset holds the rest
        is_store_down = False
        await work.until(50)
        await api.until(lambda: len(api.updates.confirmed) == 50)
    assert work.texts("1") == ["first", "second"]
    assert len(work.done) == 50


async def test_what_comes_out_of_order_is_put_in_order_and_confirms_nothing_unfinished(
    api: BotApi, polling: PollingReceiver, work: Work
) -> None:
    api.updates.disorder = random.Random(7)  # noqa: S311 - an order, not a secret
    is_store_down = True
    work.fails = lambda inbound: is_store_down and inbound.text == "first"
    api.say(1, "first")
    for person in range(2, 40):
        api.say(person, "once")
        api.say(person, "again")
    async with receiving(polling, work.handle):
        await work.until(76)
        assert api.updates.confirmed == [], "a worker that dies now would have lost the first one"
        is_store_down = False
        await work.until(77)
        await api.until(lambda: len(api.updates.confirmed) == 77)
    assert all(work.texts(str(person)) == ["once", "again"] for person in range(2, 40))


async def test_a_newcomer_is_heard_while_somebody_elses_message_is_stuck(
    api: BotApi, account: TelegramAccount, work: Work
) -> None:
    work.fails = lambda inbound: inbound.address == "1"
    hurried = PollingReceiver("telegram", account.api, waits=replace(QUICK, grace=timedelta(0)))
    async with receiving(hurried, work.handle):
        api.say(1, "stuck")
        await api.until(lambda: len(work.tried) >= 2)
        api.say(2, "somebody else")
        await work.until(1)
    assert work.texts() == ["somebody else"]


async def test_a_thousand_at_once_keep_each_persons_order(
    api: BotApi, polling: PollingReceiver, work: Work
) -> None:
    for number in range(10):
        for person in range(1, 101):
            api.say(person, str(number))

    async def handle(inbound: Inbound) -> None:
        for _ in range(10 - int(inbound.text or 0)):  # the earlier, the longer it takes
            await asyncio.sleep(0)
        await work.handle(inbound)

    async with receiving(polling, handle):
        await work.until(1000)
        await api.until(lambda: len(api.updates.confirmed) == 1000)
    assert len(work.done) == 1000
    assert all(work.texts(str(person)) == [str(n) for n in range(10)] for person in range(1, 101))


async def test_the_batch_goes_on_around_malformed_updates(
    api: BotApi, polling: PollingReceiver, work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.say(1, "before canary-ñ")
    chat = {"id": 2, "type": "private"}
    for date in (None, 10**30, -1, "soon"):
        api.send_raw_update({"message": {"message_id": 5, "date": date, "chat": chat, "text": "canary-ñ"}})
    api.send_raw_update(
        {"message": {"message_id": 6, "date": 10**4400 // 10**4390, "chat": chat, "entities": 5}}
    )
    api.send_raw_update({"message": "canary-ñ"})
    api.send_raw_update({"a_kind_of_2029": {"text": "canary-ñ"}})
    api.say(3, "after canary-ñ")
    async with receiving(polling, work.handle):
        await api.until(lambda: len(api.updates.confirmed) == 9)
    assert [inbound.address for inbound in work.done].count("2") == 5
    assert work.texts("3") == ["after canary-ñ"]
    assert "canary" not in caplog.text


async def test_an_update_that_no_json_reader_takes_is_stepped_over(
    api: BotApi, polling: PollingReceiver, work: Work
) -> None:
    api.say(1, "before")
    bad = api.send_raw_update({"message": {}})
    body = b'{"ok": true, "result": [{"update_id": %d, "message": %s}]}' % (bad, b"[" * 100_000)
    api.say(2, "after")
    api.faults["getUpdates"] += [Garbage(body), None, Garbage(body), Garbage(body), None]
    async with receiving(polling, work.handle):
        await work.until(2)
        await api.until(lambda: len(api.updates.confirmed) == 3)
    assert sorted(text or "" for text in work.texts()) == ["after", "before"]
    assert polling.counts.malformed >= 1


@pytest.mark.parametrize(
    "fault",
    [
        ApiError(500, "Internal Server Error"),
        ApiError(429, "Too Many Requests", 0.05),
        Cut(),
        Garbage(),
        Garbage(b"[]"),
    ],
    ids=["500", "429", "cut", "captive portal", "wrong shape"],
)
async def test_receiving_goes_on_after_the_platform_failed(
    api: BotApi, polling: PollingReceiver, work: Work, fault: ApiError | Cut | Garbage
) -> None:
    api.faults["getUpdates"] += [fault, fault]
    api.say(PERSON, "hello")
    async with receiving(polling, work.handle):
        await work.until(1)


async def test_an_answer_that_does_not_come_is_given_up(api: BotApi, account: TelegramAccount) -> None:
    api.faults["getUpdates"].append(Stall())
    with pytest.raises(ApiUnreachable):
        await account.api.call("getUpdates", patience=timedelta(milliseconds=50))


async def test_a_receiver_that_is_started_again_takes_up_what_it_left(
    api: BotApi, account: TelegramAccount, work: Work
) -> None:
    work.gate = asyncio.Event()
    receiver = PollingReceiver("telegram", account.api, waits=Waits(grace=timedelta(0)))
    async with receiving(receiver, work.handle):
        api.say(PERSON, "hello")
        await api.until(lambda: len(work.tried) == 1)
    work.gate = None
    async with receiving(receiver, work.handle):
        await work.until(1)


async def test_a_webhook_left_on_the_account_is_dropped_and_loses_nothing(
    api: BotApi, polling: PollingReceiver, work: Work
) -> None:
    api.updates.webhook = {"url": "http://127.0.0.1:9/nobody"}
    api.say(PERSON, "hello")
    async with receiving(polling, work.handle):
        await work.until(1)
    assert api.updates.webhook is None


async def test_a_second_poller_is_survived(api: BotApi, polling: PollingReceiver, work: Work) -> None:
    async with receiving(polling, work.handle):
        await api.until(lambda: any(method == "getUpdates" for method, _ in api.calls))
        assert await api.updates.get_updates({"timeout": 0}) == []  # ends our poll with 409
        api.say(PERSON, "hello")
        await work.until(1)
    assert polling.counts.faults >= 1


async def test_a_tap_is_read_and_its_spinner_stopped(
    api: BotApi, polling: PollingReceiver, work: Work
) -> None:
    message = api.say(PERSON, "hi")
    tap = api.click(PERSON, message, "opening:1")
    old = api.click(PERSON, 999, "opening:7")  # its message is long gone
    async with receiving(polling, work.handle):
        await work.until(3)
        await api.until(lambda: api.world.taps[tap] and api.world.taps[old])
    assert [inbound.choice for inbound in work.done] == [None, "opening:1", "opening:7"]


async def test_a_tap_is_lost_after_150_seconds_and_a_text_after_a_day(
    api: BotApi, polling: PollingReceiver, work: Work
) -> None:
    """The server's own rule, kept here because the flow is built on it: typing must always work."""
    api.click(PERSON, api.say(PERSON, "report"), "send")
    api.advance(timedelta(seconds=151))
    async with receiving(polling, work.handle):
        await work.until(1)
        api.say(PERSON, "status")
        await work.until(2)
    assert work.texts() == ["report", "status"]


async def test_groups_are_left_without_a_word(api: BotApi, polling: PollingReceiver, work: Work) -> None:
    for number in range(20):
        api.say_in_group(-100, 5, f"hello {number}")
    api.say(PERSON, "hello")
    async with receiving(polling, work.handle):
        await work.until(1)
        await api.until(lambda: api.world.left == [-100])
        await api.until(lambda: len(api.updates.confirmed) == 21)
    assert api.seen(-100) == []
    assert work.texts() == ["hello"]


async def test_edits_blocks_and_unblocks_arrive_in_order(
    api: BotApi, polling: PollingReceiver, work: Work
) -> None:
    api.edit(PERSON, api.say(PERSON, "one"), "two")
    api.block(PERSON)
    api.unblock(PERSON)
    async with receiving(polling, work.handle):
        await work.until(4)
    assert [inbound.event for inbound in work.done] == [
        Event.MESSAGE,
        Event.EDITED,
        Event.BLOCKED,
        Event.UNBLOCKED,
    ]
