"""The chat as a dangerous place (protocol section 6): what a locked chat does, and what it never does."""

import pytest

from responders.cases import Mark
from tests.acceptance.phones import Reporter
from tests.acceptance.world import World
from triage.scales import Level

DANGER = {"en": "they are breaking the door", "es": "están rompiendo la puerta", "fr": "ils cassent la porte"}
FAR = "my own old secret about the warehouse that I told you yesterday evening"


async def a_report(ana: Reporter, **answers: str) -> None:
    """A finished report, its receipt tapped away."""
    await ana.reports("safe", **{"what": "harassed", "when": "days", **answers})
    await ana.taps_data("receipt.gone")


async def test_a_chat_locks_after_fifteen_quiet_minutes_and_not_before(world: World) -> None:
    ana, new = world.reporter("ana"), world.reporter("new")
    await ana.reports("safe", what="stop")
    await world.after(minutes=14)
    (reply,) = await ana.writes("1")
    assert reply.startswith("Noted"), "still the same question"
    await world.after(minutes=16)
    assert await ana.gets("1") == await new.gets("1")


async def test_the_receipt_goes_on_its_tap_and_the_deletion_is_the_answer(world: World) -> None:
    ana, new = world.reporter("ana"), world.reporter("new")
    await ana.reports("safe", what="harassed", when="days")
    words = ana.receipt_words
    assert await ana.taps_data("receipt.gone") == []
    assert not any(words in text for text in ana.texts)
    assert await ana.gets("STATUS") == await new.gets("STATUS")


async def test_the_receipt_goes_after_ten_minutes_also_when_something_was_added(world: World) -> None:
    ana, new = world.reporter("ana"), world.reporter("new")
    await ana.reports("safe", what="harassed", when="days")
    words = ana.receipt_words
    await world.after(minutes=6)
    assert await ana.writes("It was two men") == ["Thank you. It is added."]
    await world.after(minutes=5)
    assert not any(words in text for text in ana.texts)
    assert await ana.gets("It was three men") == await new.gets("It was three men")


async def test_a_double_tap_a_thank_you_or_a_status_does_not_take_the_receipt_words_away(
    world: World,
) -> None:
    ana = world.reporter("ana")
    await ana.reports("safe", what="harassed", when="days")
    words = ana.receipt_words
    assert await ana.taps_data("more.all") == [ana.text("finished")]
    assert await ana.writes("thank you") == ["Thank you. It is added."]
    await ana.writes("STATUS")
    assert any(words in text for text in ana.texts)


@pytest.mark.parametrize("language", ["en", "es", "fr"])
async def test_danger_in_a_locked_chat_starts_the_ladder_again_and_pages_taker_and_on_call(
    world: World, language: str
) -> None:
    ana = world.reporter("ana", language=language)
    await a_report(ana)
    number = (await world.case()).number
    await world.person("third").at_desk(f"t{number}")
    before = {name: len(person.pages) for name, person in world.people.items()}
    (reply,) = await ana.writes(DANGER[language])
    assert reply == ana.text("reprisal/push.ask")
    case = await world.case()
    assert (case.number, case.level) == (number, Level.IMMEDIATE)
    rung = {name for name, person in world.people.items() if len(person.pages) > before[name]}
    assert {"first", "third"} <= rung


async def test_danger_with_no_case_open_makes_one(world: World) -> None:
    ana = world.reporter("ana")
    await a_report(ana)
    number = await world.taken()
    await world.person("first").types(f"e{number} 2")
    assert await world.cases() == []
    await ana.writes(DANGER["en"])
    case = await world.case()
    assert case.number != number
    assert case.earlier == 1


async def test_text_4_is_said_once_in_ten_minutes_else_one_line(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="hello", country="stop")
    text_4 = ana.text("reprisal/push.ask")
    await world.after(minutes=5)
    (again,) = await ana.writes(DANGER["en"])
    assert text_4 not in again
    assert again.startswith(ana.text("passed_on"))
    assert ana.text("reprisal/country.ask") in again, "the questions go on where they were"
    await world.after(minutes=6)
    assert text_4 in (await ana.writes(DANGER["en"]))[0]


