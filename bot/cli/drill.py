"""`tocsin drill`: the seizure drill. Plays somebody who has taken this machine, and lists what they would read;
it shows names of fields and counts, and changes nothing."""

import asyncio
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.check import ConfigFolder
from bot.cli.sentence import one_sentence

if TYPE_CHECKING:
    from responders.seizure import Found

HEAD = (
    "Somebody has a copy of this store, the master key and {keyring}. Of {values} values they read {opened}."
)
TAIL = "Not counted: lengths, times and numbers that a copy shows without any key. docs/privacy.md explains the rows."


def drill(
    without_keyring: Annotated[
        bool, typer.Option("--without-keyring", help="The transit keyring was destroyed in time.")
    ] = False,
    signal_cli: Annotated[
        Path | None, typer.Option("--signal-cli", help="Also signal-cli's folder, or a copy of it.")
    ] = None,
    config: ConfigFolder = Path("config"),
) -> None:
    """List what an adversary reads who seizes store, master key and transit keyring, by kind of record; and what
    signal-cli keeps of everyone who ever wrote over Signal.

    It opens what the keys open and tells the names of fields, never what is in them."""
    with one_sentence():
        found = asyncio.run(_seized(config, without_keyring))
        beside = _beside(signal_cli)
    keyring = "not the transit keyring" if without_keyring else "the transit keyring"
    values, opened = sum(one.values for one in found), sum(one.opened for one in found)
    typer.echo(HEAD.format(keyring=keyring, values=values, opened=opened))
    for one in (*found, *beside):
        read = ", ".join(sorted(one.fields)) if one.opened else "-"
        typer.echo(f"{one.where:<28} {one.opened:>6} of {one.values:<6} {read}")
    typer.echo(TAIL)


def _beside(folder: Path | None) -> "list[Found]":
    from bot.seized_signal import seized  # noqa: PLC0415 - loads sqlite

    if folder is None:
        return []
    if not (folder / "data").is_dir():
        raise OSError(f"{folder}: not a folder of signal-cli, which has a folder data")
    return seized(folder)


async def _seized(config: Path, without_keyring: bool) -> "list[Found]":
    from bot.installation import configured, opened_store  # noqa: PLC0415 - loads pydantic
    from responders.keyring import MasterKey, TransitKeyring  # noqa: PLC0415
    from responders.seizure import seize  # noqa: PLC0415

    settings = configured(config).settings
    master = MasterKey.from_env(os.environ)
    transit = None if without_keyring else TransitKeyring(settings.keyring, master)
    if (
        transit is not None and settings.keyring.exists()
    ):  # one that cannot be read would let it look like less
        transit.destroy_before(date(2020, 1, 1))  # before the first key there can be: it is only read
    async with opened_store(settings) as (store, _):
        copies = [copied async for copied in store.read_all(settings.store.shards)]
    return seize(copies, master, transit)
