"""Reads an answer to the question on the screen: a tap, a number, a label, a name, a date, words.
What is not understood is asked again, twice, then a person looks (protocol row 11)."""

from bot import alarm, countries, filing, languages, onward, personal, screens
from bot.answers import Elsewhere, Matched, Several, TooLong, match
from bot.channels import Attachment
from bot.command_words import Command
from bot.conditions import Value
from bot.flow import Kind, Question, Role
from bot.hearing import Heard
from bot.kit import Moment
from bot.normal import normal, numbers
from bot.session import Phase
from bot.talk import Talk
from bot.telling import told
from bot.turn import Reply, Turn

WORDS_KEPT = 60_000  # characters of one report's own words; an envelope holds no more
_FRAGMENT = 3  # words: what is that long and answers nothing may be part of the story


def answer(moment: Moment, talk: Talk, heard: Heard) -> Turn:
    """One message to the question that is open."""
    if talk.session.phase in (Phase.LANGUAGE, Phase.NAMING):
        turn = languages.picked(moment, talk, heard)
        if turn is not None:
            return turn
        talk = talk.session_with(phase=Phase.ASKING)
    question = moment.kit.flow.question(talk.session.node or "")
    if talk.session.phase is Phase.CONFIRMING:
        turn = _confirmed(moment, talk, question, heard)
        if turn is not None:
            return turn
        talk = talk.session_with(phase=Phase.ASKING, pending=None)
    return _matched(moment, talk, question, heard)


def pick(shown: Reply, heard: Heard) -> str | None:
    """The data of the button that was tapped, or meant by its number or its label."""
    buttons = shown.message.buttons
    if heard.tap is not None:
        data = f"{heard.tap[0]}.{heard.tap[1]}"
        return data if any(button.data == data for button in buttons) else None
    counted = numbers(heard.text)
    if counted is not None and len(counted) == 1 and 1 <= counted[0] <= len(buttons):
        return buttons[counted[0] - 1].data
    said = normal(heard.text)
    return next((button.data for button in buttons if said and normal(button.label) == said), None)


def add_words(moment: Moment, talk: Talk, heard: Heard) -> Talk | None:
    """The story with one more message; None when it has grown too long to be kept."""
    if heard.is_cut or sum(map(len, talk.session.words)) + len(heard.text) > WORDS_KEPT:
        return None
    return told(moment, talk, heard, reasks=0)


def _matched(moment: Moment, talk: Talk, question: Question, heard: Heard) -> Turn:
    said = f"{heard.tap[0]}.{heard.tap[1]}" if heard.tap else heard.text
    chosen = _chosen_so_far(talk, question)
    language = talk.session.language
    if heard.is_memo and heard.tap is None and question.kind in _SHORT:
        said = ""  # a story may hold a country, a day or a number that is no answer
    found = match(question, said, language, moment.kit.texts, chosen=chosen, now=moment.now) if said else None
    match found:
        case Matched(value, tapped):
            return _counts(moment, talk, question, heard, value, tapped=tapped)
        case Several(codes):
            return _read_back(moment, talk, "several:" + ",".join(codes))
        case Elsewhere():
            return onward.again(moment, talk, "chat/past")
        case TooLong():
            return onward.again(moment, talk, "chat/too_long")
        case Command.SKIP if question.role is Role.WORDS and talk.session.words:
            return onward.stored(moment, talk, question, "given", heard)
        case Command.SKIP:
            return onward.skip(moment, talk, heard)
        case Command.DONE if chosen:
            return onward.stored(moment, talk, question, chosen, heard)
        case Command.DONE if question.role is Role.WORDS and talk.session.words:
            return onward.stored(moment, talk, question, "given", heard)
        case _:
            return _not_understood(moment, talk, question, heard)


def _counts(
    moment: Moment, talk: Talk, question: Question, heard: Heard, value: Value, *, tapped: bool
) -> Turn:
    """What was understood: read back where a mistake would cost, gathered where several count, else stored."""
    match question.kind:
        case Kind.COUNTRY if not tapped:
            return _read_back(moment, talk, f"country:{value}")
        case Kind.DATE:
            return _read_back(moment, talk, f"date:{value}")
        case Kind.MULTI if isinstance(value, tuple):
            return _gathered(moment, talk, question, heard, value, tapped=tapped)
        case Kind.TEXT if question.role is Role.WORDS:
            longer = add_words(moment, talk, heard)
            return onward.noted(moment, longer) if longer else onward.again(moment, talk, "chat/too_long")
        case _:
            return onward.stored(moment, talk, question, value, heard)


