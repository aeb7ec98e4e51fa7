"""Finds planted texts in files, process memory and deleted files that are still open, in every encoding they may take.
It only looks; what must not be found is the tests' to say."""

import base64
import gzip
import json
import os
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

GZIP = b"\x1f\x8b\x08"
SHORTEST = 8  # bytes; shorter patterns would be found by chance
Found = set[tuple[str, str]]  # (which text, how encoded)


def encodings(text: str) -> dict[str, bytes]:
    """Every form of a text; latin-1, utf-16 and utf-32 are how CPython itself keeps strings in memory (PEP 393)."""
    plain = text.encode()
    forms = {
        "utf-8": plain,
        "utf-16": text.encode("utf-16-le"),
        "utf-32": text.encode("utf-32-le"),
        "latin-1": text.encode("latin-1", "ignore"),
        "json": json.dumps(text)[1:-1].encode(),
        "url": quote(text).encode(),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
    }
    for shift in range(3):  # the three ways in which base64 cuts it into groups, edges left out
        coded = base64.b64encode(b"\0" * shift + plain).rstrip(b"=")
        forms[f"base64+{shift}"] = coded[(0, 2, 3)[shift] : len(coded) - 2]
    return {
        name: form
        for name, form in forms.items()
        if len(form) >= SHORTEST and (name == "utf-8" or form != plain)
    }


class Search:
    """The planted texts by name, ready to be looked for."""

    def __init__(self, planted: Mapping[str, str]) -> None:
        self._forms = [
            (name, how, form) for name, text in planted.items() for how, form in encodings(text).items()
        ]

    def every_form(self) -> Found:
        """What a place that holds everything in every form would show."""
        return {(name, how) for name, how, _ in self._forms}

    def in_bytes(self, blob: bytes) -> Found:
        """In these bytes, and in whatever is gzipped in them."""
        found = {(name, how) for name, how, form in self._forms if form in blob}
        at = blob.find(GZIP)
        while at >= 0:
            found |= {(name, f"gzip {how}") for name, how in self._in_gzip(blob[at:])}
            at = blob.find(GZIP, at + 1)
        return found

    def _in_gzip(self, blob: bytes) -> Found:
        try:
            opened = zlib.decompressobj(wbits=31).decompress(blob, 1 << 24)
        except zlib.error:
            return set()
        return {(name, how) for name, how, form in self._forms if form in opened}

    def in_files(self, roots: Iterable[Path]) -> dict[str, Found]:
        """In every file below these folders, and in their names."""
        found: dict[str, Found] = {}
        for root in roots:
            for path in [root, *root.rglob("*")]:
                seen = self.in_bytes(os.fsencode(path.name))
                if path.is_file():
                    seen |= self.in_bytes(path.read_bytes())
                if seen:
                    found[str(path)] = seen
        return found

    def in_memory(self, pid: int) -> Found | None:
        """In everything that a process has in memory; None where the kernel does not let us look."""
        found: Found = set()
        try:
            with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
                for line in maps:
                    place, permissions, *_ = line.split()
                    if "r" not in permissions or "[v" in line:
                        continue
                    low, high = (int(part, 16) for part in place.split("-"))
                    try:
                        memory.seek(low)
                        found |= self.in_bytes(memory.read(high - low))
                    except (OSError, ValueError, OverflowError):
                        continue
        except PermissionError:
            return None
        return found

    def in_open_files(self, pid: int) -> dict[str, Found]:
        """In the files that a process has open, deleted ones too, its arguments and its environment."""
        found: dict[str, Found] = {}
        for path in [
            *Path(f"/proc/{pid}/fd").iterdir(),
            Path(f"/proc/{pid}/cmdline"),
            Path(f"/proc/{pid}/environ"),
        ]:
            try:
                target = str(path.readlink()) if path.parent.name == "fd" else path.name
                if target.startswith(("/dev", "/proc")) or not path.is_file():
                    continue
                seen = self.in_bytes(path.read_bytes())
            except OSError:
                continue
            if seen:
                found[target] = seen
        return found


def gzipped(text: str) -> bytes:
    return gzip.compress(b"before " + text.encode() + b" after")
