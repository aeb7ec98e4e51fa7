"""Reads the lock files that `make lock` writes: every package with its exact version and the hashes of its files.
It never resolves, fetches or asks anybody; a line that it does not know is an error, never skipped."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHIPPED = "requirements.lock"
# All that is ever installed from PyPI for this repository; what is shipped comes first.
ALL = (SHIPPED, *sorted(path.name for path in ROOT.glob("requirements-*.lock")))

_PACKAGE = re.compile(
    r"(?P<name>[a-z0-9-]+)(\[[a-z0-9,-]+\])?==(?P<version>[^ ;\\]+)( ; (?P<marker>.+?))? \\"
)
_HASH = re.compile(r"    --hash=sha256:(?P<hash>[0-9a-f]{64})( \\)?")
_NEEDED_BY = re.compile(r"    # +(via )?(?P<name>[a-z0-9-]+)( \([^)]*\))?")
_SAYS_NOTHING = re.compile(r"    # +via|    # +(via )?-c [a-z.-]+|\s*")


class NotLocked(Exception):
    """A lock file does not say exactly what would be installed."""


@dataclass(frozen=True, slots=True)
class Locked:
    """One package in one version. Each hash (SHA-256, hexadecimal) is that of a file that may be installed."""

    name: str
    version: str
    marker: str = ""  # where it is installed at all; empty: everywhere
    hashes: tuple[str, ...] = ()
    needed_by: tuple[str, ...] = ()


def read(path: Path) -> list[Locked]:
    """The packages of a lock file, in its order. Raises NotLocked, naming file and line."""
    return parse(path.read_text(encoding="utf-8"), path.name)


def parse(text: str, name: str) -> list[Locked]:
    """The same from a text; `name` is for the errors."""
    found: list[Locked] = []
    for number, line in enumerate(text.splitlines(), 1):
        if begun := _PACKAGE.fullmatch(line):
            found.append(Locked(begun["name"], begun["version"], begun["marker"] or ""))
        elif found and (known := _HASH.fullmatch(line)):
            found[-1] = replace(found[-1], hashes=(*found[-1].hashes, known["hash"]))
        elif _SAYS_NOTHING.fullmatch(line):
            continue
        elif found and (needed := _NEEDED_BY.fullmatch(line)):
            found[-1] = replace(found[-1], needed_by=(*found[-1].needed_by, needed["name"]))
        else:
            raise NotLocked(
                f"{name} line {number}: expected a package with version and hashes, found {line!r}"
            )
    if bare := [package.name for package in found if not package.hashes]:
        raise NotLocked(f"{name}: no hash for {', '.join(bare)}")
    return found


def each_once(locks: Iterable[Sequence[Locked]]) -> list[Locked]:
    """Every package and version that any of the locks names, the first mention of each."""
    seen: dict[tuple[str, str], Locked] = {}
    for lock in locks:
        for package in lock:
            seen.setdefault((package.name, package.version), package)
    return list(seen.values())
