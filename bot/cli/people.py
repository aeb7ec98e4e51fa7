"""`tocsin people`: enrols those who answer, with a one-time code, a public key, an e-mail address. Works on
the store of the settings, beside a running service or without one. It prints no address in full."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.check import ConfigFolder
from bot.cli.sentence import one_sentence
from bot.clock import utc_clock

if TYPE_CHECKING:  # what these load, `tocsin --help` must not wait for
    from bot.installation import Configured
    from responders.people import People

people = typer.Typer(
    name="people",
    help="Who answers: invite them, enter their keys, see whether they can be reached, take them out.",
    no_args_is_help=True,
)

Person = Annotated[str, typer.Argument(metavar="ID", help="Their id under focal_points in responders.yaml.")]
DEFAULT = Path("config")

AFTER_INVITE = """\
Give this code to {name}, on the telephone or in person, not by e-mail. It works once, for 48 hours:

    {code}

They send it, as their only message, to the account that wakes people ("alerts", under telegram or signal in
tocsin.yaml), from the telephone that is to ring. It answers that they are enrolled. Then:

    tocsin people key {person} FILE
        enters their public key, so that they can read reports
    tocsin people list
        says what is still missing"""

AFTER_KEY = """\
Now telephone {name} and have them read their fingerprint to you (tocsin keys show). It must be:

    {fingerprint}

If one group differs, somebody has exchanged the key: enter the right one at once.
New reports are sealed to this key from now on; older ones stay readable with the older key."""

AFTER_REMOVE = """\
{name} is not woken any more, and nothing new is sealed to their key. A running service takes their open cases
back to the first step of the ladder within a minute; a stopped one does it when it starts.
Take them out of responders.yaml too: tocsin check says where they are still named. docs/keys.md has the rest,
under "Somebody leaves"."""


@people.command()
def invite(person: Person, config: ConfigFolder = DEFAULT) -> None:
    """Make a one-time code with which a person's telephone is enrolled, and say what to do with it."""

    async def act(known: "Configured", store: "People") -> str:
        code = await store.invite(person, utc_clock())
        return AFTER_INVITE.format(name=_name(known, person), person=person, code=code)

    _do(config, act, person)


@people.command("list")
def everybody(config: ConfigFolder = DEFAULT) -> None:
    """Show who is enrolled: channels, key, last test answered, who is off, and what is still missing."""

    async def act(known: "Configured", store: "People") -> str:
        from bot.roll_call import roll_call  # noqa: PLC0415 - loads cryptography

        return "\n".join(roll_call(known.responders, await store.all(fresh=True), utc_clock()))

    _do(config, act)


@people.command()
def key(
    person: Person,
    public_key: Annotated[
        str, typer.Argument(metavar="KEY", help='The line that begins with "tocsin1", or a file with it.')
    ],
    config: ConfigFolder = DEFAULT,
) -> None:
    """Enter a person's public key and show the fingerprint to compare on the telephone."""

    async def act(known: "Configured", store: "People") -> str:
        from responders.keypair import PublicKey  # noqa: PLC0415 - loads cryptography

        given = PublicKey.parse(_text_of(public_key))
        await store.change(
            person,
            lambda one: replace(
                one, keys=(given.text, *(k for k in one.keys if k != given.text)), has_left=False
            ),
        )
        return AFTER_KEY.format(name=_name(known, person), person=person, fingerprint=given.fingerprint)

    _do(config, act, person)


@people.command()
def email(
    person: Person,
    address: Annotated[
        str, typer.Argument(help="Where alarms go. They hold number and level, never content.")
    ],
    config: ConfigFolder = DEFAULT,
) -> None:
    """Enter the address to which a person's alarms are mailed."""

    async def act(known: "Configured", store: "People") -> str:
        if parseaddr(address)[1] != address or "@" not in address:
            raise typer.BadParameter("expected an address such as name@example.org")
        await store.change(person, lambda one: replace(one, channels={**one.channels, "email": address}))
        return f"Alarms for {_name(known, person)} are mailed to {_masked(address)} from now on."

    _do(config, act, person)


@people.command()
def ring(
    person: Person,
    name: Annotated[
        str, typer.Argument(help="What your gateway calls this person, a telephone number for example.")
    ],
    config: ConfigFolder = DEFAULT,
) -> None:
    """Enter what the webhook is told to ring for a person (an SMS gateway, a pager)."""

    async def act(known: "Configured", store: "People") -> str:
        await store.change(person, lambda one: replace(one, channels={**one.channels, "webhook": name}))
        return f"The webhook rings {_masked(name)} for {_name(known, person)} from now on."

    _do(config, act, person)


@people.command()
def remove(
    person: Person,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: ConfigFolder = DEFAULT,
) -> None:
    """Take a person out at once: no page, no key, and their open cases go back to the ladder."""

    async def act(known: "Configured", store: "People") -> str:
        if not yes:
            typer.confirm(f"Take {person} out, and their open cases back to the first step?", abort=True)
        await store.leave(person, utc_clock())
        return AFTER_REMOVE.format(name=_name(known, person))

    _do(config, act, person, may_be_unknown=True)


Act = Callable[["Configured", "People"], Awaitable[str]]


def _do(config: Path, act: Act, person: str | None = None, *, may_be_unknown: bool = False) -> None:
    with one_sentence():
        typer.echo(asyncio.run(_acted(config, act, person, may_be_unknown=may_be_unknown)))


async def _acted(config: Path, act: Act, person: str | None, *, may_be_unknown: bool) -> str:
    from bot.installation import configured, opened_people  # noqa: PLC0415 - loads pydantic and cryptography

    known = configured(config)
    async with opened_people(known, os.environ) as (_, store):
        listed = known.responders.directory.focal_points
        if person is not None and person not in listed:
            enrolled = may_be_unknown and person in await store.all(fresh=True)
            if not enrolled:
                raise typer.BadParameter(f'nobody is called "{person}"; expected one of {", ".join(listed)}')
        return await act(known, store)


def _name(known: "Configured", person: str) -> str:
    point = known.responders.directory.focal_points.get(person)
    return point.name if point is not None else person


def _masked(address: str) -> str:
    """Enough to notice a slip, too little for whoever reads the screen later."""
    return f"{address[:2]}…{address[-4:]}" if len(address) > 8 else "…"


def _text_of(given: str) -> str:
    """A public key, or the file that holds it."""
    if given.startswith("tocsin1"):
        return given
    try:
        return Path(given).read_text()
    except OSError as fault:
        raise typer.BadParameter(f"{given}: {fault.strerror}") from None
