"""Who is listened to, who is woken where, who may read: enrolment, weekly tests, dead channels, rule 7, leavers."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels import Inbound
from responders.arrivals import Arrivals
from responders.box import Tampered
from responders.delivery import Message
from responders.items import Item
from responders.people import Enrolled
from responders.policies import Responders
from responders.states import State
from responders.store import Store
from tests.acceptance.world import World, a_world
from tests.responders.organisations import a_focal_point, an_organisation
from triage.scales import Level

DOOR = "they are at the door, help"
STRANGER = "no person of ours"


async def stranger_says(world: World, text: str, address: str = STRANGER) -> list[str]:
    """What an unknown account is answered."""
    chat = world.platforms["telegram-alerts"].everything[address]
    before = len(chat)
    await world.app.hear_focal(Inbound("telegram-alerts", address, f"s{text}", text=text))
    await world.settle()
    return [shown.message.text for shown in chat[before:]]


# -- enrolment -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["hello", "/start", "t12", "?", "help", "00000-00000-00000-00000"])
async def test_a_stranger_gets_nothing(world: World, text: str) -> None:
    await world.reporter("ana").writes(DOOR)

    assert await stranger_says(world, text) == []


@pytest.mark.parametrize("given", ["{}", "/start {}"])
async def test_a_code_enrols_once(world: World, given: str) -> None:
    code = await world.app.people.invite("third", world.now)

    (answer,) = await stranger_says(world, given.format(code), "third's new phone")
    assert answer.startswith("You are enrolled.")

    assert await stranger_says(world, code) == [], "a used code is nobody's"
    assert world.app.people.at("telegram-alerts", "third's new phone") == "third"


async def test_an_expired_code_enrols_nobody(world: World) -> None:
    code = await world.app.people.invite("third", world.now)
    await world.after(hours=49)

    assert await stranger_says(world, code) == []


# -- tests and readiness ---------------------------------------------------------------------------------------------


async def test_the_weekly_test_is_answered_by_a_tap_and_keeps_the_service_ready(world: World) -> None:
    for _ in range(3):
        await world.after(days=6)
        await world.app.timekeeper.look_at_people()
        await world.settle()
        assert world.person("coordinator").newest.startswith("TEST · this is the weekly test")
        assert await world.person("coordinator").taps("OK") == ["Thank you. Your alarm works."]

    await world.app.look_at_duty()
    assert world.app.is_ready


async def test_an_unanswered_test_is_repeated_daily_and_after_seven_days_intake_says_nobody_is_there(
    world: World,
) -> None:
    for day in range(7):
        await world.after(days=1)
        await world.app.timekeeper.look_at_people()
        await world.app.timekeeper.look_at_people()
        await world.settle()
        assert len(world.person("coordinator").pages) == max(0, day - 4), "one a day, from the sixth on"
    await world.app.look_at_duty()
    assert world.app.is_ready

    await world.after(minutes=1)
    await world.app.look_at_duty()

    assert not world.app.is_ready
    (opening,) = await world.reporter("ana").writes("hello")
    assert "Nobody is on duty now" in opening


# -- channels that fail ----------------------------------------------------------------------------------------------


async def test_a_page_on_a_dead_channel_takes_the_other_one(world: World) -> None:
    world.platforms["telegram-alerts"].dead.add("first")
    await world.reporter("ana").reports("soon", what="followed", when="longer", link="stop")

    (mail,) = world.platforms["email"].everything["first@example.org"]

    assert "PRIORITY" in mail.message.text


async def test_where_all_channels_ring_at_once_a_dead_one_doubles_nothing(world: World) -> None:
    world.platforms["telegram-alerts"].dead.add("first")

    await world.reporter("ana").writes(DOOR)

    assert len(world.platforms["email"].everything["first@example.org"]) == 1
    assert "first" not in (await world.case()).unreachable


async def test_with_every_channel_dead_the_next_person_is_woken_at_once(world: World) -> None:
    for name in ("first", "second"):
        world.platforms["telegram-alerts"].dead.add(name)
        world.platforms["email"].dead.add(f"{name}@example.org")

    await world.reporter("ana").writes(DOOR)

    assert "IMMEDIATE" in world.person("third").newest
    assert (await world.case()).unreachable == ("first", "second")


async def test_two_workers_that_each_see_one_channel_fail_wake_the_next_person_at_once(world: World) -> None:
    other = world.another_worker()
    seen: list[Item] = []

    async def nobodys(item: Item, reason: str) -> None:
        """This worker hears of the failure of one channel only; the other's is told to its colleague below."""
        seen.append(item)
        if item.channel == "telegram-alerts":
            await arrivals(item, reason)

    arrivals = Arrivals(world.app.casework, lambda: world.now).failed
    world.app.sending.on_undeliverable = nobodys
    world.platforms["telegram-alerts"].dead.add("first")
    world.platforms["email"].dead.add("first@example.org")
    await world.reporter("ana").writes(DOOR)
    assert "first" not in (await world.case()).unreachable
    assert world.person("third").pages == []

    (mail,) = (item for item in seen if item.channel == "email")
    await other.people.all(fresh=True)
    assert other.sending.on_undeliverable is not None
    await other.sending.on_undeliverable(mail, "unregistered")
    await world.settle()

    assert (await world.case()).unreachable == ("first",)
    assert "IMMEDIATE" in world.person("third").newest


