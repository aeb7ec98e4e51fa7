"""`tocsin check`: everything wrong with a configuration folder, at once, each with its line and what was
expected. The service runs the same check before it opens a channel. It repairs nothing and connects to
nothing."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from bot import (
    check_humans,
    check_names,
    check_routes,
    check_settings,
    check_shapes,
    check_signal,
    check_triage,
)
from bot.catalogues import CatalogueError
from bot.check_files import files
from bot.check_flows import check_flows
from bot.check_names import Responding
from bot.check_notice import check_notice
from bot.check_secrets import secrets
from bot.check_settings import Setting
from bot.settings import Settings
from bot.texts import statuses
from responders.config_reader import Read, read_config
from responders.responders_file import RespondersFile
from responders.yaml_document import Problem, Weight

SETTINGS = "tocsin.yaml"
RESPONDERS = "responders.yaml"

T = TypeVar("T")


def check(config: Path, now: datetime) -> list[Problem]:
    """Every problem of the folder, by file and line; an empty list means that all is well."""
    read = read_config(config / SETTINGS, Settings, SETTINGS)
    settings = read.legible or Settings()
    responders = read_config(config / RESPONDERS, RespondersFile, RESPONDERS)
    found = {*check_people(config, now), *check_flows(config, settings.languages, now)}
    found.update(check_notice(config, responders))
    if read.document is not None and read.legible is not None:
        written = Setting(settings, read.document)
        found.update(_certain(read, [*files(written, config), *secrets(written)]))
    return sorted(found)


def check_people(config: Path, now: datetime) -> list[Problem]:
    """Problems of the settings and of who answers; texts and flows are not looked at."""
    settings = read_config(config / SETTINGS, Settings, SETTINGS)
    responders = read_config(config / RESPONDERS, RespondersFile, RESPONDERS)
    problems = [*settings.problems, *responders.problems]
    problems += _certain(settings, _settings(settings, responders))
    problems += _certain(responders, _responders(responders, settings, now))
    return sorted(set(problems))


def withheld(config: Path) -> tuple[str, ...]:
    """Languages that tocsin.yaml names and reporters would not be offered, because no person has reviewed them."""
    settings = read_config(config / SETTINGS, Settings, SETTINGS).legible
    if settings is None or settings.allow_unreviewed_texts:
        return ()
    try:
        found = statuses(config)
    except CatalogueError:  # said among the problems
        return ()
    drafted = {status.language for status in found if status.whole and not status.is_reviewed}
    return tuple(language for language in settings.languages if language in drafted)


def has_errors(problems: list[Problem]) -> bool:
    """Whether the service must not start with these."""
    return any(problem.weight is Weight.ERROR for problem in problems)


def tally(problems: list[Problem]) -> str:
    """How many errors and warnings these are."""
    errors = sum(problem.weight is Weight.ERROR for problem in problems)
    counts = (("error", errors), ("warning", len(problems) - errors))
    return ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for word, count in counts)


def _certain(read: Read[T], problems: Iterable[Problem]) -> Iterator[Problem]:
    """Without those that may only follow from what could not be read, which is said already."""
    yield from (problem for problem in problems if problem.line not in read.doubtful)


def _settings(settings: Read[Settings], responders: Read[RespondersFile]) -> Iterator[Problem]:
    if settings.legible is None or settings.document is None:
        return
    found = Setting(settings.legible, settings.document)
    yield from check_settings.promises(found)
    yield from check_settings.limits(found)
    yield from check_settings.hours(found)
    yield from check_triage.text_score(found)
    yield from check_settings.accounts(found)
    yield from check_signal.accounts(found)
    yield from check_settings.outside(found)
    yield from check_settings.doors(found)
    if responders.value is not None:
        yield from check_settings.alarms(found, responders.value)
        yield from check_signal.alarms(found, responders.value)


def _responders(
    responders: Read[RespondersFile], settings: Read[Settings], now: datetime
) -> Iterator[Problem]:
    if responders.legible is None or responders.document is None:
        return
    languages = settings.legible.languages if settings.legible is not None else ()
    found = Responding(responders.legible, responders.document, now, languages)
    shallow = [
        *check_names.names(found),
        *check_routes.routes(found),
        *check_shapes.ladders(found),
        *check_shapes.calendars(found),
        *check_shapes.people(found),
        *check_signal.places(found),
    ]
    yield from shallow
    yield from check_humans.clocks(found)
    if (
        shallow or responders.value is None
    ):  # who is woken can only be worked out when every name leads somewhere
        return
    yield from check_humans.humans(found)
    yield from check_humans.rota_gaps(found)
    yield from check_humans.advice(found)
