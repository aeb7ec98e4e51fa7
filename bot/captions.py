"""What stands below a picture, a file or a voice message is read as text; what it stands below is not kept, and the
person is told so in the same answer. Decides nothing else."""

from dataclasses import replace

from bot import screens
from bot.command_words import Command
from bot.hearing import Heard
from bot.kit import Moment
from bot.turn import Turn

_PUTS_AWAY = frozenset({Command.CLEAR, Command.ERASE, Command.STOP})


def remarked(moment: Moment, turn: Turn, heard: Heard) -> Turn:
    """The turn with a word on what was not kept: above the answer, but below what is said to somebody in danger."""
    if heard.attachment is None or not heard.text or heard.command in _PUTS_AWAY:
        return turn
    language = turn.replies[0].message.language if turn.replies else heard.language
    said = moment.say(f"chat/not_kept.{heard.attachment.value}", language)
    if not turn.replies or turn.replies[0].is_receipt:
        return replace(turn, replies=(screens.plain(said, language), *turn.replies))
    first, rest = turn.replies[0], turn.replies[1:]
    in_danger = heard.is_alarm or heard.signs.cry
    parts = (first.message.text, said) if in_danger else (said, first.message.text)
    told = replace(first, message=replace(first.message, text="\n\n".join(parts)))
    return replace(turn, replies=(told, *rest))
