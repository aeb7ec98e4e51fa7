"""`tocsin signal`: makes the two numbers accounts of the running signal-cli, shows how they are, answers a captcha.
Numbers come from the settings; codes, tokens and PINs are asked for: none is ever an argument in a shell's memory."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.check import ConfigFolder
from bot.cli.sentence import one_sentence

if TYPE_CHECKING:  # what these load, `tocsin --help` must not wait for
    from bot.channels.signal_rpc import Calls
    from bot.installation import Configured
    from bot.signal_setup import SignalSetup

signal = typer.Typer(
    name="signal",
    help="The two Signal numbers: register or link them, see how they are, answer a captcha.",
    no_args_is_help=True,
)

DEFAULT = Path("config")


class Which(StrEnum):
    """One of the two numbers, by its name in tocsin.yaml."""

    INTAKE = "intake"
    ALERTS = "alerts"


Number = Annotated[
    Which, typer.Argument(help="Which number: reporters write to intake, alerts wakes focal points.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether you have understood what it changes.")]


@signal.command()
def register(
    number: Number,
    captcha: Annotated[
        bool, typer.Option("--captcha", help="Ask for the link of a solved captcha, when Signal wants one.")
    ] = False,
    voice: Annotated[
        bool, typer.Option("--voice", help="Have the code spoken in a call, a minute after an SMS.")
    ] = False,
    yes: Yes = False,
    config: ConfigFolder = DEFAULT,
) -> None:
    """Make a number an account of this server's own, with the code that Signal sends to it. Recommended."""
    from bot.signal_setup import TAKES_OVER  # noqa: PLC0415

    _understood(TAKES_OVER.format(which=number), yes=yes)
    _do(config, number, lambda setup: setup.register(captcha=captcha, voice=voice))


@signal.command()
def link(number: Number, yes: Yes = False, config: ConfigFolder = DEFAULT) -> None:
    """Make this server a companion of the telephone that has the number, which then keeps every chat."""
    from bot.signal_setup import KEEPS  # noqa: PLC0415

    _understood(KEEPS.format(which=number), yes=yes)
    _do(config, number, lambda setup: setup.link())


@signal.command()
def captcha(
    number: Annotated[
        Which | None, typer.Argument(help="Which number; left out: whichever Signal asks one of.")
    ] = None,
    config: ConfigFolder = DEFAULT,
) -> None:
    """Answer the captcha that Signal wants before it sends on. Its link is asked for, and shown nowhere."""

    async def act() -> None:
        from bot.signal_status import CHANNELS, opened_challenges  # noqa: PLC0415 - loads cryptography

        found = _configured(config)
        wanted = [number] if number is not None else list(Which)
        async with opened_challenges(found, os.environ) as challenges:
            tokens = {which: await challenges.token(CHANNELS[which]) for which in wanted}
            for which, token in tokens.items():
                if token is None:
                    continue
                async with _setup(found, which) as setup:
                    await setup.answer(token)
                await challenges.keep(CHANNELS[which], None)
                typer.echo(f"Signal has taken it: the {which} number sends on within a minute.")
        if not any(tokens.values()):
            typer.echo("Signal has asked for no captcha in the last 24 hours, as far as the service knows.")

    _run(act())


@signal.command()
def status(config: ConfigFolder = DEFAULT) -> None:
    """Show what signal-cli is, how it receives, whether both numbers are there, and what keeps them from sending.

    Changed identities and captchas are counted, nobody is named. Exits with 1 when something fails."""

    async def act() -> None:
        from bot.doctor_channels import look_at_signal  # noqa: PLC0415 - loads everything
        from bot.doctor_lines import State  # noqa: PLC0415
        from bot.signal_status import captchas, identities  # noqa: PLC0415

        found = _configured(config)
        lines = [line async for line in look_at_signal(found.settings, os.environ)]
        if not any(line.state is State.FAIL for line in lines) and not _is_rest(found):
            for which in Which:
                if getattr(found.settings.signal, which) is not None:
                    async with _setup(found, which) as setup:
                        lines.append(await identities(setup.calls, which, setup.number))
        lines += [line async for line in captchas(found, os.environ)]
        for line in lines:
            typer.echo(str(line))
        if any(line.state is State.FAIL for line in lines):
            raise typer.Exit(1)

    _run(act())


def _do(config: Path, which: Which, act: Callable[["SignalSetup"], Awaitable[None]]) -> None:
    async def acted() -> None:
        from bot.signal_setup import NotDone  # noqa: PLC0415

        found = _configured(config)
        if _is_rest(found):
            raise NotDone("signal.url leads to signal-cli-rest-api: register and link with its own requests")
        async with _setup(found, which) as setup:
            await act(setup)

    _run(acted())


def _run(act: Coroutine[None, None, None]) -> None:
    from bot.signal_setup import NotDone  # noqa: PLC0415

    with one_sentence():
        try:
            asyncio.run(act)
        except NotDone as fault:
            typer.echo(f"tocsin: {fault}", err=True)
            raise typer.Exit(1) from None


@asynccontextmanager
async def _setup(found: "Configured", which: Which) -> AsyncIterator["SignalSetup"]:
    """One account, reached as the service reaches it. Raises CannotStart, SecretError."""
    from bot.channels.signal_rpc import SignalRpc  # noqa: PLC0415
    from bot.installation import CannotStart  # noqa: PLC0415
    from bot.signal_setup import SignalSetup, Talk  # noqa: PLC0415

    settings = found.settings.signal
    source = getattr(settings, which)
    if settings is None or source is None:
        raise CannotStart(f'tocsin.yaml: expected "{which}" under "signal", with the place of the number')
    number = source.load(os.environ)
    if _is_rest(found):
        from bot.channels.signalbot import signalbot_account  # noqa: PLC0415 - 20 MB that few need

        calls: Calls = signalbot_account(which, settings.url, number).rpc
    else:
        calls = SignalRpc(settings.url)
    try:
        yield SignalSetup(calls, number, which, Talk(typer.echo, _asked))
    finally:
        await calls.close()


def _configured(config: Path) -> "Configured":
    from bot.installation import CannotStart, configured  # noqa: PLC0415 - loads pydantic

    found = configured(config)
    if found.settings.signal is None:
        raise CannotStart('tocsin.yaml: "signal" is not set up there; docs/signal.md says how')
    return found


def _is_rest(found: "Configured") -> bool:
    from bot.settings import is_rest  # noqa: PLC0415

    return found.settings.signal is not None and is_rest(found.settings.signal.url)


def _understood(what: str, *, yes: bool) -> None:
    typer.echo(what)
    if not yes:
        typer.confirm("Go on?", abort=True)


def _asked(what: str) -> str:
    """Ask at the terminal, showing nothing; or read a line of what is piped in."""
    if sys.stdin.isatty():
        return str(typer.prompt(what, hide_input=True, default="", show_default=False, err=True))
    return sys.stdin.readline()
