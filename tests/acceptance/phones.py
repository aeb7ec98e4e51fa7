"""Phones on a platform: the reporter's, and a focal point's with a private key. What a platform was given is what
people see."""

import asyncio
import itertools
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.channels import Attachment, Event, Inbound
from bot.desk_client import Reply
from responders.delivery import Button, Message, Reason, TryAgain, Undeliverable
from responders.envelope import unseal
from responders.keypair import PrivateKey

if TYPE_CHECKING:
    from tests.acceptance.world import World


@dataclass(slots=True)
class Shown:
    """One message on a phone."""

    id: str
    message: Message
    at: datetime


class Platform:
    """One account of a messaging platform: what it was given is what people see. It refuses what is blocked."""

    def __init__(self, world: "World", name: str) -> None:
        self.name = name
        self._world = world
        self._ids = itertools.count(1)
        self.chats: dict[str, list[Shown]] = defaultdict(list)
        self.everything: dict[str, list[Shown]] = defaultdict(list)
        self.blocked: set[str] = set()
        self.dead: set[str] = set()
        self.new_keys: set[str] = set()  # phones with an identity that nobody has accepted yet
        self.is_away = False
        self.gate: asyncio.Event | None = None  # messages stop here, on their way, until it is set
        self.at_the_gate = asyncio.Event()

    async def send(self, address: str, message: Message) -> str:
        if address in self.blocked:
            raise Undeliverable(Reason.BLOCKED)
        if address in self.dead:
            raise Undeliverable(Reason.UNREGISTERED)
        if address in self.new_keys:
            raise Undeliverable(Reason.NEW_KEY)
        if self.is_away:
            raise TryAgain(timedelta(seconds=30))
        if self.gate is not None:
            self.at_the_gate.set()
            await self.gate.wait()
        shown = Shown(str(next(self._ids)), message, self._world.now)
        self.chats[address].append(shown)
        self.everything[address].append(shown)
        return shown.id

    async def delete(self, address: str, ids: Sequence[str]) -> Sequence[str]:
        self.chats[address] = [shown for shown in self.chats[address] if shown.id not in ids]
        return []


@dataclass(slots=True)
class Reporter:
    """A person with a phone on an intake account."""

    world: "World"
    address: str
    locale: str = "en"
    channel: str = "telegram"
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def writes(self, text: str, *, message_id: str | None = None) -> list[str]:
        """Write one message and return what the phone shows in answer."""
        return await self._does(text=text, message_id=message_id)

    async def taps(self, label: str) -> list[str]:
        """Tap the newest button whose label holds `label`."""
        return await self._does(choice=self.button(label).data)

    async def taps_data(self, data: str) -> list[str]:
        return await self._does(choice=data)

    async def sends(self, attachment: Attachment) -> list[str]:
        return await self._does(attachment=attachment)

    async def does(self, event: Event) -> list[str]:
        return await self._does(event=event)

    async def gets(self, text: str) -> list[tuple[str, tuple[str, ...]]]:
        """Write one message and return each answer with the labels of its buttons."""
        before = len(self.platform.everything[self.address])
        await self._does(text=text)
        shown = self.platform.everything[self.address][before:]
        return [(one.message.text, tuple(button.label for button in one.message.buttons)) for one in shown]

    async def says(self, command: str) -> list[str]:
        """Write a control word, as it is in this person's language."""
        return await self.writes(self.word(command))

    def word(self, command: str) -> str:
        return self.text(f"command.{command}")

    def text(self, key: str, **values: object) -> str:
        """One of the service's own texts in this person's language."""
        name = key if "/" in key else f"chat/{key}"
        return self.world.app.kit.texts.say(name, self.locale, **values)

    async def reports(self, opening: str, /, **answers: str) -> list[str]:
        """Go through the questions by taps until one is named "stop"; what is not named is skipped, a push answered
        with "hello", the notice agreed to, and "that is all" said."""
        given = {"push": "hello", "push_later": "hello", "notice": "agree", "more": "all", **answers}
        await self.writes("/start")
        seen = await self.taps_data(f"opening.{opening}")
        for _ in range(30):
            question = self.question
            if question in (None, "opening") or given.get(question) == "stop":
                return seen
            seen = await self._answers(question, given.get(question))
        raise AssertionError("the questions do not end")

    async def _answers(self, question: str, answer: str | None) -> list[str]:
        if answer is None:
            return await self.taps_data("command.skip")
        if question in ("country", "on"):
            await self.writes(answer)
            return await self.taps_data("confirm.yes")
        if question in ("what", "help"):
            for choice in answer.split(","):
                await self.taps_data(f"{question}.{choice}")
            return await self.taps_data("command.done")
        if question in ("words", "exclude", "how_many"):
            seen = await self.writes(answer)
            return seen if question != "words" else await self.says("done")
        return await self.taps_data(f"{question}.{answer}")

    @property
    def question(self) -> str | None:
        """The question on the screen, by the data of its buttons or by its text; None when none is open."""
        newest = self.screen[-1].message if self.screen else None
        if newest is None:
            return None
        for name in ("country", "on", "words", "exclude", "how_many"):
            if self.text(f"reprisal/{name}.ask") in newest.text:
                return name
        named = [button.data.partition(".")[0] for button in newest.buttons]
        return next((name for name in named if name not in ("command", "receipt", "confirm")), None)

    def button(self, label: str) -> Button:
        for shown in reversed(self.screen):
            for button in shown.message.buttons:
                if label in button.label:
                    return button
        raise AssertionError(f"no button {label!r} on {self.address}'s phone")

    @property
    def platform(self) -> Platform:
        return self.world.platforms[self.channel]

    @property
    def screen(self) -> list[Shown]:
        """What is in the chat now, of our messages."""
        return self.platform.chats[self.address]

    @property
    def texts(self) -> list[str]:
        return [shown.message.text for shown in self.screen]

    @property
    def newest(self) -> str:
        return self.texts[-1] if self.texts else ""

    @property
    def receipt_words(self) -> str:
        """The four words of the newest receipt ever shown on this phone."""
        lists = self.world.app.kit.words
        for shown in reversed(self.platform.everything[self.address]):
            tokens = re.findall(r"\w+", shown.message.text)
            for place in range(len(tokens) - 3):
                said = " ".join(tokens[place : place + 4])
                read = lists.read(said)
                if read is not None and read.is_whole:
                    return said
        raise AssertionError("no receipt was ever shown")

    async def _does(self, *, message_id: str | None = None, **what: object) -> list[str]:
        name = message_id or f"m{next(self._ids)}"
        inbound = Inbound(self.channel, self.address, name, locale=self.locale, **what)  # type: ignore[arg-type]
        before = len(self.platform.everything[self.address])
        await self.world.app.hear(inbound)
        await self.world.settle()
        return [shown.message.text for shown in self.platform.everything[self.address][before:]]


