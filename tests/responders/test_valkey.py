import asyncio
import os
import resource
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from responders.store import Applied, Commit, Expect, Store, StoreRefused, Write
from responders.valkey import LONGEST_SOCKET, EmbeddedStore, NoStore
from tests.chaos.canaries import Search

pytestmark = pytest.mark.slow

KEPT = Write("{s0}:case:1", Expect.ABSENT, b"twelve bytes and more")
linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc and pidfd are Linux's")

OWNER = """
import sys
from pathlib import Path
from responders.valkey import EmbeddedStore
embedded = EmbeddedStore(Path(sys.argv[1]))
embedded.start()
print(embedded.process_id, flush=True)
sys.stdin.read()
"""


def an_owner(folder: Path) -> tuple[subprocess.Popen[str], int]:
    """A process that started the store on `folder`, and the server's process id."""
    owner = subprocess.Popen(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", OWNER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    return owner, int(owner.stdout.readline())


def let_go(owner: subprocess.Popen[str]) -> None:
    with owner:
        owner.kill()


def gone(process_id: int, seconds: float = 60) -> bool:
    """Whether that process ends within so many seconds."""
    try:
        handle = os.pidfd_open(process_id)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], seconds)[0])
    finally:
        os.close(handle)


async def test_what_was_applied_is_there_after_a_stop_and_after_a_kill(short_folder: Path) -> None:
    embedded = EmbeddedStore(short_folder)
    store = Store(embedded.url)
    embedded.start()
    assert await store.commit(Commit(0, writes=(KEPT,))) == Applied()
    embedded.stop()
    embedded.start()
    assert await store.read([KEPT.key]) == [KEPT.value]
    assert embedded.process_id
    os.kill(embedded.process_id, signal.SIGKILL)
    assert embedded._process
    embedded._process.wait()
    embedded.start()
    assert await store.read([KEPT.key]) == [KEPT.value]
    await store.close()
    embedded.stop()


async def test_a_killed_server_is_started_again_while_it_is_watched(short_folder: Path) -> None:
    async with EmbeddedStore(short_folder) as embedded:
        store = Store(embedded.url, pauses=[0.1] * 300)  # it asks again until the server is back
        first = embedded.process_id
        assert first
        watching = asyncio.create_task(embedded.watch(every=0))
        os.kill(first, signal.SIGKILL)
        assert await store.commit(Commit(0, done="ab", writes=(KEPT,))) == Applied()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await store.close()


async def test_two_starters_share_one_server(short_folder: Path) -> None:
    first, second = EmbeddedStore(short_folder), EmbeddedStore(short_folder)
    await asyncio.gather(first.__aenter__(), second.__aenter__())
    assert [first.process_id, second.process_id].count(None) == 1
    for one in (first, second):
        one.stop()


@linux
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_server_dies_with_its_owner(short_folder: Path, how: signal.Signals) -> None:
    owner, server = an_owner(short_folder)
    with owner:
        owner.send_signal(how)
        assert gone(server)


@linux
def test_the_server_ends_when_its_owner_ends_in_peace(short_folder: Path) -> None:
    owner, server = an_owner(short_folder)
    with owner:
        assert owner.stdin is not None
        owner.stdin.close()
        assert owner.wait(60) == 0
    assert gone(server, 0)


@linux
async def test_who_attached_starts_its_own_when_the_owner_is_killed(short_folder: Path) -> None:
    owner, server = an_owner(short_folder)
    second = EmbeddedStore(short_folder)
    second.start()
    assert second.process_id is None
    let_go(owner)
    assert gone(server)
    second.start()
    assert second.process_id is not None
    second.stop()


@linux
def test_the_server_survives_ctrl_c_and_leaves_no_core(valkey: EmbeddedStore) -> None:
    assert valkey.process_id
    assert os.getsid(valkey.process_id) == valkey.process_id, (
        "its own session: the terminal's Ctrl-C is not for it"
    )
    limits = Path(f"/proc/{valkey.process_id}/limits").read_text()
    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]
    assert resource.getrlimit(resource.RLIMIT_CORE)[1] != 0, "the control: our own is not"


@linux
def test_the_server_is_told_no_secret_of_our_environment(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_MASTER_KEY", "planted for the store")
    monkeypatch.setenv("LANG", "planted as a control")
    embedded = EmbeddedStore(short_folder)
    embedded.start()
    assert embedded.process_id is not None
    search = Search({"secret": "planted for the store", "control": "planted as a control"})
    found = search.in_memory(embedded.process_id)
    embedded.stop()
    if found is None:
        pytest.skip("the kernel does not let us look into another process")
    assert {name for name, _ in found} == {"control"}


@linux
def test_the_server_listens_on_no_port_and_its_folder_is_private(valkey: EmbeddedStore) -> None:
    sockets = {
        str(link.readlink()) for link in Path(f"/proc/{valkey.process_id}/fd").iterdir() if link.is_symlink()
    }
    tcp = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{name}").read_text().splitlines()
    ]
    assert not sockets & {f"socket:[{columns[9]}]" for columns in tcp}
    assert valkey.folder.stat().st_mode & 0o777 == 0o700
    assert valkey.socket.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "command",
    [
        "CONFIG SET tls-port 7444",
        "FLUSHALL",
        "FLUSHDB",
        "DEBUG SLEEP 0",
        "MODULE LIST",
        "MONITOR",
        "SHUTDOWN",
        "KEYS *",
        "ACL SETUSER x",
        "REPLICAOF 127.0.0.1 1",
        "CLIENT LIST",
    ],
)
async def test_the_app_may_not_touch_the_server_itself(store: Store, command: str) -> None:
    with pytest.raises(StoreRefused):
        await store._command(*command.split())


def test_a_folder_too_deep_for_a_socket_is_refused_with_what_may_be(tmp_path: Path) -> None:
    with pytest.raises(NoStore, match=f"and may have {LONGEST_SOCKET}; choose a shorter folder"):
        EmbeddedStore(tmp_path / ("deep" * 30))


def test_a_server_that_cannot_start_says_where_it_wrote_why(short_folder: Path) -> None:
    (short_folder / "appendonlydir").write_text("not a folder")
    with pytest.raises(NoStore, match=r"ended with code 1; see .*valkey\.log"):
        EmbeddedStore(short_folder).start()
