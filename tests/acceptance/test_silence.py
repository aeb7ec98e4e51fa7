"""Silence mid-way, lone cries, stories pasted at any step, second matters, voice notes (protocol sections 2 and 6)."""

import pytest

from bot.channels import Attachment
from tests.acceptance.phones import Reporter
from tests.acceptance.test_stories import HELP
from tests.acceptance.world import World
from triage.scales import Level

MEMOS = {
    "en": "On Tuesday evening two men in a grey car waited in front of our office and asked everybody about me.",
    "es": "El martes por la tarde dos hombres en un coche gris esperaron frente a nuestra oficina y preguntaron.",
    "fr": "Mardi soir, deux hommes dans une voiture grise ont attendu devant notre bureau et ont posé des questions.",
    "ar": "مساء الثلاثاء انتظر رجلان في سيارة رمادية أمام مكتبنا وسألا الجيران عن عملي وعن مواعيد خروجي من البيت.",
}
DANGER_MEMO = "They came back tonight. Two men are breaking down the door of our house and I am alone here."


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("opening", ["soon", "unsure"])
async def test_after_openings_4_and_5_silence_passes_the_draft_on_and_text_5_says_so(
    world: World, opening: str, language: str
) -> None:
    ana = world.reporter("ana", language=language)
    (reply,) = await ana.reports(opening, country="stop")
    text_5 = ana.text("silence_rule", team=world.app.kit.team)
    assert reply.startswith(text_5)
    (later,) = await ana.taps_data("command.skip")
    assert text_5 not in later, "once"
    await ana.taps_data("what.travel")
    await world.after(minutes=29)
    assert await world.cases() == []
    await world.after(minutes=2)
    case = await world.case()
    number = await world.taken()
    assert '"what":["travel"]' in await world.person("first").reads(number)
    assert case.language == language


@pytest.mark.parametrize("opening", ["safe", "question"])
async def test_after_openings_6_and_7_a_silent_draft_goes_only_if_urgent(world: World, opening: str) -> None:
    ana, bea = world.reporter("ana"), world.reporter("bea")
    (reply,) = await ana.reports(
        opening, what="harassed", when="longer", about="stop", words="stop", push_later="stop"
    )
    assert "STOP" not in reply
    await bea.reports("safe", what="raided", when="days", about="stop")
    await world.after(minutes=40)
    (case,) = await world.cases()
    assert case.level is Level.URGENT


