"""Sending through signal-cli-rest-api: the same two faults as over signal-cli itself, and nothing is said of what went
wrong that would name anybody."""

import traceback
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.channels.signal_faults import LATER, LIMITED, SOON, Trouble
from bot.channels.signal_rpc import RpcRefused, RpcUnanswered
from bot.channels.signal_state import SignalState
from bot.channels.signalbot import RestCourtesies, signalbot_account
from responders.delivery import Button, Message, Reason, TryAgain, Undeliverable
from responders.secret import Secret
from tests.bot.channels.signalbot_parts import RestParts, rest_parts
from tests.servers.signal_rest import Answer, Silence
from tests.servers.signal_rpc import (
    INTAKE,
    NETWORK,
    NEW_IDENTITY,
    RATE_LIMITED,
    UNREGISTERED,
    Fault,
    Refuse,
    SignalServer,
    captcha,
)

TEXT = "canary-ñ-51cc"


def taken_but(reason: str) -> Answer:
    """A success that was none for the one it was meant for."""
    return Answer(201, [{"timestamp": "17", "errors": {"recipients": [{"uuid": "u", "reason": reason}]}}])


@pytest.fixture
async def server() -> AsyncIterator[SignalServer]:
    async with SignalServer() as server:
        yield server


@pytest.fixture
async def there(server: SignalServer) -> AsyncIterator[RestParts]:
    async with rest_parts(server) as there:
        yield there


async def test_the_id_is_the_messages_time_and_a_later_delete_finds_it(
    server: SignalServer, there: RestParts
) -> None:
    phone = server.phone(1)
    sent = await there.account.sender.send(phone.uuid, Message("How are things?", (Button("Not safe", "a"),)))
    assert phone.screen == ["How are things?\n\n1 Not safe"]
    assert sent == str(phone.shown[0].time)
    assert await there.account.sender.delete(phone.uuid, [sent]) == []
    assert phone.screen == []


async def test_the_timer_is_set_on_first_contact(server: SignalServer, there: RestParts) -> None:
    phone = server.phone(1)
    there.account.state.saw_timer(phone.uuid, 0)
    await there.account.sender.send(phone.uuid, Message("hello"))
    assert phone.timer == timedelta(days=1).total_seconds()
    assert phone.screen == ["hello"], "a linked device is refused after it was done: that stops nothing"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (captcha(), TryAgain(LIMITED)),
        (RATE_LIMITED, TryAgain(LIMITED)),
        (NEW_IDENTITY, Undeliverable(Reason.NEW_KEY)),
        (NETWORK, TryAgain(SOON)),
        (UNREGISTERED, TryAgain(SOON)),  # the interface hides which it was
        (Refuse(-1, "Unregistered user: u"), Undeliverable(Reason.UNREGISTERED)),
        (Refuse(-1, "Invalid phone number 'abc': No valid characters."), Undeliverable(Reason.UNREGISTERED)),
        (Refuse(-1, "User is not registered."), TryAgain(LATER)),
        (Refuse(-32603, f"java.lang.NullPointerException: {TEXT}"), TryAgain(LATER)),
    ],
    ids=str,
)
async def test_every_error_of_signal_cli_is_one_of_two_faults_and_says_nothing(
    server: SignalServer, there: RestParts, fault: Fault, expected: TryAgain | Undeliverable
) -> None:
    server.faults["send"].append(fault)
    await fails(there, expected)


@pytest.mark.parametrize(
    ("fault", "expected", "trouble"),
    [
        (Answer(400, {"error": f"something about {TEXT} and {INTAKE}"}), TryAgain(LATER), None),
        (Answer(404, "404 page not found"), TryAgain(LATER), Trouble.VERSION),
        (Answer(200, "<html>a portal of a hotel</html>"), TryAgain(LATER), Trouble.VERSION),
        (Answer(500, {"error": "x"}), TryAgain(SOON), Trouble.AWAY),
        (Answer(502, "<html>"), TryAgain(SOON), Trouble.AWAY),
        (Answer(429, {"error": "x", "challenge_tokens": ["tok-123"]}), TryAgain(LIMITED), Trouble.CAPTCHA),
        (Answer(429, "<html>"), TryAgain(LATER), Trouble.VERSION),
        (Answer(429, {"error": "x", "challenge_tokens": [None, 3]}), TryAgain(LIMITED), None),
        (taken_but("UNREGISTERED_FAILURE"), Undeliverable(Reason.UNREGISTERED), None),
        (taken_but("IDENTITY_FAILURE"), Undeliverable(Reason.NEW_KEY), None),
        (taken_but("A_KIND_OF_2029"), TryAgain(LATER), None),
    ],
    ids=range(11),
)  # fmt: skip
async def test_every_answer_of_the_interface_is_one_of_two_faults(
    there: RestParts, fault: Answer, expected: TryAgain | Undeliverable, trouble: Trouble | None
) -> None:
    there.rest.faults["send"].append(fault)
    await fails(there, expected)
    assert there.account.state.trouble is trouble
    challenge = there.account.state.challenge
    assert (challenge.token if challenge else None) == ("tok-123" if trouble is Trouble.CAPTCHA else None)


