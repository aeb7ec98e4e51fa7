"""What would happen to a report with given labels: the route, who is woken when, who may open it.
For administrators (`tocsin route test`); it sends nothing and opens no store."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.check import RESPONDERS, check_people, has_errors
from bot.check_names import KNOWN_VALUES
from bot.countries import is_code
from responders.config_reader import read_config
from responders.plan import Plan, PlannedLadder, plan
from responders.policies import Channels, Responders
from responders.responders_file import RespondersFile
from responders.routes import UNKNOWN, Labels
from triage.scales import Level

LABELS = ("level", "country", "acts", "role", "language", "link")


class CannotRehearseError(Exception):
    """The labels or the configuration cannot be used; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The receivers that the labels lead to, and the whole story in lines to print."""

    receivers: tuple[str, ...]
    lines: tuple[str, ...]


def rehearse(config: Path, given: Sequence[str], now: datetime) -> Rehearsal:
    """Go through the route tree, rotas and policies for labels such as "country=GT", at a moment."""
    labels = _labels(given)
    planned = plan(_responders(config, now), labels, now)
    level = Level[str(labels["level"]).upper()]
    return Rehearsal(
        tuple(matched.receiver for matched in planned.matched),
        (*_routes(planned), *_ladder(planned.ladder(level)), *_readers(planned)),
    )


def moment(text: str) -> datetime:
    """An ISO 8601 moment; without an offset it is UTC."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise CannotRehearseError(f'"{text}": expected a moment such as 2026-11-02T03:00Z') from None
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)


def _labels(given: Sequence[str]) -> Labels:
    labels: dict[str, str | tuple[str, ...]] = {"level": Level.IMMEDIATE.word}
    for entry in given:
        name, equals, text = entry.partition("=")
        if not equals or name not in LABELS:
            raise CannotRehearseError(f'"{entry}": expected one of {", ".join(LABELS)}, then "=" and a value')
        values = tuple(text.split(",")) if name == "acts" else (text,)
        for value in values:
            if value not in (*KNOWN_VALUES.get(name, (value,)), UNKNOWN):
                known = ", ".join(KNOWN_VALUES[name])
                raise CannotRehearseError(f'no report ever has {name} "{value}"; expected one of {known}')
            if name == "country" and value != UNKNOWN and not is_code(value):
                raise CannotRehearseError(
                    f'country "{value}": expected two capital letters (ISO 3166), such as GT'
                )
        labels[name] = values if name == "acts" else "" if text == UNKNOWN else text
    if not labels["level"]:
        raise CannotRehearseError(
            "every report has a level; expected level=immediate, urgent, priority or routine"
        )
    return labels


def _responders(config: Path, now: datetime) -> Responders:
    read = read_config(config / RESPONDERS, RespondersFile)
    problems = [problem for problem in check_people(config, now) if problem.file == RESPONDERS]
    if read.value is None or has_errors(problems):
        raise CannotRehearseError(f"{config / RESPONDERS} has errors: run `tocsin check` first")
    return read.value.responders()


def _routes(planned: Plan) -> Iterator[str]:
    for matched in planned.matched:
        why = " > ".join(matched.path) or "the root: nothing below it matched"
        yield f"receiver  {matched.receiver}  ({why})"


def _ladder(ladder: PlannedLadder) -> Iterator[str]:
    yield f"ladder    {ladder.level.word}"
    for step in ladder.steps:
        ring = "all channels" if step.channels is Channels.ALL else "first channel"
        yield f"{_span(step.after):>9} {', '.join(step.people)}  ({ring})"
    if ladder.repeat is not None:
        again = ", ".join(ladder.repeat.people)
        yield f"          then every {_span(ladder.repeat.every)}, until somebody has it: {again}"
    if ladder.then is not None and ladder.then_after is not None:
        yield f"{_span(ladder.then_after):>9} the ladder {ladder.then.word}"


def _readers(planned: Plan) -> Iterator[str]:
    yield f"may open  {', '.join(planned.content) or 'nobody'}"
    kept_out = [person for person in planned.reaches if person not in planned.content]
    if kept_out:
        yield f"may not   {', '.join(kept_out)}"
    if planned.gap:
        yield "gap       nobody is on call at that moment: the roster and the coordinator stand in"


def _span(length: timedelta) -> str:
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    days, hours = divmod(hours, 24)
    parts = [f"{number}{unit}" for number, unit in ((days, "d"), (hours, "h"), (minutes, "m")) if number]
    return "".join(parts) or "at once"
