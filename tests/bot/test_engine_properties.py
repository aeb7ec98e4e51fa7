"""Walks that nobody would think of: random taps, texts, commands, attachments, pauses and locks through the engine."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels import Attachment, Event
from bot.command_words import Command
from bot.flow import Kind, button_data
from bot.hearing import RECEIPT_TAP
from bot.session import Phase
from bot.turn import Danger, Filed, Reply, Turn
from responders import escalation
from responders.cases import Case
from responders.chats import Chat
from tests.bot.engine_talk import Talking, the_kit
from tests.responders.stories import a_plan
from triage import calm, signs
from triage.assessment import assess
from triage.words import fold

pytestmark = pytest.mark.slow

KIT = the_kit()
TAPS = [
    *(button_data(question.id, choice.id) for question in KIT.flow.questions for choice in question.choices),
    *(button_data("command", word) for word in Command), RECEIPT_TAP, "country.GT", "confirm.yes", "confirm.no",
    "language.fr", "language.none", "consent.yes", "consent.no", "x.y", "",
]  # fmt: skip
TEXTS = [
    "1", "2", "3", "11", "hello", "help", "ayuda", "they are breaking the door", "Kenya", "Congo", "20 November", "yes",
    "no", "tomorrow", "STOP", "BACK", "SKIP", "CLEAR", "ERASE", "STATUS", "DONE", "WITHDRAW", "LANGUAGE", "français",
    "?", "SIGNAL", "/start", "40", "the grey car was here again", "wolf " * 30, "", "\u200b", "🙏",
    KIT.words.say(KIT.words.new("en", b"0123456789abcdef", shard=0, shards=1)),
]  # fmt: skip
SECRET = "the blue warehouse by the river"

steps = st.one_of(
    st.sampled_from(TAPS).map(lambda data: ("tap", data)),
    st.sampled_from(TEXTS).map(lambda text: ("write", text)),
    st.text(max_size=40).map(lambda text: ("write", text)),
    st.sampled_from(Attachment).map(lambda kind: ("send", kind)),
    st.sampled_from([1, 9, 16, 31, 60 * 25]).map(lambda minutes: ("wait", minutes)),
    st.sampled_from([Event.EDITED, Event.BLOCKED, Event.UNBLOCKED]).map(lambda event: ("event", event)),
    st.just(("answer", None)),
)
relaxed = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def does(ana: Talking, step: tuple[str, object]) -> Turn | None:
    kind, what = step
    if kind == "wait":
        ana.now += timedelta(minutes=int(str(what)))
        return None
    if kind == "answer":
        return answers(ana)
    if kind == "event":
        return ana.hears(text="Kenya", event=Event(str(what)))
    if kind == "send":
        return ana.sends(Attachment(str(what)))
    return ana.taps(str(what)) if kind == "tap" else ana.writes(str(what))


def answers(ana: Talking) -> Turn:
    """The first answer of the question that is open: a walk that gets somewhere."""
    session = ana.session
    if session is None or session.node is None:
        return ana.writes("hello")
    if session.phase is Phase.CONFIRMING:
        return ana.taps("confirm.yes")
    question = KIT.flow.question(session.node)
    if question.kind is Kind.MULTI and session.answers.get(question.id):
        return ana.taps("command.done")
    if question.choices:
        return ana.taps(button_data(question.id, question.choices[0].id))
    return ana.taps("command.skip")


@relaxed
@given(st.lists(steps, max_size=30), st.sampled_from(["en", "es", "fr", "ar"]))
def test_any_walk_replies_in_one_language_and_asks_or_ends(
    walk: list[tuple[str, object]], locale: str
) -> None:
    ana = Talking(locale)
    for step in walk:
        language = ana.session.language if ana.session is not None else None
        was_open = ana.session is not None and not ana.session.is_locked(ana.chat, ana.now)
        turn = does(ana, step)
        if turn is None:
            continue
        is_silent = step == ("tap", RECEIPT_TAP) or step[1] in (Event.BLOCKED, Event.UNBLOCKED)
        assert turn.replies or is_silent, step
        spoken = {reply.message.language for reply in turn.replies}
        assert len(spoken) <= 1
        after = turn.session.language if turn.session is not None else language
        assert spoken <= {after, language} or not was_open
        assert all(reply.message.text.strip() for reply in turn.replies)
        if turn.session is not None and turn.session.node is not None:
            KIT.flow.question(turn.session.node)


@relaxed
@given(st.lists(steps, max_size=30))
def test_no_walk_marks_words_that_say_something(walk: list[tuple[str, object]]) -> None:
    ana = Talking()
    for step in walk:
        turn = does(ana, step)
        session = turn.session if turn is not None else None
        if session is not None and session.calm != calm.UNMARKED:
            words = (*session.base_words, *session.words)
            is_theirs = calm.mark(words, KIT.reading) == session.calm
            assert not is_theirs or all(calm.shows_nothing(signs.find(text), fold(text)) for text in words)


@relaxed
@given(st.lists(steps, max_size=30))
def test_a_case_once_filed_keeps_its_level_or_rises(walk: list[tuple[str, object]]) -> None:
    ana, cases = Talking(), dict[int, Case]()
    for step in walk:
        turn = does(ana, step)
        for event in turn.events if turn is not None else ():
            if isinstance(event, Filed | Danger) and (event.case in cases or isinstance(event, Filed)):
                before = cases.get(event.case)
                cases[event.case] = after = happened(before, event, ana.now)
                assert before is None or after.level >= before.level


def happened(case: Case | None, event: Filed | Danger, now: datetime) -> Case:
    """What the responders' floor makes of it."""
    if isinstance(event, Danger):
        assert case is not None
        return escalation.danger_again(case, now, locked=event.locked, codes=event.signs, plan=a_plan()).case
    assessment = assess(event.report, now)
    if case is None:
        return escalation.open_case("id", event.case, a_plan(), event.report, assessment, now).case
    return escalation.updated(case, event.report, assessment, now, plan=a_plan()).case