@pytest.mark.parametrize("body", ["", "<html>", [{"time": 1}], [], {"timestamp": "x"}], ids=range(5))
async def test_a_message_that_was_taken_is_not_sent_twice_for_an_answer_that_nobody_can_read(
    server: SignalServer, there: RestParts, body: object
) -> None:
    there.rest.faults["send"].append(Answer(201, body, after=True))
    phone = server.phone(1)
    assert await there.account.sender.send(phone.uuid, Message("once")) == ""
    assert phone.screen == ["once"]


async def test_an_interface_that_does_not_answer_is_away(server: SignalServer) -> None:
    async with rest_parts(server, patience=timedelta(milliseconds=100)) as there:
        there.rest.faults["send"].append(Silence())
        await fails(there, TryAgain(SOON))
        assert there.account.state.trouble is Trouble.AWAY


async def test_an_interface_that_is_gone_and_comes_back_is_found_again(
    server: SignalServer, there: RestParts
) -> None:
    await there.rest.stop()
    with pytest.raises(RpcUnanswered) as seen:
        await there.account.rpc.call("send", {"recipient": [server.phone(1).uuid], "message": TEXT})
    assert seen.value.is_unsent
    await fails(there, TryAgain(SOON))
    assert there.account.state.trouble is Trouble.AWAY
    await there.rest.start()
    await there.account.sender.send(server.phone(1).uuid, Message("again"))
    assert there.account.state.trouble is None


async def test_typing_is_shown_and_a_captcha_handed_in(server: SignalServer, there: RestParts) -> None:
    await there.account.rpc.call("sendTyping", {"account": INTAKE, "recipient": [server.phone(1).uuid]})
    challenge = {"account": INTAKE, "challenge": "tok-123", "captcha": "signalcaptcha://x"}
    await there.account.rpc.call("submitRateLimitChallenge", challenge)
    assert server.made("sendTyping") == [{"account": INTAKE, "recipient": [server.phone(1).uuid]}]
    assert server.made("submitRateLimitChallenge") == [challenge]


async def test_what_the_interface_has_no_word_for_is_refused_before_anything_is_asked(
    there: RestParts,
) -> None:
    with pytest.raises(RpcRefused):
        await there.account.rpc.call("startLink", {})
    assert there.rest.requests == []


async def test_the_version_is_that_of_the_interface(there: RestParts) -> None:
    assert await there.account.rpc.call("version", {}) == {"version": "0.101", "mode": "json-rpc"}
    courtesies = RestCourtesies(there.account.rpc, Secret(INTAKE))
    assert await courtesies.trouble() is None
    gone = RestCourtesies(there.account.rpc, Secret("+15559999999"))
    assert await gone.trouble() is Trouble.ACCOUNT


async def test_an_interface_below_a_path_is_asked_there(server: SignalServer, there: RestParts) -> None:
    account = signalbot_account("signal", f"{there.rest.url}/below/", Secret(INTAKE))
    with pytest.raises(TryAgain):
        await account.sender.send(server.phone(1).uuid, Message("hello"))
    assert account.state.trouble is Trouble.VERSION
    assert isinstance(account.state, SignalState)
    await account.close()


async def fails(there: RestParts, expected: TryAgain | Undeliverable) -> None:
    """One message is sent, and becomes this fault, which tells nothing."""
    phone = there.server.phone(1)
    with pytest.raises(type(expected)) as seen:
        await there.account.sender.send(phone.uuid, Message(TEXT))
    assert str(seen.value) == str(expected)
    told = "".join(traceback.format_exception(seen.value))
    for secret in (TEXT, phone.uuid, phone.number, INTAKE, "tok-123"):
        assert secret not in told
