"""What a person at the command line can put right is said in one sentence; never a traceback for a slip."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer


@contextmanager
def one_sentence() -> Iterator[None]:
    """What people can put right is said in one sentence with exit code 1; a bug keeps its kind and place."""
    from bot.catalogues import CatalogueError  # noqa: PLC0415 - loads Babel
    from bot.installation import CannotStart  # noqa: PLC0415 - loads pydantic and cryptography
    from bot.texts import TextsError  # noqa: PLC0415
    from responders.backup import StoreNotEmpty  # noqa: PLC0415
    from responders.backup_file import BadBackup  # noqa: PLC0415
    from responders.box import Tampered  # noqa: PLC0415
    from responders.keypair import BadKeyText  # noqa: PLC0415
    from responders.keyring import KeyringUnreadable  # noqa: PLC0415
    from responders.schema import NewerStore, Unfinished  # noqa: PLC0415
    from responders.secret import SecretError  # noqa: PLC0415
    from responders.store import StoreDown, StoreRefused  # noqa: PLC0415
    from responders.valkey import NoStore  # noqa: PLC0415

    ours = (
        CannotStart,
        CatalogueError,
        TextsError,
        SecretError,
        NoStore,
        StoreDown,
        StoreRefused,
        BadBackup,
        BadKeyText,
        KeyringUnreadable,
        NewerStore,
        Unfinished,
        StoreNotEmpty,
    )
    try:
        yield
    except ours as fault:
        said = str(fault)
    except Tampered:
        said = "the store was written under another master key: is TOCSIN_MASTER_KEY the right one?"
    else:
        return
    typer.echo(f"tocsin: {said}", err=True)
    raise typer.Exit(1)
