"""No message silences everybody: what fails three times is sealed aside, a human is told, and the rest goes on.
Counts in memory; in the store, and before the work, only after an unclean stop, so that the hot path pays nothing."""

import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.aside import Aside
from bot.channels import Handle, Inbound
from responders.casework import Casework
from responders.pending import shard_of
from responders.store import StoreDown

log = logging.getLogger("tocsin.poison")

ATTEMPTS = 3
_SUSPICIOUS_FOR = timedelta(minutes=2)  # after an unclean stop: the platform repeats what killed us at once


class Poison:
    """Guards the handlers of one process."""

    def __init__(
        self,
        work: Casework,
        aside: Aside,
        mark: Callable[[str], str],
        clock: Callable[[], datetime],
    ) -> None:
        self._work = work
        self._reporters = aside
        self._mark = mark
        self._clock = clock
        self._failures: OrderedDict[str, int] = OrderedDict()
        self._tried: set[str] = set()  # counted in the store by this process, and not worked yet
        self._started = clock()
        self._name = ""
        self.is_counting = False
        self.set_aside = 0

    def mark(self, inbound: Inbound) -> str:
        """The done mark of one message."""
        return self._mark(f"{inbound.channel}|{inbound.address}|{inbound.message_id}")

    @property
    def _process(self) -> str:
        """What tells this process from those before it; made when it is first asked for, never before a fork."""
        self._name = self._name or secrets.token_hex(8)
        return self._name

    async def guarded(self, inbound: Inbound, handle: Handle, aside: Handle | None = None) -> None:
        """Handle one message; raises what `handle` raised until the third failure, then sets the message aside:
        by `aside`, or as a case of its own."""
        counts = self.is_counting and self._clock() - self._started < _SUSPICIOUS_FOR
        name = self.mark(inbound) if counts or self._failures else ""  # nearly never
        shard = shard_of(name, self._work.dispatch.shards) if counts else 0
        # Once a process: what is counted there are deaths. A store that is away for a while is no fault of the message.
        if counts and name not in self._tried:
            if await self._work.store.count_attempt(shard, name, self._process) > ATTEMPTS:
                await self._aside(inbound, aside)
                return
            self._tried.add(name)
        try:
            await handle(inbound)
        except StoreDown:
            raise
        except Exception as fault:
            name = name or self.mark(inbound)
            failed = self._failures.get(name, 0) + 1
            self._failures[name] = failed
            while len(self._failures) > 10_000:
                self._failures.popitem(last=False)
            log.error(
                "a message could not be worked (try %d): %s", failed, type(fault).__name__, exc_info=True
            )
            if failed < ATTEMPTS:
                raise
            await self._aside(inbound, aside)
        self._failures.pop(name, None)
        self._tried.discard(name)
        if counts:
            await self._work.store.forget_attempts(shard, name)

    async def _aside(self, inbound: Inbound, aside: Handle | None) -> None:
        """A reporter's message becomes a case, *unsure*, so that a human reads what the machine could not."""
        self.set_aside += 1
        log.error("a message was set aside after %d tries", ATTEMPTS)
        await (aside or self._reporters.set_aside)(inbound)
