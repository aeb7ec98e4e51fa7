"""How often Python looks for rings of garbage. A message of ours leaves none (measured), so a look finds nothing and
costs time; a look at everything stops everybody for a tenth of a second."""

import gc

_YOUNG = 10_000  # objects more than before; Python's own 700 comes several times a second under load


def keep_what_is_made() -> None:
    """Call it once, when everything that stays has been made: it is left out of every later look."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 10, 10)