@pytest.mark.parametrize("language", ["en", "es", "fr", "ar"])
async def test_the_one_line_says_whether_somebody_has_the_case(world: World, language: str) -> None:
    """Nobody yet, somebody, nobody any more: each cry is answered with what is true then."""
    ana = world.reporter("ana", language=language)
    await ana.reports("unsafe", push="hello", country="stop")
    again, *_ = await ana.taps_data("opening.unsafe")
    assert again.startswith(ana.text("passed_on"))
    await world.taken()
    again, *_ = await ana.taps_data("opening.unsafe")
    assert again.startswith(ana.text("passed_on_taken"))
    await world.after(minutes=6)  # taken and opened at the desk; given up, it is on the ladder again
    await world.person("first").at_desk(f"p{(await world.case()).number} 3")
    again, *_ = await ana.taps_data("opening.unsafe")
    assert again.startswith(ana.text("passed_on"))


async def test_a_locked_chat_does_not_tell_whether_somebody_has_the_case(world: World) -> None:
    """Whoever holds the phone after the lock reads one line that is true in every case."""
    told = []
    for name, taken in (("ana", True), ("new", False)):
        phone = world.reporter(name)
        await phone.reports("unsafe", push="hello")
        await phone.taps_data("receipt.gone")
        if taken:
            await world.taken()
        told += await phone.taps_data("opening.unsafe")
        told += await phone.taps_data("opening.unsafe")
        number = (await world.case()).number
        await world.person("first").at_desk(f"t{number}")
        await world.person("first").at_desk(f"e{number} 2")
    assert len(told) == 4
    assert {one.split("\n")[0] for one in told} == {phone.text("passed_on_any")}


async def test_untaken_the_ladder_goes_on_and_taken_the_taker_is_paged_again(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="hello", country="stop")
    await world.taken()
    pages = len(world.person("first").pages)
    await ana.writes(DANGER["en"])
    assert len(world.person("first").pages) > pages


async def test_a_tap_on_any_openings_danger_however_old_is_a_danger_sign_and_other_old_buttons_are_not(
    world: World,
) -> None:
    ana, new = world.reporter("ana"), world.reporter("new")
    await a_report(ana)
    opening = await new.gets("/start")
    for old in (
        "opening.safe",
        "more.all",
        "push_later.yes",
        "notice.agree",
        "consent.yes",
        "receipt.gone",
        "x",
    ):
        before = len(ana.platform.everything["ana"])
        await ana.taps_data(old)
        shown = ana.platform.everything["ana"][before:]
        assert [
            (one.message.text, tuple(b.label for b in one.message.buttons)) for one in shown
        ] == opening, old
        await world.after(minutes=16)
    await ana.taps_data("opening.missing")
    assert (await world.case()).level is Level.IMMEDIATE


async def test_a_typed_1_on_a_locked_chats_opening_is_the_same_danger_as_its_tap(world: World) -> None:
    ana = world.reporter("ana")
    await a_report(ana)
    await ana.writes("hello")
    await ana.writes("1")
    assert (await world.case()).level is Level.IMMEDIATE, "the same case, not a second one"


async def test_without_the_words_row_2_only_becomes_stricter(world: World) -> None:
    ana = world.reporter("ana")
    await a_report(ana, push_later="hello")
    await ana.writes(DANGER["en"])
    await ana.taps_data("push.yes")
    assert (await world.case()).push.value == "hello"
    await world.after(minutes=20)
    await ana.writes(DANGER["en"])
    await ana.taps_data("push.never")
    assert (await world.case()).push.value == "never"


async def test_answers_on_a_locked_chats_screens_join_the_case_where_no_words_were_ever_shown(
    world: World,
) -> None:
    ana, new = world.reporter("ana"), world.reporter("new")
    await ana.reports("unsafe", push="hello", country="stop")
    await ana.writes("Guatemala")
    await ana.taps_data("confirm.yes")
    await world.after(minutes=20)
    for word in ("hello", "6", "1", "Kenya", "yes"):
        assert await ana.gets(word) == await new.gets(word), word
    mine = next(case for case in await world.cases() if case.country == "GT" or case.earlier == 0)
    assert mine.level is Level.IMMEDIATE
    assert Mark.NO_WORDS in mine.marks
    assert len(await world.cases()) == 1, "a calm report is not complete yet; the other is one case"


