"""What a case learns from the reporter's side of the chat: answers, blocks, new phones, consents, withdrawal.
Pure. The conversation decides what the phone shows; here is what focal points learn and what may leave."""

from datetime import datetime

from responders import outgoing
from responders.cases import Case, Consent, Due, Mark, Push, Reply
from responders.changing import replace
from responders.ending import reopened
from responders.turns import AuditEntry, CaseTurn, How, Out, Outside, Tell, ToReporter, settled

_STRICTER = {Push.YES: 0, Push.HELLO: 1, Push.NEVER: 2}


def reporter_wrote(case: Case, words_given: bool, now: datetime) -> CaseTurn:
    """The reporter answered a person or came back; taps and answers of the questions are `updated`'s.

    `words_given`: the chat was open, or they gave the right words. Without them nothing is released, unless
    none were ever shown (NO WORDS) and this answers text 2, or is anything at all under "never"."""
    answers = case.push is Push.NEVER or case.hello_at is not None
    proven = words_given or (Mark.NO_WORDS in case.marks and answers)
    wrote = replace(case, wrote_at=now)
    if not proven:
        return settled(case, CaseTurn(wrote, tells=_tell_holder(case, "desk/wrote_no_words", time=now)))
    turn = outgoing.released(wrote.unmarked(Mark.KEY_CHANGED), now)
    if not case.is_open:
        turn = turn.then(reopened(turn.case, now))
    return settled(case, replace(turn, tells=(*turn.tells, *_tell_holder(case, "desk/wrote", time=now))))


def reached(case: Case, ref: int, now: datetime) -> CaseTurn:
    """A held thing arrived on the phone, or left for outside."""
    return settled(case, outgoing.reached(case, ref, now))


def push_chosen(case: Case, push: Push, *, proven: bool) -> CaseTurn:
    """Row 2 was answered again; without the words it can only become stricter."""
    if not proven and _STRICTER[push] < _STRICTER[case.push]:
        return CaseTurn(case)
    return settled(case, CaseTurn(replace(case, push=push)))


def stop(case: Case, now: datetime) -> CaseTurn:
    """STOP after an alert: the questions end, the case goes on."""
    wrote = replace(case, wrote_at=now)
    return settled(case, CaseTurn(wrote, tells=_tell_holder(case, "desk/stopped", time=now)))


def withdraw(case: Case, now: datetime) -> CaseTurn:
    """WITHDRAW with the right words: every further consent becomes no, and every recipient is told."""
    given = {(one.letter, one.body): one for one in case.consents if one.letter in "defg"}
    refused = tuple(replace(one, reply=Reply.NO, at=now) for one in given.values())
    turn = CaseTurn(
        replace(
            case,
            consents=(*case.consents, *refused),
            held=tuple(one for one in case.held if one.kind not in {"refer", "consent"}),
        ),
        tells=_tell_holder(case, "desk/withdrawn", time=now),
        audit=(AuditEntry("consent.withdrawn", None, case.number),),
        to_reporter=tuple(
            ToReporter(Out.CANCEL, refs=(one.ref,)) for one in case.held if one.kind in {"refer", "consent"}
        ),
        outside=tuple(Outside(body, "withdrawn") for body in case.referred),
    )
    return settled(case, turn)


def consent_answered(case: Case, answer: Consent) -> CaseTurn:
    """The reporter answered a fixed text of `c42`: recorded with the text's version and the time."""
    key = f"desk/consent.{answer.reply.value}"
    values = {"letter": answer.letter, "body": answer.body or ""}
    audit = AuditEntry(f"consent.{answer.letter}.{answer.reply.value}", None, case.number)
    tells = _tell_holder(case, key, **values)
    return settled(
        case, CaseTurn(replace(case, consents=(*case.consents, answer)), tells=tells, audit=(audit,))
    )


def blocked(case: Case, now: datetime) -> CaseTurn:
    """They blocked the bot: pushes stop, the ladder goes on."""
    if Mark.BLOCKED in case.marks:
        return CaseTurn(case)
    return settled(
        case, CaseTurn(case.marked(Mark.BLOCKED), tells=_tell_holder(case, "desk/blocked", time=now))
    )


def not_shown(case: Case, ref: int, now: datetime) -> CaseTurn:
    """It was on its way and can never arrive: it waits again, until they come back."""
    held = tuple(replace(one, waits=True) if one.ref == ref else one for one in case.held)
    if held == case.held:
        return CaseTurn(case)
    coming = min(one.at for one in held if one.waits) + outgoing.NOT_COLLECTED
    return settled(case, CaseTurn(replace(case, held=held).with_due(waiting=max(now, coming))))


def unblocked(case: Case, now: datetime) -> CaseTurn:
    """An unblock pushes nothing and finds a locked chat."""
    if Mark.BLOCKED not in case.marks:
        return CaseTurn(case)
    kept = replace(case.unmarked(Mark.BLOCKED), words_at=None)
    return settled(case, CaseTurn(kept, tells=_tell_holder(case, "desk/unblocked", time=now)))


def new_phone(case: Case, now: datetime) -> CaseTurn:
    """The right words came from another phone: replies are not redirected, the card says NEW PHONE."""
    if Mark.NEW_PHONE in case.marks:
        return CaseTurn(replace(case, wrote_at=now, generation=case.generation + 1))
    kept = replace(case.marked(Mark.NEW_PHONE), wrote_at=now, words_at=None, new_phone_used=False)
    return settled(case, CaseTurn(kept, tells=_tell_holder(case, "desk/new_phone", time=now)))


def key_changed(case: Case, now: datetime) -> CaseTurn:
    """The phone's identity changed: pushes and waiting messages stop until the right words."""
    kept = replace(case.marked(Mark.KEY_CHANGED), words_at=None)
    kept = replace(kept, held=tuple(replace(one, waits=True) for one in kept.held))
    if kept.held and Due.WAITING not in kept.due:
        kept = kept.with_due(waiting=now + outgoing.NOT_COLLECTED)
    refs = tuple(one.ref for one in case.held if one.kind != "refer")
    back = (ToReporter(Out.RECALL, how=How.WAIT, refs=refs),) if refs else ()
    return settled(
        case, CaseTurn(kept, tells=_tell_holder(case, "desk/new_phone", time=now), to_reporter=back)
    )


def went_back(case: Case, opening: str) -> CaseTurn:
    """BACK never recalls an alert; the taker reads "went back: now 6"."""
    return CaseTurn(case, tells=_tell_holder(case, "desk/went_back", opening_key=opening))


def _tell_holder(case: Case, key: str, **values: object) -> tuple[Tell, ...]:
    """Whoever has it; with nobody, those who may open it and were paged: somebody must learn it."""
    people = (case.has,) if case.has else tuple(one for one in case.access if case.may_open(one))
    return tuple(Tell(one, key, {"number": case.number, **values}) for one in people if one)
