"""Timers wake a worker and decide nothing: what is due stands in the case, and only a commit changes it.
The auditor's two questions are here too: which open case would nobody wake, and wake it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from responders.store.wire import Wire, milliseconds, moment


class Timers(Wire):
    """Zsets `{sN}:timers` (name by due or lease end) and `{sN}:open` (the names that must have a timer)."""

    async def claim_timers(
        self, shard: int, now: datetime, lease: timedelta, limit: int
    ) -> tuple[list[str], datetime | None]:
        """Names due at `now`, earliest first, each offered again after the lease until a commit moves or
        removes it; and when the next one is due."""
        arguments = (milliseconds(now), milliseconds(now + lease), limit)
        due, *names = await self._run("claim_timers", [_timers(shard)], arguments)
        return [name.decode() for name in names], moment(due)

    async def open_names(self, shard: int) -> list[str]:
        """The timer names of all open cases."""
        return [name.decode() for name in await self._command("ZRANGE", _open(shard), 0, -1)]

    async def overdue(self, shard: int, now: datetime, grace: timedelta) -> list[str]:
        """Open cases whose timer is missing, or was due more than `grace` ago without anybody claiming it."""
        late = await self._run("overdue", [_open(shard), _timers(shard)], [milliseconds(now - grace)])
        return [name.decode() for name in late]

    async def rearm(self, shard: int, names: Sequence[str], due: datetime) -> int:
        """Set the timers of those named cases that are still open, and return how many."""
        if not names:
            return 0
        return int(await self._run("rearm", [_open(shard), _timers(shard)], [milliseconds(due), *names]))


def _timers(shard: int) -> str:
    return f"{{s{shard}}}:timers"


def _open(shard: int) -> str:
    return f"{{s{shard}}}:open"
