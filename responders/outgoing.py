"""What may go to the reporter's phone now, what waits, and what can still be undone (protocol, section 6).
Pure: it never sees whether a phone is locked; the reporter's side tells it when somebody answered."""

from datetime import datetime, timedelta

from responders.cases import Case, Due, Held, Mark, Push
from responders.changing import replace
from responders.clock_back import BACK_COUNTS
from responders.plan import Plan
from responders.turns import HOLD, CaseTurn, How, Out, Tell, ToReporter

LIVE = timedelta(minutes=15)  # then the chat locks
HELLO_AGAIN = timedelta(hours=24)  # text 2 at most once in that time
NOT_COLLECTED = timedelta(days=8)
NEXT_TEXT6 = timedelta(hours=1)

_STOPS_PUSHES = (Mark.BLOCKED, Mark.SEIZED, Mark.KEY_CHANGED, Mark.QUIET)


def is_live(case: Case, now: datetime) -> bool:
    """The reporter answered within the last fifteen minutes, so the chat is open and in their hands. Where the clock
    went back since, nobody knows."""
    if case.words_at is None or not -BACK_COUNTS <= now - case.words_at < LIVE:
        return False
    return case.hello_at is None or case.words_at >= case.hello_at


def may_show(case: Case, now: datetime) -> bool:
    """Whether a person's message may appear on the phone at once."""
    if not case.has_way or any(mark in case.marks for mark in _STOPS_PUSHES):
        return False
    return case.push is Push.YES or is_live(case, now)


def why_not(case: Case, now: datetime) -> str | None:
    """The text key of the reason why a message waits, or None when it goes out."""
    if may_show(case, now):
        return None
    for mark in _STOPS_PUSHES:
        if mark in case.marks:
            return f"desk/waits.{mark.value}"
    return f"desk/waits.{case.push.value}"


def hello(case: Case, now: datetime, hold: timedelta = timedelta(0)) -> CaseTurn:
    """Text 2, when row 2 is "only hello" and none went out in the last day."""
    stopped = not case.has_way or any(mark in case.marks for mark in _STOPS_PUSHES)
    if stopped or case.push is not Push.HELLO:
        return CaseTurn(case)
    if case.hello_at is not None and now - case.hello_at < HELLO_AGAIN:
        return CaseTurn(case)
    text2 = ToReporter(Out.TEXT2, hold=hold, refs=(case.generation,) if hold else ())
    return CaseTurn(replace(case, hello_at=now), to_reporter=(text2,))


def hold_back(case: Case, item: ToReporter, now: datetime, *, needs_words: bool = False) -> CaseTurn:
    """Queue something of a person's for the reporter: held ten seconds, then shown or kept waiting.

    `needs_words`: it waits for the receipt words even where messages are shown (consents)."""
    shown = may_show(case, now) and (not needs_words or is_live(case, now) or Mark.NO_WORDS in case.marks)
    ref = case.generation
    held = Held(ref, item.kind.value, now, waits=not shown)
    kept = replace(case, held=(*case.held, held))
    if held.waits and Due.WAITING not in kept.due:
        kept = kept.with_due(waiting=now + NOT_COLLECTED)
    item = replace(item, how=How.SHOW if shown else How.WAIT, hold=HOLD, refs=(ref,))
    turn = CaseTurn(kept, to_reporter=(item,))
    return turn if shown else turn.then(hello(kept, now, hold=HOLD))


def text7(case: Case, now: datetime, next_news: datetime | None) -> CaseTurn:
    """ "A person has read your words": shown, announced by text 2, or kept until they answer."""
    if not case.has_way:
        return CaseTurn(case)
    how = How.SHOW if may_show(case, now) else How.WAIT
    turn = CaseTurn(case, to_reporter=(ToReporter(Out.TEXT7, how=how, values={"time": next_news}),))
    return turn if how is How.SHOW else turn.then(hello(case, now))


def released(case: Case, now: datetime) -> CaseTurn:
    """They answered: what waits is shown now."""
    kept = replace(case.unmarked(Mark.QUIET), words_at=now)
    if Mark.SEIZED in kept.marks:
        return CaseTurn(kept)  # the words may be in the wrong hands too: the taker decides (x42 off)
    kept = replace(kept, held=tuple(replace(one, waits=False) for one in kept.held))
    return CaseTurn(kept.with_due(waiting=None), to_reporter=(ToReporter(Out.RELEASE),))


def reached(case: Case, ref: int, now: datetime) -> CaseTurn:
    """Something arrived on the phone (or left for outside): it cannot be undone any more."""
    still = tuple(one for one in case.held if one.ref != ref)
    if still == case.held:
        return CaseTurn(case)
    bodies = (one.body for one in case.held if one.ref == ref and one.kind == "refer")
    referred = tuple(dict.fromkeys((*case.referred, *(body for body in bodies if body))))
    kept = replace(case, held=still, reached_at=now, referred=referred)
    return CaseTurn(kept if any(one.waits for one in still) else kept.with_due(waiting=None))


def cancelled(case: Case) -> CaseTurn:
    """Nothing of what was held or waits may arrive any more."""
    refs = tuple(one.ref for one in case.held)
    out = (ToReporter(Out.CANCEL, refs=refs),) if refs else ()
    return CaseTurn(replace(case.with_due(waiting=None), held=()), to_reporter=out)


def not_collected(case: Case, now: datetime, _plan: Plan | None) -> CaseTurn:
    """Eight days and they did not answer: what waited is dropped, and the taker knows."""
    old = tuple(one for one in case.held if one.waits and now - one.at >= NOT_COLLECTED)
    kept = tuple(one for one in case.held if one not in old)
    coming = min((one.at + NOT_COLLECTED for one in kept if one.waits), default=None)
    tells = (Tell(case.has, "desk/not_collected", {"number": case.number}),) if case.has and old else ()
    out = (ToReporter(Out.CANCEL, refs=tuple(one.ref for one in old)),) if old else ()
    return CaseTurn(replace(case.with_due(waiting=coming), held=kept), tells=tells, to_reporter=out)


def nobody_yet(case: Case, now: datetime, _plan: Plan | None) -> CaseTurn:
    """Text 6 after 30 minutes without a taker, then at the time it named; "only hello" gets text 2, once."""
    if case.has is not None or not case.is_open or not case.has_way:
        return CaseTurn(case)
    if case.push is Push.HELLO:
        return hello(case, now)
    again = now + NEXT_TEXT6
    if not may_show(case, now):
        return CaseTurn(case if case.push is Push.NEVER else case.with_due(nobody_yet=again))
    text6 = ToReporter(Out.TEXT6, values={"time": again})
    return CaseTurn(case.with_due(nobody_yet=again), to_reporter=(text6,))
