"""Who may do what with a case: protocol section 8, verb by verb."""

from datetime import timedelta

import pytest

from responders import reporter_side, taking
from responders.cases import Consent, Mark, Reply
from responders.commands import Refused, parse, screen
from responders.ending import Retention, erase
from responders.states import State
from responders.turns import HOLD, Erase, How, Out, PageKind
from tests.responders.stories import TUESDAY_NIGHT, WORDS, Night, a_case
from triage.scales import Level

HELD_BY_FIRST = (
    "42 hello there",
    "n42 x y",
    "w42",
    "q42",
    "x42",
    "l42 2 because",
    "c42 g",
    "r42 UN office",
    "h42 second",
)


def taken(level: Level = Level.IMMEDIATE, push: str | None = None) -> Night:
    """Taken and opened by the first focal point."""
    night = Night.of(level, push=push)
    night.types("first", "t42")
    night.types("first", "o42")
    return night


def yes_to_referral(night: Night) -> None:
    night.keeps(
        reporter_side.consent_answered(night.case, Consent("d", Reply.YES, night.now, "1", "UN office"))
    )


def test_the_first_taker_has_it_and_the_other_reads_who() -> None:
    night = Night.of()
    assert night.types("second", "1") == "taken"
    assert {tell.person for tell in night.last.tells} == {"first", "second"}
    assert night.last.reveal == ("second",)
    assert night.types("first", "t42") == "x_has_it"
    assert night.last.tells[0].values["who"] == "second"


def test_a_taken_case_stops_the_ladder() -> None:
    night = Night.of()
    night.types("first", "t42")
    pages = len(night.pages)
    night.after(minutes=4)
    assert len(night.pages) == pages


def test_a_coordinator_may_take_at_any_time_and_the_one_who_had_it_reads_so() -> None:
    night = taken()
    assert night.types("coordinator", "t42") == "taken"
    assert night.has() == "coordinator"
    assert ("first", "desk/x_has_it") in {(tell.person, tell.key) for tell in night.last.tells}


@pytest.mark.parametrize("typed", [*HELD_BY_FIRST, "e42 2", "u42", "k42 yes"])
def test_verbs_of_others_are_refused(typed: str) -> None:
    night = taken()
    before = night.case
    assert night.types("second", typed) == "refused.x_has_it"
    assert night.case == before


@pytest.mark.parametrize("typed", [*HELD_BY_FIRST, "e42 2", "o42"])
def test_with_nobody_having_it_the_answer_is_to_take_it_first(typed: str) -> None:
    night = Night.of()
    assert night.types("second", typed) == "refused.take_first"


def test_somebody_whom_it_does_not_concern_reads_what_an_unknown_number_gives() -> None:
    night = Night.of()
    assert night.types("stranger", "t42") == "refused.no_such_case"
    assert night.types("stranger", "42") == "refused.no_such_case"


def test_who_passes_with_i_know_them_is_removed_from_the_case() -> None:
    night = Night.of()
    assert night.types("first", "2") == "pass_why"
    assert night.types("first", "3") == "removed"
    assert night.last.conceal == ("first",)
    night.after(minutes=20)
    assert "first" not in [page.person for at, page in night.pages if at > TUESDAY_NIGHT]
    assert night.types("first", "t42") == "refused.no_such_case"


def test_the_reason_may_come_for_two_minutes() -> None:
    night = Night.of()
    night.types("first", "2")
    night.after(minutes=2, seconds=1)
    assert night.types("first", "3") in {"refused.no_page", "why.step"}
    assert "first" not in night.case.removed


def test_a_taker_who_passes_lets_the_ladder_go_on_at_once() -> None:
    night = taken()
    night.types("first", "p42 1")
    assert night.state() is State.OPEN
    assert "third" in night.paged()


def test_why_me_says_the_place_on_the_ladder() -> None:
    night = Night.of()
    assert night.types("first", "3") == "why.step"
    assert night.last.tells[0].values["step"] == 1
    assert night.types("coordinator", "y42") == "why.coordinator"


