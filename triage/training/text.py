"""Makes triage/model/text.json and its card from the training part of the corpus: embeds, learns, chooses thresholds
on messages that were left out in turn. Deterministic; never reads the frozen part."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from triage.embedding.engine import PINS
from triage.labelled import Labelled
from triage.score.lexicon import NAMES, features
from triage.score.score import URGENT_SPEAKS, By, Caution, Thresholds
from triage.score.windows import windows
from triage.shipped import CARD, HEAD, WORDS
from triage.signs import find
from triage.training import network, words
from triage.training.network import Array, Levels

FOLDS = 5
SEEDS = (1, 2, 3)
TRANSLATED = 1 / 3  # what a translation of one of the first situations counts beside a message of its own
DIGITS = 4  # of a weight: enough, and the same on every machine

# The least recall that a threshold must have reached on messages that were left out: of immediate, of either.
RECALL = {Caution.HIGH: (0.99, 0.99), Caution.USUAL: (0.985, 0.985), Caution.LOW: (0.95, 0.95)}

Flags: TypeAlias = NDArray[np.bool_]
Embed = Callable[[str], Sequence[float]]


def train(messages: Sequence[Labelled], embed: Embed, out: Path) -> dict[str, Any]:
    """Learn both heads, write text.json and words.ftz, return what is known of them. Minutes, mostly embedding."""
    kept = [message for message in messages if windows(message.text)]
    levels = np.array([int(message.level) for message in kept])
    weights = np.array([TRANSLATED if "translation" in message.tags else 1.0 for message in kept])
    folds = np.array([fold_of(message.situation) for message in kept])
    texts = [windows(message.text)[0] for message in kept]
    lexicon = np.array([features(text) for text in texts])
    vectors = np.array([embed(text) for text in texts])
    mean = np.round(vectors.mean(axis=0), 5)
    beside = np.zeros((len(kept), network.LEVELS))
    for fold in range(FOLDS):
        rest, left = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        beside[left] = words.learn([texts[n] for n in rest], levels[rest], [texts[n] for n in left])
    embedding, seen_by_embedding = _head(np.hstack([vectors - mean, lexicon]), levels, weights, folds)
    plain, seen_by_words = _head(lexicon, levels, weights, folds, beside)
    signs = np.array([bool(find(text).danger) for text in texts])
    native = np.array(["translation" not in message.tags for message in kept])
    unseen = {By.EMBEDDING: seen_by_embedding[native], By.WORDS: seen_by_words[native]}
    thresholds = {
        by.value: {
            caution.value: asdict(_thresholds(found, levels[native], signs[native], caution))
            for caution in Caution
        }
        for by, found in unseen.items()
    }
    doubtful = {
        "embedding": _doubtful(seen_by_embedding, levels, kept), "words": _doubtful(seen_by_words, levels, kept)
    }  # fmt: skip
    trained = {
        "mean": mean.tolist(),
        "features": NAMES,
        "languages": sorted({message.language for message in kept}),
        "embedding": {**embedding, "doubtful": doubtful["embedding"]},
        "words": {**plain, "doubtful": doubtful["words"]},
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / HEAD).write_text(json.dumps(trained, separators=(",", ":")) + "\n", encoding="ascii")
    words.write(texts, levels, out / WORDS)
    return {
        "thresholds": thresholds,
        "left_out": {
            "messages": int(native.sum()),
            **{
                by.value: _reached(found, levels[native], signs[native], thresholds[by.value])
                for by, found in unseen.items()
            },
        },
        "doubtful": doubtful,
    }


def fold_of(situation: str) -> int:
    """The fold a situation is in; the same whatever else the corpus holds."""
    return sha256(situation.encode()).digest()[0] % FOLDS


def data_hash(messages: Sequence[Labelled]) -> str:
    """One hash of everything that was learned from, whatever files it lay in."""
    lines = sorted(
        f"{one.id}\t{one.situation}\t{one.level.word}\t{one.language}\t{one.text}" for one in messages
    )
    return sha256("\n".join(lines).encode()).hexdigest()


def left_out(inputs: Array, levels: Levels, weights: Array, folds: Levels) -> Array:
    """For each message the probabilities by a head that has seen none of its situation."""
    found = np.zeros((len(levels), 4))
    for fold in range(FOLDS):
        rest = folds != fold
        if not rest.all():
            found[~rest] = network.learn(inputs[rest], levels[rest], weights[rest], SEEDS).probabilities(
                inputs[~rest]
            )
    return found


def _head(
    inputs: Array, levels: Levels, weights: Array, folds: Levels, beside: Array | None = None
) -> tuple[dict[str, Any], Array]:
    """A head learned on everything, with calibration and thresholds from heads that had not seen the message."""
    unseen = left_out(inputs, levels, weights, folds)
    if beside is not None:
        unseen = together(unseen, beside)
    sharpness = _sharpness(unseen, levels, weights)
    unseen = _sharpened(unseen, sharpness)
    learned = network.learn(inputs, levels, weights, SEEDS)
    return {
        "networks": [_layers(one) for one in learned.networks],
        "sharpness": sharpness,
    }, unseen


def _layers(learned: network.Network) -> list[dict[str, Any]]:
    pairs = ((learned.first, learned.first_bias), (learned.second, learned.second_bias))
    return [
        {"weights": np.round(weights.T, DIGITS).tolist(), "bias": np.round(bias, DIGITS).tolist()}
        for weights, bias in pairs
    ]


def _sharpness(unseen: Array, levels: Levels, weights: Array) -> float:
    """The power that makes left-out probabilities as sure as they are right: the likeliest of a fixed row."""
    rows = np.arange(len(levels))

    def loss(power: float) -> float:
        return float(-(weights * np.log(_sharpened(unseen, power)[rows, levels])).sum())

    return min((round(0.6 + 0.05 * step, 2) for step in range(49)), key=loss)


def _sharpened(probabilities: Array, power: float) -> Array:
    powers = np.maximum(probabilities, 1e-9) ** power
    found: Array = powers / powers.sum(axis=1, keepdims=True)
    return found


def together(one: Array, other: Array) -> Array:
    """The geometric mean of two opinions, as the scorer forms it."""
    return _sharpened(np.maximum(one, 1e-9) * np.maximum(other, 1e-9), 0.5)


def _thresholds(unseen: Array, levels: Levels, signs: Flags, caution: Caution) -> Thresholds:
    """The highest thresholds that keep the recall of this caution, on messages that were left out. What has a danger
    sign is immediate without any score."""
    of_immediate, of_either = RECALL[caution]
    either = unseen[:, 2] + unseen[:, 3]
    immediate = unseen[:, 3] + URGENT_SPEAKS * unseen[:, 2]
    immediate, either = np.where(signs, 1.0, immediate), np.where(signs, 1.0, either)
    return Thresholds(
        _reaching(immediate[levels == 3], of_immediate), _reaching(either[levels >= 2], of_either)
    )  # fmt: skip


def _reaching(scores: Array, recall: float) -> float:
    """The highest value that this share of the scores reaches."""
    ordered = np.sort(scores)
    return round(float(ordered[int(np.floor((1 - recall) * len(ordered)))]) - 5e-7, 6)


_FEWEST = 12  # messages of one kind in a language, below which nothing is claimed about it
_CHANCE = 0.75  # how often an immediate message must be ranked above a priority or routine one


def _doubtful(unseen: Array, levels: Levels, messages: Sequence[Labelled]) -> list[str]:
    """Languages of which there were enough messages to see that the head cannot be relied on."""
    found = []
    for language in sorted({message.language for message in messages}):
        chosen = np.array([message.language == language for message in messages])
        danger, calm = unseen[chosen & (levels == 3), 3], unseen[chosen & (levels <= 1), 3]
        if min(len(danger), len(calm)) >= _FEWEST and (danger[:, None] > calm[None, :]).mean() < _CHANCE:
            found.append(language)
    return found


def _reached(
    unseen: Array, levels: Levels, signs: Flags, thresholds: dict[str, Any]
) -> dict[str, dict[str, float]]:
    """Recall and over-triage on what was left out, for each caution."""
    either = unseen[:, 2] + unseen[:, 3]
    alarm = unseen[:, 3] + URGENT_SPEAKS * unseen[:, 2]
    alarm, either = np.where(signs, 1.0, alarm), np.where(signs, 1.0, either)
    calm = levels <= 1
    return {
        caution: {
            "recall_immediate": _share(alarm[levels == 3] >= pair["immediate"]),
            "over_triage_immediate": _share(alarm[calm] >= pair["immediate"]),
            "urgent_as_immediate": _share(alarm[levels == 2] >= pair["immediate"]),
            "recall_immediate_or_urgent": _share(either[levels >= 2] >= pair["urgent"]),
            "over_triage_urgent": _share(either[calm] >= pair["urgent"]),
        }
        for caution, pair in thresholds.items()
    }


def _share(flags: Flags) -> float:
    return round(float(flags.mean()), 4)


def card_of(out: Path, messages: Sequence[Labelled], known: dict[str, Any]) -> dict[str, Any]:
    """Write the card: what the models are made from, how they did, and the hash of each file beside it."""
    counts = Counter(message.level.word for message in messages)
    card = {
        "data": {
            "sha256": data_hash(messages),
            "messages": len(messages),
            "situations": len({message.situation for message in messages}),
            "levels": dict(sorted(counts.items())),
            "languages": dict(sorted(Counter(message.language for message in messages).items())),
        },
        "embedding": PINS,
        "sha256": {
            path.name: sha256(path.read_bytes()).hexdigest()
            for path in sorted(out.iterdir())
            if path.name != CARD
        },
        **known,
    }
    (out / CARD).write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return card
