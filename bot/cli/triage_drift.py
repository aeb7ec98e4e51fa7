"""`tocsin triage drift`: suggested against confirmed levels, by language, from the counts in the store."""

import json as encoder
from pathlib import Path

from bot.installation import configured, opened_store
from responders.statistics import STATS, K, drift_rows


async def drifted(config: Path, *, json: bool) -> list[str]:
    """The rows as lines. Raises what opening the store raises."""
    async with opened_store(configured(config).settings) as (store, _):
        found = list(drift_rows(await store.fields(STATS)))
    if json:
        return [
            encoder.dumps(
                {
                    "language": row.language,
                    "suggested": row.suggested,
                    "confirmed": row.confirmed,
                    "count": row.count,
                }
            )
            for row in found
        ]
    lines = [
        f"{row.language:<8}  suggested {row.suggested:<9}  confirmed {row.confirmed:<9}  "
        + (f"under {K}" if row.count is None else str(row.count))
        for row in found
    ]
    return lines or ["nothing counted yet: only closed cases whose reporter agreed are"]
