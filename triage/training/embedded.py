"""Embeddings that are kept beside the texts' hashes, so that a second training takes seconds. Never a text itself."""

import sqlite3
from array import array
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

Embed = Callable[[str], Sequence[float]]


class Kept:
    """An embedding with a memory on disk."""

    def __init__(self, embed: Embed, file: Path) -> None:
        self._embed = embed
        self._store = sqlite3.connect(file, timeout=60)
        self._store.execute("create table if not exists e(h text primary key, v blob)")

    def __call__(self, text: str) -> Sequence[float]:
        """The vector of one text."""
        name = sha256(text.encode("utf-8", "ignore")).hexdigest()
        row = self._store.execute("select v from e where h = ?", (name,)).fetchone()
        if row is not None:
            return array("f", row[0])
        vector = self._embed(text)
        with self._store:
            self._store.execute("insert or ignore into e values(?, ?)", (name, array("f", vector).tobytes()))
        return vector
