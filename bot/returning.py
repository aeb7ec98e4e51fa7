"""Coming back with receipt words: right or wrong, the phone shows the same (protocol section 6).
Right ones make what follows part of that case; nothing old is ever shown."""

from datetime import datetime, timedelta

from bot import filing, screens
from bot.kit import Moment
from bot.session import Phase, seconds
from bot.talk import Talk
from bot.turn import Act, Did, Note, Released, Turn
from responders.changing import replace
from responders.chats import Chat

_DAY = timedelta(days=1)


def words_given(moment: Moment, talk: Talk) -> Turn:
    """Text 11, then the opening. Attempts are limited for each chat; a spent limit looks the same.

    Answers that no case has yet join the case of right words."""
    recent = tries(talk.chat, moment.now)
    right = moment.facts.given if len(recent) < moment.kit.attempts else ()
    talk = talk.chat_with(attempts=(*recent, seconds(moment.now)))
    if right:
        talk = _join(moment, talk, right)
    language = talk.session.language
    return talk.says(
        screens.says(moment, language, "chat/words_given"), screens.opening(moment, talk.session)
    )


def tries(chat: Chat, now: datetime) -> tuple[int, ...]:
    """When words were given in this chat, of the last day."""
    return tuple(at for at in chat.attempts if at > seconds(now - _DAY))


def fresh(talk: Talk) -> Talk:
    """The same conversation at the opening: what was answered counts, and is not shown."""
    session = talk.session
    base = session.merged()
    if session.implied:
        base.pop("opening", None)
    doubt = session.base_doubt or session.unsure or session.voice
    has_more = session.case is not None or session.draft is not None or bool(base)
    return talk.session_with(
        phase=Phase.ASKING, node="opening", answers={}, words=(), base=base,
        base_words=(*session.base_words, *session.words), base_doubt=doubt,
        joined=session.joined or has_more, pending=None, reasks=0, unsure=False,
        voice=False, danger=(), implied=False, told_silence=False, sent=False,
    )  # fmt: skip


def _join(moment: Moment, talk: Talk, right: tuple[int, ...]) -> Talk:
    """What follows is part of the newest case of these words; on its own phone what waited is shown."""
    session, number = talk.session, right[-1]
    unsent = session.case is None and bool(session.base or session.base_words)
    if session.case is not None and session.case != number:
        session = replace(session, base={}, base_words=(), base_doubt=False, weighed="")
    talk = filing.drop(replace(talk, session=session))
    talk = talk.session_with(case=number, given=right, joined=True, apart=True, body_key=None, revision=0)
    for one in right:
        known = talk.chat.ref(one) is not None
        talk = talk.also(Released(one, Note.UNLOCKED) if known else Did(one, Act.NEW_PHONE))
    if unsent:
        talk = filing.file(moment, talk, complete=False)
    return talk.chat_with(hello=None)
