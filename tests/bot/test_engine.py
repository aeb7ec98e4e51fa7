"""Single rules of the engine, without a store; the stories of whole conversations are in tests/acceptance."""

from dataclasses import replace

import pytest

from bot.channels import Attachment, Event
from bot.session import Phase
from bot.turn import Danger, DraftDropped, Drafted, Filed, PushSet, Wrote
from responders.cases import Push
from tests.bot.engine_talk import Talking, the_kit

SAY = the_kit().texts.say
LANGUAGES = ("en", "es", "fr", "ar")

BAD_TEXTS = {
    "empty": "",
    "spaces": "  \n\t ",
    "zero-width": "\u200b\u200d\ufeff\u2060",
    "override": "\u202egnp.evil\u202c",
    "emoji": "🙏🏽🕊️👍",
    "64 KB": "wolf " * 13_000,
    "control characters": "\x00\x01\x02\x1b[2J",
    "half a surrogate": "a\ud800b",
    "percent and braces": "%s {team} {0} %(x)s",
    "combining": "ẹ́" + "\u0301" * 500,
    "number": "99999999999999999999",
    "slash": "/unknown@bot x",
    "markup": "<b>*x*</b> [a](tg://user?id=1)",
}


@pytest.mark.parametrize("name", BAD_TEXTS)
@pytest.mark.parametrize(
    "step", [None, "notice", "country", "what", "on", "how_many", "words", "exclude", "more"]
)
def test_bad_text_at_any_step_gets_a_short_friendly_answer_in_the_persons_language(
    name: str, step: str | None
) -> None:
    language = LANGUAGES[(len(name) + len(step or "")) % 4]
    ana = Talking(language)
    if step is not None:
        ana.reports(
            "unsure", **{"what": "travel", "when": "date", "about": "group", "more": "more", step: "stop"}
        )
    turn = ana.writes(BAD_TEXTS[name])
    assert turn.replies
    spoken = {reply.message.language for reply in turn.replies}
    assert (
        spoken == {language} if step is not None else spoken <= set(LANGUAGES)
    )  # guessed anew in a new chat
    assert all(0 < len(reply.message.text) < 900 for reply in turn.replies)


@pytest.mark.parametrize("attachment", Attachment)
@pytest.mark.parametrize("step", [None, "what"])
def test_what_stands_below_it_is_read_and_what_it_is_is_not_kept(
    attachment: Attachment, step: str | None
) -> None:
    ana = Talking("fr")
    remark = SAY(f"chat/not_kept.{attachment.value}", "fr")
    if step is not None:
        ana.reports("safe", **{step: "stop"})
    turn = ana.hears(
        text="Ils ont fouillé le bureau, voici la liste de ce qui manque.", attachment=attachment
    )
    assert turn.replies[0].message.text.startswith(remark + "\n\n")
    assert ana.session is not None
    assert any("fouillé le bureau" in words for words in ana.session.words)
    assert ana.session.voice is (attachment is Attachment.VOICE)


@pytest.mark.parametrize("attachment", [Attachment.PICTURE, Attachment.VOICE])
def test_danger_below_a_picture_is_answered_first_and_then_what_is_not_kept(attachment: Attachment) -> None:
    ana = Talking()
    ana.hears(text="they are at the door", attachment=attachment)
    said = ana.said
    assert said.index(SAY("reprisal/push.ask", "en")) < said.index(
        SAY(f"chat/not_kept.{attachment.value}", "en")
    )
    assert ana.filed


def test_clear_below_a_picture_says_text_9_and_nothing_else() -> None:
    ana = Talking()
    turn = ana.hears(text="CLEAR", attachment=Attachment.PICTURE)
    assert [reply.message.text for reply in turn.replies] == [SAY("chat/cleared", "en")]


@pytest.mark.parametrize("attachment", Attachment)
@pytest.mark.parametrize("step", [None, "country", "words"])
def test_what_is_not_text_is_not_kept_and_gets_a_kind_word(attachment: Attachment, step: str | None) -> None:
    ana = Talking("fr")
    if step is not None:
        ana.reports("unsure", more="more", **{step: "stop"})
    ana.sends(attachment)
    assert SAY(f"chat/not_kept.{attachment.value}", "fr") in ana.said
    if step is not None:
        assert SAY(f"reprisal/{step}.ask", "fr") in ana.said


