"""Looks at a whole installation from outside and says, line by line, what is well, what will not be, and what to
do next. It repairs nothing, sends nothing, and names no address."""

import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import aiohttp

from bot import texts
from bot.catalogues import CatalogueError
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_doctor import examine
from bot.check import check, has_errors, tally
from bot.installation import CannotStart, Configured, configured, opened_people, recovery_keys
from bot.settings import Receive, Settings
from responders.ballast import MEBI, Ballast
from responders.box import Tampered
from responders.keyring import KeyringUnreadable, MasterKey, TransitKeyring
from responders.people import People
from responders.readiness import lacking
from responders.rota import gaps
from responders.secret import SecretError
from responders.store import Store, StoreDown, StoreRefused, Tidied, verify_audit
from responders.valkey import NoStore

AHEAD = timedelta(days=30)
LONG_AGO = date(2020, 1, 1)  # before the first transit key there can be: nothing is destroyed


class State(StrEnum):
    """How a thing is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at, and what to do when it is not well."""

    state: State
    what: str
    advice: str = ""

    def __str__(self) -> str:
        told = f"{self.state.value:<4}  {self.what}"
        return told if self.state is State.OK or not self.advice else f"{told}\n      -> {self.advice}"


def _judged(well: bool, what: str, advice: str, otherwise: State = State.FAIL) -> Line:
    return Line(State.OK if well else otherwise, what, advice)


async def look(config: Path, environment: Mapping[str, str], now: datetime) -> AsyncIterator[Line]:
    """Everything, the configuration first; without one that can be read, nothing else."""
    yield _configuration(config, now)
    try:
        found = configured(config)
    except CannotStart as fault:
        yield Line(State.FAIL, str(fault), "tocsin check names every problem")
        return
    async for line in look_at(found, environment, now):
        yield line


async def look_at(found: Configured, environment: Mapping[str, str], now: datetime) -> AsyncIterator[Line]:
    """Everything but whether the configuration is free of problems."""
    for line in (*_texts(found), *_rotas(found, now), *_recovery(found), *_keyring(found, environment)):
        yield line
    try:
        async with opened_people(found, environment) as (store, people):
            async for line in _store(store, now):
                yield line
            yield await _audit(store)
            async for line in _people(found, people, now):
                yield line
    except (CannotStart, SecretError, NoStore, StoreDown, StoreRefused) as fault:
        yield Line(State.FAIL, str(fault), "the store, and who is enrolled, could not be looked at")
    for line in _disk(found.settings):
        yield line
    async for line in _telegram(found.settings, environment, now):
        yield line
    yield await _service(found.settings.health)


def _configuration(config: Path, now: datetime) -> Line:
    problems = check(config, now)
    state = State.FAIL if has_errors(problems) else State.WARN if problems else State.OK
    return Line(state, f"configuration {config}: {tally(problems)}", "tocsin check names them")


def _texts(found: Configured) -> Iterator[Line]:
    allowed = found.settings.allow_unreviewed_texts
    try:
        statuses = texts.statuses(found.folder)
    except CatalogueError as fault:
        yield Line(State.FAIL, f"texts: {fault}", "tocsin check names every problem")
        return
    for status in statuses:
        if status.language not in found.settings.languages:
            continue
        if status.is_reviewed:
            yield Line(State.OK, f"texts in {status.language}: reviewed")
        elif not status.whole:
            advice = "tocsin texts status says what is missing; reporters are not offered it"
            yield Line(State.WARN, f"texts in {status.language}: not whole", advice)
        else:
            what = f"texts in {status.language}: drafted, {status.drafted} of {status.total} not reviewed"
            advice = "have a native speaker who knows protection work review them"
            if not allowed:
                advice += "; until then this language is not offered (allow_unreviewed_texts)"
            yield Line(State.WARN, what, advice)


def _rotas(found: Configured, now: datetime) -> Iterator[Line]:
    for name, rota in found.responders.rotas.items():
        empty = gaps(rota, now, now + AHEAD)
        if not empty:
            yield Line(State.OK, f"rota {name}: somebody is on call for the next {AHEAD.days} days")
        for gap in empty:
            what = f"rota {name}: nobody from {gap.begins:%Y-%m-%d %H:%M} to {gap.ends:%Y-%m-%d %H:%M} UTC"
            yield Line(State.FAIL, what, "enter an override in responders.yaml")


def _recovery(found: Configured) -> Iterator[Line]:
    try:
        keys = recovery_keys(found)
    except CannotStart as fault:
        yield Line(State.FAIL, str(fault), "tocsin keys recovery explains the recovery key")
        return
    for key in keys:
        yield Line(State.OK, f"recovery key {key.id}: every report is sealed to it as well")
    if not keys:
        advice = "tocsin keys recovery explains how to make one and who holds it"
        yield Line(State.WARN, "no recovery key: what is sealed to a lost key is lost", advice)


