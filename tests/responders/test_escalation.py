"""Ladder stories on a fake clock: protocol section 5, and those acceptance stories that need no channel."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from responders import escalation
from responders.cases import Due, Mark, next_due
from responders.ending import erase
from responders.plan import PlannedLadder, PlannedStep, plan
from responders.states import State
from responders.turns import Erase, Out, PageKind, Ring
from tests.responders.organisations import a_focal_point, an_organisation
from tests.responders.stories import TUESDAY_NIGHT, Night, a_case, a_plan, an_assessment
from triage.report import Report
from triage.scales import Level

EVERYBODY = {"first", "second", "third", "coordinator"}


def test_immediate_wakes_on_call_and_backup_then_the_roster_then_the_coordinator_then_all_without_a_cap() -> (
    None
):
    night = Night.of()
    assert night.paged() == ["first", "second"]
    night.after(minutes=3)
    assert set(night.paged()) == {"first", "second", "third"}
    night.after(minutes=7)
    assert night.paged() == ["coordinator"]
    for _ in range(300):
        night.after(minutes=5)
        assert set(night.paged()) == EVERYBODY


def test_immediate_rings_every_alarm_channel() -> None:
    assert {page.ring for page in a_case().pages} == {Ring.ALL}


def test_urgent_climbs_at_15_60_and_90_minutes_and_goes_over_to_immediate_after_two_hours() -> None:
    night = Night.of(Level.URGENT)
    assert night.paged() == ["first"]
    night.after(minutes=15)
    assert night.paged() == ["first"]
    night.after(minutes=45)
    assert "third" in night.paged()
    night.after(minutes=30)
    assert night.paged() == ["coordinator"]
    night.after(minutes=30)
    assert (night.case.ladder, night.case.level) == (Level.IMMEDIATE, Level.URGENT)
    assert night.paged() == ["first", "second"]
    night.after(minutes=15)
    assert set(night.paged()) == EVERYBODY


def test_priority_waits_for_working_time_then_goes_to_the_coordinator_daily() -> None:
    night = Night.of(Level.PRIORITY)
    assert night.paged() == []
    night.after(hours=6)  # nine in the morning in Zurich
    assert [page.person for _, page in night.pages] == ["first"]
    night.after(hours=18)
    assert night.paged() == ["coordinator"]
    for _ in range(5):
        night.after(days=1)
        assert "coordinator" in night.paged()


def test_routine_waits_for_the_digest_and_goes_to_the_coordinator_after_72_hours() -> None:
    night = Night.of(Level.ROUTINE)
    night.after(hours=8)
    assert [page.ring for _, page in night.pages] == [Ring.DIGEST]
    night.after(hours=64)
    assert night.paged() == ["coordinator"]


def test_a_stale_timer_changes_nothing() -> None:
    night = Night.of()
    old = night.case.generation
    night.types("first", "t42")
    turn = escalation.on_due(night.case, old, night.now + timedelta(hours=1))
    assert turn.case == night.case
    assert not turn.pages


def test_an_early_timer_changes_nothing() -> None:
    case = a_case().case
    turn = escalation.on_due(case, case.generation, TUESDAY_NIGHT + timedelta(minutes=2, seconds=59))
    assert turn.case is case
    assert not turn.pages


def test_a_timer_that_comes_an_hour_late_catches_up_at_once() -> None:
    case = a_case().case
    turn = escalation.on_due(case, case.generation, TUESDAY_NIGHT + timedelta(hours=1))
    assert {page.person for page in turn.pages} == EVERYBODY
    due = next_due(turn.case)
    assert due is not None
    assert due > TUESDAY_NIGHT + timedelta(hours=1)


def test_taken_and_not_opened_in_five_minutes_the_ladder_resumes_and_the_taker_keeps_access() -> None:
    night = Night.of()
    night.after(minutes=1)
    assert night.types("first", "1") == "taken"
    night.after(minutes=4, seconds=59)
    assert night.state() is State.TAKEN
    night.after(seconds=1)
    assert night.state() is State.OPEN
    assert set(night.paged()) == {"first", "second", "third"}
    assert night.tells[-1].key == "desk/untaken.open"
    assert "first" in night.case.access
    night.after(minutes=7)
    assert night.paged() == ["coordinator"]


def test_after_a_resumed_ladder_whoever_opens_first_has_it() -> None:
    night = Night.of()
    night.types("first", "t42")
    night.after(minutes=6)
    night.types("second", "t42")
    assert night.types("first", "o42") == ""
    assert (night.has(), night.state()) == ("first", State.OPENED)
    assert [(tell.person, tell.key) for tell in night.last.tells] == [("second", "desk/x_opened_it")]
    assert night.types("second", "o42") == "x_has_it"


def test_without_progress_for_thirty_minutes_the_ladder_starts_again_at_step_one() -> None:
    night = Night.of()
    night.types("first", "t42")
    night.types("first", "o42")
    night.types("first", "n42 they told us not to write")
    night.after(minutes=29)
    assert night.has() == "first"
    assert night.tells[-1].key == "desk/progress_soon"
    night.types("first", "w42")
    night.after(minutes=29)
    assert night.has() == "first"
    night.after(minutes=1)
    assert (night.has(), night.case.step) == (None, 0)
    assert night.paged() == ["first", "second"]
    assert {page.kind for page in night.last.pages} == {PageKind.RESUMED}


def test_urgent_needs_progress_once_a_day() -> None:
    night = Night.of(Level.URGENT)
    night.types("first", "t42")
    night.types("first", "n42 why not")
    night.after(hours=23)
    assert night.has() == "first"
    night.after(hours=1)
    assert night.has() is None


def test_first_words_are_due_in_thirty_minutes_and_working_does_not_satisfy_them() -> None:
    night = Night.of()
    night.types("first", "t42")
    night.types("first", "o42")
    for _ in range(2):
        night.after(minutes=14)
        night.types("first", "w42")
    night.after(minutes=2)
    assert night.has() is None
    assert {page.kind for page in night.last.pages} == {PageKind.WORDS}


def test_a_note_why_they_were_not_contacted_satisfies_the_first_words() -> None:
    night = Night.of(push="never")
    night.types("first", "t42")
    night.types("first", "n42 they asked us never to write first")
    night.after(minutes=15)
    night.types("first", "w42")
    night.after(minutes=16)
    assert night.has() == "first"


def test_all_of_a_step_passed_fires_the_next_step_at_once() -> None:
    night = Night.of()
    night.types("first", "2")
    assert night.last.pages == ()
    night.types("second", "2")
    assert night.paged()[-1:] == ["third"]
    assert night.case.step == 1


def test_when_everybody_passes_everybody_is_asked_again() -> None:
    night = Night.of()
    night.after(minutes=20)
    for person in sorted(EVERYBODY):
        night.types(person, "p42 1")
    assert next_due(night.case) is not None
    night.after(minutes=5)
    assert set(night.paged()) == EVERYBODY


def test_a_page_that_can_never_arrive_wakes_the_next_person_at_once() -> None:
    case = a_case().case
    turn = escalation.undeliverable(case, "first", TUESDAY_NIGHT)
    assert [page.person for page in turn.pages] == ["third"]
    again = escalation.undeliverable(turn.case, "second", TUESDAY_NIGHT)
    assert "coordinator" not in {page.person for page in turn.pages}
    assert again.case.step == 1


def test_who_has_two_channels_is_out_of_reach_when_both_have_failed_whoever_saw_it() -> None:
    case, both = a_case().case, ("telegram-alerts", "email")
    one = escalation.way_failed(case, "first", "email", both, TUESDAY_NIGHT, a_plan)
    assert one.pages == ()
    assert one.case.unreachable == ()
    other = escalation.way_failed(one.case, "first", "telegram-alerts", both, TUESDAY_NIGHT, a_plan)
    assert [page.person for page in other.pages] == ["third"]
    assert other.case.unreachable == ("first",)


def test_a_channel_that_failed_some_time_ago_is_counted_on_again() -> None:
    case, both = a_case().case, ("telegram-alerts", "email")
    one = escalation.way_failed(case, "first", "email", both, TUESDAY_NIGHT, a_plan)
    later = TUESDAY_NIGHT + timedelta(minutes=6)
    other = escalation.way_failed(one.case, "first", "telegram-alerts", both, later, a_plan)
    assert other.pages == ()
    assert [failed.channel for failed in other.case.failed] == ["telegram-alerts"]


def test_a_taker_who_cannot_be_reached_any_more_puts_the_case_back_to_step_one() -> None:
    night = Night.of()
    night.types("first", "t42")
    turn = escalation.undeliverable(night.case, "first", night.now)
    assert turn.case.has is None
    assert "second" in {page.person for page in turn.pages}


def test_a_raise_pages_the_taker_and_five_minutes_later_the_new_ladder_starts() -> None:
    night = Night.of(Level.URGENT)
    night.types("first", "t42")
    night.types("first", "42 we are here")
    night.after(minutes=10)
    night.keeps(escalation.raise_level(night.case, an_assessment(Level.IMMEDIATE, "words.door"), night.now))
    assert [(page.person, page.kind) for page in night.last.pages] == [("first", PageKind.RAISED)]
    assert night.has() == "first"
    night.after(minutes=5)
    assert (night.has(), night.case.step, night.case.ladder) == (None, 0, Level.IMMEDIATE)
    assert set(night.paged()) == {"first", "second"}


def test_a_raise_that_the_taker_opens_stays_theirs() -> None:
    night = Night.of(Level.URGENT)
    night.types("first", "t42")
    night.types("first", "o42")
    night.keeps(escalation.raise_level(night.case, an_assessment(Level.IMMEDIATE), night.now))
    night.after(minutes=2)
    night.types("first", "o42")
    night.after(minutes=10)
    assert night.has() == "first"


def test_an_untaken_raise_starts_the_new_ladder_at_once() -> None:
    night = Night.of(Level.PRIORITY)
    night.keeps(escalation.raise_level(night.case, an_assessment(Level.IMMEDIATE, "words.door"), night.now))
    assert night.paged() == ["first", "second"]


def test_the_machine_never_lowers_a_level() -> None:
    case = a_case().case
    turn = escalation.raise_level(case, an_assessment(Level.ROUTINE), TUESDAY_NIGHT)
    assert turn.case.level is Level.IMMEDIATE
    assert turn.case.suggested is Level.IMMEDIATE


def test_what_a_person_lowered_is_not_raised_by_the_same_answers_but_by_news() -> None:
    night = Night.of()
    night.types("first", "t42")
    assert night.types("first", "l42 3 spoke to them, they are home") == "level"
    assert (night.case.level, night.case.suggested) == (Level.PRIORITY, Level.IMMEDIATE)
    same = escalation.raise_level(night.case, an_assessment(), night.now)
    assert same.case.level is Level.PRIORITY
    news = escalation.raise_level(night.case, an_assessment(Level.IMMEDIATE, "words.door"), night.now)
    assert news.case.level is Level.IMMEDIATE


def test_danger_in_a_locked_chat_restarts_the_ladder_and_pages_taker_and_on_call() -> None:
    night = Night.of(Level.URGENT)
    night.types("third", "t42")
    night.types("third", "o42")
    night.keeps(escalation.danger_again(night.case, night.now, locked=True, plan=night.fresh()))
    assert {page.person for page in night.last.pages} == {"first", "second", "third"}
    assert night.case.level is Level.IMMEDIATE
    assert "third" in night.case.access


def test_danger_in_an_open_chat_pages_the_taker_again_and_untaken_the_ladder_goes_on() -> None:
    night = Night.of()
    untaken = escalation.danger_again(night.case, night.now, locked=False)
    assert untaken.pages == ()
    assert untaken.case.due == night.case.due
    night.types("first", "t42")
    night.types("first", "o42")
    night.keeps(escalation.danger_again(night.case, night.now, locked=False))
    assert [page.person for page in night.last.pages] == ["first"]
    night.after(minutes=5)
    assert set(night.paged()) == {"first", "second"}


def test_a_summons_on_the_20th_is_urgent_on_the_17th_with_no_new_message() -> None:
    reported, near = datetime.fromisoformat("2026-11-10T10:00Z"), datetime.fromisoformat("2026-11-17T00:00Z")
    turn = escalation.open_case(
        "c0ffee",
        42,
        a_plan(Level.PRIORITY, reported),
        Report(opening="soon"),
        an_assessment(Level.PRIORITY, "opening.soon", reassess_at=near),
        reported,
        then=an_assessment(Level.URGENT),
    )
    night = Night(reported, turn.case, turn)
    night.types("first", "t42")
    night.types("first", "42 we are here")
    while night.now < near:
        assert night.case.level is Level.PRIORITY
        night.types("first", "w42")
        night.after(days=1)
    assert night.case.level is Level.URGENT
    assert "when.date_near" in night.case.reasons


def test_a_removed_taker_puts_the_case_back_to_step_one_in_the_same_write() -> None:
    night = Night.of()
    night.types("first", "t42")
    turn = escalation.removed(night.case, "first", night.now)
    assert (turn.case.has, turn.case.step) == (None, 0)
    assert turn.conceal == ("first",)
    assert [page.person for page in turn.pages] == ["second"]
    assert not turn.case.may_open("first")


def test_the_country_takes_content_from_those_who_may_not_see_it_and_the_case_from_a_taker() -> None:
    people = {"first": a_focal_point(located_in="GT")}
    known = plan(an_organisation(people=people), {"level": "immediate", "country": "GT"}, TUESDAY_NIGHT)
    night = Night.of()
    night.types("first", "t42")
    turn = escalation.country_known(night.case, known, night.now)
    assert turn.conceal == ("first",)
    assert (turn.case.has, turn.case.step) == (None, 0)
    assert not turn.case.may_open("first")
    night.keeps(turn)
    assert night.types("first", "t42") == "refused.not_for_you"
    assert night.types("second", "t42") == "taken"


def test_a_later_plan_never_widens_who_may_open() -> None:
    people = {"fourth": a_focal_point()}
    wide = an_organisation(people=people)
    case = replace(a_case().case, sealed_to=("first", "second"))
    known = escalation.country_known(
        case,
        plan(wide, {"level": "immediate", "country": "GT"}, TUESDAY_NIGHT),
        TUESDAY_NIGHT,
        sealed_to=case.sealed_to,
    )
    assert not known.case.may_open("third")
    assert known.case.readers == ("first", "second")
    again = escalation.country_known(
        known.case, plan(wide, {"level": "immediate", "country": "SV"}, TUESDAY_NIGHT), TUESDAY_NIGHT
    )
    assert again.case.readers == ("first", "second")


def test_erased_by_force_the_shell_stays_on_the_ladder() -> None:
    night = Night.of()
    night.types("first", "t42")
    night.keeps(erase(night.case, night.now))
    assert night.case.is_shell
    assert night.last.erase >= {Erase.WAY, Erase.CARD, Erase.RECEIPT}
    assert Erase.BODY not in night.last.erase
    assert ("first", "desk/erased_forced") in {(tell.person, tell.key) for tell in night.last.tells}
    assert (night.case.country, night.case.language, night.case.reasons) == (None, "en", ())
    night.after(minutes=5)
    assert {page.kind for page in night.last.pages} == {PageKind.ERASED}
    assert night.types("second", "t42") == "taken"
    assert night.types("second", "42 are you there") == "refused.no_way"
    assert night.types("second", "e42 9") == "ended"


def test_an_untaken_shell_climbs_on_and_its_body_goes_after_a_day() -> None:
    night = Night.of()
    night.keeps(erase(night.case, night.now))
    erased: set[Erase] = set()
    for _ in range(24 * 12 + 1):
        night.after(minutes=5)
        erased |= night.last.erase
        assert night.case.is_open
        assert night.last.pages
    assert Erase.BODY in erased


@pytest.mark.parametrize("level", [Level.ROUTINE, Level.PRIORITY])
def test_a_calm_case_is_closed_by_its_erasure(level: Level) -> None:
    night = Night.of(level)
    night.keeps(erase(night.case, night.now))
    assert not night.case.is_open
    assert Erase.BODY in night.last.erase
    assert Mark.ERASED in night.case.marks


def test_nobody_yet_is_said_after_thirty_minutes_only_where_row_2_says_yes() -> None:
    asked, hello, never = Night.of(push="yes"), Night.of(), Night.of(push="never")
    for night in (asked, hello, never):
        night.after(minutes=30)
        night.after(minutes=60)
    assert [out.kind for out in asked.out] == [Out.TEXT6, Out.TEXT6]
    assert [out.kind for out in hello.out] == [Out.TEXT2]
    assert never.out == []


def test_not_safe_then_silence_the_phone_gets_only_text_2() -> None:
    night = Night.of()
    night.after(minutes=31)
    assert {out.kind for out in night.out} == {Out.TEXT2}
    assert Due.STEP in night.case.due


def test_a_ladder_that_just_ends_is_repeated_and_one_without_people_ends_at_the_coordinator() -> None:
    case = a_case().case
    ends = PlannedLadder(
        Level.IMMEDIATE, (PlannedStep(timedelta(0), ("first",)),), timedelta(hours=1), timedelta(minutes=5)
    )
    short = replace(case.plan, ladders=(*case.plan.ladders[:3], ends))
    turn = escalation.danger_again(case, TUESDAY_NIGHT, locked=True, plan=short)
    alone = escalation.removed(turn.case, "first", TUESDAY_NIGHT)
    assert alone.pages
    assert next_due(alone.case) is not None


def test_a_test_case_pages_as_a_test() -> None:
    turn = a_case(marks=frozenset({Mark.TEST}))
    assert {page.key for page in turn.pages} == {"desk/page.test"}


def test_a_page_says_number_and_level_and_nothing_else() -> None:
    for page in a_case().pages:
        assert set(page.values) == {"number", "level_key"}


def test_later_answers_update_the_same_case_and_raise_it() -> None:
    night = Night.of(Level.PRIORITY)
    more = Report(opening="soon", country="GT", push="never", language="fr", channel="telegram")
    urgent = an_assessment(Level.URGENT, "words.door")
    night.keeps(escalation.updated(night.case, more, urgent, night.now, plan=a_plan(Level.URGENT)))
    assert (night.case.level, night.case.country, night.case.push.value) == (Level.URGENT, "GT", "never")
    assert night.case.reasons == ("opening.unsafe", "words.door")
    assert night.paged() == ["first"]


def test_before_the_first_page_of_a_calm_case_nothing_hurries_it() -> None:
    case = a_case(Level.PRIORITY).case
    assert escalation.country_known(case, a_plan(Level.PRIORITY), TUESDAY_NIGHT).pages == ()
    assert escalation.removed(case, "third", TUESDAY_NIGHT).pages == ()


def test_a_body_that_was_sealed_again_is_open_to_its_new_readers_only() -> None:
    case = a_case().case
    assert case.may_open("third")
    turn = escalation.updated(
        case, Report(opening="unsafe"), an_assessment(), TUESDAY_NIGHT, sealed_to=("first", "second")
    )
    assert turn.case.readers == ("first", "second")


def test_an_answer_to_a_closed_case_reopens_it() -> None:
    night = Night.of()
    night.types("first", "t42")
    night.types("first", "e42 2")
    night.keeps(escalation.updated(night.case, Report(opening="unsafe"), an_assessment(), night.now))
    assert night.case.is_open
    assert night.paged()
