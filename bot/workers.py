"""Workers of one store notice when one of them dies or hangs: each counts up its own field of a hash, and the others
see whether it moves. Nobody's clock is compared with another's; somebody who is alone writes nothing."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from responders.store import Field, Store

WORKERS = "{workers}"
STILL = 8  # looks, two seconds apart, in which a living worker has counted up


@dataclass(slots=True)
class Watch:
    """What one worker has seen of the others: what they counted to, and for how many looks that has not changed."""

    us: str
    _seen: dict[str, tuple[bytes, int]] = field(default_factory=dict)

    def look(self, counted: Mapping[str, bytes]) -> tuple[str, ...]:
        """Who has stopped; told once by the one of the living whose name comes first, to spare operators the rest."""
        self._seen = {name: self._again(name, count) for name, count in counted.items() if name != self.us}
        gone = tuple(name for name, (_, still) in self._seen.items() if still >= STILL)
        living = [name for name in self._seen if name not in gone]
        return gone if all(self.us < name for name in living) else ()

    def _again(self, name: str, count: bytes) -> tuple[bytes, int]:
        before, still = self._seen.get(name, (b"", -1))
        return (count, still + 1 if count == before else 0)


class Workers:
    """This process among the workers of its store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._watch = Watch(secrets.token_hex(4))
        self._count = 0

    async def look(self) -> int:
        """Show that we live, and return how many others were just found to have stopped. Raises StoreDown."""
        counted = await self._store.fields(WORKERS)
        us = self._watch.us
        if us not in counted or len(counted) > 1:
            self._count += 1
            await self._store.put([Field(WORKERS, us, str(self._count).encode())])
        gone = self._watch.look(counted)
        await self._store.put([Field(WORKERS, name, None) for name in gone])
        return len(gone)

    async def leave(self) -> None:
        """We stop in good order. Raises StoreDown."""
        await self._store.put([Field(WORKERS, self._watch.us, None)])
