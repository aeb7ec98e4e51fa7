"""`tocsin keys`: make, show and rotate the key that a focal point reads reports with, on their own computer.
It never sends anything, and never shows a private key."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:  # the libraries behind these take longer to load than `tocsin --help` may
    from responders.keypair import PublicKey
    from responders.keys import KeyFile
    from responders.secret import Secret

keys = typer.Typer(
    name="keys",
    help="The key files that focal points read reports with. Run on your own computer, not on the server.",
    no_args_is_help=True,
)

SHORTEST_PASSPHRASE = 16

KeyPath = Annotated[Path, typer.Argument(metavar="PATH", help="The key file, for example my.tocsin-key.")]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(help="Read the passphrase from this file (only you may read it) instead of asking."),
]

AFTER_NEW = """\
What to do now
 1. Send the public key above to the administrator. It is not secret; any channel will do.
 2. Read the fingerprint to them on the telephone. Only then may they enter the key.
 3. Copy the key file to a second place that only you can reach, a USB stick in a safe for example.
 4. Write the passphrase on paper and keep the paper somewhere else than the file.
Nobody can reset the passphrase. Without file and passphrase, you cannot read what was sent to you."""

AFTER_ROTATE = """\
What to do now
 1. Send the new public key to the administrator and read its fingerprint to them on the telephone.
 2. Replace your second copy of the key file by this one: it opens old cases and new ones.
Reports sealed before the administrator enters the new key need the older one: keep this file.
If the old key may have been stolen, tell the administrator today: a thief can still read what it opens."""

RECOVERY = """\
The organisation's recovery key

Every report is sealed to its focal points and also to one recovery key, so that a lost key or a person who
left does not make it unreadable. Whoever holds the recovery key can read every report: it is the most
dangerous thing you own.

Who holds it  Two people who answer for protection, never the system's administrator: one keeps the key file
              on a USB stick in a safe, the other its passphrase, in a sealed and signed cover elsewhere.
Make it       on a computer that stays offline:  tocsin keys new recovery.tocsin-key
              Enter only its public key in the configuration. Its file never goes on the server.
Use it        when no focal point of a case can open it any more. Both people meet, open the case offline,
              seal nothing else with it, and note date, case number and reason.
