"""Making numbers accounts of signal-cli, and answering a captcha: what is asked, what is said, what is never said."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from bot.channels.signal_rpc import SignalRpc
from bot.signal_setup import NotDone, SignalSetup, Talk
from bot.signal_status import identities
from responders.secret import Secret
from tests.servers.signal_registration import CAPTCHA, CODE, PIN, URI, RegisteringServer
from tests.servers.signal_rpc import INTAKE, RATE_LIMITED, Refuse


class Terminal:
    """A person who has their answers ready."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.said: list[str] = []

    def ask(self, what: str) -> str:
        self.asked.append(what)
        return self.answers.pop(0)


@pytest.fixture
async def server() -> AsyncIterator[RegisteringServer]:
    async with RegisteringServer(accounts=()) as server:
        yield server


@pytest.fixture
async def rpc(server: RegisteringServer) -> AsyncIterator[SignalRpc]:
    rpc = SignalRpc(server.url)
    yield rpc
    await rpc.close()


def setup(rpc: SignalRpc, terminal: Terminal) -> SignalSetup:
    return SignalSetup(rpc, Secret(INTAKE), "intake", Talk(terminal.said.append, terminal.ask))


def nobody_is_told(words: Sequence[str]) -> None:
    for secret in (INTAKE, CODE, PIN, CAPTCHA, "tok-123"):
        assert all(secret not in text for text in words)


async def test_a_number_is_registered_with_its_code(server: RegisteringServer, rpc: SignalRpc) -> None:
    terminal = Terminal(" 123-456\n", "")
    await setup(rpc, terminal).register(captcha=False, voice=False)
    assert server.accounts == {INTAKE}
    assert server.made("register") == [{"account": INTAKE, "voice": False}]
    assert server.lock is None
    assert "Next: tocsin signal status" in terminal.said[-1]
    nobody_is_told(terminal.said)


async def test_a_registration_lock_is_set_when_one_is_chosen(
    server: RegisteringServer, rpc: SignalRpc
) -> None:
    terminal = Terminal(CODE, PIN)
    await setup(rpc, terminal).register(captcha=False, voice=True)
    assert (server.lock, server.made("register")[0]["voice"]) == (PIN, True)
    nobody_is_told(terminal.said)


async def test_a_number_with_a_lock_asks_for_it(server: RegisteringServer, rpc: SignalRpc) -> None:
    server.lock = PIN
    terminal = Terminal(CODE, PIN, "")
    await setup(rpc, terminal).register(captcha=False, voice=False)
    assert server.accounts == {INTAKE}


async def test_a_captcha_is_asked_for_only_when_it_was_called_for(
    server: RegisteringServer, rpc: SignalRpc
) -> None:
    server.wants_captcha = True
    with pytest.raises(
        NotDone, match=r"Signal wants a captcha first: tocsin signal register intake --captcha$"
    ):
        await setup(rpc, Terminal()).register(captcha=False, voice=False)
    with pytest.raises(NotDone, match="does not take this captcha"):
        await setup(rpc, Terminal("signalcaptcha://old")).register(captcha=True, voice=False)
    terminal = Terminal(CAPTCHA, CODE, "")
    await setup(rpc, terminal).register(captcha=True, voice=False)
    assert "https://signalcaptchas.org/registration/generate.html" in terminal.said[0]
    nobody_is_told(terminal.said)


@pytest.mark.parametrize(
    ("method", "fault", "said"),
    [
        ("register", RATE_LIMITED, "wait some hours"),
        ("register", Refuse(-1, "Before requesting voice verification you need to"), "an SMS first"),
        ("register", Refuse(-1, f"Invalid phone number '{INTAKE}'"), "not a telephone number"),
        ("register", Refuse(-3, f"IOException about {INTAKE}"), "journalctl -u signal-cli"),
        ("register", Refuse(-3, "StatusCode: 499 (DeprecatedVersionException)"), "install the newest"),
        ("register", Refuse(-1, f"{INTAKE} is already registered"), "has this number already"),
        ("verify", Refuse(-1, f"Verify error: 403 {INTAKE} {CODE}"), "register again for a new one"),
        ("verify", Refuse(-3, f"{INTAKE}"), "register again for a new one"),
        ("setPin", Refuse(-1, "This command doesn't work on linked devices."), "only the telephone"),
    ],
)  # fmt: skip
async def test_a_refusal_is_one_sentence_that_names_nobody(
    server: RegisteringServer, rpc: SignalRpc, method: str, fault: Refuse, said: str
) -> None:
    server.faults[method].append(fault)
    with pytest.raises(NotDone, match=said) as seen:
        await setup(rpc, Terminal(CODE, PIN)).register(captcha=False, voice=False)
    nobody_is_told([str(seen.value)])
    assert "\n" not in str(seen.value)


async def test_without_a_code_nothing_is_confirmed(server: RegisteringServer, rpc: SignalRpc) -> None:
    with pytest.raises(NotDone, match="nothing was entered"):
        await setup(rpc, Terminal(" \n")).register(captcha=False, voice=False)
    assert not server.made("verify")


async def test_a_daemon_that_is_not_there_is_said_to_be(server: RegisteringServer, rpc: SignalRpc) -> None:
    await server.stop()
    with pytest.raises(NotDone, match=r"is it running, and is signal.url where it listens"):
        await setup(rpc, Terminal()).link()


async def test_linking_shows_the_address_and_waits_for_the_telephone(
    server: RegisteringServer, rpc: SignalRpc
) -> None:
    terminal = Terminal()
    linking = asyncio.ensure_future(setup(rpc, terminal).link())
    await server.until(lambda: server.made("finishLink"))
    assert f"\n    {URI}\n" in terminal.said[0]
    assert "Give it to no web page" in terminal.said[0]
    server.scans.put_nowait(INTAKE)
    await linking
    assert "is an account of signal-cli now" in terminal.said[-1]


async def test_a_telephone_with_another_number_is_noticed(server: RegisteringServer, rpc: SignalRpc) -> None:
    server.scans.put_nowait("+15559999999")
    with pytest.raises(NotDone, match="another number than that of intake") as seen:
        await setup(rpc, Terminal()).link()
    assert "+1" not in str(seen.value)


async def test_a_captcha_answers_what_signal_asked_for(server: RegisteringServer, rpc: SignalRpc) -> None:
    server.accounts.add(INTAKE)
    terminal = Terminal(CAPTCHA)
    await setup(rpc, terminal).answer(Secret("tok-123"))
    (made,) = server.made("submitRateLimitChallenge")
    assert made == {"account": INTAKE, "challenge": "tok-123", "captcha": CAPTCHA}
    assert "https://signalcaptchas.org/challenge/generate.html" in terminal.said[0]
    nobody_is_told(terminal.said)
    rejected = "Captcha rejected, it may be outdated, already used or solved from a different IP address."
    server.faults["submitRateLimitChallenge"].append(Refuse(-1, rejected))
    with pytest.raises(NotDone, match="solve a new one"):
        await setup(rpc, Terminal(CAPTCHA)).answer(Secret("tok-123"))
    with pytest.raises(NotDone, match="nothing was entered"):
        await setup(rpc, Terminal("\n")).answer(Secret("tok-123"))


async def test_changed_identities_are_counted_and_not_named(
    server: RegisteringServer, rpc: SignalRpc
) -> None:
    server.untrusted = 2
    line = await identities(rpc, "intake", Secret(INTAKE))
    assert str(line).startswith("warn  signal intake: 2 changed identities not accepted")
    server.untrusted = 0
    assert str(await identities(rpc, "intake", Secret(INTAKE))).startswith("ok ")
