"""What a focal point writes: held, shown, waiting, taken back, stopped; and what a number, a digit or a quote means."""

import asyncio
from datetime import timedelta

import pytest

from bot.channels import Event
from responders.cases import Mark
from tests.acceptance.phones import Reporter
from tests.acceptance.world import World

DOOR = "they are at the door, help"
HOLD = 10


async def a_case(world: World, push: str = "yes", name: str = "ana") -> tuple[int, Reporter]:
    """A case that "first" has opened; the reporter's row 2 is `push`, and no receipt words were shown."""
    reporter = world.reporter(name)
    await reporter.reports("unsafe", push=push, country="stop")
    number = max(case.number for case in await world.cases())
    await world.person("first").at_desk(f"t{number}")
    await world.after(minutes=16)  # the chat has locked
    await world.person("first").types(f"w{number}")
    return number, reporter


def since(reporter: Reporter, shown: int) -> list[str]:
    return [one.message.text for one in reporter.platform.everything[reporter.address][shown:]]


def so_far(reporter: Reporter) -> int:
    return len(reporter.platform.everything[reporter.address])


async def test_a_message_is_held_ten_seconds_and_then_shown(world: World) -> None:
    number, ana = await a_case(world)
    seen = so_far(ana)

    assert await world.person("first").types(f"{number} Are you safe now?") == [
        f"{number}: goes out in 10 s. u{number} stops it."
    ]
    await world.after(seconds=HOLD - 1)
    assert since(ana, seen) == []
    await world.after(seconds=1)
    assert since(ana, seen) == ["Are you safe now?"]


async def test_undo_before_it_is_shown_takes_it_back_and_nothing_counts_as_shown(world: World) -> None:
    number, ana = await a_case(world)
    seen = so_far(ana)
    await world.person("first").types(f"{number} Are you safe now?")

    assert await world.person("first").types(f"u{number}") == [f"{number}: taken back. Nothing was shown."]

    await world.after(minutes=1)
    assert since(ana, seen) == []
    stranger = world.reporter("stranger")
    assert await ana.writes("who are you") == await stranger.writes("who are you"), "no answer to nothing"


async def test_undo_after_it_has_reached_the_phone_says_when(world: World) -> None:
    number, _ = await a_case(world)
    await world.person("first").types(f"{number} Are you safe now?")
    await world.after(seconds=HOLD)

    (answer,) = await world.person("first").types(f"u{number}")

    assert answer.startswith(f"{number}: already sent ")


async def test_undo_works_for_as_long_as_the_channel_is_away(world: World) -> None:
    number, ana = await a_case(world)
    seen = so_far(ana)
    ana.platform.is_away = True
    await world.person("first").types(f"{number} Are you safe now?")
    await world.after(minutes=5)

    assert await world.person("first").types(f"u{number}") == [f"{number}: taken back. Nothing was shown."]

    ana.platform.is_away = False
    await world.after(minutes=5)
    assert since(ana, seen) == []


async def test_what_was_taken_back_while_it_was_on_its_way_is_removed_from_the_phone(world: World) -> None:
    number, ana = await a_case(world)
    seen = so_far(ana)
    await world.person("first").types(f"{number} Are you safe now?")
    ana.platform.gate = asyncio.Event()
    going = asyncio.create_task(world.after(seconds=HOLD))
    await ana.platform.at_the_gate.wait()

    await world.person("first").says(f"u{number}")
    ana.platform.gate.set()
    await going

    assert "Are you safe now?" in since(ana, seen)
    assert "Are you safe now?" not in ana.texts


async def test_only_hello_shows_text_2_and_the_message_once_they_answer(world: World) -> None:
    number, ana = await a_case(world, "hello")
    seen = so_far(ana)

    (answer,) = await world.person("first").types(f"{number} Are you safe now?")
    assert "They get only a hello" in answer
    await world.after(minutes=1)
    assert [text[:19] for text in since(ana, seen)] in ([], ["Hello. There is som"])

    await ana.writes("yes?")
    assert "Are you safe now?" in since(ana, seen)
    assert any(f"{number}: they wrote" in page for page in world.person("first").pages)


