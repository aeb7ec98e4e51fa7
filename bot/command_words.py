"""Words that work at every step, whatever is asked: BACK, SKIP, STOP, "?", as text, as "/word" or as a button.
Only a message that is such a word as a whole is one; what they do is the conversation's to know."""

from enum import StrEnum

from bot.flow import button_data
from bot.normal import normal
from bot.texts import Texts
from responders.delivery import Button


class Command(StrEnum):
    """Words that work at every step. INFORMATION is "?" alone: a word for help is a cry, never a menu."""

    BACK = "back"
    SKIP = "skip"
    STOP = "stop"
    LANGUAGE = "language"
    CLEAR = "clear"
    ERASE = "erase"
    WITHDRAW = "withdraw"
    STATUS = "status"
    DONE = "done"
    SIGNAL = "signal"
    START = "start"  # only as /start
    INFORMATION = "information"  # only as ?


COMMANDS_QUESTION = "command"  # what button_data names for "Skip" and "That is all"
SLASHED = frozenset(command.value for command in Command if command is not Command.INFORMATION)
_TYPED = tuple(c for c in Command if c not in {Command.START, Command.INFORMATION})
_QUESTION_MARKS = frozenset("?？؟¿")


def command_in(text: str, language: str, texts: Texts) -> Command | None:
    """The command that a whole message is: its word in this language or English, "/word", or "?"."""
    stripped = text.strip()
    if stripped[:1] in _QUESTION_MARKS and _QUESTION_MARKS.issuperset(stripped):
        return Command.INFORMATION
    if stripped.startswith("/"):
        word, _, more = stripped[1:].partition(" ")
        word = word.partition("@")[0].casefold()
        if more and word != Command.START:  # a link to the bot may say where it stood: "/start leaflet"
            return None
        return Command(word) if word in SLASHED else None
    if len(stripped) > 60:
        return None
    return _commands(language, texts).get(normal(stripped))


def command_button(command: Command, key: str, language: str, texts: Texts) -> Button:
    """A button that does what its command word does."""
    return Button(texts.say(key, language), button_data(COMMANDS_QUESTION, command))


def _commands(language: str, texts: Texts) -> dict[str, Command]:
    """Normal form -> command, English last so that the person's own language wins."""

    def build() -> dict[str, Command]:
        found: dict[str, Command] = {}
        for spoken in dict.fromkeys((language, texts.source)):
            for command in _TYPED:
                for word in texts.words(f"chat/command.{command}", spoken):
                    found.setdefault(normal(word), command)
        return found

    return texts.remember(("commands", language), build)
