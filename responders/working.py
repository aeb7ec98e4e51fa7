"""The verbs of whoever has a case: write, note, working, quiet, seized, level, consent, refer, end, undo, new
phone. Only what goes to a reporter or outside is held ten seconds."""

from datetime import datetime

from responders import ladder, outgoing
from responders.cases import Case, Consent, Held, Mark, Push, Reply
from responders.changing import replace
from responders.commands import Command, normal
from responders.ending import close
from responders.facts import Facts
from responders.having import progressed, refuse, tell, with_first_words, with_progress_clock
from responders.turns import HOLD, AuditEntry, CaseTurn, Note, Out, Outside, ToReporter

ASKED_BY_COMMAND = ("d", "e", "f", "g")


def text(case: Case, command: Command, by: str, now: datetime, _facts: Facts) -> CaseTurn:
    """`42 text`: as row 2 allows, and when it waits, the answer says why."""
    if Mark.SEIZED in case.marks:
        return refuse(case, by, "seized")
    why = outgoing.why_not(case, now)
    turn = outgoing.hold_back(case, ToReporter(Out.RELAY, text=command.text), now)
    heard = why is None or why == f"desk/waits.{Push.HELLO.value}"
    after = with_first_words(turn.case) if heard else turn.case
    turn = replace(turn, case=after).then(progressed(after, by, now))
    answer = tell(case, by, "sending") if why is None else tell(case, by, why.removeprefix("desk/"))
    return replace(turn, tells=(answer,))


def note(case: Case, command: Command, by: str, now: datetime, _facts: Facts) -> CaseTurn:
    """`n42 text`: for the team. It also says why the reporter was not contacted."""
    noted = with_first_words(replace(case, notes=case.notes + 1))
    kept = CaseTurn(noted, tells=(tell(case, by, "noted"),), notes=(Note(by, command.text),))
    return kept.then(progressed(noted, by, now))


def works(case: Case, _command: Command, by: str, now: datetime, _facts: Facts) -> CaseTurn:
    """`w42`: progress, without a word."""
    turn = progressed(case, by, now)
    by_when = tell(case, by, "working", time=min(turn.case.due.values()))
    return replace(turn, tells=(by_when,))


def quiet(case: Case, command: Command, by: str, now: datetime, _facts: Facts) -> CaseTurn:
    """`q42`: nothing is pushed until they write."""
    kept = case.unmarked(Mark.QUIET) if command.ends else case.marked(Mark.QUIET)
    key = "quiet_off" if command.ends else "quiet"
    return replace(progressed(kept, by, now), tells=(tell(case, by, key),))


def seized(case: Case, command: Command, by: str, now: datetime, _facts: Facts) -> CaseTurn:
    """`x42`: the phone is in other hands. Ended by the taker, and only after the right words."""
    if command.ends:
        if Mark.SEIZED not in case.marks:
            return refuse(case, by, "not_seized")
        if case.words_at is None or (case.seized_at is not None and case.words_at <= case.seized_at):
            return refuse(case, by, "words_first")
        free = replace(case.unmarked(Mark.SEIZED), seized_at=None)
        return replace(progressed(free, by, now), tells=(tell(case, by, "seized_off"),))
    dropped = outgoing.cancelled(case)
    kept = replace(dropped.case.marked(Mark.SEIZED), seized_at=now, words_at=None)
    turn = CaseTurn(
        kept,
        tells=(tell(case, by, "seized"),),
        audit=(AuditEntry("case.seized", by, case.number),),
        to_reporter=(*dropped.to_reporter, ToReporter(Out.STOP_SENDING), ToReporter(Out.DELETE_OURS)),
    )
    return turn.then(progressed(kept, by, now))


def level(case: Case, command: Command, by: str, now: datetime, _facts: Facts) -> CaseTurn:
    """`l42 2 reason`: a person's level stands beside the machine's; the reason is kept as a note."""
    assert command.level is not None  # noqa: S101 - parse refuses l42 without a level
    changed = replace(case, level=command.level, confirmed=command.level, notes=case.notes + 1)
    told = tell(case, by, "level", level_key=ladder.level_key(command.level))
    audit = (AuditEntry(f"case.level.{command.level.word}", by, case.number),)
    turn = CaseTurn(changed, tells=(told,), notes=(Note(by, command.text),), audit=audit)
    return turn.then(progressed(changed, by, now))


def _known(facts: Facts) -> str:
    """The bodies that can be named; a dash where nobody has set one up (`partners` in responders.yaml)."""
    return ", ".join(sorted(set(facts.bodies.values()))) or "–"


