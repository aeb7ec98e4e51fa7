"""Sending through signal-cli: two faults, pages first, and what every error of the real client means."""

import asyncio
import traceback
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.channels.pacing import Pacing
from bot.channels.signal import ALERTS as ALERTS_NAME
from bot.channels.signal import SignalAccount, signal_account
from bot.channels.signal_faults import LATER, LIMITED, SOON, Trouble
from bot.channels.signal_rpc import SignalRpc
from bot.channels.signal_send import SignalSender
from bot.channels.signal_state import SignalState
from bot.channels.turnstile import Turnstile
from responders.delivery import Button, Message, Reason, TryAgain, Undeliverable
from responders.secret import Secret
from tests.servers.signal_rpc import (
    INTAKE,
    NETWORK,
    NEW_IDENTITY,
    RATE_LIMITED,
    UNREGISTERED,
    Answer,
    Cut,
    Fault,
    Refuse,
    SignalServer,
    Stall,
    captcha,
    failing,
    hiding,
)

TEXT = "canary-ñ-4e1b"
LONG = timedelta(seconds=60)  # a loaded machine may take its time


@pytest.fixture
async def server() -> AsyncIterator[SignalServer]:
    async with SignalServer() as server:
        yield server


@pytest.fixture
async def account(server: SignalServer) -> AsyncIterator[SignalAccount]:
    account = signal_account("signal", server.url, Secret(INTAKE))
    yield account
    await account.close()


async def test_the_id_is_the_messages_time_and_buttons_are_a_numbered_list(
    server: SignalServer, account: SignalAccount
) -> None:
    phone = server.phone(1)
    message = Message("How are things?", (Button("Not safe", "a"), Button("No risk now", "b")))
    sent = await account.sender.send(phone.uuid, message)
    assert phone.screen == ["How are things?\n\n1 Not safe\n2 No risk now"]
    assert sent == str(phone.shown[0].time)


async def test_a_focal_point_reads_the_text_alone_for_it_names_what_to_type(server: SignalServer) -> None:
    alerts = signal_account(ALERTS_NAME, server.url, Secret(INTAKE))
    page = Message(
        "42 · IMMEDIATE · 1 I have it  2 pass  3 why me", (Button("1 I have it", "verb.t42"),), protect=True
    )
    await alerts.sender.send(server.phone(1).uuid, page)
    assert server.phone(1).screen == [page.text]
    await alerts.close()


async def test_a_long_text_goes_in_parts_that_signal_takes_as_messages(
    server: SignalServer, account: SignalAccount
) -> None:
    phone = server.phone(1)
    for text in ("word " * 1000, "слово " * 500, "單" * 1500):
        phone.shown.clear()
        sent = await account.sender.send(phone.uuid, Message(text))
        assert len(sent.split(",")) == len(phone.shown) > 1
        assert "".join("".join(phone.screen).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (captcha(), TryAgain(LIMITED)),
        (RATE_LIMITED, TryAgain(LIMITED)),
        (NEW_IDENTITY, Undeliverable(Reason.NEW_KEY)),
        (NETWORK, TryAgain(SOON)),
        (UNREGISTERED, Undeliverable(Reason.UNREGISTERED)),
        (
            Refuse(-1, "Invalid phone number 'abc': No valid characters found."),
            Undeliverable(Reason.UNREGISTERED),
        ),
        (Refuse(-1, "User is not registered."), TryAgain(LATER)),
        (Refuse(-32602, "Method requires valid account parameter"), TryAgain(LATER)),
        (Refuse(-32601, "Method not implemented"), TryAgain(LATER)),
        (Refuse(-32603, f"java.lang.NullPointerException: {TEXT}"), TryAgain(LATER)),
        (Refuse(-3, "IOException", "a string where an object was"), TryAgain(SOON)),
        (Refuse(-3, "StatusCode: 499 (DeprecatedVersionException)"), TryAgain(LATER)),
        (hiding("IDENTITY_FAILURE"), Undeliverable(Reason.NEW_KEY)),
        (hiding("UNREGISTERED_FAILURE"), Undeliverable(Reason.UNREGISTERED)),
        (hiding("NETWORK_FAILURE"), TryAgain(SOON)),
        (hiding("RATE_LIMIT_FAILURE", token="tok-123", retryAfterSeconds=60), TryAgain(LIMITED)),
        (hiding("A_KIND_OF_2029"), TryAgain(LATER)),
        (Answer({}), TryAgain(SOON)),
        (failing(-1, "A_KIND_OF_2029"), TryAgain(LATER)),
        (Cut(), TryAgain(SOON)),
        (Cut(after=True), TryAgain(SOON)),
    ],
    ids=str,
)
async def test_every_error_is_one_of_two_faults_and_says_nothing(
    server: SignalServer, account: SignalAccount, fault: Fault, expected: TryAgain | Undeliverable
) -> None:
    server.faults["send"].append(fault)
    phone = server.phone(1)
    with pytest.raises(type(expected)) as seen:
        await account.sender.send(phone.uuid, Message(TEXT))
    assert str(seen.value) == str(expected)
    told = "".join(traceback.format_exception(seen.value))
    for secret in (TEXT, phone.uuid, phone.number, INTAKE, "tok-123"):
        assert secret not in told


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        (captcha(), Trouble.CAPTCHA),
        (Refuse(-32602, "Method requires valid account parameter"), Trouble.ACCOUNT),
        (Refuse(-32601, "Method not implemented"), Trouble.VERSION),
        (Refuse(-3, "StatusCode: 499 (DeprecatedVersionException)"), Trouble.VERSION),
        (hiding("PROOF_REQUIRED_FAILURE", token="tok-123"), Trouble.CAPTCHA),
        (Cut(), Trouble.AWAY),
        (NETWORK, None),
    ],
    ids=str,
)
async def test_what_only_an_operator_can_mend_is_told_until_it_works(
    server: SignalServer, account: SignalAccount, fault: Fault, trouble: Trouble | None
) -> None:
    sender = SignalSender(account.rpc, account.number, account.state, timedelta(0), turnstile=_never_paused())
    server.faults["send"].append(fault)
    with pytest.raises(TryAgain):
        await sender.send(server.phone(1).uuid, Message("hello"))
    assert account.state.trouble is trouble
    await sender.send(server.phone(1).uuid, Message("hello"))
    assert account.state.trouble is None
    assert account.state.challenge is None


