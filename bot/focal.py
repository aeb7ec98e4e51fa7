"""Hears focal points: what they type or tap on an alarm channel or at the desk becomes a command on a case.
Whoever is not enrolled learns nothing; a code enrols them. It never shows content on an alarm channel."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.channels import Event, Inbound
from responders import card, commands, desk, taking
from responders.cases import Case
from responders.casework import Casework
from responders.commands import Command, Refused, Verb, Vocabulary
from responders.delivery import Message
from responders.ending import Retention
from responders.facts import Facts
from responders.items import Item, Kind
from responders.pending import Pending, case_key
from responders.people import InviteInvalid
from responders.turns import CaseTurn, Choice, Tell
from triage.scales import Level

log = logging.getLogger("tocsin.focal")

VERB_TAP = "verb."
WEEKLY_OK = "verb.ok"


@dataclass(frozen=True, slots=True)
class Content:
    """What a person may read of a case: the card, and the body's parts, sealed."""

    card: str
    language: str
    case_id: str
    parts: tuple[tuple[str, bytes], ...]


class Focal:
    """The focal points' side of the service."""

    def __init__(
        self, casework: Casework, vocabularies: dict[str, Vocabulary], retention: Callable[[int], Retention],
        text_version: str, mark: Callable[[str], str],
    ) -> None:  # fmt: skip
        self._mark = mark
        self._work = casework
        self._dispatch = casework.dispatch
        self._people = casework.dispatch.people
        self._voice = casework.dispatch.voice
        self._vocabularies = vocabularies
        self._retention = retention
        self._text_version = text_version

    async def hear(self, inbound: Inbound, mark: str, now: datetime) -> None:
        """One message on an alarm channel. Everything it does is committed before this returns."""
        await self._people.all()
        if inbound.event is not Event.MESSAGE:
            return
        text = (inbound.text or "").strip()
        person = self._people.at(inbound.channel, inbound.address)
        if person is None:
            person = await self._enrol(inbound, text, now)
            if person is None:
                return
            await self._say_on(inbound, person, self._tell(person, "desk/enrolled", now), now, mark)
            return
        if inbound.choice is not None and inbound.choice.startswith(VERB_TAP):
            text = inbound.choice.removeprefix(VERB_TAP)
        quoted = await self._quoted(inbound)
        for answer in await self.command(person, text, mark, now, quoted=quoted, via=inbound):
            await self._say_on(inbound, person, answer, now, None)

    async def command(
        self, person: str, text: str, mark: str, now: datetime, *, quoted: int | None = None,
        via: Inbound | None = None,
    ) -> list[Message]:  # fmt: skip
        """Do what a focal point typed, and return what they have still to read. Applied once for each `mark`.

        With `via`, answers about a case are queued there in the case's own commit, so that none is lost."""
        cases = [case for case in await self._work.open_cases() if desk.concerns(case, person)]
        language = self._voice.language(person)
        screen = commands.screen(person, cases, now, quoted)
        if text.casefold() in ("ok", "/ok") or commands.normal(text) == commands.normal(
            self._voice.texts.say("desk/button.ok", language)
        ):
            return [await self._tested(person, now)]
        found = commands.parse(text, self._vocabularies[language], screen)
        if isinstance(found, Refused):
            return [self._message(person, Tell(person, found.key, found.values), now)]
        match found.verb:
            case Verb.LIST:
                return [Message(card.listed(cases, person, self.card_voice(person, now)), language=language)]
            case Verb.HELP:
                return [self._tell(person, "desk/help", now)]
            case Verb.OFF:
                return await self._off(person, found.period or timedelta(0), cases, now)
            case _:
                return await self._on_case(person, found, mark, now, via)

    async def _on_case(
        self, person: str, command: Command, mark: str, now: datetime, via: Inbound | None
    ) -> list[Message]:
        number = command.number or 0
        answers: list[Message] = []

        def decide(case: Case) -> CaseTurn:
            facts = self.facts(case, now)
            turn = desk.apply(case, command, person, now, facts)
            answers[:] = [self._message(person, tell, now) for tell in turn.tells if tell.person == person]
            return replace(turn, tells=tuple(tell for tell in turn.tells if tell.person != person))

        async def answer(pending: Pending, _case: Case) -> None:
            for message in answers if via is not None else ():
                self._queue(pending, via, person, message, now)

        turn = await self._work.change(number, decide, now, done=mark, also=answer)
        if turn is None and not answers:
            return [self._message(person, desk.no_such_case(person, number), now)]
        return answers if turn is not None and via is None else []

    async def at_desk(
        self, person: str, text: str, mark: str, now: datetime
    ) -> tuple[list[Message], int | None]:
        """A command typed where content may be read: the answers, and the case to show, if one was opened by it.

        Taking a case here opens it: the taker is looking at it."""
        await self._people.all()
        found = commands.parse(
            text, self._vocabularies[self._voice.language(person)], await self._screen(person, now)
        )
        answers = await self.command(person, text, self._mark(mark), now)
        if isinstance(found, Refused) or found.verb not in (Verb.TAKE, Verb.OPEN, Verb.MENU):
            return answers, None
        number = found.number
        loaded, _ = await self._work.load(number) if number is not None else (None, None)
        if loaded is None or number is None or not self._may_read(loaded.case, person):
            return answers, None
        if loaded.case.has == person and found.verb is Verb.TAKE:
            answers = [*answers, *await self.command(person, f"o{number}", self._mark(mark + "|o"), now)]
        return answers, number

    async def content(self, person: str, number: int, after: str, now: datetime) -> "Content | None":
        """The card and the sealed parts of a case that this person may open; None for anybody else."""
        loaded, _ = await self._work.load(number)
        if loaded is None or not self._may_read(loaded.case, person):
            return None
        case, shard = loaded.case, number % self._dispatch.shards
        parts = await self._work.store.fields(case_key(shard, number, "body"))
        report = self._dispatch.bodies.facts_on_card(
            (await self._work.store.read([case_key(shard, number, "card")]))[0], number
        )
        point = self._dispatch.responders.directory.focal_points[person]
        around = card.Around(reads=case.language in point.languages)
        text = card.card(case, report, self.card_voice(person, now), around)
        newer = [
            (name, parts[name])
            for name in sorted(parts, key=_part_order)
            if name == "report" or name[1:] > after
        ]
        return Content(text, self._voice.language(person), case.id, tuple(newer))

    def _may_read(self, case: Case, person: str) -> bool:
        return case.may_open(person) and (case.has == person or person in case.access)

    async def _screen(self, person: str, now: datetime) -> commands.Screen:
        cases = [case for case in await self._work.open_cases() if desk.concerns(case, person)]
        return commands.screen(person, cases, now)

    def facts(self, case: Case, now: datetime) -> Facts:
        """What the directory knows, for one command."""
        directory = self._dispatch.responders.directory
        names = {commands.normal(person): person for person in directory.focal_points}
        names |= {commands.normal(point.name): person for person, point in directory.focal_points.items()}
        bodies = {commands.normal(partner): partner for partner in directory.partners}
        bodies |= {commands.normal(partner.name): key for key, partner in directory.partners.items()}
        off = frozenset(person for person, enrolled in self._people.known.items() if enrolled.is_off(now))
        plan = self._dispatch.plan_again(case, now)
        return Facts(names, bodies, off, plan, self._retention(0), self._text_version)

    def card_voice(self, person: str, now: datetime) -> card.Voice:
        """How the card and the lists speak to one person."""
        language, zone, texts = self._voice.language(person), self._voice.zone(person), self._voice.texts
        return card.Voice(
            say=lambda key, /, **values: texts.say(key, language, **values),
            time=lambda at: texts.time(at, language, zone, now),
            language=self._voice.language_name,
            name=self._voice.name,
        )

    async def digest(self, person: str, now: datetime) -> Message | None:
        """What waits for a working day, counted; None when nothing does."""
        cases = await self._work.open_cases()
        waiting = [c for c in cases if c.has is None and person in c.paged and c.level is Level.ROUTINE]
        if not waiting:
            return None
        return self._message(person, Tell(person, "desk/digest", {"count": len(waiting)}), now)

    async def _off(
        self, person: str, period: timedelta, cases: Sequence[Case], now: datetime
    ) -> list[Message]:
        decided = taking.off(cases, person, period, now)
        if decided.until is None:
            return [self._message(person, decided.answer, now)]
        until = decided.until
        await self._people.change(person, lambda enrolled: replace(enrolled, off_until=until))
        for number in [turn.case.number for turn in decided.turns]:
            await self._work.change(
                number, lambda case: _only_turn(taking.off([case], person, period, now), case), now
            )
        return [self._message(person, decided.answer, now)]

    async def _tested(self, person: str, now: datetime) -> Message:
        await self._people.change(person, lambda enrolled: replace(enrolled, tested=now))
        return self._tell(person, "desk/page.weekly_thanks", now)

    async def _enrol(self, inbound: Inbound, text: str, now: datetime) -> str | None:
        """A one-time code, bare or behind /start; anything else from a stranger gets silence (it may be a probe)."""
        code = text.removeprefix("/start").strip()
        if not code:
            return None
        try:
            return await self._people.enrol(code, inbound.channel, inbound.address, now)
        except InviteInvalid:
            log.warning("an unknown or used invitation code was given on %s", inbound.channel)
            return None

    async def _quoted(self, inbound: Inbound) -> int | None:
        if inbound.quote is None:
            return None
        return await self._work.case_of_message(inbound.channel, inbound.address, inbound.quote)

    async def _say_on(
        self, inbound: Inbound, person: str, message: Message, now: datetime, mark: str | None
    ) -> None:
        """Answer on the channel that was written on."""
        pending = Pending(self._work.shard_of_place(inbound.channel, inbound.address), mark)
        self._queue(pending, inbound, person, message, now)
        await self._work.commit(pending)

    def _queue(
        self, pending: Pending, via: Inbound | None, person: str, message: Message, now: datetime
    ) -> None:
        if via is None:
            return
        item = Item(
            Kind.TELL, via.channel, via.address, person=person, text=message.text, language=message.language,
            buttons=tuple((button.label, button.data) for button in message.buttons), protect=True,
        )  # fmt: skip
        self._dispatch.post.send(pending, item, now)

    def _tell(self, person: str, key: str, now: datetime) -> Message:
        return self._message(person, Tell(person, key), now)

    def _message(self, person: str, tell: Tell, now: datetime) -> Message:
        return self._voice.message(person, tell.key, tell.values, tell.choices, now, protect=True)

    def test_page(self, person: str, now: datetime) -> Message:
        """The weekly, content-free test of an alarm, answered by a tap."""
        choices = (Choice("desk/button.ok", "ok"),)
        return self._voice.message(person, "desk/page.weekly", {}, choices, now, protect=True)


def _part_order(name: str) -> tuple[int, str]:
    """The report first, then messages and notes in the order of their time."""
    return (0, "") if name == "report" else (1, name[1:])


def _only_turn(decided: taking.Off, case: Case) -> CaseTurn:
    return decided.turns[0] if decided.turns else CaseTurn(case)
