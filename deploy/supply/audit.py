"""`make audit`: asks pip-audit whether anything is known against a locked package. What was not answered is called
*not checked*, never well. Something known fails, unless accepted.toml names it with a reason and a day that has not
passed."""

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from bot.clock import utc_clock
from deploy.supply.locks import ALL, ROOT, Locked, each_once, read

ACCEPTED = Path(__file__).with_name("accepted.toml")
SERVICES = ("pypi", "osv")  # the second is asked about what the first did not answer
PATIENCE = 120  # seconds for all packages at one service


class NoAnswer(Exception):
    """The service told nothing that can be read; the text is for a person."""


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that is known against one package. `names`: its id and every other id for the same."""

    package: str
    version: str
    names: frozenset[str]
    fixed_in: tuple[str, ...] = ()

    def __str__(self) -> str:
        cure = f"fixed in {', '.join(self.fixed_in)}" if self.fixed_in else "no version without it yet"
        return f"{self.package} {self.version}: {', '.join(sorted(self.names))}; {cure}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, and about whom an answer came at all (name and version)."""

    known: tuple[Known, ...] = ()
    answered: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Accepted:
    """A decision of ours to live with something until a day, inclusive."""

    package: str
    id: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to print. Any failure fails the build; the rest is told all the same."""

    failures: tuple[str, ...] = field(default=())
    notes: tuple[str, ...] = field(default=())


def understood(printed: str) -> Answer:
    """What pip-audit printed (--format json). A package that it skipped counts as not answered. Raises NoAnswer."""
    try:
        told = json.loads(printed)["dependencies"]
        answered = [package for package in told if "skip_reason" not in package]
        return Answer(
            tuple(
                Known(
                    package["name"],
                    package["version"],
                    frozenset({found["id"], *found["aliases"]}),
                    tuple(found["fix_versions"]),
                )
                for package in answered
                for found in package["vulns"]
            ),
            frozenset((package["name"], package["version"]) for package in answered),
        )
    except (ValueError, KeyError, TypeError):
        raise NoAnswer("no list of packages came back") from None


def accepted(text: str) -> list[Accepted]:
    """The decisions in accepted.toml. Raises ValueError, naming what is missing."""
    decisions = []
    for entry in tomllib.loads(text).get("accepted", []):
        match entry:
            case {"package": str(), "id": str(), "reason": str(reason), "until": date(), **more} if (
                reason.strip() and not more and not isinstance(entry["until"], datetime)
            ):
                decisions.append(Accepted(**entry))
            case _:
                raise ValueError(
                    f"accepted.toml: expected package, id, reason and until (a day), found {entry}"
                )
    return decisions


def judge(packages: Sequence[Locked], answer: Answer, decisions: Sequence[Accepted], today: date) -> Verdict:
    """Whether this may be built. Without an answer nothing fails, and nothing is called checked."""
    failures, notes = [], []
    needed: set[Accepted] = set()
    for known in answer.known:
        ours = [one for one in decisions if one.package == known.package and one.id in known.names]
        needed.update(ours)
        if not ours:
            failures.append(f"known: {known}")
        elif all(one.until < today for one in ours):
            failures.append(f"accepted until {max(one.until for one in ours)}, which has passed: {known}")
        else:
            notes.append(f"accepted until {max(one.until for one in ours)}: {known} ({ours[0].reason})")
    missing = [one.name for one in packages if (one.name, one.version) not in answer.answered]
    if missing:
        some = ", ".join(missing[:3]) + (", ..." if len(missing) > 3 else "")
        notes.append(
            f"not checked: {len(missing)} of {len(packages)} packages ({some}); nobody answered about them"
        )
    else:
        notes.append(f"checked: {len(packages)} packages")
        notes += [
            f"accepted.toml: {one.id} is not known any more; take it out"
            for one in decisions
            if one not in needed
        ]
    return Verdict(tuple(failures), tuple(notes))


def rounds(packages: Iterable[Locked]) -> list[list[Locked]]:
    """The packages in lists that name none twice: pip-audit takes one version of each, and we lock two of some."""
    made: list[dict[str, Locked]] = []
    for package in packages:
        free = next((one for one in made if package.name not in one), None)
        if free is None:
            made.append(free := {})
        free[package.name] = package
    return [list(one.values()) for one in made]


def asked(
    packages: Sequence[Locked], ask: Callable[[str, Sequence[Locked]], str]
) -> tuple[Answer, Mapping[str, str]]:
    """Ask one service after the other, and why one of them said nothing."""
    known: list[Known] = []
    answered: set[tuple[str, str]] = set()
    silent: dict[str, str] = {}
    for service in SERVICES:
        left = [one for one in packages if (one.name, one.version) not in answered]
        for part in rounds(left):
            try:
                answer = understood(ask(service, part))
            except NoAnswer as why:
                silent[service] = str(why)
                break
            known += answer.known
            answered |= answer.answered
    return Answer(tuple(known), frozenset(answered)), silent


def pip_audit(service: str, packages: Sequence[Locked]) -> str:
    """What the tool prints about these, wherever a lock would install them. Raises NoAnswer."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "packages.txt")
        listed.write_text("".join(f"{package.name}=={package.version}\n" for package in packages))
        command = [
            sys.executable, "-m", "pip_audit", "--vulnerability-service", service, "--requirement", str(listed),
            "--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off", "--cache-dir", folder,
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)  # noqa: S603
        except subprocess.TimeoutExpired:
            raise NoAnswer(f"no answer within {PATIENCE} s") from None
    if not done.stdout.strip():
        raise NoAnswer(
            done.stderr.strip().splitlines()[-1][:200] if done.stderr.strip() else "it printed nothing"
        )
    return done.stdout


def main() -> int:
    """Print the verdict; 1 when something is known that nobody accepted."""
    packages = each_once(read(ROOT / name) for name in ALL)
    answer, silent = asked(packages, pip_audit)
    verdict = judge(packages, answer, accepted(ACCEPTED.read_text(encoding="utf-8")), utc_clock().date())
    for service, why in silent.items():
        sys.stdout.write(f"{service}: {why}\n")
    sys.stdout.write("\n".join([*verdict.failures, *verdict.notes]) + "\n")
    return 1 if verdict.failures else 0


if __name__ == "__main__":
    sys.exit(main())