async def test_somebody_without_any_channel_is_passed_over_at_once(world: World) -> None:
    for name in ("first", "second"):
        await world.app.people.change(name, lambda enrolled: replace(enrolled, channels={}))

    await world.reporter("ana").writes(DOOR)

    assert "IMMEDIATE" in world.person("third").newest


async def test_a_channel_that_asks_for_half_a_minute_is_not_waited_for(world: World) -> None:
    world.platforms["telegram-alerts"].is_away = True
    await world.reporter("ana").reports("soon", what="followed", when="longer", link="stop")

    assert "PRIORITY" in world.platforms["email"].everything["first@example.org"][-1].message.text
    world.platforms["telegram-alerts"].is_away = False
    await world.after(seconds=31)
    assert "PRIORITY" in world.person("first").newest, "it rings there too when the channel is back"


class _Broken:
    """A channel with a bug of ours, for one address."""

    def __init__(self, world: World) -> None:
        self._whole = world.platforms["telegram-alerts"]

    async def send(self, address: str, message: Message) -> str:
        if address == "first":
            raise ZeroDivisionError
        return await self._whole.send(address, message)

    async def delete(self, address: str, ids: Sequence[str]) -> Sequence[str]:
        return await self._whole.delete(address, ids)


async def test_a_fault_of_ours_with_one_address_silences_nobody_else(world: World) -> None:
    world.platforms["email"].dead.add("first@example.org")
    world.app.sending.handing.senders = {**world.platforms, "telegram-alerts": _Broken(world)}

    await world.reporter("ana").writes(DOOR)
    assert "IMMEDIATE" in world.person("second").newest
    await world.after(seconds=30)

    assert "first" in (await world.case()).unreachable


# -- who may read ----------------------------------------------------------------------------------------------------


def people_of_x() -> Responders:
    """ "first" is located in GT, "second" is a national of it."""
    return an_organisation(
        people={
            "first": a_focal_point(name="the first", located_in="GT"),
            "second": a_focal_point(name="the second", nationalities=("GT",)),
        }
    )


async def test_a_country_that_comes_later_takes_the_case_back_to_step_one(store: Store) -> None:
    async with a_world(store, people_of_x()) as world:
        ana = world.reporter("ana")
        await ana.reports("unsafe", push="yes", country="stop")
        number = await world.taken("first")

        await ana.writes("Guatemala")
        await ana.taps_data("confirm.yes")

        case = await world.case()
        assert (case.has, case.state) == (None, State.OPEN)
        assert "may not see this country" in world.person("first").newest
        chat = [shown.message.text for shown in world.platforms["telegram-alerts"].chats["first"]]
        assert not any("I have it" in text for text in chat[:-1]), "its pages are taken off the phone"
        assert "not for you to open" in (await world.person("first").types(f"t{number}"))[0]
        assert (await world.person("third").at_desk(f"t{number}"))[-1].kind == "opened"


async def test_whole_roster_is_paged_and_nobody_in_or_of_the_country_opens_content(store: Store) -> None:
    async with a_world(store, people_of_x()) as world:
        await world.reporter("ana").reports("unsafe", push="yes", country="GT")
        await world.after(minutes=11)
        number = (await world.case()).number

        for name in ("first", "second", "third", "coordinator"):
            assert f"{number} · IMMEDIATE" in world.person(name).newest
            assert "GT" not in "".join(world.person(name).pages)
        for name in ("first", "second"):
            replies = [
                reply for verb in "to" for reply in await world.person(name).at_desk(f"{verb}{number}")
            ]
            assert {reply.kind for reply in replies} == {"text"}
        assert (await world.person("third").at_desk(f"t{number}"))[-1].kind == "opened"


