"""Finds planted texts in files, process memory and deleted files that are still open, in every encoding they may take.
It only looks; what must not be found is the tests' to say."""

import base64
import gzip
import json
import os
import re
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")  # gzip, zlib
UNPACKED = 1 << 22  # bytes that are looked at of one packed place
URL_SAFE = bytes.maketrans(b"+/", b"-_")
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
        "html": text.encode("ascii", "xmlcharrefreplace"),
    }
    if digits := re.sub(r"\D", "", text) if re.fullmatch(r"\+?\d{8,}", text) else "":
        forms |= {
            "digits": digits.encode(),
            "backwards": digits[::-1].encode(),
            "in pairs": " ".join(digits[at : at + 2] for at in range(0, len(digits), 2)).encode(),
            "as spoken": f"{digits[:2]} {digits[2:4]} {digits[4:7]} {digits[7:9]} {digits[9:]}".strip().encode(),
        }
    for shift in range(3):  # the three ways in which base64 cuts it into groups, edges left out
        coded = base64.b64encode(b"\0" * shift + plain).rstrip(b"=")
        forms[f"base64+{shift}"] = coded[(0, 2, 3)[shift] : len(coded) - 2]
        forms[f"base64url+{shift}"] = forms[f"base64+{shift}"].translate(URL_SAFE)
    different = {form: name for name, form in reversed(forms.items()) if len(form) >= SHORTEST}
    return {name: form for form, name in different.items()}


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
        """In these bytes, and in whatever is packed in them."""
        found = {(name, how) for name, how, form in self._forms if form in blob}
        view = memoryview(blob)
        for place in PACKED.finditer(blob):
            found |= {(name, f"packed {how}") for name, how in self._unpacked(view[place.start() :])}
        return found

    def _unpacked(self, packed: memoryview) -> Found:
        try:
            opened = zlib.decompressobj(wbits=47).decompress(packed[:UNPACKED], UNPACKED)
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
