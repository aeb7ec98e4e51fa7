"""Makes one layer after the other raise, with what a person wrote and who they are in the exception and in its local
variables: the worst faults there can be. A text with `<mark>-<layer>` in it breaks that layer."""

from collections import Counter
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

from bot import engine
from bot.app import App
from bot.channels import Inbound, signal_sorting, telegram_receive, telegram_webhook
from responders.delivery import Message

LAYERS = ("decode", "hear", "engine", "commit", "send")
TWICE = 2  # then it works, so that nothing waits for ever

_heard: ContextVar[Inbound | None] = ContextVar("heard", default=None)


class _Breaking:
    """The layers of one process."""

    def __init__(self, app: App, mark: str) -> None:
        self._mark = mark
        self._times: Counter[str] = Counter()
        self._unreachable: set[str] = set()
        self._hear, self._advance, self._commit = app.conversation.hear, engine.advance, app.store.commit
        app.conversation.hear = self.hear  # type: ignore[method-assign]
        engine.advance = self.advance
        app.store.commit = self.commit  # type: ignore[method-assign]
        senders: Any = app.sending.clearing._senders
        for name, sender in list(senders.items()):
            senders[name] = _Sender(self, sender)
        for module in (telegram_receive, telegram_webhook, signal_sorting):
            module.decode = self._decoding(module.decode)  # type: ignore[attr-defined]

    def _decoding(self, decode: Any) -> Any:  # Any: as the module's own
        def broken(raw: Any, *more: Any) -> Any:
            if self.is_due("decode", str(raw)):
                raise ValueError(f"cannot read {raw!r}")
            return decode(raw, *more)

        return broken

    async def hear(self, inbound: Inbound) -> None:
        text = inbound.text or ""
        if f"{self._mark}-send" in text:
            self._unreachable.add(inbound.address)
        others = [layer for layer in LAYERS if f"{self._mark}-{layer}" in text and layer != "hear"]
        if self._mark in text and not others:
            raise ValueError(f"cannot work {text!r} of {inbound.address}")
        token = _heard.set(inbound)
        try:
            await self._hear(inbound)
        finally:
            _heard.reset(token)

    def advance(self, moment: Any, session: Any, chat: Any, inbound: Inbound) -> Any:  # Any: the engine's own
        if self.is_due("engine", inbound.text or ""):
            raise RuntimeError(f"cannot decide about {inbound.text!r} of {inbound.address}")
        return self._advance(moment, session, chat, inbound)

    async def commit(self, commit: Any) -> Any:  # Any: the store's own
        heard = _heard.get()
        if heard is not None and self.is_due("commit", heard.text or ""):
            raise KeyError(f"cannot write {heard.text!r} of {heard.address}")
        return await self._commit(commit)

    def is_due(self, layer: str, text: str) -> bool:
        """Whether this layer breaks at this text now."""
        if f"{self._mark}-{layer}" not in text:
            return False
        self._times[layer] += 1
        return self._times[layer] <= TWICE

    def cannot_reach(self, address: str) -> bool:
        """Whether sending there breaks now."""
        self._times[f"send {address}"] += address in self._unreachable
        return 0 < self._times[f"send {address}"] <= TWICE


class _Sender:
    """A sender that breaks with everything it was given in its hands."""

    def __init__(self, breaking: _Breaking, sender: Any) -> None:  # Any: any sender
        self._breaking, self._sender = breaking, sender

    async def send(self, address: str, message: Message) -> str:
        if self._breaking.cannot_reach(address):
            raise ValueError(f"cannot send {message.text!r} to {address}")
        return str(await self._sender.send(address, message))

    async def delete(self, address: str, ids: Sequence[str]) -> Sequence[str]:
        deleted: Sequence[str] = await self._sender.delete(address, ids)
        return deleted

    def __getattr__(self, name: str) -> Any:  # Any: whatever else it has
        return getattr(self._sender, name)


def break_layers(app: App, mark: str) -> None:
    """From now on, in this process."""
    _Breaking(app, mark)
