"""Words are answered at once and scored a moment later; a level rises in its own turn, whatever happens between."""

import json
from dataclasses import dataclass, field

import pytest

from tests.acceptance.world import Silent, World
from triage.scales import Level
from triage.score.score import By, Score

FRIGHTENING = "there are men on the roof since the lights went out and the dog is quiet"
CALM = "we would like to know more about the new forms for next year please"


@dataclass
class Reader(Silent):
    """Knows one frightening text."""

    asked: list[str] = field(default_factory=list)
    frightens: float = 1.0

    async def ask(self, text: str) -> Score | None:
        self.asked.append(text)
        high = self.frightens if text == FRIGHTENING else 0.0
        return Score(high, max(high, 0.01), 0.9, By.EMBEDDING, "en", "Latn", phrase=text[:30])


@pytest.fixture
async def reader(world: World) -> Reader:
    world.asks = reader = Reader()
    await world.restart()
    return reader


async def test_a_first_message_without_any_sign_alerts_a_moment_later(world: World, reader: Reader) -> None:
    ana = world.reporter("ana")
    await ana.writes(FRIGHTENING)
    assert await world.cases() == []
    await world.scores()
    (case,) = await world.cases()
    assert (case.level, reader.asked) == (Level.IMMEDIATE, [FRIGHTENING])
    assert "We are trying to reach a person now" in ana.newest


async def test_the_phrase_that_weighed_most_stands_in_the_sealed_report_and_nowhere_else(
    world: World, reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    await world.reporter("ana").writes(FRIGHTENING)
    await world.scores()
    (case,) = await world.cases()
    assert (reader.asked, "model.raised" in case.reasons) == ([FRIGHTENING], True)
    phrase = FRIGHTENING[:30]
    number = await world.taken()
    card, opened = [
        reply.text
        for reply in await world.person("first").at_desk(f"o{number}")
        if reply.kind in {"card", "opened"}
    ]
    assert {"code": "model.raised", "quote": phrase} in json.loads(opened)["reasons"]
    assert "The text model sees more danger than the answers: …" in card
    pages = [page for person in world.people.values() for page in person.pages]
    assert not any(phrase in said for said in (card, *pages, caplog.text))


async def test_calm_words_are_scored_and_nothing_more_is_said(world: World, reader: Reader) -> None:
    ana = world.reporter("ana")
    await ana.writes(CALM)
    said = ana.newest
    await world.scores()
    assert reader.asked == [CALM]
    assert (ana.newest, await world.cases()) == (said, [])
    assert await world.keys("{s") == {key for key in await world.keys("{s") if ":score:" not in key}


async def test_a_crash_between_answer_and_score_loses_nothing(world: World, reader: Reader) -> None:
    await world.reporter("ana").writes(FRIGHTENING)
    await world.restart()  # what waited in memory is gone
    assert reader.asked == []
    await world.after(seconds=11)
    await world.scores()
    (case,) = await world.cases()
    assert case.level is Level.IMMEDIATE


async def test_scored_twice_it_alerts_once(world: World, reader: Reader) -> None:
    await world.reporter("ana").writes(FRIGHTENING)
    scoring = world.app.scoring
    assert scoring is not None
    kept = scoring._queue.get_nowait()
    await scoring._next(kept)
    await scoring._next(kept)
    assert len(await world.cases()) == 1
    assert len(reader.asked) == 2


async def test_a_worker_that_stays_away_leaves_the_words_to_a_person(world: World) -> None:
    world.asks = Silent()
    await world.restart()
    ana = world.reporter("ana")
    await ana.reports("unsure", push="yes", notice="agree", more="more")
    await ana.writes(FRIGHTENING)
    await world.scores()
    assert any(":score:" in key for key in await world.keys("{s"))
    await world.after(seconds=71)
    await world.scores()
    assert not any(":score:" in key for key in await world.keys("{s"))
    (case,) = await world.cases()
    assert case.unsure


async def test_danger_signs_need_no_score(world: World, reader: Reader) -> None:
    await world.reporter("ana").writes("help they are at the door")
    await world.scores()
    assert reader.asked == []


async def test_who_erased_in_between_is_not_reported(world: World, reader: Reader) -> None:
    ana = world.reporter("ana")
    await ana.writes(FRIGHTENING)
    await ana.writes("ERASE")
    await world.scores()
    assert await world.cases() == []
    assert FRIGHTENING in reader.asked
