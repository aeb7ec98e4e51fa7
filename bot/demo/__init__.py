"""The demo: the service as `build()` assembles it, with only the channels exchanged for its own platform.
Floor bot; read stage.py first (what runs), then platform.py, phone.py and web.py. Nothing leaves loopback."""

from pathlib import Path

PHONES = ("first", "second", "coordinator")  # whose phones are shown
CONFIG = Path(__file__).parents[2] / "config"  # beside the floors, in the tree and in a wheel alike
