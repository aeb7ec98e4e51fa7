"""One whole story, told on the platforms: somebody reports that a person is missing, a focal point takes the case and
writes, the reporter answers and finishes. `tell` drives it through any kill; `judge` compares what people were shown
and what the platform was told with what the case holds."""

import asyncio
import re
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field

from bot.clock import monotonic
from tests.chaos.house import PEOPLE, House
from tests.chaos.phone import Lost, Phone
from tests.chaos.waiting import PATIENCE, until
from tests.chaos.wire import Kill
from tests.servers.bot_api_world import Json

IN_FLIGHT = 0.05  # seconds: what a killed worker had written to its lines still arrives
ANSWERED = "thank you, he wore a blue shirt"
WORDS = ("they came at dawn", "three men in a white car")
WRITTEN = "We are calling the lawyer now"


@dataclass(slots=True)
class Told:
    """What a story left behind. `shown`: how often each person was shown each text, numbers left out."""

    reporter: int
    number: int
    began: float
    ended: float = 0.0
    killed_at: float | None = None
    unsettled: Counter[tuple[str, str]] = field(default_factory=Counter)
    shown: Counter[tuple[str, str]] = field(default_factory=Counter)
    repeats: Counter[tuple[str, str]] = field(default_factory=Counter)


def without_numbers(text: str) -> str:
    """A text without case numbers, times and receipt words."""
    text = re.sub(r"\b(news|answer) by [^.]*", r"\1 by then", text)  # a day's name too, around midnight
    text = re.sub(r"\d+", "#", text)
    return re.sub(r"^Done\. .*?\. Keep these", "Done. (words). Keep these", text)


async def tell(house: House, kill: Kill | None = None) -> Told:
    """The story from the worker's start to its end in good order; whoever is killed is started again."""
    reporter = Phone(house, house.intake, house.new_reporter())
    first = Phone(house, house.alerts, PEOPLE["first"])
    marks = (len(house.intake.accepted), len(house.alerts.accepted))
    told = Told(reporter.person, 0, monotonic())
    house.counted.start(kill)
    keeper = asyncio.create_task(_keep(house, kill, told))
    try:
        await house.start_worker()
        await _while_it_lives(house, _report(house, reporter, first, told))
        await _while_it_lives(house, settled(house))
        await house.stop_worker()
        if kill is not None and house.counted.killed.is_set() and not keeper.done():
            await keeper  # killed at its very end: it starts once more
        if house.worker is not None:
            await settled(house)
            house.counted.kill = None
            await house.stop_worker()
    finally:
        if not house.counted.killed.is_set():  # who is starting a worker must hear its number
            keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper
    told.ended = monotonic()
    _count(house, marks, told)
    return told


async def _while_it_lives(house: House, acts: Coroutine[None, None, None]) -> None:
    """Do it, unless the worker ends without having been killed."""
    told = asyncio.create_task(acts)
    while not told.done():
        await asyncio.wait({told}, timeout=0.2)
        if not (told.done() or house.is_alive or house.counted.killed.is_set()):
            told.cancel()
            raise AssertionError(
                "the worker ended by itself:\n" + (house.folder / "worker.log").read_text()[-2000:]
            )
    await told


async def _keep(house: House, kill: Kill | None, told: Told) -> None:
    await house.counted.killed.wait()
    told.killed_at = monotonic()
    assert kill is not None
    if kill.victim == "worker":
        await asyncio.sleep(IN_FLIGHT)
        for item in await house.outbox():
            told.unsettled[_named(told, item.address), without_numbers(item.text)] += 1
    await house.mend(kill.victim)


