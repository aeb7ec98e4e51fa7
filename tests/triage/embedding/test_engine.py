"""The embedding's files are used only if they are the ones that are pinned."""

import shutil
from pathlib import Path

import pytest

from triage.embedding import engine
from triage.embedding.engine import PINS, Checking, NoEmbedding, check


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the files' names and other contents."""
    if not engine.has_avx2():
        pytest.skip("this processor has no AVX2")
    for name in PINS:
        (tmp_path / name).write_bytes(b"swapped")
    return tmp_path


def test_a_swapped_file_is_refused_by_name_with_both_hashes(place: Path) -> None:
    with pytest.raises(NoEmbedding, match=r"expected sha256 7506c516.*found [0-9a-f]{64}"):
        check(place)


def test_a_missing_file_is_refused_with_the_hash_it_should_have(place: Path) -> None:
    shutil.rmtree(place)
    with pytest.raises(NoEmbedding, match="cannot be read; expected a file with sha256"):
        check(place)


def test_what_is_checked_beside_the_loading_is_refused_all_the_same(place: Path) -> None:
    checking = Checking(place)
    for _ in range(2):
        with pytest.raises(NoEmbedding, match=r"expected sha256 7506c516.*found [0-9a-f]{64}"):
            checking.wait()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_check_that_breaks_has_passed_nothing(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    monkeypatch.setattr(engine, "PINS", {"weights": None, 1: ""})
    with pytest.raises(NoEmbedding):
        Checking(place).wait()