def test_text_is_held_ten_seconds_and_can_be_undone() -> None:
    night = taken(push="yes")
    assert night.types("first", "42 we are here") == "sending"
    (relay,) = [out for out in night.last.to_reporter if out.kind is Out.RELAY]
    assert (relay.hold, relay.how, relay.text) == (HOLD, How.SHOW, "we are here")
    assert night.types("first", "u42") == "undone"
    assert [(out.kind, out.refs) for out in night.last.to_reporter] == [(Out.CANCEL, relay.refs)]
    assert not night.case.first_words


def test_what_has_reached_the_phone_cannot_be_undone() -> None:
    night = taken(push="yes")
    night.types("first", "42 we are here")
    ref = night.case.held[0].ref
    night.after(seconds=12)
    night.keeps(reporter_side.reached(night.case, ref, night.now))
    assert night.types("first", "u42") == "refused.already_sent"
    assert night.last.tells[0].values["time"] == night.now


def test_only_hello_sends_text_2_and_keeps_the_text_until_they_answer() -> None:
    night = taken()
    assert [out.kind for out in night.out] == [Out.TEXT7, Out.TEXT2]
    night.types("first", "42 we are here")
    assert [(out.kind, out.how) for out in night.last.to_reporter] == [(Out.RELAY, How.WAIT)]
    night.after(minutes=5)
    night.keeps(reporter_side.reporter_wrote(night.case, True, night.now))
    assert [out.kind for out in night.last.to_reporter] == [Out.RELEASE]
    night.types("first", "42 good")
    assert night.last.to_reporter[0].how is How.SHOW


def test_text_2_goes_out_at_most_once_a_day() -> None:
    night = taken()
    night.types("first", "42 we are here")
    night.after(hours=1)
    night.types("first", "42 still here with you")
    assert [out.kind for out in night.out].count(Out.TEXT2) == 1
    night.after(hours=23)
    night.types("first", "42 still here with you")
    assert [out.kind for out in night.out].count(Out.TEXT2) == 2


def test_never_write_first_the_text_does_not_leave_and_the_reason_is_shown() -> None:
    night = taken(push="never")
    assert night.types("first", "42 we are here") == "waits.never"
    assert {out.how for out in night.out} == {How.WAIT}
    assert not night.case.first_words
    night.types("first", "n42 they asked us not to")
    assert night.case.first_words


def test_a_message_nobody_collects_in_eight_days_is_told_to_the_taker() -> None:
    night = taken(Level.URGENT, push="never")
    night.types("first", "42 we are here")
    night.types("first", "n42 they asked us not to")
    for _ in range(9):
        night.types("first", "w42")
        night.after(hours=23)
    assert "desk/not_collected" in {tell.key for tell in night.tells}
    assert night.case.held == ()


@pytest.mark.parametrize("mark", [Mark.BLOCKED, Mark.KEY_CHANGED, Mark.QUIET])
def test_marks_keep_a_text_back_even_where_row_2_says_yes(mark: Mark) -> None:
    night = taken(push="yes")
    night.case = night.case.marked(mark)
    assert night.types("first", "42 we are here") == f"waits.{mark.value}"
    assert [out.how for out in night.last.to_reporter] == [How.WAIT]


def test_seized_stops_all_sending_and_removes_our_messages() -> None:
    night = taken(push="yes")
    night.types("first", "42 we are here")
    assert night.types("first", "x42") == "seized"
    assert {out.kind for out in night.last.to_reporter} == {Out.CANCEL, Out.STOP_SENDING, Out.DELETE_OURS}
    assert night.types("first", "42 still there?") == "refused.seized"
    assert night.types("first", "c42 g") == "refused.seized"
    assert night.types("first", "x42 off") == "refused.words_first"
    night.after(minutes=1)
    night.keeps(reporter_side.reporter_wrote(night.case, True, night.now))
    assert night.last.to_reporter == ()
    assert night.types("first", "x42 off") == "seized_off"
    assert Mark.SEIZED not in night.case.marks


