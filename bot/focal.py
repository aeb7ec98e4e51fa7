"""Hears focal points: what they type or tap on an alarm channel or at the desk becomes a command on a case.
Whoever is not enrolled learns nothing; a code enrols them. It never shows content on an alarm channel."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.availability import Availability
from bot.channels import Event, Inbound
from bot.content import Contents, may_read
from bot.enrolling import enrol
from bot.on_signal import OnSignal, liked
from responders import card, commands, desk
from responders.cases import Case
from responders.casework import Casework
from responders.commands import Command, Refused, Verb, Vocabulary
from responders.delivery import Message
from responders.ending import Retention
from responders.facts import Facts
from responders.items import Item, Kind
from responders.pending import Pending
from responders.states import State
from responders.turns import CaseTurn, Tell

VERB_TAP = "verb."
TOO_OLD = timedelta(
    hours=24
)  # as long as a platform keeps it, and done marks know it; who typed it has acted since
_SHOWS = (Verb.TAKE, Verb.OPEN, Verb.MENU)  # at the desk, these show the case to whoever may read it

CaseOfMessage = Callable[[str, str], Awaitable[int | None]]


class Focal:
    """The focal points' side of the service."""

    def __init__(
        self, work: Casework, vocabularies: dict[str, Vocabulary], retention: Callable[[int], Retention],
        text_version: str, mark: Callable[[str], str], case_of: CaseOfMessage,
    ) -> None:  # fmt: skip
        self._work = work
        self._dispatch = work.dispatch
        self._people = work.dispatch.people
        self._voice = work.dispatch.voice
        self._vocabularies = vocabularies
        self._retention = retention
        self._text_version = text_version
        self._mark = mark
        self._case_of = case_of
        self.contents = Contents(work)
        self.availability = Availability(work)
        self._on_signal = OnSignal(work, self.contents)
        self.on_refused: Callable[[str, datetime], None] = lambda _channel, _now: None

    # -- on an alarm channel -------------------------------------------------------------------------------------

    async def hear(self, inbound: Inbound, mark: str, now: datetime) -> None:
        """One message on an alarm channel. Everything it does is committed before this returns."""
        await self._people.all()
        if inbound.event is Event.KEY_CHANGED:
            await self._on_signal.cut_off(inbound, mark, now)
        if inbound.event not in (Event.MESSAGE, Event.LIKED, Event.EDITED):
            return
        text = (inbound.text or "").strip()
        person = self._people.at(inbound.channel, inbound.address)
        if inbound.event is Event.EDITED:  # the first version was done; nobody may believe that this one was
            if person is not None:
                await self._answer(inbound, person, self._tell(person, "desk/refused.empty", now), now, mark)
            return
        if person is None:
            if (person := await enrol(self._people, inbound, now)) is not None:
                await self._answer(inbound, person, self._tell(person, "desk/enrolled", now), now, mark)
            else:
                self.on_refused(inbound.channel, now)
            return
        await self._hear(person, text, inbound, mark, now)

    async def _hear(self, person: str, text: str, inbound: Inbound, mark: str, now: datetime) -> None:
        if inbound.sent_at is not None and now - inbound.sent_at > TOO_OLD:
            await self._answer(inbound, person, self._tell(person, "desk/refused.too_old", now), now, mark)
            return
        if inbound.choice is not None and inbound.choice.startswith(VERB_TAP):
            text = inbound.choice.removeprefix(VERB_TAP)
        pseudonym = self._work.pseudonym(inbound.channel, inbound.address)
        quoted = await self._case_of(pseudonym, inbound.quote) if inbound.quote is not None else None
        if inbound.event is Event.LIKED:
            text = liked(person, quoted, await self._cases(person, quoted), now)
            if not text:
                return
        found = await self._parsed(person, text, now, quoted)
        for answer in await self.command(person, text, mark, now, found, via=inbound):
            await self._answer(inbound, person, answer, now)
        if isinstance(found, Command) and self._on_signal.reads(person, inbound.channel):
            for message in await self._on_signal.shown(person, found, now):
                await self._answer(inbound, person, message, now, number=found.number or 0)

    async def set_aside(self, inbound: Inbound, mark: str, now: datetime) -> None:
        """A message that could not be worked: whoever wrote it and the coordinators read that nothing was done."""
        writer = self._people.at(inbound.channel, inbound.address)
        coordinators = {one.coordinator for one in self._dispatch.responders.receivers.values()}
        pending = Pending(0, mark)
        for person in sorted({*coordinators, *(() if writer is None else (writer,))}):
            self._dispatch.paging.tell(pending, person, self._tell(person, "desk/poisoned", now), now)
        await self._work.commit(pending)

    async def _answer(
        self, via: Inbound, person: str, message: Message, now: datetime, mark: str | None = None, number: int = 0
    ) -> None:  # fmt: skip
        """Answer on the channel that was written on."""
        pending = Pending(self._work.shard_of_place(via.channel, via.address), mark)
        self._queue(pending, via, person, message, now, number)
        await self._work.commit(pending)

    def _queue(
        self, pending: Pending, via: Inbound, person: str, message: Message, now: datetime, number: int = 0
    ) -> None:  # fmt: skip
        item = Item(
            Kind.TELL, via.channel, via.address, person=person, text=message.text, language=message.language,
            buttons=message.buttons, protect=True, case=number,
        )  # fmt: skip
        self._dispatch.post.send(pending, item, now)

    # -- commands ------------------------------------------------------------------------------------------------

    async def command(
        self, person: str, text: str, mark: str, now: datetime, found: Command | Refused, via: Inbound | None = None
    ) -> list[Message]:  # fmt: skip
        """Do what a focal point typed, `found` in it, and return what they have still to read. Applied once for each
        `mark`.

        With `via`, answers about a case are queued there in the case's own commit, so that none is lost."""
        language = self._voice.language(person)
        if commands.compared(text) in {
            "ok",
            "/ok",
            commands.normal(self._voice.texts.say("desk/button.ok", language)),
        }:
            return [self._message(person, await self.availability.tested(person, now), now)]
        if isinstance(found, Refused):
            return [self._message(person, Tell(person, found.key, found.values), now)]
        match found.verb:
            case Verb.LIST:
                voice = self.contents.voice(person, now)
                said = card.listed(await self._cases(person), person, voice, found.number)
                return [Message(said, protect=True, language=language)]
            case Verb.HELP:
                return [self._tell(person, "desk/help", now)]
            case Verb.WORKING if found.number is None:
                return [self._message(person, await self.availability.on_list(person, now), now)]
            case Verb.OFF:
                period, cases = found.period or timedelta(0), await self._cases(person)
                return [self._message(person, await self.availability.off(person, period, cases, now), now)]
            case _:
                return await self._on_case(person, found, mark, now, via)

    async def _on_case(
        self, person: str, command: Command, mark: str, now: datetime, via: Inbound | None
    ) -> list[Message]:  # fmt: skip
        """Change the case; the others' tells go with the commit, this person's to where they wrote."""
        number = command.number or 0
        answers: list[Message] = []

        def decide(case: Case) -> CaseTurn:
            turn = desk.apply(case, command, person, now, self._facts(case, command, now))
            answers[:] = [self._message(person, tell, now) for tell in turn.tells if tell.person == person]
            return replace(turn, tells=tuple(tell for tell in turn.tells if tell.person != person))

        async def answer(pending: Pending, _case: Case) -> None:
            if via is not None:
                for message in answers:
                    self._queue(pending, via, person, message, now, number)

        turn = await self._work.change(number, decide, now, done=mark, also=answer)
        if turn is None and not answers:
            return [self._message(person, desk.no_such_case(person, number), now)]
        return answers if via is None else []  # also when the same command came again: its answer was lost

    async def at_desk(
        self, person: str, text: str, mark: str, now: datetime
    ) -> tuple[list[Message], int | None]:
        """A command typed where content may be read: the answers, and the case to show, if this person may read it.

        Whoever is shown a case that they have has opened it: they are looking at it."""
        await self._people.all()
        found = await self._parsed(person, text, now)
        answers = await self.command(person, text, self._mark(mark), now, found)
        if isinstance(found, Refused) or found.verb not in _SHOWS or found.number is None:
            return answers, None
        loaded, _ = await self._work.load(found.number)
        if loaded is None or not may_read(loaded.case, person):
            return answers, None
        if loaded.case.has == person and (loaded.case.state is State.TAKEN or loaded.case.raised):
            opens = Command(Verb.OPEN, found.number)
            answers += await self._on_case(person, opens, self._mark(mark + "|open"), now, None)
        return answers, found.number

    async def _parsed(
        self, person: str, text: str, now: datetime, quoted: int | None = None
    ) -> Command | Refused:
        words = self._vocabularies[self._voice.language(person)]
        found = commands.alone(text, words, quoted)
        if found is not None:
            return found
        return commands.parse(text, words, commands.screen(person, await self._cases(person), now, quoted))

    async def _cases(self, person: str, number: int | None = None) -> list[Case]:
        """The open cases that concern a person, or that one of them."""
        if number is None:
            found = await self._work.open_cases()
        else:
            loaded, _ = await self._work.load(number)
            found = [loaded.case] if loaded is not None and loaded.case.is_open else []
        return [case for case in found if desk.concerns(case, person)]

    def _facts(self, case: Case, command: Command, now: datetime) -> Facts:
        """What the directory knows, for one command."""
        directory, paging = self._dispatch.responders.directory, self._dispatch.paging
        people = {commands.normal(point.name): person for person, point in directory.focal_points.items()}
        bodies = {
            commands.normal(body.name): key
            for key, body in directory.partners.items()
            if paging.reachable(key)
        }
        return Facts(
            people={**people, **{commands.normal(person): person for person in directory.focal_points}},
            bodies={**bodies, **{commands.normal(key): key for key in bodies.values()}},
            off=self._dispatch.off(now),
            plan=self._dispatch.plan_again(case, now),
            retention=self._retention(command.digit or 0),
            text_version=self._text_version,
        )

    def _tell(self, person: str, key: str, now: datetime) -> Message:
        return self._message(person, Tell(person, key), now)

    def _message(self, person: str, tell: Tell, now: datetime) -> Message:
        return self._voice.message(person, tell.key, tell.values, tell.choices, now, protect=True)
