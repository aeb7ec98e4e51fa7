"""Hears one message: cleaned text, danger signs, a tapped button, a command, receipt words.
Understands nothing of where the conversation stands; asking.py and locked.py decide."""

import unicodedata
from dataclasses import dataclass

from bot.answers import COMMANDS_QUESTION, Command, command_in
from bot.channels import Attachment, Inbound
from bot.flow import Role, read_button_data
from bot.kit import Kit
from bot.normal import normal
from bot.receipt import Receipt
from bot.session import Session
from triage.language import guess
from triage.signs import Signs, find

LONGEST = 16_000  # characters of one message that are kept; platforms end far below
MEMO = 60  # a text this long that answers no question is a story, not a slip

RECEIPT_TAP = "receipt.gone"


@dataclass(frozen=True, slots=True)
class Heard:
    """One message as the engine reads it. `language` is the one to answer in."""

    text: str
    signs: Signs
    tap: tuple[str, str] | None
    command: Command | None
    named: str | None
    receipt: Receipt | None
    attachment: Attachment | None
    language: str
    sure: bool
    is_alarm: bool
    is_edit: bool = False

    @property
    def is_memo(self) -> bool:
        """A story written at once, at any step (protocol row 11)."""
        return len(self.text) >= MEMO and not self.signs.greeting and self.command is None


def hear(kit: Kit, session: Session | None, inbound: Inbound) -> Heard:
    """Read one message in the session's language, or guess one for a chat without a session."""
    text = clean(inbound.text or "")
    tap = read_button_data(inbound.choice) if inbound.choice else None
    signs = find(text, session.language if session else None) if text else Signs()
    named = kit.named_languages.get(normal(text)) if len(text) < 40 else None
    if session is not None:
        language, sure = session.language, True
    elif named:
        language, sure = named, True
    elif signs.language in kit.offered and signs.language is not None:
        language, sure = signs.language, True
    else:
        guessed = guess(text, inbound.locale, kit.offered)
        language, sure = guessed.language, guessed.sure or not text
    spoken = command_in(text, language, kit.texts) if text else None
    if tap is not None and tap[0] == COMMANDS_QUESTION:
        spoken = next((word for word in Command if word == tap[1]), None)
    alarm_tap = tap is not None and _is_opening_alarm(kit, tap)
    return Heard(
        text=text,
        signs=signs,
        tap=tap,
        command=spoken,
        named=named,
        receipt=kit.words.read(text) if text else None,
        attachment=inbound.attachment,
        language=language,
        sure=sure,
        is_alarm=alarm_tap or bool(signs.danger) or signs.cry_and_more,
        is_edit=inbound.event.value == "edited",
    )


def clean(text: str) -> str:
    """The text without what no person types: surrogates, NUL, zero-width and direction controls; bounded."""
    text = text[: LONGEST * 2].encode("utf-8", "ignore").decode()
    kept = (
        c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn") else " " for c in text
    )
    text = "".join(kept).translate(_INVISIBLE).strip()
    return text[:LONGEST]


def _is_opening_alarm(kit: Kit, tap: tuple[str, str]) -> bool:
    """A tap on any opening's alerting choices is a danger sign, however old the button (protocol section 6)."""
    question, choice = tap
    return any(q.id == question for q in kit.flow.with_role(Role.OPENING)) and kit.flow.alerts(
        question, choice
    )


# U+200D is kept: Indic scripts and emoji need it; direction marks and isolates can hide what was really typed
_INVISIBLE = {
    ord(c): None for c in "\u200b\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
}
