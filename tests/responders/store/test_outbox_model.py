"""Whatever happens in whatever order, the outbox does what a dictionary would do."""

import asyncio
from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from responders.store import Commit, Queued, Settled, Store, sent_key
from responders.valkey import EmbeddedStore
from tests.conftest import PATIENT, wipe
from tests.models import telling
from tests.responders.store.builders import LEASE, NOON, SHARD

pytestmark = pytest.mark.slow

IDS = st.sampled_from("abcde")
SECONDS = st.integers(0, 60).map(lambda seconds: timedelta(seconds=seconds))
THEIRS = sent_key(SHARD, "someone")


class OutboxMachine(RuleBasedStateMachine):
    """The model: what waits and until when, what was cancelled and not yet dropped, what was sent."""

    url = ""

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self.store = Store(self.url, patience=PATIENT)
        self.runner.run(wipe(self.store))
        self.now = NOON
        self.waiting: dict[str, tuple[datetime, bytes]] = {}
        self.cancelled: dict[str, datetime] = {}
        self.sent: set[bytes] = set()
        self.count = 0

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.runner.run(self.store.close())
            self.runner.close()

    @rule(passed=SECONDS)
    def time_passes(self, passed: timedelta) -> None:
        self.now += passed

    @rule(id_=IDS, wait=SECONDS, lease=st.none() | SECONDS)
    def queue(self, id_: str, wait: timedelta, lease: timedelta | None) -> None:
        self.count += 1
        item = b"item %d" % self.count
        due, leased = self.now + wait, None if lease is None else self.now + lease
        self.runner.run(self.store.commit(Commit(SHARD, queue=(Queued(id_, due, item, leased),))))
        self.waiting[id_] = (leased or due, item)
        self.cancelled.pop(id_, None)

    @rule(ids=st.sets(IDS))
    def cancel(self, ids: set[str]) -> None:
        self.runner.run(self.store.commit(Commit(SHARD, cancel=tuple(ids))))
        for id_ in ids & self.waiting.keys():
            self.cancelled[id_] = self.waiting.pop(id_)[0]

    @rule(limit=st.integers(1, 6))
    def claim(self, limit: int) -> None:
        claimed = self.runner.run(self.store.claim_outbox(SHARD, self.now, LEASE, limit))
        known = {id_: due for id_, (due, _) in self.waiting.items()} | self.cancelled
        due = sorted((when, id_) for id_, when in known.items() if when <= self.now)[:limit]
        offered = [id_ for _, id_ in due if id_ in self.waiting]
        assert list(claimed.items) == [(id_, self.waiting[id_][1]) for id_ in offered]
        for _, id_ in due:
            if id_ in self.cancelled:
                del self.cancelled[id_]
            else:
                self.waiting[id_] = (self.now + LEASE, self.waiting[id_][1])
        left = [when for when, _ in self.waiting.values()] + list(self.cancelled.values())
        assert claimed.next_due == min(left, default=None)

    @rule(ids=st.lists(IDS, unique=True), wait=SECONDS)
    def renew(self, ids: list[str], wait: timedelta) -> None:
        self.runner.run(self.store.renew(SHARD, ids, self.now + wait))
        for id_ in ids:
            if id_ in self.waiting:
                self.waiting[id_] = (self.now + wait, self.waiting[id_][1])
            if id_ in self.cancelled:
                self.cancelled[id_] = self.now + wait

    @rule(ids=st.lists(IDS, unique=True))
    def settle(self, ids: list[str]) -> None:
        settled = [Settled(id_, THEIRS, f"{self.count} {id_}".encode()) for id_ in ids]
        gone = self.runner.run(self.store.settle(SHARD, settled, self.now))
        assert gone == [id_ for id_ in ids if id_ in self.cancelled]
        self.sent |= {one.message for one in settled if one.message}
        for id_ in ids:
            self.waiting.pop(id_, None)
            self.cancelled.pop(id_, None)

    @invariant()
    def nothing_else_is_kept(self) -> None:
        if not hasattr(self, "runner"):
            return
        items = self.runner.run(self.store.fields("{s3}:outbox"))
        assert {id_: item for id_, item in items.items() if item} == {
            id_: item for id_, (_, item) in self.waiting.items()
        }
        assert items.keys() == self.waiting.keys() | self.cancelled.keys()
        # In this story less than 48 hours pass, so that no id is too old to keep.
        assert set(self.runner.run(self.store.sent(SHARD, "someone"))) == self.sent


def test_the_outbox_behaves_like_a_dictionary_with_due_times(valkey: EmbeddedStore) -> None:
    class OnThisServer(OutboxMachine):
        url = valkey.url

    run_state_machine_as_test(
        OnThisServer,
        settings=telling(stories=30, steps=25),
    )
