"""An escalation policy frozen into one case: steps with people's ids in place of roles, for every level the
case may come to have. Pure; the case carries the plan, so that a later edit of the configuration cannot
lose an alert."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from responders.policies import Channels, Ladder, Receiver, Responders, Step, Who
from responders.rota import in_turn, next_on_duty, next_working_time, on_call
from responders.routes import Labels, Matched, match
from triage.scales import Level


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """Wake these people, this long after the ladder began (waiting for working time is already counted
    in)."""

    after: timedelta
    people: tuple[str, ...]
    channels: Channels = Channels.ALL


@dataclass(frozen=True, slots=True)
class PlannedRepeat:
    """After the last step, wake these people again and again until somebody has it."""

    every: timedelta
    people: tuple[str, ...]
    channels: Channels = Channels.ALL


@dataclass(frozen=True, slots=True)
class PlannedLadder:
    """One level's ladder with people in place of roles; the clocks are those of `policies.Ladder`.

    At `then_after` (if not None) the ladder of `then` begins at its first step."""

    level: Level
    steps: tuple[PlannedStep, ...]
    first_words: timedelta
    opened_within: timedelta
    progress_every: timedelta | None = None
    repeat: PlannedRepeat | None = None
    then: Level | None = None
    then_after: timedelta | None = None
    digest: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is frozen into a case.

    `matched`: the receivers of the present level and the route to each. `ladders`: one for each level, by
    its number. `reaches`: everybody any ladder can ever wake, soonest first. `content`: those of them who
    may open content; the body is sealed to them. `coordinators`: may take from others. `on_duty_at`: when
    somebody is on call (None: not in the next 90 days). `gap`: nobody was on call, so the roster and the
    coordinator stand in."""

    matched: tuple[Matched, ...]
    ladders: tuple[PlannedLadder, ...]
    reaches: tuple[str, ...]
    content: tuple[str, ...]
    coordinators: tuple[str, ...]
    on_duty_at: datetime | None
    gap: bool = False

    def ladder(self, level: Level) -> PlannedLadder:
        """The ladder to climb at a level."""
        return self.ladders[level]


def plan(
    responders: Responders,
    labels: Labels,
    now: datetime,
    *,
    off: Collection[str] = (),
    permitted: bool = False,
) -> Plan:
    """Freeze the routes, rotas and policies of this moment for a report with these labels.

    `labels` as for `routes.match`; `level` is the present level's word. `off`: people who said that they
    are away, or who cannot be reached at all; nobody counts on them. `permitted`: the reporter lifted rule
    7. To begin a ladder again later (a raise, a resumed ladder), plan again: whoever is on call may have
    changed."""
    raise NotImplementedError