async def test_who_has_lost_the_words_reports_anew_and_the_card_counts_earlier_cases(world: World) -> None:
    ana = world.reporter("ana")
    await a_report(ana)
    await ana.reports("safe", what="raided", when="days")
    first, second = await world.cases()
    assert first.number != second.number
    assert {first.earlier, second.earlier} == {0, 1}


async def test_a_locked_chat_guesses_the_language_anew_and_the_case_keeps_its_own(world: World) -> None:
    ana = world.reporter("ana", language="en")
    await ana.reports("unsafe", push="hello", country="stop")
    await world.after(minutes=20)
    await ana.writes("hola, buenos días a todos")
    ana.locale = "es"
    assert ana.text("reprisal/opening.safe") in [b.label for b in ana.screen[-1].message.buttons]
    await ana.taps_data("opening.unsafe")
    assert (await world.case()).language == "en"


@pytest.mark.parametrize(
    ("word", "language"), [("IDIOMA", "es"), ("français", "fr"), ("لغة", "ar"), ("LANGUAGE", "en")]
)
async def test_a_language_word_while_locked_opens_in_that_language(
    world: World, word: str, language: str
) -> None:
    ana, new = world.reporter("ana", language="de"), world.reporter("new", language="de")
    await ana.writes("/start")
    ana.locale = "en"
    await a_report(ana)
    ana.locale = "de"
    seen = await ana.gets(word)
    assert seen == await new.gets(word)
    ana.locale = language
    assert seen[0][0].startswith(ana.text("reprisal/opening.ask.no_signal", team=world.app.kit.team))


async def test_never_write_and_hello_two_days_later_releases_and_asks_nothing(world: World) -> None:
    ana, new = world.reporter("ana"), world.reporter("new")
    await a_report(ana, push_later="never", when="longer")
    number = await world.taken()
    await world.person("first").types(f"{number} Can you talk now?")
    await world.after(hours=48)
    pages = len(world.person("first").pages)
    assert await ana.gets("hello") == await new.gets("hello")
    told = world.person("first").pages[pages:]
    assert any("wrote" in page and "no words" in page for page in told)


async def test_block_marks_and_stops_pushes_and_an_unblock_finds_a_locked_chat(world: World) -> None:
    from bot.channels import Event  # noqa: PLC0415 - used here alone

    ana, new = world.reporter("ana"), world.reporter("new")
    await ana.reports("unsafe", push="yes", country="stop")
    number = await world.taken()
    await ana.does(Event.BLOCKED)
    shown = len(ana.platform.everything["ana"])
    assert Mark.BLOCKED in (await world.case()).marks
    answers = await world.person("first").types(f"{number} Are you there?")
    assert any("blocked" in answer for answer in answers)
    await world.after(minutes=1)
    assert await ana.does(Event.UNBLOCKED) == []
    await world.after(minutes=1)
    assert len(ana.platform.everything["ana"]) == shown
    assert await ana.gets("STATUS") == await new.gets("STATUS")


async def test_nothing_old_is_shown_after_any_lock_but_a_persons_waiting_words_to_the_right_words(
    world: World,
) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="hello", more="more", words=FAR)
    words = ana.receipt_words
    await ana.taps_data("receipt.gone")
    number = await world.taken()
    await world.person("first").types(f"{number} We have a room for you.")
    await world.after(minutes=30)
    before = len(ana.platform.everything["ana"])
    seen = await ana.writes(words)
    texts = [one.message.text for one in ana.platform.everything["ana"][before:]]
    assert seen[0] == ana.text("words_given")
    assert "We have a room for you." in texts
    assert texts.index("We have a room for you.") > 1, "below the opening"
    assert not any("warehouse" in text for text in texts)
