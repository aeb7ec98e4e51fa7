"""Hears one message: cleaned text, danger signs, a tapped button, a command, receipt words.
Understands nothing of where the conversation stands; asking.py and locked.py decide."""

from dataclasses import dataclass
from unicodedata import category

from bot.channels import Attachment, Event, Inbound
from bot.command_words import COMMANDS_QUESTION, Command, command_in
from bot.flow import Role, read_button_data
from bot.kit import Kit
from bot.normal import normal
from bot.receipt import Receipt
from bot.session import Session
from triage.calm import shows_nothing
from triage.language import guess
from triage.quick import quick
from triage.score.score import SMALL_TALK
from triage.signs import Signs, find_in
from triage.words import exchanged, fold

LONGEST = 16_000  # characters of one message that are kept; platforms end far below
MEMO = 60  # a text this long that answers no question is a story, not a slip

RECEIPT_TAP = "receipt.gone"
_NO_SIGNS = Signs()
_TAPPED = {word.value: word for word in Command}


@quick
@dataclass(frozen=True, repr=False)  # it says what or who
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
    is_cut: bool = False  # longer than what is kept of one message
    folded: str = ""

    @property
    def is_memo(self) -> bool:
        """A story written at once, at any step (protocol row 11)."""
        return len(self.text) >= MEMO and not self.signs.greeting and self.command is None

    @property
    def is_small_talk(self) -> bool:
        """A plain greeting or a short question: nothing of it is kept before any answer."""
        return self.signs.greeting and len(self.text) < SMALL_TALK

    @property
    def shows_nothing(self) -> bool:
        """Whether the text was read and needs no second reading (triage/calm.py)."""
        return shows_nothing(self.signs, self.folded)


def hear(kit: Kit, session: Session | None, inbound: Inbound) -> Heard:
    """Read one message in the session's language, or guess one for a chat without a session."""
    text = clean(inbound.text or "")
    tap = read_button_data(inbound.choice) if inbound.choice else None
    folded = fold(text) if text else ""
    signs = find_in(folded, text, session.language if session else None) if text else _NO_SIGNS
    named = kit.named_languages.get(normal(text)) if text and len(text) < 40 else None
    receipt = kit.words.read(text)
    if session is not None:
        language, sure = session.language, True
    else:
        # receipt words are drawn and commands are the platform's: neither is spoken in a language
        is_command = text.startswith("/") and len(text.split()) <= 2
        spoken_in = "" if receipt is not None or is_command else text
        language, sure = _language(kit, inbound, spoken_in, signs, named)
    command = _command(kit, text, language, anywhere=session is None) if text else None
    if command is not None and session is None:
        language = command[1]
    spoken = command[0] if command else None
    if tap is not None and tap[0] == COMMANDS_QUESTION:
        spoken = _TAPPED.get(tap[1])
    return Heard(
        text=text,
        signs=signs,
        tap=tap,
        command=spoken,
        named=named,
        receipt=receipt,
        attachment=inbound.attachment,
        language=language,
        sure=sure,
        is_alarm=bool(signs.danger)
        or signs.cry_and_more
        or (tap is not None and _is_opening_alarm(kit, tap)),
        is_edit=inbound.event is Event.EDITED,
        is_cut=len(inbound.text or "") > LONGEST,
        folded=folded,
    )


def _language(kit: Kit, inbound: Inbound, text: str, signs: Signs, named: str | None) -> tuple[str, bool]:
    """A language that was named, that of a danger sign, or the likeliest."""
    if named:
        return named, True
    if text and signs.language is not None and signs.language in kit.offered:
        return signs.language, True
    guessed = guess(text, inbound.locale, kit.offered)
    return guessed.language, guessed.sure or not text


def _command(kit: Kit, text: str, language: str, *, anywhere: bool) -> tuple[Command, str] | None:
    """A control word and its language. One short word is too little to guess a language from, so in a chat without
    a session the word itself may be in any."""
    for code in (language, *kit.offered) if anywhere else (language,):
        found = command_in(text, code, kit.texts)
        if found is not None:
            return found, code
    return None


def clean(text: str) -> str:
    """The text without what no person types: surrogates, NUL, zero-width and direction controls; bounded."""
    text = text[: LONGEST * 2]
    if (
        not text.replace("\n", "").replace("\t", "").isprintable()
    ):  # most texts end here: nothing in them is unseen
        text = text.encode("utf-8", "ignore").decode()
        odd = {c for c in set(text) - {"\n", "\t"} if not c.isprintable()}
        instead = {
            c: "" if c in _INVISIBLE else " " for c in odd if c in _INVISIBLE or category(c) in _UNTYPED
        }
        text = exchanged(text, instead)
    return text.strip()[:LONGEST]


def _is_opening_alarm(kit: Kit, tap: tuple[str, str]) -> bool:
    """A tap on any opening's alerting choices is a danger sign, however old the button (protocol section 6)."""
    question, choice = tap
    return any(q.id == question for q in kit.flow.with_role(Role.OPENING)) and kit.flow.alerts(
        question, choice
    )


_UNTYPED = frozenset({"Cc", "Cs", "Co", "Cn"})

# U+200D is kept: Indic scripts and emoji need it; direction marks and isolates can hide what was really typed
_INVISIBLE = frozenset("\u200b\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
