"""The verbs that change a case: notes, levels, hand-over, outcome and retention, consent, referral, a new phone."""

from collections.abc import AsyncIterator

import pytest

from responders.cases import Mark, Reply
from responders.directory import Partner
from responders.store import Store
from tests.acceptance.phones import Reporter
from tests.acceptance.world import World, a_world
from tests.responders.organisations import a_focal_point, an_organisation
from triage.scales import Level

SHELTER = {"shelter": Partner("the shelter network")}


async def a_case(world: World, push: str = "yes", **answers: str) -> tuple[int, Reporter]:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push=push, **({"country": "stop"} | answers))
    return await world.taken(), ana


async def test_notes_are_sealed_and_read_by_whoever_has_it_next(world: World) -> None:
    number, _ = await a_case(world)
    assert await world.person("first").types(f"n{number} her sister called") == [
        f"{number}: noted for the team. Nothing was sent."
    ]
    blobs = await world.app.store.fields(f"{{s{number % 2}}}:case:{number}:body")
    assert all(b"sister" not in blob for blob in blobs.values())

    await world.person("coordinator").types(f"t{number}")

    read = await world.person("coordinator").reads(number)
    assert "her sister called" in read
    assert '"by":"a focal point"' in read


async def test_the_card_has_codes_and_the_hour_there_and_no_word_of_theirs(world: World) -> None:
    number, _ = await a_case(world, country="GT", what="attack", when="now", words="my sister Ixchel")

    (card,) = (
        reply.text for reply in await world.person("first").at_desk(f"{number}") if reply.kind == "card"
    )

    assert "WRITE: yes" in card
    assert "Attack or violence" in card
    assert "Where: GT" in card
    assert "their time 06:00" in card
    assert "Ixchel" not in card


async def test_a_digit_that_answers_no_page_is_told_so_and_the_page_stays_open(world: World) -> None:
    await world.reporter("ana").reports("unsafe", push="hello")
    page = world.person("first").newest

    (said,) = await world.person("first").types("7")

    assert said == "Nothing was done. Only 1, 2 or 3 answers a page; ? lists your cases."
    assert "1 I have it" in page
    await world.person("first").types("1")
    assert (await world.case()).has == "first"


async def test_a_level_is_a_persons_with_a_reason_that_the_team_reads(world: World) -> None:
    number, _ = await a_case(world)

    await world.person("first").types(f"l{number} 3 spoke to her, she is at home")

    case = await world.case()
    assert (case.level, case.suggested) == (Level.PRIORITY, Level.IMMEDIATE)
    read = await world.person("first").reads(number)
    assert "set by a person; machine: IMMEDIATE" in read
    assert "spoke to her" in read


async def test_handed_over_it_stays_the_givers_until_the_other_takes_it(world: World) -> None:
    number, _ = await a_case(world)

    await world.person("first").types(f"h{number} third")
    assert (await world.case()).has == "first"
    assert "offered to you" in world.person("third").newest

    await world.person("third").types("1")
    assert (await world.case()).has == "third"
    assert "has it" in world.person("first").newest


async def test_a_silent_colleague_gives_it_back_with_a_page_after_five_minutes(world: World) -> None:
    number, _ = await a_case(world)
    await world.person("first").types(f"h{number} third")

    await world.after(minutes=5)

    case = await world.case()
    assert (case.has, case.handover) == ("first", None)
    assert any("not taken over, still yours" in page for page in world.person("first").pages)


async def test_an_off_duty_colleague_is_refused_and_going_off_with_the_case_too(world: World) -> None:
    number, _ = await a_case(world)
    await world.person("third").types("off 2h")

    assert "off duty" in (await world.person("first").types(f"h{number} third"))[0]
    assert "still have urgent cases" in (await world.person("first").types("off 8h"))[0]
    await world.person("third").types("off 0h")
    assert "offered to" in (await world.person("first").types(f"h{number} third"))[0]


async def test_going_off_while_paged_is_a_pass_and_nobody_counts_on_them(world: World) -> None:
    await world.reporter("ana").writes("they are at the door, help")

    assert "Off duty until" in (await world.person("first").types("off 8h"))[0]
    await world.person("second").types("off 8h")

    assert "IMMEDIATE" in world.person("third").newest, "all of the step have passed"
    await world.reporter("ben").writes("they are at the door, help")
    assert len(world.person("first").pages) == 2, "one page and the answer"


