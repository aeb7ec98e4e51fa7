"""The organisation's public recovery keys, as the configuration names them. Never a private key."""

from pathlib import Path

from responders.keypair import BadKeyText, PublicKey


class BadRecoveryKey(Exception):
    """The file holds no public key; the message says what is wrong with it."""


def read_recovery_key(path: Path) -> PublicKey:
    """The public key in a file. Raises BadRecoveryKey."""
    try:
        return PublicKey.parse(path.read_text("utf-8"))
    except OSError as fault:
        raise BadRecoveryKey(f"cannot be read: {fault.strerror}") from None
    except (BadKeyText, UnicodeDecodeError):
        raise BadRecoveryKey("expected the line that `tocsin keys show` prints") from None
