"""`tocsin audit` and `tocsin stats`: what an organisation may look back on. Acts and counts only, never content;
they read the store and change nothing."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.check import ConfigFolder
from bot.cli.sentence import one_sentence

Head = Annotated[
    str | None, typer.Option(help="A head noted earlier: exit code 1 if the chain was cut or changed since.")
]


def audit(head: Head = None, config: ConfigFolder = Path("config")) -> None:
    """Show who did what to which case, and whether the chain of entries is whole. It never holds content.

    Note the head that it prints, outside this machine: only with an earlier one can a cut be seen."""
    with one_sentence():
        lines, broken = asyncio.run(_audit(config, head))
    typer.echo("\n".join(lines))
    if broken:
        raise typer.Exit(1)


def stats(config: ConfigFolder = Path("config")) -> None:
    """Show how many cases were closed, by month, level and outcome, of those who agreed to be counted.

    A row under five is not shown as a number."""
    with one_sentence():
        lines = asyncio.run(_stats(config))
    typer.echo("\n".join(lines) or "nothing counted yet: only closed cases whose reporter agreed are")


async def _audit(config: Path, head: str | None) -> tuple[list[str], bool]:
    import json  # noqa: PLC0415
    from datetime import UTC, datetime  # noqa: PLC0415

    from bot.installation import CannotStart, configured, opened_store  # noqa: PLC0415 - loads pydantic
    from responders.store import verify_audit  # noqa: PLC0415

    try:
        known = None if head is None else bytes.fromhex(head)
    except ValueError:
        raise CannotStart("--head: expected the 64 hexadecimal digits that tocsin audit printed") from None
    async with opened_store(configured(config).settings) as (store, _):
        links = await store.read_audit()
        newest = await store.audit_head()
    lines = []
    for link in links:
        entry = json.loads(link.entry)
        when = datetime.fromtimestamp(entry.get("at") or 0, UTC).strftime("%Y-%m-%d %H:%M:%S")
        lines.append(f"{when}  {entry.get('case') or '-'}  {entry.get('act')}  {entry.get('by') or '-'}")
    hashes = [link.link for link in links]
    was_cut = known is not None and known not in hashes and known != bytes(32)
    place = verify_audit(links, newest)
    if place is not None:
        lines.append(f"BROKEN at entry {place + 1}: changed or cut after it was written")
    elif was_cut:
        lines.append("BROKEN: the head you noted is not in the chain any more")
    else:
        lines.append(f"whole: {len(links)} entries, head {newest.hex()}")
    return lines, place is not None or was_cut


async def _stats(config: Path) -> list[str]:
    from bot.installation import configured, opened_store  # noqa: PLC0415 - loads pydantic
    from responders.statistics import STATS, K, rows  # noqa: PLC0415

    async with opened_store(configured(config).settings) as (store, _):
        stored = await store.fields(STATS)
    return [
        f"{row.month}  {row.level:<9}  outcome {row.outcome}  {f'under {K}' if row.count is None else row.count}"
        for row in rows(stored)
    ]
