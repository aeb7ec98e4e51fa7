"""Who is not who they say: refused without a word, counted by channel, and told to the operators when it goes on."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.channels import Inbound
from bot.given_words import GivenWords
from bot.health import Health
from bot.knocks import MANY, WINDOW
from bot.operator_alarm import OperatorAlarm
from bot.receipt import Receipt
from responders.cases import Mark
from responders.states import State
from responders.store import Store
from tests.acceptance.world import World, a_world

DOOR = "they are at the door, help"
VERBS = (
    "t{}",
    "t {} ",
    "p{} 1",
    "x{}",
    "e{} 1",
    "k{} yes",
    "{} come out now",
    "h{} second",
    "off 8h",
    "?",
    "1",
)


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    async with a_world(store) as world:
        yield world


async def says(
    world: World, address: str, text: str, channel: str = "telegram-alerts", name: str = ""
) -> list[str]:
    """What somebody is answered on an alarm channel."""
    chat = world.platforms[channel].everything[address]
    before = len(chat)
    await world.app.hear_focal(
        Inbound(channel, address, name or f"s{address}{text}", text=text, sent_at=world.now)
    )
    await world.settle()
    return [shown.message.text for shown in chat[before:]]


def refused(world: World, channel: str) -> int:
    return world.app.knocks.refused[channel]


def wrong_words(world: World, number: int) -> str:
    """Receipt words that nobody was given, with a checksum that is right: a guesser can read the word lists."""
    lists = world.app.kit.words
    found: Receipt = lists.new("en", (10_000 + number).to_bytes(16), shard=0, shards=1)
    return lists.say(found)


@pytest.mark.parametrize("channel", ["telegram-alerts", "signal-alerts"])
async def test_verbs_from_an_address_that_is_nobodys_do_nothing_and_are_counted(
    world: World, channel: str
) -> None:
    ana = world.reporter("ana")
    await ana.writes(DOOR)
    case = await world.case()
    shown = len(ana.platform.everything[ana.address])
    for verb in VERBS:
        assert await says(world, "a stranger", verb.format(case.number), channel) == []
    after = await world.case()
    assert (after.state, after.has, after.paged, after.passed) == (State.OPEN, None, case.paged, ())
    assert len(ana.platform.everything[ana.address]) == shown, "nothing reaches the reporter"
    assert refused(world, channel) == len(VERBS)
    assert not any(enrolled.off_until for enrolled in world.app.people.known.values())


async def test_a_right_address_on_another_channel_is_nobodys(world: World) -> None:
    """Telegram's numbers and Signal's names are not one space: who has one is not thereby the other."""
    await world.reporter("ana").writes(DOOR)
    number = (await world.case()).number
    assert await says(world, "first", f"t{number}", "signal-alerts") == []
    assert (await world.case()).has is None


async def test_the_number_of_a_focal_point_who_left_is_a_strangers(world: World) -> None:
    await world.reporter("ana").writes(DOOR)
    number = (await world.case()).number
    await world.app.people.leave("first", world.now)
    assert await says(world, "first", f"t{number}") == []
    assert (await world.case()).has is None
    assert refused(world, "telegram-alerts") == 1


async def test_used_old_and_guessed_codes_are_refused_alike_and_counted(world: World) -> None:
    used, old = [await world.app.people.invite("third", world.now) for _ in range(2)]
    assert len(await says(world, "third's phone", used)) == 1
    await world.after(hours=49)
    for code in (used, old, "00000-00000-00000-00000", "f" * 20, "zz", "x" * 100_000):
        assert await says(world, "a stranger", code) == []
    assert refused(world, "telegram-alerts") == 6


async def test_guessed_words_are_answered_as_right_ones_and_a_sixth_try_of_a_day_leads_nowhere(
    world: World,
) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe")
    case = await world.case()
    guesser = world.reporter("guesser")
    answers = [await guesser.writes(wrong_words(world, number)) for number in range(world.app.kit.attempts)]
    assert len({str(answer) for answer in answers}) == 1
    assert await guesser.writes(ana.receipt_words) == answers[0], "the limit shows in nothing"
    assert (await world.case()).marks == case.marks, "right words beyond the limit open nothing"
    assert refused(world, "telegram") == world.app.kit.attempts + 1


async def test_many_who_guess_without_end_do_not_keep_right_words_out_for_ever(world: World) -> None:
    """What is beyond the hour's tries is not counted: else the hour would never end while anybody guesses."""
    ana = world.reporter("ana")
    await ana.reports("unsafe")
    world.app.conversation.given = GivenWords(world.app.kit, world.master, world.app.casework, 4)
    for number in range(8):
        await world.reporter(f"guesser {number}").writes(wrong_words(world, number))
        world.now += timedelta(minutes=10)

    await world.reporter("other phone").writes(ana.receipt_words)
    assert Mark.NEW_PHONE in (await world.case()).marks


async def test_the_number_of_a_case_is_worth_nothing_to_a_reporter(world: World) -> None:
    """A case's number is spoken of on the telephone: knowing it opens and changes nothing."""
    await world.reporter("ana").reports("unsafe")
    case = await world.case()
    guesser = world.reporter("guesser")
    for text in (
        f"{case.number}",
        f"#{case.number}",
        f"t{case.number}",
        f"x{case.number}",
        f"{case.number} erase",
    ):
        await guesser.writes(text)
    after = [one for one in await world.cases() if one.number == case.number]
    assert [(one.state, one.has, one.marks) for one in after] == [(case.state, case.has, case.marks)]


async def test_a_command_that_comes_a_day_late_is_not_done_and_its_writer_is_told(world: World) -> None:
    """A delivery that somebody kept and gives again, or one that waited while the server was away: who wrote it has
    acted since. What came within the day and is given again is known by its mark."""
    late = Inbound("telegram-alerts", "first", "m7", text="off 8h", sent_at=world.now - timedelta(hours=25))
    before = len(world.platforms["telegram-alerts"].everything["first"])
    await world.app.hear_focal(late)
    await world.settle()
    (answer,) = world.platforms["telegram-alerts"].everything["first"][before:]
    assert "more than a day late" in answer.message.text
    assert world.app.people.known["first"].off_until is None


async def test_a_delivery_given_again_changes_nothing_and_sends_nothing(world: World) -> None:
    ana = world.reporter("ana")
    await ana.writes(DOOR, message_id="m1")
    case, shown = await world.case(), len(ana.platform.everything[ana.address])
    await world.after(hours=20)
    chat = len(ana.platform.everything[ana.address])
    await ana.writes(DOOR, message_id="m1")
    assert [one.number for one in await world.cases()] == [case.number]
    assert len(ana.platform.everything[ana.address]) == chat >= shown


async def test_who_knocks_again_and_again_is_told_to_the_operators_once_and_shown_as_a_figure(
    world: World,
) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)

    async def told() -> list[str]:
        world.app.sending.passes += 1
        world.app.timekeeper.passes += 1
        await alarm.look(world.now)
        return [text for text in world.person("coordinator").pages if "keeps trying to get in" in text]

    for number in range(MANY - 1):
        await says(world, "a stranger", f"t{number}")
    assert await told() == []
    await says(world, "another", "t42")
    assert len(await told()) == 1
    assert len(await told()) == 1, "not every two seconds"
    assert b'tocsin_refused_total{channel="telegram-alerts"} 20.0' in Health(world.app).metrics.text()
    world.now += WINDOW + timedelta(seconds=1)
    assert not world.app.knocks.are_many(world.now)
