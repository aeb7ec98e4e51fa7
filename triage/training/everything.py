"""Makes the whole folder triage/model from one corpus: the language model, the text score, the fallback, the card."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from triage.embedding.engine import Engine, check, folder
from triage.labelled import Labelled
from triage.shipped import LANGUAGE
from triage.training import languages, text
from triage.training.embedded import Kept


def make(
    messages: Sequence[Labelled], out: Path, cache: Path | None, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Write every file and return the card. Raises NoEmbedding where there is none to learn from."""
    place = folder()
    check(place)
    embed = Engine(place).embed
    out.mkdir(parents=True, exist_ok=True)
    tell("learning languages")
    lines = languages.train(messages, out / LANGUAGE)
    tell(f"learned them from {lines} lines; embedding {len(messages)} messages, and learning levels")
    known = text.train(messages, embed if cache is None else Kept(embed, cache), out)
    return text.card_of(out, messages, known)