async def test_the_captchas_token_is_kept_for_the_operators_command_and_shown_nowhere(
    server: SignalServer, account: SignalAccount
) -> None:
    server.faults["send"].append(captcha("tok-secret"))
    with pytest.raises(TryAgain):
        await account.sender.send(server.phone(1).uuid, Message("hello"))
    challenge = account.state.challenge
    assert challenge is not None
    assert (challenge.token, challenge.after) == ("tok-secret", timedelta(days=1))
    assert "tok-secret" not in repr(challenge) + repr(account.state) + repr(account)


async def test_a_rate_limit_holds_for_the_whole_account_without_asking_again(
    server: SignalServer, account: SignalAccount
) -> None:
    server.faults["send"].append(RATE_LIMITED)
    with pytest.raises(TryAgain):
        await account.sender.send(server.phone(1).uuid, Message("hello"))
    with pytest.raises(TryAgain):
        await account.sender.send(server.phone(2).uuid, Message("hello", protect=True))
    assert len(server.made("send")) == 1


async def test_an_answer_that_never_comes_ends_with_the_calls_own_patience(server: SignalServer) -> None:
    rpc = SignalRpc(server.url, timedelta(milliseconds=50))
    await rpc.call("version", {}, LONG)  # connected: what is asked next is on its way at once
    server.faults["send"].append(Stall())
    with pytest.raises(TryAgain):
        await SignalSender(rpc, Secret(INTAKE), SignalState(), timedelta(0)).send(
            server.phone(1).uuid, Message("hello")
        )
    again = {"account": INTAKE, "recipient": [server.phone(1).uuid], "message": "hello"}
    await rpc.call("send", again, LONG)
    assert server.phone(1).screen == ["hello"]
    await rpc.close()


async def test_a_message_whose_answer_was_lost_is_sent_again(
    server: SignalServer, account: SignalAccount
) -> None:
    server.faults["send"].append(Cut(after=True))
    with pytest.raises(TryAgain):
        await account.sender.send(server.phone(1).uuid, Message("hello"))
    await account.sender.send(server.phone(1).uuid, Message("hello"))
    assert server.phone(1).screen == ["hello", "hello"], "twice is better than never"


async def test_a_daemon_that_is_gone_and_comes_back_is_found_again(
    server: SignalServer, account: SignalAccount
) -> None:
    await account.sender.send(server.phone(1).uuid, Message("before"))
    await server.stop()
    with pytest.raises(TryAgain):
        await account.sender.send(server.phone(1).uuid, Message("meanwhile"))
    await server.start()
    await account.sender.send(server.phone(1).uuid, Message("after"))
    assert server.phone(1).screen == ["before", "after"]


