"""Leads an open chat through the flow, one answer at a time, and raises the alarm at any step.
Decides what counts and what comes next; filing.py decides what the case or draft gets of it."""

from dataclasses import replace
from datetime import datetime

from bot import answering, filing, screens
from bot.answers import Command
from bot.channels import Attachment
from bot.flow import SKIPPED, End, Question, Role
from bot.hearing import RECEIPT_TAP, Heard
from bot.kit import Facts, Kit
from bot.returning import words_given
from bot.session import RECEIPT_STAYS, Phase, Session, seconds, stamp
from bot.turn import Act as Deed
from bot.turn import Danger, Did, Drafted, Event, Note, PushSet, Reply, Turn, Wrote
from responders.cases import Push
from responders.chats import STRICTNESS, Chat
from triage.scales import Level


def advance(
    kit: Kit, session: Session, chat: Chat, heard: Heard, tapped: str | None, now: datetime, facts: Facts
) -> Turn:
    """The outcome of a message in an open chat; `tapped` is the data of the button, as it came."""
    session = replace(session, seen=seconds(now))
    if heard.is_alarm:
        return alarm(kit, session, chat, heard, now, facts)
    if tapped == RECEIPT_TAP:
        return _receipt_gone(session, chat)
    if heard.receipt is not None and heard.receipt.is_whole:
        return _words(kit, session, chat, now, facts)
    if heard.command is not None and (turn := _command(kit, session, chat, heard, now, facts)) is not None:
        return turn
    if heard.named is not None and session.phase is not Phase.RECEIPT:
        return language(kit, session, chat, heard.named, now, facts)
    if heard.tap is not None and heard.tap[0] == "language":
        return language(kit, session, chat, heard.tap[1], now, facts)
    if session.phase in (Phase.RECEIPT, Phase.ENDED):
        return _afterwards(kit, session, chat, heard, now, facts)
    if heard.signs.cry and session.node == "opening":
        return _second_cry(kit, session, chat, heard, now, facts)
    if heard.attachment is not None and not heard.text:
        return _attachment(kit, session, chat, heard, now, facts)
    if heard.is_edit:
        return again(kit, session, chat, now, facts, "chat/edited")
    return answering.answer(kit, session, chat, heard, now, facts)


def alarm(
    kit: Kit,
    session: Session,
    chat: Chat,
    heard: Heard,
    now: datetime,
    facts: Facts,
    *,
    was_locked: bool = False,
) -> Turn:
    """A danger sign, at any step and in any state of the chat: an alert now, or the open case's ladder again.

    Text 4 at most once in ten minutes, else one line (protocol section 6)."""
    answers = dict(session.answers)
    if heard.tap is not None:
        answers[heard.tap[0]] = heard.tap[1]
    elif not answers.get("opening"):
        answers["opening"] = "unsafe"
        session = replace(session, implied=True)
    if heard.tap is not None:
        session = replace(session, implied=False)
    signs = heard.signs.danger or (("cry",) if heard.signs.cry_and_more else ())
    words = (*session.words, heard.text) if heard.text and heard.tap is None else session.words
    session = replace(
        session, answers=answers, words=words, danger=tuple(dict.fromkeys((*session.danger, *signs))), reasks=0,
        pending=None,
    )  # fmt: skip
    known = chat.ref(session.case) or chat.newest_open()
    events: list[Event] = []
    if known is not None and known.is_open:
        session = replace(session, case=known.number)
        codes = tuple(f"words.{sign}" for sign in signs) or (f"opening.{answers.get('opening')}",)
        events.append(Danger(known.number, codes, was_locked))
    elif session.case is not None:
        events.append(
            Danger(session.case, tuple(f"words.{sign}" for sign in signs), was_locked)
        )  # a case of another phone, after its right words
    session, chat, filed = filing.file(kit, session, chat, now, facts, complete=True)
    events.extend(filed)
    said_lately = chat.passed is not None and now - stamp(chat.passed) < kit.text_4_every
    if said_lately:
        reply: tuple[Reply, ...] = (screens.says(kit, session.language, "chat/passed_on"),)
        if session.phase is Phase.ASKING and session.node is not None and session.node != "opening":
            reply = (*reply, screens.asks(kit, session, kit.flow.question(session.node), facts, now))
        elif session.phase is Phase.ASKING:
            return _goto_push(kit, session, chat, now, facts, events, before=reply)
        return Turn(session, chat, reply, tuple(events))
    return _goto_push(kit, session, replace(chat, passed=seconds(now)), now, facts, events)