def consent(case: Case, command: Command, by: str, now: datetime, facts: Facts) -> CaseTurn:
    """`c42 d body`: one fixed text, which waits until the reporter is back with the words."""
    letter, _, rest = command.text.partition(" ")
    letter = normal(letter)
    body = facts.bodies.get(normal(rest)) if rest.strip() else None
    if letter not in ASKED_BY_COMMAND:
        return refuse(case, by, "consent_what")
    if letter == "d" and body is None:
        return refuse(case, by, "which_body", bodies=_known(facts))
    if Mark.SEIZED in case.marks:
        return refuse(case, by, "seized")
    asked = Consent(letter, Reply.ASKED, now, facts.text_version, body)
    kept = replace(case, consents=(*case.consents, asked))
    item = ToReporter(Out.CONSENT, values={"letter": letter, "body": body or ""})
    turn = outgoing.hold_back(kept, item, now, needs_words=True)
    waits = turn.case.held[-1].waits
    answer = tell(case, by, "asking_waits" if waits else "asking", letter=letter)
    return replace(turn.then(progressed(turn.case, by, now)), tells=(answer,))


def refer(case: Case, command: Command, by: str, now: datetime, facts: Facts) -> CaseTurn:
    """`r42 body`: never without the reporter's consent d for that body."""
    body = facts.bodies.get(normal(command.text))
    if body is None:
        return refuse(case, by, "which_body", bodies=_known(facts))
    if case.consent("d", body) is not Reply.YES:
        return refuse(case, by, "no_consent", body=body)
    ref = case.generation
    kept = replace(case, held=(*case.held, Held(ref, "refer", now, body=body)))
    turn = CaseTurn(
        kept,
        tells=(tell(case, by, "referring", body=body),),
        audit=(AuditEntry("case.referred", by, case.number),),
        outside=(Outside(body, "refer", HOLD, ref),),
    )
    return turn.then(progressed(kept, by, now))


def end(case: Case, command: Command, by: str, now: datetime, facts: Facts) -> CaseTurn:
    """`e42 1-9`: the case ends with an outcome."""
    assert command.digit is not None  # noqa: S101 - parse refuses e42 without an outcome
    turn = close(case, by, command.digit, facts.retention, now)
    answer = tell(case, by, "ended", outcome_key=f"desk/outcome.{command.digit}")
    return replace(turn, tells=(answer, *turn.tells))


def undo(case: Case, _command: Command, by: str, now: datetime, _facts: Facts) -> CaseTurn:
    """`u42`: the newest thing that has not arrived, however long it waits."""
    if not case.held:
        if case.reached_at is not None:
            return refuse(case, by, "already_sent", time=case.reached_at)
        return refuse(case, by, "nothing_held")
    last = case.held[-1]
    back = replace(case, held=case.held[:-1])
    if not any(one.waits for one in back.held):
        back = back.with_due(waiting=None)
    if back.hello_at == last.at and now - last.at < HOLD:
        back = replace(back, hello_at=None)  # its text 2 is cancelled with it
    if case.reached_at is None and case.notes == 0 and not back.held:
        within = case.plan.ladder(case.level).first_words  # nobody has written to them after all
        back = replace(back, first_words=False).with_due(words_by=now + within)
    cancel = (ToReporter(Out.CANCEL, refs=(last.ref,)),)
    return CaseTurn(with_progress_clock(back, now), tells=(tell(case, by, "undone"),), to_reporter=cancel)


def new_phone(case: Case, command: Command, by: str, now: datetime, _facts: Facts) -> CaseTurn:
    """`k42 text` writes once to the new phone; `k42 yes` moves replies there."""
    if Mark.NEW_PHONE not in case.marks:
        return refuse(case, by, "no_new_phone")
    if command.yes:
        moved = replace(case.unmarked(Mark.NEW_PHONE), new_phone_used=False)
        turn = CaseTurn(
            moved,
            tells=(tell(case, by, "phone_moved"),),
            audit=(AuditEntry("case.phone_moved", by, case.number),),
            to_reporter=(ToReporter(Out.MOVE),),
        )
        return turn.then(progressed(moved, by, now))
    if case.new_phone_used:
        return refuse(case, by, "new_phone_once")
    ref = case.generation
    used = replace(case, new_phone_used=True, held=(*case.held, Held(ref, Out.NEW_PHONE.value, now)))
    item = ToReporter(Out.NEW_PHONE, hold=HOLD, refs=(ref,), text=command.text)
    turn = CaseTurn(used, tells=(tell(case, by, "sending_new_phone"),), to_reporter=(item,))
    return turn.then(progressed(used, by, now))
