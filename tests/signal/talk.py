"""One person's telephone in a conversation: what they say, what they pick from a list, and what they must read next."""

import re
from dataclasses import dataclass

from tests.servers.signal_phone import Phone, Received

PATIENCE = 60.0  # seconds


@dataclass(slots=True)
class Talk:
    """A phone and the account it writes to; `last` is the message that was waited for."""

    phone: Phone
    account: str
    last: Received | None = None
    patience: float = PATIENCE

    async def says(self, text: str, expected: str, *, quote: Received | None = None) -> str:
        """Write, and wait for a text that holds `expected`; returns that text."""
        await self.phone.send(self.account, text, quote=quote)
        return await self.reads(expected)

    async def reads(self, expected: str) -> str:
        self.last = await self.phone.reads(expected, within=self.patience)
        return str(self.last.text)

    async def picks(self, label: str, expected: str) -> str:
        """Write the number that stands before a line of the last list."""
        assert self.last is not None
        number = re.search(rf"^(\d+) {re.escape(label)}", str(self.last.text), re.MULTILINE)
        assert number is not None, f"no {label!r} in {self.last.text!r}"
        return await self.says(number[1], expected)

    async def to_the_words(self) -> None:
        """From the first message to the question for one's own words."""
        await self.says("hello", "How are things?")
        await self.picks("Someone missing", "May we write here?")
        await self.picks("Yes, show", "Go on?")
        await self.picks("Yes", "Which country")
        await self.says("Guatemala", "is that right?")
        await self.picks("Yes", "seen or spoken")
        for answer, expected in (
            ("2", "hurt or ill"), ("2", "under 18"), ("2", "When did it begin"), ("2", "Who is it about"),
            ("2", "What are you to them"), ("1", "Is there more"),
        ):  # fmt: skip
            await self.says(answer, expected)
        await self.picks("Tell more", "contact with the UN")
        await self.says("1", "Who did it")
        await self.says("1", "your own words")