@relaxed
@given(st.lists(steps.filter(lambda step: step[1] not in ("more.another", "wait")), max_size=30))
def test_one_matter_never_makes_two_cases_while_it_is_asked_about(walk: list[tuple[str, object]]) -> None:
    ana = Talking()
    for step in walk:
        before = ana.session
        turn = does(ana, step)
        made = (
            [one for one in turn.events if isinstance(one, Filed) and one.is_new] if turn is not None else []
        )
        assert len(made) <= 1
        if made and before is not None and not before.is_locked(ana.chat, ana.now):
            assert before.case is None or not _is_open(ana.chat, before.case)


def _is_open(chat: Chat | None, number: int) -> bool:
    ref = chat.ref(number) if chat is not None else None
    return ref is not None and ref.is_open


@relaxed
@given(st.lists(steps, max_size=12), st.lists(steps.filter(lambda step: step[0] != "event"), max_size=8))
def test_a_locked_chat_never_says_anything_about_an_old_report(
    before: list[tuple[str, object]], after: list[tuple[str, object]]
) -> None:
    ana = Talking()
    ana.reports("unsafe", country="stop")
    ana.writes(SECRET)
    ana.writes("Kenya")
    for step in before:
        does(ana, step)
    ana.now += timedelta(minutes=16)
    for step in after:
        turn = does(ana, step)
        for reply in turn.replies if turn is not None else ():
            assert "warehouse" not in _whole(reply)
            assert "Kenya" not in _whole(reply) or ("write", "Kenya") in after


def _whole(reply: Reply) -> str:
    return "\n".join([reply.message.text, *(button.label for button in reply.message.buttons)])


@relaxed
@given(
    st.lists(steps.filter(lambda step: step[0] not in ("event", "wait")), min_size=1, max_size=8),
    st.booleans(),
)
def test_a_locked_chat_and_a_new_one_answer_alike_but_to_danger(
    walk: list[tuple[str, object]], has_receipt: bool
) -> None:
    ana, new = Talking(), Talking()
    ana.reports(
        "safe" if has_receipt else "soon", what="harassed", **({} if has_receipt else {"when": "stop"})
    )
    ana.now += timedelta(minutes=16)
    new.now = ana.now
    for step in walk:
        turn, fresh = does(ana, step), does(new, step)
        assert turn is not None
        assert fresh is not None
        if any(isinstance(one, Filed) for one in (*turn.events, *fresh.events)):
            return  # danger, or a whole new report
        words = [[_whole(reply) for reply in one.replies] for one in (turn, fresh)]
        assert words[0] == words[1], step
