"""Sealed bodies and cards: who can open them, what the server can read, and that nothing is sealed to nobody."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from responders.bodies import Bodies, NoRecipient, body_of, new_case_id
from responders.box import Box
from responders.envelope import NotForThisKey, Sealer, unseal
from responders.keypair import PrivateKey, PublicKey
from responders.keyring import MasterKey, TransitKeyring, mark, store_box
from responders.pending import Pending, case_key
from responders.people import Enrolled, People
from responders.store import Store
from tests.responders.organisations import MONDAY
from tests.responders.stories import a_case, an_assessment
from triage.assessment import assess
from triage.report import Answer, Report
from triage.scales import Level

MASTER = MasterKey(bytes(32))
KEYS = {name: PrivateKey.generate() for name in ("first", "second", "coordinator")}
RECOVERY = PrivateKey.generate()
REPORT = Report(
    opening="unsafe", what=("threat",), hurt=Answer.YES, country="GT", words=("my brother Bartolomeo",),
    exclude="my cousin", language="es", channel="telegram",
)  # fmt: skip


class Cabinet:
    """Bodies with their people."""

    def __init__(self, store: Store, folder: Path, recovery: Sequence[PublicKey]) -> None:
        self.box: Box = store_box(MASTER)
        self.people = People(store, self.box, lambda text: mark(MASTER, text), lambda: 0.0)
        self.bodies = Bodies(self.people, recovery, TransitKeyring(folder / "transit", MASTER), 1)
        self.pending = Pending(0)

    async def enrol(self, *people: str) -> None:
        for person in people:
            enrolled = Enrolled(keys=(KEYS[person].public.text,))
            await self.people.change(person, lambda _, made=enrolled: made)  # type: ignore[misc]


@pytest.fixture
async def cabinet(store: Store, short_folder: Path) -> Cabinet:
    cabinet = Cabinet(store, short_folder, [RECOVERY.public])
    await cabinet.enrol("first", "second", "coordinator")
    return cabinet


async def test_a_part_is_sealed_to_its_readers_and_the_recovery_key_and_to_nobody_else(
    cabinet: Cabinet,
) -> None:
    case = a_case().case
    readers, public = cabinet.bodies.readers(("first", "a person without a key"))
    assert readers == ("first",)

    envelope = Sealer.new(case.id, public).seal(body_of(REPORT, an_assessment()), 0)

    for key in (KEYS["first"], RECOVERY):
        assert json.loads(unseal(envelope, key, case_id=case.id).plaintext)["report"]["words"] == list(
            REPORT.words
        )
    with pytest.raises(NotForThisKey):
        unseal(envelope, KEYS["second"], case_id=case.id)


async def test_what_is_added_later_is_sealed_to_whoever_may_read_it_then(cabinet: Cabinet) -> None:
    case = a_case().case
    cabinet.bodies.append(cabinet.pending, case, {"kind": "note", "text": "safe"}, "n1")

    (field,) = cabinet.pending.commit().fields
    assert field.key == case_key(0, case.number, "body")
    assert field.value is not None
    for name in ("first", "second", "coordinator"):
        assert json.loads(unseal(field.value, KEYS[name], case_id=case.id).plaintext)["text"] == "safe"


async def test_with_no_key_at_all_nothing_is_sealed(store: Store, short_folder: Path) -> None:
    nobody = Cabinet(store, short_folder, [])

    assert not nobody.bodies.has_reader
    with pytest.raises(NoRecipient):
        nobody.bodies.readers(("first",))


@pytest.mark.parametrize(
    ("level", "words"), [(Level.IMMEDIATE, True), (Level.URGENT, True), (Level.PRIORITY, False)]
)
async def test_the_card_holds_codes_and_words_only_where_it_is_urgent(
    cabinet: Cabinet, level: Level, words: bool
) -> None:
    cabinet.bodies.card(cabinet.pending, 42, REPORT, an_assessment(level), MONDAY)

    (write,) = cabinet.pending.commit().writes
    assert write.value is not None
    assert b"Bartolomeo" not in write.value
    said = cabinet.bodies.facts_on_card(write.value, 42)
    assert said is not None
    assert (said.opening, said.what, said.hurt, said.country) == ("unsafe", ("threat",), Answer.YES, "GT")
    assert said.words == (REPORT.words if words else ())
    assert said.exclude == "named", "whom, stands in the sealed words"


async def test_what_weighed_most_stands_beside_its_reason_in_the_sealed_report_and_on_no_card(
    cabinet: Cabinet,
) -> None:
    scored = replace(REPORT, opening="safe", hurt=None, scored="immediate", weighed="on the roof")
    assessment = assess(scored, MONDAY)
    said = json.loads(body_of(scored, assessment))
    assert {"code": "model.raised", "quote": "on the roof"} in said["reasons"]
    assert "weighed" not in said["report"]

    cabinet.bodies.card(cabinet.pending, 42, scored, assessment, MONDAY)
    (write,) = cabinet.pending.commit().writes
    facts = cabinet.bodies.facts_on_card(write.value, 42)
    assert facts is not None
    assert (facts.scored, facts.weighed) == ("immediate", "")


async def test_another_cases_card_or_none_is_no_card(cabinet: Cabinet) -> None:
    cabinet.bodies.card(cabinet.pending, 42, REPORT, an_assessment(), MONDAY)
    (write,) = cabinet.pending.commit().writes

    assert cabinet.bodies.facts_on_card(write.value, 43) is None
    assert cabinet.bodies.facts_on_card(None, 42) is None


def test_a_case_id_is_random_and_says_nothing() -> None:
    assert len({new_case_id() for _ in range(100)}) == 100
    assert {len(new_case_id())} == {16}
