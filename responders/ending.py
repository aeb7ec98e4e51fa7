"""How a case ends: closed by a person with an outcome, or erased by the reporter; and what is left, how long.
An urgent or immediate case that nobody has closed outlives its erasure as an empty shell on the ladder."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from responders import ladder
from responders.cases import Case, Due, Mark, Push
from responders.changing import replace
from responders.flood import is_trusted
from responders.outgoing import cancelled
from responders.states import Move
from responders.turns import AuditEntry, CaseTurn, Erase, Out, Tell, ToReporter, settled
from triage.scales import Certainty, Level, Severity, Urgency

SHELL_BODY = timedelta(hours=24)  # the taker may open the sealed body that long
AFTER_THE_END = (Due.BODY_GONE, Due.WORDS_GONE, Due.CASE_GONE, Due.NUMBER_GONE)
_EVERYTHING = frozenset(Erase) - {Erase.RECORD}


@dataclass(frozen=True, slots=True)
class Retention:
    """How long after the end: words (body, card, way) first, then the case, then its number."""

    words: timedelta = timedelta(days=30)
    case: timedelta = timedelta(days=90)
    number: timedelta = timedelta(days=365)


def close(case: Case, by: str, outcome: int, retention: Retention, now: datetime) -> CaseTurn:
    """End a case with an outcome, 1 to 9 of `e42`."""
    turn = cancelled(case)
    body_gone = case.due.get(Due.BODY_GONE)
    ended = replace(
        turn.case,
        state=case.moved(Move.CLOSE),
        closed=now,
        outcome=outcome,
        handover=None,
        due={
            Due.WORDS_GONE: min(now + retention.words, body_gone or now + retention.words),
            Due.CASE_GONE: now + retention.case,
            Due.NUMBER_GONE: now + retention.number,
        },
    )
    others = tuple(one for one in case.paged if one != by and one not in case.removed)
    tells = tuple(Tell(one, "desk/ended_by", {"number": case.number, "who": by}) for one in others)
    audit = (AuditEntry(f"case.ended.{outcome}", by, case.number),)
    return settled(case, turn.then(CaseTurn(ended, tells=tells, audit=audit)))


def reopened(case: Case, now: datetime) -> CaseTurn:
    """The reporter came back to a closed case: activity pauses retention, and somebody must have it again."""
    again = replace(
        case,
        state=case.moved(Move.REOPEN),
        due={},
        closed=None,
        outcome=None,
        paged=(),
        trusted=is_trusted(case),
    )
    audit = (AuditEntry("case.reopened", None, case.number),)
    return CaseTurn(again, audit=audit).then(ladder.start(again, now))


def erase(case: Case, now: datetime, retention: Retention | None = None) -> CaseTurn:
    """ERASE with the right to it: words, card, way and everything that describes are gone in this write.

    Urgent and immediate cases that nobody has closed go on climbing, marked "erased, maybe forced"."""
    audit = (AuditEntry("case.erased", None, case.number),)
    out = (*cancelled(case).to_reporter, ToReporter(Out.STOP_SENDING))
    if not case.is_open or case.level < Level.URGENT:
        gone = emptied(case).marked(Mark.ERASED)
        number_gone = now + (retention or Retention()).number
        state = case.moved(Move.CLOSE) if case.is_open else case.state
        gone = replace(gone, state=state, closed=case.closed or now, outcome=case.outcome or 0, trusted=False)
        tells = tuple(Tell(one, "desk/erased_closed", {"number": case.number}) for one in _concerned(case))
        erased = CaseTurn(
            gone.with_due(number_gone=number_gone),
            tells=tells if case.is_open else (),
            audit=audit,
            to_reporter=out,
            erase=_EVERYTHING,
        )
        return settled(case, erased)
    tells = tuple(Tell(one, "desk/erased_forced", {"number": case.number}) for one in _concerned(case))
    shell = replace(
        emptied(case).marked(Mark.ERASED),
        first_words=True,  # "first words count as given": nobody can be written to
        due={
            name: at
            for name, at in case.due.items()
            if name in {Due.STEP, Due.OPEN_BY, Due.PROGRESS_SOON, Due.PROGRESS_BY, Due.HANDOVER_BY}
        },
    )
    shell = shell.with_due(body_gone=now + SHELL_BODY)
    if case.has is not None and not {Due.OPEN_BY, Due.PROGRESS_BY} & set(shell.due):
        shell = shell.with_due(progress_by=case.due.get(Due.WORDS_BY, now))
    kept = frozenset({Erase.WAY, Erase.RECEIPT, Erase.CARD, Erase.WAITING})
    return settled(case, CaseTurn(shell, tells=tells, audit=audit, to_reporter=out, erase=kept))


def emptied(case: Case) -> Case:
    """Only what a tombstone or a shell keeps: id, number, level, and who has worked on it. The marks TEST and
    ERASED stay."""
    return replace(
        case,
        urgency=Urgency.UNKNOWN,
        severity=Severity.UNKNOWN,
        certainty=Certainty.UNKNOWN,
        reasons=(),
        country=None,
        labels={},
        language="en",
        channel="",
        push=Push.NEVER,
        consents=(),
        marks=case.marks & {Mark.TEST, Mark.ERASED},
        earlier=0,
        reassess_to=None,
        held=(),
        reached_at=None,
        hello_at=None,
        wrote_at=None,
        words_at=None,
        seized_at=None,
        new_phone_used=False,
        due={name: at for name, at in case.due.items() if name in AFTER_THE_END},
    )


def _concerned(case: Case) -> tuple[str, ...]:
    """Everybody who was paged or has it; they must not go on looking for somebody whose phone was taken."""
    people = (case.has, *case.paged)
    return tuple(dict.fromkeys(one for one in people if one is not None and one not in case.removed))
