"""The store: compare-and-set records, outbox, timers and the audit chain, on any Redis >= 7.2 or Valkey. It
never sees a plaintext. Read `records.py` first, then `commit.py` with `lua/commit.lua`: the one write of a
turn."""

from responders.store.audit import AuditChain, Link, verify_audit
from responders.store.commit import Commits
from responders.store.copying import Copied, Copying, Kind
from responders.store.holding import Holding
from responders.store.inbox import InboxStore
from responders.store.outbox import Outbox, sent_key
from responders.store.records import (
    AlreadyDone,
    Applied,
    Claimed,
    Commit,
    Expect,
    Field,
    Outcome,
    Queued,
    Settled,
    Stale,
    Write,
)
from responders.store.timers import BETWEEN, Looked, Timers
from responders.store.upkeep import ServerInfo, Tidied, Upkeep
from responders.store.wire import StoreDown, StoreRefused

__all__ = [
    "BETWEEN",
    "AlreadyDone",
    "Applied",
    "Claimed",
    "Commit",
    "Copied",
    "Expect",
    "Field",
    "Kind",
    "Link",
    "Looked",
    "Outcome",
    "Queued",
    "ServerInfo",
    "Settled",
    "Stale",
    "Store",
    "StoreDown",
    "StoreRefused",
    "Tidied",
    "Write",
    "sent_key",
    "verify_audit",
]


class Store(Commits, InboxStore, Outbox, Timers, Holding, AuditChain, Copying, Upkeep):
    """All of the store, on one server or many: `Store("unix:///path")`, "redis://host", "redis+cluster://host,host";
    `close()` at the end."""
