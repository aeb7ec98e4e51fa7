"""`tocsin check`: prints every problem of a configuration folder with its line; exit code 1 if one is an
error."""

from pathlib import Path
from typing import Annotated

import typer

from bot.clock import utc_clock

ConfigFolder = Annotated[
    Path, typer.Option("--config", help="The folder with tocsin.yaml, responders.yaml, flows and texts.")
]


def check(config: ConfigFolder = Path("config")) -> None:
    """Find every problem of the configuration before the service does: file, line and what was expected."""
    from bot import check as checking  # noqa: PLC0415 - loads pydantic, and tocsin --help must not

    problems = checking.check(config, utc_clock())
    for problem in problems:
        typer.echo(f"{config}/{problem}")
    typer.echo(checking.tally(problems) if problems else f"{config}: no problem found")
    if withheld := checking.withheld(config):
        typer.echo(
            f"not offered before somebody has reviewed them, or allow_unreviewed_texts is true: {', '.join(withheld)}"
        )
    if checking.has_errors(problems):
        raise typer.Exit(1)
