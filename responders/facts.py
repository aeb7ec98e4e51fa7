"""What the directory knows at the moment of a command, handed in by dispatch.py. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from responders.ending import Retention
from responders.plan import Plan

PROTOCOL_RETENTION = Retention()


@dataclass(frozen=True, slots=True)
class Facts:
    """`people` and `bodies`: every name that may be typed, in normal form (`commands.normal`), to its id.

    `off`: people off duty now. `plan`: a fresh one for this case's labels, for ladders that begin again.
    `text_version`: of the fixed consent texts."""

    people: Mapping[str, str] = field(default_factory=dict)
    bodies: Mapping[str, str] = field(default_factory=dict)
    off: frozenset[str] = frozenset()
    plan: Plan | None = None
    retention: Retention = PROTOCOL_RETENTION
    text_version: str = ""
