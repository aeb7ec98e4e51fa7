"""Who is enrolled: codes that work once, changes that do not overwrite each other, keys old and new."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from responders.keypair import PrivateKey
from responders.keyring import MasterKey, mark, store_box
from responders.people import INVITE_VALID, Enrolled, InviteInvalid, People
from responders.store import Store
from tests.responders.organisations import MONDAY as NOW

MASTER = MasterKey(bytes(32))
PLACE = ("telegram-alerts", "700")


def a_process(store: Store) -> People:
    """The people as another process sees them; its clock stands still, so what it has read stays good."""
    return People(store, store_box(MASTER), lambda text: mark(MASTER, text), lambda: 0.0)


@pytest.fixture
def people(store: Store) -> People:
    return a_process(store)


def works_as(**changes: object) -> Callable[[Enrolled], Enrolled]:
    return lambda enrolled: replace(enrolled, **changes)  # type: ignore[arg-type]


async def test_a_code_enrols_the_place_that_gives_it_and_answers_the_first_test(people: People) -> None:
    code = await people.invite("first", NOW)

    assert await people.enrol(f" {code.upper()} ", *PLACE, NOW) == "first"

    assert people.at(*PLACE) == "first"
    assert people.known["first"].is_tested(NOW)


async def test_a_code_works_once(people: People) -> None:
    code = await people.invite("first", NOW)
    await people.enrol(code, *PLACE, NOW)

    with pytest.raises(InviteInvalid):
        await people.enrol(code, "telegram-alerts", "701", NOW)

    assert people.known["first"].channels == dict([PLACE])


async def test_of_two_processes_that_hear_a_code_at_once_one_enrols(people: People, store: Store) -> None:
    code = await people.invite("first", NOW)
    places = [("telegram-alerts", "700"), ("telegram-alerts", "701")]

    outcomes = await asyncio.gather(
        *(a_process(store).enrol(code, *place, NOW) for place in places), return_exceptions=True
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["InviteInvalid", "str"]
    assert len((await people.all(fresh=True))["first"].channels) == 1


@pytest.mark.parametrize("wrong", ["", "1234", "00000-00000-00000-00000", "x" * 20])
async def test_a_wrong_code_enrols_nobody(people: People, wrong: str) -> None:
    await people.invite("first", NOW)

    with pytest.raises(InviteInvalid):
        await people.enrol(wrong, *PLACE, NOW)


async def test_a_code_ends_after_48_hours(people: People) -> None:
    code = await people.invite("first", NOW)

    with pytest.raises(InviteInvalid):
        await people.enrol(code, *PLACE, NOW + INVITE_VALID + timedelta(seconds=1))


async def test_an_old_code_is_forgotten_and_a_good_one_is_not(people: People, store: Store) -> None:
    await people.invite("first", NOW)
    code = await people.invite("second", NOW + timedelta(hours=1))

    await people.forget_invitations(NOW + INVITE_VALID + timedelta(seconds=1))

    assert len(await store.fields("{people}")) == 1
    assert await people.enrol(code, *PLACE, NOW + timedelta(hours=2)) == "second"


async def test_changes_of_two_processes_do_not_overwrite_each_other(store: Store) -> None:
    """An answer to the test while `tocsin people key` runs."""
    service, command = a_process(store), a_process(store)
    await service.change("first", works_as(channels=dict([PLACE])))
    await command.all()

    await service.change("first", works_as(tested=NOW))
    await command.change("first", works_as(off_until=NOW))

    assert (await a_process(store).all())["first"] == Enrolled(dict([PLACE]), tested=NOW, off_until=NOW)


async def test_who_left_has_no_place_no_key_and_no_open_invitation(people: People) -> None:
    code = await people.invite("first", NOW)
    await people.change("first", works_as(channels=dict([PLACE]), keys=(PrivateKey.generate().public.text,)))

    await people.leave("first", NOW)

    assert people.at(*PLACE) is None
    assert people.public_keys("first") == ()
    assert people.known["first"].is_off(NOW)
    with pytest.raises(InviteInvalid):
        await people.enrol(code, *PLACE, NOW)


async def test_an_invitation_brings_back_who_left(people: People) -> None:
    await people.leave("first", NOW)

    await people.enrol(await people.invite("first", NOW), *PLACE, NOW)

    assert not people.known["first"].has_left


async def test_new_reports_are_sealed_to_the_newest_key_and_all_of_them_still_open(people: People) -> None:
    old, new = PrivateKey.generate().public, PrivateKey.generate().public
    await people.change("first", works_as(keys=(new.text, old.text)))

    assert people.public_keys("first") == (new,)
    assert people.key_ids("first") == {old.id, new.id}


async def test_enrolled_people_print_as_nothing(people: People) -> None:
    enrolled = await people.change("first", works_as(channels=dict([PLACE])))

    assert "700" not in repr(enrolled)
