"""What focal points learn from the reporter's side, and what may leave towards it."""

from datetime import timedelta

from responders import reporter_side
from responders.cases import Consent, Mark, Push, Reply
from responders.turns import How, Out
from tests.responders.stories import Night


def working_on_it(push: str | None = None) -> Night:
    night = Night.of(push=push)
    night.types("first", "t42")
    night.types("first", "o42")
    return night


def heard(night: Night) -> list[str]:
    return [tell.key.removeprefix("desk/") for tell in night.last.tells]


def test_never_write_and_hello_two_days_later_releases_nothing_and_the_card_gets_a_line() -> None:
    night = working_on_it(push="never")
    night.types("first", "42 we are here")
    night.keeps(reporter_side.reporter_wrote(night.case, False, night.now))
    assert (heard(night), night.last.to_reporter) == (["wrote_no_words"], ())


def test_the_right_words_release_what_waits() -> None:
    night = working_on_it(push="never")
    night.types("first", "42 we are here")
    night.keeps(reporter_side.reporter_wrote(night.case, True, night.now))
    assert [out.kind for out in night.last.to_reporter] == [Out.RELEASE]


def test_where_no_words_were_shown_an_answer_after_text_2_releases_what_waits() -> None:
    night = working_on_it()
    night.case = night.case.marked(Mark.NO_WORDS)
    night.types("first", "42 we are here")
    night.keeps(reporter_side.reporter_wrote(night.case, False, night.now))
    assert [out.kind for out in night.last.to_reporter] == [Out.RELEASE]


def test_under_never_without_words_ever_shown_any_message_releases() -> None:
    night = working_on_it(push="never")
    night.case = night.case.marked(Mark.NO_WORDS)
    night.types("first", "42 we are here")
    night.keeps(reporter_side.reporter_wrote(night.case, False, night.now))
    assert [out.kind for out in night.last.to_reporter] == [Out.RELEASE]


def test_without_the_words_row_2_only_becomes_stricter() -> None:
    case = working_on_it().case
    assert reporter_side.push_chosen(case, Push.YES, proven=False).case.push is Push.HELLO
    assert reporter_side.push_chosen(case, Push.NEVER, proven=False).case.push is Push.NEVER
    assert reporter_side.push_chosen(case, Push.YES, proven=True).case.push is Push.YES


def test_a_block_stops_pushes_and_not_the_ladder_and_an_unblock_pushes_nothing() -> None:
    night = Night.of(push="yes")
    ladder = dict(night.case.due)
    night.keeps(reporter_side.blocked(night.case, night.now))
    assert dict(night.case.due) == ladder
    night.after(minutes=31)
    assert night.out == []
    night.keeps(reporter_side.unblocked(night.case, night.now))
    assert night.last.to_reporter == ()


def test_a_changed_identity_holds_back_what_was_on_its_way_until_the_right_words() -> None:
    night = working_on_it(push="yes")
    night.types("first", "42 we are here")
    night.keeps(reporter_side.key_changed(night.case, night.now))
    assert [(out.kind, out.how) for out in night.last.to_reporter] == [(Out.RECALL, How.WAIT)]
    assert night.types("first", "42 still here with you") == "waits.key_changed"
    night.keeps(reporter_side.reporter_wrote(night.case, True, night.now))
    assert Mark.KEY_CHANGED not in night.case.marks


def test_a_live_chat_ends_after_fifteen_minutes() -> None:
    night = working_on_it()
    night.keeps(reporter_side.reporter_wrote(night.case, True, night.now))
    assert night.types("first", "42 we are here") == "sending"
    night.after(minutes=16)
    assert night.types("first", "42 we are here") == "waits.hello"


def test_withdrawal_says_no_to_everything_that_was_allowed() -> None:
    night = working_on_it()
    for letter in "dg":
        consent = Consent(letter, Reply.YES, night.now, "1", "UN office" if letter == "d" else None)
        night.keeps(reporter_side.consent_answered(night.case, consent))
    night.keeps(reporter_side.withdraw(night.case, night.now + timedelta(minutes=1)))
    assert {night.case.consent("d", "UN office"), night.case.consent("g")} == {Reply.NO}
    assert heard(night) == ["withdrawn"]


def test_stop_after_an_alert_leaves_the_case_as_it_is() -> None:
    night = working_on_it()
    night.keeps(reporter_side.stop(night.case, night.now))
    assert (heard(night), night.has()) == (["stopped"], "first")


def test_a_new_phone_is_told_and_redirects_nothing() -> None:
    night = working_on_it(push="yes")
    night.keeps(reporter_side.new_phone(night.case, night.now))
    assert (heard(night), night.last.to_reporter) == (["new_phone"], ())
    assert Mark.NEW_PHONE in night.case.marks


def test_back_never_recalls_an_alert() -> None:
    night = working_on_it()
    night.keeps(reporter_side.went_back(night.case, "reprisal/opening.safe"))
    assert heard(night) == ["went_back"]
    assert night.has() == "first"