def test_an_edited_message_is_not_taken_for_an_answer_but_danger_in_it_is_danger() -> None:
    ana = Talking()
    ana.reports("unsure", country="stop")
    ana.hears(text="Kenya", event=Event.EDITED)
    assert SAY("chat/edited", "en") in ana.said
    ana.hears(text="they are breaking the door", event=Event.EDITED)
    assert ana.filed[-1].is_new


def test_a_button_tapped_twice_or_out_of_order_leads_to_where_we_are() -> None:
    ana = Talking()
    ana.reports("unsure", when="stop")
    for old in (
        "opening.safe",
        "notice.agree",
        "what.attack",
        "more.all",
        "confirm.yes",
        "country.KE",
        "nonsense",
    ):
        ana.taps(old)
        assert SAY("reprisal/when.ask", "en") in ana.said, old
        assert ana.session is not None
        assert ana.session.answers["opening"] == "unsure"


def test_a_choice_tapped_again_is_taken_back_and_skip_keeps_the_others() -> None:
    ana = Talking()
    ana.reports("unsure", what="stop")
    for choice in ("attack", "travel", "attack"):
        ana.taps(f"what.{choice}")
    ana.taps("command.skip")
    assert ana.session is not None
    assert ana.session.answers["what"] == ("travel",)


@pytest.mark.parametrize("said", ["1", "١", "①", "1.", "I am not safe right now", "i am NOT safe  right now"])
def test_the_first_choice_alerts_however_it_is_answered(said: str) -> None:
    ana = Talking()
    ana.writes("/start")
    turn = ana.writes(said)
    (filed,) = [event for event in turn.events if isinstance(event, Filed)]
    assert filed.is_new
    assert filed.report.opening == "unsafe"


@pytest.mark.parametrize("said", ["/start", "/start leaflet", "/start@a_bot", "/help", "/settings"])
def test_a_command_of_the_platform_says_nothing_about_the_language_of_the_person(said: str) -> None:
    """A link to the bot writes "/start leaflet" in the name of whoever taps it."""
    ana = Talking(locale="es")
    ana.writes(said)
    assert ana.said.startswith("Hola.")


def test_nothing_is_filed_before_the_notice_unless_an_alert_has_gone() -> None:
    ana = Talking()
    ana.reports("soon", notice="stop")
    assert not ana.filed
    turn = ana.taps("notice.refuse")
    assert turn.session is None
    assert turn.chat is None
    assert not turn.events


def test_a_level_that_becomes_immediate_files_at_once() -> None:
    ana = Talking()
    ana.reports("safe", what="stop")
    assert not ana.filed
    ana.taps("what.missing")
    assert [filed.is_new for filed in ana.filed] == [True]


def test_going_back_and_choosing_otherwise_forgets_what_hung_on_it() -> None:
    ana = Talking()
    ana.reports("safe", what="organisation", when="date", on="stop")
    ana.writes("20 November")
    ana.taps("confirm.yes")
    for _ in range(2):
        ana.writes("BACK")
    ana.taps("when.longer")
    ana.taps("about.me")
    ana.taps("push_later.yes")
    assert ana.filed[-1].report.on is None
    assert ana.filed[-1].report.when == "longer"


def test_words_stay_within_what_an_envelope_holds() -> None:
    ana = Talking()
    ana.reports("unsure", more="more", words="stop")
    for _ in range(10):
        ana.writes("wolf " * 3_000)
    assert ana.said.startswith(SAY("chat/too_long", "en"))
    assert ana.session is not None
    assert sum(map(len, ana.session.words)) <= 60_000


def test_the_session_keeps_no_answer_once_the_receipt_is_shown() -> None:
    ana = Talking()
    ana.reports("unsure", what="attack", more="all")
    assert ana.session is not None
    assert ana.session.phase is Phase.RECEIPT
    assert not ana.session.answers
    assert ana.session.body_key is None


def test_row_2_is_told_to_the_other_case_of_this_chat_when_it_becomes_stricter() -> None:
    ana = Talking()
    ana.reports("safe", what="harassed", push_later="yes", more="another")
    turn = ana.taps("opening.unsafe")
    turn = ana.taps("push.never")
    assert {(one.case, one.push) for one in turn.events if isinstance(one, PushSet)} == {
        (11, Push.NEVER),
        (12, Push.NEVER),
    }


def test_a_draft_that_was_passed_on_is_the_case_from_then_on() -> None:
    ana = Talking()
    ana.reports("soon", what="travel", when="stop")
    assert ana.chat is not None

    ana.chat = replace(ana.chat.with_ref(14), draft=False)
    turn = ana.taps("when.now")
    (filed,) = [event for event in turn.events if isinstance(event, Filed)]
    assert (filed.case, filed.is_new) == (14, False)


