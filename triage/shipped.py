"""The trained files that triage ships, in triage/model: each is used only if it is the one that the card names."""

import json
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parent / "model"
HEAD, WORDS, LANGUAGE, CARD = "text.json", "words.ftz", "language.ftz", "card.json"


class NoModel(Exception):
    """A trained file cannot be used; the sentence names it and what was expected."""


def checked(folder: Path, name: str) -> bytes:
    """A file of the model folder, if it is the one that the card beside it names. Raises NoModel."""
    try:
        raw = (folder / name).read_bytes()
        expected = str(json.loads((folder / CARD).read_bytes())["sha256"][name])
    except (OSError, ValueError, KeyError, TypeError):
        raise NoModel(f"{folder.name}/{name}: cannot be read with its card {CARD}") from None
    found = sha256(raw).hexdigest()
    if found != expected:
        raise NoModel(f"{folder.name}/{name}: expected sha256 {expected}, found {found}; it is not used")
    return raw
