"""The half of `tocsin doctor` that looks at files: texts, rotas, keys, disk. It repairs nothing."""

import shutil
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from bot import texts
from bot.catalogues import CatalogueError
from bot.doctor_lines import Line, State, judged
from bot.installation import CannotStart, Configured, recovery_keys
from bot.settings import Settings
from responders.ballast import MEBI, Ballast
from responders.keyring import KeyringUnreadable, MasterKey, TransitKeyring
from responders.rota import gaps
from responders.secret import SecretError

AHEAD = timedelta(days=30)
LONG_AGO = date(2020, 1, 1)  # before the first transit key there can be: nothing is destroyed


def look_at_files(found: Configured, environment: Mapping[str, str], now: datetime) -> Iterator[Line]:
    """What can be seen without a server."""
    yield from _texts(found)
    yield from _rotas(found, now)
    yield from _recovery(found)
    yield from _keyring(found, environment)


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
        advice = "fine before the first start; later it means that what was in transit cannot be opened"
        yield Line(State.WARN, f"keyring {path}: not there yet", advice)
        return
    try:
        TransitKeyring(path, master).destroy_before(LONG_AGO)
    except (KeyringUnreadable, SecretError, OSError) as fault:
        yield Line(State.FAIL, f"keyring: {fault}", "is the master key the right one? Overwrite nothing")
    else:
        yield Line(State.OK, f"keyring {path}: opens with the master key")


def look_at_disk(settings: Settings) -> Iterator[Line]:
    """Room for what comes, where the store is our own."""
    if settings.store.url is not None or not settings.store.folder.exists():
        return
    ballast = Ballast(settings.store.folder)
    free = shutil.disk_usage(settings.store.folder).free // MEBI
    mark = settings.limits.free_disk_mib
    what = f"disk: {free} MiB free, intake stops below {mark}"
    yield judged(free >= mark, what, "make room now: open ladders go on, nothing new is taken in")
    advice = "the service puts it back when there is room; while it is not there, a full disk stops ladders"
    yield judged(ballast.path.exists(), "disk: ballast", advice, State.WARN)
