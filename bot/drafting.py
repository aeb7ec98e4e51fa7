"""Keeps the unfinished report of somebody who may fall silent: sealed to people, with a card of codes beside it.
It decides nothing about when a draft is passed on; silence.py does that, without opening it."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.kit import Moment
from bot.session import Session
from bot.turn import Drafted
from responders.bodies import TRANSIT_KEPT, body_of, new_case_id
from responders.changing import replace
from responders.dispatch import Dispatch
from responders.drafts import Draft
from responders.envelope import Sealer, Tampered
from responders.keypair import PublicKey
from responders.pending import Pending, draft_card_key, draft_key

_CASE_ID = 16  # hexadecimal digits; before its first draft a session only notes what kind it will be


@dataclass(slots=True)
class Records:
    """The sealed records of one person as last seen; None: not there. Plaintext is never kept here."""

    session: bytes | None = None
    chat: bytes | None = None
    draft: bytes | None = None
    body: bytes | None = None  # the envelope of the session's case, to seal it again
    cases: dict[int, bytes | None] = field(default_factory=dict)
    ways: dict[int, bytes] = field(default_factory=dict)  # a way changes only together with its case

    def copy(self) -> "Records":
        """The same, to be changed by one turn."""
        return Records(self.session, self.chat, self.draft, self.body, {**self.cases}, {**self.ways})


class Drafting:
    """The draft of one person, within one commit."""

    def __init__(
        self, dispatch: Dispatch, pending: Pending, person: str, records: Records, moment: Moment
    ) -> None:
        self._dispatch = dispatch
        self._pending = pending
        self._person = person
        self._records = records
        self._moment = moment
        self._key = draft_key(pending.shard, person)
        self._card_key = draft_card_key(pending.shard, person)

    def keep(self, event: Drafted, session: Session | None) -> Session | None:
        """Keep the report sealed; its wraps are made once, later turns seal only the body again."""
        if session is None:
            return None
        report, now = event.report, self._moment.now
        assessment = self._moment.assess(report)
        content = self._dispatch.readers_for(report, assessment.level, now)
        readers, public = self._dispatch.bodies.readers(content)
        sealer, revision = self.sealer(session, public)
        envelope = sealer.seal(body_of(report, assessment), revision)
        card = Draft(sealer.case_id, 0, readers, report)
        sealed_card = self._dispatch.transit.seal(card.to_json(), self._card_key.encode(), now)
        self._pending.write(self._key, self._records.draft, envelope, TRANSIT_KEPT)
        self._pending.put(self._card_key, sealed_card, TRANSIT_KEPT)
        self._pending.timer(f"draft:{self._person}", event.due)
        self._records.draft = envelope
        body_key = base64.b64encode(sealer.body_key).decode()
        return replace(session, draft=sealer.case_id, body_key=body_key, revision=revision)

    def sealer(self, session: Session | None, public: Sequence[PublicKey]) -> tuple[Sealer, int]:
        """The draft's own sealer and its next revision while it goes to the same people; else a new one."""
        case_id = session.draft if session and session.draft and len(session.draft) == _CASE_ID else None
        if session is not None and case_id is not None and session.body_key and self._records.draft:
            try:
                sealer = Sealer.from_envelope(self._records.draft, base64.b64decode(session.body_key))
            except (Tampered, ValueError):
                pass  # sealed anew below
            else:
                if set(sealer.recipients) == {key.id for key in public}:
                    return sealer, session.revision + 1
        return Sealer.new(case_id or new_case_id(), public), 0

    def drop(self) -> None:
        """Erase the draft, if there is one; nobody is told."""
        if self._records.draft is None:
            return
        self._pending.write(self._key, self._records.draft, None)
        self._pending.put(self._card_key, None)
        self._pending.timer(f"draft:{self._person}", None)
        self._records.draft = None
