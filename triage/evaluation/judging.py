"""Puts a trained model to work in this process: for the command line, for evaluation, never inside the service.
Says what it does without, and why, so that a weaker score is never taken for the real one."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from triage.evaluation.measures import Judged
from triage.labelled import Labelled
from triage.score.head import thresholds
from triage.score.score import By, Caution, Score, Thresholds
from triage.score.scorer import Scorer
from triage.shipped import FOLDER, NoModel
from triage.verdict import Verdict, of_text

NOTHING: Mapping[By, Thresholds] = {}


@dataclass(frozen=True, slots=True)
class Judge:
    """A model, and how cautious it is to be. `why` says what is missing; empty when nothing is."""

    scorer: Scorer | None
    limits: Mapping[By, Thresholds]
    why: str

    @classmethod
    def load(cls, folder: Path = FOLDER, caution: Caution = Caution.USUAL) -> "Judge":
        """With whatever of the model can be used; never fails."""
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # before the library is loaded
        try:
            scorer = Scorer.load(folder)
            limits = {by: listed[caution] for by, listed in thresholds(folder).items()}
        except NoModel as fault:
            return cls(None, NOTHING, f"words are not scored at all: {fault}")
        why = f"words are scored without sentence embeddings, much worse: {scorer.why}" if scorer.why else ""
        return cls(scorer, limits, why)

    def ask(self, text: str) -> Score | None:
        """The score of a text; None without a model."""
        return None if self.scorer is None else self.scorer.score(text)

    def verdict(self, text: str) -> Verdict:
        """What triage says of a text alone."""
        return of_text(text, self.ask, self.limits)

    def judged(self, messages: Iterable[Labelled]) -> Iterator[Judged]:
        """Each message with what triage says of it."""
        for message in messages:
            yield Judged(message, self.verdict(message.text))
