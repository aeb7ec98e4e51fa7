"""CLEAR, ERASE, DELETE and STOP: before and after an alert, in an open and in a locked chat, with and without words."""

import pytest

from responders.cases import Mark
from responders.pending import chat_key, draft_key, session_key, shard_of
from tests.acceptance.phones import Reporter
from tests.acceptance.world import World

AWAY = ("clear", "erase", "stop")


async def kept(ana: Reporter) -> set[str]:
    """The kinds of record that the store holds about this phone."""
    world = ana.world
    person = world.pseudonym(ana)
    shard = shard_of(person, world.app.settings.store.shards)
    keys = {
        "session": session_key(shard, person),
        "chat": chat_key(shard, person),
        "draft": draft_key(shard, person),
    }
    found = await world.app.store.read(list(keys.values()))
    return {name for name, blob in zip(keys, found, strict=True) if blob is not None}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("word", AWAY)
async def test_text_9_answers_each_of_them_in_a_new_chat_and_in_a_locked_one(
    world: World, word: str, language: str
) -> None:
    ana, new = world.reporter("ana", language=language), world.reporter("new", language=language)
    await ana.reports("unsafe", country="stop")
    await world.after(minutes=20)
    assert await ana.says(word) == [ana.text("cleared")] == await new.says(word)


@pytest.mark.parametrize("restarted", [False, True])
async def test_stop_before_an_alert_drops_everything_also_after_a_restart(
    world: World, restarted: bool
) -> None:
    ana = world.reporter("ana")
    await ana.reports("soon", what="travel", when="stop")
    assert "draft" in await kept(ana)
    if restarted:
        await world.restart()
    assert await ana.says("stop") == [ana.text("cleared")]
    assert await kept(ana) == set()
    await world.after(hours=2)
    assert await world.cases() == []


async def test_stop_after_an_alert_only_ends_the_questions(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", country="stop")
    (reply,) = await ana.says("stop")
    assert reply == ana.text("reprisal/end.kept", team=world.app.kit.team)
    assert (await world.case()).is_open
    assert await ana.writes("They have gone now") == ["Thank you. It is added."]
    await world.after(minutes=16)
    number = await world.taken()
    assert "They have gone now" in await world.person("first").reads(number)


@pytest.mark.parametrize("word", ["erase", "stop"])
async def test_in_a_locked_chat_without_words_ever_shown_the_draft_goes(world: World, word: str) -> None:
    ana = world.reporter("ana")
    await ana.reports("soon", what="travel", when="stop")
    await world.after(minutes=20)
    await ana.says(word)
    assert "draft" not in await kept(ana)
    await world.after(hours=2)
    assert await world.cases() == []


async def test_clear_keeps_the_draft_and_locks(world: World) -> None:
    ana, new = world.reporter("ana"), world.reporter("new")
    await ana.reports("soon", what="travel", when="stop")
    assert await ana.says("clear") == [ana.text("cleared")]
    assert ana.texts == [ana.text("cleared")]
    assert await ana.gets("STATUS") == await new.gets("STATUS")
    await world.after(minutes=40)
    assert (await world.case()).level.word == "priority" or (await world.cases())


@pytest.mark.parametrize("word", ["ERASE", "DELETE", "delete everything"])
async def test_erase_before_an_alert_leaves_nothing(world: World, word: str) -> None:
    ana = world.reporter("ana")
    await ana.reports("soon", what="travel", when="stop")
    assert await ana.writes(word) == [ana.text("cleared")]
    assert await kept(ana) == set()
    await world.after(hours=2)
    assert await world.cases() == []


async def test_erase_of_a_calm_case_with_the_chat_open_leaves_nothing_to_climb(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("safe", what="harassed", when="longer")
    number = (await world.case()).number
    await ana.says("erase")
    assert await world.cases() == []
    assert await kept(ana) == set()
    assert await world.app.store.fields(f"{{s{number % 2}}}:case:{number}:body") == {}


async def test_locked_and_without_words_erase_only_clears_and_the_taker_reads_it(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("safe", what="harassed", when="days")
    await ana.taps_data("receipt.gone")
    number = await world.taken()
    pages = len(world.person("first").pages)
    assert await ana.says("erase") == [ana.text("cleared")]
    assert ana.texts == [ana.text("cleared")]
    assert (await world.case()).has_way
    told = world.person("first").pages[pages:]
    assert any(str(number) in page and "no words" in page for page in told)
    await world.after(minutes=1)
    await ana.writes("hello")
    await ana.says("erase")
    assert (await world.case()).has_way, "nor on the new screens"


async def test_with_the_words_erase_works_from_any_phone(world: World) -> None:
    ana, other = world.reporter("ana"), world.reporter("other")
    await ana.reports("unsafe", what="attack", when="now")
    words = ana.receipt_words
    await ana.taps_data("receipt.gone")
    await other.writes(words)
    assert await other.says("erase") == [other.text("cleared")]
    case = await world.case()
    assert Mark.ERASED in case.marks
    _, way = await world.app.casework.load(case.number)
    assert way is None
    assert (await ana.writes(words))[0] == ana.text("words_given"), (
        "words of an erased case look like any others"
    )


async def test_a_shell_can_be_opened_for_a_day_and_e42_ends_it(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="hello", what="attack", when="now", more="stop")
    number = await world.taken()
    await ana.says("erase")
    first = world.person("first")
    assert '"what":["attack"]' in await first.reads(number)
    for _ in range(49):
        await world.after(minutes=29)
        await first.types(f"w{number}")
    assert '"what":["attack"]' in await first.reads(number), "a little under a day"
    await world.after(minutes=25)
    assert "attack" not in await first.reads(number)
    assert (await world.case()).is_open
    await first.types(f"e{number} 2")
    assert await world.cases() == []


async def test_an_erase_cancels_what_was_on_its_way(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="yes", country="stop")
    number = await world.taken()
    await world.person("first").types(f"{number} We are coming")
    await ana.says("erase")
    await world.after(minutes=5)
    assert ana.texts == [ana.text("cleared")]
