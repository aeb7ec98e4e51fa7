"""What the demo leaves for others on this computer to see: nothing that opens its page, and no folder they can read."""

import asyncio
import stat
from pathlib import Path

import pytest

from bot.demo.running import DemoError, _held
from bot.demo.show import door

ADDRESS = "http://127.0.0.1:4711/an-unguessable-path/"


async def test_a_browser_is_led_to_the_page_by_a_file_of_ours_and_not_by_its_command_line() -> None:
    async with door(ADDRESS) as file:
        assert "unguessable" not in file.as_uri()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        assert f"url={ADDRESS}" in file.read_text()
    assert not file.parent.exists()


async def test_ended_early_the_file_is_gone_as_well() -> None:
    seen: asyncio.Future[Path] = asyncio.get_running_loop().create_future()

    async def opened() -> None:
        async with door(ADDRESS) as file:
            seen.set_result(file)
            await asyncio.Event().wait()

    task = asyncio.create_task(opened())
    file = await seen
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not file.parent.exists()


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701, 0o770])
def test_a_folder_that_others_can_open_is_refused_with_the_cure(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    folder.chmod(mode)
    with (
        pytest.raises(DemoError, match=f"its mode is {mode:o}; name a new one, or: chmod 700 {folder}"),
        _held(folder),
    ):
        pass
    assert list(folder.iterdir()) == [], "nothing was left in it"
    folder.chmod(0o700)
    with _held(folder):
        pass


def test_a_new_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    with _held(tmp_path / "far" / "new") as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
