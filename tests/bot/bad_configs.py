"""Configuration folders made of one bad file and otherwise good ones, and what `check` says about them."""

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bot.check import check_people

BAD_CONFIGS = Path(__file__).parent.parent / "bad_configs"
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
MARK = "# expect: "


def found_in(bad: Path) -> list[str]:
    """The problems of a folder in which `bad` stands for the file that its folder is named after."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for good in (BAD_CONFIGS / "good").iterdir():
            shutil.copy(good, folder)
        shutil.copy(bad, folder / f"{bad.parent.name}.yaml")
        return [str(problem) for problem in check_people(folder, NOW)]


def expected_in(bad: Path) -> list[str]:
    """What the file itself says should be found, at its end."""
    return [line.removeprefix(MARK) for line in bad.read_text().splitlines() if line.startswith(MARK)]
