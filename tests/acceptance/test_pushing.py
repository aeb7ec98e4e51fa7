"""What may be written to the phone (row 2, protocol section 6): shown, announced by a hello, or never."""

import asyncio

import pytest

from responders.cases import Mark
from responders.items import HELLO, Item, Kind
from tests.acceptance.phones import Reporter
from tests.acceptance.world import World

ASKS = "Can you talk now?"


async def a_taken_alert(world: World, ana: Reporter, push: str) -> int:
    await ana.reports("unsafe", push=push, country="stop")
    return await world.taken()


def shown_since(ana: Reporter, before: int) -> list[str]:
    return [one.message.text for one in ana.platform.everything[ana.address][before:]]


def count(ana: Reporter) -> int:
    return len(ana.platform.everything[ana.address])


async def test_yes_a_persons_message_is_shown_as_it_comes_and_can_be_answered_for_a_day(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("safe", push_later="yes", what="harassed", when="longer")
    await ana.taps_data("receipt.gone")
    number = await world.taken()
    before = count(ana)
    await world.person("first").types(f"{number} {ASKS}")
    assert shown_since(ana, before)[1:] == [], "held ten seconds; text 7 came before"
    await world.after(seconds=11)
    assert shown_since(ana, before)[-1] == ASKS
    await world.after(hours=23)
    assert await ana.writes("yes, I am at my sister's") == [ana.text("added")]
    assert "at my sister" in await world.person("first").reads(number)
    assert await ana.gets("STATUS") == await world.reporter("new").gets("STATUS"), (
        "a control word is no answer"
    )
    await world.after(hours=2)
    assert (await ana.writes("and my sister is afraid"))[0] != ana.text("added"), "a day has passed"


async def test_hello_gets_text_2_once_a_day_and_the_rest_when_they_answer(world: World) -> None:
    ana = world.reporter("ana", language="es")
    await ana.reports("unsafe", push="hello", country="stop")
    before = count(ana)
    number = await world.taken()
    await world.after(minutes=20)
    for text in (ASKS, "We are here.", "Take your time."):
        await world.person("first").types(f"{number} {text}")
        await world.after(minutes=5)
    assert shown_since(ana, before) == [ana.text("push_hello")]
    before = count(ana)
    await ana.writes("hola")
    assert shown_since(ana, before)[-3:] == [ASKS, "We are here.", "Take your time."]


async def two_cases_greeted_yesterday(world: World, ana: Reporter) -> list[int]:
    """Both are the first person's, who opened them; the text 2 of that day is more than a day old."""
    await ana.reports("safe", what="harassed", when="longer", more="another")
    await ana.reports("safe", what="followed", when="longer")
    await ana.taps_data("receipt.gone")
    numbers = [case.number for case in await world.cases()]
    for number in numbers:
        await world.person("first").at_desk(f"t{number}")
    await world.after(hours=25)
    return numbers


async def test_two_cases_of_one_chat_written_to_in_the_same_ten_seconds_say_text_2_once(world: World) -> None:
    ana = world.reporter("ana")
    numbers = await two_cases_greeted_yesterday(world, ana)
    before = count(ana)
    for number in numbers:
        await world.person("first").types(f"{number} {ASKS} {number}")
        await world.after(seconds=2)
    assert shown_since(ana, before) == [], "both are held"
    await world.after(hours=23)
    assert shown_since(ana, before) == [ana.text("push_hello")]


async def test_text_2_that_is_taken_back_leaves_the_days_hello_to_the_other_case(world: World) -> None:
    ana = world.reporter("ana")
    one, two = await two_cases_greeted_yesterday(world, ana)
    before = count(ana)
    for number in (one, two):
        await world.person("first").types(f"{number} {ASKS}")
    await world.person("first").types(f"u{one}")
    await world.after(minutes=1)
    assert shown_since(ana, before) == [ana.text("push_hello")]


async def test_two_workers_that_both_send_a_text_2_show_one(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("safe", what="harassed", when="longer")
    number = (await world.case()).number
    here, there = world.app.sending.may_greet, world.another_worker().sending.may_greet
    assert here is not None
    assert there is not None
    item = Item(Kind.REPLY, "telegram", "ana", pseudonym=world.pseudonym(ana), case=number, mark=HELLO)
    goes = await asyncio.gather(here("h11.1", item), there("h13.2", item))
    assert sorted(goes) == [False, True]
    assert await here("h11.1", item) is not await here("h13.2", item), "after a crash it is the same one"
    await world.after(hours=25)
    assert await there("h13.9", item)


async def test_hello_and_a_locked_chat_with_words_releases_only_to_the_words(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="hello", what="attack", when="now")
    words = ana.receipt_words
    await ana.taps_data("receipt.gone")
    number = await world.taken()
    await world.person("first").types(f"{number} {ASKS}")
    await world.after(minutes=1)
    before = count(ana)
    await ana.writes("hello")
    assert ASKS not in shown_since(ana, before)
    await ana.writes(words)
    assert ASKS in shown_since(ana, before)


async def test_hello_in_an_open_chat_shows_the_rest_below_the_next_question(world: World) -> None:
    ana = world.reporter("ana")
    number = await a_taken_alert(world, ana, "hello")
    await world.person("first").types(f"{number} {ASKS}")
    await world.after(seconds=30)
    before = count(ana)
    await ana.taps_data("command.skip")
    assert shown_since(ana, before)[-1] == ASKS
    assert shown_since(ana, before)[1].startswith("Hello. A person has read"), "text 7 waited too"


async def test_hello_answered_with_words_that_fit_no_question_goes_to_the_person(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="hello", country="stop")
    await ana.writes("Kenya")
    await ana.taps_data("confirm.yes")
    number = await world.taken()
    await world.person("first").types(f"{number} {ASKS}")
    await world.after(seconds=30)
    seen = await ana.writes("I am in the cellar with my sister now")
    assert (seen[0], seen[-1]) == (ana.text("added"), ASKS)
    assert "in the cellar" in await world.person("first").reads(number)


async def test_never_shows_nothing_until_they_write(world: World) -> None:
    ana = world.reporter("ana")
    number = await a_taken_alert(world, ana, "never")
    await world.after(minutes=20)
    before = count(ana)
    await world.person("first").types(f"{number} {ASKS}")
    await world.after(hours=5)
    assert shown_since(ana, before) == []
    await ana.writes("hello")
    assert shown_since(ana, before)[-1] == ASKS


async def test_never_in_an_open_chat_shows_it_once_they_write(world: World) -> None:
    ana = world.reporter("ana")
    number = await a_taken_alert(world, ana, "never")
    await world.person("first").types(f"{number} {ASKS}")
    await world.after(minutes=1)
    before = count(ana)
    await ana.taps_data("command.skip")
    assert shown_since(ana, before)[-1] == ASKS


async def test_text_7_follows_the_first_reading_as_row_2_allows(world: World) -> None:
    ana, bea, eva = world.reporter("ana"), world.reporter("bea"), world.reporter("eva")
    for person, push in ((ana, "yes"), (bea, "hello"), (eva, "never")):
        await person.reports("unsafe", push=push, country="stop")
    befores = {one.address: count(one) for one in (ana, bea, eva)}
    for case in await world.cases():
        await world.person("first").at_desk(f"t{case.number}")
    await world.after(seconds=30)
    (seven,) = shown_since(ana, befores["ana"])
    assert seven.startswith("Hello. A person has read your words")
    assert "English" in seven
    assert shown_since(bea, befores["bea"]) == [bea.text("push_hello")]
    assert shown_since(eva, befores["eva"]) == []


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_text_6_after_half_an_hour_without_a_taker_then_at_the_time_it_named(
    world: World, language: str
) -> None:
    ana = world.reporter("ana", language=language)
    await ana.reports("unsafe", push="yes", country="stop")
    before = count(ana)
    await world.after(minutes=29)
    assert shown_since(ana, before) == []
    await world.after(minutes=2)
    (six,) = shown_since(ana, before)
    assert six == ana.text("nobody_yet", time="13:30 UTC")
    await world.after(minutes=60)
    assert len(shown_since(ana, before)) == 2


async def test_a_message_while_the_receipt_shows_is_shown_below_it_under_yes(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="yes", what="attack", when="now")
    words = ana.receipt_words
    number = await world.taken()
    await world.person("first").types(f"{number} {ASKS}")
    await world.after(seconds=30)
    assert ASKS in ana.texts
    assert any(words in text for text in ana.texts)


async def test_a_message_while_the_receipt_shows_waits_with_its_hello_until_it_is_gone(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="hello", what="attack", when="now")
    before = count(ana)
    number = await world.taken()
    await world.person("first").types(f"{number} {ASKS}")
    await world.after(minutes=5)
    assert shown_since(ana, before) == []
    await ana.taps_data("receipt.gone")
    await world.after(seconds=1)
    assert shown_since(ana, before) == [ana.text("push_hello")], "and its tap is not an answer"
    await world.after(minutes=30)
    assert shown_since(ana, before) == [ana.text("push_hello")], "nor does it come again with the ten minutes"


async def test_not_tapped_away_the_receipt_keeps_the_hello_back_for_its_ten_minutes(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="hello", what="attack", when="now")
    before = count(ana)
    await world.person("first").types(f"{await world.taken()} {ASKS}")
    await world.after(minutes=9)
    assert shown_since(ana, before) == []
    await world.after(minutes=2)
    assert shown_since(ana, before) == [ana.text("push_hello")]


async def test_with_two_cases_in_one_chat_the_stricter_holds(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="yes", what="attack", when="now", more="another")
    await ana.taps_data("opening.missing")
    await ana.taps_data("push.never")
    first, second = await world.cases()
    assert {first.push.value, second.push.value} == {"never"}
    await world.person("first").at_desk(f"t{first.number}")
    before = count(ana)
    answers = await world.person("first").types(f"{first.number} {ASKS}")
    assert any("never" in answer for answer in answers)
    await world.after(minutes=5)
    assert shown_since(ana, before) == []


async def test_undone_within_ten_seconds_nothing_arrives_and_later_it_is_too_late(world: World) -> None:
    ana = world.reporter("ana")
    number = await a_taken_alert(world, ana, "yes")
    before = count(ana)
    await world.person("first").types(f"{number} {ASKS}")
    await world.person("first").types(f"u{number}")
    await world.after(minutes=1)
    assert shown_since(ana, before) == []
    await world.person("first").types(f"{number} {ASKS}")
    await world.after(minutes=1)
    (answer,) = await world.person("first").types(f"u{number}")
    assert "already sent" in answer.lower()
    assert shown_since(ana, before) == [ASKS]


async def test_a_seized_phone_is_emptied_and_answers_like_a_new_one(world: World) -> None:
    ana, new = world.reporter("ana"), world.reporter("new")
    number = await a_taken_alert(world, ana, "yes")
    await world.person("first").types(f"{number} {ASKS}")
    await world.after(seconds=30)
    await world.person("first").types(f"x{number}")
    await world.after(seconds=30)
    assert ana.texts == []
    assert Mark.SEIZED in (await world.case()).marks
    before = count(ana)
    await world.person("first").types(f"{number} Hello?")
    await world.after(hours=1)
    assert shown_since(ana, before) == []
    assert await ana.gets("/start") == await new.gets("/start"), (
        "though the chat was in the middle of the questions"
    )


async def test_a_new_phone_is_written_to_once_and_gets_replies_only_when_the_taker_says_so(
    world: World,
) -> None:
    ana, other = world.reporter("ana"), world.reporter("other")
    await ana.reports("unsafe", push="yes", what="attack", when="now")
    words = ana.receipt_words
    await ana.taps_data("receipt.gone")
    number = await world.taken()
    await other.writes(words)
    before = count(other)
    first = world.person("first")
    await first.types(f"{number} {ASKS}")
    await world.after(seconds=30)
    assert shown_since(other, before) == [], "a new phone does not redirect replies"
    await first.types(f"k{number} Which colour was the van?")
    await world.after(seconds=30)
    assert shown_since(other, before) == ["Which colour was the van?"]
    refused = await first.types(f"k{number} And the driver?")
    await world.after(seconds=30)
    assert len(shown_since(other, before)) == 1
    assert refused
    await first.types(f"k{number} yes")
    await first.types(f"{number} Thank you.")
    await world.after(seconds=30)
    assert shown_since(other, before)[-1] == "Thank you."


async def test_a_consent_is_asked_after_the_words_answered_and_recorded(world: World) -> None:
    ana = world.reporter("ana", language="es")
    await ana.reports("unsafe", push="yes", what="attack", when="now")
    words = ana.receipt_words
    await ana.taps_data("receipt.gone")
    number = await world.taken()
    first = world.person("first")
    before = count(ana)
    await first.types(f"c{number} g")
    await world.after(minutes=1)
    assert shown_since(ana, before) == [], "it waits for the words"
    await ana.writes(words)
    assert shown_since(ana, before)[-1] == ana.text("consent_g", team=world.app.kit.team)
    assert await ana.taps("Sí") == [ana.text("consent_thanks")]
    (given,) = [one for one in (await world.case()).consents if one.letter == "g" and one.reply == "yes"]
    assert given.at == world.now
    assert given.text_version
    assert any("consent g" in page for page in first.pages)


async def test_a_typed_yes_counts_as_consent_only_from_who_gave_the_words(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="yes", what="attack", when="now")
    words = ana.receipt_words
    await ana.taps_data("receipt.gone")
    number = await world.taken()
    await world.person("first").types(f"c{number} g")
    await world.after(minutes=1)
    await ana.writes(words)
    await world.after(minutes=20)
    await ana.writes("yes")
    assert (await world.case()).consent("g") != "yes", "the chat has locked meanwhile"
    await ana.writes(words)
    assert await ana.writes("yes") == [ana.text("consent_thanks")]
    assert (await world.case()).consent("g") == "yes"


@pytest.mark.parametrize("push", ["yes", "hello", "never"])
@pytest.mark.parametrize("elsewhere", [False, True])
async def test_after_the_move_the_new_phone_answers_for_a_day_wherever_its_records_lie(
    world: World, push: str, elsewhere: bool
) -> None:
    """The taker said `k42 yes`: what they write is shown there, and what is written back within a day is an answer."""
    ana = world.reporter("ana")
    # nothing urgent: an alert that nobody keeps with a word rings four people every five minutes of that day
    await ana.reports("safe", push_later=push, what="harassed", when="longer")
    words, number = ana.receipt_words, (await world.case()).number
    await ana.taps_data("receipt.gone")
    phones = (world.reporter(f"phone {n}") for n in range(100))
    new = next(phone for phone in phones if (world.shard(phone) != world.shard(ana)) is elsewhere)
    first = world.person("first")
    await first.at_desk(f"t{number}")
    await new.writes(words)
    await first.types(f"k{number} yes")
    await world.after(minutes=20)
    before, old = count(new), count(ana)
    await first.types(f"{number} {ASKS}")
    await world.after(minutes=1)
    if push != "yes":
        assert ASKS not in shown_since(new, before)
        await new.writes(words)
    assert ASKS in shown_since(new, before)[-3:]
    await world.after(hours=23)
    assert await new.writes("the blue van came back") == [new.text("added")]
    assert "the blue van came back" in await first.reads(number)
    assert any("wrote" in page for page in first.pages[-3:])
    assert await new.gets("STATUS") == await world.reporter("nobody").gets("STATUS")
    assert shown_since(ana, old) == [], "nothing goes to the old phone any more"
    await world.after(hours=2)
    assert await new.writes("and it left") != [new.text("added")]
