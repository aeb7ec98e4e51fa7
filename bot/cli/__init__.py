"""The command line. Each command lives in a file of its own that is read when it is needed, and what is slow
to load waits inside its functions, so that `tocsin --help` answers at once. `main` guards the log first."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core
import typer.main

from bot import privacy_logging

SETTINGS = "tocsin.yaml"
PLAIN = (
    None  # no boxes: loading Rich takes longer than all the rest, and plain lines are easier to read aloud
)
EXIT_CODES = "Exit codes: 0 all is well; 1 a problem was found, and said; 2 the command was not understood."


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command or a group of commands is: `module:attribute`, and the panel it is listed in."""

    place: str
    panel: str


TRY, SET_UP, RUN, READ = "Try it", "Set it up", "Run it", "Read and answer"
COMMANDS: Mapping[str, Command] = {
    "demo": Command("bot.cli.demo:demo", TRY),
    "talk": Command("bot.cli.demo:talk", TRY),
    "check": Command("bot.cli.check:check", SET_UP),
    "route": Command("bot.cli.route:route", SET_UP),
    "texts": Command("bot.cli.texts:texts", SET_UP),
    "people": Command("bot.cli.people:people", SET_UP),
    "signal": Command("bot.cli.signal:signal", SET_UP),
    "run": Command("bot.cli.run:run", RUN),
    "doctor": Command("bot.cli.doctor:doctor", RUN),
    "triage": Command("bot.cli.triage:triage", RUN),
    "audit": Command("bot.cli.records:audit", RUN),
    "stats": Command("bot.cli.records:stats", RUN),
    "recover": Command("bot.cli.recover:recover", RUN),
    "backup": Command("bot.cli.backup:backup", RUN),
    "restore": Command("bot.cli.backup:restore", RUN),
    "drill": Command("bot.cli.drill:drill", RUN),
    "keys": Command("bot.cli.keys:keys", READ),
    "open": Command("bot.cli.open:open_", READ),
}


# The commands inside groups that take --config.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "route": ("test",),
    "texts": ("extract", "status"),
    "triage": ("drift",),
    "signal": ("register", "link", "captcha", "status"),
    "people": ("invite", "list", "key", "email", "ring", "remove"),
}


class Group(typer.core.TyperGroup):
    """Lists its commands with their whole first sentence."""

    # Any: Typer keeps the types of its contexts, formatters and commands to itself.

    def panels(self) -> Mapping[str, Iterable[str]]:
        return {"Commands": self.commands}

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        for panel, names in self.panels().items():
            listed = [(name, self.get_command(ctx, name)) for name in names]
            with formatter.section(panel):
                formatter.write_dl(
                    [(name, command.get_short_help_str(300)) for name, command in listed if command]
                )


class LazyGroup(Group):
    """Commands are imported when they are named, or listed."""

    def panels(self) -> Mapping[str, Iterable[str]]:
        found: dict[str, list[str]] = {}
        for name, command in COMMANDS.items():
            found.setdefault(command.panel, []).append(name)
        return found

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - Typer's signature
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            self.commands[cmd_name] = _load(cmd_name)
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS:  # so that a slip is answered with what was meant
            for name in COMMANDS:
                self.get_command(ctx, name)
        return super().resolve_command(ctx, args)


def _load(name: str) -> Any:
    module, _, attribute = COMMANDS[name].place.partition(":")
    found = getattr(import_module(module), attribute)
    if not isinstance(found, typer.Typer):
        single = typer.Typer(add_completion=False)
        single.command(name)(found)
        found = single
    found._add_completion = False  # the group's own options install it
    found.rich_markup_mode = PLAIN
    found.info.cls = Group
    command = typer.main.get_command(found)
    command.name = name
    return command


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    rich_markup_mode=PLAIN,
    pretty_exceptions_enable=False,  # they would print local variables
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXIT_CODES,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata  # noqa: PLC0415 - a tenth of the time that --help may take

        typer.echo(f"tocsin {metadata.version('tocsin')}")
        raise typer.Exit


@app.callback()
def tocsin(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            envvar="TOCSIN_CONFIG",
            file_okay=False,
            help="The configuration folder, for any command. Left out: ./config, or the shipped example.",
        ),
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """An early-warning channel for people who face reprisals for cooperating with the United Nations.

    Begin with `tocsin demo`. To set up your own: copy the folder config, then `tocsin check`."""
    folder = {"config": str(config or default_folder())}
    context.default_map = {
        name: dict.fromkeys(GROUPS[name], folder) if name in GROUPS else folder for name in COMMANDS
    }


def default_folder() -> Path:
    """./config when it is one of ours, else the example that came with the program."""
    here = Path("config")
    return here if (here / SETTINGS).is_file() else Path(__file__).parents[2] / "config"


OPENING = frozenset({"open", "keys"})  # with a private key in memory, and what it opens


def main() -> None:
    """The `tocsin` command."""
    privacy_logging.install(sys.stderr)
    if OPENING.intersection(sys.argv):
        privacy_logging.no_core_dumps()
    typer.main.get_command(app)(prog_name="tocsin")
