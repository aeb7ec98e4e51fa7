"""The whole story on real Signal: reports in numbers and in Arabic, page, taking, card, both sides talking, erasing."""

import re

import pytest

from responders.cases import Mark
from tests.chaos.waiting import until
from tests.servers.signal_phone import Received
from tests.servers.signal_stack import SignalStack
from tests.signal.house import House
from tests.signal.talk import Talk

DAY = 86_400


async def a_page(house: House) -> tuple[Talk, Talk, int]:
    """Somebody is not safe: reporter, the focal point on call who was just woken, number of the case."""
    reporter, first = Talk(await house.reporter(), house.intake), Talk(house.phones["first"], house.alerts)
    await reporter.says("hello", "How are things?")
    await reporter.picks("I am not safe", "May we write here?")
    number = int((await first.reads("IMMEDIATE")).split()[0])
    await house.settled()
    return reporter, first, number


def deleted(message: Received) -> bool:
    """Whether this takes back one of our own messages."""
    return "delete" in message.data


async def test_a_report_in_numbers_is_taken_by_a_number_and_both_sides_talk(house: House) -> None:
    reporter, first = Talk(await house.reporter(), house.intake), Talk(house.phones["first"], house.alerts)
    await reporter.to_the_words()
    await reporter.says("they came at dawn", "I have that")
    await reporter.says("DONE", "What would help most?")
    number = int((await first.reads("IMMEDIATE")).split()[0])
    page = first.last
    await house.settled()
    await first.says("1", f"{number} is yours")
    card = await first.reads("machine's level")
    assert "Where: GT" in card
    assert "dawn" not in card, "the words are in the sealed report"
    await first.says("Are you safe now?", f"{number}: goes out in 10 s", quote=page)
    house.advance(11)
    await reporter.reads("Are you safe now?")
    await house.settled()
    await reporter.says("yes, we are at my sister's house", "It is added")
    await first.reads(f"{number}: “yes, we are at my sister's house”")
    second = [message.text for message in house.phones["second"].got]
    assert f"{number}: a focal point has it." in second
    assert not any("machine's level" in text or "sister" in text for text in second if text)
    (report,) = [part["report"] for part in await house.parts(number) if part["kind"] == "report"]
    assert report["words"] == ["they came at dawn"]


async def test_a_report_in_arabic_with_arabic_digits(house: House) -> None:
    reporter = Talk(await house.reporter(), house.intake)
    await reporter.says("مرحبا، أحتاج إلى مساعدة", "")
    opening = str(reporter.last and reporter.last.text)
    assert re.search("^١|^1", opening, re.MULTILINE)
    assert re.search("[\u0600-\u06ff]{4}", opening), opening
    await reporter.says("١", "")
    page = await Talk(house.phones["first"], house.alerts).reads("IMMEDIATE")
    case = await house.case(int(page.split()[0]))
    assert case.level.word == "immediate"


@pytest.mark.parametrize("how", ["thumb", "verb"])
async def test_a_page_is_taken_by_a_thumb_and_by_a_verb(house: House, how: str) -> None:
    _, first, number = await a_page(house)
    assert first.last is not None
    if how == "thumb":
        await first.phone.react(house.alerts, "👍", first.last)
        await first.reads(f"{number} is yours")
    else:
        await first.says(f"t{number}", f"{number} is yours")
    await first.reads("machine's level")
    assert (await house.case(number)).has == "first"


async def test_the_first_answer_sets_the_chats_timer(house: House) -> None:
    reporter = Talk(await house.reporter(), house.intake)
    await reporter.phone.send(house.intake, "hello")
    timer = await reporter.phone.receives(lambda message: message.data.get("expireTimer"))
    assert timer.data["expireTimer"] == DAY
    await reporter.reads("How are things?")


async def test_clear_takes_back_everything_that_we_wrote(house: House) -> None:
    reporter, _, _ = await a_page(house)
    assert reporter.last is not None
    left = {reporter.last.timestamp}
    await reporter.picks("Yes, show", "Go on?")
    left.add(reporter.last.timestamp)
    await house.settled()
    await reporter.phone.send(house.intake, "CLEAR")
    while left:
        taken_back = await reporter.phone.receives(deleted)
        left.discard(int(taken_back.data["delete"]["targetSentTimestamp"]))


async def test_a_seized_phone_shows_nothing_of_what_was_written_to_it(house: House) -> None:
    reporter, first, number = await a_page(house)
    await reporter.picks("Yes, show", "Go on?")
    await first.says(f"t{number}", "is yours")
    await first.says(f"{number} I am calling the lawyer", "goes out in")
    house.advance(11)
    written = await reporter.phone.reads("I am calling the lawyer")
    await house.settled()
    await first.says(f"x{number}", "")
    await reporter.phone.receives(
        lambda message: (
            deleted(message) and int(message.data["delete"]["targetSentTimestamp"]) == written.timestamp
        )
    )
    assert Mark.SEIZED in (await house.case(number)).marks


async def test_a_voice_note_is_answered_removed_and_brings_somebody(stack: SignalStack, house: House) -> None:
    reporter = await house.reporter()
    await reporter.send_file(house.intake, b"VOICE-CANARY", "audio/aac", is_voice_note=True)
    await reporter.receives(lambda message: message.text)
    house.advance(181)
    page = await Talk(house.phones["first"], house.alerts).reads("·")
    assert (await house.case(int(page.split()[0]))).unsure
    attachments = stack.cli.folder / "attachments"
    await until(
        lambda: not any(attachments.iterdir()), lambda: AssertionError("the voice note stayed in the folder")
    )
    assert stack.cli.holding("VOICE-CANARY") == []


async def test_whatever_is_no_message_gets_no_answer(stack: SignalStack, house: House) -> None:
    reporter = await house.reporter()
    to = house.intake
    sent = await reporter.send(to, "hello")
    opening = await reporter.reads("How are things?")
    reporter.got.clear()
    await reporter.typing(to)
    await reporter.receipt(to, opening.timestamp)
    await reporter.story(to, "a story")
    await reporter.send(to, "to a story", storyContext={"authorAci": to, "sentTimestamp": opening.timestamp})
    await reporter.call(to)
    await reporter.react(to, "👍", opening)
    await reporter.delete(to, sent)
    await reporter.group_text(to, "in a group")
    await stack.sync(stack.accounts["intake"], reporter, "written on our own phone")
    await reporter.send(to, "1")
    await reporter.reads("May we write here?")
    assert [message.text for message in reporter.got if message.text] == []
    for mark in ("a story", "in a group", "written on our own phone", reporter.aci, reporter.number, "hello"):
        assert mark not in house.log
