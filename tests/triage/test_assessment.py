"""`assess` against the protocol's section 5: each cell, floor and raise, and what holds for any report."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.examples import examples
from triage import signs
from triage.acts import CODES, GROUPS
from triage.assessment import TABLE, Assessment, Reason, assess
from triage.report import Answer, Report
from triage.scales import Certainty, Level, Severity, Urgency

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
R, P, U, I = Level.ROUTINE, Level.PRIORITY, Level.URGENT, Level.IMMEDIATE  # noqa: E741 (as in the protocol's table)


def codes(assessment: Assessment) -> list[str]:
    return [reason.code for reason in assessment.reasons]


def level(now: datetime = NOW, **fields: object) -> Level:
    return assess(replace(Report(), **fields), now).level  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("urgency", "levels"),
    [
        ("immediate", (I, I, I, I, I)),
        ("expected", (I, U, U, P, U)),
        ("future", (U, U, P, R, P)),
        ("past", (P, P, R, R, R)),
        ("unknown", (I, U, U, U, U)),
    ],
)
def test_the_table_is_the_protocol_s(urgency: str, levels: tuple[Level, ...]) -> None:
    columns = ("extreme", "severe", "moderate", "minor", "unknown")
    assert tuple(TABLE[Urgency(urgency), Severity(column)] for column in columns) == levels


# One report for each cell that answers can reach, with the level the floors then allow.
@pytest.mark.parametrize(
    ("opening", "when", "what", "expected"),
    [
        ("unsafe", None, (), I),
        ("missing", None, (), I),
        ("missing", "longer", (), I),
        ("cannot_write", "longer", ("restrictive_law",), I),
        ("unsure", "now", ("threat",), I),
        ("unsure", "now", ("killing",), I),
        ("unsure", "now", ("followed",), U),
        ("unsure", "now", ("restrictive_law",), P),
        ("unsure", "now", ("other",), U),
        ("safe", "now", ("threat",), U),
        ("soon", "day", ("killing",), I),
        ("soon", "days", ("threat",), U),
        ("soon", "days", ("harassed",), U),
        ("soon", "day", ("restrictive_law",), P),
        ("soon", "longer", ("killing",), U),
        ("soon", "longer", ("threat",), U),
        ("soon", "longer", ("organisation",), P),
        ("soon", "longer", ("other",), P),
        ("safe", "longer", ("killing",), P),
        ("safe", "longer", ("threat",), P),
        ("safe", "longer", ("raided",), P),
        ("safe", "longer", ("harassed",), R),
        ("safe", "longer", ("other",), R),
        ("unsure", "longer", ("harassed",), U),
        ("unsure", None, ("killing",), I),
        ("unsure", None, ("threat",), U),
        ("unsure", None, ("harassed",), U),
        ("unsure", None, (), U),
        ("soon", None, ("harassed",), U),
        ("safe", None, ("harassed",), P),
        ("safe", None, ("threat",), U),
        ("safe", None, (), P),
        ("question", None, (), R),
        ("question", None, ("other",), P),
        (None, None, (), U),
    ],
)
def test_opening_time_and_act_give_the_level(
    opening: str | None, when: str | None, what: tuple[str, ...], expected: Level
) -> None:
    assert level(opening=opening, when=when, what=what) is expected


@pytest.mark.parametrize("group", list(GROUPS))
def test_a_group_s_floor_holds_whatever_the_time(group: str) -> None:
    for when in (None, "now", "day", "days", "longer", "date"):
        if group == "missing" and when == "longer":
            continue
        assert level(opening="soon", when=when, what=(group,)) >= GROUPS[group].floor


def test_missing_for_longer_is_urgent_unless_the_opening_alerts() -> None:
    assert level(opening="soon", when="longer", what=("missing",)) is U
    assert level(opening="unsure", when="longer", what=("missing",)) is U
    assert level(opening="safe", when="longer", what=("missing",)) is U
    assert level(opening="missing", when="longer") is I


def test_someone_still_held_is_never_past() -> None:
    assert level(opening="safe", when="longer", what=("arrested",), about="agreed") is U
    assert level(opening="safe", when="longer", what=("arrested",)) is U
    assert level(opening="safe", when="longer", what=("arrested",), about="me") is P


HELD = Report(opening="soon", what=("arrested",), when="longer", about="agreed", seen=Answer.YES)
MISSING = Report(opening="soon", what=("missing",), when="longer", about="cannot_ask")


@pytest.mark.parametrize(
    ("report", "code", "expected"),
    [
        (replace(HELD, when="day", seen=Answer.NO), "raise.held_unseen", I),
        (replace(HELD, when="day", seen=Answer.UNKNOWN), "raise.held_unseen", I),
        (replace(HELD, when="day", seen=None), "raise.held_unseen", I),
        (replace(HELD, under_18=Answer.YES), "raise.child", I),
        (replace(MISSING, under_18=Answer.YES), "raise.child", I),
        (replace(MISSING, when="days"), "raise.missing_recent", I),
        (MISSING, "raise.missing_long", U),
        (replace(HELD, hurt=Answer.YES), "raise.hurt_held", I),
        (
            Report(opening="soon", what=("threat",), dated=Answer.YES, on=date(2026, 3, 12)),
            "raise.threat_dated",
            I,
        ),
        (
            Report(opening="soon", what=("forced_return",), when="date", on=date(2026, 3, 12)),
            "raise.forced_return",
            I,
        ),
        (Report(opening="soon", when="longer", address_known=Answer.YES), "raise.address_known", U),
        (Report(opening="soon", what=("doxxing",), when="longer"), "raise.home_published", U),
        (Report(opening="soon", what=("account_or_device_hacked",), when="longer"), "raise.device_taken", U),
    ],
)  # fmt: skip
def test_a_raise_lifts_the_level_and_says_why(report: Report, code: str, expected: Level) -> None:
    assessment = assess(report, NOW)
    assert assessment.level is expected
    assert code in codes(assessment)


@pytest.mark.parametrize(
    "report",
    [
        HELD,
        replace(HELD, when="day"),
        replace(HELD, when="days", seen=Answer.NO),
        replace(HELD, under_18=Answer.UNKNOWN),
        replace(HELD, hurt=Answer.UNKNOWN),
        Report(opening="soon", what=("threat",), dated=Answer.YES, on=date(2026, 3, 14)),
    ],
)
def test_what_was_not_said_does_not_wake_everybody(report: Report) -> None:
    assert assess(report, NOW).level is U


def test_a_summons_becomes_urgent_three_days_before_with_no_new_message() -> None:
    """Story 10."""
    summons = Report(opening="soon", what=("organisation",), when="date", on=date(2026, 3, 20))
    first = assess(summons, NOW)
    assert first.level is P
    assert first.reassess_at == datetime(2026, 3, 17, tzinfo=UTC)
    assert first.remind_at == datetime(2026, 3, 19, tzinfo=UTC)
    then = assess(summons, first.reassess_at)
    assert then.level is U
    assert then.reassess_at is None
    assert "when.date_near" in codes(then)
    later = assess(summons, NOW + timedelta(days=30))
    assert later.level is U
    assert later.remind_at is None
    assert "when.date_passed" in codes(later)


def test_now_does_not_grow_old() -> None:
    report = Report(opening="unsure", what=("threat",), when="now")
    assert assess(report, NOW + timedelta(days=9)).level is I


def test_an_arabizi_disappearance_is_immediate() -> None:
    """Story 7."""
    assessment = assess(Report(words=("akhoya mokhtafi men 10 sa3at",), language="ar"), NOW)
    assert assessment.level is I
    assert assessment.unsure
    assert Reason("words.missing", "mokhtafi men 10 sa3at") in assessment.reasons


def test_words_raise_and_their_ids_alone_still_do() -> None:
    report = Report(opening="safe", words=("they are breaking down my door",))
    assert level(opening="safe") is P
    assessment = assess(report, NOW)
    assert assessment.level is I
    assert assessment.unsure, "answers and words disagree"
    kept = assess(replace(report, words=(), danger=("breaking", "not-a-sign")), NOW)
    assert kept.level is I
    assert codes(kept)[-2:] == ["words.breaking", "words.danger"]


def test_one_cry_is_urgent_and_a_second_immediate() -> None:
    assert level(opening="question", words=("ayuda",)) is U
    assert level(opening="question", words=("ayuda", "auxilio")) is I
    assert level(opening="question", words=("ayuda vienen",)) is I


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"voice": True}, "unsure.voice"),
        ({"interpreter": True}, "unsure.language"),
        ({"language": "und"}, "unsure.language"),
        ({"unsure": True}, "unsure.answer"),
    ],
)
def test_what_the_machine_cannot_read_goes_to_a_person(fields: dict[str, object], code: str) -> None:
    assessment = assess(replace(Report(opening="question"), **fields), NOW)  # type: ignore[arg-type]
    assert assessment.unsure
    assert assessment.level is P
    assert code in codes(assessment)


def test_group_ten_opening_five_and_the_two_marked_cells_are_unsure() -> None:
    for report in (
        Report(opening="soon", what=("other",), when="longer"),
        Report(opening="unsure", what=("threat",), when="day"),
        Report(opening=None, what=("restrictive_law",)),
        Report(),
    ):
        assert assess(report, NOW).unsure
    assert not assess(Report(opening="soon", what=("threat",), when="day"), NOW).unsure
    assert not assess(Report(opening="unsafe"), NOW).unsure


@pytest.mark.parametrize(
    ("about", "kinship", "certainty"),
    [
        ("me", None, "observed"),
        ("agreed", "family", "likely"),
        ("group", "other", "possible"),
        (None, None, "unknown"),
    ],
)
def test_certainty_comes_from_who_writes(about: str | None, kinship: str | None, certainty: str) -> None:
    assert assess(Report(about=about, kinship=kinship), NOW).certainty is Certainty(certainty)


class Model:
    """A text model with one opinion."""

    def __init__(self, opinion: Level | None) -> None:
        self.opinion = opinion

    def level(self, text: str, language: str) -> Level | None:
        assert text
        assert language
        return self.opinion


def test_a_model_may_raise_never_lower_and_its_silence_leads_to_a_person() -> None:
    report = Report(opening="soon", what=("harassed",), when="longer", words=("They wrote again.",))
    assert assess(report, NOW, text_model=Model(I)).level is I
    assert assess(report, NOW, text_model=Model(R)).level is P
    dead = assess(report, NOW, text_model=Model(None))
    assert dead.level is P
    assert dead.unsure


TEXTS = Path(__file__).parents[2] / "config" / "texts" / "reasons.yaml"
TIMES = ("now", "day", "days", "longer", "date")
OPENINGS = ("unsafe", "missing", "cannot_write", "soon", "unsure", "safe", "question")


def test_every_reason_has_a_short_sentence() -> None:
    texts = YAML(typ="safe").load(TEXTS.read_text(encoding="utf-8"))
    source = "".join(
        path.read_text(encoding="utf-8") for path in (Path(__file__).parents[2] / "triage").glob("*.py")
    )
    for sign in signs.known():
        assert f"words.{sign}" in texts
    for group in GROUPS:
        assert f"what.{group}" in texts
    for opening in (*OPENINGS, "none"):
        assert f"opening.{opening}" in texts
    for code, entry in texts.items():
        assert len(entry["text"]) <= 80
        known = code.startswith(("opening.", "what.", "when.", "words."))
        assert known or f'"{code}"' in source, f"{code} is given by no rule"


answers = st.sampled_from((None, *Answer))
reports = st.builds(
    Report,
    opening=st.sampled_from((None, "nonsense", *OPENINGS)),
    what=st.lists(st.sampled_from((*GROUPS, *CODES, "nonsense")), max_size=4).map(tuple),
    seen=answers,
    hurt=answers,
    under_18=answers,
    dated=answers,
    address_known=answers,
    when=st.sampled_from((None, "nonsense", *TIMES)),
    on=st.none() | st.dates() | st.dates(date(2026, 3, 1), date(2026, 3, 20)),
    about=st.sampled_from((None, "me", "agreed", "cannot_ask", "unaware", "group")),
    kinship=st.sampled_from((None, "family", "lawyer", "colleague", "other")),
    words=st.lists(st.text(max_size=30) | st.sampled_from(("help", "SOS", "hello")), max_size=2).map(tuple),
    danger=st.lists(st.sampled_from(("door", "sos", "nonsense")), max_size=2).map(tuple),
    language=st.sampled_from(("en", "ar", "und", "")),
    voice=st.booleans(),
    interpreter=st.booleans(),
    unsure=st.booleans(),
)


@examples(150)
@given(reports)
def test_any_report_is_assessed_with_reasons_and_twice_is_once(report: Report) -> None:
    assessment = assess(report, NOW)
    assert assessment.reasons
    assert assess(report, NOW) == assessment


@examples(150)
@given(reports, st.sampled_from(tuple(GROUPS)), st.sampled_from(("door", "sos")))
def test_adding_a_danger_never_lowers_a_level(report: Report, group: str, sign: str) -> None:
    before = assess(report, NOW).level
    danger = {"arrested", "missing", "threat", "attack", "followed", "harassed", "raided"}
    if group in danger and (report.what or report.opening != "safe"):
        assert assess(replace(report, what=(*report.what, group)), NOW).level >= before
    for yes in ("hurt", "under_18", "dated", "address_known"):
        assert assess(replace(report, **{yes: Answer.YES}), NOW).level >= before  # type: ignore[arg-type]
    assert assess(replace(report, seen=Answer.NO), NOW).level >= before
    assert assess(replace(report, danger=(*report.danger, sign)), NOW).level is I
    assert assess(replace(report, words=(*report.words, "they are at the door")), NOW).level is I
    assert assess(replace(report, opening="unsafe"), NOW).level is I


@examples(80)
@given(reports, st.sampled_from((None, "had", "none")), st.sampled_from((None, "police", "unknown")))
def test_the_optional_rows_do_not_move_the_level(report: Report, link: str | None, who: str | None) -> None:
    other = replace(report, link=link, who_did=who, help=("record",), exclude="somebody", later="no")
    assert assess(other, NOW) == assess(report, NOW)


def test_a_travel_plan_is_priority_until_it_is_near() -> None:
    """Story 9, as far as a report knows it; a missed check-in is the case's affair."""
    plan = Report(opening="soon", what=("travel",), when="date", on=date(2026, 3, 20))
    assert assess(plan, NOW).level is P
    assert assess(plan, NOW + timedelta(days=8)).level is U
