"""The audit of acts: who did what to which case, without content, as a chain in which every link names the
one before. It shows that something was changed or cut to whoever noted an earlier head; it does not stop
anybody from changing it.

List `{audit}`: each element is link (32 bytes) and entry; link = SHA-256(link before + entry), the first one
after 32 zero bytes. `{audit}:head` is the last link. `{audit}:id:<entry id>` (25 h) drops a repeated
entry."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from responders.store.wire import Wire

START = bytes(32)
PAGE = 1000


@dataclass(frozen=True, slots=True)
class Link:
    """One element of the chain."""

    link: bytes
    entry: bytes


def linked(head: bytes, entry: bytes) -> bytes:
    """The link that follows `head` when `entry` is appended."""
    return hashlib.sha256(head + entry).digest()


def verify_audit(entries: Sequence[Link], head: bytes | None = None) -> int | None:
    """The index of the first entry that does not follow from those before it; None when all do.

    With a known `head`, a cut or missing tail is told as the index after the last entry."""
    before = START
    for index, element in enumerate(entries):
        if element.link != linked(before, element.entry):
            return index
        before = element.link
    return len(entries) if head is not None and head != before else None


class AuditChain(Wire):
    """The one chain of an installation."""

    _head = START  # what this process saw last: right when nobody else appended since

    async def append_audit(self, entry_id: str, entry: bytes) -> None:
        """Append one entry without content; the same id within 25 h is appended once."""
        keys = ("{audit}", "{audit}:head", f"{{audit}}:id:{entry_id}")
        while True:
            link = linked(self._head, entry)
            now = await self._run("append_audit", keys, (self._head, link, entry))
            if not now:
                return
            self._head = now if now != self._head else link

    async def read_audit(self) -> list[Link]:
        """The whole chain, oldest first."""
        chain: list[Link] = []
        while True:
            page = await self._command("LRANGE", "{audit}", len(chain), len(chain) + PAGE - 1)
            chain += [Link(element[:32], element[32:]) for element in page]
            if len(page) < PAGE:
                return chain

    async def audit_head(self) -> bytes:
        """The last link: note it elsewhere, and a cut chain can be told."""
        return bytes(await self._command("GET", "{audit}:head") or START)
