"""Cross-checks of who is woken in the end: every ladder, whatever the country of risk, leads to people who
can open a report and answer it, and somebody is always on call. Only for files whose names and shapes are
right."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.check_names import Responding
from responders.plan import Plan, plan
from responders.policies import PROTOCOL, Ladder, Who
from responders.rota import gaps
from responders.routes import Route
from responders.yaml_document import Problem, Where
from triage.scales import Level

AHEAD = timedelta(days=90)


def humans(found: Responding) -> Iterator[Problem]:
    """Ladders whose end leaves a report with nobody who can open it and answer (acceptance story 12)."""
    everybody = found.file.focal_points.values()
    countries = sorted({country for person in everybody for country in person.countries})
    for name in found.file.receivers:
        stuck = _stuck(_plan(found, name))
        if stuck:
            yield found.problem(
                ("receivers", name),
                f'receiver "{name}": at {_listed(stuck)} the ladder ends with nobody who can open a '
                "report and answer; expected a person with content: desk",
            )
            continue
        closed = [country for country in countries if _stuck(_plan(found, name, country))]
        if closed:
            yield found.problem(
                ("receivers", name),
                f'receiver "{name}": nobody may open a report about {_listed(closed)}; '
                "expected somebody who is neither there nor a national (rule 7)",
            )


def rota_gaps(found: Responding) -> Iterator[Problem]:
    """Stretches of the next 90 days in which nobody is on call."""
    for name, rota in found.file.rotas.items():
        for gap in gaps(rota, found.now, found.now + AHEAD):
            stretch = f"from {gap.begins:%Y-%m-%d %H:%M} to {gap.ends:%Y-%m-%d %H:%M} UTC"
            yield found.problem(("rotas", name), f'rota "{name}": nobody is on call {stretch}')


def advice(found: Responding) -> Iterator[Problem]:
    """What works, but leaves too little between a report and silence: warnings."""
    for name, receiver in found.file.receivers.items():
        at: Where = ("receivers", name)
        everybody = _plan(found, name)
        if len({*receiver.people, *found.file.rotas[receiver.rota].people}) == 1:
            yield found.warning(at, f'receiver "{name}": one person alone is on call and their own backup')
        people = found.file.focal_points
        read = {language for person in everybody.content for language in people[person].languages}
        unread = [language for language in found.languages if language not in read]
        if unread and everybody.content:
            yield found.warning(
                at, f'receiver "{name}": reporters may write in {_listed(unread)}; nobody reads it'
            )
    woken = {person for name in found.file.receivers for person in _plan(found, name).reaches}
    for name, person in found.file.focal_points.items():
        if name not in woken:
            yield found.warning(("focal_points", name), f'"{name}" belongs to no receiver and is never woken')
        elif len(set(person.alarms)) == 1:
            message = f'only {person.alarms[0].value} wakes "{name}": when it fails, nothing does'
            yield found.warning(("focal_points", name, "alarms"), message)


def clocks(found: Responding) -> Iterator[Problem]:
    """Ladders that are slower than the protocol's, section 5: warnings."""
    for where, level, ladder in found.ladders():
        for key, what, ours, theirs in _clocks(ladder, PROTOCOL.ladder(level)):
            if theirs is not None and (ours is None or ours > theirs):
                message = f"{level.word}: {what} later than the protocol's {_minutes(theirs)} (section 5)"
                yield found.warning((*where, *key), message)


Clock = tuple[Where, str, timedelta | None, timedelta | None]


def _clocks(ladder: Ladder, protocol: Ladder) -> Iterator[Clock]:
    """Place, what happens, our clock and the protocol's."""
    yield ("first_words",), "first words", ladder.first_words, protocol.first_words
    yield ("opened_within",), "resumed", ladder.opened_within, protocol.opened_within
    yield ("progress_every",), "progress is due", ladder.progress_every, protocol.progress_every
    if ladder.repeat is not None and protocol.repeat is not None:
        yield ("repeat", "every"), "woken again", ladder.repeat.every, protocol.repeat.every
    if ladder.then is not None and protocol.then is not None:
        yield ("then", "after"), "goes over", ladder.then.after, protocol.then.after
    for role in dict.fromkeys(role for step in protocol.steps for role in step.who):
        if role is not Who.PARTNERS:
            yield ("steps",), f"{role.value} is woken", _first(ladder, role), _first(protocol, role)


def _first(ladder: Ladder, role: Who) -> timedelta | None:
    return min((step.after for step in ladder.steps if role in step.who), default=None)


def _plan(found: Responding, receiver: str, country: str = "") -> Plan:
    """What would happen to a report that leads to this receiver at every level."""
    responders = replace(found.file.responders(), routes=Route(receiver=receiver))
    return plan(responders, {"level": Level.IMMEDIATE.word, "country": country}, found.now)


def _stuck(planned: Plan) -> list[str]:
    """The levels whose ladder ends with nobody who may open."""
    return [level.word for level in reversed(Level) if not _last(planned, level) & set(planned.content)]


def _last(planned: Plan, level: Level) -> set[str]:
    """Whom a ladder wakes again and again in the end."""
    ladder = planned.ladder(level)
    if ladder.repeat is not None:
        return set(ladder.repeat.people)
    return set(ladder.steps[-1].people) if ladder.then is None else _last(planned, ladder.then)


def _minutes(length: timedelta) -> str:
    minutes = int(length.total_seconds()) // 60
    for unit, size in (("d", 1440), ("h", 60)):
        if minutes and minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def _listed(words: list[str]) -> str:
    return ", ".join(words)
