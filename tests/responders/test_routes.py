"""The route tree reads as Alertmanager's does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responders.routes import Labels, Match, Matched, Route, holds, match
from tests.examples import examples

TREE = Route(
    receiver="root",
    routes=(
        Route(Match(link=("had", "planned")), "un-liaison", continue_=True),
        Route(
            Match(country=("GT", "HN")),
            "central-america",
            routes=(Route(Match(level=("immediate", "urgent")), "night"), Route(Match(acts=("missing",)))),
        ),
        Route(Match(language=("unknown",)), "interpreters"),
    ),
)


def receivers(**labels: str | tuple[str, ...]) -> list[str]:
    return [found.receiver for found in match(TREE, {"language": "es", **labels})]


def test_what_nothing_matches_goes_to_the_root() -> None:
    assert match(TREE, {"language": "es"}) == (Matched("root"),)


def test_the_deepest_match_wins_and_says_why() -> None:
    labels: Labels = {"level": "immediate", "country": "GT", "language": "es"}
    assert match(TREE, labels) == (Matched("night", ("country=GT|HN", "level=immediate|urgent")),)


def test_a_child_without_a_receiver_uses_its_parents() -> None:
    assert receivers(country="GT", acts=("threat", "missing"), level="routine") == ["central-america"]


def test_continue_goes_on_to_the_next_sibling() -> None:
    assert receivers(link="had", country="HN", level="routine") == ["un-liaison", "central-america"]


def test_a_continued_match_alone_does_not_add_the_parent() -> None:
    assert receivers(link="had") == ["un-liaison"]


def test_a_missing_label_matches_unknown_and_nothing_else() -> None:
    assert [found.receiver for found in match(TREE, {})] == ["interpreters"]
    assert not holds(Match(country=("GT",)), {"country": ""})


def test_a_root_without_a_receiver_is_refused() -> None:
    with pytest.raises(ValueError, match="root"):
        match(Route(), {})


values = st.sampled_from(["", "GT", "HN", "immediate", "routine", "had", "missing", "es"])
names = st.sampled_from(["level", "country", "acts", "role", "language", "link"])
matches = st.dictionaries(names, st.lists(values.filter(bool), min_size=1).map(tuple)).map(
    lambda kw: Match(**kw)
)
trees = st.recursive(
    st.builds(Route, matches, st.sampled_from([None, "a", "b"]), st.booleans()),
    lambda children: st.builds(
        Route,
        matches,
        st.sampled_from([None, "a", "b"]),
        st.booleans(),
        st.lists(children, max_size=3).map(tuple),
    ),
    max_leaves=8,
)


@examples(40)
@given(st.lists(trees, max_size=4), st.dictionaries(names, values))
def test_any_tree_leads_any_labels_to_a_receiver(children: list[Route], labels: dict[str, str]) -> None:
    assert match(Route(receiver="root", routes=tuple(children)), labels)
