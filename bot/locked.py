"""Answers a chat that is new or locked: whoever holds the phone sees what any new chat gets.
Only a danger sign, the right receipt words and an *answer* do more, and none of them shows old content."""

from bot import alarm, controls, filing, personal, returning, screens
from bot.channels import Attachment
from bot.command_words import Command
from bot.hearing import Heard
from bot.kit import Moment
from bot.session import Phase, Session, seconds
from bot.talk import Talk
from bot.telling import told
from bot.turn import Act, Did, Note, Released, Turn, Wrote
from responders.cases import Push
from responders.changing import replace
from responders.chats import Chat

_AWAY = frozenset({Command.CLEAR, Command.ERASE, Command.STOP})


def advance(moment: Moment, old: Session | None, chat: Chat, heard: Heard) -> Turn:
    """The outcome of a message in a new or locked chat; `old` is the session from before the lock."""
    talk = Talk(_session(moment, old, chat, heard), chat)
    cries_again = heard.signs.cry and (talk.session.cried or chat.newest_open() is not None)
    if heard.is_alarm or cries_again:
        choice = heard.tap[1] if heard.is_alarm and heard.tap is not None else None
        return alarm.raise_(moment, talk, heard, choice=choice, locked=True)
    if heard.receipt is not None:
        return returning.words_given(moment, talk)
    if heard.command in _AWAY:
        return _put_away(moment, talk, old, heard)
    if heard.named is None:
        turn = personal.consented(moment, talk, heard) or personal.answered(moment, talk, heard)
        if turn is not None:
            return replace(turn, session=old)
    return _as_new(moment, talk, heard)


def _session(moment: Moment, old: Session | None, chat: Chat, heard: Heard) -> Session:
    """A session at the opening. Where no words were ever shown, it joins what is unfinished, unseen."""
    flow, now = moment.kit.flow, seconds(moment.now)
    is_doubtful = not heard.sure and len(heard.text.split()) >= 3 and not heard.signs.greeting
    new = Session(flow.id, flow.shape, heard.language, now, now, interpreter=is_doubtful)
    if old is not None and old.phase not in (Phase.RECEIPT, Phase.ENDED) and _is_free(old, chat):
        if old.case is not None:
            old = old.put_away(flow.free_texts).but(apart=True)
        before = returning.fresh(Talk(old, chat)).session
        new = replace(
            new, base=before.base, base_words=before.base_words, base_doubt=before.base_doubt, joined=before.joined,
            calm=before.calm, scored=before.scored, weighed=before.weighed,
            case=old.case, earlier=old.earlier, body_key=old.body_key, revision=old.revision,
            draft=old.draft, cried=old.cried, apart=old.apart, loose=old.loose,
        )  # fmt: skip
    ref = chat.newest_open()
    has_more = new.joined or new.base_words or new.earlier
    if not has_more and ref is not None and not ref.words_shown:
        return replace(new, case=ref.number, joined=True, apart=True)
    return new


def _is_free(old: Session, chat: Chat) -> bool:
    """Whether no words were ever shown for what this session is about."""
    ref = chat.ref(old.case)
    return old.case is None or (ref is not None and not ref.words_shown)


def _as_new(moment: Moment, talk: Talk, heard: Heard) -> Turn:
    """What a new chat gets; the taker of an open case learns that somebody wrote."""
    talk = _arrived(talk, heard).session_with(interpreter=talk.session.interpreter and heard.named is None)
    if heard.attachment is Attachment.VOICE and not heard.text:
        return alarm.cried(
            moment, talk.session_with(voice=True, unsure=True), before=("chat/not_kept.voice",)
        )
    if heard.attachment is Attachment.VOICE:
        talk = talk.session_with(voice=True, unsure=True)
    if heard.text and heard.command is None and heard.named is None and not heard.is_small_talk:
        talk = told(moment, talk, heard)
    if heard.signs.cry:
        return alarm.cried(moment, talk)
    if heard.is_memo and heard.tap is None and not heard.is_cut:
        return alarm.memo(moment, talk)
    remark = controls.remark(moment, heard, talk.session.language)
    if heard.is_cut:
        remark = moment.say("chat/too_long", talk.session.language)
    return talk.says(screens.opening(moment, talk.session, before=[remark] if remark else []))


def _arrived(talk: Talk, heard: Heard) -> Talk:
    """Somebody wrote in a locked chat with open cases. Where no words were ever shown none are needed: an answer
    after text 2 (under *never*: any message) releases what waits."""
    for ref in talk.chat.cases:
        if not ref.is_open:
            continue
        may_release = ref.push is Push.NEVER or talk.chat.hello is not None
        if not ref.words_shown and may_release and heard.command is None:
            talk = talk.also(Released(ref.number, Note.NO_WORDS)).chat_with(hello=None)
        else:
            talk = talk.also(Wrote(ref.number, "", Note.NO_WORDS))
    return talk


def _put_away(moment: Moment, talk: Talk, old: Session | None, heard: Heard) -> Turn:
    """CLEAR, ERASE and STOP in a locked chat: text 9, true in every case.

    Where no words were ever shown, STOP still works and ERASE erases; else ERASE only clears and the card says so."""
    reply = screens.says(moment, heard.language, "chat/cleared")
    if heard.command is Command.CLEAR:
        return Turn(old, talk.chat, (reply,), clear=True)
    is_erase = heard.command is Command.ERASE
    talk = filing.drop(talk)
    for ref in talk.chat.cases:
        if not ref.is_open:
            continue
        if not ref.words_shown:
            talk = talk.also(Did(ref.number, Act.ERASED if is_erase else Act.STOPPED))
            talk = replace(talk, chat=talk.chat.without(ref.number)) if is_erase else talk
        elif is_erase:
            talk = talk.also(Did(ref.number, Act.CLEARED_LOCKED))
    return talk.chat_with(draft=False).forgets(reply, clear=is_erase)
