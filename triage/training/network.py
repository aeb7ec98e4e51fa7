"""A small network with one hidden layer, learned several times from different beginnings and averaged: on a corpus of
this size that measured better than logistic regression, kernels or either of them with it (docs/triage.md).
Everything random comes from the seeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Levels: TypeAlias = NDArray[np.int64]

HIDDEN = 64
EPOCHS = 30
BATCH = 64
RATE = 2e-3
DECAY = 0.2
DROPPED, DROPPED_INPUTS = 0.3, 0.1
NOISE = 0.5  # added to inputs of size one: a sentence said a little differently
SMOOTHING = 0.05  # labels are one writer's opinion
LEVELS = 4


@dataclass(frozen=True, slots=True)
class Network:
    """One network: inputs to hidden, hidden to the log-odds of the levels. `scale` belongs to the inputs."""

    first: Array
    first_bias: Array
    second: Array
    second_bias: Array

    def probabilities(self, inputs: Array) -> Array:
        """A row for each input row."""
        hidden = np.maximum(inputs @ self.first + self.first_bias, 0)
        return _softmax(hidden @ self.second + self.second_bias)


@dataclass(frozen=True, slots=True)
class Learned:
    """Several networks that answer together."""

    networks: tuple[Network, ...]

    def probabilities(self, inputs: Array) -> Array:
        """The mean of theirs."""
        found: Array = np.mean([one.probabilities(inputs) for one in self.networks], axis=0)
        return found


def learn(inputs: Array, levels: Levels, weights: Array, seeds: Sequence[int]) -> Learned:
    """One network for each seed. Inputs are brought to one size first; that is folded into the weights after."""
    scale = 1 / np.maximum(inputs.std(axis=0), 1e-6)
    scale = np.minimum(scale, np.median(scale) * 3)  # what hardly ever varies must not shout when it does
    learned = []
    for seed in seeds:
        network = _learn_one(inputs * scale, levels, weights / weights.mean(), seed)
        learned.append(
            Network(network.first * scale[:, None], network.first_bias, network.second, network.second_bias)
        )
    return Learned(tuple(learned))


def _learn_one(inputs: Array, levels: Levels, weights: Array, seed: int) -> Network:
    """Adam with decay, dropout and a rate that falls to nothing."""
    chance = np.random.Generator(np.random.PCG64(seed))
    count, width = inputs.shape
    wanted = np.eye(LEVELS)[levels] * (1 - SMOOTHING) + SMOOTHING / LEVELS
    parts = [
        chance.standard_normal((width, HIDDEN)) / np.sqrt(width), np.zeros(HIDDEN),
        chance.standard_normal((HIDDEN, LEVELS)) * 0.1, np.zeros(LEVELS),
    ]  # fmt: skip
    slow, fast = [np.zeros_like(part) for part in parts], [np.zeros_like(part) for part in parts]
    batch = min(BATCH, count)
    steps, step = EPOCHS * (count // batch), 0
    for _ in range(EPOCHS):
        order = chance.permutation(count)
        for begin in range(0, count - batch + 1, batch):
            chosen = order[begin : begin + batch]
            step += 1
            slopes = _slopes(parts, inputs[chosen], wanted[chosen], weights[chosen], chance)
            rate = RATE * 0.5 * (1 + np.cos(np.pi * step / steps))
            for place, slope in enumerate(slopes):
                slow[place] = 0.9 * slow[place] + 0.1 * slope
                fast[place] = 0.99 * fast[place] + 0.01 * slope**2
                moved = (slow[place] / (1 - 0.9**step)) / (np.sqrt(fast[place] / (1 - 0.99**step)) + 1e-8)
                shrunk = 1 - rate * DECAY if parts[place].ndim == 2 else 1.0
                parts[place] = parts[place] * shrunk - rate * moved
    return Network(*parts)


def _slopes(
    parts: list[Array], inputs: Array, wanted: Array, weights: Array, chance: np.random.Generator
) -> list[Array]:
    """The slope of the weighted cross-entropy for each part, with some inputs and hidden units left out."""
    first, first_bias, second, second_bias = parts
    inputs = inputs + NOISE * chance.standard_normal(inputs.shape)
    inputs = inputs * (chance.random(inputs.shape) > DROPPED_INPUTS) / (1 - DROPPED_INPUTS)
    before = inputs @ first + first_bias
    mask = (chance.random(before.shape) > DROPPED) / (1 - DROPPED)
    hidden = np.maximum(before, 0) * mask
    error = (_softmax(hidden @ second + second_bias) - wanted) * weights[:, None] / len(inputs)
    back = (error @ second.T) * mask * (before > 0)
    return [inputs.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]


def _softmax(values: Array) -> Array:
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    found: Array = powers / powers.sum(axis=1, keepdims=True)
    return found
