"""Scores a text: windows, embedding, lexicon, head. What runs inside the worker, and inside the evaluation.
Without the embedding it goes on with words alone and says why; without its trained numbers it does not score at all."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from triage.embedding.engine import Checking, Engine, NoEmbedding, folder
from triage.identify import Classifier, Identified, for_model, identify
from triage.score import head as heads
from triage.score.instructions import is_only_instruction
from triage.score.lexicon import features
from triage.score.score import By, Doubt, Score
from triage.score.windows import windows
from triage.shipped import FOLDER

SHORT = 10  # letters: below, a text says too little by itself
_PHRASE = 60  # characters of a quoted phrase

Embed = Callable[[str], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Scorer:
    """Everything that is loaded. `why` says why there is no embedding; empty when there is one."""

    trained: heads.Heads
    embed: Embed | None
    why: str = ""
    second: Classifier | None = None  # fastText, where there is no embedding

    @classmethod
    def load(cls, model: Path = FOLDER, place: Path | None = None) -> "Scorer":
        """Load what can be loaded. Raises NoModel when the trained numbers cannot be used."""
        try:
            place = place or folder()
            checking = Checking(place)
        except NoEmbedding as fault:
            return cls(heads.load(model), None, str(fault), heads.second_opinion(model))
        trained = heads.load(model)
        identify("hello")  # what loads late, loads beside the hashing
        features("hello")
        try:
            checking.wait()
            return cls(trained, Engine(place).embed)
        except NoEmbedding as fault:
            return cls(trained, None, str(fault), heads.second_opinion(model))

    @property
    def by(self) -> By:
        """What stands behind its scores."""
        return By.EMBEDDING if self.embed is not None else By.WORDS

    def score(self, text: str) -> Score:
        """The score of a text of any length; of several windows the worst counts."""
        parts = windows(text)
        found = identify(text)
        if not parts or is_only_instruction(text):
            doubt = Doubt.INSTRUCTION if parts else Doubt.NOTHING
            return Score(0.0, 0.0, 0.5, self.by, found.language, found.script, doubt)
        judged = [(self._probabilities(part), part) for part in parts]
        immediate = max(judged, key=lambda one: one[0][3])
        urgent = max(one[0][2] + one[0][3] for one in judged)
        routine = min(_share(one[0][0], one[0][1]) for one in judged)
        return Score(
            immediate[0][3], urgent, routine, self.by, found.language, found.script, self._doubt(parts, found),
            immediate[1][:_PHRASE],
        )  # fmt: skip

    def _probabilities(self, part: str) -> list[float]:
        if self.embed is None:
            return self._by_words(part)
        vector = self.embed(part)
        centred = [one - mean for one, mean in zip(vector, self.trained.mean, strict=True)]
        return self.trained.embedding.probabilities([*centred, *features(part)])

    def _by_words(self, part: str) -> list[float]:
        """The geometric mean of the lexicon's opinion and fastText's."""
        lexicon = self.trained.words.plain(features(part))
        if self.second is None:
            return self.trained.words.sharpened(lexicon)
        told = {
            label: probability
            for probability, label in self.second.predict(for_model(part) + "\n", 4, 0.0, "strict")
        }
        both = [math.sqrt(one * told.get(f"__label__{level}", 1e-9)) for level, one in enumerate(lexicon)]
        return self.trained.words.sharpened([one / sum(both) for one in both])

    def _doubt(self, parts: Sequence[str], found: Identified) -> Doubt | None:
        chosen = self.trained.words if self.embed is None else self.trained.embedding
        if found.language in chosen.doubtful or (
            found.is_romanised and found.language not in self.trained.languages
        ):
            return Doubt.ROMANISED
        if found.language == "und" or (self.embed is None and found.language not in self.trained.languages):
            return Doubt.LANGUAGE
        if found.script != "Hani" and sum(map(str.isalpha, "".join(parts))) < SHORT:
            return Doubt.SHORT
        return None


def _share(one: float, other: float) -> float:
    return one / max(one + other, 1e-12)
