"""What holds when many people write at the same moment."""

import asyncio

import pytest

from bot.channels import Inbound
from responders.cases import Mark
from responders.store import Store
from tests.acceptance.world import a_world

pytestmark = pytest.mark.slow


async def test_alerts_at_the_same_moment_open_a_case_each(store: Store) -> None:
    async with a_world(store) as world:
        people = [str(number) for number in range(700, 712)]
        for person in people:
            await world.app.hear(Inbound("telegram", person, "m0", text="hello", locale="en"))
        alerts = (
            world.app.hear(Inbound("telegram", person, "m1", choice="opening.unsafe", locale="en"))
            for person in people
        )
        await asyncio.gather(*alerts)
        cases = await world.app.ladder()
        assert len({case.number for case in cases}) == len(people)


async def test_a_number_that_a_message_did_not_need_is_kept_for_the_next(store: Store) -> None:
    async with a_world(store) as world:
        for number in range(700, 710):
            await world.app.hear(Inbound("telegram", str(number), "m1", text="hello", locale="en"))
        taken = [await store._command("GET", f"{{s{shard}}}:number") for shard in range(2)]
        assert taken == [b"1", b"1"]


async def test_one_chat_that_guesses_words_does_not_lock_everybody_else_out(store: Store) -> None:
    async with a_world(store) as world:
        ana, guesser, other = (world.reporter(name) for name in ("ana", "guesser", "other"))
        await ana.reports("unsafe", what="attack", when="now")
        number = (await world.case()).number
        lists = world.app.kit.words
        for guess in range(world.app.settings.limits.receipt_attempts_overall_per_hour + 1):
            words = lists.new("en", guess.to_bytes(16), shard=0, shards=1)
            inbound = Inbound("telegram", guesser.address, f"g{guess}", text=lists.say(words), locale="en")
            await world.app.hear(inbound)
        await other.writes(ana.receipt_words)
        assert Mark.NEW_PHONE in (await world.case()).marks
        assert (await world.case()).number == number
