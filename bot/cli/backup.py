"""`tocsin backup` and `tocsin restore`: configuration and sealed store in one file, and back. The file opens with
the master key only, and holds neither that key nor the transit keyring."""

import asyncio
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.check import ConfigFolder
from bot.cli.sentence import one_sentence
from bot.clock import utc_clock

if TYPE_CHECKING:
    from responders.backup import Contents
    from responders.backup_drill import Drill

BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.", dir_okay=False)]
MADE = """\
{file}: {cases} cases, {people} people, {files} files of configuration, sealed under the master key.
It keeps what is erased from now on. Overwrite it within days, and keep it away from the master key.
Try it: tocsin restore {file} --drill"""
RESTORED = """\
Restored from {made}: {cases} cases, {people} people. Before you start the service:
  - people who were taken out since are enrolled again: tocsin people list, and remove them: {ids}
  - cases that were erased since are there again until their retention ends: close them
  - what waited to be sent is lost where the transit keyring is; open ladders go on at the first start
Then: tocsin check, tocsin doctor, tocsin run"""
DRILLED = """\
{file}, made {made}: restored into an empty store and looked at; nothing was kept.
{open} open cases wake somebody, {people} people open, {audit} entries of the audit are whole."""


def backup(file: BackupFile, config: ConfigFolder = Path("config")) -> None:
    """Back up configuration and sealed store into one new file, beside a running service or without one."""
    with one_sentence():
        contents = asyncio.run(_backed_up(config, file))
    typer.echo(
        MADE.format(file=file, cases=contents.cases, people=len(contents.people), files=len(contents.files))
    )


def restore(
    file: BackupFile,
    drill: Annotated[
        bool, typer.Option("--drill", help="Only try it: into a store of its own that is thrown away.")
    ] = False,
    config: ConfigFolder = Path("config"),
) -> None:
    """Restore a backup into an empty store. A configuration folder that is not there yet is made from it.

    With --drill nothing is changed: exit code 1 when the backup would not be a whole service again."""
    with one_sentence():
        if drill:
            contents, found = asyncio.run(_drilled(file))
        else:
            _make_config(file, config)
            contents = asyncio.run(_restored(config, file))
    if not drill:
        ids = ", ".join(contents.people) or "nobody"
        typer.echo(
            RESTORED.format(made=_day(contents), cases=contents.cases, people=len(contents.people), ids=ids)
        )
        return
    for fault in found.faults:
        typer.echo(f"tocsin: {fault}", err=True)
    typer.echo(
        DRILLED.format(
            file=file, made=_day(contents), open=found.open_cases, people=found.people,
            audit=found.audit_entries,
        )
    )  # fmt: skip
    if found.faults:
        raise typer.Exit(1)


def _day(contents: "Contents") -> str:
    return f"{contents.manifest.made:%Y-%m-%d %H:%M} UTC"


async def _backed_up(config: Path, file: Path) -> "Contents":
    from io import BytesIO  # noqa: PLC0415

    from bot.installation import CannotStart, configured, opened_store  # noqa: PLC0415 - loads pydantic
    from responders import private_file  # noqa: PLC0415
    from responders.backup import gather, make_backup  # noqa: PLC0415
    from responders.keyring import MasterKey  # noqa: PLC0415

    settings = configured(config).settings
    master = MasterKey.from_env(os.environ)
    async with opened_store(settings) as (store, _):
        records = await gather(store, config, settings.store.shards, utc_clock())
    written = BytesIO()
    contents = make_backup(written, records, master)
    try:
        private_file.create(file, written.getvalue())
    except OSError as fault:
        raise CannotStart(f"{file}: {fault.strerror}: name a new file in a folder that is there") from None
    return contents


def _make_config(file: Path, config: Path) -> None:
    """On a new machine: the configuration first, which says where the store is to be."""
    from bot.installation import CannotStart  # noqa: PLC0415 - loads pydantic
    from responders.backup import look, put_config  # noqa: PLC0415
    from responders.keyring import MasterKey  # noqa: PLC0415

    try:
        if not config.is_dir() or not any(config.iterdir()):
            with file.open("rb") as opened:
                put_config(look(opened, MasterKey.from_env(os.environ)).files, config)
            typer.echo(f"{config}: made from the backup")
    except OSError as fault:
        raise CannotStart(f"{fault.filename or file}: {fault.strerror}") from None


async def _restored(config: Path, file: Path) -> "Contents":
    from bot.installation import CannotStart, configured, opened_store  # noqa: PLC0415 - loads pydantic
    from responders.backup import restore  # noqa: PLC0415
    from responders.keyring import MasterKey  # noqa: PLC0415

    settings = configured(config).settings
    master = MasterKey.from_env(os.environ)
    try:
        with file.open("rb") as opened:
            async with opened_store(settings) as (store, _):
                return await restore(opened, store, settings.store.shards, master, utc_clock())
    except OSError as fault:
        raise CannotStart(f"{fault.filename or file}: {fault.strerror}") from None


async def _drilled(file: Path) -> "tuple[Contents, Drill]":
    from bot.installation import CannotStart  # noqa: PLC0415 - loads pydantic
    from responders.backup import look, restore  # noqa: PLC0415
    from responders.backup_drill import examine  # noqa: PLC0415
    from responders.keyring import MasterKey, store_box  # noqa: PLC0415
    from responders.store import Store  # noqa: PLC0415
    from responders.valkey import EmbeddedStore  # noqa: PLC0415

    master = MasterKey.from_env(os.environ)
    try:
        with file.open("rb") as opened, tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
            shards = look(opened, master).manifest.shards
            opened.seek(0)
            async with EmbeddedStore(Path(folder)) as embedded:
                store = Store(embedded.url)
                try:
                    contents = await restore(opened, store, shards, master, utc_clock())
                    return contents, await examine(store, store_box(master), shards)
                finally:
                    await store.close()
    except OSError as fault:
        raise CannotStart(f"{fault.filename or file}: {fault.strerror}") from None