@pytest.mark.parametrize(("outcome", "days"), [(2, 90), (8, 7)])
async def test_an_ended_case_loses_its_words_then_itself_then_its_number(
    world: World, outcome: int, days: int
) -> None:
    number, ana = await a_case(world, country="GT")
    case_keys = f"{{s{number % 2}}}:case:{number}"
    before = await world.keys(case_keys)
    assert {case_keys, f"{case_keys}:body", f"{case_keys}:way"} <= before

    assert (await world.person("first").types(f"e{number} {outcome}"))[0].startswith(f"{number} ended: ")
    assert await world.cases() == []

    words = min(30, days)
    await world.after(days=words, minutes=1)
    assert await world.keys(case_keys) == {case_keys}
    assert await world.keys(f"{{s{number % 2}}}:receipt") == set()
    assert await ana.writes("hello") == await world.reporter("new").writes("hello")
    await world.after(days=366)
    assert await world.keys(case_keys) == set()


# -- consent and referral --------------------------------------------------------------------------------------------


async def asked(world: World) -> tuple[int, Reporter]:
    """The reporter is back with the words, and consent d for the shelter is on the screen."""
    number, ana = await a_case(world, country="GT")
    await ana.writes(ana.receipt_words)
    await world.person("first").types(f"c{number} d the shelter network")
    await world.after(seconds=10)
    assert "tell the shelter network what happened" in ana.newest
    return number, ana


async def shelter_world(store: Store) -> AsyncIterator[World]:
    organisation = an_organisation(
        people={"partner": a_focal_point(name="the shelter's desk", partner="shelter")}, partners=SHELTER
    )
    async with a_world(store, organisation) as world:
        yield world


sheltered = pytest.fixture(shelter_world)


@pytest.mark.parametrize("way", ["tap", "typed"])
@pytest.mark.parametrize(("answer", "reply"), [("Yes", Reply.YES), ("No", Reply.NO), ("Later", Reply.LATER)])
async def test_consent_is_asked_with_a_fixed_text_and_answered(
    sheltered: World, way: str, answer: str, reply: Reply
) -> None:
    world = sheltered
    number, ana = await asked(world)

    said = await (ana.taps(answer) if way == "tap" else ana.writes(answer.lower()))

    assert said == ["Thank you. It is noted; you can change it whenever you want."]
    case = await world.case()
    assert case.consent("d", "shelter") is reply
    assert case.consents[-1].text_version
    assert any(f"{number}: consent d the shelter network" in page for page in world.person("first").pages)


async def test_nothing_is_referred_without_consent_and_with_it_only_number_and_level(
    sheltered: World,
) -> None:
    world = sheltered
    number, ana = await asked(world)
    (answer,) = await world.person("first").types(f"r{number} shelter")
    assert (
        answer
        == f"{number}: NO consent to tell the shelter network. Ask first: c{number} d the shelter network"
    )

    await ana.taps("Yes")
    before = len(world.person("partner").pages)
    await world.person("first").types(f"r{number} shelter")
    assert len(world.person("partner").pages) == before, "held ten seconds"
    await world.after(seconds=10)

    assert world.person("partner").pages[before:] == [
        f"{number} · IMMEDIATE · a case is referred to you. The protection team will call you."
    ]
    assert (await world.case()).referred == ("shelter",)


async def test_a_referral_can_be_undone_within_ten_seconds(sheltered: World) -> None:
    world = sheltered
    number, ana = await asked(world)
    await ana.taps("Yes")
    before = len(world.person("partner").pages)
    await world.person("first").types(f"r{number} shelter")

    await world.person("first").types(f"u{number}")

    await world.after(minutes=1)
    assert len(world.person("partner").pages) == before
    assert (await world.case()).referred == ()


async def test_withdrawal_reaches_every_recipient(sheltered: World) -> None:
    world = sheltered
    number, ana = await asked(world)
    await ana.taps("Yes")
    await world.person("first").types(f"r{number} shelter")
    await world.after(seconds=10)

    await ana.writes("WITHDRAW")

    assert "the consent is withdrawn" in world.person("partner").newest
    assert any("WITHDRAWN" in page for page in world.person("first").pages)
    assert "NO consent" in (await world.person("first").types(f"r{number} shelter"))[0]


