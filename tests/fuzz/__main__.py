"""Fuzzing led by coverage, by atheris: `python -m tests.fuzz TARGET -runs=100000`, or `all -runs=2000`; without a
target it lists their names. The corpus is made anew from honest input; nothing is kept but crash-* files."""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fuzz.target import Target

EVERYTHING = "all"
SEED, LONGEST = 95434, 1 << 14


def main() -> int:
    """Run one reader in this process, or each in one of its own. 0 when nothing broke."""
    name, options = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("", [])
    try:
        import atheris  # type: ignore[import-untyped, import-not-found, unused-ignore]  # noqa: PLC0415 - where it is
    except ImportError:
        _say("skipped: atheris is not here (it has wheels for Linux on x86-64 with Python 3.11 to 3.13 only)")
        return 0
    with atheris.instrument_imports(include=["bot", "responders", "triage"]):
        from tests.fuzz.found import FOUND  # noqa: PLC0415 - instrumented
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - instrumented
    if name != EVERYTHING and name not in TARGETS:
        _say(*TARGETS)
        return 2 if name else 0
    seeds = {
        one: (*target.seeds(), *FOUND.get(one, ()))
        for one, target in TARGETS.items()
        if name in (one, EVERYTHING)
    }
    if name != EVERYTHING:
        _fuzz(TARGETS[name], seeds[name], options)
        return 0
    broken = [
        one
        for one, held in seeds.items()
        if not _apart(TARGETS[one], held, _fewer(options, TARGETS[one].costs))
    ]
    _say(f"{len(seeds) - len(broken)} readers held{', broken: ' + ', '.join(broken) if broken else ''}")
    return 1 if broken else 0


def _fewer(options: Sequence[str], costs: int) -> list[str]:
    """The same, with so many times fewer runs."""
    runs = "-runs="
    return [
        f"{runs}{max(20, int(one.removeprefix(runs)) // costs)}" if one.startswith(runs) else one
        for one in options
    ]


def _fuzz(target: "Target", seeds: Sequence[bytes], options: Sequence[str]) -> None:
    """Until the runs are done, when the process ends, or something broke, when it ends with a fault."""
    import atheris  # noqa: PLC0415 - main has looked whether it is here

    def mutated(data: bytes, longest: int, seed: int) -> bytes:
        rng = Random(seed)  # noqa: S311 - a strange input is no secret
        if rng.random() < 0.4:
            return bytes(atheris.Mutate(data, longest))
        return target.mutate(rng, data)[:longest]

    with tempfile.TemporaryDirectory(prefix="tocsin fuzz ") as folder:
        for place, seed in enumerate(seeds):
            Path(folder, str(place)).write_bytes(seed[:LONGEST])
        given = [
            f"-seed={SEED}",
            f"-max_len={LONGEST}",
            "-timeout=60",
            "-rss_limit_mb=2048",
            *options,
            folder,
        ]
        atheris.Setup([target.name, *given], target.run, custom_mutator=mutated)
        atheris.Fuzz()


def _apart(target: "Target", seeds: Sequence[bytes], options: Sequence[str]) -> bool:
    """One reader in a process of its own, which begins with everything imported; whether it held."""
    with tempfile.TemporaryFile() as told:
        child = os.fork()
        if child == 0:
            for standard in (1, 2):
                os.dup2(told.fileno(), standard)
            _fuzz(target, seeds, options)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        told.seek(0)
        lines = told.read().decode("utf-8", "replace").splitlines()
    done = next((line for line in reversed(lines) if line.startswith("Done ")), "")
    held = status == 0 and bool(done)  # libFuzzer that has run nothing has shown nothing
    _say(f"{target.name}: {done or 'broken'}")
    if not held:
        _say(*lines[-60:])
    return held


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201 - this is what the command is for


if __name__ == "__main__":
    sys.exit(main())