Practise      once a year, with a test case: a recovery key that nobody has tried is a hope.
Replace it    with  tocsin keys rotate  when one of the two leaves. Older reports stay readable with the old
              key until their retention ends."""


@keys.command()
def new(path: KeyPath, passphrase_file: PassphraseFile = None) -> None:
    """Make a key and lock it in a new file with a passphrase. An existing file is never replaced."""
    with _one_sentence():
        from responders.keys import new_key_file  # noqa: PLC0415 - loads cryptography

        if path.exists():
            raise FileExistsError(
                0, "exists already; give another name, or use `tocsin keys rotate`", str(path)
            )
        made = new_key_file(path, _new_passphrase(passphrase_file))
    typer.echo(f"Made {path}, readable by you only.\n")
    _show(made.public)
    typer.echo(AFTER_NEW)


@keys.command()
def show(
    path: KeyPath,
    passphrase_file: PassphraseFile = None,
    only_key: Annotated[
        bool, typer.Option("--only-key", help="Print the public key line and nothing else.")
    ] = False,
) -> None:
    """Show the public key, its fingerprint and which older keys the file holds."""
    file = _open(path, passphrase_file)
    if only_key:
        typer.echo(file.public.text)
        return
    _show(file.public)
    if older := [key.id for key in file.keys[1:]]:
        typer.echo(f"Older keys in this file, for older cases: {', '.join(older)}")


@keys.command()
def rotate(path: KeyPath, passphrase_file: PassphraseFile = None) -> None:
    """Put a new key into the file. The older keys stay in it, so that older cases stay readable."""
    with _one_sentence():
        from responders.keys import rotate as rotate_file  # noqa: PLC0415 - loads cryptography

        path.stat()
        rotated = rotate_file(path, _passphrase(passphrase_file))
    typer.echo(f"{path} now holds {len(rotated.keys)} keys; new reports go to this one:\n")
    _show(rotated.public)
    typer.echo(AFTER_ROTATE)


@keys.command()
def passphrase(path: KeyPath) -> None:
    """Change the passphrase of a key file. Copies of the file elsewhere keep the old one until replaced."""
    with _one_sentence():
        from responders.keys import change_passphrase, load  # noqa: PLC0415 - loads cryptography

        path.stat()
        old = _passphrase(None)
        load(path, old)  # a slip in the old one is said before the new one is asked for
        change_passphrase(path, old, _new_passphrase(None))
    typer.echo(f"{path} opens with the new passphrase. Replace your second copy, and the paper.")
    typer.echo(
        "If somebody may know the old passphrase and have a copy of the file, run `tocsin keys rotate` too."
    )


@keys.command()
def fingerprint(
    key: Annotated[
        str, typer.Argument(metavar="KEY", help='A public key line, or "-" to read it from input.')
    ],
) -> None:
    """For administrators: the fingerprint of a public key you were given, to compare on the telephone."""
    with _one_sentence():
        from responders.keypair import PublicKey  # noqa: PLC0415 - loads cryptography

        given = PublicKey.parse(typer.get_text_stream("stdin").read() if key == "-" else key)
    typer.echo(f"Fingerprint: {given.fingerprint}\nKey id: {given.id}")


@keys.command()
def master(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The new file, readable by its owner only.")],
) -> None:
    """For administrators: make the server's master key. An existing file is never replaced.

    It opens sessions and case records, never a sealed report. TOCSIN_MASTER_KEY_FILE names it to the service."""
    with _one_sentence():
        from responders.master import MasterKey  # noqa: PLC0415 - loads cryptography

        if path.exists():
            raise FileExistsError(
                0, "exists already: to replace a master key is to lose what it opens", str(path)
            )
        MasterKey.new_file(path)
    typer.echo(f"Made {path}. Keep a copy in a safe, never beside a backup of the store.")


@keys.command()
def recovery() -> None:
    """Explain the organisation's recovery key: who holds it, how it is made, used and replaced."""
    typer.echo(RECOVERY)


def _open(path: Path, passphrase_file: Path | None) -> "KeyFile":
    with _one_sentence():
        from responders.keys import load  # noqa: PLC0415 - loads cryptography

        path.stat()  # a slip in the name is said before the passphrase is asked for
        return load(path, _passphrase(passphrase_file))


def _show(public: "PublicKey") -> None:
    typer.echo(f"Public key (one line, give it to the administrator):\n{public.text}\n")
    typer.echo(f"Fingerprint (read it aloud):\n{public.fingerprint}\n")
    typer.echo(f"Key id: {public.id}\n")


def _passphrase(file: Path | None) -> "Secret":
    from responders.secret import Secret  # noqa: PLC0415 - with the others

    return Secret.from_file(file) if file else Secret(typer.prompt("Passphrase", hide_input=True, err=True))


def _new_passphrase(file: Path | None) -> "Secret":
    from responders.secret import Secret, SecretError  # noqa: PLC0415 - with the others

    if file:
        chosen = Secret.from_file(file)
    else:
        typer.echo(
            "Choose a passphrase: five or six words that have nothing to do with each other.", err=True
        )
        chosen = Secret(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True))
    if len(chosen.reveal()) < SHORTEST_PASSPHRASE:
        raise SecretError(
            f"the passphrase is shorter than {SHORTEST_PASSPHRASE} characters: use five or six words"
        )
    return chosen


@contextmanager
def _one_sentence() -> Iterator[None]:
    """What people can put right is said in one sentence with exit code 1; a bug keeps its traceback."""
    from responders.keypair import BadKeyText  # noqa: PLC0415 - loads cryptography
    from responders.keys import BadKeyFile, WrongPassphrase  # noqa: PLC0415 - loads cryptography
    from responders.secret import SecretError  # noqa: PLC0415 - with the others

    try:
        yield
    except OSError as error:
        said = f"{error.filename}: {error.strerror}"
    except (BadKeyFile, BadKeyText, WrongPassphrase, SecretError) as error:
        said = str(error)
    else:
        return
    typer.echo(said, err=True)
    raise typer.Exit(1)
