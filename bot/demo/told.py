"""Turns what the stage shows into lines for a terminal, each said once, with a name before it.
It remembers only what it has said."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any


class Told:
    """What was said already."""

    def __init__(self) -> None:
        self._posts: set[object] = set()
        self._ladders: dict[object, str] = {}
        self._notes: set[object] = set()

    def lines(self, batch: Mapping[str, Any]) -> Iterator[str]:
        """Return the new lines of a batch of topics."""
        for topic, value in batch.items():
            if topic == "reporter":
                yield from self._reporter(value["posts"])
            elif topic.startswith("phone:"):
                yield from self._phone(topic.removeprefix("phone:"), value["entries"])
            elif topic == "ladder":
                yield from self._ladder(value)
            elif topic == "notes":
                yield from self._note(value)

    def _reporter(self, posts: list[dict[str, Any]]) -> Iterator[str]:
        for post in posts:
            if self._is_new(("reporter", post["id"])) and not post["mine"]:
                yield from _block("reporter", post["list"])
        gone = {key for key in self._posts if isinstance(key, tuple) and key[0] == "reporter"}
        gone -= {("reporter", post["id"]) for post in posts}
        if gone:
            self._posts -= gone
            yield from _block("reporter", f"({len(gone)} messages are gone from this phone)")

    def _phone(self, person: str, entries: list[dict[str, Any]]) -> Iterator[str]:
        for entry in entries:
            if self._is_new((person, entry["id"])) and entry["kind"] != "mine":
                taps = [f"[{button['data']}] {button['label']}" for button in entry["buttons"]]
                yield from _block(
                    person, "\n".join([entry["text"], *taps]), mark=MARKS.get(entry["kind"], "")
                )

    def _ladder(self, ladders: list[dict[str, Any]]) -> Iterator[str]:
        for one in ladders:
            standing = f"{one['level']}, step {one['step'] + 1} of {len(one['steps'])}, {_whose(one)}"
            if self._ladders.get(one["number"]) != standing:
                self._ladders[one["number"]] = standing
                yield f"ladder      | {one['number']}: {standing}"

    def _note(self, notes: list[dict[str, Any]]) -> Iterator[str]:
        for note in notes:
            if self._is_new((note["at"], note["text"]), self._notes):
                yield f"demo        | {note['text']}"

    def _is_new(self, key: object, known: set[object] | None = None) -> bool:
        said = self._posts if known is None else known
        if key in said:
            return False
        said.add(key)
        return True


MARKS = {"page": "page: ", "card": "card: ", "opened": "opened here: ", "fault": "phone: "}


def _whose(ladder: Mapping[str, Any]) -> str:
    if ladder["state"] == "closed":
        return "closed"
    return f"{ladder['has']} has it" if ladder["has"] else "nobody has it yet"


def _block(name: str, text: str, mark: str = "") -> Iterator[str]:
    # A terminal obeys control characters: what somebody wrote must not rewrite what stands above it.
    safe = "".join(c for c in mark + text if c == "\n" or unicodedata.category(c) != "Cc")
    first, *rest = safe.split("\n")
    yield f"{name:<11} | {first}"
    for line in rest:
        yield f"{'':<11} | {line}"
