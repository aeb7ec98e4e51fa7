"""Cross-checks of the route tree: the root catches everything, and every other route can be reached.
Yields problems at their lines."""

from collections.abc import Iterator, Mapping

from bot.check_names import Responding
from responders.routes import Match, Route, in_words
from responders.yaml_document import Problem, Where

SINGLE = ("level", "country", "role", "language", "link")  # labels of which a report has one value at most
Required = Mapping[str, frozenset[str]]


def routes(found: Responding) -> Iterator[Problem]:
    """A root without a receiver or with conditions, and routes that no report can ever take."""
    root = found.file.routes
    if root.receiver is None:
        yield found.problem(("routes",), 'the root route has no receiver: expected "receiver" under "routes"')
    if root.match.conditions():
        yield found.problem(("routes", "match"), "the root route matches everything: expected no match here")
    yield from _unreachable(found, ("routes",), root, {})


def _unreachable(found: Responding, where: Where, route: Route, required: Required) -> Iterator[Problem]:
    earlier: list[tuple[Where, Match]] = []
    for index, child in enumerate(route.routes):
        at = (*where, "routes", index)
        taken = next((place for place, before in earlier if _covers(before, child.match)), None)
        if taken is not None:
            line = found.document.place(taken)[0]
            message = (
                f'the route "{in_words(child.match)}" is never reached: line {line} takes all of it before'
            )
            yield found.problem(at, message)
        narrowed = _narrowed(required, child.match)
        empty = next((label for label, values in narrowed.items() if not values), None)
        if empty is not None:
            message = (
                f'the route "{in_words(child.match)}" is never reached: a route above it has another {empty}'
            )
            yield found.problem(at, message)
        else:
            yield from _unreachable(found, at, child, narrowed)
        if not child.continue_:
            earlier.append((at, child.match))


def _covers(before: Match, after: Match) -> bool:
    """Whether everything that `after` matches is matched by `before`."""
    wanted = dict(after.conditions())
    return all(label in wanted and set(wanted[label]) <= set(values) for label, values in before.conditions())


def _narrowed(required: Required, match: Match) -> Required:
    """What is known of the labels of a report that has come this far."""
    narrowed = dict(required)
    for label, values in match.conditions():
        if label in SINGLE:
            narrowed[label] = narrowed.get(label, frozenset(values)) & frozenset(values)
    return narrowed