async def test_never_write_first_keeps_it_and_says_why(world: World) -> None:
    number, ana = await a_case(world, "never")
    seen = so_far(ana)

    (answer,) = await world.person("first").types(f"{number} Are you safe now?")

    assert "NOT sent. They said: never write first." in answer
    await world.after(hours=1)
    assert since(ana, seen) == []
    await ana.writes("hello")
    assert "Are you safe now?" in since(ana, seen), "no words were ever shown: any message releases it"


async def test_blocked_keeps_it_until_they_come_back(world: World) -> None:
    number, ana = await a_case(world)
    await ana.does(Event.BLOCKED)
    assert Mark.BLOCKED in (await world.case()).marks

    (answer,) = await world.person("first").types(f"{number} Are you safe now?")

    assert "NOT sent, they blocked us" in answer


async def test_a_block_that_only_shows_when_we_send_keeps_the_message_and_tells_the_taker(
    world: World,
) -> None:
    number, ana = await a_case(world)
    ana.platform.blocked.add("ana")
    await world.person("first").types(f"{number} Are you safe now?")
    await world.after(seconds=HOLD)

    assert any("BLOCKED us" in page for page in world.person("first").pages)
    assert Mark.BLOCKED in (await world.case()).marks

    ana.platform.blocked.clear()
    await ana.does(Event.UNBLOCKED)
    await ana.writes("I am here")
    await world.after(seconds=1)
    assert "Are you safe now?" not in ana.texts, "nothing was asked: the chat is a locked one"
    assert await world.person("first").types(f"u{number}") == [f"{number}: taken back. Nothing was shown."]


async def test_seized_stops_all_sending_removes_our_messages_and_is_ended_after_the_right_words(
    world: World,
) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="yes", country="GT")
    words = ana.receipt_words
    number = await world.taken()
    await world.after(minutes=16)
    await world.person("first").types(f"{number} Are you safe now?")

    (answer,) = await world.person("first").types(f"x{number}")

    assert "SEIZED" in answer
    await world.after(minutes=1)
    assert ana.screen == []
    (answer,) = await world.person("first").types(f"{number} hello?")
    assert "SEIZED" in answer
    (answer,) = await world.person("first").types(f"x{number} off")
    assert "until they have given the right words" in answer
    assert len(await ana.writes("hello")) == 1, "a new chat's answers go on"
    await ana.writes(words)
    assert await world.person("first").types(f"x{number} off") == [f"{number}: no longer SEIZED."]


async def test_quiet_holds_until_they_write(world: World) -> None:
    number, ana = await a_case(world)
    seen = so_far(ana)
    await world.person("first").types(f"q{number}")

    (answer,) = await world.person("first").types(f"{number} Are you safe now?")

    assert "you asked for quiet" in answer
    await world.after(minutes=5)
    assert since(ana, seen) == []


async def test_text_7_is_shown_when_a_person_has_opened_it_and_names_what_they_read(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="yes", country="stop")
    number = (await world.case()).number
    await world.person("first").types(f"t{number}")
    seen = so_far(ana)

    await world.person("first").at_desk(f"o{number}")

    (text,) = since(ana, seen)
    assert text.startswith("Hello. A person has read your words")
    assert "They read English." in text


async def test_text_7_that_had_to_wait_names_a_time_that_has_not_passed(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="hello", country="stop")
    await world.after(minutes=16)
    number = await world.taken()
    for _ in range(5):
        await world.after(minutes=20)
        await world.person("first").types(f"n{number} waiting for her")
    seen = so_far(ana)

    await ana.writes("yes?")

    (text,) = (text for text in since(ana, seen) if "has read your words" in text)
    assert f"{world.now + timedelta(minutes=30):%H:%M}" in text


