"""The threat model names tests as proofs: each of them must be there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"`(test_\w+)`")


def proofs() -> set[str]:
    return set(NAMED.findall((ROOT / "docs/threat-model.md").read_text("utf-8")))


def test_every_proof_that_the_page_names_is_a_test() -> None:
    written = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert proofs() - written == set()
    assert len(proofs()) > 20, "a page without proofs proves nothing"
