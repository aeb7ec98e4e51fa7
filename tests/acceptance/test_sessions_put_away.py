"""Once a chat has locked and its case is open, the server keeps no word of what was said: it lies sealed in the case,
and nothing that a level or a question needs is lost."""

import json

from bot.session import Session
from responders.envelope import unseal
from responders.keyring import session_box
from responders.pending import case_key, session_key, shard_of
from responders.seizure import openings
from responders.store import Store
from tests.acceptance.phones import Reporter
from tests.acceptance.world import World
from triage.scales import Level

WORDS = "señal-palabra-7f3a"
LATER = "otra-palabra-81c0"
NAMED = "mi-vecino-5d2e"


async def session_of(ana: Reporter) -> Session:
    """What the server can read of a session whose address it knows."""
    world, person = ana.world, ana.world.pseudonym(ana)
    key = session_key(shard_of(person, 2), person)
    (blob,) = await world.app.store.read([key])
    assert blob is not None
    return Session.from_json(session_box(world.master, ana.channel, ana.address).open(blob, key.encode()))


async def parts(world: World, store: Store) -> list[dict[str, object]]:
    """The parts of the only case's body, oldest first, as its people read them."""
    case = await world.case()
    sealed = await store.fields(case_key(case.number % 2, case.number, "body"))
    in_time = sorted(sealed, key=lambda name: (name != "report", name))
    key = world.people["first"].key
    return [json.loads(unseal(sealed[name], key, case_id=case.id).plaintext) for name in in_time]


def words_of(part: dict[str, object]) -> object:
    report = part["report"]
    assert isinstance(report, dict)
    return report.get("words", [])


async def a_report(world: World) -> Reporter:
    """Somebody is in the middle of their words."""
    ana = world.reporter("739158204617")
    await ana.reports(
        "unsafe",
        push="yes",
        notice="agree",
        country="Chad",
        what="attack",
        when="now",
        more="more",
        words="stop",
    )
    await ana.writes(WORDS)
    return ana


async def test_fifteen_quiet_minutes_later_the_session_has_codes_and_no_word_and_no_key(world: World) -> None:
    ana = await a_report(world)
    before = await session_of(ana)
    assert (before.words, before.body_key is not None) == ((WORDS,), True), "the control"
    await world.after(minutes=14)
    assert await session_of(ana) == before
    await world.after(minutes=2)
    after = await session_of(ana)
    assert after == before.put_away(world.app.kit.flow.free_texts)
    assert (after.words, after.base_words, after.body_key, after.weighed) == ((), (), None, "")
    assert after.answers["country"] == "TD"


async def test_who_must_not_see_it_goes_with_the_words(world: World) -> None:
    ana = await a_report(world)
    await ana.says("done")
    await ana.taps_data("command.skip")
    await ana.writes(NAMED)
    assert NAMED in (await session_of(ana)).to_json().decode(), "the control"
    await world.after(minutes=16)
    assert NAMED not in (await session_of(ana)).to_json().decode()


async def test_while_somebody_writes_nothing_is_put_away_and_one_report_is_sealed_again(
    world: World, store: Store
) -> None:
    ana = await a_report(world)
    for _ in range(3):
        await world.after(minutes=10)
        await ana.writes(LATER)
    assert [words_of(part) for part in await parts(world, store)] == [[WORDS, LATER, LATER, LATER]]
    await world.after(minutes=16)
    assert (await session_of(ana)).words == ()


async def test_what_is_said_after_a_lock_stands_in_one_envelope_beside_the_report(
    world: World, store: Store
) -> None:
    ana = await a_report(world)
    await world.after(minutes=16)
    await ana.writes("hello")
    await ana.taps_data("opening.unsafe")
    await ana.taps_data("push.yes")
    await ana.taps_data("notice.agree")
    await world.restart()
    await ana.writes("Chad")
    await ana.taps_data("confirm.yes")
    before, after = await parts(world, store)
    assert (words_of(before), words_of(after)) == ([WORDS], [])
    assert isinstance(after["report"], dict)
    assert after["report"]["country"] == "TD"
    number = await world.taken()
    assert WORDS in await world.person("first").reads(number)


async def test_a_second_lock_begins_a_third_envelope_and_overwrites_none(world: World, store: Store) -> None:
    ana = await a_report(world)
    for said in (LATER, NAMED):
        await world.after(minutes=16)
        await ana.writes("hello")
        await ana.taps_data("opening.unsafe")
        await ana.writes(f"they are at the door, please hurry {said}")
    told = [words_of(part) for part in await parts(world, store)]
    assert [len(told), told[0]] == [3, [WORDS]]
    assert LATER in str(told[1])
    assert NAMED in str(told[2])
    assert LATER not in str(told[2])


async def test_codes_from_before_a_lock_still_count_with_what_is_said_after_it(
    world: World, store: Store
) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="yes", notice="agree", country="Chad", what="arrested", seen="stop")
    await world.after(minutes=16)
    await ana.writes("hello")
    await ana.taps_data("opening.soon")
    report = (await parts(world, store))[-1]["report"]
    assert isinstance(report, dict)
    assert (report["what"], report["country"], report["opening"]) == (["arrested"], "TD", "soon")
    assert (await world.case()).level is Level.IMMEDIATE


async def test_of_a_silent_draft_no_word_is_left_once_it_was_passed_on(world: World, store: Store) -> None:
    ana = world.reporter("ana")
    await ana.reports("soon", push="yes", notice="agree", what="travel", when="stop")
    await ana.writes(f"my visa was refused {WORDS}")
    await world.after(minutes=16)
    assert WORDS in str((await session_of(ana)).words), "nobody has it yet"
    await world.after(minutes=20)
    assert (await session_of(ana)).words == ()
    assert WORDS in str([words_of(part) for part in await parts(world, store)])


async def test_with_every_key_of_the_server_the_words_of_a_locked_chat_are_on_the_card_only(
    world: World, store: Store
) -> None:
    await a_report(world)
    await world.after(minutes=16)
    copies = [copied async for copied in store.read_all(2)]
    transit = world.app.casework.dispatch.transit
    seen = [
        where for where, plain in openings(copies, world.master, transit) if plain and WORDS.encode() in plain
    ]
    assert seen == ["{sN}:case:<n>:card"]
    assert all(WORDS.encode() not in (plain or b"") for _, plain in openings(copies, world.master, None))


async def test_words_that_nobody_has_yet_stay_until_somebody_has_them(world: World, store: Store) -> None:
    ana = await a_report(world)
    await world.after(minutes=16)
    await ana.writes(f"my visa was refused {LATER}")  # the opening follows: it may be anybody who wrote
    await world.after(minutes=16)
    assert LATER in str((await session_of(ana)).words)
    assert [words_of(part) for part in await parts(world, store)] == [[WORDS]]
    await ana.writes("hello")
    await ana.taps_data("opening.unsafe")
    await ana.taps_data("push.yes")
    assert LATER in str(words_of((await parts(world, store))[-1]))
    await world.after(minutes=16)
    assert ((await session_of(ana)).words, (await session_of(ana)).base_words) == ((), ())


async def test_a_greeting_without_a_case_has_nothing_to_put_away(world: World) -> None:
    ana = world.reporter("ana")
    await ana.writes("hello")
    assert not await world.app.timekeeper.on_quiet(world.shard(ana), world.pseudonym(ana))
