"""Writes down what an item asks to have written: an act into the audit chain, a row of the statistics.
Neither knows what anybody said."""

import json

from responders.items import Item, Kind
from responders.statistics import STATS
from responders.store import Field, Store

NOTES = frozenset({Kind.AUDIT, Kind.COUNT})


async def note(store: Store, item_id: str, item: Item) -> None:
    """One of NOTES; an act is written once, however often it is asked for. Raises StoreDown."""
    if item.kind is Kind.COUNT:
        await store.put([Field(STATS, item.text, add=1)])
        return
    entry = {"at": item.at, "act": item.text, "by": item.person or None, "case": item.case}
    await store.append_audit(item_id, json.dumps(entry).encode())
