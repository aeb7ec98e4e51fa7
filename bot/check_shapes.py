"""Cross-checks of each part by itself: ladders that stop or run in circles, rotas and hours that cannot be.
Yields problems at their lines."""

from collections.abc import Iterator
from datetime import date, timedelta

from bot.check_names import LEVELS, Responding
from responders.policies import Ladder
from responders.responders_file import RespondersFile
from responders.rota import Rota
from responders.yaml_document import Problem, Where
from triage.scales import Level


def ladders(found: Responding) -> Iterator[Problem]:
    """Every ladder has steps that wake somebody, and goes on without an end until somebody has it."""
    for where, level, ladder in found.ladders():
        if not ladder.steps:
            yield found.problem(
                (*where, "steps"), f"the ladder {level.word} has no step: nobody would be woken"
            )
        for index, step in enumerate(ladder.steps):
            if not step.who:
                yield found.problem(
                    (*where, "steps", index, "who"), f"this step of {level.word} wakes nobody"
                )
        yield from _ends(found, where, level, ladder)


def _ends(found: Responding, where: Where, level: Level, ladder: Ladder) -> Iterator[Problem]:
    if ladder.repeat is None and ladder.then is None:
        message = f'the ladder {level.word} ends after its last step: expected "repeat" or "then"'
        yield found.problem(where, message)
    if ladder.repeat is not None and ladder.repeat.every < timedelta(seconds=1):
        yield found.problem((*where, "repeat", "every"), "expected a pause of at least 1s between repeats")
    if ladder.repeat is not None and not ladder.repeat.who:
        yield found.problem((*where, "repeat", "who"), f"the repeat of {level.word} wakes nobody")
    higher = LEVELS[: LEVELS.index(level.word)]
    if ladder.then is not None and ladder.then.level not in higher:
        expected = f"expected a higher level ({', '.join(higher)})" if higher else "there is no higher level"
        message = f'the ladder {level.word} goes over to "{ladder.then.level}": {expected}'
        yield found.problem((*where, "then", "level"), message)


def calendars(found: Responding) -> Iterator[Problem]:
    """Rotas have people and whole turns, overrides end after they begin, hours have a working day."""
    for where, day in _days(found.file):
        if not 2000 <= day.year < 2100:
            yield found.problem(where, f"expected a day of this century, but got {day.year:04}-{day:%m-%d}")
    for name, rota in found.file.rotas.items():
        yield from _rota(found, ("rotas", name), rota)
    for name, hours in found.file.hours.items():
        if not hours.days:
            yield found.problem(("hours", name, "days"), f'the hours "{name}" have no working day')


def _rota(found: Responding, at: Where, rota: Rota) -> Iterator[Problem]:
    if not rota.people:
        yield found.problem((*at, "people"), "this rota has no people")
    if not 1 <= rota.weeks <= 52:
        yield found.problem((*at, "weeks"), "expected turns of 1 to 52 weeks")
    for index, override in enumerate(rota.overrides):
        here = (*at, "overrides", index)
        if (override.from_.tzinfo is None) != (override.until.tzinfo is None):
            yield found.problem(here, "expected both times with an offset, or (better) both without")
        elif override.from_ >= override.until:
            yield found.problem(here, "this override ends before it begins")


def _days(file: RespondersFile) -> Iterator[tuple[Where, date]]:
    for name, rota in file.rotas.items():
        at: Where = ("rotas", name)
        yield (*at, "starts"), rota.starts
        yield from (((*at, "holidays", n, "on"), holiday.on) for n, holiday in enumerate(rota.holidays))
        for index, override in enumerate(rota.overrides):
            yield (*at, "overrides", index, "from"), override.from_
            yield (*at, "overrides", index, "until"), override.until
    for name, hours in file.hours.items():
        yield from ((("hours", name, "holidays", n), day) for n, day in enumerate(hours.holidays))


def people(found: Responding) -> Iterator[Problem]:
    """Everybody can be woken, and speaks something."""
    for name, person in found.file.focal_points.items():
        at: Where = ("focal_points", name)
        if not person.alarms:
            yield found.problem(
                (*at, "alarms"), f'nothing wakes "{name}": expected at least one alarm channel'
            )
        if not person.languages:
            yield found.problem((*at, "languages"), f'"{name}" has no language')
