"""Whether every alert would end at a human who can open and answer: enrolled, with a key, and tested this week.
Pure; says what is missing by id, and nothing about anybody else."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from responders.paging import ALARM_SENDERS
from responders.people import Enrolled
from responders.policies import Responders


def missing(responders: Responders, people: Mapping[str, Enrolled], now: datetime) -> Iterator[str]:
    """What stands between this configuration and being ready, one sentence each; nothing when it is ready."""
    for name, receiver in responders.receivers.items():
        coordinator = receiver.coordinator
        lacks = list(lacking(responders, people, coordinator, now))
        if lacks:
            yield f"receiver {name}: its coordinator {coordinator} {', '.join(lacks)}"


def lacking(
    responders: Responders, people: Mapping[str, Enrolled], person: str, now: datetime
) -> Iterator[str]:
    """What one person lacks to be the end of a ladder."""
    enrolled = people.get(person)
    if enrolled is None or not enrolled.channels:
        yield "is not enrolled (tocsin people invite)"
        return
    if enrolled.has_left:
        yield "has left"
    if not enrolled.keys:
        yield "has no key (tocsin people key)"
    point = responders.directory.focal_points.get(person)
    rings = {ALARM_SENDERS[alarm] for alarm in point.alarms} if point else set()
    if "webhook" not in rings and not rings & set(enrolled.channels):
        yield "is enrolled on no channel that responders.yaml gives them"
    if point is None or not point.content:
        yield "has no place to open a report"
    if not enrolled.is_tested(now):
        yield "has not answered a test in the last 7 days"