async def test_consent_waits_for_the_receipt_words(sheltered: World) -> None:
    world = sheltered
    number, ana = await a_case(world, country="GT")
    words = ana.receipt_words
    await world.after(minutes=16)
    await world.person("first").types(f"w{number}")

    (answer,) = await world.person("first").types(f"c{number} d shelter")
    assert "when they are back with the words" in answer
    await world.after(minutes=1)
    assert not any("shelter" in text for text in ana.texts)
    await ana.writes("yes")
    assert (await world.case()).consent("d", "shelter") is Reply.ASKED

    await ana.writes(words)
    assert any("tell the shelter network" in text for text in ana.texts)


@pytest.mark.parametrize(("command", "said"), [("c{} d nobody", "no such body"), ("c{} z", "one letter")])
async def test_a_consent_that_nobody_could_act_on_is_not_asked(world: World, command: str, said: str) -> None:
    number, _ = await a_case(world)

    (answer,) = await world.person("first").types(command.format(number))

    assert said in answer


# -- a new phone -----------------------------------------------------------------------------------------------------


async def on_a_new_phone(world: World) -> tuple[int, Reporter, Reporter]:
    """Ana has reported, and gave her words on another phone, which lies in another shard."""
    number, old = await a_case(world, country="GT")
    words = old.receipt_words
    names = (f"new {n}" for n in range(50))
    new = next(phone for name in names if world.shard(phone := world.reporter(name)) != world.shard(old))
    await new.writes(words)
    return number, old, new


async def test_the_card_says_new_phone_and_replies_still_go_to_the_old_one(world: World) -> None:
    number, old, new = await on_a_new_phone(world)
    assert Mark.NEW_PHONE in (await world.case()).marks
    assert any("NEW PHONE" in page for page in world.person("first").pages)
    seen = len(new.texts)

    await world.person("first").types(f"{number} Are you safe now?")
    await world.after(seconds=10)

    assert "Are you safe now?" in old.texts
    assert len(new.texts) == seen


async def test_a_question_goes_to_the_new_phone_once_and_its_answer_reaches_the_case(world: World) -> None:
    number, old, new = await on_a_new_phone(world)

    await world.person("first").types(f"k{number} what was the name of your dog?")
    await world.after(seconds=10)
    assert "what was the name of your dog?" in new.texts
    assert "what was the name of your dog?" not in old.texts
    assert "written to once" in (await world.person("first").types(f"k{number} and the cat?"))[0]

    await new.writes("bruno")
    assert "bruno" in await world.person("first").reads(number)


async def test_moved_replies_go_to_the_new_phone_whose_words_are_answers(world: World) -> None:
    number, old, new = await on_a_new_phone(world)
    await world.person("first").types(f"k{number} yes")
    await world.after(minutes=16)
    await world.person("first").types(f"{number} Are you safe now?")
    await world.after(seconds=10)
    assert "Are you safe now?" in new.texts
    assert "Are you safe now?" not in old.texts

    await new.writes("yes, at my sister's")

    assert "yes, at my sister's" in await world.person("first").reads(number)
    await world.person("first").types(f"e{number} 2")
    await world.after(days=31)
    for phone in (old, new):
        chat = await world.app.casework.chat(world.pseudonym(phone))
        assert chat is None or chat.cases == (), "a chat in another shard forgets the case too"


async def test_erased_and_open_says_so_and_verbs_that_need_the_way_are_refused(world: World) -> None:
    number, ana = await a_case(world)
    await world.person("first").types(f"l{number} 2 a colleague is with her")

    await ana.writes("ERASE")

    assert any("erased, maybe forced" in page for page in world.person("first").pages)
    assert "no way: erased" in (await world.person("first").types(f"{number} hello"))[0]
    read = await world.person("first").reads(number)
    assert "ERASED, maybe forced" in read
    assert '"kind":"report"' in read
    await world.person("first").types(f"n{number} told the coordinator")
    await world.after(hours=24, minutes=1)
    assert '"kind":"report"' not in await world.person("first").reads(number), "24 hours, then it is gone"
    await world.person("first").types(f"e{number} 9")
    assert await world.cases() == []
