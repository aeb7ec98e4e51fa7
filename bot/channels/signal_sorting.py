"""Sorts what one Signal account was told: messages to work, files to remove, things to note. The same for every way on
which signal-cli's events can reach us; it keeps no message and never logs content or who wrote."""

import logging
from collections import Counter
from dataclasses import dataclass, field

from bot.channels import Event, Handle, Inbound
from bot.channels.offering import Received
from bot.channels.signal_courtesies import Courtesies
from bot.channels.signal_events import Ignored, Unwanted, decode
from bot.channels.signal_state import SignalState
from responders.secret import Secret

log = logging.getLogger(__name__)


@dataclass(slots=True)
class SignalReceived(Received):
    """Counts since the start; `ignored_kinds` says why, in our own words."""

    ignored_kinds: Counter[Ignored] = field(default_factory=Counter)


class Sorting:
    """Of one account. `thumbs`: a thumb up is an answer here."""

    def __init__(
        self, name: str, number: Secret, state: SignalState, courtesies: Courtesies, *, thumbs: bool = False
    ) -> None:
        self.counts = SignalReceived()
        self._name = name
        self._number = number
        self._state = state
        self._courtesies = courtesies
        self._thumbs = thumbs

    def sort(self, params: object, arrived: list[Inbound], files: list[str]) -> None:
        """Put the params of one event where they belong; names of refused files go into `files`."""
        self._state.heard += 1
        try:
            meant = decode(params, self._name, self._number.reveal())
        except Exception as fault:  # a fault of ours in one event must not silence everybody
            log.error(
                "an event could not be read and is stepped over: %s", type(fault).__name__, exc_info=True
            )
            self.counts.malformed += 1
            return
        files += meant.files
        if isinstance(meant, Unwanted):
            self.ignore(meant.kind)
            if meant.address is not None:
                self._state.saw_timer(meant.address, meant.timer)
            if meant.group is not None:
                self._courtesies.leave(meant.group)
        elif meant.inbound.event is Event.LIKED and not self._thumbs:
            self.ignore(Ignored.REACTION)
        else:
            self._state.saw_timer(meant.inbound.address, meant.timer)
            arrived.append(meant.inbound)

    def ignore(self, kind: Ignored) -> None:
        """Count it; nothing else is known of it any more."""
        self.counts.ignored += 1
        self.counts.ignored_kinds[kind] += 1

    def trusting(self, handle: Handle) -> Handle:
        """`handle`, which also fetches the rest of a long text, and accepts a changed identity for transport once it
        has been noted."""

        async def handled(inbound: Inbound) -> None:
            if inbound.rest is not None:
                await handle(await self._courtesies.whole(inbound))
                await self._courtesies.remove([inbound.rest])
                return
            if inbound.event is not Event.KEY_CHANGED:
                await handle(inbound)
                return
            # Noted first, trusted then: what was on its way to the old phone must not arrive on the new one.
            self._state.changing.add(inbound.address)
            try:
                await handle(inbound)
                await self._courtesies.trust(inbound.address)
            finally:
                self._state.changing.discard(inbound.address)

        return handled
