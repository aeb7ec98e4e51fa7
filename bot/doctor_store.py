"""How the store is set, on one server or many: the doctor's lines about what durability hangs on. Of many only what is
not as it must be is told server by server. It changes no setting."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime

from bot.doctor_lines import Line, State, judged
from bot.settings import Store as Settings
from responders.store import ServerInfo, Store, Tidied
from responders.store.places import Form, place_of

# milliseconds: with the 15,000 of a new cluster, nothing is confirmed for 23 s after a failure
LONGEST_TIMEOUT = 5000


async def look_at_store(store: Store, settings: Settings, now: datetime) -> AsyncIterator[Line]:
    """Every server there is, then all of them together."""
    servers = await store.servers()
    several = len(servers) > 1
    for name, info in sorted(servers.items()):
        for line in _server(f"store {name}" if several else "store", info):
            if not several or line.state is not State.OK:
                yield line
    if settings.url is not None and (settings.replicas or place_of(settings.url).form is not Form.ONE):
        for line in _together(servers, 1 if settings.replicas is None else settings.replicas):
            yield line
    refused = await store.tidy(now) is Tidied.REFUSED
    what = "store: " + ("refuses" if refused else "allows") + " to rewrite its append-only file"
    yield judged(not refused, what, "allow BGREWRITEAOF: else what was erased stays on its disk", State.WARN)


def _server(name: str, info: ServerInfo) -> Iterator[Line]:
    version = ".".join(map(str, info.version))
    yield judged(info.is_supported, f"{name}: {info.product} {version}", "Redis 7.2 or any Valkey is needed")
    on = f"{name}: append-only file " + ("on" if info.appendonly else "off")
    yield judged(info.appendonly, on, "set appendonly yes: without it a restart loses reports")
    if info.appendfsync is None:
        advice = "ask whoever runs it whether appendfsync is always"
        yield Line(State.WARN, f"{name}: does not tell whether it syncs each write", advice)
    else:
        what, advice = (
            f"{name}: appendfsync {info.appendfsync}",
            "set appendfsync always: else a power cut loses reports",
        )
        yield judged(info.appendfsync == "always", what, advice)
    what = f"{name}: when memory is full: {info.eviction}"
    advice = "set maxmemory-policy noeviction: it would drop cases"
    yield judged(info.eviction in (None, "noeviction"), what, advice)
    if info.node_timeout is not None:
        what = f"{name}: cluster-node-timeout {info.node_timeout}"
        advice = "set 2000: so long, and as long again, nothing is confirmed when a primary fails"
        yield judged(info.node_timeout <= LONGEST_TIMEOUT, what, advice, State.WARN)
    if not info.is_covering:
        what, advice = (
            f"{name}: cluster-require-full-coverage yes",
            "set no: one part that is away stops all the others",
        )
        yield Line(State.WARN, what, advice)


def _together(servers: Mapping[str, ServerInfo], needed: int) -> Iterator[Line]:
    """Whether every primary has the replicas without which nothing is confirmed, and one to spare."""
    primaries = {name: info for name, info in servers.items() if info.is_primary}
    fewest = min((info.replicas for info in primaries.values()), default=0)
    what = f"store: {len(primaries)} primaries, each with {fewest} replicas or more; {needed} must have every write"
    if fewest < needed:
        yield Line(State.FAIL, what, "bring the replicas back: until then nothing is confirmed to anybody")
    else:
        advice = "add one replica to each: while one is away, nothing is confirmed by its primary"
        yield judged(fewest > needed, what, advice, State.WARN)
