"""Puts a page or an answer into a focal point's language and zone. Knows keys and values, never a report."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from responders.delivery import Button, Message
from responders.directory import Directory
from responders.turns import Choice


class Speaks(Protocol):
    """All texts by key and language; bot.texts is the one that ships."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The offered languages, source first."""
        ...

    def say(self, key: str, language: str, /, **values: object) -> str:
        """The text with its values."""
        ...

    def time(self, at: datetime, language: str, zone: tzinfo, now: datetime) -> str:
        """A moment as people say it."""
        ...


@dataclass(frozen=True, slots=True)
class Voice:
    """Speaks to focal points; falls back to their next language that is offered, at last to the first."""

    texts: Speaks
    directory: Directory
    language_names: Mapping[str, str] = field(default_factory=dict)
    team: str = ""  # as reporters read it

    def language(self, person: str) -> str:
        focal_point = self.directory.focal_points.get(person)
        spoken = focal_point.languages if focal_point else ()
        offered = self.texts.languages
        return next((language for language in spoken if language in offered), offered[0])

    def zone(self, person: str) -> tzinfo:
        focal_point = self.directory.focal_points.get(person)
        hours = self.directory.hours.get(focal_point.hours) if focal_point and focal_point.hours else None
        return ZoneInfo(hours.zone) if hours else UTC

    def name(self, person: str) -> str:
        focal_point = self.directory.focal_points.get(person)
        return focal_point.name if focal_point else person

    def body(self, body: str) -> str:
        """The name of another organisation."""
        partner = self.directory.partners.get(body)
        return partner.name if partner else body

    def language_name(self, code: str) -> str:
        """How a language calls itself."""
        return self.language_names.get(code, code)

    def text(self, person: str, key: str, values: Mapping[str, object], now: datetime) -> str:
        """One text as this person reads it: times in their zone, ids as names, `_key` values as texts."""
        language, zone = self.language(person), self.zone(person)
        said: dict[str, object] = {}
        for name, value in values.items():
            if isinstance(value, datetime):
                said[name] = self.texts.time(value, language, zone, now)
            elif name == "who" and isinstance(value, str):
                said[name] = self.name(value)
            elif name == "body" and isinstance(value, str):
                said[name] = self.body(value)
            elif name.endswith("_key") and isinstance(value, str):
                said[name] = said[name.removesuffix("_key")] = self.texts.say(value, language)
            else:
                said[name] = value
        return self.texts.say(key, language, **said)

    def message(
        self, person: str, key: str, values: Mapping[str, object], choices: tuple[Choice, ...], now: datetime,
        *, protect: bool = False,
    ) -> Message:  # fmt: skip
        """The same with its shortcuts; a button carries the command that it stands for."""
        language = self.language(person)
        buttons = tuple(Button(self.texts.say(c.key, language), f"verb.{c.command}") for c in choices)
        return Message(self.text(person, key, values, now), buttons, protect, language)
