"""Every key in the store after many stories stands in the table of docs/privacy.md, is sealed, and ends in time."""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.heartbeat_round import Heartbeat
from bot.operator_alarm import OperatorAlarm
from bot.signal_challenges import Challenges
from responders.schema import bring_up_to_date
from responders.store import Store
from tests.acceptance.a_year import lifetimes
from tests.acceptance.world import World

PAGE = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text("utf-8")
ROW = re.compile(r"^\| `(?P<where>[^`]+)` \| .* \| (?P<latest>[^|]+) \|$", re.MULTILINE)
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1)}
WORDS = "señal-palabra-7f3a"  # found nowhere else
ADDRESS = "739158204617"
ANSWER = "réponse-9c2b"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: `latest` is a time, or one of case, queue, stays."""

    where: str
    latest: str

    @property
    def pattern(self) -> re.Pattern[str]:
        escaped = re.escape(self.where).replace("sN", r"s\d+")
        return re.compile(re.sub(r"<[a-z]+>", "[^:]+", escaped))

    @property
    def at_the_latest(self) -> timedelta | None:
        found = re.fullmatch(r"(\d+) ([hd])", self.latest)
        return int(found[1]) * UNITS[found[2]] if found else None


TABLE = [Row(found["where"], found["latest"]) for found in ROW.finditer(PAGE.partition("\n### ")[0])]


def row_of(key: str) -> Row | None:
    """The line of the table that a key belongs to."""
    return next((row for row in TABLE if row.pattern.fullmatch(key)), None)


async def content_of(store: Store, key: str) -> bytes:
    """Everything under a key, names of fields too."""
    kind = (await store._command("TYPE", key)).decode()
    read = {
        "string": ("GET", key),
        "hash": ("HGETALL", key),
        "list": ("LRANGE", key, 0, -1),
        "zset": ("ZRANGE", key, 0, -1),
    }
    return b"|".join(_flat(await store._command(*read[kind])))


def _flat(value: object) -> list[bytes]:
    if isinstance(value, dict):
        return [part for pair in value.items() for one in pair for part in _flat(one)]
    if isinstance(value, list):
        return [part for one in value for part in _flat(one)]
    return [value] if isinstance(value, bytes) else []


async def live(world: World) -> None:
    """A report with words and receipt, taken and answered; a message that waits, one that is held; an erasure; a draft;
    a greeting; a case that was ended; a poisoned message; an invitation."""
    ana = world.reporter(ADDRESS)
    await ana.reports("missing", push="yes", notice="agree", country="Guatemala", more="more", words=WORDS)
    number = await world.taken()
    first = world.person("first")
    await first.types(f"{number} {ANSWER}")
    await world.after(seconds=11)
    await ana.writes(ANSWER)
    quiet = world.reporter("200000000002")
    await quiet.writes("hello")
    await quiet.taps_data("opening.unsafe")
    await quiet.taps_data("push.hello")
    waiting = max(case.number for case in await world.cases())
    await first.types(f"t{waiting}")
    await first.types(f"{waiting} {ANSWER}")
    forced = world.reporter("200000000003")
    await forced.writes("hello")
    await forced.taps_data("opening.unsafe")
    await forced.writes("ERASE")
    silent = world.reporter("200000000004")
    await silent.writes("hello")
    await silent.taps_data("opening.soon")
    await silent.taps_data("notice.agree")
    await silent.writes("Chad")
    greeting = world.reporter("200000000005")
    await greeting.writes("hello")
    ended = world.reporter("200000000006")
    await ended.writes("hello")
    await ended.taps_data("opening.unsafe")
    last = max(case.number for case in await world.cases())
    await first.types(f"t{last}")
    await first.types(f"n{last} {WORDS}")
    await first.types(f"e{last} 2")
    alone = world.reporter("200000000007")
    await alone.writes("hello")
    await alone.taps_data("opening.missing")
    await first.types(f"{number} {ANSWER}")  # held for ten seconds: it lies in the outbox
    place = world.app.inbox.place("signal", ADDRESS, "1")  # it arrived, and nobody has worked it yet
    await world.app.inbox.put("signal", place, f"{ADDRESS} {WORDS}".encode(), world.now)
    await world.waits_for_its_score(ADDRESS, WORDS)
    await Challenges(world.app.store, world.app.casework.dispatch.box).keep("signal", ANSWER)
    await world.app.people.invite("third", world.now)
    await world.app.store.count_attempt(0, "mark", "worker")
    await world.app.store.begin()
    await world.app.store.hold("signal", "worker", timedelta(minutes=10))
    alarm = OperatorAlarm(world.app, world.platforms)
    await Heartbeat(world.app, world.platforms, alarm.tell).look(world.now)
    await alarm.look(world.now)
    await world.app.timekeeper.watch.look(0)


@pytest.fixture
async def lived(world: World, store: Store) -> World:
    await bring_up_to_date(store)  # as the service does at its start
    await live(world)
    return world


@pytest.mark.usefixtures("lived")
async def test_every_key_stands_in_the_table(store: Store) -> None:
    unknown = [key for key in await lifetimes(store) if row_of(key) is None]
    assert not unknown, f"not in the table of docs/privacy.md: {unknown}"


@pytest.mark.usefixtures("lived")
async def test_the_stories_leave_something_in_every_row(store: Store) -> None:
    keys = await lifetimes(store)
    unused = [row.where for row in TABLE if not any(row.pattern.fullmatch(key) for key in keys)]
    assert unused == ["{stats}"]  # counts come with closure statistics


@pytest.mark.usefixtures("lived")
async def test_every_key_ends_in_time_or_belongs_to_a_case_that_does(store: Store) -> None:
    timers = {
        name.decode().rsplit(":", 1)[0]
        for shard in range(2)
        for name in await store._command("ZRANGE", f"{{s{shard}}}:timers", 0, -1)
    }
    for key, left in (await lifetimes(store)).items():
        row = row_of(key)
        assert row is not None
        if row.at_the_latest is not None:
            assert left is not None, f"{key} has no end"
            assert left <= row.at_the_latest, f"{key} ends in {left}, not within {row.latest}"
        elif row.latest == "case" and (case := re.search(r"(case:\d+)", key)):
            assert case[1] in timers, f"nothing will ever wake {key}"


@pytest.mark.usefixtures("lived")
async def test_no_value_can_be_read(store: Store) -> None:
    for key in await lifetimes(store):
        content = await content_of(store, key)
        for plain in (WORDS, ADDRESS, ANSWER, "Guatemala", "telegram"):
            assert plain.encode() not in content, f"{plain} can be read in {key}"
            assert plain not in key


async def test_a_control_value_is_found(store: Store) -> None:
    await store._command("HSET", "{s0}:case:12:waiting", "1", f"x{WORDS}")
    assert WORDS.encode() in await content_of(store, "{s0}:case:12:waiting")
    assert row_of("{s0}:case:12:words") is None


async def test_after_all_retention_only_these_keys_are_left(lived: World, store: Store) -> None:
    first = lived.person("first")
    await lived.after(minutes=31)  # the draft becomes a case
    for case in await lived.cases():
        await first.types(f"t{case.number}")
        await first.types(f"e{case.number} 8")
    assert not await lived.cases(), "an open case never ends by itself"
    began = lived.now
    await lived.after(days=800)
    passed = lived.now - began
    left = {key for key, ends in (await lifetimes(store)).items() if ends is None or ends > passed}
    of_shards = {key for key in left if re.fullmatch(r"\{s\d\}:(number|looked)", key)}
    assert left - of_shards == {
        "{people}", "{audit}", "{audit}:head", "{running}", "{schema}", "{heartbeat}", "{workers}",
    }  # fmt: skip
