"""The card that the taker reads, and the lists: rendered from codes through a voice that the caller gives.
Never the reporter's words: those are in the sealed report. Goes to content channels, never onto a page."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from responders.cases import Case, Due, Mark, Reply
from responders.flood import is_trusted
from responders.ladder import level_key
from triage.report import Report

UNKNOWN = "?"
LINES = 40  # of a list, in one message
NOT_SHOWN = "…"  # a reason's quote stays inside the sealed report
_MARKS = (
    Mark.SEIZED,
    Mark.NEW_PHONE,
    Mark.KEY_CHANGED,
    Mark.BLOCKED,
    Mark.QUIET,
    Mark.NO_WORDS,
    Mark.ERASED,
)


class Say(Protocol):
    """A text by its key, in the reader's language."""

    def __call__(self, key: str, /, **values: object) -> str: ...


@dataclass(frozen=True, slots=True)
class Voice:
    """How one reader is spoken to: texts, a moment in their zone, names of languages and colleagues."""

    say: Say
    time: Callable[[datetime], str]
    language: Callable[[str], str] = str
    name: Callable[[str], str] = str
    flow: str = "reprisal"


@dataclass(frozen=True, slots=True)
class Around:
    """What is known beside the report: the hour where the person at risk is, whether the reporter is in that
    country too, and whether the reader speaks the reporter's language."""

    their_time: str | None = None
    reporter_there: bool | None = None
    reads: bool = True


NOTHING_AROUND = Around()


def card(case: Case, report: Report | None, voice: Voice, around: Around = NOTHING_AROUND) -> str:
    """Ten lines about one case; `report` is None when the codes under the transit key are gone."""
    lines = [_head(case, voice), _write(case, voice), _why(case, voice)]
    if case.is_shell:
        return "\n".join(lines[:2])
    if report is None:
        lines.append(voice.say("desk/card.sealed"))
    else:
        lines += _facts(case, report, voice, around)
    lines.append(_wrote(case, voice))
    lines += [
        _language(case, report, voice, around.reads),
        _allowed(case, voice),
        _wants(case, report, voice),
    ]
    return "\n".join(line for line in lines if line)


def listed(cases: Sequence[Case], by: str, voice: Voice, start: int | None = None) -> str:
    """`?`: one line a case, what is due first at the top; `?61`: on from 61, by number.

    More than a message can hold is said, with the way to it: in a flood their own cases and trusted ones come first."""
    mine = [case for case in cases if case.is_open and by not in case.removed]
    if start is not None:
        mine = sorted((case for case in mine if case.number >= start), key=lambda case: case.number)
    elif len(mine) > LINES:
        mine.sort(key=lambda case: (case.has != by, not is_trusted(case), _first_due(case)))
    else:
        mine.sort(key=_first_due)
    if not mine:
        return voice.say("desk/list.empty")
    lines = [_line(case, by, voice) for case in mine[:LINES]]
    if left := mine[LINES:]:
        goes_on = left[0].number if start is not None else min(case.number for case in mine)
        lines.append(voice.say("desk/list.more", count=len(left), number=goes_on))
    return "\n".join(lines)


def _first_due(case: Case) -> tuple[datetime, int]:
    """What a person, or the ladder, has to do next; a warning and text 6 are the service's own business."""
    ours = {Due.PROGRESS_SOON, Due.NOBODY_YET}
    return min((at for due, at in case.due.items() if due not in ours), default=case.created), case.number


def _line(case: Case, by: str, voice: Voice) -> str:
    if case.has is None:
        state = voice.say("desk/list.nobody")
    elif case.has == by:
        state = voice.say("desk/list.yours")
    else:
        state = voice.say("desk/list.theirs", who=voice.name(case.has))
    level, time = voice.say(level_key(case.level)), voice.time(_first_due(case)[0])
    return voice.say("desk/list.line", number=case.number, level=level, state=state, time=time)