def _goto_push(
    kit: Kit, session: Session, chat: Chat, now: datetime, facts: Facts, events: list[Event],
    before: tuple[Reply, ...] = (),
) -> Turn:  # fmt: skip
    """After an alert comes text 4 with its question, also where the flow has passed that place."""
    session = replace(session, phase=Phase.ASKING, node="push")
    push = kit.flow.question("push")
    honest: tuple[str, ...] = tuple(screens.honest(kit, session.language, facts, now))
    reply = screens.asks(kit, session, push, facts, now, before=honest)
    return Turn(session, chat, (*before, reply), tuple(events))


def cried(
    kit: Kit, session: Session, chat: Chat, now: datetime, facts: Facts, *, before: tuple[str, ...] = ()
) -> Turn:
    """Only a word for help: the opening; unanswered after two minutes it goes to a person, *urgent, unsure*."""
    said = [kit.texts.say(key, session.language) for key in before]
    session = replace(session, draft=session.draft or "cry")
    draft = Drafted(replace(filing.report(session, chat), unsure=True), now + kit.cry_after)
    reply = screens.opening(kit, session, facts, now, before=said)
    return Turn(session, replace(chat, draft=True), (reply,), (draft,))


def _second_cry(kit: Kit, session: Session, chat: Chat, heard: Heard, now: datetime, facts: Facts) -> Turn:
    if not session.cried:
        return cried(kit, replace(session, cried=True), chat, now, facts)
    return alarm(
        kit, session, chat, replace(heard, signs=replace(heard.signs, danger=("cry.again",))), now, facts
    )


def memo(kit: Kit, session: Session, chat: Chat, now: datetime, facts: Facts) -> Turn:
    """A story before the opening: assessed at once; if it is not an alert, text 3 comes before it is kept.
    Only what is missing is asked afterwards."""
    if filing.level(session, chat, now) is Level.IMMEDIATE:
        session, chat, filed = filing.file(
            kit, replace(session, implied=True), chat, now, facts, complete=True
        )
        answers = {**session.answers, "opening": "unsafe"}
        session, chat = replace(session, answers=answers), replace(chat, passed=seconds(now))
        return _goto_push(kit, session, chat, now, facts, filed)
    session = replace(session, node="notice")
    said = [kit.texts.say("chat/memo_waits", session.language)]
    return Turn(
        session, chat, (screens.asks(kit, session, kit.flow.question("notice"), facts, now, before=said),)
    )


def taken(kit: Kit, session: Session, facts: Facts, now: datetime) -> Reply:
    """A story arrived at some question: thanks, and the question that is still open."""
    said = [kit.texts.say("chat/memo_taken", session.language)]
    return screens.asks(kit, session, kit.flow.question(session.node or ""), facts, now, before=said)


def noted(
    kit: Kit, session: Session, chat: Chat, now: datetime, facts: Facts, reply: Reply | None = None
) -> Turn:
    """Something was added without leaving the question (a choice among several, a message of a story): the case or
    draft learns of it."""
    session, chat, filed = filing.file(kit, session, chat, now, facts, complete=False)
    reply = reply or screens.says(kit, session.language, "chat/words_more")
    return Turn(session, chat, (reply,), tuple(filed))


def given_up(kit: Kit, session: Session, chat: Chat, question: Question, now: datetime, facts: Facts) -> Turn:
    """Not understood twice: after the notice a person looks (*priority, unsure*), and the question is passed by."""
    said = (kit.texts.say("chat/reask_again", session.language),)
    if question.role is Role.NOTICE:
        return again(kit, session, chat, now, facts, text=said[0])
    if question.role is Role.OPENING and session.case is None:
        session = replace(session, node="notice")
        reply = screens.asks(kit, session, kit.flow.question("notice"), facts, now, before=said)
        return Turn(session, chat, (reply,))
    answers = {**session.answers, question.id: SKIPPED} if question.skip else session.answers
    return proceed(kit, replace(session, answers=answers), chat, now, facts, [], before=said)