async def test_a_taker_who_leaves_puts_the_case_back_to_step_one(world: World) -> None:
    await world.reporter("ana").writes(DOOR)
    number = await world.taken()
    command = world.another_worker()  # `tocsin people remove`, in a process of its own

    await command.people.leave("first", world.now)
    await world.app.timekeeper.look_at_people()
    await world.settle()

    case = await world.case()
    assert (case.has, case.step) == (None, 0)
    assert "first" in case.removed
    assert f"{number}" in world.person("second").newest
    assert await stranger_says(world, f"t{number}", "first") == []


async def test_a_lost_key_takes_the_cases_of_that_time_back_also_when_the_person_returns_at_once(
    world: World,
) -> None:
    await world.reporter("ana").writes(DOOR)
    number = await world.taken()
    people = world.another_worker().people
    was = (await people.all())["first"]
    await people.leave("first", world.now)
    await people.change("first", lambda one: replace(was, has_left=False, left_at=one.left_at))

    await world.app.timekeeper.look_at_people()
    await world.settle()

    assert (await world.case()).has is None
    assert "no such case among yours" in (await world.person("first").types(f"t{number}"))[0]
    await world.after(minutes=1)
    await world.reporter("ben").writes(DOOR)
    await world.person("first").types("1")
    assert [case.has for case in await world.cases() if case.number != number] == ["first"], (
        "new ones are theirs"
    )


async def test_nothing_new_is_sealed_to_who_left(world: World) -> None:
    ana = world.reporter("ana")
    await ana.writes(DOOR)
    number = await world.taken("second")
    await world.app.people.leave("first", world.now)
    await world.app.timekeeper.look_at_people()

    await world.person("second").types(f"n{number} she is safe at home")
    parts = await world.app.focal.contents.of("second", number, "", world.now)

    assert parts is not None
    name, envelope = parts.parts[-1]
    assert name.startswith("n")
    assert world.people["first"].key.id.encode().hex() not in envelope.hex()
    assert bytes.fromhex(world.people["first"].key.id) not in envelope
    assert bytes.fromhex(world.people["second"].key.id) in envelope


# -- drafts, and what the machine could not read ---------------------------------------------------------------------


