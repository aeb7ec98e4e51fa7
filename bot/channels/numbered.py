"""Buttons as a numbered list, for channels that have none and for the terminal.
It changes no word of the message."""

from responders.delivery import Message


def numbered(message: Message) -> str:
    """Return the text followed by one numbered line per button; the number typed is the answer."""
    if not message.buttons:
        return message.text
    lines = [f"{number} {button.label}" for number, button in enumerate(message.buttons, start=1)]
    return "\n".join([message.text, "", *lines])
