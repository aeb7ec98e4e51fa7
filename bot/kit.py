"""What the engine works with: the flow, the texts and the word lists (the kit, made once), and what is true
around one message (the facts, made by conversation.py). Values only."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum

from bot.flow import Flow, Question, Role
from bot.receipt import WordLists
from bot.texts import Texts
from triage import calm
from triage.assessment import Assessment, assess
from triage.quick import quick
from triage.report import Report
from triage.score.score import By, Thresholds

SHOWN_COUNTS = timedelta(
    hours=24
)  # protocol section 6: an *answer* comes within 24 h after a person's message


@dataclass(frozen=True, slots=True)
class Kit:
    """The parts that do not change between messages.

    `language_names`: how each offered language calls itself; `named_languages`: normal form -> language."""

    flow: Flow
    texts: Texts
    words: WordLists
    offered: tuple[str, ...]
    language_names: Mapping[str, str]
    named_languages: Mapping[str, str]
    team: str
    kept_days: int
    reading: int = field(default_factory=lambda: secrets.randbits(31))  # of this start; see triage/calm.py
    partners: tuple[str, ...] = ()  # named in the notice: they may open reports as the team may
    local_staff_may_open: bool = False
    attempts: int = 5  # receipt words a chat may give in a day; a spent limit looks the same
    draft_after: timedelta = timedelta(minutes=30)
    cry_after: timedelta = timedelta(minutes=2)
    text_4_every: timedelta = timedelta(minutes=10)
    thresholds: Mapping[By, Thresholds] = field(default_factory=dict)  # none: words are not scored

    @property
    def opening(self) -> Question:
        """The first screen."""
        return self.flow.with_role(Role.OPENING)[0]

    @property
    def alert_push(self) -> Question:
        """Text 4: said right after an alert."""
        return self.flow.with_role(Role.PUSH)[0]

    @property
    def notice(self) -> Question:
        """Text 3: nothing is stored before its yes, unless an alert has gone."""
        return self.flow.with_role(Role.NOTICE)[0]

    @property
    def notice_variant(self) -> str | None:
        """Which wording of the notice is true of this organisation."""
        return notice_variant(partners=bool(self.partners), local=self.local_staff_may_open)

    def readers(self, language: str) -> str:
        """Everybody who may open a report, as a list of this language."""
        return self.texts.joined((self.team, *self.partners), language)


def notice_variant(*, partners: bool, local: bool) -> str | None:
    """The wording of the notice for who may open reports; None is the usual one: the team, nobody of the country."""
    return "_".join(name for name, holds in (("partners", partners), ("local", local)) if holds) or None


def opening_variant(*, partners: bool, channel: str, signal: bool) -> str | None:
    """The wording of the opening for a channel and for who reads it; `signal`: we can be reached there, too."""
    where = "signal" if channel == "signal" else "" if signal else "no_signal"
    return "_".join(filter(None, ("partners" if partners else "", where))) or None


# first words to the reporter, by level (protocol section 5): routine, priority, urgent, immediate
_CLOCKS = (timedelta(days=7), timedelta(hours=48), timedelta(hours=2), timedelta(minutes=30))


class Hurry(Enum):
    """Whether this person writes faster than the rate; `FIRST`: and has not been told so for a minute."""

    NO = "no"
    FIRST = "first"
    MORE = "more"


@quick
@dataclass(frozen=True)  # without slots: see changing.py
class Facts:
    """What is true around this message.

    `spare`: the number that a new case of this turn takes. `given`: the cases of the receipt words in it, if they
    are right. `answer_within`: how soon a person answers, for each level. `nobody` is on duty, until `next_duty` if
    that is known. `closed`: nothing can be taken in but a danger sign (the disk is full),
    and with `nobody_reads` not even that (there is no key to seal it to). `signal`: our address there."""

    entropy: bytes
    spare: int
    answer_within: tuple[timedelta, ...] = _CLOCKS
    shard: int = 0
    shards: int = 1
    nobody: bool = False
    next_duty: datetime | None = None
    closed: bool = False
    nobody_reads: bool = False
    given: tuple[int, ...] = ()
    channel: str = "telegram"
    signal: str | None = None
    hurry: Hurry = Hurry.NO


@quick
@dataclass(frozen=True)
class Moment:
    """Everything that one message is decided with, beside what the person has said before."""

    kit: Kit
    facts: Facts
    now: datetime
    _assessed: list[tuple[Report, Assessment]] = field(default_factory=list, repr=False, compare=False)

    def assess(self, report: Report, mark: int = calm.UNMARKED) -> Assessment:
        """What these answers mean now; worked out once for each report, and forgotten with the message.

        `mark`: the session's mark of words that show nothing; words that it does not stand for are read."""
        for known, assessment in self._assessed:
            if known is report or known == report:
                return assessment
        is_calm = mark != calm.UNMARKED and mark == self.mark(report.words)
        assessment = assess(report, self.now, calm=is_calm)
        self._assessed.append((report, assessment))
        return assessment

    def mark(self, texts: Iterable[str]) -> int:
        """The mark of texts that show nothing."""
        return calm.mark(texts, self.kit.reading)

    def say(self, key: str, language: str, /, **values: object) -> str:
        """One text, in one language."""
        return self.kit.texts.say(key, language, **values)

    def time(self, at: datetime, language: str) -> str:
        """A moment as people say it. Where they are is not known, so it names its zone."""
        return self.kit.texts.time(at, language, UTC, self.now) + " UTC"

    def is_within(self, span: timedelta, since: int | None) -> bool:
        """Whether something happened (seconds since 1970; None: never) less than `span` ago."""
        return since is not None and self.now.timestamp() - since < span.total_seconds()