async def test_without_a_yes_to_the_notice_there_is_no_draft(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("soon", notice="stop")
    await world.after(hours=3)
    assert await world.cases() == []


async def test_who_comes_back_after_the_draft_was_passed_on_goes_on_with_that_case(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("soon", what="travel", when="stop")
    await world.after(minutes=31)
    assert len(await world.cases()) == 1
    await ana.reports("soon", what="raided", when="days")
    (case,) = await world.cases()
    number = await world.taken()
    assert case.level is Level.URGENT
    assert '"raided"' in await world.person("first").reads(number)


async def test_a_draft_passed_on_while_they_type_stays_one_case(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("soon", what="travel", when="stop")
    for _ in range(3):
        await world.after(minutes=14)
        await ana.writes("mmm")
    await ana.taps_data("when.now")
    await ana.taps_data("about.me")
    assert len(await world.cases()) == 1


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_word_for_help_alone_has_two_minutes(world: World, language: str) -> None:
    ana = world.reporter("ana", language=language)
    (reply,) = await ana.writes(HELP[language])
    assert reply.startswith(ana.text("reprisal/opening.ask.no_signal", team=world.app.kit.team))
    await world.after(minutes=1, seconds=50)
    assert await world.cases() == []
    await world.after(seconds=20)
    case = await world.case()
    assert (case.level, case.unsure) == (Level.URGENT, True)
    assert "URGENT" in world.person("first").newest


async def test_a_word_for_help_that_was_explained_is_not_passed_on(world: World) -> None:
    ana = world.reporter("ana")
    await ana.writes("help")
    await ana.taps_data("opening.safe")
    await world.after(hours=1)
    assert await world.cases() == []


async def test_a_second_cry_is_immediate_at_once(world: World) -> None:
    ana = world.reporter("ana", language="fr")
    await ana.writes("au secours")
    await ana.writes("au secours")
    assert (await world.case()).level is Level.IMMEDIATE
    bea = world.reporter("bea", language="en")
    await bea.writes("help")
    await world.after(minutes=20)
    await bea.writes("help")
    assert [case.level for case in await world.cases()] == [Level.IMMEDIATE, Level.IMMEDIATE]


@pytest.mark.parametrize("language", MEMOS)
async def test_a_calm_story_before_the_opening_gets_text_3_and_only_what_is_missing_is_asked(
    world: World, language: str
) -> None:
    ana = world.reporter("ana", language=language)
    (reply,) = await ana.writes(MEMOS[language])
    assert reply.startswith(ana.text("memo_waits"))
    assert ana.question == "notice"
    await world.after(minutes=2)
    assert await world.cases() == []
    await ana.taps_data("notice.agree")
    assert ana.question == "opening"
    await ana.taps_data("opening.unsure")
    assert ana.question == "country", "the notice is not asked twice"
    await world.after(minutes=31)
    number = await world.taken()
    assert MEMOS[language] in await world.person("first").reads(number)


async def test_a_story_of_danger_alerts_at_once_wherever_it_comes(world: World) -> None:
    ana, bea = world.reporter("ana"), world.reporter("bea")
    (reply,) = await ana.writes(DANGER_MEMO)
    assert reply == ana.text("reprisal/push.ask")
    await bea.reports("safe", what="stop")
    await bea.writes(DANGER_MEMO)
    assert [case.level for case in await world.cases()] == [Level.IMMEDIATE, Level.IMMEDIATE]


@pytest.mark.parametrize("step", ["notice", "country", "what", "when", "about", "push_later", "more"])
async def test_a_story_is_taken_whole_at_any_step(world: World, step: str) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsure", **{"what": "travel", step: "stop"})
    (reply,) = await ana.writes(MEMOS["en"])
    assert reply.startswith(ana.text("memo_taken"))
    assert ana.question == step
    await finish(ana)
    number = await world.taken()
    assert MEMOS["en"] in await world.person("first").reads(number)


async def finish(ana: Reporter) -> None:
    for _ in range(20):
        question = ana.question
        if question is None:
            return
        taps = {"notice": "notice.agree", "more": "more.all", "what": "what.travel"}
        await ana.taps_data(taps.get(question, "command.skip"))
        if question == "what":
            await ana.taps_data("command.done")


async def test_an_answer_not_understood_twice_goes_to_a_person_after_text_3(world: World) -> None:
    ana = world.reporter("ana")
    for text in ("the thing with the car", "you know what I mean", "again the same men"):
        await ana.writes(text)
    assert ana.question == "opening"
    await ana.writes("that is what it is")
    assert ana.question == "notice"
    assert await world.cases() == [], "not before text 3"
    await ana.taps_data("notice.agree")
    case = await world.case()
    assert case.unsure
    assert case.level >= Level.PRIORITY
    number = await world.taken()
    assert "the thing with the car" in await world.person("first").reads(number)


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_a_voice_note_is_not_kept_and_a_person_hears_of_it(world: World, language: str) -> None:
    ana = world.reporter("ana", language=language)
    (reply,) = await ana.sends(Attachment.VOICE)
    assert reply.startswith(ana.text("not_kept.voice"))
    await world.after(minutes=3)
    case = await world.case()
    assert case.unsure
    assert "unsure.voice" in case.reasons


async def test_a_voice_note_in_an_open_case_marks_it_unsure(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", country="stop")
    (reply,) = await ana.sends(Attachment.VOICE)
    assert reply.startswith(ana.text("not_kept.voice"))
    assert ana.question == "country"
    assert (await world.case()).unsure


async def test_a_second_matter_is_a_case_of_its_own_and_one_receipt_leads_to_both(world: World) -> None:
    ana = world.reporter("ana", language="fr")
    await ana.reports("safe", what="harassed", when="longer", push_later="yes", more="another")
    assert ana.question == "opening"
    await ana.taps_data("opening.missing")
    assert ana.question == "push", "asked again, because the first answer was about another moment"
    await ana.taps_data("push.yes")
    await finish(ana)
    first, second = await world.cases()
    assert (first.level, second.level) == (Level.ROUTINE, Level.IMMEDIATE)
    assert (first.earlier, second.earlier) == (0, 1)
    words = ana.receipt_words
    await ana.taps_data("receipt.gone")
    await ana.writes(words)
    await ana.says("erase")
    assert [case.level for case in await world.cases()] == [Level.IMMEDIATE], "its shell climbs on"


@pytest.mark.parametrize("opening", ["safe", "unsafe"])
async def test_a_second_matter_left_half_way_is_still_its_own_after_a_lock(
    world: World, opening: str
) -> None:
    ana = world.reporter("ana")
    await ana.reports(opening, what="harassed", when="longer", more="another")
    await ana.taps_data("opening.soon")
    await ana.writes("Kenya")
    await ana.taps_data("confirm.yes")
    await world.after(minutes=31)
    assert len(await world.cases()) == 2


async def test_back_never_recalls_an_alert_and_the_taker_reads_it(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="hello", notice="stop")
    await world.taken()
    await ana.says("back")
    await ana.says("back")
    assert ana.question == "opening"
    await ana.taps_data("opening.safe")
    case = await world.case()
    assert case.level is Level.IMMEDIATE
    assert any("went back" in page and "No risk now" in page for page in world.person("first").pages)


async def test_a_no_to_text_3_after_an_alert_ends_the_questions_and_the_case_stays(world: World) -> None:
    ana = world.reporter("ana", language="es")
    await ana.reports("unsafe", notice="stop")
    (reply,) = await ana.taps_data("notice.refuse")
    assert reply == ana.text("reprisal/end.kept", team=world.app.kit.team)
    assert (await world.case()).is_open


async def test_a_language_that_we_do_not_have_leads_to_an_interpreter(world: World) -> None:
    ana = world.reporter("ana")
    await ana.writes("/start")
    await ana.writes("LANGUAGE")
    (reply,) = await ana.taps_data("language.none")
    assert reply == ana.text("language_which")
    (reply,) = await ana.writes("Kiswahili")
    assert reply.startswith("Thank you, I noted it")
    await ana.reports("unsafe", country="stop")
    assert "unsure.language" in (await world.case()).reasons