@dataclass(slots=True)
class Person:
    """A focal point with an alarm account, a private key, and the desk."""

    world: "World"
    name: str
    key: PrivateKey
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def pages(self) -> list[str]:
        """Everything that ever rang."""
        return [shown.message.text for shown in self.world.platforms["telegram-alerts"].everything[self.name]]

    @property
    def newest(self) -> str:
        return self.pages[-1] if self.pages else ""

    async def types(self, text: str, *, quote: str | None = None) -> list[str]:
        """Type on the alarm account, and return the answers."""
        before = len(self.pages)
        await self.says(text, quote=quote)
        await self.world.settle()
        return self.pages[before:]

    async def taps(self, label: str) -> list[str]:
        """Tap the newest button whose label holds `label`."""
        shown = reversed(self.world.platforms["telegram-alerts"].chats[self.name])
        buttons = (button for one in shown for button in one.message.buttons if label in button.label)
        before = len(self.pages)
        await self.says(None, choice=next(buttons).data)
        await self.world.settle()
        return self.pages[before:]

    async def says(self, text: str | None, *, quote: str | None = None, choice: str | None = None) -> None:
        """The same, without waiting for what follows."""
        name = f"f{next(self._ids)}"
        inbound = Inbound("telegram-alerts", self.name, name, text=text, quote=quote, choice=choice)
        await self.world.app.hear_focal(inbound)

    async def at_desk(self, text: str) -> list[Reply]:
        """Type at the desk; envelopes come back opened with this person's key."""
        answers, number = await self.world.app.focal.at_desk(
            self.name, text, f"{self.name}|d{next(self._ids)}", self.world.now
        )
        replies = [Reply("text", answer.text, answer.buttons, answer.language) for answer in answers]
        if number is not None:
            content = await self.world.app.focal.contents.of(self.name, number, "", self.world.now)
            if content is not None:
                replies.append(Reply("card", content.card))
                for part, envelope in content.parts:
                    body = unseal(envelope, self.key, case_id=content.case_id).plaintext.decode()
                    replies.append(Reply("opened", body, number=number, part=part))
        await self.world.settle()
        return replies

    async def reads(self, number: int) -> str:
        """Card and body of a case they have, as one text."""
        return "\n".join(reply.text for reply in await self.at_desk(f"o{number}"))
