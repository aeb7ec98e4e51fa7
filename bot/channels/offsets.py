"""Which updates may be confirmed when work on them ends in any order: only the finished prefix. Pure.
It never lets an unfinished update be confirmed, and never opens one twice while it is in work."""

from collections import deque


class Offsets:
    """Update ids in the platform's order; they may jump, for after a quiet week Telegram starts anywhere."""

    def __init__(self) -> None:
        self._order: deque[int] = deque()
        self._known: set[int] = set()  # the same ids as _order
        self._open: set[int] = set()
        self._passed: set[int] = (
            set()
        )  # finished and released since the last poll left: its answer may repeat them
        self._offset: int | None = None

    def start_poll(self) -> int | None:
        """The offset to ask with: confirms every update before it. None: nothing to confirm yet."""
        self._passed.clear()
        return self._offset

    def open(self, update_id: int) -> bool:
        """Take an update into work; False when it is known already."""
        if update_id in self._known or update_id in self._passed:
            return False
        self._order.append(update_id)
        self._known.add(update_id)
        self._open.add(update_id)
        return True

    def finish(self, update_id: int) -> bool:
        """The work on it is done; True when the offset moved."""
        self._open.discard(update_id)
        moved = False
        while self._order and self._order[0] not in self._open:
            done = self._order.popleft()
            self._known.discard(done)
            self._passed.add(done)
            self._offset = done + 1
            moved = True
        return moved

    @property
    def held(self) -> int:
        """How many updates are not confirmable yet, finished ones behind an unfinished one included."""
        return len(self._order)

    @property
    def in_work(self) -> int:
        """How many updates are taken and not finished."""
        return len(self._open)
