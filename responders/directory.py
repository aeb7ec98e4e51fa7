"""The people who answer: what they speak, how they are woken, where they can read, and what they may not see.
It holds no address and no key: those are enrolled into the store and never stand in a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from responders.rota import Hours


class Alarm(StrEnum):
    """Channels that wake somebody; what goes over them is content-free."""

    TELEGRAM = "telegram-alerts"
    SIGNAL = "signal-alerts"
    WEBHOOK = "webhook"
    EMAIL = "email"
    LOCAL = "local"


class Content(StrEnum):
    """Places where a report can be opened and answered."""

    DESK = "desk"
    SIGNAL = "signal"  # the card, and words under the transit key, to the phone of whoever has the case
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class FocalPoint:
    """A named person or office answering for an area; the directory knows them by id."""

    name: str
    languages: tuple[str, ...]
    alarms: tuple[Alarm, ...]
    content: tuple[Content, ...] = ()
    located_in: str | None = None
    nationalities: tuple[str, ...] = ()
    not_countries: tuple[str, ...] = ()
    hours: str | None = None
    partner: str | None = None

    def is_excluded(self, country: str | None) -> bool:
        """Whether protocol section 5, rule 7 keeps content about this country of risk from them."""
        return country is not None and country in self.countries

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries of risk whose reports they may not see."""
        located = () if self.located_in is None else (self.located_in,)
        return (*located, *self.nationalities, *self.not_countries)


@dataclass(frozen=True, slots=True)
class Partner:
    """Another organisation; one that the notice does not name gets number and level only (protocol section
    4)."""

    name: str
    named_in_notice: bool = False


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody by id, with the partners and the working hours they refer to.

    `local_staff_may_open` switches rule 7 off; the notice must then say so."""

    focal_points: Mapping[str, FocalPoint]
    partners: Mapping[str, Partner] = field(default_factory=dict)
    hours: Mapping[str, Hours] = field(default_factory=dict)
    local_staff_may_open: bool = False

    @property
    def named_partners(self) -> tuple[str, ...]:
        """The names of the partners that the notice names, as reporters read them."""
        return tuple(partner.name for partner in self.partners.values() if partner.named_in_notice)

    def may_open(self, person: str, country: str | None, *, permitted: bool = False) -> bool:
        """Whether a person may open content: has a place to read it, works for somebody whom the notice
        names, and is not kept out by rule 7 (unless the reporter `permitted` it, or the organisation said
        so)."""
        focal_point = self.focal_points.get(person)
        if focal_point is None or not focal_point.content:
            return False
        if focal_point.partner is not None:
            partner = self.partners.get(focal_point.partner)
            if partner is None or not partner.named_in_notice:
                return False
        return permitted or self.local_staff_may_open or not focal_point.is_excluded(country)
