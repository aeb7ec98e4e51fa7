"""The route tree: which receivers an alert leads to, and why. The root matches everything and has a
receiver, so nothing is ever unrouted. Pure; it never looks at who is on call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

UNKNOWN = "unknown"  # matches a label that the report does not have; a missing label matches nothing else

Labels = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Match:
    """Conditions that must all hold; each lists values of which one must be among the report's."""

    level: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    link: tuple[str, ...] = ()

    def conditions(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The labels that are asked about, each with the values that satisfy it."""
        named = ((entry.name, getattr(self, entry.name)) for entry in fields(self))
        return tuple((name, values) for name, values in named if values)


@dataclass(frozen=True, slots=True)
class Route:
    """One node: children are tried in order, and the first that matches wins unless it says `continue`.

    A route without a receiver uses its parent's, as in Alertmanager."""

    match: Match = Match()
    receiver: str | None = None
    continue_: bool = False
    routes: tuple["Route", ...] = ()


@dataclass(frozen=True, slots=True)
class Matched:
    """A receiver and the conditions on the way to it, outermost first (empty: the root itself)."""

    receiver: str
    path: tuple[str, ...] = ()


def match(tree: Route, labels: Labels) -> tuple[Matched, ...]:
    """The receivers for these labels, in the order of the tree, each once.

    Labels: level, country, acts, role, language, link; a value is text or several texts."""
    if tree.receiver is None:
        raise ValueError("the root route has no receiver")
    found: dict[str, Matched] = {}
    for matched in _descend(tree, labels, tree.receiver, ()):
        found.setdefault(matched.receiver, matched)
    return tuple(found.values())


def _descend(route: Route, labels: Labels, inherited: str, path: tuple[str, ...]) -> list[Matched]:
    receiver = route.receiver or inherited
    found: list[Matched] = []
    for child in route.routes:
        if not holds(child.match, labels):
            continue
        found += _descend(child, labels, receiver, (*path, in_words(child.match)))
        if not child.continue_:
            break
    return found or [Matched(receiver, path)]


def holds(conditions: Match, labels: Labels) -> bool:
    """Whether every condition is met by the labels."""
    return all(_values(labels, name) & set(wanted) for name, wanted in conditions.conditions())


def in_words(conditions: Match) -> str:
    """The conditions as an administrator would read them: `level=immediate|urgent country=GT`."""
    return " ".join(f"{name}={'|'.join(values)}" for name, values in conditions.conditions()) or "everything"


def _values(labels: Labels, name: str) -> set[str]:
    given = labels.get(name, ())
    values = {given} if isinstance(given, str) else set(given)
    return values - {""} or {UNKNOWN}
