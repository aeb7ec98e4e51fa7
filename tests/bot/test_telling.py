"""A story that showed nothing is marked and not read again at every answer; the mark covers no other word."""

import pytest

from bot.kit import Facts, Moment
from tests.bot.engine_talk import MONDAY, Talking, the_kit
from triage import calm
from triage.report import Report
from triage.scales import Level

STORY = "On Tuesday a grey car stood before the office for hours, and two men photographed whoever came out of it."
MOMENT = Moment(the_kit(), Facts(entropy=bytes(16), spare=11), MONDAY)


def tells(*texts: str) -> Talking:
    ana = Talking()
    ana.writes("/start")
    for text in texts:
        ana.writes(text)
    return ana


def marked(ana: Talking) -> bool:
    assert ana.session is not None
    words = (*ana.session.base_words, *ana.session.words)
    return ana.session.calm == MOMENT.mark(words) and ana.session.calm != calm.UNMARKED


def test_a_story_that_shows_nothing_is_marked_through_all_answers() -> None:
    ana = tells(STORY)
    for text in ("1", "5", "Kenya", "1", "6"):
        ana.writes(text)
        assert marked(ana), text


def test_what_was_told_before_a_lock_stays_marked_behind_it() -> None:
    ana = tells(STORY)
    ana.waits(minutes=20)
    ana.writes("/start")
    assert ana.session is not None
    assert (ana.session.base_words, ana.session.words) == ((STORY,), ())
    assert marked(ana)


@pytest.mark.parametrize("last", ["mokhtafi", "they are at the door"])
def test_one_text_that_says_something_takes_the_mark_from_all(last: str) -> None:
    ana = tells(STORY, "1", f"{last} " + STORY[:60])
    assert not marked(ana)
    ana.writes(STORY)
    assert not marked(ana), "words that come later are no proof of those before them"


def test_a_mark_is_believed_for_its_own_words_and_no_others() -> None:
    cry = Report(words=("they are at the door",))
    assert MOMENT.assess(cry, MOMENT.mark((STORY,))).level is Level.IMMEDIATE
    assert MOMENT.assess(Report(words=(STORY, *cry.words)), MOMENT.mark((STORY,))).level is Level.IMMEDIATE
    assert MOMENT.assess(Report(words=cry.words, what=("other",)), 0).level is Level.IMMEDIATE
