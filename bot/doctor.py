"""Looks at a whole installation from outside and says, line by line, what is well, what will not be, and what to
do next. It repairs nothing, sends nothing, and names no address."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from bot.check import check, has_errors, tally
from bot.clock import monotonic
from bot.doctor_channels import look_at_signal, look_at_telegram
from bot.doctor_files import look_at_disk, look_at_files
from bot.doctor_lines import Line, State, judged
from bot.doctor_path import look_at_path
from bot.doctor_service import look_at_service
from bot.doctor_store import look_at_store
from bot.doctor_triage import look_at_triage
from bot.heartbeat_kept import KeptBeats
from bot.installation import CannotStart, Configured, configured, opened_people
from responders.box import Tampered
from responders.keyring import MasterKey, store_box
from responders.paging import ALARM_SENDERS
from responders.people import People
from responders.readiness import lacking
from responders.secret import SecretError
from responders.store import Store, StoreDown, StoreRefused, verify_audit
from responders.valkey import NoStore

__all__ = ["Line", "State", "look", "look_at"]


async def look(config: Path, environment: Mapping[str, str], now: datetime) -> AsyncIterator[Line]:
    """Everything, the configuration first; without one that can be read, nothing else."""
    clock = _running(now)
    yield _configuration(config, now)
    try:
        found = configured(config)
    except CannotStart as fault:
        yield Line(State.FAIL, str(fault), "tocsin check names every problem")
        return
    async for line in look_at(found, environment, clock()):
        yield line


async def look_at(found: Configured, environment: Mapping[str, str], now: datetime) -> AsyncIterator[Line]:
    """Everything but whether the configuration is free of problems."""
    clock = _running(now)
    for line in look_at_files(found, environment, now):
        yield line
    try:
        async with opened_people(found, environment) as (store, people):
            async for line in look_at_store(store, found.settings.store, now):
                yield line
            yield await _audit(store)
            async for line in _people(found, people, now):
                yield line
            async for line in _path(found, environment, store, people, now):
                yield line
    except (CannotStart, SecretError, NoStore, StoreDown, StoreRefused) as fault:
        yield Line(State.FAIL, str(fault), "the store, and who is enrolled, could not be looked at")
    for line in look_at_disk(found.settings):
        yield line
    yield look_at_triage(found.settings)
    async for line in look_at_telegram(found.settings, environment, clock):
        yield line
    async for line in look_at_signal(found.settings, environment):
        yield line
    async for line in look_at_service(found.settings.health):
        yield line


def _running(now: datetime) -> Callable[[], datetime]:
    """A clock that goes on from `now`: looking takes its time, and on a busy machine not a little."""
    began = monotonic()
    return lambda: now + timedelta(seconds=monotonic() - began)


def _configuration(config: Path, now: datetime) -> Line:
    problems = check(config, now)
    state = State.FAIL if has_errors(problems) else State.WARN if problems else State.OK
    return Line(state, f"configuration {config}: {tally(problems)}", "tocsin check names them")


async def _audit(store: Store) -> Line:
    broken = verify_audit(await store.read_audit(), await store.audit_head())
    advice = "somebody has changed it: keep the store's files as they are, and find out who"
    return judged(
        broken is None, f"audit: {'whole' if broken is None else f'broken at entry {broken}'}", advice
    )


async def _people(found: Configured, people: People, now: datetime) -> AsyncIterator[Line]:
    try:
        enrolled = await people.all(fresh=True)
    except Tampered:
        advice = "put the right TOCSIN_MASTER_KEY in place; overwrite nothing"
        yield Line(State.FAIL, "the store was written under another master key", advice)
        return
    ends = {receiver.coordinator for receiver in found.responders.receivers.values()}
    for person in found.responders.directory.focal_points:
        missing = list(lacking(found.responders, enrolled, person, now))
        what = f"{person}: {'; '.join(missing) or 'enrolled, with a key, tested'}"
        advice = "a ladder ends here: nothing is ready without" if person in ends else "tocsin people list"
        yield judged(not missing, what, advice, State.FAIL if person in ends else State.WARN)
    for person, one in enrolled.items():
        if person not in found.responders.directory.focal_points and not one.has_left:
            what = f"{person}: enrolled, and not in responders.yaml any more"
            yield Line(State.WARN, what, f"tocsin people remove {person}, or put them back there")


async def _path(
    found: Configured, environment: Mapping[str, str], store: Store, people: People, now: datetime
) -> AsyncIterator[Line]:
    beats = await KeptBeats(store, store_box(MasterKey.from_env(environment))).read()
    points = found.responders.directory.focal_points
    channels = {
        ALARM_SENDERS[alarm]
        for person, enrolled in people.known.items()
        if person in points and not enrolled.has_left
        for alarm in points[person].alarms
        if ALARM_SENDERS[alarm] in enrolled.channels
    }
    for line in look_at_path(beats, channels, found.settings.heartbeat, now):
        yield line
