"""Makes triage/model/words.ftz: levels from words alone by fastText, for machines on which there is no embedding.
Much weaker than the embedding, and said to be. Deterministic: one thread, one seed."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import fasttext  # type: ignore[import-untyped]
import numpy as np

from triage.identify import for_model
from triage.training.network import LEVELS, Array, Levels

SEED = 4


def learn(texts: Sequence[str], levels: Levels, asked: Sequence[str]) -> Array:
    """Train on `texts`, and say what each of `asked` is: a row of probabilities, routine first."""
    with tempfile.TemporaryDirectory() as scratch:
        model = _trained(texts, levels, Path(scratch))
        found = np.zeros((len(asked), LEVELS))
        for row, text in enumerate(asked):
            labels, probabilities = model.predict(for_model(text), k=LEVELS)
            for label, probability in zip(labels, probabilities, strict=True):
                found[row, int(label.removeprefix("__label__"))] = probability
    return found


def write(texts: Sequence[str], levels: Levels, out: Path) -> None:
    """Train on all of them, shrink, and write the model."""
    with tempfile.TemporaryDirectory() as scratch:
        model = _trained(texts, levels, Path(scratch))
        model.quantize(
            str(Path(scratch) / "lines.txt"), cutoff=40_000, retrain=False, qnorm=True, thread=1, verbose=0
        )
        model.save_model(str(out))


def _trained(texts: Sequence[str], levels: Levels, scratch: Path) -> Any:  # Any: fastText has no types

    source = scratch / "lines.txt"
    written = [f"__label__{level} {for_model(text)}" for text, level in zip(texts, levels, strict=True)]
    source.write_text("\n".join(written) + "\n", encoding="utf-8")
    return fasttext.train_supervised(
        str(source), dim=16, minn=2, maxn=5, wordNgrams=2, bucket=100_000, epoch=15, lr=0.4, thread=1, seed=SEED,
        loss="softmax", verbose=0,
    )  # fmt: skip
