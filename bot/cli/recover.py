"""`tocsin recover`: takes the sealed parts of one case out of the store, for the holders of the recovery key. It
opens nothing: without a private key, what it writes can be read by nobody."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.check import ConfigFolder
from bot.cli.sentence import one_sentence
from bot.clock import utc_clock

NEXT = """\
{count} sealed parts of case {number} are in {folder}. It is in the audit that they were taken out.
Carry the folder to the computer on which the recovery key is used, and there:

    tocsin open --key recovery.tocsin-key{files}

Then destroy the folder. docs/keys.md says who may do this, and when."""


def recover(
    number: Annotated[
        int, typer.Argument(metavar="CASE", help="The number of the case, for example 42.", min=1)
    ],
    folder: Annotated[Path, typer.Argument(help="A new folder for the envelopes.", file_okay=False)],
    config: ConfigFolder = Path("config"),
) -> None:
    """Take the sealed parts of a case out of the store, when nobody who can open it is left.

    Only the holders of the recovery key can read them, with `tocsin open --file`. The audit remembers it."""
    with one_sentence():
        names = asyncio.run(_taken_out(config, number, folder))
    if not names:
        typer.echo(
            f"tocsin: case {number} has no sealed part: is the number right, or is it erased?", err=True
        )
        raise typer.Exit(1)
    files = "".join(f" --file {name}" for name in names)
    typer.echo(NEXT.format(count=len(names), number=number, folder=folder, files=files))


async def _taken_out(config: Path, number: int, folder: Path) -> list[str]:
    import json  # noqa: PLC0415
    import secrets  # noqa: PLC0415

    from bot.installation import CannotStart, configured, opened_store  # noqa: PLC0415 - loads pydantic
    from responders import private_file  # noqa: PLC0415
    from responders.pending import case_key  # noqa: PLC0415

    settings = configured(config).settings
    async with opened_store(settings) as (store, _):
        parts = await store.fields(case_key(number % settings.store.shards, number, "body"))
        if not parts:
            return []
        if not all(name.isalnum() and name.isascii() for name in parts):  # or one would be written elsewhere
            raise CannotStart(f"case {number}: its parts in the store have names that no part of ours has")
        entry = {
            "at": int(utc_clock().timestamp()),
            "act": "case.envelopes_taken_out",
            "by": None,
            "case": number,
        }
        await store.append_audit(secrets.token_hex(12), json.dumps(entry).encode())
    try:
        os.makedirs(folder, mode=0o700)  # noqa: PTH103 - one call, and no other writer
        for name, envelope in parts.items():
            private_file.create(folder / f"{name}.envelope", envelope)
    except OSError as fault:
        raise CannotStart(f"{folder}: {fault.strerror}: name a folder that is not there yet") from None
    return [f"{name}.envelope" for name in parts]
