"""One installation: its configuration, keys, store and people, opened alike by the service and by every
command. It assembles nothing that sends or receives."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.check import RESPONDERS, SETTINGS
from bot.clock import monotonic
from bot.recovery import BadRecoveryKey, read_recovery_key
from bot.settings import Settings
from responders.config_reader import read_config
from responders.keypair import PublicKey
from responders.keyring import MasterKey, mark, store_box
from responders.people import People
from responders.policies import Responders
from responders.responders_file import RespondersFile
from responders.store import Store
from responders.store.places import BadUrl
from responders.valkey import EmbeddedStore


class CannotStart(Exception):
    """The configuration cannot be used; the message names the file or variable and what was expected."""


@dataclass(frozen=True, slots=True)
class Configured:
    """What the configuration folder says."""

    folder: Path
    settings: Settings
    responders: Responders


def configured(config: Path) -> Configured:
    """Read settings and responders; `tocsin check` says more when this raises CannotStart."""
    settings = read_config(config / SETTINGS, Settings, SETTINGS)
    written = read_config(config / RESPONDERS, RespondersFile, RESPONDERS)
    if settings.value is None or written.value is None:
        problems = [*settings.problems, *written.problems]
        raise CannotStart(str(problems[0]) if problems else f"{config}: expected {SETTINGS} and {RESPONDERS}")
    return Configured(config, settings.value, written.value.responders())


def recovery_keys(configured: Configured) -> list[PublicKey]:
    """The organisation's public recovery keys; relative paths start at the configuration folder.

    Raises CannotStart."""
    found = []
    for path in configured.settings.recovery_keys:
        try:
            found.append(read_recovery_key(configured.folder / path))
        except BadRecoveryKey as fault:
            raise CannotStart(f"recovery key {path}: {fault}") from None
    return found


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[tuple[Store, EmbeddedStore | None]]:
    """The store of the settings; our own server is started, or the running one is used.

    Raises CannotStart, NoStore."""
    if settings.store.url is not None:
        try:
            store = Store(settings.store.url, replicas=settings.store.replicas)
        except BadUrl as fault:
            raise CannotStart(f"store.url: {fault}") from None
        try:
            yield store, None
        finally:
            await store.close()
        return
    folder = settings.store.folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (owner := folder.stat().st_uid) != os.geteuid():  # root's files in it would stop the service
        raise CannotStart(f"{folder} belongs to user {owner}: run this as that user, with sudo -u")
    async with EmbeddedStore(folder) as embedded:
        store = Store(embedded.url)
        try:
            yield store, embedded
        finally:
            await store.close()


@asynccontextmanager
async def opened_people(
    found: Configured, environment: Mapping[str, str]
) -> AsyncIterator[tuple[Store, People]]:
    """Who is enrolled, beside a running service or without one. Raises SecretError, CannotStart, NoStore."""
    master = MasterKey.from_env(environment)
    async with opened_store(found.settings) as (store, _):
        yield store, People(store, store_box(master), lambda text: mark(master, text), monotonic)