def _keyring(found: Configured, environment: Mapping[str, str]) -> Iterator[Line]:
    path, folder = found.settings.keyring, found.settings.store.folder
    try:
        master = MasterKey.from_env(environment)
    except SecretError as fault:
        yield Line(State.FAIL, f"master key: {fault}", "docs/deploy.md says how it is made and given")
        return
    yield Line(State.OK, "master key: given")
    if found.settings.store.url is None and path.absolute().is_relative_to(folder.absolute()):
        advice = "move it: a backup of the store must not hold it"
        yield Line(State.FAIL, f"keyring {path}: lies in the store's folder", advice)
    if not path.exists():
        advice = "well before the first start; later it means that what was in transit cannot be opened"
        yield Line(State.WARN, f"keyring {path}: not there yet", advice)
        return
    try:
        TransitKeyring(path, master).destroy_before(LONG_AGO)
    except (KeyringUnreadable, SecretError, OSError) as fault:
        yield Line(State.FAIL, f"keyring: {fault}", "is the master key the right one? Overwrite nothing")
    else:
        yield Line(State.OK, f"keyring {path}: opens with the master key")


async def _store(store: Store, now: datetime) -> AsyncIterator[Line]:
    info = await store.info()
    version = ".".join(map(str, info.version))
    yield _judged(info.is_supported, f"store: {info.product} {version}", "Redis 7.2 or any Valkey is needed")
    on = "store: append-only file " + ("on" if info.appendonly else "off")
    yield _judged(info.appendonly, on, "set appendonly yes: without it a restart loses reports")
    if info.appendfsync is None:
        advice = "ask whoever runs it whether appendfsync is always"
        yield Line(State.WARN, "store: does not tell whether it syncs each write", advice)
    else:
        what = f"store: appendfsync {info.appendfsync}"
        yield _judged(
            info.appendfsync == "always", what, "set appendfsync always: else a power cut loses reports"
        )
    what = f"store: when memory is full: {info.eviction}"
    yield _judged(
        info.eviction in (None, "noeviction"), what, "set maxmemory-policy noeviction: it would drop cases"
    )
    refused = await store.tidy(now) is Tidied.REFUSED
    what = "store: " + ("refuses" if refused else "allows") + " to rewrite its append-only file"
    yield _judged(not refused, what, "allow BGREWRITEAOF: else what was erased stays on its disk", State.WARN)


async def _audit(store: Store) -> Line:
    broken = verify_audit(await store.read_audit(), await store.audit_head())
    advice = "somebody has changed it: keep the store's files as they are, and find out who"
    return _judged(
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
        yield _judged(not missing, what, advice, State.FAIL if person in ends else State.WARN)


def _disk(settings: Settings) -> Iterator[Line]:
    if settings.store.url is not None or not settings.store.folder.exists():
        return
    ballast = Ballast(settings.store.folder)
    free = shutil.disk_usage(settings.store.folder).free // MEBI
    mark = settings.limits.free_disk_mib
    what = f"disk: {free} MiB free, intake stops below {mark}"
    yield _judged(free >= mark, what, "make room now: open ladders go on, nothing new is taken in")
    advice = "the service puts it back when there is room; while it is not there, a full disk stops ladders"
    yield _judged(ballast.path.exists(), "disk: ballast", advice, State.WARN)


async def _telegram(settings: Settings, environment: Mapping[str, str], now: datetime) -> AsyncIterator[Line]:
    for name, account in (("intake", settings.telegram.intake), ("alerts", settings.telegram.alerts)):
        if account is None:
            continue
        try:
            api = TelegramApi(account.token.load(environment), account.base_url)
        except SecretError as fault:
            yield Line(State.FAIL, f"telegram {name}: {fault}", "get the token from @BotFather")
            continue
        expected = account.public_url if account.receive is Receive.WEBHOOK else None
        try:
            for finding in await examine(api, expected_url=expected or "", now=now):
                yield _judged(finding.is_well, f"telegram {name}: {finding.what}", finding.advice)
        finally:
            await api.close()


async def _service(address: str) -> Line:
    """What a running service says of itself."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
            session.get(f"http://{address}/ready") as answer,
        ):
            told = await answer.json()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return Line(State.WARN, "the service does not run here", "tocsin run, or systemctl start tocsin")
    reasons = "; ".join(map(str, told.get("reasons", ())))
    return _judged(told.get("ready") is True, f"the service: {reasons or 'ready'}", "see the lines above")
