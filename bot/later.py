"""The envelope of what was said after a lock, beside the report: begun once, then sealed again while the same
conversation lasts. It never opens anything that somebody said."""

import base64
from collections.abc import Mapping

from bot.drafting import Records
from bot.turn import Filed
from responders.cases import Case
from responders.casework import Casework
from responders.compact import encoded
from responders.envelope import Sealer, Tampered
from responders.pending import Pending, case_key


class Later:
    """One part of a case's body, within one commit of the case's own shard."""

    def __init__(self, work: Casework, pending: Pending, person: str, records: Records, event: Filed) -> None:
        self._work = work
        self._pending = pending
        self._records = records
        self._event = event
        self._key = case_key(pending.shard, event.case, "body")
        self._name = f"m{(event.since or 0) * 1000:012x}{person[:12]}"  # sorts by time, as all parts do
        self._sealed: bytes | None = None

    async def has_room(self) -> bool:
        """Whether there is such a part, and it is this conversation's or nobody's. Raises StoreDown."""
        event = self._event
        if event.since is None:
            return False
        is_known = event.body_key is not None and self._records.body is not None
        self._sealed = self._records.body if is_known else await self._work.store.field(self._key, self._name)
        return event.body_key is not None or self._sealed is None

    @property
    def revision(self) -> int:
        """Of the envelope that is sealed now."""
        return 0 if self._event.body_key is None else self._event.revision + 1

    def seal(self, case: Case, part: Mapping[str, object]) -> Sealer:
        """Put the part into the commit; to other readers than before it is sealed under a new key."""
        _, public = self._work.dispatch.bodies.readers(case.readers)
        sealer = self._same()
        if sealer is None or set(sealer.recipients) != {key.id for key in public}:
            sealer = Sealer.new(case.id, public)
        envelope = sealer.seal(encoded(part), self.revision)
        self._pending.field(self._key, self._name, envelope)
        self._records.body = envelope
        return sealer

    def _same(self) -> Sealer | None:
        if self._sealed is None or self._event.body_key is None:
            return None
        try:
            return Sealer.from_envelope(self._sealed, base64.b64decode(self._event.body_key))
        except (Tampered, ValueError):
            return None
