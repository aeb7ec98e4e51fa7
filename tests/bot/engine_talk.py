"""A conversation with the engine alone: no store, no channel. What conversation.py would keep is kept here."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from bot import engine
from bot.channels import Attachment, Event, Inbound
from bot.kit import Facts, Kit, Moment
from bot.kit_reading import read_kit
from bot.session import Session
from bot.settings import Settings
from bot.turn import Drafted, Filed, Turn
from responders.chats import Chat

CONFIG = Path(__file__).parents[2] / "config"
MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)


@cache
def the_kit() -> Kit:
    return read_kit(Settings(), CONFIG, drafts=True)


@dataclass(slots=True)
class Talking:
    """One person and the engine; session and chat go through their JSON between any two messages, as in life."""

    locale: str = "en"
    now: datetime = MONDAY
    session: Session | None = None
    chat: Chat | None = None
    turns: list[Turn] = field(default_factory=list)
    given: tuple[int, ...] = ()
    _numbers: int = 11

    def writes(self, text: str) -> Turn:
        return self.hears(text=text)

    def taps(self, data: str) -> Turn:
        return self.hears(choice=data)

    def sends(self, attachment: Attachment) -> Turn:
        return self.hears(attachment=attachment)

    def waits(self, **passed: float) -> None:
        self.now += timedelta(**passed)

    def hears(
        self, *, text: str | None = None, choice: str | None = None, attachment: Attachment | None = None,
        event: Event = Event.MESSAGE, closed: bool = False,
    ) -> Turn:  # fmt: skip
        inbound = Inbound(
            "telegram", "ana", f"m{len(self.turns)}", text, choice, attachment, self.locale, event=event
        )
        facts = Facts(entropy=bytes(16), spare=self._numbers, given=self.given, closed=closed)
        turn = engine.advance(Moment(the_kit(), facts, self.now), self.session, self.chat, inbound)
        self.turns.append(turn)
        self._keep(turn)
        return turn

    def _keep(self, turn: Turn) -> None:
        session, chat = turn.session, turn.chat
        if any(isinstance(one, Filed) and one.is_new for one in turn.events):
            self._numbers += 1
        if session is not None and any(isinstance(one, Drafted) for one in turn.events):
            session = replace(session, draft="0123456789abcdef", body_key="A" * 44)
        self.session = None if session is None else Session.from_json(session.to_json())
        self.chat = None if chat is None else Chat.from_json(chat.to_json())

    @property
    def said(self) -> str:
        """Everything of the newest answer, with its buttons."""
        turn = self.turns[-1]
        return "\n".join(
            "\n".join([reply.message.text, *(button.label for button in reply.message.buttons)])
            for reply in turn.replies
        )

    @property
    def filed(self) -> list[Filed]:
        return [event for turn in self.turns for event in turn.events if isinstance(event, Filed)]

    def reports(self, opening: str = "safe", **answers: str) -> None:
        """Through the questions by taps, to the receipt."""
        given = {"push": "hello", "push_later": "hello", "notice": "agree", "more": "all", **answers}
        self.writes("/start")
        self.taps(f"opening.{opening}")
        for _ in range(30):
            session = self.session
            if session is None or session.node in (None, "opening") or given.get(session.node) == "stop":
                return
            answer = given.get(session.node)
            if answer is None:
                self.taps("command.skip")
            elif session.node == "what":
                self.taps(f"what.{answer}")
                self.taps("command.done")
            else:
                self.taps(f"{session.node}.{answer}")
        raise AssertionError("the questions do not end")
