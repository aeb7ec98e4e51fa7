import subprocess
import sys

ASKED = """
import gc
from bot.collecting import keep_what_is_made
kept = [[number] for number in range(50_000)]
keep_what_is_made()
print(gc.get_freeze_count() > 50_000, len(gc.get_objects()) < 1_000, gc.isenabled())
"""


def test_what_the_start_has_made_is_left_out_and_the_rest_is_still_looked_at() -> None:
    """In a process of its own: what is frozen here would stay so for every other test."""
    told = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)  # noqa: S603
    assert told.stdout.split() == ["True", "True", "True"]
