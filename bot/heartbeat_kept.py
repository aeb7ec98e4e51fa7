"""How the daily tests ended, in the store: one sealed record for all workers, changed by whoever was first.
It names channels and times, never a person."""

from collections.abc import Callable

from bot.heartbeat import Beats
from responders.box import Box, Tampered
from responders.compact import NotOurs, dumps, loads
from responders.store import Store

HEARTBEAT = "{heartbeat}"
FIELD = "channels"


class KeptBeats:
    """How the tests ended, in the store: one sealed record, changed by whoever was first."""

    def __init__(self, store: Store, box: Box) -> None:
        self._store = store
        self._box = box

    async def read(self) -> Beats:
        """All that is known; nothing when it cannot be opened. Raises StoreDown."""
        return self._opened(await self._store.field(HEARTBEAT, FIELD))

    async def change(self, change: Callable[[Beats], Beats]) -> Beats:
        """Apply a change, decided again when another worker was faster. Raises StoreDown."""
        while True:
            blob = await self._store.field(HEARTBEAT, FIELD)
            before = self._opened(blob)
            after = change(before)
            sealed = self._box.seal(dumps(after), FIELD.encode())
            if after is before or await self._store.swap_field(HEARTBEAT, FIELD, blob, sealed):
                return after

    def _opened(self, blob: bytes | None) -> Beats:
        try:
            return Beats() if blob is None else loads(Beats, self._box.open(blob, FIELD.encode()))
        except (Tampered, NotOurs):
            return Beats()  # damaged: everything is tested anew, which harms nobody
