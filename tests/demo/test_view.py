"""Whoever watches the demo sees the newest state; nobody is held up by a slow reader."""

import asyncio
from datetime import timedelta

import pytest

from bot.demo.talk import UnknownError, duration
from bot.demo.told import Told
from bot.demo.view import View


async def test_a_watcher_gets_everything_first_and_then_what_changed() -> None:
    view = View()
    view.show("clock", 1)
    watching = view.watch()
    assert await anext(watching) == {"clock": 1}
    view.show("ladder", [])
    view.show("clock", 1)
    assert await anext(watching) == {"ladder": []}


async def test_a_slow_watcher_misses_old_values_and_never_the_newest() -> None:
    view = View()
    view.show("clock", 0)
    watching = view.watch()
    await anext(watching)
    for value in range(100):
        view.show("clock", value)
    assert await anext(watching) == {"clock": 99}


async def test_a_watcher_that_leaves_is_forgotten() -> None:
    view = View()
    view.show("clock", 0)
    watching = view.watch()
    await anext(watching)
    waiting = asyncio.ensure_future(anext(watching))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert not view._watchers


def a_post(number: int, text: str, *, mine: bool = False) -> dict[str, object]:
    return {"id": number, "mine": mine, "text": text, "list": text}


def test_the_terminal_says_each_thing_once_and_that_something_is_gone() -> None:
    told = Told()
    first = [a_post(1, "hello", mine=True), a_post(2, "How are things?\n\n1 Not safe")]
    assert list(told.lines({"reporter": {"posts": first}})) == [
        "reporter    | How are things?",
        "            | ",
        "            | 1 Not safe",
    ]
    assert list(told.lines({"reporter": {"posts": first}})) == []
    assert list(told.lines({"reporter": {"posts": first[:1]}})) == [
        "reporter    | (1 messages are gone from this phone)"
    ]


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    told = Told()
    shown = list(told.lines({"reporter": {"posts": [a_post(1, "\x1b[2Jhello\x07")]}}))
    assert shown == ["reporter    | [2Jhello"]


def test_the_terminal_says_who_has_a_case_when_that_changes() -> None:
    told = Told()
    one = {"number": 42, "level": "immediate", "step": 0, "steps": [{}, {}], "has": None, "state": "open"}
    assert list(told.lines({"ladder": [one]})) == [
        "ladder      | 42: immediate, step 1 of 2, nobody has it yet"
    ]
    assert list(told.lines({"ladder": [one]})) == []
    assert list(told.lines({"ladder": [{**one, "has": "first"}]})) == [
        "ladder      | 42: immediate, step 1 of 2, first has it"
    ]


@pytest.mark.parametrize(
    ("text", "meant"),
    [("+3m", timedelta(minutes=3)), ("90s", timedelta(seconds=90)), ("+1d", timedelta(days=1))],
)
def test_the_terminals_clock_reads_durations(text: str, meant: timedelta) -> None:
    assert duration(text) == meant


@pytest.mark.parametrize("text", ["", "3", "m", "-3m", "+3w", "+1.5h"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(UnknownError):
        duration(text)
