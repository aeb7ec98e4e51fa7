"""A text score comes a moment after its message: it raises, in a turn of its own, and never lowers or speaks twice."""

from dataclasses import dataclass, replace

from bot import engine
from bot.channels import Event, Inbound
from bot.kit import Facts, Kit, Moment
from bot.scored import UNSURE, is_wanted
from bot.turn import Danger, Filed, Turn
from tests.bot.engine_talk import Talking, the_kit
from triage.score.score import By, Doubt, Score, Thresholds

TEXT = "they have been standing on the roof since the lights went out"


def the_scoring_kit() -> Kit:
    limits = Thresholds(immediate=0.5, urgent=0.5)
    return replace(the_kit(), thresholds=dict.fromkeys(By, limits))


def a_score(immediate: float, urgent: float, doubt: Doubt | None = None) -> Score:
    return Score(immediate, urgent, 0.5, By.EMBEDDING, "en", "Latn", doubt, "standing on the\u202e roof")


@dataclass(slots=True)
class Scored:
    """A conversation, and the scores that come after it."""

    talk: Talking

    def comes(self, score: Score | None, text: str = TEXT) -> Turn:
        talk = self.talk
        inbound = Inbound(
            "telegram", "ana", f"score|m{len(talk.turns)}", text, event=Event.SCORED, score=score
        )
        moment = Moment(the_scoring_kit(), Facts(entropy=bytes(16), spare=77), talk.now)
        turn = engine.advance(moment, talk.session, talk.chat, inbound)
        talk.turns.append(turn)
        talk._keep(turn)
        return turn


def after_a_first_message(text: str = TEXT) -> Scored:
    talk = Talking()
    talk.writes(text)
    return Scored(talk)


def test_frightening_words_in_a_first_message_alert_a_moment_later() -> None:
    turn = after_a_first_message().comes(a_score(0.9, 0.95))
    (filed,) = [event for event in turn.events if isinstance(event, Filed)]
    assert filed.is_new
    assert filed.report.scored == "immediate"
    assert "reach a person" in turn.replies[0].message.text


def test_the_phrase_that_weighed_most_goes_into_the_report_as_clean_as_other_words() -> None:
    turn = after_a_first_message().comes(a_score(0.9, 0.95))
    (filed,) = [event for event in turn.events if isinstance(event, Filed)]
    assert filed.report.weighed == "standing on the roof"


def test_doubt_alone_quotes_nothing() -> None:
    scored = after_a_first_message()
    scored.comes(a_score(0.1, 0.2, Doubt.ROMANISED))
    session = scored.talk.session
    assert session is not None
    assert session.weighed == ""


def test_words_that_do_not_frighten_change_and_say_nothing() -> None:
    scored = after_a_first_message()
    before = scored.talk.session
    turn = scored.comes(a_score(0.1, 0.2))
    assert (turn.replies, turn.events) == ((), ())
    assert scored.talk.session == before


def test_the_same_score_twice_alerts_once() -> None:
    scored = after_a_first_message()
    scored.comes(a_score(0.9, 0.95))
    assert scored.comes(a_score(0.9, 0.95)).events == ()


def test_a_score_never_lowers_and_never_takes_back() -> None:
    scored = after_a_first_message()
    scored.comes(a_score(0.9, 0.95))
    scored.comes(a_score(0.0, 0.0))
    session = scored.talk.session
    assert session is not None
    assert session.scored == "immediate"


def test_an_open_case_is_raised_like_by_a_danger_sign() -> None:
    talk = Talking()
    talk.reports("unsure", what="travel", when="date", more="all")
    talk.writes(TEXT)
    turn = Scored(talk).comes(a_score(0.9, 0.95))
    assert [event.signs for event in turn.events if isinstance(event, Danger)] == [("model.raised",)]


def test_without_a_score_a_person_is_asked_to_judge() -> None:
    scored = after_a_first_message()
    turn = scored.comes(None)
    session = scored.talk.session
    assert session is not None
    assert session.scored == UNSURE
    assert turn.replies == ()


def test_words_that_cannot_be_judged_are_marked_unsure() -> None:
    scored = after_a_first_message()
    scored.comes(a_score(0.1, 0.2, Doubt.ROMANISED))
    session = scored.talk.session
    assert session is not None
    assert session.scored == UNSURE


def test_who_stopped_in_between_is_left_alone() -> None:
    scored = after_a_first_message()
    scored.talk.writes("STOP")
    turn = scored.comes(a_score(0.9, 0.95))
    assert (turn.replies, turn.events) == ((), ())


def test_only_words_that_were_kept_are_scored() -> None:
    talk, moment = Talking(), Moment(the_scoring_kit(), Facts(entropy=bytes(16), spare=77), Talking().now)
    assert is_wanted(moment, talk.writes(TEXT), TEXT)
    assert not is_wanted(moment, talk.writes("hello"), "hello")
    assert not is_wanted(moment, talk.writes("help me"), "help me")  # somebody is being woken already
    off = replace(moment, kit=the_kit())
    off = replace(off, kit=replace(off.kit, thresholds={}))
    assert not is_wanted(off, Talking().writes(TEXT), TEXT)
