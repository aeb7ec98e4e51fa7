"""`tocsin open`: the focal point's terminal. Proves their key to the desk, shows cards and reports, which are
opened in this process only, and takes verbs. Nothing is written to disk."""

import asyncio
import secrets
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.labels import Language, labels

if TYPE_CHECKING:  # what these load, `tocsin --help` must not wait for
    from bot.desk_client import DeskClient, Reply
    from responders.keys import KeyFile

HELP = "? lists your cases, help lists the verbs, an empty line looks for news, quit ends."
TRIES = 3
LEAVE = ("quit", "exit", "q!")
# Direction overrides could show a text in another order than it has; isolates are what our own texts use.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e")

Number = Annotated[int | None, typer.Argument(help="The case to open at once, for example 42.")]


def open_(
    number: Number = None,
    person: Annotated[
        str | None, typer.Option("--as", help="Your id, as the administrator invited you.")
    ] = None,
    key: Annotated[Path, typer.Option(help="Your key file.", envvar="TOCSIN_KEY", dir_okay=False)] = Path(
        "my.tocsin-key"
    ),
    url: Annotated[
        str, typer.Option(help="The desk: through an SSH tunnel, or unix:///path of its socket.")
    ] = "http://127.0.0.1:8470",
    file: Annotated[
        list[Path] | None,
        typer.Option(help="Open an envelope from a file instead, without any service; may be repeated."),
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="Read the passphrase from this file (only you may read it).")
    ] = None,
    language: Language = None,
) -> None:
    """Open cases and answer reporters, at the desk of a running service.

    From your own computer, first: ssh -N -L 8470:127.0.0.1:8470 you@server. The key never leaves this process."""
    if not file and person is None:
        raise typer.BadParameter("say who you are, with --as, or which envelope to open, with --file")
    show = _readable_in(labels(language))
    with _one_sentence():
        for path in (key, *(file or ())):
            path.stat()  # a slip in a name is said before the passphrase is asked for
        keys = _keys(key, passphrase_file)
        for path in file or ():
            typer.echo(f"{path}\n{_envelope(path, keys, show)}\n")
        if not file:
            asyncio.run(_at_desk(url, str(person), keys, number, show))


@contextmanager
def _one_sentence() -> Iterator[None]:
    """What people can put right is said in one sentence with exit code 1."""
    from bot.desk_client import DeskAway, DeskRefused  # noqa: PLC0415 - loads aiohttp
    from responders.box import Tampered  # noqa: PLC0415 - loads cryptography
    from responders.envelope import NotForThisKey  # noqa: PLC0415
    from responders.keys import BadKeyFile, WrongPassphrase  # noqa: PLC0415
    from responders.secret import SecretError  # noqa: PLC0415

    try:
        yield
    except OSError as fault:
        said = f"{fault.filename}: {fault.strerror}"
    except DeskAway as fault:
        said = f"{fault}: is the service running, and the SSH tunnel open?"
    except DeskRefused as fault:
        said = f"{fault}: has the administrator entered your key (tocsin people key)?"
    except (BadKeyFile, WrongPassphrase, NotForThisKey, Tampered, SecretError) as fault:
        said = str(fault)
    else:
        return
    typer.echo(f"tocsin: {said}", err=True)
    raise typer.Exit(1)


def _keys(path: Path, passphrase_file: Path | None) -> "KeyFile":
    from responders.keys import load  # noqa: PLC0415 - loads cryptography
    from responders.secret import Secret  # noqa: PLC0415

    if passphrase_file is not None:
        return load(path, Secret.from_file(passphrase_file))
    return load(path, Secret(typer.prompt("Passphrase", hide_input=True, err=True)))


Show = Callable[[str], str]  # a part that was just unsealed, as it stands on the screen


def _readable_in(say: Callable[..., str | None]) -> Show:
    from bot.reading import readable  # noqa: PLC0415 - nothing is read for --help

    return lambda raw: on_screen(readable(raw, say))


def _envelope(path: Path, keys: "KeyFile", show: Show) -> str:
    from responders.envelope import case_of  # noqa: PLC0415 - loads cryptography

    sealed = path.read_bytes()
    return show(keys.open(sealed, case_id=case_of(sealed)).plaintext.decode("utf-8", "replace"))


async def _at_desk(url: str, person: str, keys: "KeyFile", number: int | None, show: Show) -> None:
    from bot.desk_client import DeskClient  # noqa: PLC0415 - loads aiohttp

    async with DeskClient(url, person, keys) as client:
        desk = _Terminal(client, show)
        await desk.say("?" if number is None else f"{number}")
        typer.echo(HELP)
        while (typed := await asyncio.to_thread(_line)) is not None:
            if typed.casefold() in LEAVE:
                break
            await desk.say(typed or desk.again)


def _line() -> str | None:
    try:
        return input("> ").strip()
    except EOFError:
        return None


class _Terminal:
    """What has been shown already is not shown twice."""

    def __init__(self, client: "DeskClient", show: Show) -> None:
        self._client = client
        self._show = show
        self._newest: dict[int, str] = {}
        self._reports: dict[int, str] = {}
        self.again = "?"

    async def say(self, text: str) -> None:
        """Send a command, and show what comes back. The same command is sent again if its answer was lost."""
        from bot.desk_client import DeskAway  # noqa: PLC0415 - loads aiohttp

        number = _number(text)
        name = secrets.token_urlsafe(12)
        for attempt in range(1, TRIES + 1):
            try:
                replies = await self._client.say(text, after=self._newest.get(number, ""), message_id=name)
            except DeskAway:
                if attempt == TRIES:
                    raise
                await asyncio.sleep(1)
            else:
                break
        if number:
            self.again = str(number)
        for reply in replies:
            for line in self._shown(reply):
                typer.echo(line)

    def _shown(self, reply: "Reply") -> Iterator[str]:
        match reply.kind:
            case "locked":
                yield f"[{reply.number}] a part of this report was sealed to other keys than yours"
            case "opened" if reply.part == "report":
                if self._reports.get(reply.number) != reply.text:
                    self._reports[reply.number] = reply.text
                    yield f"[{reply.number}] report\n{self._show(reply.text)}\n"
            case "opened":
                self._newest[reply.number] = max(self._newest.get(reply.number, ""), reply.part[1:])
                yield f"[{reply.number}] {self._show(reply.text)}\n"
            case _:
                yield on_screen(reply.text)
                for button in reply.buttons:
                    yield f"    {button.data.removeprefix('verb.')}  {on_screen(button.label)}"


def _number(command: str) -> int:
    digits = "".join(c for c in command.partition(" ")[0] if c.isdecimal())
    return int(digits[:9]) if digits else 0


def on_screen(text: str) -> str:
    """The text without what a terminal would obey: escape sequences can rewrite what was shown before."""
    return "".join(c if c in "\n\t" or _is_harmless(c) else "\ufffd" for c in text)


def _is_harmless(character: str) -> bool:
    return unicodedata.category(character) != "Cc" and character not in TURNING