async def test_calls_side_by_side_get_each_its_own_answer(
    server: SignalServer, account: SignalAccount
) -> None:
    sender = SignalSender(account.rpc, account.number, account.state, timedelta(0), turnstile=_never_paused())
    sends = (sender.send(server.phone(number).uuid, Message(str(number))) for number in range(50))
    ids = await asyncio.gather(*sends)
    for number, sent in enumerate(ids):
        assert sent == str(server.phone(number).shown[0].time)


async def test_parts_that_went_out_are_not_sent_again(server: SignalServer, account: SignalAccount) -> None:
    server.faults["send"] += [None, NETWORK]
    text = "first " * 300 + "\n\n" + "second " * 300
    with pytest.raises(TryAgain):
        await account.sender.send(server.phone(1).uuid, Message(text))
    begun = list(server.phone(1).screen)
    await account.sender.send(server.phone(1).uuid, Message(text))
    assert server.phone(1).screen[: len(begun)] == begun
    assert len(set(server.phone(1).screen)) == len(server.phone(1).screen)


async def test_the_timer_is_set_before_the_first_answer_and_not_again(
    server: SignalServer, account: SignalAccount
) -> None:
    phone = server.phone(1)
    account.state.saw_timer(phone.uuid, 0)
    for _ in range(2):
        await account.sender.send(phone.uuid, Message("hello"))
        account.state.saw_timer(phone.uuid, 0)  # they ended it: theirs to decide
    assert [method for method, _ in server.calls] == ["updateContact", "send", "send"]
    assert server.made("updateContact")[0]["expiration"] == 86_400
    assert phone.timer == 86_400, "a linked device is told that it failed although it was done"


async def test_a_timer_that_somebody_chose_is_left_alone(
    server: SignalServer, account: SignalAccount
) -> None:
    account.state.saw_timer(server.phone(1).uuid, 3600)
    await account.sender.send(server.phone(1).uuid, Message("hello"))
    assert not server.made("updateContact")


async def test_our_messages_are_deleted_for_everyone_part_by_part(
    server: SignalServer, account: SignalAccount
) -> None:
    phone = server.phone(1)
    sent = [await account.sender.send(phone.uuid, Message(text)) for text in ("one", "long " * 600)]
    assert await account.sender.delete(phone.uuid, sent) == []
    assert phone.screen == []


async def test_what_cannot_be_deleted_is_named(server: SignalServer, account: SignalAccount) -> None:
    phone = server.phone(1)
    sent = await account.sender.send(phone.uuid, Message("hello"))
    server.faults["remoteDelete"].append(UNREGISTERED)
    assert await account.sender.delete(phone.uuid, [sent, "e12", sent]) == [sent, "e12"]
    server.faults["remoteDelete"].append(NETWORK)
    with pytest.raises(TryAgain):
        await account.sender.delete(phone.uuid, [sent])


@pytest.mark.parametrize(
    "address", ["", "+0123", "+1555\n--all", "not-a-uuid", "00000000-0000-4000-8000-00000000000G"]
)
async def test_an_address_that_is_none_never_reaches_signal_cli(
    server: SignalServer, account: SignalAccount, address: str
) -> None:
    with pytest.raises(Undeliverable):
        await account.sender.send(address, Message("hello"))
    assert not server.calls


def _never_paused() -> Turnstile:
    """A queue that a captcha's pause does not stop: its clock runs an hour at each look."""
    hours = iter(range(0, 10**9, 3600))
    return Turnstile(Pacing(overall=10_000.0, per_chat=1_000.0), clock=lambda: float(next(hours)))


async def test_somebody_who_is_known_by_number_only_is_answered_there(
    server: SignalServer, account: SignalAccount
) -> None:
    phone = server.phone(1)
    server.phones[phone.number] = phone
    await account.sender.send(phone.number, Message("hello"))
    assert phone.screen == ["hello"]


async def test_a_daemon_that_receives_by_itself_is_told_of_once(
    server: SignalServer, account: SignalAccount, caplog: pytest.LogCaptureFixture
) -> None:
    server.receives_by_itself = True
    await account.sender.send(server.phone(1).uuid, Message("hello"))
    for number in range(3):
        server.say(server.phone(1), TEXT + str(number))
    await account.sender.send(server.phone(1).uuid, Message("hello"))
    assert [record.getMessage() for record in caplog.records if "by itself" in record.getMessage()] == [
        "signal-cli receives by itself, and loses what arrives while we are away: --receive-mode manual"
    ]
    assert TEXT not in caplog.text
