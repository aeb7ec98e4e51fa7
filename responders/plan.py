"""An escalation policy frozen into one case: steps with people's ids in place of roles, for every level the
case may come to have. Pure; the case carries the plan, so that a later edit of the configuration cannot
lose an alert."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from responders.policies import Channels, Ladder, Responders, Step
from responders.roles import Group, Moment
from responders.rota import next_on_duty, next_working_time, on_call
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
    matched = match(responders.routes, labels)
    moment = Moment(responders, labels, now, frozenset(off), permitted)
    levels = _levels(labels)
    groups = _groups(moment, levels)
    ladders = tuple(_ladder(moment, groups, level) for level in Level)
    soonest = [person for level in levels for person in _everybody(ladders[level])]
    belong = [person for group in groups for person in group.everybody]
    reaches = tuple(dict.fromkeys((*soonest, *belong)))
    current = [group for group in groups if group.name in {found.receiver for found in matched}]
    on_duty = [when for group in current if (when := next_on_duty(group.rota, now)) is not None]
    return Plan(
        matched=matched,
        ladders=ladders,
        reaches=reaches,
        content=tuple(person for person in reaches if moment.may_open(person)),
        coordinators=tuple(dict.fromkeys(group.receiver.coordinator for group in groups)),
        on_duty_at=min(on_duty, default=None),
        gap=any(on_call(group.rota, now) is None for group in current),
    )


def readers(
    responders: Responders,
    labels: Labels,
    now: datetime,
    *,
    off: Collection[str] = (),
    permitted: bool = False,
) -> tuple[str, ...]:
    """The people of `Plan.content`, in another order and at a tenth of the cost: no step is worked out.

    Whoever a step can wake belongs to its receiver."""
    moment = Moment(responders, labels, now, frozenset(off), permitted)
    belong = (person for group in _groups(moment, _levels(labels)) for person in group.everybody)
    return tuple(person for person in dict.fromkeys(belong) if moment.may_open(person))


def _levels(labels: Labels) -> tuple[Level, ...]:
    """Soonest first: the present level, then as it could be raised."""
    return (_level(labels), *reversed(Level))


def _groups(moment: Moment, levels: Iterable[Level]) -> list[Group]:
    names = dict.fromkeys(name for level in levels for name in _receivers(moment, level))
    return [Group(moment, name) for name in names]


def _ladder(moment: Moment, groups: Sequence[Group], level: Level) -> PlannedLadder:
    """The ladders of all receivers of a level as one: each step when the first of them has it."""
    names = _receivers(moment, level)
    policy = moment.responders.policy
    pairs = [(group, policy(group.receiver).ladder(level)) for group in groups if group.name in names]
    steps: dict[timedelta, PlannedStep] = {}
    for group, ladder in pairs:
        for step in (_step(group, step) for step in ladder.steps):
            steps[step.after] = _joined(steps[step.after], step) if step.after in steps else step
    last = max(steps)
    thens = [ladder.then for _, ladder in pairs if ladder.then is not None]
    then = min(thens, key=lambda then: then.after, default=None)
    return PlannedLadder(
        level=level,
        steps=tuple(steps[after] for after in sorted(steps)),
        first_words=min(ladder.first_words for _, ladder in pairs),
        opened_within=min(ladder.opened_within for _, ladder in pairs),
        progress_every=min(
            (every for _, ladder in pairs if (every := ladder.progress_every) is not None), default=None
        ),
        repeat=_repeat(pairs, last),
        then=None if then is None else Level[then.level.upper()],
        then_after=None if then is None else then.after,
        digest=all(ladder.digest for _, ladder in pairs),
    )


def _repeat(pairs: Sequence[tuple[Group, Ladder]], last: timedelta) -> PlannedRepeat | None:
    found = [(group, ladder.repeat) for group, ladder in pairs if ladder.repeat is not None]
    if not found:
        return None
    people = [
        person for group, again in found for person in group.people(again.who, group.now + last + again.every)
    ]
    loudest = Channels.ALL if any(again.channels is Channels.ALL for _, again in found) else Channels.FIRST
    return PlannedRepeat(min(again.every for _, again in found), tuple(dict.fromkeys(people)), loudest)


def _joined(one: PlannedStep, other: PlannedStep) -> PlannedStep:
    channels = Channels.ALL if Channels.ALL in (one.channels, other.channels) else Channels.FIRST
    return PlannedStep(one.after, tuple(dict.fromkeys((*one.people, *other.people))), channels)


def _everybody(ladder: PlannedLadder) -> Iterable[str]:
    for step in ladder.steps:
        yield from step.people
    if ladder.repeat is not None:
        yield from ladder.repeat.people


def _level(labels: Labels) -> Level:
    word = labels.get("level", "")
    return Level[word.upper()] if isinstance(word, str) and word else Level.IMMEDIATE


def _receivers(moment: Moment, level: Level) -> tuple[str, ...]:
    labels = {**moment.labels, "level": level.word}
    return tuple(found.receiver for found in match(moment.responders.routes, labels))


def _step(group: Group, step: Step) -> PlannedStep:
    """A step with people in it; waiting for working time becomes part of `after`."""
    due = group.now + step.after
    if step.working_time:
        due = next_working_time(group.hours, due)
    return PlannedStep(due - group.now, group.people(step.who, due), step.channels)
