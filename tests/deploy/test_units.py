"""The shipped units: how exposed systemd finds them, and that what they forbid is not needed."""

import json
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import monotonic
from deploy.supply.locks import ROOT
from tests.chaos.waiting import until
from tests.deploy.confined import allowed, settings, within
from triage.embedding.client import COMMAND, Worker
from triage.embedding.engine import has_avx2
from triage.score.score import By

PAGE = (ROOT / "docs/supply-chain.md").read_text(encoding="utf-8")
UNITS = sorted((ROOT / "deploy").glob("*.service"))
needs_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="no systemd-analyze on this machine"
)


def named_score(unit: Path) -> float:
    """What docs/supply-chain.md says."""
    found = re.search(rf"^\| `{re.escape(unit.name)}` \| ([0-9.]+) \|", PAGE, re.MULTILINE)
    assert found, f"docs/supply-chain.md names no score for {unit.name}"
    return float(found[1])


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_no_more_exposed_than_the_page_says(unit: Path) -> None:
    asked = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)]
    told = subprocess.run(asked, capture_output=True, text=True, check=True)  # noqa: S603
    score = re.search(r"Overall exposure level for \S+: ([0-9.]+)", told.stdout)
    assert score, told.stdout
    assert float(score[1]) <= named_score(unit)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_leaves_no_core_keeps_its_files_to_itself_and_gains_nothing(unit: Path) -> None:
    said = dict(settings(unit))
    wanted = {
        "LimitCORE": "0", "UMask": "0077", "NoNewPrivileges": "yes", "CapabilityBoundingSet": "",
        "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes",
    }  # fmt: skip
    assert {name: said.get(name) for name in wanted} == wanted


def test_only_what_compiles_while_it_runs_may_write_code() -> None:
    free = [unit.name for unit in UNITS if dict(settings(unit)).get("MemoryDenyWriteExecute") != "yes"]
    assert free == ["signal-cli.service"], "Java"


def test_what_is_told_about_a_person_is_never_swapped_out() -> None:
    swapped = [unit.name for unit in UNITS if dict(settings(unit)).get("MemorySwapMax") != "0"]
    assert swapped == ["signal-cli-watch.service"], "it reads our own journal, where no person is"


@pytest.mark.slow
@needs_systemd
async def test_the_text_score_works_where_the_unit_confines_it(short_folder: Path) -> None:
    confined = within("tocsin.service", short_folder)
    worker = Worker(monotonic, command=(*confined, *COMMAND), timeout=timedelta(seconds=30))

    async def is_scored() -> bool:
        return await worker.ask("Two men asked the neighbours where I live") is not None

    try:
        await until(is_scored, lambda: AssertionError(worker.why), 120)
        assert worker.by is (By.EMBEDDING if has_avx2() else By.WORDS)
    finally:
        await worker.stop()


@pytest.mark.slow
@needs_systemd
def test_what_the_unit_forbids_is_refused(short_folder: Path) -> None:
    tries = """
import contextlib, errno, json, mmap, os, pathlib, socket
def error(attempt):
    try:
        attempt()
    except OSError as fault:
        return errno.errorcode[fault.errno]
print(json.dumps({
    "raw socket": error(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)),
    "write and run": error(lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC)),
    "namespace": error(lambda: os.unshare(os.CLONE_NEWUSER) if hasattr(os, "unshare") else os.chroot("/")),
    "priority": error(lambda: os.setpriority(os.PRIO_PROCESS, 0, 5)),
    "own folder": error(lambda: pathlib.Path(FOLDER, "written").touch()),
    "a socket": error(lambda: socket.socket().close()),
}))
"""
    done = subprocess.run(  # noqa: S603 - our own
        [*within("tocsin.service", short_folder), sys.executable, "-c", f"FOLDER = {str(short_folder)!r}{tries}"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == {
        "raw socket": "EAFNOSUPPORT", "write and run": "EPERM", "namespace": "EPERM", "priority": "EPERM",
        "own folder": None, "a socket": None,
    }  # fmt: skip


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_no_unit_may_look_into_others_or_change_the_kernel(unit: Path) -> None:
    dangerous = {
        "init_module",
        "ptrace",
        "process_vm_readv",
        "mount",
        "bpf",
        "io_uring_setup",
        "keyctl",
        "setuid",
    }
    assert not allowed(settings(unit)) & dangerous
