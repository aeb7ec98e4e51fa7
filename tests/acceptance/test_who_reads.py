"""Opening and notice say who may open a report, as the organisation has set it (protocol section 5, rule 7, and
section 4 on partners): golden transcripts of both screens, in every language."""

from pathlib import Path

import pytest

from responders.directory import Partner
from responders.store import Store
from tests.acceptance.test_transcripts import FOLDER, LANGUAGES, Transcript
from tests.acceptance.world import a_world
from tests.responders.organisations import a_focal_point, a_receiver, an_organisation

HARBOUR = {"harbour": Partner("Harbour", named_in_notice=True)}
ORGANISATIONS = {
    "the team and nobody of the country": an_organisation(),
    "people of the country as well": an_organisation(local_staff_may_open=True),
    "a partner as well": an_organisation(partners=HARBOUR),
    "a partner, and people of the country": an_organisation(partners=HARBOUR, local_staff_may_open=True),
    "a partner that is not named": an_organisation(partners={"harbour": Partner("Harbour")}),
}
BOTH = {"opening": "soon", "notice": "refuse"}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_notice_names_everybody_who_may_open(
    store: Store, language: str, update_golden: bool
) -> None:
    told = []
    for place, (who, organisation) in enumerate(ORGANISATIONS.items()):
        async with a_world(store, organisation) as world:
            talk = Transcript(world.reporter(f"ana{place}", language=language), "taps")
            await talk.go_through(BOTH)
        told.append(f"== {who}\n{talk.text}")
    path = Path(FOLDER) / f"who_reads.{language}.txt"
    if update_golden:
        path.write_text("\n".join(told), "utf-8")
    assert "\n".join(told) == path.read_text("utf-8")


async def test_on_signal_the_opening_names_the_partner_as_well(store: Store) -> None:
    async with a_world(store, an_organisation(partners=HARBOUR)) as world:
        said = (await world.reporter("ana", channel="signal").writes("/start"))[0]
    assert said.startswith("Hello. Lantern and Harbour read what you write. We cannot come")


async def test_what_the_notice_says_of_a_partner_is_what_the_partner_can_do(store: Store) -> None:
    """Named, they open what the team opens; not named, they are woken with number and level only."""
    for named, opens in ((True, True), (False, False)):
        partners = {"harbour": Partner("Harbour", named_in_notice=named)}
        organisation = an_organisation(
            partners=partners,
            people={"shelter": a_focal_point(partner="harbour")},
            receivers={"team": a_receiver(partners=("harbour",))},
        )
        async with a_world(store, organisation) as world:
            ana = world.reporter(f"ana {named}")
            await ana.writes("/start")
            opening = ana.newest
            await ana.taps_data("opening.unsafe")
            (case,) = [one for one in await world.cases() if one.may_open("shelter") is opens]
            assert ("Harbour" in opening) is opens
            await world.person("first").at_desk(f"t{case.number}")
            await world.person("first").at_desk(f"e{case.number} 2")
