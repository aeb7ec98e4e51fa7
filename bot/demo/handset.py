"""What a focal point's phone holds and shows: content-free pages, and what this phone itself has opened.
Pure values; a locked handset shows pages only and has forgotten everything it had opened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from responders.delivery import Button


class Kind(StrEnum):
    """Where an entry comes from, and so who could have read it on its way."""

    PAGE = "page"  # over the alarm account: everybody on the way
    MINE = "mine"  # typed or tapped on this phone
    DESK = "desk"  # from the service, for this person only
    CARD = "card"  # under the store's keys, shown to the taker
    OPENED = "opened"  # unsealed here, with this phone's private key
    FAULT = "fault"  # said by the phone itself


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on the screen."""

    id: str
    kind: Kind
    text: str
    at: datetime
    buttons: tuple[Button, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Handset:
    """The whole screen. Change it with the methods, which return the new one."""

    pages: tuple[Entry, ...] = ()
    entries: tuple[Entry, ...] = ()
    locked: bool = False
    count: int = 0
    fingerprint: str = ""
    person: str = ""
    tapped: frozenset[str] = field(default_factory=frozenset)

    def with_pages(self, posts: Iterable[Mapping[str, Any]]) -> "Handset":
        """The alarm account's chat as it is now; a page that the service removed is gone here too."""
        return replace(self, pages=tuple(_page(post) for post in posts))

    def with_entry(
        self, kind: Kind, text: str, at: datetime, buttons: tuple[Button, ...] = (), language: str = "en"
    ) -> "Handset":
        """One more entry."""
        entry = Entry(f"d{self.count}", kind, text, at, buttons, language)
        return replace(self, entries=(*self.entries, entry), count=self.count + 1)

    def with_tap(self, entry_id: str) -> "Handset":
        """Remember under which entry a button was tapped, so that it is not offered twice."""
        return replace(self, tapped=self.tapped | {entry_id})

    def lock(self) -> "Handset":
        """Locked, as it lies on a table or in the wrong hands: nothing that was opened is kept."""
        return replace(self, locked=True, entries=())

    def unlock(self) -> "Handset":
        """Unlocked by its owner; cases must be opened again."""
        return replace(self, locked=False)

    def screen(self) -> dict[str, object]:
        """Return the screen as JSON, oldest entry first."""
        shown: Sequence[Entry] = self.pages if self.locked else (*self.pages, *self.entries)
        return {
            "person": self.person,
            "locked": self.locked,
            "fingerprint": self.fingerprint,
            "entries": [self._entry(entry) for entry in sorted(shown, key=lambda entry: entry.at)],
        }

    def _entry(self, entry: Entry) -> dict[str, object]:
        return {
            "id": entry.id,
            "kind": entry.kind,
            "text": entry.text,
            "at": entry.at.isoformat(),
            "buttons": [{"label": button.label, "data": button.data} for button in entry.buttons],
            "language": entry.language,
            "tapped": entry.id in self.tapped,
        }


def _page(post: Mapping[str, Any]) -> Entry:
    return Entry(
        id=f"p{post['id']}",
        kind=Kind.MINE if post["mine"] else Kind.PAGE,
        text=post["text"],
        at=datetime.fromisoformat(post["at"]),
        buttons=tuple(Button(button["label"], button["data"]) for button in post["buttons"]),
        language=post["language"],
    )
