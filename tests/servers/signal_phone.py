"""A telephone on Signal's mock server, as a test holds it: what a person can do with it, and what it showed them.
The cryptography is Signal's own and runs beside the server."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = dict[str, Any]  # Signal's messages, of any shape


class Network(Protocol):
    """What a phone needs of the server."""

    async def order(self, name: str, /, **parameters: object) -> Any: ...

    async def until(self, claim: Callable[[], bool], within: float = ...) -> None: ...


@dataclass(frozen=True, slots=True)
class Received:
    """What a phone got: the sender's uuid and Signal's Content as JSON (None: the phone could not read it)."""

    sender: str | None
    content: Json | None

    @property
    def data(self) -> Json:
        """The data message, or that of an edit; empty for anything else."""
        content = self.content or {}
        found: Json = content.get("dataMessage") or content.get("editMessage", {}).get("dataMessage") or {}
        return found

    @property
    def text(self) -> str | None:
        body: str | None = self.data.get("body")
        return body

    @property
    def timestamp(self) -> int:
        """The time by which quotes, edits and deletions name this message."""
        return int(self.data["timestamp"])


@dataclass(slots=True)
class Phone:
    """A person's telephone. What it received waits in `got` until somebody asks."""

    mock: Network
    name: str
    number: str
    aci: str
    got: list[Received] = field(default_factory=list)

    async def say(self, to: str, content: Json, *, sealed: bool = False) -> int:
        """Send any Content to an account (its aci); "$now" stands for the message's own time, which is returned."""
        answer = await self.mock.order("send", **{"from": self.aci}, to=to, content=content, sealed=sealed)
        return int(answer["timestamp"])

    async def send(
        self,
        to: str,
        text: str | None,
        *,
        sealed: bool = False,
        quote: Received | None = None,
        **more: object,
    ) -> int:
        """Send a text, perhaps as the answer to a message; `more` goes into the data message."""
        data: Json = {"body": text, "timestamp": "$now", **more}
        if quote is not None:
            data["quote"] = {"id": quote.timestamp, "authorAci": quote.sender, "text": quote.text or ""}
        return await self.say(to, {"dataMessage": data}, sealed=sealed)

    async def burst(self, to: str, texts: Sequence[str], *, sealed: bool = False) -> list[int]:
        """Send many texts, one right after the other."""
        answer = await self.mock.order("burst", **{"from": self.aci}, to=to, texts=list(texts), sealed=sealed)
        return [int(timestamp) for timestamp in answer]

    async def react(self, to: str, emoji: str, target: Received, *, remove: bool = False) -> int:
        """Put a reaction on a message that this phone received."""
        reaction = {
            "emoji": emoji,
            "remove": remove,
            "targetAuthorAci": target.sender,
            "targetSentTimestamp": target.timestamp,
        }
        return await self.send(to, None, reaction=reaction)

    async def edit(self, to: str, target: int, text: str) -> int:
        """Change a message of one's own."""
        data = {"body": text, "timestamp": "$now"}
        return await self.say(to, {"editMessage": {"targetSentTimestamp": target, "dataMessage": data}})

    async def delete(self, to: str, target: int) -> int:
        """Delete a message of one's own for everybody."""
        return await self.send(to, None, delete={"targetSentTimestamp": target})

    async def send_file(
        self,
        to: str,
        data: bytes,
        content_type: str,
        *,
        text: str | None = None,
        file_name: str | None = None,
        is_voice_note: bool = False,
    ) -> int:
        """Send an attachment."""
        pointer = await self.mock.order(
            "upload", data=base64.b64encode(data).decode(), content_type=content_type, file_name=file_name,
            is_voice_note=is_voice_note,
        )  # fmt: skip
        return await self.send(to, text, attachments=[pointer])

    async def typing(self, to: str, *, stopped: bool = False) -> int:
        return await self.say(to, {"typingMessage": {"timestamp": "$now", "action": int(stopped)}})

    async def receipt(self, to: str, target: int, *, read: bool = True) -> int:
        return await self.say(to, {"receiptMessage": {"type": int(read), "timestamp": [target]}})

    async def story(self, to: str, text: str) -> int:
        shown = {
            "text": text,
            "textStyle": 1,
            "color": 1,
        }  # without a style the client's receiving ends: test_facts
        return await self.say(to, {"storyMessage": {"textAttachment": shown, "allowsReplies": True}})

    async def call(self, to: str) -> int:
        """Ring."""
        return await self.say(to, {"callMessage": {"offer": {"id": 1, "type": 0, "opaque": "AAAA"}}})

    async def group_text(self, to: str, text: str, *, title: str = "group") -> int:
        """Write into a new group of this phone and the account."""
        group = await self.mock.order("group", **{"from": self.aci}, title=title, members=[to])
        return await self.send(to, text, groupV2=group)

    async def receives(self, fits: Callable[[Received], object] = bool, *, within: float = 60.0) -> Received:
        """The next message for which `fits` holds; it and those before it are taken away."""
        found: list[int] = []

        def arrived() -> bool:
            found[:] = [index for index, each in enumerate(self.got) if fits(each)][:1]
            return bool(found)

        try:
            await self.mock.until(arrived, within)
        except TimeoutError:
            raise AssertionError(f"the phone of {self.name} got only {self.got}") from None
        message = self.got[found[0]]
        del self.got[: found[0] + 1]
        return message

    async def reads(self, text: str, *, within: float = 60.0) -> Received:
        """The next message whose text holds `text`."""
        return await self.receives(lambda message: message.text and text in message.text, within=within)

    async def reinstall(self) -> None:
        """The same person with a new telephone: the number stays, the identity changes."""
        await self.mock.order("reinstall", aci=self.aci)

    async def unregister(self) -> None:
        """Signal does not know this person any more."""
        await self.mock.order("unregister", aci=self.aci)
