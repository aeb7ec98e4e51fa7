"""Which question comes next in the shipped flow."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.conditions import Value
from bot.flow import SKIPPED, End, Flow, Kind, Question, Role, button_data, read_button_data
from bot.flow_loader import load
from bot.flow_paths import walk
from tests.bot.flows.conftest import REPRISAL

IDS = [
    "opening", "push", "notice", "country", "what", "seen", "hurt", "under_18", "dated",
    "address_known", "when", "on", "about", "how_many", "kinship", "push_later", "more", "link",
    "who_did", "words", "help", "exclude", "later",
]  # fmt: skip


def test_the_shipped_flow_asks_the_rows_of_the_protocol(flow: Flow) -> None:
    assert [question.id for question in flow.questions] == IDS
    opening = flow.with_role(Role.OPENING)[0]
    assert [choice.id for choice in opening.choices if choice.alert] == ["unsafe", "missing", "cannot_write"]


def test_a_question_is_asked_only_where_it_changes_a_decision(flow: Flow) -> None:
    held: dict[str, Value] = {"opening": "unsure", "what": ("arrested",)}
    assert asked(flow, held) >= {"seen", "hurt", "under_18"}
    assert not asked(flow, {"opening": "unsure", "what": ("harassed",)}) & {"seen", "dated", "on", "how_many"}
    assert asked(flow, {"opening": "unsure", "what": ("threat",)}) >= {"dated", "address_known"}
    assert "what" not in asked(flow, {"opening": "missing"})
    assert asked(flow, {"opening": "question"}) == {"opening", "notice", "push_later", "words"}


def test_row_two_is_asked_once(flow: Flow) -> None:
    assert asked(flow, {"opening": "unsafe"}) & {"push", "push_later"} == {"push"}
    assert asked(flow, {"opening": "soon"}) & {"push", "push_later"} == {"push_later"}
    assert "push_later" not in asked(flow, {"opening": "soon", "push": "hello"})


def test_a_refused_notice_ends_as_the_alert_allows(flow: Flow) -> None:
    refused = flow.next_after("notice", {"opening": "soon", "notice": "refuse"})
    kept = flow.next_after("notice", {"opening": "unsafe", "push": "never", "notice": "refuse"})
    assert isinstance(refused, End)
    assert isinstance(kept, End)
    assert (refused.id, refused.discard) == ("refused", True)
    assert (kept.id, kept.discard) == ("kept", False)


def test_what_a_memo_has_answered_is_not_asked_again(flow: Flow) -> None:
    known: dict[str, Value] = {"opening": "unsure", "country": "TD", "what": ("missing",)}
    step = flow.next_after("notice", {**known, "notice": "agree"})
    assert isinstance(step, Question)
    assert step.id == "seen"


def test_back_leads_to_the_last_answer_and_drops_what_no_longer_shows(flow: Flow) -> None:
    answers: dict[str, Value] = {"opening": "soon", "notice": "agree", "what": ("arrested",), "seen": "no"}
    before = flow.previous("hurt", answers)
    assert before is not None
    assert before.id == "seen"
    assert "seen" not in flow.prune({**answers, "what": ("harassed",)})


def test_row_two_asked_out_of_turn_is_never_dropped(flow: Flow) -> None:
    answers: dict[str, Value] = {"opening": "soon", "push": "never", "notice": "agree"}
    assert flow.prune(answers) == answers


def test_only_the_services_of_the_organisation_are_offered(flow: Flow) -> None:
    narrowed = flow.offering({"services": ["medical"]})
    assert [choice.id for choice in narrowed.question("help").choices] == ["medical", "record"]
    assert narrowed.shape == flow.shape


def test_every_path_ends_and_the_longest_is_known(flow: Flow) -> None:
    found = walk(flow)
    assert found.ends == {"sent", "another", "refused", "kept"}
    assert (found.fewest, found.most) == (2, 22)


def test_a_new_wording_keeps_the_shape_and_a_new_choice_changes_it(flow: Flow, tmp_path: Path) -> None:
    text = REPRISAL.read_text(encoding="utf-8")
    changed = tmp_path / "reprisal.yaml"
    changed.write_text(text.replace("ask: Who did it?", "ask: Who was it?"), encoding="utf-8")
    assert load(changed).shape == flow.shape
    changed.write_text(text.replace("{id: armed,", "{id: gunmen,"), encoding="utf-8")
    assert load(changed).shape != flow.shape


@given(st.data())
def test_any_walk_through_the_flow_ends(flow: Flow, data: st.DataObject) -> None:
    answers: dict[str, Value] = {}
    step = flow.next_after(None, answers)
    for _ in flow.questions:
        if isinstance(step, End):
            break
        answers[step.id] = data.draw(values(step))
        step = flow.next_after(step.id, answers)
    assert isinstance(step, End)
    assert flow.prune(answers) == answers


def test_a_button_names_its_question() -> None:
    assert read_button_data(button_data("opening", "unsafe")) == ("opening", "unsafe")
    assert read_button_data("hello.") is None
    assert read_button_data("12.30") is None


def values(question: Question) -> st.SearchStrategy[Value]:
    ids = [choice.id for choice in question.choices]
    if question.kind is Kind.CHOICE:
        return st.sampled_from([*ids, SKIPPED] if question.skip else ids)
    if question.kind is Kind.MULTI:
        return st.lists(st.sampled_from(ids), unique=True).map(tuple)
    return st.sampled_from(["x", SKIPPED])


def asked(flow: Flow, given_answers: dict[str, Value]) -> set[str]:
    """Every question on the way to the end; what is not given is skipped, or takes its first choice."""
    answers: dict[str, Value] = {}
    step = flow.next_after(None, answers)
    while isinstance(step, Question):
        answers[step.id] = given_answers.get(step.id) or (SKIPPED if step.skip else step.choices[0].id)
        if step.id == "notice":
            answers |= {"push": given_answers["push"]} if "push" in given_answers else {}
        if step.id == "more":
            answers["more"] = "more"
        step = flow.next_after(step.id, answers)
    return set(answers)
