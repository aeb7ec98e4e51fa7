"""What a reporter writes to a person: answers to a message that was shown, and to a consent that was asked.
An *answer* is any text within 24 h after a person's message was shown, except control words (protocol section 6)."""

import hashlib

from bot import screens
from bot.hearing import Heard
from bot.kit import SHOWN_COUNTS, Moment
from bot.normal import normal
from bot.session import Phase
from bot.talk import Talk
from bot.turn import Consented, Note, Turn, Wrote


def answered(moment: Moment, talk: Talk, heard: Heard, *, greeted: bool = False) -> Turn | None:
    """Words that fit no question and come after a person's message (or, `greeted`, after a hello) are for them."""
    session, chat = talk.session, talk.chat
    was_shown = moment.is_within(SHOWN_COUNTS, chat.shown)
    mine = session.owns(chat)
    if not heard.text or heard.command is not None or not (was_shown or (greeted and bool(mine))):
        return None
    number = chat.shown_case if was_shown and chat.shown_case is not None else session.case
    ref = chat.ref(number)
    if number is None or (number not in mine and ref is None):
        return None
    note = Note.UNLOCKED if number in mine else Note.ANSWER
    talk = talk.also(Wrote(number, heard.text, note))
    return talk.says(screens.says(moment, session.language, "chat/added"))


def consented(moment: Moment, talk: Talk, heard: Heard) -> Turn | None:
    """Yes, no or later to a consent that is on the screen. A yes counts only from who may act on the case."""
    session, chat = talk.session, talk.chat
    if chat.consent is None or not moment.is_within(SHOWN_COUNTS, chat.shown):
        return None
    _, letter, number, body = chat.consent.split("|", 3)
    case = int(number)
    answer = heard.tap[1] if heard.tap and heard.tap[0] == "consent" else None
    if answer is None and (session.phase is not Phase.ASKING or session.node == moment.kit.opening.id):
        answer = yes_or_no(moment, session.language, heard)
    ref = chat.ref(case)
    needs_no_words = ref is not None and not ref.words_shown
    if answer not in ("yes", "no", "later") or (
        answer == "yes" and case not in session.owns(chat) and not needs_no_words
    ):
        return None
    text = moment.kit.texts.raw(f"chat/consent_{letter}", chat.language or session.language)
    version = hashlib.sha256(text.encode()).hexdigest()[:8]
    talk = talk.chat_with(consent=None).also(Consented(case, letter, answer, body or None, version))
    return talk.says(screens.says(moment, session.language, "chat/consent_thanks"))


def yes_or_no(moment: Moment, language: str, heard: Heard) -> str | None:
    """Which of yes, no and later a typed word is."""
    said = normal(heard.text) if heard.text else ""
    if not said or len(said) > 40:
        return None
    texts = moment.kit.texts
    for answer in ("yes", "no"):
        if said in {normal(word) for word in texts.words(f"chat/words.{answer}", language)}:
            return answer
    return "later" if said == normal(texts.say("chat/later", language)) else None