def _gathered(
    moment: Moment, talk: Talk, question: Question, heard: Heard, value: tuple[str, ...], *, tapped: bool
) -> Turn:
    """One tap counts at once, then "add another"; a second tap on the same takes it back.
    Several typed at once, or all, are the whole answer."""
    before = _chosen_so_far(talk, question)
    together = tuple(dict.fromkeys((*before, *value)))
    if not tapped and len(value) > 1:
        return onward.stored(moment, talk, question, together, heard)
    if len(value) == 1 and value[0] in before and len(before) > 1:
        together = tuple(choice for choice in before if choice != value[0])
    session, texts = talk.session, moment.kit.texts
    talk = talk.session_with(answers={**session.answers, question.id: together}, reasks=0)
    labels = tuple(texts.say(question.label_key(choice), session.language) for choice in together)
    said = moment.say("chat/chosen", session.language, chosen=texts.joined(labels, session.language))
    return onward.noted(moment, talk, screens.offers(moment, talk.session, question, said))


def _chosen_so_far(talk: Talk, question: Question) -> tuple[str, ...]:
    chosen = talk.session.answers.get(question.id, ())
    return chosen if question.kind is Kind.MULTI and isinstance(chosen, tuple) else ()


def _read_back(moment: Moment, talk: Talk, pending: str) -> Turn:
    talk = talk.session_with(phase=Phase.CONFIRMING, pending=pending, reasks=0)
    return talk.says(_confirmation(moment, talk))


def _confirmation(moment: Moment, talk: Talk) -> Reply:
    language = talk.session.language
    kind, _, value = (talk.session.pending or "").partition(":")
    if kind == "several":
        return screens.candidates(moment, language, value.split(","))
    if kind == "country":
        return screens.confirms(
            moment, language, "chat/country_confirm", country=countries.name(value, language)
        )
    return screens.confirms_date(moment, language, value)


def _confirmed(moment: Moment, talk: Talk, question: Question, heard: Heard) -> Turn | None:
    """Yes or no to what was read back; anything else is read as a new answer."""
    kind, _, value = (talk.session.pending or "").partition(":")
    picked = pick(_confirmation(moment, talk), heard)
    if picked is None and kind != "several":
        yes_or_no = personal.yes_or_no(moment, talk.session.language, heard)
        picked = f"confirm.{yes_or_no}" if yes_or_no in ("yes", "no") else None
    if picked is None:
        return None
    if picked in ("confirm.no", "country.none"):
        return onward.again(moment, talk.session_with(phase=Phase.ASKING, pending=None))
    chosen = picked.partition(".")[2] if kind == "several" else value
    return onward.stored(moment, talk, question, chosen, heard)


def _not_understood(moment: Moment, talk: Talk, question: Question, heard: Heard) -> Turn:
    """A story is taken whole at any step; else the question again, twice, then a person looks."""
    if not heard.text and heard.tap is None:
        key = "sticker" if heard.attachment is Attachment.STICKER else "other"
        return onward.again(moment, talk, f"chat/not_kept.{key}")
    if (turn := personal.answered(moment, talk, heard, greeted=talk.chat.hello is not None)) is not None:
        return turn
    if heard.is_cut:
        return onward.again(moment, talk, "chat/too_long")
    if heard.is_memo and question.kind is not Kind.TEXT:
        return _story(moment, talk, question, heard)
    if len(heard.text.split()) >= _FRAGMENT and not heard.is_small_talk:
        longer = add_words(moment, talk, heard)
        if longer is not None and talk.session.sent:  # somebody is being woken: every sentence counts
            return onward.again(moment, filing.file(moment, longer, complete=False), "chat/added")
        talk = longer.session_with(reasks=talk.session.reasks) if longer is not None else talk
        if talk.session.draft is not None:  # they may fall silent now
            talk = filing.file(moment, talk, complete=False)
    if talk.session.reasks < 2:
        key = _REASKS.get(question.kind, "chat/reask")
        return onward.again(moment, talk.session_with(reasks=talk.session.reasks + 1), key)
    return onward.given_up(moment, talk, question)


def _story(moment: Moment, talk: Talk, question: Question, heard: Heard) -> Turn:
    longer = add_words(moment, talk, heard)
    if longer is None:
        return onward.again(moment, talk, "chat/too_long")
    if question.role is Role.OPENING and not talk.session.sent:
        return alarm.memo(moment, longer)
    said = moment.say("chat/memo_taken", talk.session.language)
    return onward.noted(moment, longer, screens.asks(moment, longer.session, question, before=[said]))


_SHORT = frozenset({Kind.COUNTRY, Kind.DATE, Kind.NUMBER})
_REASKS = {
    Kind.COUNTRY: "chat/reask_country",
    Kind.DATE: "chat/reask_date",
    Kind.NUMBER: "chat/reask_number",
    Kind.TEXT: "chat/reask_text",
}
