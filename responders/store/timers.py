"""Timers wake a worker and decide nothing: what is due stands in the case, and only a commit changes it.
The auditor's questions are here too: which open case would nobody wake, and did the clock go back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from responders.store.wire import MILLISECOND, Wire, milliseconds, moment

_SOON = timedelta(seconds=15)  # longer than a lease or a hold: it need not be re-timed
BETWEEN = timedelta(minutes=5)  # whoever was ahead may live, and be ahead again at once
RETIMED, DOUBTFUL = 1, 2  # what lua/looked.lua says that it did


@dataclass(frozen=True, slots=True)
class Looked:
    """One look at the clock: the last time that anybody had seen (None: nobody yet), how far `now` is behind it, if
    that counts, and whether everything was re-timed by as much (False: two live workers' clocks differ).
    `is_doubtful`: it would be, if the question is not an old one."""

    before: datetime | None
    back: timedelta
    is_retimed: bool
    is_doubtful: bool = False


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

    async def looked(
        self, shard: int, now: datetime, least: timedelta, latest: datetime | None = None, since: timedelta = BETWEEN,
        *, is_sure: bool = True,
    ) -> Looked:  # fmt: skip
        """Note the time. If it is more than `least` before the last one noted, or before the `latest` that the looker
        has worked by, the clock went back: all timers, holds and leases of the shard that lie ahead are due as much
        earlier, so that spans stay what they were. Not if that was done less than `since` ago; and unless `is_sure`,
        only the answer says that it looks so: a question may be old when it arrives, and a new one tells."""
        latest = latest or now
        keys = [_looked(shard), _timers(shard), f"{{s{shard}}}:outbox:due"]
        spans = (span // MILLISECOND for span in (least, _SOON, since))
        times = (milliseconds(now), milliseconds(latest))
        before, back, done = await self._run("looked", keys, [*times, *spans, int(is_sure)])
        return Looked(moment(before), int(back) * MILLISECOND, done == RETIMED, done == DOUBTFUL)

    async def was_retimed(self, shard: int) -> bool:
        """Whether that has ever happened: then a timer may ring before its case expects it, and be right."""
        return await self.retimed_at(shard) is not None

    async def retimed_at(self, shard: int) -> datetime | None:
        """The time at which that happened last."""
        return moment(await self._command("HGET", _looked(shard), "back") or b"")

    async def ring_what_is_too_far(self, shard: int, now: datetime, farthest: timedelta) -> int:
        """Drafts, receipts and messages due later than anything of theirs can be are due now; returns how many."""
        keys = [_timers(shard), f"{{s{shard}}}:outbox:due"]
        arguments = (milliseconds(now), milliseconds(now + farthest))
        return int(await self._run("too_far", keys, arguments))


def _timers(shard: int) -> str:
    return f"{{s{shard}}}:timers"


def _open(shard: int) -> str:
    return f"{{s{shard}}}:open"


def _looked(shard: int) -> str:
    """Hash: `at`, the latest time that a worker saw; `back`, when everything was re-timed last."""
    return f"{{s{shard}}}:looked"
