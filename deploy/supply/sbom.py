"""`make sbom`: writes what is shipped as CycloneDX: the packages that requirements.lock pins, what lies inside them,
our own models, and what an administrator installs beside us. The same tree always gives the same bytes; no address, no
time and no path of this machine is in it."""

import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from deploy.supply.locks import ROOT, SHIPPED, Locked, read

PARTS = Path(__file__).with_name("parts.toml")
MODELS = "triage/model"
WRITTEN = "dist/tocsin.cdx.json"

Part = Mapping[str, Any]  # a table of parts.toml


class NotWhole(Exception):
    """The list would not say what is shipped; the sentence says why."""


def bill(
    project: Part, packages: Sequence[Locked], parts: Mapping[str, Sequence[Part]], models: Iterable[Path]
) -> Bom:
    """The whole list. Raises NotWhole for a part inside a package that is not shipped."""
    inside: dict[str, list[Part]] = {}
    for part in parts["inside"]:
        inside.setdefault(part["package"], []).append(part)
    if lost := inside.keys() - {package.name for package in packages}:
        raise NotWhole(f"parts.toml: {', '.join(sorted(lost))}: not in {SHIPPED}")

    name, version = project["name"], project["version"]
    root = Component(
        name=name, version=version, type=ComponentType.APPLICATION, bom_ref=f"{name}=={version}",
        licenses=[LicenseExpression(project["license"])], components=map(_own_model, models),
    )  # fmt: skip
    shipped = {package: _package(package, inside.get(package.name, ())) for package in packages}
    beside = [_part(part, f"beside:{part['name']}", ComponentScope.OPTIONAL) for part in parts["beside"]]
    made = Bom(components=[*shipped.values(), *beside], metadata=BomMetaData(component=root))
    made.serial_number = made.metadata.timestamp = None  # the library fills in chance and the time
    for needed_by in (name, *sorted({package.name for package in packages})):
        needs = [component for package, component in shipped.items() if needed_by in package.needed_by]
        whose = [component for package, component in shipped.items() if package.name == needed_by]
        for component in [root] if needed_by == name else whose:
            made.register_dependency(component, needs)
    return made


def _package(package: Locked, inside: Iterable[Part]) -> Component:
    """One line of the lock. Its hashes are those of every file that may be installed for it."""
    ref = f"{package.name}=={package.version}"
    return Component(
        name=package.name, version=package.version, type=ComponentType.LIBRARY, bom_ref=ref,
        purl=PackageURL("pypi", None, package.name, package.version), hashes=map(_hash, package.hashes),
        properties=[Property(name="tocsin:installed-where", value=package.marker)] if package.marker else (),
        components=[_part(part, f"{ref}:{part['name']}") for part in inside],
    )  # fmt: skip


def _part(part: Part, ref: str, scope: ComponentScope | None = None) -> Component:
    return Component(
        name=part["name"], version=part.get("version"), type=ComponentType(part["type"]), bom_ref=ref, scope=scope,
        description=part["what"], licenses=[LicenseExpression(part["licence"])], cpe=part.get("cpe"),
        hashes=[_hash(part["sha256"])] if "sha256" in part else (),
    )  # fmt: skip


def _own_model(path: Path) -> Component:
    name = f"{MODELS}/{path.name}"
    return Component(
        name=name, type=ComponentType.MACHINE_LEARNING_MODEL, bom_ref=name,
        description="made by `tocsin triage train` from triage/corpus",
        hashes=[_hash(sha256(path.read_bytes()).hexdigest())],
    )  # fmt: skip


def _hash(digest: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=digest)


def models() -> Iterator[Path]:
    """The files that triage loads; the card tells people about them and is not loaded."""
    return (path for path in sorted((ROOT / MODELS).iterdir()) if path.name != "card.json")


def written() -> str:
    """The list as JSON, checked against CycloneDX's own schema. Raises NotWhole."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    parts = tomllib.loads(PARTS.read_text(encoding="utf-8"))
    text: str = JsonV1Dot6(bill(project, read(ROOT / SHIPPED), parts, models())).output_as_string(indent=1)
    if (wrong := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)) is not None:
        raise NotWhole(f"CycloneDX 1.6 does not allow this: {wrong}")
    return text


def main() -> None:
    """Write it into dist/."""
    place = ROOT / WRITTEN
    place.parent.mkdir(exist_ok=True)
    place.write_text(written() + "\n", encoding="utf-8")
    sys.stdout.write(f"{WRITTEN}\n")


if __name__ == "__main__":
    main()
