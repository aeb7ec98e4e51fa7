"""Where a conversation stands while one message is worked: session, chat, and what has happened so far.
Values only; every change gives a new one."""

from dataclasses import dataclass
from typing import Any

from bot.session import Session
from bot.turn import Event, Reply, Turn
from responders.changing import replace
from responders.chats import Chat
from triage.quick import quick


@quick
@dataclass(frozen=True)
class Talk:
    """Session and chat as this message leaves them, and its events in their order."""

    session: Session
    chat: Chat
    events: tuple[Event, ...] = ()

    def session_with(self, **changes: Any) -> "Talk":  # Any: dataclasses.replace takes any field
        """The same with changes to the session."""
        return Talk(self.session.but(**changes), self.chat, self.events)

    def chat_with(self, **changes: Any) -> "Talk":  # Any: as above
        """The same with changes to the chat."""
        if all(getattr(self.chat, name) == value for name, value in changes.items()):
            return self
        return Talk(self.session, replace(self.chat, **changes), self.events)

    def also(self, *events: Event) -> "Talk":
        """The same with more events."""
        return Talk(self.session, self.chat, (*self.events, *events))

    def says(self, *replies: Reply, clear: bool = False) -> Turn:
        """The turn that ends here, with these replies."""
        return Turn(self.session, self.chat, replies, self.events, clear=clear)

    def forgets(self, *replies: Reply, clear: bool = False) -> Turn:
        """The same, and nothing of the session is kept."""
        return Turn(None, self.chat, replies, self.events, clear=clear)