async def _report(house: House, reporter: Phone, first: Phone, told: Told) -> None:
    await reporter.says("/start", "How are things?")
    paged = len(first.texts())
    await reporter.taps("opening.missing", "We are trying to reach a person")
    told.number = int((await first.until("IMMEDIATE", paged)).split()[0])
    await reporter.taps("push.yes", "Go on?")
    await reporter.taps("notice.agree", "Which country")
    await reporter.says("Guatemala", "is that right?")
    await reporter.taps("confirm.yes", "seen or spoken")
    shown = len(reporter.texts())
    await first.says(f"t{told.number}", "is yours")
    await first.says(f"{told.number} {WRITTEN}", "goes out in")
    house.advance(11)
    await reporter.until("A person has read", shown)
    await reporter.until(WRITTEN, shown)
    await until(
        house.is_outbox_empty, lambda: Lost("the outbox never emptied")
    )  # people read slower than we settle
    wrote = len(first.texts())
    await reporter.says(ANSWERED, "It is added")
    await first.until("they wrote", wrote)
    await reporter.taps("seen.no", "hurt or ill")
    await reporter.says("2", "under 18")
    await reporter.says("2", "When did it begin")
    await reporter.says("2", "Who is it about")
    await reporter.says("2", "What are you to them")
    await reporter.says("1", "Is there more")
    await reporter.taps("more.more", "contact with the UN")
    await reporter.says("1", "Who did it")
    await reporter.says("1", "your own words")
    for words in WORDS:
        await reporter.says(words, "I have that")
    await reporter.says("DONE", "help most")
    await reporter.taps("command.skip", "must not see this")
    await reporter.taps("command.skip", "ask you later")
    await reporter.taps("later.yes", "Done.")
    await first.says(f"e{told.number} 2", "ended: safe")


async def settled(house: House) -> None:
    """Everything confirmed to the platforms, and nothing on its way any more."""
    for api in (house.intake, house.alerts):
        with suppress(TimeoutError):
            await api.until(lambda api=api: not api.updates.pending, PATIENCE)  # type: ignore[misc]
        if api.updates.pending:
            raise Lost(f"{len(api.updates.pending)} updates were never confirmed")
    await until(house.is_outbox_empty, lambda: Lost("the outbox never emptied"))


def _count(house: House, marks: tuple[int, int], told: Told) -> None:
    for api, since in zip((house.intake, house.alerts), marks, strict=True):
        for sent in api.accepted[since:]:
            told.shown[_named(told, str(sent.person)), without_numbers(sent.text)] += 1


def _named(told: Told, address: str) -> str:
    names = {str(number): name for name, number in PEOPLE.items()}
    return "reporter" if address == str(told.reporter) else names.get(address, "?")


async def judge(house: House, told: Told, expected: Told | None) -> None:
    """Raise Lost, or AssertionError, unless everything is in the case once and repeats lie in the window."""
    chat = await house.chat_of(told.reporter)
    numbers = [ref.number for ref in chat.cases] if chat else []
    if numbers != [told.number]:
        raise Lost(f"the reporter's cases are {numbers}, not {told.number} alone")
    parts = await house.parts(told.number)
    report = [part for _, part in sorted(parts.items(), key=_place) if part["kind"] == "report"][-1]["report"]
    wanted: Json = {
        "opening": "missing", "push": "yes", "country": "GT", "seen": "no", "hurt": "no", "under_18": "no",
        "when": "day", "about": "agreed", "kinship": "family", "link": "had", "who_did": "police", "later": "yes",
        "words": list(WORDS),
    }  # fmt: skip
    if {name: report.get(name) for name in wanted} != wanted:
        wrong = {name: report.get(name) for name, value in wanted.items() if report.get(name) != value}
        raise Lost(f"the sealed report has {wrong}")
    written = [part["text"] for part in parts.values() if part["kind"] == "message"]
    if written != [ANSWERED]:
        raise Lost(f"messages in the case: {len(written)}, not one")
    case = await house.case(told.number)
    assert case.has == "first", f"the case is held by {case.has}"
    for name in ("second", "coordinator"):  # whoever may read can read
        assert await house.parts(told.number, name) == parts
    if expected is not None:
        _compare(told, expected)


def _place(part: tuple[str, Json]) -> tuple[bool, str]:
    return part[0] != "report", part[0].lstrip("mn")


def _compare(told: Told, expected: Told) -> None:
    missing = expected.shown - told.shown
    if missing:
        raise Lost(f"never shown: {dict(missing)}")
    told.repeats = told.shown - expected.shown
    for (who, text), more in told.repeats.items():
        assert told.killed_at is not None, (
            f"shown {more} times too often to {who}, and nobody was killed: {text}"
        )
        # The documented window: what lay in the outbox, sent or not, when the worker died. A store that dies repeats
        # nothing: the worker remembers what it has sent.
        assert more <= told.unsettled[who, text], (
            f"{more} repeats for {who}, not in the outbox when it died: {text}"
        )
