"""Escalation policies: who is told next, after how long, until when. The defaults are the clocks of the
protocol, section 5; an organisation may shorten them. Data only: nothing here waits or sends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from responders.directory import Directory
from responders.rota import Rota
from responders.routes import Route
from triage.scales import Level


class Who(StrEnum):
    """Whom a step wakes; resolved to people when a policy is frozen into a case."""

    ON_CALL = "on_call"
    BACKUP = "backup"
    ROSTER = "roster"
    PARTNERS = "partners"
    COORDINATOR = "coordinator"


class Channels(StrEnum):
    """Which of a person's alarm channels ring."""

    ALL = "all"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Step:
    """Wake these, this long after the ladder began; with `working_time`, not before working time begins."""

    after: timedelta
    who: tuple[Who, ...]
    channels: Channels = Channels.ALL
    working_time: bool = False


@dataclass(frozen=True, slots=True)
class Repeat:
    """After the last step: wake these again and again, without a cap, until somebody has it."""

    every: timedelta
    who: tuple[Who, ...]
    channels: Channels = Channels.ALL


@dataclass(frozen=True, slots=True)
class Then:
    """Go over to another level's ladder, this long after the ladder began."""

    after: timedelta
    level: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """What happens at one level until a person has it, and the clocks that run afterwards.

    `digest`: the first step is a line in the daily digest, not a page of its own. `opened_within`: a take
    that is not opened by then resumes the ladder. `progress_every`: so does silence after it.
    `first_words`: when the reporter must have heard from a person, as row 2 of the flow allows."""

    steps: tuple[Step, ...]
    first_words: timedelta
    progress_every: timedelta | None = None
    opened_within: timedelta = timedelta(minutes=5)
    repeat: Repeat | None = None
    then: Then | None = None
    digest: bool = False


_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_EVERYBODY = (Who.ON_CALL, Who.BACKUP, Who.ROSTER, Who.PARTNERS, Who.COORDINATOR)

IMMEDIATE = Ladder(
    steps=(
        Step(timedelta(0), (Who.ON_CALL, Who.BACKUP)),
        Step(3 * _MINUTE, (Who.ROSTER, Who.PARTNERS)),
        Step(10 * _MINUTE, (Who.COORDINATOR,)),
    ),
    repeat=Repeat(5 * _MINUTE, _EVERYBODY),
    progress_every=30 * _MINUTE,
    first_words=30 * _MINUTE,
)
URGENT = Ladder(
    steps=(
        Step(timedelta(0), (Who.ON_CALL,)),
        Step(15 * _MINUTE, (Who.ON_CALL,)),
        Step(60 * _MINUTE, (Who.ROSTER, Who.PARTNERS)),
        Step(90 * _MINUTE, (Who.COORDINATOR,)),
    ),
    then=Then(2 * _HOUR, "immediate"),
    progress_every=_DAY,
    first_words=_DAY,
)
PRIORITY = Ladder(
    steps=(
        Step(timedelta(0), (Who.ON_CALL,), Channels.FIRST, working_time=True),
        Step(_DAY, (Who.COORDINATOR,)),
    ),
    repeat=Repeat(_DAY, (Who.COORDINATOR,)),
    first_words=2 * _DAY,
)
ROUTINE = Ladder(
    steps=(
        Step(timedelta(0), (Who.ON_CALL,), Channels.FIRST, working_time=True),
        Step(3 * _DAY, (Who.COORDINATOR,)),
    ),
    repeat=Repeat(_DAY, (Who.COORDINATOR,)),
    digest=True,
    first_words=7 * _DAY,
)


@dataclass(frozen=True, slots=True)
class Policy:
    """One ladder for each level; whatever an organisation leaves out is the protocol's."""

    immediate: Ladder = IMMEDIATE
    urgent: Ladder = URGENT
    priority: Ladder = PRIORITY
    routine: Ladder = ROUTINE

    def ladder(self, level: Level) -> Ladder:
        """The ladder of a level."""
        return {
            Level.IMMEDIATE: self.immediate,
            Level.URGENT: self.urgent,
            Level.PRIORITY: self.priority,
            Level.ROUTINE: self.routine,
        }[level]


PROTOCOL = Policy()


@dataclass(frozen=True, slots=True)
class Receiver:
    """A group that an alert can lead to. `policy` None is the protocol's own policy.

    `people` is the roster; whoever stands in the rota belongs to it too. `hours` is the group's working
    time."""

    people: tuple[str, ...]
    rota: str
    coordinator: str
    hours: str
    policy: str | None = None
    partners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Responders:
    """All of config/responders.yaml: who answers, when, for what, and who is told next."""

    directory: Directory
    rotas: Mapping[str, Rota]
    receivers: Mapping[str, Receiver]
    routes: Route
    policies: Mapping[str, Policy] = field(default_factory=dict)

    def policy(self, receiver: Receiver) -> Policy:
        """The receiver's policy, or the protocol's."""
        return PROTOCOL if receiver.policy is None else self.policies[receiver.policy]
