"""`tocsin doctor`, line by line: what is well, what is not, and that what is not well has advice."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import utc_clock
from bot.doctor import Line, State, look, look_at
from bot.installation import configured, opened_people
from responders.keyring import MasterKey, TransitKeyring
from tests.bot.cli.installations import Installation, an_installation
from tests.servers.bot_api import BotApi
from tests.servers.bot_api_world import World

pytestmark = pytest.mark.slow


@pytest.fixture
def here(short_folder: Path) -> Installation:
    return an_installation(short_folder, with_recovery=True)


async def seen(here: Installation, now: datetime | None = None) -> list[Line]:
    found = configured(here.folder / "config")
    lines = [line async for line in look_at(found, here.environment, now or utc_clock())]
    assert all(line.advice for line in lines if line.state is not State.OK)
    return lines


def states(lines: list[Line], start: str) -> list[State]:
    return [line.state for line in lines if line.what.startswith(start)]


async def test_a_new_installation_is_told_what_is_missing(here: Installation) -> None:
    lines = await seen(here)
    assert states(lines, "store:") == [State.OK] * 5
    assert states(lines, "master key") == [State.OK]
    assert states(lines, "recovery key") == [State.OK]
    assert states(lines, "rota") == [State.OK]
    assert states(lines, "audit") == [State.OK]
    assert states(lines, "first:") == [State.FAIL]
    assert states(lines, "texts in en") == [State.WARN]
    assert states(lines, "telegram") == [State.FAIL, State.FAIL]
    assert states(lines, "the service") == [State.WARN]


async def test_an_account_in_order_is_ok(short_folder: Path) -> None:
    async with BotApi(World(now=utc_clock())) as api:
        here = an_installation(
            short_folder, intake=api.base, alerts=api.base, tokens=(api.world.token, "1:thief")
        )
        lines = await seen(here)
    assert set(states(lines, "telegram intake")) == {State.OK}
    assert states(lines, "telegram alerts") == [State.FAIL]
    assert api.world.token not in str(list(map(str, lines)))


async def test_a_gap_in_a_rota_within_thirty_days_fails(here: Installation) -> None:
    file = here.folder / "config" / "responders.yaml"
    gap = "people: [first], overrides: [{from: 2026-11-20T09:00, until: 2026-11-21T09:00}]"
    file.write_text(file.read_text().replace("people: [first]}}", f"{gap}}}}}"))
    now = datetime(2026, 11, 2, 12, tzinfo=UTC)
    (line,) = [line for line in await seen(here, now) if line.what.startswith("rota")]
    assert (line.state, "nobody from 2026-11-20 09:00 to 2026-11-21 09:00 UTC" in line.what) == (
        State.FAIL,
        True,
    )


async def test_who_is_enrolled_and_deleted_from_the_directory_is_named(here: Installation) -> None:
    found = configured(here.folder / "config")
    async with opened_people(found, here.environment) as (_, people):
        await people.change("gone", lambda one: one)
        await people.leave("left", utc_clock())
    assert states(await seen(here), "gone: enrolled, and not in responders.yaml any more") == [State.WARN]
    assert states(await seen(here), "left") == []


async def test_a_keyring_of_another_master_key_fails_and_is_left_alone(here: Installation) -> None:
    keyring = here.folder / "keys" / "transit"
    TransitKeyring(keyring, MasterKey(bytes(32))).seal(b"x", b"", utc_clock())
    before = keyring.read_bytes()
    assert states(await seen(here), "keyring") == [State.FAIL]
    assert keyring.read_bytes() == before


async def test_a_keyring_in_the_stores_folder_fails(here: Installation) -> None:
    file = here.folder / "config" / "tocsin.yaml"
    file.write_text(file.read_text().replace("/keys/transit", "/state/transit"))
    assert State.FAIL in states(await seen(here), "keyring")


async def test_a_broken_recovery_key_and_none_are_told(here: Installation) -> None:
    file = here.folder / "config" / "recovery.pub"
    file.write_text("not a key")
    assert states(await seen(here), "recovery key") == [State.FAIL]
    settings = here.folder / "config" / "tocsin.yaml"
    settings.write_text(settings.read_text().replace("[recovery.pub]", "[]"))
    assert states(await seen(here), "no recovery key") == [State.WARN]


async def test_the_configuration_comes_first_and_without_one_nothing_else_is_looked_at(
    here: Installation,
) -> None:
    folder = here.folder / "config"
    lines = [line async for line in look(folder, here.environment, utc_clock())]
    assert lines[0].what == f"configuration {folder}: 0 errors, 1 warning"
    (folder / "tocsin.yaml").write_text("languages: {\n")
    lines = [line async for line in look(folder, here.environment, utc_clock())]
    assert [line.state for line in lines] == [State.FAIL, State.FAIL]


async def test_a_line_is_followed_by_its_advice_unless_all_is_well() -> None:
    assert str(Line(State.OK, "disk", "buy one")) == "ok    disk"
    assert str(Line(State.FAIL, "disk", "buy one")) == "fail  disk\n      -> buy one"
