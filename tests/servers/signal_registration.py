"""The strict signal-cli daemon, which can also be given accounts: registered with a code, or linked to a telephone.
Parameters, results and refusals are those of signal-cli 0.13.19's own commands."""

import asyncio
from typing import Any

from tests.servers.signal_rpc import Json, Refuse, SignalServer

CODE, PIN = "123456", "4711"
URI = "sgnl://linkdevice?uuid=8b6342aa-0000&pub_key=BWiqWx9Q"
CAPTCHA = "signalcaptcha://signal-hcaptcha.made-up.registration.x"
CAPTCHA_REQUIRED = Refuse(
    -1,
    "Captcha required for verification, use --captcha CAPTCHA\nTo get the token, go to "
    "https://signalcaptchas.org/registration/generate.html",
)
LOCKED = Refuse(
    -1,
    "Verification failed! This number is locked with a pin. Hours remaining until reset: 12\n"
    "Use '--pin PIN_CODE' to specify the registration lock PIN",
)


class RegisteringServer(SignalServer):
    """A daemon in multi-account mode. `scans` is the number of the telephone that scans the code."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.wants_captcha = False
        self.lock: str | None = None
        self.scans = asyncio.Queue[str]()
        self.untrusted = 0
        self._pending: set[str] = set()

    async def _answer(self, line: asyncio.StreamWriter, asked: Json, ours: set[int]) -> None:
        if asked["method"] == "finishLink":  # the only call that waits for a person
            assert asked["params"] == {"deviceLinkUri": URI, "deviceName": "Tocsin"}
            self.calls.append(("finishLink", dict(asked["params"])))
            number = await self.scans.get()
            self.accounts.add(number)
            self._write(line, {"jsonrpc": "2.0", "result": {"number": number}, "id": asked["id"]})
            return
        await super()._answer(line, asked, ours)

    def _result(self, line: asyncio.StreamWriter, method: str, given: Json, ours: set[int]) -> object:
        account = given.get("account", "")
        match method:
            case "register":
                assert given.keys() in ({"account", "voice"}, {"account", "voice", "captcha"}), sorted(given)
                if self.wants_captcha and given.get("captcha") != CAPTCHA:
                    return Refuse(-1, "Invalid captcha given.") if "captcha" in given else CAPTCHA_REQUIRED
                self._pending.add(account)
                return {}
            case "verify":
                assert given.keys() in (
                    {"account", "verificationCode"},
                    {"account", "verificationCode", "pin"},
                )
                return self._verified(account, given)
            case "setPin":
                assert given.keys() == {"account", "pin"}
                self.lock = given["pin"]
                return {}
            case "startLink":
                assert not given
                return {"deviceLinkUri": URI}
            case "listIdentities":
                trusts = ["UNTRUSTED"] * self.untrusted + ["TRUSTED_UNVERIFIED"]
                return [{"number": "+1666", "uuid": "u", "trustLevel": level} for level in trusts]
        return super()._result(line, method, given, ours)

    def _verified(self, account: str, given: Json) -> object:
        if account not in self._pending or given["verificationCode"] != CODE:
            return Refuse(-1, f"Verify error: StatusCode: 403 for {account}")
        if self.lock is not None and given.get("pin") != self.lock:
            return (
                Refuse(-1, "Verification failed! Invalid pin, tries remaining: 3")
                if "pin" in given
                else LOCKED
            )
        self.accounts.add(account)
        return {}
