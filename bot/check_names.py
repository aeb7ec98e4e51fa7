"""Cross-checks of config/responders.yaml: every name leads to something, every place and hour exists.
Yields problems at their lines; it reads nothing and repairs nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.countries import is_code
from responders.policies import Ladder
from responders.responders_file import RespondersFile
from responders.routes import UNKNOWN, Match, Route
from responders.yaml_document import Document, Problem, Weight, Where
from triage.scales import Level

LEVELS = tuple(level.word for level in reversed(Level))
KNOWN_VALUES: Mapping[str, tuple[str, ...]] = {
    "level": LEVELS,
    "acts": (
        *("arrested", "missing", "threat", "attack", "followed"),
        *("harassed", "raided", "travel", "organisation", "other"),
    ),
    "role": ("me", "agreed", "cannot_ask", "unaware", "group"),
    "link": ("had", "relative_had", "planned", "gave_up", "unsure", "none"),
}


@dataclass(frozen=True, slots=True)
class Responding:
    """config/responders.yaml as read, and where each thing stands in it."""

    file: RespondersFile
    document: Document
    now: datetime
    languages: tuple[str, ...] = ()  # those that reporters are offered

    def problem(self, where: Where, message: str) -> Problem:
        """An error at a place of the file."""
        return self.document.problem(where, message)

    def warning(self, where: Where, message: str) -> Problem:
        """What works but should not stay as it is."""
        return self.document.problem(where, message, Weight.WARNING)

    def routes(self) -> Iterator[tuple[Where, Route]]:
        """Every route with its place, parents first."""
        yield from _below(("routes",), self.file.routes)

    def ladders(self) -> Iterator[tuple[Where, Level, Ladder]]:
        """Every ladder of every policy with its place and its level."""
        for name, policy in self.file.policies.items():
            for level in Level:
                yield ("policies", name, level.word), level, policy.ladder(level)


def names(found: Responding) -> Iterator[Problem]:
    """References to things that the file does not have, and countries, zones and values that do not exist."""
    for where, kind, name, known in _references(found.file, found.routes()):
        if name is not None and name not in known:
            yield found.problem(where, f'unknown {kind} "{name}"{_near(name, known)}')
    for where, country in _countries(found):
        if not is_code(country):
            message = f'expected a country as two capital letters (ISO 3166), but got "{country}"'
            yield found.problem(where, message)
    for where, zone in _zones(found.file):
        if not is_zone(zone):
            yield found.problem(where, f'unknown time zone "{zone}"; expected one such as Europe/Zurich')
    for where, route in found.routes():
        yield from _values(found, (*where, "match"), route.match)


def _references(
    file: RespondersFile, routes: Iterable[tuple[Where, Route]]
) -> Iterator[tuple[Where, str, str | None, Iterable[str]]]:
    people, hours = file.focal_points, file.hours
    for name, person in people.items():
        yield ("focal_points", name, "hours"), "hours", person.hours, hours
        yield ("focal_points", name, "partner"), "partner", person.partner, file.partners
    for name, rota in file.rotas.items():
        for index, who in enumerate(rota.people):
            yield ("rotas", name, "people", index), "focal point", who, people
        for index, override in enumerate(rota.overrides):
            yield ("rotas", name, "overrides", index, "who"), "focal point", override.who, people
        for index, holiday in enumerate(rota.holidays):
            yield ("rotas", name, "holidays", index, "who"), "focal point", holiday.who, people
    for name, receiver in file.receivers.items():
        at: Where = ("receivers", name)
        for index, who in enumerate(receiver.people):
            yield (*at, "people", index), "focal point", who, people
        for index, partner in enumerate(receiver.partners):
            yield (*at, "partners", index), "partner", partner, file.partners
        yield (*at, "rota"), "rota", receiver.rota, file.rotas
        yield (*at, "coordinator"), "focal point", receiver.coordinator, people
        yield (*at, "hours"), "hours", receiver.hours, hours
        yield (*at, "policy"), "policy", receiver.policy, file.policies
    for where, route in routes:
        yield (*where, "receiver"), "receiver", route.receiver, file.receivers


def _countries(found: Responding) -> Iterator[tuple[Where, str]]:
    for name, person in found.file.focal_points.items():
        at: Where = ("focal_points", name)
        if person.located_in is not None:
            yield (*at, "located_in"), person.located_in
        yield from (((*at, "nationalities", n), country) for n, country in enumerate(person.nationalities))
        yield from (((*at, "not_countries", n), country) for n, country in enumerate(person.not_countries))
    for where, route in found.routes():
        for index, country in enumerate(route.match.country):
            if country != UNKNOWN:
                yield (*where, "match", "country", index), country


def _zones(file: RespondersFile) -> Iterator[tuple[Where, str]]:
    yield from ((("hours", name, "zone"), hours.zone) for name, hours in file.hours.items())
    yield from ((("rotas", name, "zone"), rota.zone) for name, rota in file.rotas.items())


def _values(found: Responding, where: Where, conditions: Match) -> Iterator[Problem]:
    for label, values in conditions.conditions():
        known = (*KNOWN_VALUES.get(label, values), UNKNOWN)
        for index, value in enumerate(values):
            if value not in known:
                message = f'no report ever has {label} "{value}"{_near(value, known)}'
                yield found.problem((*where, label, index), message)


def _near(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f'; did you mean "{near[0]}"?' if near else ""


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _below(where: Where, route: Route) -> Iterator[tuple[Where, Route]]:
    yield where, route
    for index, child in enumerate(route.routes):
        yield from _below((*where, "routes", index), child)
