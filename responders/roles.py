"""Roles of an escalation policy turned into people: who is on call, who stands in, who is there and may open.
Pure; the rule for a gap lives here: nobody on call means the whole roster and the coordinator."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from responders.policies import Responders, Who
from responders.rota import everyone, in_turn, on_call
from responders.routes import Labels


@dataclass(frozen=True, slots=True)
class Moment:
    """What people are chosen by: the configuration, the report's labels, the time, who is off, what is
    permitted."""

    responders: Responders
    labels: Labels
    now: datetime
    off: frozenset[str] = frozenset()
    permitted: bool = False

    @property
    def country(self) -> str | None:
        """The country of risk, if the reporter named one."""
        country = self.labels.get("country", "")
        named = country if isinstance(country, str) else next(iter(country), "")
        return named or None

    def may_open(self, person: str) -> bool:
        """Whether the person may open content of this report."""
        return self.responders.directory.may_open(person, self.country, permitted=self.permitted)


class Group:
    """One receiver at one moment: resolves roles to people who are there and may open."""

    def __init__(self, moment: Moment, name: str) -> None:
        self.name = name
        self.receiver = moment.responders.receivers[name]
        self.rota = moment.responders.rotas[self.receiver.rota]
        self.hours = moment.responders.directory.hours[self.receiver.hours]
        self.now = moment.now
        self.roster = tuple(dict.fromkeys((*self.receiver.people, *self.rota.people)))
        self.partners = tuple(
            person
            for person, focal_point in moment.responders.directory.focal_points.items()
            if focal_point.partner is not None and focal_point.partner in self.receiver.partners
        )
        self.off = moment.off
        self.able = frozenset(
            person for person in self.everybody if person not in moment.off and moment.may_open(person)
        )
        self._known_turns: dict[datetime, Sequence[str]] = {}

    @property
    def everybody(self) -> tuple[str, ...]:
        """Whoever belongs to this receiver, whether or not a step names them."""
        return (*self.roster, *everyone(self.rota), *self.partners, self.receiver.coordinator)

    def people(self, roles: Iterable[Who], due: datetime) -> tuple[str, ...]:
        """Everybody a step wakes, in the order of its roles, and always one who may open, if there is any."""
        found = [person for role in roles for person in self._role(role, due) if person not in self.off]
        if self.able.isdisjoint(found):
            found += [person for person in (*self._turns(due), *self.everybody) if person in self.able][:1]
        return tuple(dict.fromkeys(found)) or (self.receiver.coordinator,)

    def _role(self, role: Who, due: datetime) -> Sequence[str]:
        match role:
            case Who.ON_CALL:
                return self._on_call(due)
            case Who.BACKUP:
                return [person for person in self._turns(due) if person not in self._on_call(due)][:1]
            case Who.ROSTER:
                return self.roster
            case Who.PARTNERS:
                return self.partners
            case Who.COORDINATOR:
                return (self.receiver.coordinator,)

    def _on_call(self, due: datetime) -> Sequence[str]:
        """Who is on call, or the next in turn who is there and may open. In a gap: roster and coordinator."""
        return self._turns(due)[:1] or (*self.roster, self.receiver.coordinator)

    def _turns(self, due: datetime) -> Sequence[str]:
        """Everybody who could take it, whoever is on call first; nobody in a gap."""
        if due not in self._known_turns:
            gap = on_call(self.rota, due) is None
            ordered = () if gap else dict.fromkeys((*in_turn(self.rota, due), *self.roster))
            self._known_turns[due] = [person for person in ordered if person in self.able]
        return self._known_turns[due]
