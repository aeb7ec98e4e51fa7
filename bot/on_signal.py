"""What is different for focal points on Signal: a thumb takes a page, the card comes to the phone of whoever has the
case, and a phone with a new identity is cut off until it is enrolled again. No other alarm channel carries content."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.channels import Inbound
from bot.content import Contents
from responders import commands
from responders.cases import Case
from responders.casework import Casework
from responders.commands import Command, Verb
from responders.delivery import Message
from responders.paging import READING
from responders.pending import Pending
from responders.turns import Tell

_SHOWS = (Verb.TAKE, Verb.OPEN)


def liked(person: str, quoted: int | None, cases: Sequence[Case], now: datetime) -> str:
    """The command that a thumb up stands for: on an open page it takes it, on a page about no case it answers the
    test. On anything else it is only a thumb.

    While a page is open, a message that we do not know may be its copy, sent twice because its answer was lost: "your
    alarm works" would sound as if it were taken, so they are asked which."""
    if quoted is None:
        return "t" if commands.screen(person, cases, now).pages else "ok"
    return f"t{quoted}" if quoted in commands.screen(person, cases, now, quoted).pages else ""


class OnSignal:
    """The phones of focal points that may show content."""

    def __init__(self, work: Casework, contents: Contents) -> None:
        self._work = work
        self._dispatch = work.dispatch
        self._contents = contents

    def reads(self, person: str, channel: str) -> bool:
        """Whether this person may read content where they have just written."""
        point = self._dispatch.responders.directory.focal_points.get(person)
        place = READING.get(channel)
        return point is not None and place is not None and place in point.content

    async def shown(self, person: str, command: Command, now: datetime) -> list[Message]:
        """The card of a case that was just taken; of one that was opened, also the words while they are here."""
        if command.verb not in _SHOWS or command.number is None:
            return []
        content = await self._contents.of(person, command.number, "", now)
        if content is None:
            return []
        texts = [content.card]
        if command.verb is Verb.OPEN:
            sealed = self._dispatch.voice.texts.say("desk/card.sealed", content.language)
            texts += [f"{command.number}: “{words}”" for words in content.words] or [sealed]
        return [Message(text, protect=True, language=content.language) for text in texts]

    async def cut_off(self, inbound: Inbound, mark: str, now: datetime) -> None:
        """Whoever holds this phone now may be somebody else: nothing goes there, no verb of theirs counts. The person
        hears it on their other channels, and so do the coordinators."""
        people = self._dispatch.people
        person = people.at(inbound.channel, inbound.address)
        if person is None:
            return
        await people.change(
            person, lambda one: replace(one, channels=_without(one.channels, inbound.channel))
        )
        coordinators = {one.coordinator for one in self._dispatch.responders.receivers.values()}
        pending = Pending(0, mark)
        for one in sorted({person, *coordinators}):
            tell = Tell(one, "desk/new_identity", {"who": person})
            message = self._dispatch.voice.message(one, tell.key, tell.values, (), now, protect=True)
            self._dispatch.paging.tell(pending, one, message, now)
        await self._work.commit(pending)


def _without(channels: Mapping[str, str], channel: str) -> Mapping[str, str]:
    return {name: address for name, address in channels.items() if name != channel}