def test_a_consent_is_asked_with_a_fixed_text_and_waits_for_the_words() -> None:
    night = taken(push="yes")
    assert night.types("first", "c42 d UN office") == "asking_waits"
    (asked,) = night.last.to_reporter
    assert (asked.kind, asked.how, dict(asked.values)) == (
        Out.CONSENT,
        How.WAIT,
        {"letter": "d", "body": "UN office"},
    )
    assert night.types("first", "c42 d nobody we know") == "refused.which_body"
    assert night.types("first", "c42 a") == "refused.consent_what"


def test_a_referral_without_consent_is_refused() -> None:
    night = taken()
    assert night.types("first", "r42 UN office") == "refused.no_consent"
    assert night.last.outside == ()


def test_a_referral_goes_out_with_consent_and_after_withdrawal_the_recipient_is_told() -> None:
    night = taken()
    yes_to_referral(night)
    assert night.types("first", "r42 un OFFICE") == "referring"
    (sent,) = night.last.outside
    assert (sent.body, sent.hold) == ("UN office", HOLD)
    assert sent.ref is not None
    night.keeps(reporter_side.reached(night.case, sent.ref, night.now))
    night.keeps(reporter_side.withdraw(night.case, night.now))
    assert [(out.body, out.kind) for out in night.last.outside] == [("UN office", "withdrawn")]
    assert night.types("first", "r42 UN office") == "refused.no_consent"


def test_consent_to_one_body_is_none_to_another() -> None:
    night = taken()
    night.keeps(
        reporter_side.consent_answered(night.case, Consent("d", Reply.YES, night.now, "1", "the press"))
    )
    assert night.types("first", "r42 UN office") == "refused.no_consent"


def test_an_undone_referral_was_never_received() -> None:
    night = taken()
    yes_to_referral(night)
    night.types("first", "r42 UN office")
    night.types("first", "u42")
    night.keeps(reporter_side.withdraw(night.case, night.now))
    assert night.last.outside == ()


def test_a_handover_stays_with_the_giver_until_it_is_taken() -> None:
    night = taken()
    assert night.types("first", "h42 Second") == "handover_offered"
    assert [(page.person, page.kind) for page in night.last.pages] == [("second", PageKind.HANDOVER)]
    assert night.has() == "first"
    assert night.types("second", "1") == "taken"
    assert night.has() == "second"


@pytest.mark.parametrize(("level", "minutes"), [(Level.IMMEDIATE, 5), (Level.URGENT, 60)])
def test_a_silent_colleague_returns_the_case_with_a_page(level: Level, minutes: int) -> None:
    night = taken(level)
    night.types("first", "h42 second")
    night.after(minutes=minutes - 1)
    assert [page.kind for page in night.last.pages] == [PageKind.HANDOVER]
    night.after(minutes=1)
    assert night.has() == "first"
    assert not night.case.handover
    assert [(page.person, page.kind) for page in night.last.pages] == [("first", PageKind.RETURNED)]


def test_a_colleague_who_passes_returns_the_case_at_once() -> None:
    night = taken()
    night.types("first", "h42 second")
    night.types("second", "p42 1")
    assert night.has() == "first"
    assert [(page.person, page.kind) for page in night.last.pages] == [("first", PageKind.RETURNED)]


def test_a_handover_needs_a_known_colleague_on_duty_who_can_open() -> None:
    night = taken()
    night.off = frozenset({"second"})
    assert night.types("first", "h42 nobody") == "refused.who_is_that"
    assert night.types("first", "h42 first") == "refused.handover_self"
    assert night.types("first", "h42 second") == "refused.handover_off_duty"


def test_a_removed_colleague_cannot_be_handed_the_case() -> None:
    night = Night.of()
    night.types("third", "p42 3")
    night.types("first", "t42")
    assert night.types("first", "h42 third") == "refused.handover_cannot_open"


def test_a_person_s_level_stands_beside_the_machine_s_and_its_reason_is_a_note() -> None:
    night = taken()
    assert night.types("first", "l42 2 they are with family") == "level"
    assert (night.case.level, night.case.confirmed, night.case.suggested) == (
        Level.URGENT,
        Level.URGENT,
        Level.IMMEDIATE,
    )
    assert [note.text for note in night.last.notes] == ["they are with family"]


