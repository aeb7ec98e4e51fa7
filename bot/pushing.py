"""Row 2: what may be pushed to this phone. With two cases in one chat the stricter holds, and without the words
of a case its rule can only become stricter (protocol section 6)."""

from bot.session import Session
from bot.talk import Talk
from bot.turn import PushSet
from responders.cases import Push
from responders.chats import STRICTNESS, Chat


def rule_of(session: Session, chat: Chat) -> str | None:
    """What the report says about pushes; None while nothing was answered, or on another phone than the case's."""
    if session.case is not None:
        ref = chat.ref(session.case)
        return chat.push.value if ref is not None and ref.asked else None
    said = session.merged().get("push_later") or session.merged().get("push") or None
    if not any(ref.is_open for ref in chat.cases):
        return said if isinstance(said, str) else None
    return _stricter(Push(str(said)) if said else Push.HELLO, chat.push).value


def opened(talk: Talk, number: int, said: str | None) -> Talk:
    """A new case of this chat, with the rule that its report has; unanswered counts as only "hello"."""
    before = talk.chat
    answered = {"push", "push_later"} & set(talk.session.merged())
    ref_push = Push(said) if said else Push.HELLO
    talk = Talk(talk.session, before.with_ref(number, push=ref_push, asked=bool(answered)), talk.events)
    return _told(talk, before, number)


def chosen(talk: Talk, rule: Push) -> Talk:
    """Row 2 was answered."""
    session, before = talk.session, talk.chat
    ref = before.ref(session.case)
    if (
        session.case is None or ref is None
    ):  # nothing sent yet; or another phone: the rule of the case's own stands
        return talk
    if session.case not in session.owns(before) or (
        session.joined and ref.asked and session.case not in session.given
    ):
        rule = _stricter(rule, ref.push)
    talk = Talk(session, before.with_ref(session.case, push=rule, asked=True), talk.events)
    return _told(talk.also(PushSet(session.case, talk.chat.push)), before, session.case)


def _told(talk: Talk, before: Chat, number: int) -> Talk:
    """Tell the other open cases of this chat what now holds for all of them."""
    if talk.chat.push is before.push:
        return talk
    others = (ref.number for ref in before.cases if ref.is_open and ref.number != number)
    return talk.also(*(PushSet(other, talk.chat.push) for other in others))


def _stricter(one: Push, other: Push) -> Push:
    return max(one, other, key=STRICTNESS.index)
