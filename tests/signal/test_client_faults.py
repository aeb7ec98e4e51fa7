"""How the real client answers when Signal's server refuses: what bot/channels/signal_faults.py makes sense of."""

import pytest

from tests.servers.signal_line import Json, Line, Refused
from tests.servers.signal_phone import Phone
from tests.servers.signal_stack import Account, SignalStack

RATE_LIMIT, IDENTITY, OTHER = -5, -4, -1


async def refused(line: Line, account: Account, address: str) -> Refused:
    """Send, and return the refusal."""
    with pytest.raises(Refused) as caught:
        await line.call("send", account=account.number, recipient=[address], message="hello")
    return caught.value


async def test_proof_required_comes_with_the_token_that_a_captcha_needs(
    stack: SignalStack, intake: Account, phone: Phone, line: Line
) -> None:
    await stack.mock.fault(428, phone, token="tok-123", options=["captcha"], headers=["Retry-After:86400"])
    fault = await refused(line, intake, phone.aci)
    assert fault.code == RATE_LIMIT
    result: Json = {"type": "RATE_LIMIT_FAILURE", "token": "tok-123", "retryAfterSeconds": 86400}
    assert result.items() <= fault.result.items()


@pytest.mark.parametrize("status", [413, 429])
async def test_a_rate_limit_comes_without_a_token(
    stack: SignalStack, intake: Account, phone: Phone, line: Line, status: int
) -> None:
    await stack.mock.fault(status, phone, headers=["Retry-After:60"])
    fault = await refused(line, intake, phone.aci)
    assert fault.code == RATE_LIMIT
    assert fault.result["type"] == "RATE_LIMIT_FAILURE"
    assert fault.result.get("token") is None


@pytest.mark.parametrize("status", [500, 403, 401])
async def test_any_other_refusal_is_a_network_failure_and_the_next_message_goes(
    stack: SignalStack, intake: Account, phone: Phone, line: Line, status: int
) -> None:
    await stack.mock.fault(status, phone, times=10)  # it tries some of them again by itself
    fault = await refused(line, intake, phone.aci)
    assert fault.code == OTHER
    assert fault.result["type"] == "NETWORK_FAILURE"
    await stack.mock.clear_faults()
    await line.call("send", account=intake.number, recipient=[phone.aci], message="again")
    await phone.reads("again")


async def test_somebody_whom_signal_does_not_know_any_more_is_unregistered(
    intake: Account, phone: Phone, line: Line
) -> None:
    await phone.unregister()
    while (fault := await refused(line, intake, phone.aci)).result["type"] == "NETWORK_FAILURE":
        continue  # its connection is being made anew after an earlier refusal; the test's own limit ends this
    assert fault.code == OTHER
    assert fault.result["type"] == "UNREGISTERED_FAILURE"


async def test_a_new_phone_is_refused_both_ways_and_trusting_it_works_only_after_a_refused_message(
    intake: Account, phone: Phone, line: Line
) -> None:
    """What arrives does not teach the client the new identity: the first message to it does, and is refused. Once it is
    trusted, the text that seemed lost comes after all, behind newer ones and with its old time."""
    await phone.send(intake.aci, "with my old phone")
    await line.event(lambda envelope: envelope["sourceUuid"] == phone.aci)
    await line.call("send", account=intake.number, recipient=[phone.aci], message="to the old one")
    await phone.reads("to the old one")
    await phone.reinstall()
    held_back = await phone.send(intake.aci, "with my new phone")
    said = await line.event(lambda envelope: envelope["sourceUuid"] == phone.aci)
    assert said["timestamp"] == held_back
    assert "dataMessage" not in said
    await line.call("trust", account=intake.number, recipient=phone.aci, trust_all_known_keys=True)
    assert (await refused(line, intake, phone.aci)).code == IDENTITY
    await line.call("trust", account=intake.number, recipient=phone.aci, trust_all_known_keys=True)
    await line.call("send", account=intake.number, recipient=[phone.aci], message="to the new one")
    await phone.reads("to the new one")
    await phone.send(intake.aci, "and back")
    texts = [(await line.event(lambda envelope: "dataMessage" in envelope))["dataMessage"] for _ in range(2)]
    assert [text["message"] for text in texts] == ["and back", "with my new phone"]
    assert texts[1]["timestamp"] == held_back


async def test_an_unlinked_account_cannot_send(stack: SignalStack, phone: Phone) -> None:
    """Nor does its daemon start the next time, also with another account in it: each number has its own daemon."""
    cli = stack.another_client("unlinked")
    await cli.start()
    account = await stack.link("short-lived", cli)
    line = await cli.line()
    await line.call("send", account=account.number, recipient=[phone.aci], message="still linked")
    await phone.reads("still linked")
    await stack.unlink(account)
    fault = await refused(line, account, phone.aci)
    assert fault.code == OTHER
    await line.close()
    await cli.kill()