def remark(kit: Kit, heard: Heard, facts: Facts) -> tuple[str, ...]:
    """What is said above the opening: information after "?", the way to Signal, a kind word for what is not kept."""
    language = heard.language
    if heard.command is Command.INFORMATION:
        return (kit.texts.say("chat/information", language, team=kit.team),)
    if heard.command is Command.SIGNAL:
        return (_to_signal(kit, language, facts),)
    if heard.attachment is not None and not heard.text:
        return (kit.texts.say(f"chat/not_kept.{heard.attachment.value}", language),)
    return ()


def _to_signal(kit: Kit, language: str, facts: Facts) -> str:
    """Where we are on Signal, or that we are not."""
    if facts.signal is None:
        return kit.texts.say("chat/signal_none", language)
    return kit.texts.say("chat/signal", language, address=facts.signal)


def stored(
    kit: Kit, session: Session, chat: Chat, question: Question, value: str | tuple[str, ...], now: datetime, facts: Facts,
    *, before: tuple[str, ...] = (),
) -> Turn:  # fmt: skip
    """One answer counts: it is kept, the case or draft learns of it, and the next question is asked."""
    answers = {**session.answers, question.id: value}
    session = replace(session, answers=answers, phase=Phase.ASKING, pending=None, reasks=0)
    events: list[Event] = []
    if question.role is Role.PUSH and value:
        session, chat, events = _push(session, chat, Push(str(value)))
    return proceed(kit, session, chat, now, facts, events, before=before)


def proceed(
    kit: Kit, session: Session, chat: Chat, now: datetime, facts: Facts, events: list[Event],
    *, before: tuple[str, ...] = (),
) -> Turn:  # fmt: skip
    """Ask the next question that has no answer yet, or end."""
    step = kit.flow.next_after(None, session.answers)
    if isinstance(step, End):
        return _end(kit, session, chat, step, now, facts, events)
    is_sent = step.role is Role.SENT
    session = replace(session, node=step.id)
    session, chat, filed = filing.file(kit, session, chat, now, facts, complete=is_sent)
    said = list(before)
    if filing.needs_silence_rule(session):
        said.append(kit.texts.say("chat/silence_rule", session.language, team=kit.team))
        session = replace(session, told_silence=True)
    if step.role is Role.NOTICE and session.words and session.case is None and not said:
        said.append(kit.texts.say("chat/memo_waits", session.language))
    reply = screens.asks(kit, session, step, facts, now, before=said)
    return Turn(session, chat, (reply,), (*events, *filed))


def _push(session: Session, chat: Chat, rule: Push) -> tuple[Session, Chat, list[Event]]:
    """Row 2, for this matter and this chat; without the words of a case it can only become stricter."""
    if session.case is None:
        return session, chat, []
    ref = chat.ref(session.case)
    if ref is None:
        return session, chat, []  # a new phone: the rule of the case's own phone stands
    needs_words = ref.words_shown and session.case not in session.given
    if ref.asked and needs_words and STRICTNESS.index(rule) < STRICTNESS.index(ref.push):
        rule = ref.push
    return session, chat.with_ref(session.case, push=rule, asked=True), [PushSet(session.case, rule)]


def _end(
    kit: Kit, session: Session, chat: Chat, end: End, now: datetime, facts: Facts, events: list[Event]
) -> Turn:
    """The flow has ended: refused, kept, a second matter, or sent and the receipt."""
    if end.discard:
        session_events = filing.drop(session)
        reply = screens.says(kit, session.language, f"{kit.flow.id}/end.{end.id}", team=kit.team)
        return Turn(None, replace(chat, draft=False), (reply,), (*events, *session_events))
    session, chat, filed = filing.file(kit, session, chat, now, facts, complete=True)
    events = [*events, *filed]
    if end.again:
        return _second_matter(kit, session, chat, end, now, facts, events)
    if not end.receipt:
        session = replace(session, phase=Phase.ENDED, node=None)
        reply = screens.says(kit, session.language, f"{kit.flow.id}/end.{end.id}", team=kit.team)
        return Turn(session, chat, (reply,), tuple(events))
    level = filing.level(session, chat, now)
    receipt = kit.words.new(session.language, facts.entropy, shard=facts.shard, shards=facts.shards)
    never = (
        chat.push is Push.NEVER or session.answers.get("push_later", session.answers.get("push")) == "never"
    )
    reply = screens.receipt(
        kit, session.language, kit.words.say(receipt), facts, now, level=level, never=never
    )
    for number in _own_cases(session):
        if chat.ref(number) is not None:
            chat = chat.with_ref(number, words_shown=True)
    session = replace(session, phase=Phase.RECEIPT, node=None)
    chat = replace(chat, receipt_due=seconds(now + RECEIPT_STAYS))
    return Turn(session, chat, (reply,), tuple(events), receipt=receipt)


