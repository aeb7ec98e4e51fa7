"""What a fault story must leave behind, read from the platforms' records and from the cases, opened with the people's
own keys. It asks the worker nothing."""

from collections import Counter
from collections.abc import Sequence

from tests.chaos.house import PEOPLE, House
from tests.chaos.ledger import Ledger
from tests.chaos.lives import ALERTED, Life
from tests.chaos.story import Lost

IN_TIME = 30.0  # seconds from the reporter's "we are trying" to somebody's page, whatever fails meanwhile


async def reckon(house: House, lives: Sequence[Life], ledger: Ledger) -> list[str]:
    """Every fault of the service that the story shows; empty when there is none."""
    faults = []
    for life in lives:
        try:
            await _is_one_whole_case(house, life)
        except (Lost, AssertionError) as fault:
            faults.append(f"{life.token} (case {life.number}): {fault}")
    faults += _late(house, lives) + _wrong_person(house, lives) + _unsent(ledger) + _repeated(ledger)
    strays = set(await house.open_numbers()) - {life.number for life in lives}
    if strays:
        faults.append(f"cases of nobody: {sorted(strays)}")
    if house.intake.updates.expired or house.alerts.updates.expired:
        faults.append("an update expired at the platform")
    return faults


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


def slowest_page(house: House, lives: Sequence[Life]) -> float:
    """Seconds from what a reporter was told to the first page, the worst of all; faults are not taken off."""
    return max((_wait(house, life) for life in lives), default=0.0)


def _wait(house: House, life: Life) -> float:
    told = min(
        (sent.at for sent in house.intake.accepted if sent.person == life.reporter and ALERTED in sent.text),
        default=float("inf"),
    )
    paged = min((at for times in pages_of(house, life.number).values() for at in times), default=float("inf"))
    return max(0.0, paged - told)


def _late(house: House, lives: Sequence[Life]) -> list[str]:
    waits = {life.number: _wait(house, life) for life in lives}
    return [
        f"case {number} woke somebody after {wait:.1f} s" for number, wait in waits.items() if wait > IN_TIME
    ]


def _wrong_person(house: House, lives: Sequence[Life]) -> list[str]:
    """Every reporter's words carry a mark of their own."""
    tokens = {life.reporter: life.token for life in lives}
    return [
        f"{sent.person} was shown somebody else's words"
        for sent in house.intake.accepted
        if "zq" in sent.text.replace(tokens.get(sent.person, "nobody's"), "")
    ] + [f"an alert carries words: {sent.person}" for sent in house.alerts.accepted if "zq" in sent.text]


def _unsent(ledger: Ledger) -> list[str]:
    """What was decided to be said to a reporter was shown, as often as it was decided."""
    missing = ledger.replies() - ledger.accepted()
    return [f"never shown to {who}: {text[:40]}" for who, text in missing]


def _repeated(ledger: Ledger) -> list[str]:
    beyond = ledger.accepted() - ledger.decided() - ledger.killed - ledger.unheard()
    return [f"shown {more} times too often to {who}: {text[:60]}" for (who, text), more in beyond.items()]


def repeats(ledger: Ledger) -> Counter[tuple[str, str]]:
    """What was shown more often than it was decided, all in the documented window when nothing is at fault."""
    return ledger.accepted() - ledger.decided()