async def test_text_2_is_pushed_once_in_24_hours_also_for_two_cases_in_one_chat(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("soon", push_later="hello", country="GT", what="threat", when="days", more="another")
    await ana.reports("soon", country="GT", what="threat", when="days", more="stop")
    await world.after(minutes=16)
    seen = so_far(ana)

    for case in await world.cases():
        await world.person("first").at_desk(f"t{case.number}")
        await world.person("first").types(f"{case.number} are you there?")
    await world.after(hours=20)

    assert [text[:19] for text in since(ana, seen)] == ["Hello. There is som"]


async def test_text_6_says_that_nobody_has_answered_and_when_it_comes_again(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="yes", country="stop")
    seen = so_far(ana)

    await world.after(minutes=31)
    (text,) = since(ana, seen)
    assert text.startswith("Hello. No person has answered yet.")
    await world.after(minutes=60)
    assert len(since(ana, seen)) == 2


async def test_twelve_cases_bare_text_is_sent_to_nobody_and_a_number_reaches_only_one(world: World) -> None:
    cases = []
    for n in range(12):
        ana = world.reporter(f"reporter {n}")
        await ana.reports("unsafe", push="yes", country="stop")
        number = max(case.number for case in await world.cases() if case.has is None)
        await world.person("first").at_desk(f"t{number}")
        cases.append((number, ana))
    before = {ana.address: so_far(ana) for _, ana in cases}

    (answer,) = await world.person("first").types("stay where you are")
    await world.after(seconds=HOLD)
    assert answer.startswith("NOT sent to anybody.")
    assert all(so_far(ana) == before[ana.address] for _, ana in cases)

    number, chosen = cases[4]
    await world.person("first").types(f"{number} stay where you are")
    await world.after(seconds=HOLD)
    assert [ana for _, ana in cases if so_far(ana) != before[ana.address]] == [chosen]


@pytest.mark.parametrize("typed", ["{} 7", "{} w", "w{}x", "{}text", "hello {}"])
async def test_what_might_be_a_slip_is_not_sent(world: World, typed: str) -> None:
    number, ana = await a_case(world)
    seen = so_far(ana)

    await world.person("first").types(typed.format(number))

    await world.after(seconds=HOLD)
    assert since(ana, seen) == []


async def test_a_bare_digit_answers_the_only_open_page_and_is_refused_with_two(world: World) -> None:
    await world.reporter("ana").writes(DOOR)
    await world.reporter("ben").writes(DOOR)
    one, two = (case.number for case in await world.cases())

    assert await world.person("first").types("1") == [f"Which one? t{one}, t{two}"]
    await world.person("second").types(f"t{one}")
    await world.person("first").types("1")

    assert [case.has for case in await world.cases()] == ["second", "first"]


async def test_a_quote_binds_to_the_case_it_is_about(world: World) -> None:
    number, ana = await a_case(world)
    await a_case(world, name="ben")
    await world.person("first").types(f"n{number} a note")
    seen = so_far(ana)
    noted = world.platforms["telegram-alerts"].chats["first"][-1]

    await world.person("first").types("stay where you are", quote=noted.id)

    await world.after(seconds=HOLD)
    assert since(ana, seen) == ["stay where you are"]


async def test_a_reporters_answer_is_sealed_and_the_taker_told(world: World) -> None:
    number, ana = await a_case(world)
    await world.person("first").types(f"{number} Are you safe now?")
    await world.after(seconds=HOLD)

    await ana.writes("yes, at my sister's")

    assert any(f"{number}: they wrote" in page for page in world.person("first").pages)
    assert "yes, at my sister's" in await world.person("first").reads(number)


async def test_a_worker_that_dies_between_hold_and_sending_loses_nothing_and_repeats_nothing(
    world: World,
) -> None:
    number, ana = await a_case(world)
    seen = so_far(ana)
    await world.person("first").types(f"{number} Are you safe now?")

    await world.restart()
    await world.after(minutes=1)
    await world.restart()
    await world.after(minutes=1)

    assert since(ana, seen) == ["Are you safe now?"]