def _second_matter(
    kit: Kit, session: Session, chat: Chat, end: End, now: datetime, facts: Facts, events: list[Event]
) -> Turn:
    """Something else happened: a case of its own, from the opening on. Row 2 and the notice stand for both."""
    kept = {
        name: session.answers[name] for name in ("push", "push_later", "notice") if name in session.answers
    }
    earlier = (*session.earlier, session.case) if session.case is not None else session.earlier
    fresh = Session(
        flow=session.flow, shape=session.shape, language=session.language, started=seconds(now), seen=seconds(now),
        answers=kept, earlier=earlier, given=session.given,
    )  # fmt: skip
    said = [kit.texts.say(f"{kit.flow.id}/end.{end.id}", session.language)]
    return Turn(fresh, chat, (screens.opening(kit, fresh, facts, now, before=said),), tuple(events))


def _receipt_gone(session: Session, chat: Chat) -> Turn:
    """The tap on the receipt: the message goes and the chat is locked. The deletion is the answer."""
    chat = replace(chat, receipt_due=None)
    kept = session if session.phase is not Phase.RECEIPT else None
    return Turn(kept, chat, remove_receipt=True)


def _words(kit: Kit, session: Session, chat: Chat, now: datetime, facts: Facts) -> Turn:
    """Receipt words in an open chat: the same as in a locked one; answers that were not sent yet still count."""
    fresh = Session(
        flow=session.flow, shape=session.shape, language=session.language, started=seconds(now), seen=seconds(now),
        base=session.merged(), words=session.words, danger=session.danger, case=session.case, earlier=session.earlier,
        body_key=session.body_key, revision=session.revision, draft=session.draft,
    )  # fmt: skip
    return words_given(kit, fresh, chat, now, facts)


def _command(
    kit: Kit, session: Session, chat: Chat, heard: Heard, now: datetime, facts: Facts
) -> Turn | None:
    """A control word in an open chat; None when the word means nothing here and may be an answer."""
    match heard.command:
        case Command.STOP:
            return _stop(kit, session, chat)
        case Command.CLEAR:
            reply = screens.says(kit, session.language, "chat/cleared")
            return Turn(replace(session, seen=0), chat, (reply,), clear=True)
        case Command.ERASE:
            return _erase(kit, session, chat)
        case Command.WITHDRAW:
            cases = _own_cases(session)
            reply = screens.says(kit, session.language, "chat/withdrawn")
            return Turn(session, chat, (reply,), tuple(Did(number, Deed.WITHDREW) for number in cases))
        case Command.LANGUAGE:
            session = replace(session, phase=Phase.LANGUAGE)
            return Turn(session, chat, (screens.languages(kit, session.language),))
        case Command.INFORMATION | Command.SIGNAL:
            said = remark(kit, replace(heard, language=session.language), facts)
            return again(kit, session, chat, now, facts, text=said[0])
        case Command.STATUS | Command.START:
            return again(kit, session, chat, now, facts) if session.phase is Phase.ASKING else None
        case Command.BACK if session.node is not None:
            return _back(kit, session, chat, now, facts)
        case Command.SKIP if session.node is not None:
            return skip(kit, session, chat, now, facts)
        case _:
            return None


def _stop(kit: Kit, session: Session, chat: Chat) -> Turn:
    """STOP before an alert drops everything; after one it only ends the questions."""
    if session.case is None:
        reply = screens.says(kit, session.language, "chat/cleared")
        return Turn(None, replace(chat, draft=False), (reply,), tuple(filing.drop(session)))
    reply = screens.says(kit, session.language, f"{kit.flow.id}/end.kept", team=kit.team)
    session = replace(session, phase=Phase.ENDED, node=None)
    return Turn(session, chat, (reply,), (Did(session.case or 0, Deed.STOPPED),))


