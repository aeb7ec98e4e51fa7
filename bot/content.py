"""What a person may read of a case, where content may be read: the card, and the body's parts, still sealed.
Never anything for somebody whom the case is not open to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from responders import card
from responders.cases import Case
from responders.casework import Casework
from responders.country_time import clocks
from responders.pending import case_key


@dataclass(frozen=True, slots=True)
class Content:
    """The card as text, and the sealed parts by name; `case_id` is what they are bound to.

    `words`: the reporter's, while they lie beside the card (immediate and urgent, until somebody works on it)."""

    card: str
    language: str
    case_id: str
    parts: tuple[tuple[str, bytes], ...]
    words: tuple[str, ...] = field(default=(), repr=False)


class Contents:
    """Reads cases for people at the desk; opens nothing but the card's codes."""

    def __init__(self, work: Casework) -> None:
        self._work = work
        self._dispatch = work.dispatch

    async def of(self, person: str, number: int, after: str, now: datetime) -> Content | None:
        """The report, and what came after the part `after`; None for anybody who may not read it."""
        loaded, _ = await self._work.load(number)
        if loaded is None or not may_read(loaded.case, person):
            return None
        case, shard = loaded.case, number % self._dispatch.shards
        parts = await self._work.store.fields(case_key(shard, number, "body"))
        (facts,) = await self._work.store.read([case_key(shard, number, "card")])
        point = self._dispatch.responders.directory.focal_points.get(person)
        reads = point is not None and case.language in point.languages
        around = card.Around(their_time=self._their_time(case, person, now), reads=reads)
        report = self._dispatch.bodies.facts_on_card(facts, number)
        text = card.card(case, report, self.voice(person, now), around)
        shown = (name for name in sorted(parts, key=_in_time) if name == "report" or name[1:] > after)
        language = self._dispatch.voice.language(person)
        words = report.words if report is not None else ()
        return Content(text, language, case.id, tuple((name, parts[name]) for name in shown), words)

    def _their_time(self, case: Case, person: str, now: datetime) -> str | None:
        voice = self._dispatch.voice
        language, zones = voice.language(person), clocks(case.country, now)
        return " – ".join(voice.texts.time(now, language, zone, now) for zone in zones) or None

    def voice(self, person: str, now: datetime) -> card.Voice:
        """How the card and the lists speak to one person."""
        voice = self._dispatch.voice
        language, zone, texts = voice.language(person), voice.zone(person), voice.texts

        def say(key: str, /, **values: object) -> str:
            if "body" in values:
                values["body"] = voice.body(str(values["body"]))
            return texts.say(key, language, **values)

        said_at: Callable[[datetime], str] = lambda at: texts.time(at, language, zone, now)  # noqa: E731
        return card.Voice(say=say, time=said_at, language=voice.language_name, name=voice.name)


def may_read(case: Case, person: str) -> bool:
    """Whoever has it, or had it before it went back to the ladder."""
    return case.may_open(person) and (case.has == person or person in case.access)


def _in_time(name: str) -> tuple[int, str]:
    """The report first, then messages and notes in the order of their time."""
    return (0, "") if name == "report" else (1, name[1:])