def test_quiet_pushes_nothing_until_they_write() -> None:
    night = taken(push="yes")
    assert night.types("first", "q42") == "quiet"
    assert night.types("first", "42 we are here") == "waits.quiet"
    night.keeps(reporter_side.reporter_wrote(night.case, True, night.now))
    assert night.types("first", "42 we are here") == "sending"


def test_a_new_phone_is_written_to_once_and_takes_over_only_on_yes() -> None:
    night = taken(push="yes")
    assert night.types("first", "k42 yes") == "refused.no_new_phone"
    night.keeps(reporter_side.new_phone(night.case, night.now))
    assert night.types("first", "k42 what did we eat") == "sending_new_phone"
    assert night.types("first", "k42 and to drink?") == "refused.new_phone_once"
    assert night.types("first", "k42 yes") == "phone_moved"
    assert [out.kind for out in night.last.to_reporter] == [Out.MOVE]


def test_the_first_progress_after_opening_lets_card_and_words_go() -> None:
    night = taken()
    night.types("first", "w42")
    assert night.last.erase == {Erase.CARD}
    night.types("first", "w42")
    assert night.last.erase == frozenset()


@pytest.mark.parametrize("outcome", range(1, 10))
def test_an_ended_case_keeps_words_then_record_then_number_no_longer_than_promised(outcome: int) -> None:
    night = taken()
    assert night.types("first", f"e42 {outcome}") == "ended"
    assert (night.state(), night.case.outcome) == (State.CLOSED, outcome)
    assert night.types("first", "w42") == "refused.closed"
    kept = Retention()
    night.after(days=kept.words.days)
    assert night.last.erase >= {Erase.BODY, Erase.CARD, Erase.WAY, Erase.RECEIPT}
    night.after(days=(kept.number - kept.words).days)
    assert night.last.erase == {Erase.RECORD}
    assert night.case.due == {}


def test_a_closed_case_whose_reporter_returns_climbs_again() -> None:
    night = taken()
    night.types("first", "e42 2")
    night.after(days=1)
    night.keeps(reporter_side.reporter_wrote(night.case, True, night.now))
    assert night.state() is State.OPEN
    assert night.paged()


def test_off_duty_with_open_immediate_or_urgent_cases_is_refused_until_handed_over() -> None:
    night = taken()
    refused = taking.off([night.case], "first", timedelta(hours=8), night.now)
    assert (refused.until, refused.answer.values["numbers"]) == (None, "h42")
    night.types("first", "h42 second")
    night.types("second", "t42")
    off = taking.off([night.case], "first", timedelta(hours=8), night.now)
    assert off.until == night.now + timedelta(hours=8)


def test_off_duty_while_paged_is_a_pass() -> None:
    night = Night.of()
    night.types("second", "2")
    off = taking.off([night.case], "first", timedelta(hours=8), night.now)
    (turn,) = off.turns
    assert {page.person for page in turn.pages} >= {"third"}
    back = taking.off([], "first", timedelta(0), night.now)
    assert back.answer.key == "desk/back_on_duty"


def test_a_phone_shows_open_pages_and_the_reason_that_was_asked() -> None:
    one, two = a_case(number=42).case, a_case(number=43).case
    assert screen("first", [one, two], TUESDAY_NIGHT).pages == (42, 43)
    assert screen("third", [one, two], TUESDAY_NIGHT).pages == ()
    refused = parse("1", WORDS, screen("first", [one, two], TUESDAY_NIGHT))
    assert isinstance(refused, Refused)


def test_an_erasure_cancels_what_was_on_its_way() -> None:
    night = taken(push="yes")
    night.types("first", "42 we are here")
    refs = night.case.held[0].ref
    turn = night.keeps(erase(night.case, night.now))
    assert (Out.CANCEL, (refs,)) in {(out.kind, out.refs) for out in turn.to_reporter}
