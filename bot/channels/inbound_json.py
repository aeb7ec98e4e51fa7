"""An Inbound as bytes and back, for the sealed inbox: everything but its channel, which the inbox names itself."""

import json
from datetime import UTC, datetime
from typing import Any

from bot.channels import Attachment, Event, Inbound
from responders.compact import changed, encoded, reading


def as_bytes(inbound: Inbound) -> bytes:
    """Compact: what stands at its default is left out."""
    values: dict[str, Any] = changed(inbound)  # Any: as various as the fields
    values.pop("channel")
    values.pop("in_inbox", None)
    if inbound.sent_at is not None:
        values["sent_at"] = round(inbound.sent_at.timestamp() * 1000)
    return encoded(values)


@reading("an arrival")
def from_bytes(channel: str, raw: bytes) -> Inbound:
    """What `as_bytes` wrote, marked as lying in the inbox. Raises NotOurs for anything else."""
    values: dict[str, Any] = json.loads(raw)
    if "sent_at" in values:
        values["sent_at"] = datetime.fromtimestamp(values["sent_at"] / 1000, UTC)
    if "attachment" in values:
        values["attachment"] = Attachment(values["attachment"])
    if "event" in values:
        values["event"] = Event(values["event"])
    return Inbound(channel, in_inbox=True, **values)
