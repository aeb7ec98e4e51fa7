"""The container files, read: there is no engine here to build them. What they copy exists, what they run runs, and
nothing in them may do more than the unit may."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.clock import monotonic
from deploy.supply.locks import ROOT
from responders.store import Store
from responders.valkey import EmbeddedStore
from tests.chaos.waiting import until

FILE = (ROOT / "deploy/Containerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = YAML(typ="safe").load((ROOT / "deploy/compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
UNIT = (ROOT / "deploy/tocsin.service").read_text(encoding="utf-8")


def steps() -> list[tuple[str, str]]:
    """The instructions in order, continued lines joined."""
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"(?m)^#.*\n", "", FILE))
    return [tuple(line.split(None, 1)) for line in joined.splitlines() if line.strip()]  # type: ignore[misc]


def arguments(instruction: str) -> list[str]:
    return [rest for name, rest in steps() if name == instruction]


def copied() -> set[str]:
    """What is taken from the repository."""
    return {rest.split()[0] for rest in arguments("COPY") if not rest.startswith("--from")}


def test_everything_that_is_copied_is_there_and_nothing_else_is_sent() -> None:
    assert all((ROOT / name).exists() for name in copied())
    ignored = (ROOT / "deploy/Containerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    assert {line[1:] for line in ignored if line.startswith("!")} == copied()


def test_what_is_shipped_in_the_wheel_is_in_the_image() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    packages = re.search(r'(?m)^packages = (\["bot", "triage", "responders", "config"\])$', pyproject)
    assert packages, "the wheel ships something else than the image does"
    assert copied() >= {"bot", "triage", "responders", "config", "requirements.lock"}


def test_every_image_comes_from_one_base_and_packages_come_by_hash() -> None:
    assert {rest.split()[0] for rest in arguments("FROM")} == {"${BASE}"}
    installs = [rest for rest in arguments("RUN") if "pip install" in rest]
    assert installs
    assert all("--require-hashes" in rest and "--only-binary :all:" in rest for rest in installs)
    assert not re.search(r"curl|wget|apt|ADD", FILE), "nothing comes from anywhere else"


def test_the_image_runs_as_a_number_and_holds_no_secret() -> None:
    names = [name for name, _ in steps()]
    assert arguments("USER") == ["10001:10001"]
    assert names.index("USER") > max(place for place, name in enumerate(names) if name == "RUN")
    assert not re.search(r"(?i)token|password|BEGIN", FILE)
    assert "TOCSIN_MASTER_KEY_FILE=/run/secrets/master-key" in FILE
    assert "VOLUME" not in FILE, "an unnamed volume would be lost without a word"


def test_paths_are_those_of_the_unit() -> None:
    assert "WorkingDirectory=/var/lib/tocsin\n" in UNIT
    assert arguments("WORKDIR")[-1] == "/var/lib/tocsin"
    assert re.search(r"ExecStart=(\S+)/tocsin run\n", UNIT)[1] in FILE  # type: ignore[index]
    environment = (ROOT / "deploy/tocsin.env").read_text(encoding="utf-8")
    assert re.search(r"TOCSIN_CONFIG=(\S+)", environment)[1] in arguments("ENV")[0]  # type: ignore[index]


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_may_do_as_little_as_the_unit(name: str) -> None:
    service = SERVICES[name]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["ulimits"] == {"core": 0}
    assert service["mem_limit"] == service["memswap_limit"], "what is in memory is never swapped out"
    assert service["init"] is True
    assert all("noexec" in mounted and "nosuid" in mounted for mounted in service["tmpfs"])
    assert "environment" not in service, "secrets are files"


def test_nothing_is_published_and_only_state_and_keys_can_be_written() -> None:
    assert all("ports" not in service for service in SERVICES.values())
    assert (SERVICES["tocsin"]["network_mode"], SERVICES["store"]["network_mode"]) == ("host", "none")
    mounts = {each["target"]: each for service in SERVICES.values() for each in service["volumes"]}
    assert mounts.keys() == {"/etc/tocsin/config", "/var/lib/tocsin/state", "/var/lib/tocsin/keys"}
    assert mounts["/etc/tocsin/config"]["read_only"] is True
    named = {each["source"] for each in mounts.values() if each["type"] == "volume"}
    assert named == COMPOSE["volumes"].keys() == {"state", "keys"}


def test_secrets_lie_where_the_page_and_the_image_say() -> None:
    assert {*SERVICES["tocsin"]["secrets"]} == COMPOSE["secrets"].keys()
    page = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
    for name, secret in COMPOSE["secrets"].items():
        assert secret["file"] == f"/etc/tocsin/secrets/{name}"
        assert name in page


def test_the_health_check_asks_the_address_of_the_shipped_settings() -> None:
    asked = re.search(r"http://([0-9.:]+)/health", arguments("HEALTHCHECK")[0])
    assert asked
    assert f'"{asked[1]}"' in (ROOT / "bot/settings.py").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_launcher_that_the_build_writes_finds_the_program_and_so_does_the_worker(tmp_path: Path) -> None:
    run = next(rest for rest in arguments("RUN") if "tocsin.pth" in rest)
    here = tmp_path / "opt"
    here.mkdir()
    for name in ("bot", "responders", "triage", "config"):
        (here / name).symlink_to(ROOT / name)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(here / ".venv")], check=True)  # noqa: S603
    # This machine's own packages stand in for those that the lock would bring.
    site = next((here / ".venv/lib").glob("python3*")) / "site-packages"
    (site / "packages.pth").write_text(str(Path(pytest.__file__).parents[1]))
    script = run.replace("/opt/tocsin", str(here)).split("&& .venv/bin/python -m compileall")[0]
    subprocess.run(["sh", "-ec", script], cwd=here, check=True)  # noqa: S603, S607

    bare = {"PATH": f"{here}/.venv/bin:/usr/bin:/bin"}
    for command in (
        ["tocsin", "check", "--config", str(here / "config")],
        ["python", "-I", "-c", "import triage.embedding.worker"],
    ):
        command[0] = str(here / ".venv/bin" / command[0])
        done = subprocess.run(command, env=bare, capture_output=True, text=True, check=False, cwd=tmp_path)  # noqa: S603
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
async def test_the_store_in_a_container_of_its_own_is_found_by_the_service(short_folder: Path) -> None:
    (short_folder / "state").mkdir()
    _, *code = SERVICES["store"]["entrypoint"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    holder = await asyncio.create_subprocess_exec(sys.executable, *code, cwd=short_folder, env=environment)
    beside = EmbeddedStore(short_folder / "state")
    try:
        begun = monotonic()
        await until(
            beside._is_running, lambda: AssertionError(f"no store after {monotonic() - begun:.0f} s"), 60
        )
        async with beside:
            assert beside.process_id is None, "it attached, and started none of its own"
            store = Store(beside.url)
            await store.read(["{s0}:case:1"])
            await store.close()
    finally:
        holder.terminate()
        await holder.wait()
