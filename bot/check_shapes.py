"""Cross-checks of each part by itself: ladders that stop or run in circles, rotas and hours that cannot be.
Yields problems at their lines."""

from collections.abc import Iterator
from datetime import timedelta

from bot.check_names import LEVELS, Responding
from responders.policies import Ladder
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
    """Every rota has people and whole turns, every override ends after it begins, hours have a working
    day."""
    for name, rota in found.file.rotas.items():
        at: Where = ("rotas", name)
        if not rota.people:
            yield found.problem((*at, "people"), f'the rota "{name}" has no people')
        if not 1 <= rota.weeks <= 52:
            yield found.problem((*at, "weeks"), "expected turns of 1 to 52 weeks")
        for index, override in enumerate(rota.overrides):
            here = (*at, "overrides", index)
            if (override.from_.tzinfo is None) != (override.until.tzinfo is None):
                yield found.problem(here, "expected both times with an offset, or (better) both without")
            elif override.from_ >= override.until:
                yield found.problem(here, "this override ends before it begins")
    for name, hours in found.file.hours.items():
        if not hours.days:
            yield found.problem(("hours", name, "days"), f'the hours "{name}" have no working day')


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
