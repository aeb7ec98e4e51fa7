"""The sealed body of a case and its card: who can read it, what is in it, what the server keeps beside it.
Only the card's codes (and, for immediate and urgent, the words, until somebody works on it) can be read here."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from responders.box import Tampered
from responders.cases import Case
from responders.compact import changed, encoded
from responders.drafts import facts_of, report_of
from responders.envelope import Sealer
from responders.keypair import PublicKey
from responders.keyring import KeyDestroyed, TransitKeyring
from responders.pending import Pending, case_key
from responders.people import People
from triage.assessment import Assessment
from triage.report import Report
from triage.scales import Level

TRANSIT_KEPT = timedelta(days=8)


class NoRecipient(Exception):
    """Nobody has a key to seal to: `tocsin run` is not ready in this state, and nothing may be taken in."""


class Bodies:
    """Seals to people; opens nothing but cards."""

    def __init__(
        self, people: People, recovery: Sequence[PublicKey], transit: TransitKeyring, shards: int
    ) -> None:
        self._people = people
        self._recovery = tuple(recovery)
        self._transit = transit
        self._shards = shards

    @property
    def has_reader(self) -> bool:
        """Whether anything could be sealed at all: some focal point has a key, or there is a recovery key."""
        return bool(self._recovery) or any(self._people.public_keys(person) for person in self._people.known)

    def readers(self, content: Iterable[str]) -> tuple[tuple[str, ...], tuple[PublicKey, ...]]:
        """Who of `content` has a key, and their keys with the organisation's recovery keys. Raises NoRecipient."""
        keyed = {person: keys for person in content if (keys := self._people.public_keys(person))}
        public = (*(key for keys in keyed.values() for key in keys), *self._recovery)
        if not public:
            raise NoRecipient("no focal point and no recovery key to seal to: see docs/keys.md")
        return tuple(keyed), public

    def append(self, pending: Pending, case: Case, plaintext: Mapping[str, object], name: str) -> None:
        """Add an envelope of its own to a case's body: a later answer, a message, a note."""
        _, public = self.readers(case.readers)
        envelope = Sealer.new(case.id, public).seal(encoded(plaintext), 0)
        pending.field(case_key(pending.shard, case.number, "body"), name, envelope)

    def facts_on_card(self, blob: bytes | None, number: int) -> Report | None:
        """The card's facts, while they are there."""
        if blob is None:
            return None
        key = case_key(number % self._shards, number, "card")
        try:
            return report_of(json.loads(self._transit.open(blob, key.encode())))
        except (KeyDestroyed, Tampered):
            return None

    def card(
        self, pending: Pending, number: int, report: Report, assessment: Assessment, now: datetime
    ) -> None:
        """The card's facts under a transit key; the words only for immediate and urgent (DESIGN's table)."""
        key = case_key(pending.shard, number, "card")
        facts = facts_of(report)
        if assessment.level >= Level.URGENT:
            facts["words"] = report.words
        pending.put(key, self._transit.seal(encoded(facts), key.encode(), now), TRANSIT_KEPT)


def body_of(report: Report, assessment: Assessment) -> bytes:
    """What is sealed for the people who may read: the answers, the words, the reasons with their quotes."""
    said = {
        name: str(held) if isinstance(held, date) else held
        for name, held in changed(report).items()
        if held not in ("", False) and name != "weighed"  # it stands beside its reason
    }
    said["language"] = report.language
    reasons = [{"code": reason.code, "quote": reason.quote} for reason in assessment.reasons]
    body = {"kind": "report", "report": said, "reasons": reasons, "level": assessment.level.word}
    return encoded(body)


def new_case_id() -> str:
    """Random, bound into the envelope; says nothing about the number."""
    return secrets.token_hex(8)
