"""Goes on: from one answer to the next question, back to the one before, to the end.
What an answer means was decided before; what the case gets of it is filing.py's."""

from collections.abc import Iterable
from typing import Any

from bot import alarm, filing, pushing, screens
from bot.conditions import Answers, Value
from bot.flow import SKIPPED, End, Question, Role
from bot.hearing import Heard
from bot.kit import Moment
from bot.session import RECEIPT_STAYS, Phase, Session, seconds
from bot.talk import Talk
from bot.turn import Act, Did, Reply, Turn
from responders.cases import Push


def stored(moment: Moment, talk: Talk, question: Question, value: Value, heard: Heard) -> Turn:
    """One answer counts: it is kept, the case or draft learns of it, and the next question is asked."""
    session = talk.session
    if (
        question.role is Role.OPENING
        and isinstance(value, str)
        and moment.kit.flow.alerts(question.id, value)
    ):
        return alarm.raise_(moment, talk, heard, choice=value)
    is_opening = question.role is Role.OPENING
    if is_opening and session.case is not None and session.sent:  # BACK never recalls an alert
        talk = talk.also(Did(session.case, Act.WENT_BACK, str(value)))
    if question.role is Role.PUSH and value:
        talk = pushing.chosen(talk, Push(str(value)))
    answers = {**session.answers, question.id: value}
    implied = session.implied and not is_opening
    return proceed(moment, talk, answers=answers, phase=Phase.ASKING, pending=None, reasks=0, implied=implied)


def proceed(
    moment: Moment, talk: Talk, *, before: Iterable[str] = (), answers: Answers | None = None, **changes: Any
) -> Turn:  # Any: as Talk.session_with
    """Ask the next question that has no answer yet, or end; `answers` and other changes are the session's."""
    known = talk.session.answers if answers is None else answers
    step = moment.kit.flow.next_after(None, known)
    if isinstance(step, End):
        return _end(moment, talk.session_with(answers=known, **changes), step)
    talk = talk.session_with(answers=known, node=step.id, **changes)
    talk = filing.file(moment, talk, complete=step.role is Role.SENT)
    session, said = talk.session, list(before)
    if filing.needs_silence_rule(session):
        said.append(moment.say("chat/silence_rule", session.language, team=moment.kit.team))
        talk = talk.session_with(told_silence=True)
    elif step.role is Role.NOTICE and session.words and not session.sent and not said:
        said.append(moment.say("chat/memo_waits", session.language))
    return talk.says(screens.asks(moment, talk.session, step, before=said))


def noted(moment: Moment, talk: Talk, reply: Reply | None = None) -> Turn:
    """Something was added without leaving the question (a choice among several, a message of a story): the case or
    draft learns of it."""
    talk = filing.file(moment, talk, complete=False)
    return talk.says(reply or screens.more_words(moment, talk.session.language))


def back(moment: Moment, talk: Talk) -> Turn:
    """The question before."""
    session = talk.session
    before = moment.kit.flow.previous(session.node or "", session.answers)
    if before is None or (session.implied and before.role is Role.OPENING):
        return again(moment, talk, "chat/nothing_before")
    answers = {name: value for name, value in session.answers.items() if name != before.id}
    talk = talk.session_with(answers=answers, node=before.id, phase=Phase.ASKING, pending=None, reasks=0)
    return talk.says(screens.asks(moment, talk.session, before))


def skip(moment: Moment, talk: Talk, heard: Heard) -> Turn:
    """The next question, if this one may be skipped."""
    question = moment.kit.flow.question(talk.session.node or "")
    if not question.skip:
        return again(moment, talk, "chat/cannot_skip")
    chosen = talk.session.answers.get(question.id)  # of several answers, those that were tapped stay
    return stored(moment, talk, question, chosen if isinstance(chosen, tuple) else SKIPPED, heard)


def given_up(moment: Moment, talk: Talk, question: Question) -> Turn:
    """Not understood twice: after the notice a person looks (*priority, unsure*), and the question is passed by."""
    talk = talk.session_with(reasks=0, unsure=True)
    if question.role is Role.NOTICE:
        return again(moment, talk, "chat/reask")
    said = moment.say("chat/reask_again", talk.session.language)
    if question.role is Role.OPENING and not talk.session.sent:
        talk = talk.session_with(node=moment.kit.notice.id)
        return talk.says(screens.asks(moment, talk.session, moment.kit.notice, before=[said]))
    if question.skip:
        talk = talk.session_with(answers={**talk.session.answers, question.id: SKIPPED})
    return proceed(moment, talk, before=[said])


