"""Points the real signal-cli at the mock server: writes its class of addresses and keys anew with other constants, to
stand first on the class path. No Java compiler is needed, and no address of Signal's is left in it."""

import json
import shutil
import struct
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.servers.signal_pieces import Pieces

PACKAGE = "org/asamk/signal/manager/config"
# Sizes of the entries of a class file's constant pool after their tag (Java Virtual Machine Specification, 4.4).
SIZES = {
    3: 4,
    4: 4,
    5: 8,
    6: 8,
    7: 2,
    8: 2,
    9: 4,
    10: 4,
    11: 4,
    12: 4,
    15: 3,
    16: 2,
    17: 4,
    18: 4,
    19: 2,
    20: 2,
}
TEXT, WIDE = 1, (5, 6)
POOL_AT = 8  # magic, minor, major
HOST = "signal.org"


def write_redirect(pieces: Pieces, port: int, folder: Path) -> None:
    """Write what stands first on the class path into `folder`."""
    target = folder / PACKAGE
    target.mkdir(parents=True, exist_ok=True)
    [jar] = pieces.client.glob("libsignal-cli-*.jar")
    with zipfile.ZipFile(jar) as archive:
        original = archive.read(f"{PACKAGE}/LiveConfig.class")
    (target / "LiveConfig.class").write_bytes(with_constants(original, constants(pieces, port)))
    shutil.copy(pieces.trust_store, target / "whisper.store")  # read beside the class


def constants(pieces: Pieces, port: int) -> dict[str, str]:
    """New constants of signal-cli 0.13.19, by how the old one begins."""
    zero_knowledge = json.loads((pieces.certificates / "zk-params.json").read_text())
    trust_root = json.loads((pieces.certificates / "trust-root.json").read_text())
    address = f"https://localhost:{port}"
    return {
        "https://chat.": address,
        "https://cdn.": address,
        "https://cdn2.": address,
        "https://cdn3.": address,
        "https://cdsi.": address,
        "https://svr2.": address,
        "https://storage.": f"{address}/storageService",
        "BXu6QIKVz5MA": trust_root["publicKey"],
        "AMhf5ywVwITZ": zero_knowledge["publicParams"],
        "AByD873dTilm": zero_knowledge["genericPublicParams"],
        "AJwNSU55fsFC": zero_knowledge["backupPublicParams"],
    }


def with_constants(compiled: bytes, new: Mapping[str, str]) -> bytes:
    """Return a class file in which each text constant that begins with a key is that key's value; every key has to
    occur, and none of Signal's own host names may be left."""
    entries, end = _pool(compiled)
    left, written = set(new), []
    for entry in entries:
        text = entry[3:].decode() if entry[0] == TEXT else ""
        key = next((key for key in left if text.startswith(key)), None)
        if key is None:
            if HOST in text:
                raise ValueError(f"LiveConfig: expected no other address of {HOST}, found {text}")
            written.append(entry)
            continue
        left.discard(key)
        value = new[key].encode()
        written.append(struct.pack(">BH", TEXT, len(value)) + value)
    if left:
        raise ValueError(f"LiveConfig: expected constants that begin with {sorted(left)}")
    return compiled[: POOL_AT + 2] + b"".join(written) + compiled[end:]


def _pool(compiled: bytes) -> tuple[list[bytes], int]:
    (count,) = struct.unpack_from(">H", compiled, POOL_AT)
    entries, at, index = [], POOL_AT + 2, 1
    for entry in _entries(compiled, at):
        entries.append(entry)
        at += len(entry)
        index += 2 if entry[0] in WIDE else 1
        if index >= count:
            break
    return entries, at


def _entries(compiled: bytes, at: int) -> Iterator[bytes]:
    while True:
        tag = compiled[at]
        size = 2 + struct.unpack_from(">H", compiled, at + 1)[0] if tag == TEXT else SIZES[tag]
        yield compiled[at : at + 1 + size]
        at += 1 + size
