"""What a restored store is worth: whether records open under the master key, every open case has its clock and
the chain of the audit is whole. It reads, and changes nothing."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from responders.box import Box, Tampered
from responders.cases import Case
from responders.pending import case_key
from responders.people import PEOPLE, PERSON
from responders.store import Store, verify_audit

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Drill:
    """What was found; `faults` are sentences, empty when all is well."""

    open_cases: int = 0
    people: int = 0
    audit_entries: int = 0
    faults: list[str] = field(default_factory=list)


async def examine(store: Store, box: Box, shards: int) -> Drill:
    """Look at every open case, everybody enrolled and the audit. Raises StoreDown."""
    drill = Drill()
    for shard in range(shards):
        await _cases(store, box, shard, drill)
    fields = await store.fields(PEOPLE)
    enrolled = {
        name: blob for name, blob in fields.items() if name.startswith(PERSON)
    }  # others are only invited
    drill.people = sum(_opens(box, name, blob) for name, blob in enrolled.items())
    if enrolled and not drill.people:
        drill.faults.append("nobody's enrolment opens: it was sealed under another master key")
    links = await store.read_audit()
    drill.audit_entries = len(links)
    if (place := verify_audit(links, await store.audit_head())) is not None:
        drill.faults.append(f"the audit is broken at entry {place + 1}")
    return drill


async def _cases(store: Store, box: Box, shard: int, drill: Drill) -> None:
    asleep = set(await store.overdue(shard, EPOCH, timedelta(0)))  # nothing was due then: no timer at all
    for name in await store.open_names(shard):
        number = int(name.split(":")[1])
        key = case_key(shard, number)
        (blob,) = await store.read([key])
        try:
            is_open = Case.from_json(box.open(blob or b"", key.encode())).is_open
        except (Tampered, ValueError, KeyError):
            drill.faults.append(f"case {number}: its record is missing or does not open")
            continue
        drill.open_cases += is_open
        if name in asleep:
            drill.faults.append(f"case {number}: nothing would wake anybody for it")


def _opens(box: Box, place: str, blob: bytes) -> bool:
    try:
        box.open(blob, place.encode())
    except Tampered:
        return False
    return True