def _head(case: Case, voice: Voice) -> str:
    level = voice.say(level_key(case.level))
    if case.unsure and case.confirmed is None:
        level = f"{level} {voice.say('desk/card.unsure')}"
    source = voice.say("desk/card.machine")
    if case.confirmed is not None:
        source = voice.say("desk/card.person", level=voice.say(level_key(case.suggested)))
    time = voice.time(_first_due(case)[0])
    head = voice.say("desk/card.head", number=case.number, level=level, source=source, time=time)
    return f"{head} {voice.say('desk/card.test')}" if Mark.TEST in case.marks else head


def _write(case: Case, voice: Voice) -> str:
    """Row 2, and the marks beside it, never instead of it."""
    marks = dict.fromkeys(voice.say(f"desk/card.mark.{mark.value}") for mark in _MARKS if mark in case.marks)
    write = voice.say("desk/card.write", push=voice.say(f"desk/card.push.{case.push.value}"))
    return " ".join((write, *marks))


def _wrote(case: Case, voice: Voice) -> str:
    """Somebody wrote from the phone and gave no words: it may not be them."""
    if case.wrote_at is None or (case.words_at is not None and case.words_at >= case.wrote_at):
        return ""
    return voice.say("desk/card.wrote_no_words", time=voice.time(case.wrote_at))


def _why(case: Case, voice: Voice) -> str:
    reasons = "; ".join(voice.say(f"reasons/{code}", quote=NOT_SHOWN) for code in case.reasons)
    return voice.say("desk/card.why", reasons=reasons or UNKNOWN)


def _facts(case: Case, report: Report, voice: Voice, around: Around) -> Iterable[str]:
    def label(question: str, choice: str | None) -> str:
        return UNKNOWN if choice is None else voice.say(f"{voice.flow}/{question}.{choice}")

    acts = ", ".join(label("what", one) for one in report.what)
    date = UNKNOWN if report.on is None else report.on.isoformat()
    there = {None: None, True: "yes", False: "no"}[around.reporter_there]
    yield voice.say(
        "desk/card.who",
        about=label("about", report.about),
        under=label("under_18", report.under_18),
        hurt=label("hurt", report.hurt),
        count=report.how_many or UNKNOWN if report.about == "group" else report.how_many or 1,
    )
    yield voice.say("desk/card.what", acts=acts or label("opening", report.opening))
    yield voice.say(
        "desk/card.when",
        since=label("when", report.when),
        dates=date if report.on else voice.say("desk/card.none"),
        clock=around.their_time or UNKNOWN,
    )
    yield voice.say(
        "desk/card.where",
        country=case.country or UNKNOWN,
        there=UNKNOWN if there is None else voice.say(f"desk/card.{there}"),
    )
    yield voice.say("desk/card.by", who_did=label("who_did", report.who_did), link=label("link", report.link))


def _language(case: Case, report: Report | None, voice: Voice, reads: bool) -> str:
    needs = not reads or (report is not None and report.interpreter)
    reader = voice.say("desk/card.interpreter") if needs else ""
    said = voice.say(
        "desk/card.language",
        language=voice.language(case.language),
        reader=reader,
        channel=case.channel.capitalize() or UNKNOWN,
    )
    return " ".join(said.split())


def _allowed(case: Case, voice: Voice) -> str:
    """What the reporter said yes to, beyond the duty team; nothing said is no."""
    given: dict[tuple[str, str | None], Reply] = {}
    for one in case.consents:
        given[one.letter, one.body] = one.reply
    allowed = [
        voice.say(f"desk/card.allowed.{letter}", body=body or UNKNOWN)
        for (letter, body), reply in given.items()
        if letter in "defg" and reply is Reply.YES
    ]
    said = ", ".join(allowed) or voice.say("desk/card.allowed.team")
    return voice.say("desk/card.allowed", allowed=said)


def _wants(case: Case, report: Report | None, voice: Voice) -> str:
    """Whom the reporter named in row 13 is in their words: the card only says that somebody is."""
    wanted = UNKNOWN
    excluded = UNKNOWN
    if report is not None:
        wanted = ", ".join(voice.say(f"{voice.flow}/help.{one}") for one in report.help) or UNKNOWN
        excluded = voice.say("desk/card.exclude_named" if report.exclude else "desk/card.nobody")
    return voice.say("desk/card.wants", help=wanted, exclude=excluded, earlier=case.earlier)
