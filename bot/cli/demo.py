"""`tocsin demo` and `tocsin talk`: the whole service on this computer, as a page or in the terminal.
Nothing real is woken and nothing leaves loopback; heavy imports wait until a command runs."""

from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[
    Path | None,
    typer.Option(
        help="Keep the demo's files here, to go on later. Without it they are temporary and gone at the end.",
        file_okay=False,
    ),
]


def demo(
    folder: Folder = None,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes any free one.", min=0, max=65535)] = 0,
    browser: Annotated[
        bool,
        typer.Option("--open/--no-browser", help="Open the page in a browser, or only print its address."),
    ] = False,
) -> None:
    """Show the service on one page: a reporter's phone, three phones of people who answer, and the ladder.

    It is the service itself with an example organisation; only the channels are exchanged. Ctrl-C ends it."""
    from bot.demo.front import run  # noqa: PLC0415 - `tocsin --help` must stay quick
    from bot.demo.show import show  # noqa: PLC0415

    _end_with(run(lambda: show(folder, port, browser=browser, say=typer.echo)))


def talk(
    folder: Folder = None,
    language: Annotated[str, typer.Option(help="Language of the reporter's phone, for example ar.")] = "en",
) -> None:
    """Talk to the service in this terminal: you are the reporter; /as first makes you a focal point.

    /help lists the rest. Lines can also come from a pipe."""
    from bot.demo.front import run  # noqa: PLC0415 - `tocsin --help` must stay quick
    from bot.demo.talk import talk as talk_in  # noqa: PLC0415

    _end_with(run(lambda: talk_in(folder, language, say=typer.echo)))


def _end_with(fault: str | None) -> None:
    if fault is not None:
        typer.echo(f"tocsin: {fault}", err=True)
        raise typer.Exit(1)