async def test_a_silent_draft_is_passed_on_after_30_minutes_and_can_be_read(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("soon", country="GT", what="threat", when="stop")
    assert await world.cases() == []

    await world.after(minutes=30, seconds=1)

    number = await world.taken()
    read = await world.person("first").reads(number)
    assert '"what":["threat"]' in read
    assert "Where: GT" in read
    assert "NO WORDS" in read


@pytest.mark.parametrize("lost", ["draft:{}:card", "chat:{}"])
async def test_a_draft_whose_card_or_chat_is_lost_is_passed_on_all_the_same(world: World, lost: str) -> None:
    ana = world.reporter("ana")
    await ana.reports("soon", country="GT", what="threat", when="stop")
    await world.damage(f"{{s{world.shard(ana)}}}:{lost.format(world.pseudonym(ana))}")

    await world.after(minutes=31)

    case = await world.case()
    assert case.unsure is ("card" in lost)
    assert case.level >= Level.PRIORITY
    number = await world.taken()
    assert '"what":["threat"]' in await world.person("first").reads(number)


async def test_a_key_that_was_changed_meanwhile_still_opens_the_draft(world: World) -> None:
    await world.reporter("ana").reports("soon", country="GT", what="threat", when="stop")
    newer = world.recovery.public.text
    await world.app.people.change("first", lambda one: replace(one, keys=(newer, *one.keys)))

    await world.after(minutes=31)

    number = await world.taken()
    assert '"what":["threat"]' in await world.person("first").reads(number)


async def test_a_poisonous_message_is_set_aside_and_read_by_a_human(world: World) -> None:
    """A chat record that cannot be opened breaks every message of that person, until it is replaced."""
    ana = world.reporter("ana")
    await ana.reports("soon", country="stop")
    await world.damage(f"{{s{world.shard(ana)}}}:chat:{world.pseudonym(ana)}")
    await world.restart()
    for _ in range(2):
        with pytest.raises(Tampered):
            await ana.writes("soldiers took my brother", message_id="m99")

    (reply,) = await ana.writes("soldiers took my brother", message_id="m99")

    assert "A person will look at it" in reply
    assert (await world.case()).unsure
    number = await world.taken()
    assert "soldiers took my brother" in await world.person("first").reads(number)
    assert await ana.writes("what now"), "the next message is worked"


async def test_a_damaged_case_is_told_and_hides_no_other_case(world: World) -> None:
    for name in ("ana", "ben"):
        await world.reporter(name).writes(DOOR)
    broken, whole = (case.number for case in await world.cases())
    await world.damage(f"{{s{broken % 2}}}:case:{broken}")

    assert str(whole) in (await world.person("first").types("?"))[0]
    inbound = Inbound("telegram-alerts", "first", "m1", text=f"n{broken} hello")
    for _ in range(2):
        with pytest.raises(Tampered):
            await world.app.hear_focal(inbound)
    await world.app.hear_focal(inbound)
    await world.settle()

    for name in ("first", "coordinator"):
        assert world.person(name).newest.startswith("A message could not be read three times")


async def test_an_answer_whose_case_is_damaged_while_it_is_held_is_shown_once(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("missing", push="yes")
    number = await world.taken()
    await world.person("first").at_desk(f"{number} We are here.")
    await world.damage(f"{{s{number % 2}}}:case:{number}")

    world.now += timedelta(seconds=11)
    await world.settle()
    world.now += timedelta(minutes=1)
    await world.settle()

    assert ana.texts.count("We are here.") == 1
    await world.reporter("ben").writes(DOOR)
    assert "IMMEDIATE" in world.person("first").newest


@pytest.mark.parametrize("part", ["chat:{}", "case:{}:way", "case:{}:card"])
async def test_a_damaged_part_never_stops_a_ladder_or_a_taker(world: World, part: str) -> None:
    ana = world.reporter("ana")
    await ana.writes(DOOR)
    number = (await world.case()).number
    name = world.pseudonym(ana) if part.startswith("chat") else number
    await world.damage(f"{{s{number % 2}}}:{part.format(name)}")
    await world.restart()

    await world.after(minutes=4)
    assert "IMMEDIATE" in world.person("third").newest
    await world.taken()

    assert '"kind":"report"' in await world.person("first").reads(number)
    await world.person("first").types(f"{number} are you there?")
    await world.person("first").types(f"e{number} 9")
    assert await world.cases() == []


async def test_who_is_enrolled_in_a_damaged_record_is_passed_over_and_the_others_are_woken(
    world: World,
) -> None:
    blob = await world.app.store.field("{people}", "person:first")
    assert blob is not None
    await world.app.store.swap_field("{people}", "person:first", blob, b"x" * 60)
    await world.restart()

    await world.reporter("ana").writes(DOOR)

    assert "IMMEDIATE" in world.person("second").newest
    assert "IMMEDIATE" in world.person("third").newest, "the backup's backup, at once"


# -- lists and menus -------------------------------------------------------------------------------------------------


async def test_the_list_has_what_is_due_first_and_only_what_concerns_them(world: World) -> None:
    await world.reporter("ana").reports("soon", what="followed", when="longer", link="stop")
    await world.reporter("ben").writes(DOOR)
    calm, hot = (case.number for case in sorted(await world.cases(), key=lambda case: case.level))

    (said,) = await world.person("first").types("?")

    lines = said.splitlines()
    assert [line.split()[0] for line in lines] == [str(hot), str(calm)]
    assert lines[0].startswith(f"{hot} IMMEDIATE · nobody has it · ")


async def test_a_number_alone_is_the_menu_and_buttons_do_what_they_say(world: World) -> None:
    await world.reporter("ana").writes(DOOR)
    number = (await world.case()).number

    (menu,) = await world.person("first").types(f"{number}")
    assert menu.startswith(f"{number}: nobody has it.")
    await world.person("first").taps("I have it")

    assert (await world.case()).has == "first"


@pytest.mark.parametrize("number", ["{}", "t{}", "{} hello there"])
async def test_another_teams_case_is_no_case_at_all(world: World, number: str) -> None:
    await world.restart(an_organisation(people={"guest": a_focal_point()}))
    await world.reporter("ana").writes(DOOR)
    case = await world.case()
    await world.app.people.change("guest", lambda _: Enrolled({"telegram-alerts": "guest"}))

    answer = await stranger_says(world, number.format(case.number), "guest")

    assert answer == [f"{case.number}: no such case among yours."]


async def test_what_a_person_reads_never_lies_in_the_store_unsealed(world: World) -> None:
    await world.reporter("ana").writes("they are at the door, my brother Bartolomeo is here")
    number = await world.taken()
    await world.person("first").types(f"n{number} Bartolomeo is safe")

    body = await world.app.store.fields(f"{{s{number % 2}}}:case:{number}:body")

    assert len(body) == 2
    assert all(b"Bartolomeo" not in blob for blob in body.values())
    report = [reply for reply in await world.person("first").at_desk(f"{number}") if reply.part == "report"]
    assert json.loads(report[0].text)["report"]["words"] == [
        "they are at the door, my brother Bartolomeo is here"
    ]
