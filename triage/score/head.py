"""The trained numbers: from an embedding and the lexicon's features to probabilities of the four levels.
Plain arithmetic on lists, so that whoever scores needs no numpy; training/text.py makes the file."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from operator import mul  # a third of the time that float's own takes
from pathlib import Path
from typing import Any

from triage.identify import Classifier
from triage.identify import load as load_classifier
from triage.score.score import By, Caution, Thresholds
from triage.shipped import CARD, FOLDER, HEAD, WORDS, NoModel, checked

Matrix = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Layer:
    """One row of weights and a bias for each number that comes out."""

    weights: Matrix
    bias: Sequence[float]

    def apply(self, values: Sequence[float]) -> list[float]:
        """Weights times values, plus bias."""
        return [sum(map(mul, row, values), bias) for row, bias in zip(self.weights, self.bias, strict=True)]


@dataclass(frozen=True, slots=True)
class Head:
    """One way from features to the levels (routine, priority, urgent, immediate): networks that answer together.

    `sharpness` makes their mean as sure as it has been right; `doubtful`: languages it must not be relied on in."""

    networks: tuple[tuple[Layer, ...], ...]
    sharpness: float
    doubtful: frozenset[str] = frozenset()

    def probabilities(self, values: Sequence[float]) -> list[float]:
        """Of the four levels, routine first; they sum to 1."""
        return self.sharpened(self.plain(values))

    def plain(self, values: Sequence[float]) -> list[float]:
        """The same before calibration, for who has another opinion to add."""
        answers = [_through(network, values) for network in self.networks]
        return [sum(column) / len(answers) for column in zip(*answers, strict=True)]

    def sharpened(self, probabilities: Sequence[float]) -> list[float]:
        """Calibrated on what was left out of training."""
        return softmax([self.sharpness * math.log(max(one, 1e-9)) for one in probabilities])


def _through(network: tuple[Layer, ...], values: Sequence[float]) -> list[float]:
    for layer in network[:-1]:
        values = [max(0.0, one) for one in layer.apply(values)]
    return softmax(network[-1].apply(values))


def softmax(values: Sequence[float]) -> list[float]:
    """Probabilities from log-odds."""
    highest = max(values)
    powers = [math.exp(value - highest) for value in values]
    total = sum(powers)
    return [power / total for power in powers]


@dataclass(frozen=True, slots=True)
class Heads:
    """What text.json holds: the head for embeddings, and the one for words alone."""

    mean: Sequence[float]
    embedding: Head
    words: Head
    languages: frozenset[str]  # that the score was trained on; others it has only been seen to carry over to
    digest: str


def load(folder: Path = FOLDER) -> Heads:
    """Read and check the trained numbers against the card beside them. Raises NoModel."""
    raw = checked(folder, HEAD)
    try:
        return _heads(json.loads(raw), sha256(raw).hexdigest())
    except (ValueError, KeyError, TypeError):
        raise NoModel(f"{folder.name}/{HEAD}: is not a text model of this version") from None


def thresholds(folder: Path = FOLDER) -> dict[By, dict[Caution, Thresholds]]:
    """From which probability on words mean what, for each caution; from the card alone. Raises NoModel."""
    try:
        listed = json.loads((folder / CARD).read_bytes())["thresholds"]
        return {
            by: {caution: Thresholds(**listed[by][caution]) for caution in Caution} for by in By
        }  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        raise NoModel(
            f"{folder.name}/{CARD}: does not say from which probability on words mean danger"
        ) from None


def second_opinion(folder: Path) -> Classifier | None:
    """fastText's model of the levels; None when it is not the one that the card names."""
    try:
        checked(folder, WORDS)
    except NoModel:
        return None
    return load_classifier(folder / WORDS)


def _heads(values: Mapping[str, Any], digest: str) -> Heads:
    return Heads(
        values["mean"], _head(values["embedding"]), _head(values["words"]), frozenset(values["languages"]), digest
    )  # fmt: skip


def _head(values: Mapping[str, Any]) -> Head:
    networks = tuple(
        tuple(Layer(one["weights"], one["bias"]) for one in network) for network in values["networks"]
    )
    return Head(networks, values["sharpness"], frozenset(values["doubtful"]))
