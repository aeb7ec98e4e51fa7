"""Ten answers at once from each of a hundred people: every answer is on the right question, in order."""

import asyncio
import json

from bot.channels import Inbound
from responders.envelope import unseal
from responders.pending import case_key
from responders.store import Store
from tests.acceptance.world import World, a_world

PEOPLE = 100
ANSWERS = (
    "hello",
    "2",
    "1",
    "1",
    "Guatemala",
    "1",
    "2",
    "3",
    "2",
    "2",
)  # as typed on the screens of a report
EXPECTED = {
    "opening": "missing", "push": "yes", "country": "GT", "seen": "no", "hurt": "unknown", "under_18": "no",
    "when": "day",
}  # fmt: skip


async def test_ten_answers_at_once_from_each_of_a_hundred_people(store: Store) -> None:
    async with a_world(store) as world:
        await everybody_answers(world, store)


async def everybody_answers(world: World, store: Store) -> None:
    arrivals = [
        Inbound("telegram", f"7391{person:06d}", f"m{number}", text=text, locale="en")
        for number, text in enumerate(ANSWERS)
        for person in range(PEOPLE)
    ]
    await asyncio.gather(*(world.app.hear(inbound) for inbound in arrivals))
    await world.settle()
    cases = await world.cases()
    assert len(cases) == PEOPLE
    for case in cases:
        shard = case.number % world.app.casework.dispatch.shards
        envelope = await store.field(case_key(shard, case.number, "body"), "report")
        assert envelope is not None
        report = json.loads(unseal(envelope, world.recovery, case_id=case.id).plaintext)["report"]
        assert {name: report.get(name) for name in EXPECTED} == EXPECTED
        assert "words" not in report, "an answer was taken for words"
    for person in range(PEOPLE):
        shown = world.platforms["telegram"].everything[f"7391{person:06d}"]
        assert len(shown) == len(ANSWERS)
