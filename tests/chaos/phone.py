"""Somebody's telephone on a platform of the house: what they do on it, and what they wait to be shown."""

from tests.chaos.house import House
from tests.chaos.recording import RecordingApi
from tests.chaos.waiting import PATIENCE


class Lost(AssertionError):
    """Something that a person did, or should have been shown, is gone."""


class Phone:
    """One person on one account."""

    def __init__(self, house: House, api: RecordingApi, person: int, patience: float = PATIENCE) -> None:
        self._house = house
        self._api = api
        self._patience = patience
        self.person = person

    def texts(self) -> list[str]:
        return self._api.texts(self.person)

    @property
    def has_lost(self) -> bool:
        """Whether what they wrote last is lost, where that is documented."""
        return self._api.has_lost(self.person)

    @property
    def count(self) -> int:
        """How many messages were shown so far."""
        return len(self._api.seen(self.person))

    def after(self, since: int) -> list[str]:
        """The texts after the first `since` ones; a focal point has thousands."""
        return [shown.text for shown in self._api.seen(self.person)[since:]]

    async def until(self, expected: str, since: int, *, is_start: bool = False) -> str:
        """Wait until a text with these words (at its start) is shown, after the first `since` ones."""
        found: list[str] = []
        looked = since

        def is_there() -> bool:
            nonlocal looked
            new = self.after(looked)
            looked += len(new)
            found.extend(
                text for text in new if (text.startswith(expected) if is_start else expected in text)
            )
            return bool(found)

        try:
            await self._api.until(is_there, self._patience)
        except TimeoutError:
            raise Lost(f"{expected!r} was never shown; last {self.texts()[-2:]}") from None
        return found[0]

    def writes(self, text: str) -> None:
        self._api.say(self.person, text)

    async def says(self, text: str, expected: str) -> str:
        since = self.count
        self.writes(text)
        return await self.until(expected, since)

    async def taps(self, data: str, expected: str) -> str:
        since = self.count
        shown = next(
            one for one in reversed(self._api.seen(self.person)) if data in [d for _, d in one.buttons]
        )
        self._api.click(self.person, shown.message_id, data)
        return await self.until(expected, since)
