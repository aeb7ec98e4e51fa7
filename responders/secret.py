"""A text that must not be seen: tokens, passphrases. Comes from a file or the environment and prints as ***.
It protects from carelessness (logs, tracebacks, dumps of settings), not from somebody inside the process."""

import hmac
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn, Self, final

MASK = "***"
LARGEST_FILE = 64 * 1024


class SecretError(Exception):
    """A secret is missing or its file is not private. Names the place and the cure; never the value."""


@final
class Secret:
    """Wraps a text. Deliberately not a str: json, %-formatting and string methods must not find the value."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if not value:
            raise SecretError("a secret cannot be empty")
        self._value = value

    def reveal(self) -> str:
        """The text itself: call it where it is used, and keep the result in no other place."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        """In constant time, so that a guess learns nothing from how long the answer takes."""
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment]  # a hash would be a second, weaker comparison

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not pickled")

    def __deepcopy__(self, memo: object) -> Self:
        return self  # dataclasses.asdict copies deeply; there is nothing in here that could change

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """The file's text without the line end. Raises SecretError unless the file is its owner's alone."""
        content = read_private(path)
        try:
            text = content.decode().rstrip("\r\n")
        except UnicodeDecodeError:
            raise SecretError(f"{path}: expected text in UTF-8") from None
        if not text:
            raise SecretError(f"{path}: the file is empty")
        return cls(text)

    @classmethod
    def from_env(cls, environment: Mapping[str, str], name: str) -> Self:
        """The variable `name`, or the file named in `name`_FILE. Raises SecretError for none or both."""
        value, file = environment.get(name), environment.get(f"{name}_FILE")
        if value and file:
            raise SecretError(f"{name} and {name}_FILE are both set: keep one")
        if file:
            return cls.from_file(Path(file))
        if not value:
            raise SecretError(f"{name} is not set: give it, or name a file in {name}_FILE")
        return cls(value)


def read_private(path: Path) -> bytes:
    """The content of a file that only its owner may read. Raises SecretError."""
    try:
        if path.is_fifo():
            raise SecretError(f"{path}: this is a pipe, not a file")  # reading it could wait for ever
        with path.open("rb") as file:
            status = os.fstat(file.fileno())  # of what was opened, not of what the name means a moment later
            if fault := fault_of(status.st_mode, status.st_uid, os.geteuid()):
                raise SecretError(f"{path}: {fault}")
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise SecretError(f"{path}: {error.strerror or 'cannot be read'}") from None
    if len(content) > LARGEST_FILE:
        raise SecretError(f"{path}: larger than {LARGEST_FILE} bytes, this is not a file of ours")
    return content


def fault_of(mode: int, owner: int, reader: int) -> str | None:
    """Why a file with this mode and owner must not hold a secret; None when it may."""
    # systemd's LoadCredential= shows a credential so: owned by root, readable by the service's group.
    lent_by_root = owner == 0 != reader
    too_open = mode & (stat.S_IRWXO | (0o030 if lent_by_root else stat.S_IRWXG))
    if not too_open:
        return None
    return f"others on this computer can read or change it (mode {stat.S_IMODE(mode):04o}): chmod 600 it"