def _erase(kit: Kit, session: Session, chat: Chat) -> Turn:
    """ERASE in an open chat: report, words and address go; an open immediate or urgent case stays as a shell."""
    events: list[Event] = list(filing.drop(session))
    for number in _own_cases(session):
        events.append(Did(number, Deed.ERASED))
        chat = chat.without(number)
    chat = replace(chat, draft=False, receipt_due=None, shown=None, shown_case=None)
    return Turn(None, chat, (screens.says(kit, session.language, "chat/cleared"),), tuple(events), clear=True)


def _own_cases(session: Session) -> tuple[int, ...]:
    """The cases that this open chat may act on."""
    own = [*session.earlier, *session.given]
    if session.case is not None:
        own.append(session.case)
    return tuple(dict.fromkeys(own))


def language(kit: Kit, session: Session, chat: Chat, code: str, now: datetime, facts: Facts) -> Turn:
    """Another language; one that we do not have leads to an interpreter."""
    if code not in kit.offered:
        session = replace(session, interpreter=True, phase=Phase.ASKING)
        return Turn(session, chat, (screens.says(kit, session.language, "chat/language_which"),))
    session = replace(session, language=code, interpreter=False, phase=Phase.ASKING)
    return again(kit, session, chat, now, facts)


def _back(kit: Kit, session: Session, chat: Chat, now: datetime, facts: Facts) -> Turn:
    """The question before. BACK never recalls an alert: the card says where the person went back to."""
    before = kit.flow.previous(session.node or "", session.answers)
    if before is None:
        return again(kit, session, chat, now, facts, "chat/nothing_before")
    answers = {name: value for name, value in session.answers.items() if name != before.id}
    session = replace(session, answers=answers, node=before.id, phase=Phase.ASKING, pending=None, reasks=0)
    return Turn(session, chat, (screens.asks(kit, session, before, facts, now),))


def skip(kit: Kit, session: Session, chat: Chat, now: datetime, facts: Facts) -> Turn:
    question = kit.flow.question(session.node or "")
    if not question.skip:
        return again(kit, session, chat, now, facts, "chat/cannot_skip")
    return stored(kit, session, chat, question, SKIPPED, now, facts)


def _attachment(kit: Kit, session: Session, chat: Chat, heard: Heard, now: datetime, facts: Facts) -> Turn:
    """Nothing but text is kept; a voice note makes the case *unsure*, and a person asks for text."""
    kind = heard.attachment or Attachment.OTHER
    events: list[Event] = []
    if kind is Attachment.VOICE:
        session = replace(session, voice=True)
        if session.case is not None:
            events.append(Did(session.case, Deed.VOICE))
    turn = again(kit, session, chat, now, facts, f"chat/not_kept.{kind.value}")
    return replace(turn, events=tuple(events))


def _afterwards(kit: Kit, session: Session, chat: Chat, heard: Heard, now: datetime, facts: Facts) -> Turn:
    """While the receipt shows, or after the questions ended: words go to the case; a control word gets what a new
    chat gets, so that nobody learns from it that something was sent."""
    if heard.text and heard.command is None and session.case is not None and not heard.signs.greeting:
        reply = screens.says(kit, session.language, "chat/added")
        return Turn(session, chat, (reply,), (Wrote(session.case, heard.text, Note.UNLOCKED),))
    fresh = Session(
        flow=kit.flow.id,
        shape=kit.flow.shape,
        language=session.language,
        started=seconds(now),
        seen=seconds(now),
    )
    reply = screens.opening(kit, fresh, facts, now, before=remark(kit, heard, facts))
    return Turn(fresh, chat, (reply,), remove_receipt=session.phase is Phase.RECEIPT)


def again(
    kit: Kit, session: Session, chat: Chat, now: datetime, facts: Facts, key: str | None = None,
    *, text: str | None = None,
) -> Turn:  # fmt: skip
    """The present question once more, under one sentence."""
    said = [text] if text else [kit.texts.say(key, session.language)] if key else []
    if session.node is None:
        return Turn(session, chat, tuple(screens.plain(text, session.language) for text in said))
    question = kit.flow.question(session.node)
    return Turn(session, chat, (screens.asks(kit, session, question, facts, now, before=said),))
