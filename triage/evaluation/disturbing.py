"""Two ways to ask "what if": typing mistakes in a text, and a simulated answer beside it. Repeatable: the chance comes
from the message's own id."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from triage.evaluation.judging import Judge
from triage.evaluation.measures import Judged
from triage.labelled import Labelled
from triage.report import Report
from triage.scales import Level
from triage.verdict import of_report

_NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)  # any moment: a report without dates does not depend on it
_MORE_OFTEN = (
    0.25  # who writes of something urgent says "not safe" that much more often than others do for nothing
)


def mistyped(messages: Iterable[Labelled], share: float) -> Iterator[Labelled]:
    """The messages with that share of their letters left out, doubled, exchanged or replaced by a neighbour."""
    for message in messages:
        chance = random.Random(message.id)  # noqa: S311 - repeatable on purpose
        letters = list(message.text)
        places = [place for place, letter in enumerate(letters) if letter.isalpha()]
        for place in chance.sample(places, round(len(places) * share)):
            letters[place] = _slip(letters, place, chance)
        yield replace(message, text="".join(letters) or message.text)


def _slip(letters: list[str], place: int, chance: random.Random) -> str:
    letter = letters[place]
    match chance.randrange(4):
        case 0:
            return ""
        case 1:
            return letter * 2
        case 2 if place + 1 < len(letters):
            after, letters[place + 1] = letters[place + 1], letter
            return after
        case _:
            return chance.choice([one for one in letters if one.isalpha()])


def answered(
    judge: Judge, messages: Iterable[Labelled], sensitivity: float, specificity: float
) -> Iterator[Judged]:
    """A SIMULATION: beside the words stands the opening's answer, right as often as is said, by chance alone."""
    for message in messages:
        chance = random.Random(message.id).random()  # noqa: S311 - repeatable on purpose
        wrong = 1 - specificity
        says_danger = {Level.IMMEDIATE: sensitivity, Level.URGENT: wrong + _MORE_OFTEN}.get(
            message.level, wrong
        )
        calm = "soon" if message.level is Level.URGENT else "safe"
        opening = "unsafe" if chance < says_danger else calm
        report = Report(opening=opening, words=(message.text,), language=message.language)
        yield Judged(message, of_report(report, _NOW, judge.ask, judge.limits))
