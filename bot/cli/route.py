"""`tocsin route`: shows whom a report would wake, when, and who may open it, without sending anything."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.check import ConfigFolder
from bot.clock import utc_clock

route = typer.Typer(name="route", help="Whom a report would wake.", no_args_is_help=True)

Given = Annotated[
    list[str],
    typer.Argument(
        metavar="LABEL=VALUE",
        help="level, country, acts, role, language, link; several acts joined by commas; unknown for none.",
    ),
]
At = Annotated[str | None, typer.Option(help="The moment, such as 2026-11-02T03:00Z; now if left out.")]
Expect = Annotated[
    str | None, typer.Option(help="The receivers, joined by commas; exit code 1 if it is not these.")
]


@route.callback()
def routes() -> None:
    """Whom a report would wake."""


@route.command("test")
def whom(labels: Given, at: At = None, expect: Expect = None, config: ConfigFolder = Path("config")) -> None:
    """Show the route, the ladder and the readers for a report with these labels.

    For example: tocsin route test level=immediate country=GT language=es --at 2026-11-02T03:00Z"""
    from bot import rehearsal  # noqa: PLC0415 - loads pydantic, and tocsin --help must not

    try:
        told = rehearsal.rehearse(config, labels, rehearsal.moment(at) if at else utc_clock())
    except rehearsal.CannotRehearseError as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(2) from None
    typer.echo("\n".join(told.lines))
    if expect is not None and list(told.receivers) != expect.split(","):
        typer.echo(f"expected {expect}, but the route leads to {','.join(told.receivers)}", err=True)
        raise typer.Exit(1)