def again(moment: Moment, talk: Talk, key: str | None = None, *, said: str | None = None) -> Turn:
    """The present question once more, under one sentence."""
    session = talk.session
    if said is None and key is not None:
        said = moment.say(key, session.language)
    if session.node is None:
        return talk.says(
            screens.plain(said or moment.say("chat/finished", session.language), session.language)
        )
    question = moment.kit.flow.question(session.node)
    if said is not None and question is moment.kit.alert_push and alarm.said_lately(moment, talk):
        return talk.says(screens.asks_push_again(moment, session, said))  # text 4 once in ten minutes
    return talk.says(screens.asks(moment, session, question, before=[said] if said else []))


def _end(moment: Moment, talk: Talk, end: End) -> Turn:
    """The flow has ended: refused, kept, a second matter, or sent and the receipt."""
    kit = moment.kit
    if end.discard and talk.session.sent and end.after_alert is not None:
        end = kit.flow.end(end.after_alert)
    language = talk.session.language
    if end.discard:
        talk = filing.drop(talk)
        return talk.forgets(screens.says(moment, language, f"{kit.flow.id}/end.{end.id}", team=kit.team))
    talk = filing.file(moment, talk, complete=True)
    if end.again:
        return _second_matter(moment, talk, end)
    if end.receipt:
        return _receipt(moment, talk)
    return ended(talk, screens.says(moment, language, f"{kit.flow.id}/end.{end.id}", team=kit.team))


def ended(talk: Talk, reply: Reply) -> Turn:
    """No more questions. The answers are with the case, and not kept here any longer."""
    return Talk(_after(talk.session, Phase.ENDED), talk.chat, talk.events).says(reply)


def _receipt(moment: Moment, talk: Talk) -> Turn:
    """Text 8, unless the person came back with words for this case: those still hold."""
    session, chat = talk.session, talk.chat
    if session.case in session.given:
        return ended(talk, screens.says(moment, session.language, "chat/added"))
    facts = moment.facts
    words = moment.kit.words.new(session.language, facts.entropy, shard=facts.shard, shards=facts.shards)
    said = session.answers.get("push_later") or session.answers.get("push")
    reply = screens.receipt(
        moment,
        session.language,
        moment.kit.words.say(words),
        level=filing.level(moment, talk, on_screen=True),
        never=said == Push.NEVER or (not session.joined and chat.push is Push.NEVER),
    )
    mine = session.owns(chat)
    for number in mine:
        if chat.ref(number) is not None:
            chat = chat.with_ref(number, words_shown=True)
    talk = Talk(_after(session, Phase.RECEIPT), chat, talk.events)
    talk = talk.chat_with(receipt_due=seconds(moment.now + RECEIPT_STAYS))
    turn = talk.says(reply)
    return Turn(turn.session, turn.chat, turn.replies, turn.events, receipt=words, receipt_for=mine)


def _after(session: Session, phase: Phase) -> Session:
    """What is left of a session when its questions have ended: which cases it may add to, and no answer."""
    return Session(
        session.flow, session.shape, session.language, session.started, session.seen, phase=phase, node=None,
        joined=session.joined, sent=True, case=session.case, earlier=session.earlier, given=session.given,
    )  # fmt: skip


def _second_matter(moment: Moment, talk: Talk, end: End) -> Turn:
    """Something else happened: a case of its own, from the opening on. Row 2 and the notice stand for both."""
    session, flow = talk.session, moment.kit.flow
    standing = {q.id for q in flow.questions if q.role in (Role.PUSH, Role.NOTICE)}
    fresh = Session(
        session.flow, session.shape, session.language, session.started, session.seen,
        answers={name: value for name, value in session.answers.items() if name in standing},
        earlier=tuple(n for n in session.owns(talk.chat) if n not in session.given), given=session.given,
    )  # fmt: skip
    said = moment.say(f"{flow.id}/end.{end.id}", session.language)
    return Talk(fresh, talk.chat, talk.events).says(screens.opening(moment, fresh, before=[said]))
