"""Many reporters at once, each with a short life: they report, stop where they like, and some are answered by a focal
point. Each notes what the platform confirmed to them; they wait as long as people do and never send anything twice."""

import asyncio
import random
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bot.clock import monotonic
from responders.store import StoreDown
from tests.chaos.house import PEOPLE, House
from tests.chaos.phone import Lost, Phone
from tests.chaos.waiting import until

PATIENCE = 240.0  # seconds; on a machine that does ten other things a Java program starts in minutes
ANSWERED = 0.6  # of those who listen
TAKERS = ("first", "third", "coordinator")  # the second may have blocked the bot
OPENING = "How are things?"
ALERTED = "We are trying to reach a person"

# what is tapped (t) or typed (s), what the next message says, and what the sealed report then holds
SCRIPT: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("s", "/start", OPENING, {}),
    ("t", "opening.missing", ALERTED, {"opening": "missing"}),
    ("t", "push.yes", "Go on?", {"push": "yes"}),
    ("t", "notice.agree", "Which country", {}),
    ("s", "Guatemala", "is that right?", {}),
    ("t", "confirm.yes", "seen or spoken", {"country": "GT"}),
    ("t", "seen.no", "hurt or ill", {"seen": "no"}),
    ("s", "2", "under 18", {"hurt": "no"}),
    ("s", "2", "When did it begin", {"under_18": "no"}),
    ("s", "2", "Who is it about", {"when": "day"}),
    ("s", "2", "What are you to them", {"about": "agreed"}),
    ("s", "1", "Is there more", {"kinship": "family"}),
    ("t", "more.more", "contact with the UN", {}),
    ("s", "1", "Who did it", {"link": "had"}),
    ("s", "1", "your own words", {"who_did": "police"}),
    ("s", "{token} was taken", "I have that", {}),
    ("s", "DONE", "help most", {}),
    ("t", "command.skip", "must not see this", {}),
    ("t", "command.skip", "ask you later", {}),
    ("t", "later.yes", "Done.", {"later": "yes"}),
)
STOPS = (2, 2, 3, 6, 12, 16, len(SCRIPT))
EARLY = (*(2,) * 10, 3, 3, 6, 12, 16, len(SCRIPT))  # most people stop when they have been alerted for
LISTENING = (6, 12, len(SCRIPT))  # they allowed us to write, and are not asked for words of their own


@dataclass(slots=True)
class Life:
    """One reporter's. `taker`: who takes their case and ends it, `is_answered`: and writes to them in between.
    `answers`, `has_words`, `words_back`: what the messages on their phone told them is kept."""

    reporter: int
    token: str
    stop: int
    taker: str | None
    is_answered: bool
    tapped: float = float("inf")  # when they said what it is about
    answers: dict[str, str] = field(default_factory=dict)
    has_words: bool = False
    words_back: str = ""
    number: int = 0

    @property
    def words(self) -> str:
        """What they write in their own words."""
        return f"{self.token} was taken"


def a_life(house: House, chance: random.Random, stops: Sequence[int] = STOPS, cared: float = 0.0) -> Life:
    """Somebody new; who is to be answered has allowed it. `cared`: how many of the others' cases are taken."""
    stop = chance.choice(stops)
    reporter = house.new_reporter()
    is_answered = stop in LISTENING and chance.random() < ANSWERED
    taker = chance.choice(TAKERS) if is_answered or chance.random() < cared else None
    return Life(reporter, f"zq{reporter}", stop, taker, is_answered)


class Locked(Exception):
    """The clock jumped, so the chat was silent for too long and answers like a new one; or what they wrote was lost
    where that is documented. The person stops here."""


# seconds after an opening in which no other answer came; a repeated one is followed by more
NOTHING_ELSE = 5.0


async def live(house: House, life: Life) -> None:
    """From the first word to where they stop."""
    phone = Phone(house, house.intake, life.reporter, PATIENCE)
    try:
        for how, what, expected, holds in SCRIPT[: life.stop]:
            if expected == ALERTED:
                life.tapped = monotonic()
            if how == "s":
                await _or_locked(phone, phone.says(what.format(token=life.token), expected))
            else:
                await _or_locked(phone, phone.taps(what, expected))
            life.answers |= holds
            life.has_words = life.has_words or "{token}" in what
    except Locked:
        life.is_answered = False
    if life.answers:
        await until(lambda: find(house, life), lambda: Lost(f"{life.token} has no case"), PATIENCE)
    else:
        life.taker = None
    if life.taker is not None:
        await _taken(house, life, phone, life.taker)


async def _or_locked(phone: Phone, act: Coroutine[None, None, str]) -> None:
    since, opened = phone.count, 0.0
    acting = asyncio.create_task(act)
    try:
        while not acting.done():
            await asyncio.wait({acting}, timeout=0.1)
            if phone.has_lost and not acting.done():
                raise Locked
            if since and not opened and any(OPENING in text for text in phone.after(since)):
                opened = monotonic()
            if opened and monotonic() - opened > NOTHING_ELSE and not acting.done():
                raise Locked
        await acting
    finally:
        acting.cancel()


async def find(house: House, life: Life) -> bool:
    """Whether their case is in the store by now."""
    try:
        chat = await house.chat_of(life.reporter)
    except StoreDown:
        return False
    if chat is not None and chat.cases:
        life.number = chat.cases[0].number
    return life.number != 0


async def _taken(house: House, life: Life, phone: Phone, taker: str) -> None:
    """A focal point takes the case, and ends it; in between they may write and get an answer."""
    shown, person = phone.count, Phone(house, house.alerts, PEOPLE[taker], PATIENCE)
    await _orders(person, f"t{life.number}", f"{life.number} is yours")
    if life.is_answered:
        await _orders(person, f"{life.number} we look for {life.token}", f"{life.number}: goes out in 10 s")
        await phone.until(f"we look for {life.token}", shown)
        with suppress(Locked):
            words = f"thank you from {life.token}"
            await _or_locked(phone, phone.says(words, "It is added"))
            life.words_back = words
    await _orders(person, f"e{life.number} 2", f"{life.number} ended")


async def _orders(person: Phone, command: str, expected: str) -> None:
    """A focal point has many cases at once: what is about this one begins with its number."""
    since = person.count
    person.writes(command)
    await person.until(expected, since, is_start=True)
