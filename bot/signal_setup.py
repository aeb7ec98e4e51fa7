"""Makes an account of signal-cli ours, and answers what Signal asks of it, over the daemon that runs already. Says what
to do next; no number, code or token is ever in what it says of a failure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.channels.signal_rpc import Calls, RpcRefused, RpcUnanswered
from responders.secret import Secret

LINKING = timedelta(minutes=3)  # somebody has to find their telephone
DEVICE = "Tocsin"

REGISTRATION_CAPTCHA = "https://signalcaptchas.org/registration/generate.html"
SENDING_CAPTCHA = "https://signalcaptchas.org/challenge/generate.html"
SOLVE = """\
In a browser, best one that reaches the Internet from the same address as this server, open
    {page}
solve it, and copy the link behind "Open Signal" (it begins with signalcaptcha://). It is good for a few minutes."""

TAKES_OVER = """\
The {which} number becomes an account of signal-cli on this server, and of nothing else: a telephone that uses this
number on Signal is signed out. A number that nobody uses for anything else is what you want here."""
KEEPS = """\
The {which} number stays an account of the telephone that you link to, and this server becomes its companion. That
telephone keeps every chat with reporters and focal points, in the clear, for whoever unlocks it; whoever holds it can
write in our name and unlink us. A number of its own on this server is safer: tocsin signal register {which}."""
SCAN = """\
On the telephone with the {which} number: Settings, Linked devices, Link new device. It wants to scan this as a QR code:

    {uri}

Show it with any program that draws QR codes on THIS computer, for example: qrencode -t ANSIUTF8, and paste it there.
Give it to no web page: whoever has it first is linked in our place. We wait {minutes} minutes for the telephone."""
CODE = "The code that Signal has sent"
PIN = "The registration lock of this number (PIN)"
NEW_PIN = "A registration lock for it, a PIN of your choice (recommended; empty: none)"
DONE = """\
The {which} number is an account of signal-cli now. Restart signal-cli: until then it keeps what we send.
Next: tocsin signal status, then start or restart the service."""
LOCKED = "The registration lock is set. Write it down with the master key: without it, nobody can move this number."


class NotDone(Exception):
    """It did not work; the message says in one sentence what to do."""


class Failed(StrEnum):
    """What a refusal was about, in signal_rpc's words, and what to do about it."""

    CAPTCHA = "captcha"
    PIN = "pin"
    VOICE = "voice"
    EXISTS = "exists"
    TIME = "time"
    LINKED = "linked"
    ADDRESS = "address"
    OLD = "old"


ADVICE = {
    Failed.CAPTCHA: "Signal does not take this captcha: solve a new one, in a browser behind the server's own address",
    Failed.PIN: "that is not the registration lock of this number: it is set free after seven days without use",
    Failed.VOICE: "Signal sends an SMS first: register without --voice, wait a minute, then use --voice",
    Failed.EXISTS: "signal-cli has this number already: tocsin signal status",
    Failed.TIME: "nobody linked it in time: begin again",
    Failed.LINKED: "only the telephone that this account is linked to may do that",
    Failed.OLD: "Signal takes nothing from this version of signal-cli any more: install the newest (docs/signal.md)",
    Failed.ADDRESS: "this is not a telephone number: write it with + and its country's code into the settings",
}
RATE_LIMIT = -5


@dataclass(frozen=True, slots=True)
class Talk:
    """The person at the terminal. `ask` shows nothing of what is typed."""

    say: Callable[[str], None]
    ask: Callable[[str], str]


@dataclass(frozen=True, slots=True, repr=False)
class SignalSetup:
    """One account, before or after it is one; `which` is its name in the settings."""

    calls: Calls
    number: Secret
    which: str
    talk: Talk

    async def register(self, *, captcha: bool, voice: bool) -> None:
        """Make the number an account of its own, confirmed by the code that Signal sends. Raises NotDone."""
        parameters: dict[str, object] = {"voice": voice}
        if captcha:
            parameters["captcha"] = self._captcha(REGISTRATION_CAPTCHA)
        try:
            await self._call("register", parameters)
        except RpcRefused as fault:
            if fault.hint == Failed.CAPTCHA and not captcha:
                said = f"Signal wants a captcha first: tocsin signal register {self.which} --captcha"
                raise NotDone(said) from None
            raise _not_done(fault) from None
        code = self._asked(CODE).replace("-", "").replace(" ", "")
        if not code:
            raise NotDone("nothing was entered: register again for a new code")
        await self._verify(code)
        self.talk.say(DONE.format(which=self.which))
        if pin := self._asked(NEW_PIN):
            await self._do("setPin", {"pin": pin})
            self.talk.say(LOCKED)

    async def link(self) -> None:
        """Become a companion of the telephone that has the number. Raises NotDone."""
        told = await self._do("startLink", {}, is_account=False)
        uri = told.get("deviceLinkUri") if isinstance(told, dict) else None
        if not isinstance(uri, str):
            raise NotDone("signal-cli gave no address to link with: is it version 0.13 or newer?")
        minutes = int(LINKING.total_seconds() // 60)
        self.talk.say(SCAN.format(which=self.which, uri=uri, minutes=minutes))
        finishing = {"deviceLinkUri": uri, "deviceName": DEVICE}
        linked = await self._do("finishLink", finishing, is_account=False, patience=LINKING)
        number = linked.get("number") if isinstance(linked, dict) else None
        if number != self.number.reveal():
            said = f"linked, but to another number than that of {self.which} in the settings: correct one of the two"
            raise NotDone(said)
        self.talk.say(DONE.format(which=self.which))

    async def answer(self, challenge: Secret) -> None:
        """Hand in a captcha for what Signal asked of this account. Raises NotDone."""
        captcha = self._captcha(SENDING_CAPTCHA)
        await self._do("submitRateLimitChallenge", {"challenge": challenge.reveal(), "captcha": captcha})

    async def _verify(self, code: str) -> None:
        try:
            await self._call("verify", {"verificationCode": code})
        except RpcRefused as fault:
            if fault.hint != Failed.PIN:
                raise _not_done(fault, "the code was not taken: register again for a new one") from None
        else:
            return
        await self._do("verify", {"verificationCode": code, "pin": self._asked(PIN)})

    def _captcha(self, page: str) -> str:
        self.talk.say(SOLVE.format(page=page))
        token = self._asked("The link")
        if not token:
            raise NotDone("nothing was entered")
        return token

    def _asked(self, what: str) -> str:
        return self.talk.ask(what).strip()

    async def _call(
        self, method: str, given: Mapping[str, object], *, is_account: bool = True, patience: timedelta | None = None
    ) -> object:  # fmt: skip
        account = {"account": self.number.reveal()} if is_account else {}
        try:
            return await self.calls.call(method, {**account, **given}, patience)
        except RpcUnanswered as fault:
            said = f"{fault}: is it running, and is signal.url where it listens?"
        raise NotDone(said)

    async def _do(
        self, method: str, given: Mapping[str, object], *, is_account: bool = True, patience: timedelta | None = None
    ) -> object:  # fmt: skip
        try:
            return await self._call(method, given, is_account=is_account, patience=patience)
        except RpcRefused as fault:
            raise _not_done(fault) from None


def _not_done(
    fault: RpcRefused, otherwise: str = "its journal says why: journalctl -u signal-cli"
) -> NotDone:
    if fault.code == RATE_LIMIT:
        return NotDone("Signal takes no more tries for now: wait some hours, trying sooner makes it longer")
    known = {failed.value: advice for failed, advice in ADVICE.items()}
    return NotDone(known.get(fault.hint, f"{fault}: {otherwise}"))
