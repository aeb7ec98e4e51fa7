"""config/responders.yaml as it is written: one mapping for each kind of thing. Becomes `Responders`; it
decides nothing, and what refers to what is looked at by `tocsin check`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from responders.directory import Directory, FocalPoint, Partner
from responders.policies import Policy, Receiver, Responders
from responders.rota import Hours, Rota
from responders.routes import Route


@dataclass(frozen=True, slots=True)
class RespondersFile:
    """The sections of the file, in its order."""

    focal_points: Mapping[str, FocalPoint]
    hours: Mapping[str, Hours]
    rotas: Mapping[str, Rota]
    receivers: Mapping[str, Receiver]
    routes: Route
    policies: Mapping[str, Policy] = field(default_factory=dict)
    partners: Mapping[str, Partner] = field(default_factory=dict)
    local_staff_may_open: bool = False

    def responders(self) -> Responders:
        """The same, in the shape that planning uses."""
        directory = Directory(self.focal_points, self.partners, self.hours, self.local_staff_may_open)
        return Responders(directory, self.rotas, self.receivers, self.routes, self.policies)
