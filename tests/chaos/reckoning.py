"""What a fault story must leave behind, read from the platforms' records and from the cases, opened with the people's
own keys. It asks the worker nothing."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.chaos.house import PEOPLE, House
from tests.chaos.ledger import Ledger, Letter
from tests.chaos.lives import ALERTED, Life
from tests.chaos.phone import Lost

# seconds from the reporter's "we are trying" to somebody's page, whatever fails meanwhile: the five minutes of the
# ladder's first step, on a clock that goes five times as fast
IN_TIME = 60.0
PAGE = re.compile(r"(\d+) · IMMEDIATE")
NEVER = float("inf")


@dataclass(slots=True)
class Records:
    """What the platforms took, sorted once: when each case paged whom, and when each reporter was told so first."""

    paged: dict[int, dict[int, list[float]]] = field(default_factory=lambda: defaultdict(dict))
    told: dict[int, float] = field(default_factory=dict)

    @classmethod
    def of(cls, house: House) -> "Records":
        found = cls()
        for sent in house.alerts.accepted:
            if match := PAGE.match(sent.text):
                found.paged[int(match[1])].setdefault(sent.person, []).append(sent.at)
        for sent in house.intake.accepted:
            if ALERTED in sent.text:
                found.told.setdefault(sent.person, sent.at)
        return found

    def first_page(self, life: Life) -> float:
        """When anybody was paged for them; never: infinity."""
        return min((at for times in self.paged[life.number].values() for at in times), default=NEVER)

    def wait(self, life: Life) -> float:
        """Seconds from what they were told to the first page; faults are not taken off."""
        told = self.told.get(life.reporter)
        return 0.0 if told is None else max(0.0, self.first_page(life) - told)

    def silent(self, lives: Sequence[Life], people: Sequence[str]) -> list[tuple[int, str]]:
        """Whom these cases have not paged."""
        return [
            (life.number, name) for life in lives for name in people
            if PEOPLE[name] not in self.paged[life.number]
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a story shows: the faults of the service, and what was repeated in the documented window."""

    faults: list[str]
    repeats: int


async def reckon(house: House, lives: Sequence[Life], ledger: Ledger, began: float = 0.0) -> Reckoned:
    """Look at everything once; times are told from `began` on."""
    records, faults = Records.of(house), list[str]()
    for life in lives:
        try:
            await _is_one_whole_case(house, life)
        except (Lost, AssertionError) as fault:
            faults.append(f"{life.token} (case {life.number}): {fault}")
    faults += _late(records, lives, began) + _wrong_person(house, lives)
    decided, due = ledger.decided()
    accepted = ledger.accepted()
    faults += _unsent(due - accepted)
    faults += _repeated(accepted - decided - ledger.killed - ledger.unheard())
    strays = set(await house.open_numbers()) - {life.number for life in lives}
    if strays:
        faults.append(f"cases of nobody: {sorted(strays)}")
    if forgotten := records.told.keys() - {life.reporter for life in lives}:
        faults.append(f"told that somebody is sought, and there is no case: {sorted(forgotten)}")
    if house.intake.updates.expired or house.alerts.updates.expired:
        faults.append("an update expired at the platform")
    return Reckoned(faults, (accepted - decided).total())


async def _is_one_whole_case(house: House, life: Life) -> None:
    chat = await house.chat_of(life.reporter)
    numbers = [ref.number for ref in chat.cases] if chat else []
    if numbers != [life.number]:
        raise Lost(f"the reporter's cases are {numbers}")
    parts = await house.parts(life.number)
    reports = [part["report"] for name, part in sorted(parts.items(), key=_place) if part["kind"] == "report"]
    held = reports[-1] if reports else {}
    wrong = {name: held.get(name) for name, value in life.answers.items() if held.get(name) != value}
    if wrong:
        raise Lost(f"the sealed report has {wrong}")
    # what they write after a person's message is a message, or words of the report, as the question stands
    said = Counter(held.get("words", ())) + Counter(
        part["text"] for part in parts.values() if part["kind"] == "message"
    )
    confirmed = Counter([life.words] * life.has_words + [life.words_back] * bool(life.words_back))
    if confirmed - said:
        raise Lost(f"of {confirmed.total()} pieces of writing {said.total()} are in the case")
    assert not said or max(said.values()) == 1, "their words are in the case twice"
    assert "zq" not in str(parts).replace(life.token, ""), "somebody else's words are in it"


def _place(part: tuple[str, object]) -> tuple[bool, str]:
    return part[0] != "report", part[0].lstrip("mn")


def pages_of(house: House, number: int) -> dict[str, list[float]]:
    """When each person was paged about a case, by the platform's clock."""
    return {
        name: [
            sent.at
            for sent in house.alerts.accepted
            if sent.person == person and sent.text.startswith(f"{number} · IMMEDIATE")
        ]
        for name, person in PEOPLE.items()
    }


def _late(records: Records, lives: Sequence[Life], began: float) -> list[str]:
    return [
        f"case {life.number} woke somebody after {wait:.1f} s; told at {records.told[life.reporter] - began:.0f} s, "
        f"paged at {[(who, round(at[0] - began)) for who, at in records.paged[life.number].items()]}"
        for life in lives
        if (wait := records.wait(life)) > IN_TIME
    ]


def _wrong_person(house: House, lives: Sequence[Life]) -> list[str]:
    """Every reporter's words carry a mark of their own."""
    tokens = {life.reporter: life.token for life in lives}
    return [
        f"{sent.person} was shown somebody else's words"
        for sent in house.intake.accepted
        if "zq" in sent.text.replace(tokens.get(sent.person, "nobody's"), "")
    ] + [f"an alert carries words: {sent.person}" for sent in house.alerts.accepted if "zq" in sent.text]


def _unsent(missing: Counter[Letter]) -> list[str]:
    """What was decided to be said was shown, as often as it was decided; who blocks the bot is shown nothing."""
    return [
        f"never shown to {who}, {count} times: {text[:40]}"
        for (who, text), count in missing.items()
        if who != str(PEOPLE["second"])
    ]


def _repeated(beyond: Counter[Letter]) -> list[str]:
    return [f"shown {more} times too often to {who}: {text[:60]}" for (who, text), more in beyond.items()]
