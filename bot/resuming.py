"""Takes up a session where time has passed it by: its draft was passed on meanwhile, or the flow has changed.
Pure; what no longer fits is asked again, never guessed."""

from bot.conditions import Answers, Value
from bot.flow import Question
from bot.kit import Moment
from bot.session import Phase, Session
from responders.changing import replace
from responders.chats import Chat


def resumed(moment: Moment, session: Session, chat: Chat) -> Session:
    """The session as it is true now."""
    session = _with_its_case(session, chat)
    return session if session.shape == moment.kit.flow.shape else _in_changed_flow(moment, session)


def _with_its_case(session: Session, chat: Chat) -> Session:
    """A silent draft became a case while nobody wrote: never two cases of one matter."""
    if session.draft is None or chat.draft or not chat.cases:
        return session
    number = chat.cases[-1].number
    if number in session.earlier or number in session.given:
        return session
    return replace(session, case=number, draft=None, sent=True)


def _in_changed_flow(moment: Moment, session: Session) -> Session:
    """Answers that still mean something stay; the place is found anew."""
    flow = moment.kit.flow
    answers, base = _still_known(moment, session.answers), _still_known(moment, session.base)
    session = replace(session, shape=flow.shape, answers=answers, base=base)
    if session.node is None:
        return session
    step = flow.next_after(None, session.answers)
    node = step.id if isinstance(step, Question) else moment.kit.opening.id
    return replace(session, node=node, phase=Phase.ASKING, pending=None, reasks=0)


def _still_known(moment: Moment, answers: Answers) -> dict[str, Value]:
    kept: dict[str, Value] = {}
    for name, value in answers.items():
        question = moment.kit.flow.question(name) if moment.kit.flow.has(name) else None
        if question is None:
            continue
        ids = {choice.id for choice in question.choices}
        chosen = value if isinstance(value, tuple) else (value,)
        if not ids or not value or ids.issuperset(chosen):
            kept[name] = value
    return kept
