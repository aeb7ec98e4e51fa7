"""How long what is kept of a closed case is kept, by the outcome that a focal point gave it: from the settings."""

from bot import settings
from responders.ending import Retention


def retention(kept: settings.Retention, outcome: int) -> Retention:
    """By the number of the outcome; words and way go first."""
    by_outcome = (
        kept.other, kept.released, kept.safe, kept.relocated, kept.state_responded, kept.investigated, kept.referred,
        kept.unverified, kept.not_ours, kept.other,
    )  # fmt: skip
    case = by_outcome[outcome] if 0 <= outcome < len(by_outcome) else kept.other
    return Retention(words=min(kept.ways, case), case=case)
