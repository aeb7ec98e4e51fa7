"""Fuzzing led by coverage, by atheris: `python -m tests.fuzz TARGET -runs=100000`, or `all -runs=2000`; without a
target it lists their names. The corpus is made anew from honest input; nothing is kept but crash-* files."""

import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

EVERYTHING = "all"
SEED, LONGEST = 95434, 1 << 14


def main() -> int:
    """Run one target in this process, or each in one of its own. 0 when nothing broke."""
    name, options = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("", [])
    try:
        import atheris  # type: ignore[import-untyped, import-not-found, unused-ignore]  # noqa: PLC0415 - only where it has wheels
    except ImportError:
        _say("skipped: atheris is not here (it has wheels for Linux on x86-64 with Python 3.11 to 3.13 only)")
        return 0
    if name == EVERYTHING:
        return _all(options)
    with atheris.instrument_imports(include=["bot", "responders", "triage"]):
        from tests.fuzz.found import FOUND  # noqa: PLC0415 - instrumented
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - instrumented
    target = TARGETS.get(name)
    if target is None:
        _say(*TARGETS)
        return 2 if name else 0

    def mutated(data: bytes, longest: int, seed: int) -> bytes:
        rng = Random(seed)  # noqa: S311 - a strange input is no secret
        if rng.random() < 0.4:
            return bytes(atheris.Mutate(data, longest))
        return target.mutate(rng, data)[:longest]

    with tempfile.TemporaryDirectory(prefix="tocsin fuzz ") as folder:
        for place, seed in enumerate((*target.seeds(), *FOUND.get(name, ()))):
            Path(folder, str(place)).write_bytes(seed[:LONGEST])
        given = [
            *(f"-seed={SEED}", f"-max_len={LONGEST}", "-timeout=60", "-rss_limit_mb=2048"),
            *options,
            folder,
        ]
        atheris.Setup([name, *given], target.run, custom_mutator=mutated)
        atheris.Fuzz()
    return 0


def _all(options: list[str]) -> int:
    from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - only names are needed

    broken = []
    for name in TARGETS:
        made = subprocess.run(  # noqa: S603 - this very program
            [sys.executable, "-m", "tests.fuzz", name, *options],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        lines = [
            line for line in made.stderr.splitlines() if line.startswith(("Done", "DONE", "stat::", "#"))
        ]
        _say(f"{name}: {lines[-1].strip() if lines else 'nothing'}")
        if made.returncode:
            broken.append(name)
            _say(made.stdout[-2_000:], made.stderr[-4_000:])
    _say(f"{len(TARGETS) - len(broken)} readers held{', broken: ' + ', '.join(broken) if broken else ''}")
    return 1 if broken else 0


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201 - this is what the command is for


if __name__ == "__main__":
    sys.exit(main())