def test_a_changed_flow_asks_again_what_no_longer_fits_and_keeps_the_rest() -> None:

    ana = Talking()
    ana.reports("unsure", what="travel", when="stop")
    assert ana.session is not None
    answers = {**ana.session.answers, "gone": "x", "what": ("travel", "gone")}
    ana.session = replace(ana.session, shape="older", answers=answers, node="gone")
    ana.writes("1")
    assert SAY("chat/chosen", "en", chosen=SAY("reprisal/what.arrested", "en")) in ana.said


def test_when_nothing_can_be_taken_in_only_danger_is() -> None:
    ana = Talking()
    turn = ana.hears(text="hello", closed=True)
    assert ana.said == SAY("chat/closed", "en")
    assert turn.session is None
    turn = ana.hears(text="they are breaking the door", closed=True)
    assert any(isinstance(event, Filed) for event in turn.events)


def test_the_right_words_in_the_middle_of_a_report_take_it_to_that_case() -> None:
    ana = Talking()
    ana.reports("unsure", what="travel", when="stop")
    ana.given = (99,)
    kit = the_kit()
    words = kit.words.say(kit.words.new("en", b"0123456789abcdef", shard=0, shards=1))
    turn = ana.writes(words)
    assert any(isinstance(event, DraftDropped) for event in turn.events)
    (filed,) = [event for event in turn.events if isinstance(event, Filed)]
    assert (filed.case, filed.is_new, filed.report.what) == (99, False, ("travel",))


def test_a_spent_limit_of_tries_looks_the_same_and_joins_nothing() -> None:
    kit = the_kit()
    words = kit.words.say(kit.words.new("en", b"0123456789abcdef", shard=0, shards=1))
    ana = Talking()
    for _ in range(kit.attempts):
        ana.writes(words)
        ana.waits(minutes=1)
    before = ana.said
    ana.given = (99,)
    turn = ana.writes(words)
    assert ana.said == before
    assert not turn.events
    turn = ana.writes("they are breaking the door")
    assert any(isinstance(event, Filed) for event in turn.events), "never stops a danger sign"


def test_four_everyday_words_with_a_valid_checksum_are_never_an_answer() -> None:
    kit = the_kit()
    words = kit.words.say(kit.words.new("en", b"0123456789abcdef", shard=0, shards=1))
    ana = Talking()
    ana.reports("unsure", more="more", words="stop")
    turn = ana.writes(words)
    assert not any(isinstance(event, Wrote) for event in turn.events)
    assert not any(words in text for filed in ana.filed for text in filed.report.words)


def test_a_danger_sign_in_an_open_case_is_told_once_with_its_reason() -> None:
    ana = Talking()
    ana.reports("unsafe", country="stop")
    turn = ana.writes("they are breaking the door")
    (danger,) = [event for event in turn.events if isinstance(event, Danger)]
    assert danger.case == 11
    assert danger.signs
    assert not danger.locked


def test_the_draft_is_due_half_an_hour_after_the_last_answer() -> None:
    ana = Talking()
    ana.reports("soon", what="stop")
    ana.waits(minutes=10)
    turn = ana.taps("what.travel")
    (draft,) = [event for event in turn.events if isinstance(event, Drafted)]
    assert (draft.due - ana.now).total_seconds() == 1800


def test_after_an_alert_a_sentence_that_answers_nothing_is_added_to_the_case_at_once() -> None:
    ana = Talking()
    ana.reports("unsafe", push="stop")
    ana.writes("the grey car is outside again")
    assert ana.said.startswith(SAY("chat/added", "en"))
    assert SAY("reprisal/push_later.ask", "en") in ana.said, "the question, in its short form"
    assert SAY("reprisal/push.ask", "en") not in ana.said
    assert ana.filed[-1].report.words == ("the grey car is outside again",)


def test_a_cry_for_help_in_zawgyi_alerts_like_one_in_unicode() -> None:
    for text in ("ရဲေတြ အိမ္ကို ဝိုင္းထားတယ္ ကယ္ၾကပါ", "ရဲတွေ အိမ်ကို ဝိုင်းထားတယ် ကယ်ကြပါ"):
        (filed,) = [event for event in Talking().writes(text).events if isinstance(event, Filed)]
        assert (filed.is_new, filed.report.danger) == (True, ("help",))
        assert filed.report.words == (text,)
