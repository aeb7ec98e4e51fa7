"""The three axes of the protocol's section 5, each read off the report on its own.
Never combines them: the table in assessment.py does."""

from datetime import UTC, date, datetime, time, timedelta

from triage.acts import GROUP_OF, severity_of, worst
from triage.report import Report
from triage.scales import Certainty, Severity, Urgency

ALERTING = frozenset({"unsafe", "missing", "cannot_write"})  # openings 1-3
_NO_RISK_NOW = frozenset({"safe", "question"})  # openings 6 and 7
_CLOSE = frozenset({"family", "lawyer", "colleague"})
NEAR = timedelta(hours=72)
_RECENT = frozenset({"day", "days"})
_HELD_OR_MISSING = frozenset({"arrested", "missing"})
RETURNS = frozenset({"expulsion", "forced_return"})  # acts whose clock makes them worse


def acts_of(report: Report) -> tuple[str, ...]:
    """The acts of row 4; the opening "missing" skips that row and counts as its group."""
    if report.opening == "missing" and "missing" not in report.what:
        return ("missing", *report.what)
    return report.what


def groups_of(report: Report) -> tuple[str, ...]:
    """The groups of the acts, each once, in the order they were given."""
    return tuple(dict.fromkeys([GROUP_OF.get(act, "other") for act in acts_of(report)]))


def starts(day: date) -> datetime:
    """The moment a stated date begins. The reporter's zone is not known; UTC stands for it."""
    return datetime.combine(day, time.min, UTC)


def is_near(report: Report, now: datetime) -> bool:
    """Whether a date was stated that has come, or comes within 72 hours."""
    return report.on is not None and starts(report.on) - now <= NEAR


def is_passed(report: Report, now: datetime) -> bool:
    """Whether a date was stated and its day is over (a passed date counts as the last 24 hours)."""
    return report.on is not None and report.on < now.astimezone(UTC).date()


def is_held_or_missing(report: Report) -> bool:
    """Whether somebody may still be held or missing. Who writes about themselves, without risk, is free."""
    writes_freely = report.about == "me" and report.opening in _NO_RISK_NOW
    return not writes_freely and not _HELD_OR_MISSING.isdisjoint(groups_of(report))


def severity(report: Report, now: datetime) -> Severity:
    """How bad: the worst act. A forced return is extreme when it may come within 72 hours."""
    if not RETURNS.isdisjoint(report.what) and (report.when == "now" or is_near(report, now)):
        return Severity.EXTREME
    return worst(tuple([severity_of(act) for act in acts_of(report)]))


def urgency(report: Report, now: datetime) -> Urgency:
    """How soon, from opening and row 6. What was said about "now" does not grow old; stated dates do move."""
    if report.opening in ALERTING:
        return Urgency.IMMEDIATE
    if report.on is not None:
        return Urgency.EXPECTED if is_near(report, now) else Urgency.FUTURE
    if report.when == "now":
        grave = severity(report, now) in (Severity.EXTREME, Severity.SEVERE)
        return Urgency.IMMEDIATE if grave and report.opening != "safe" else Urgency.EXPECTED
    if report.when in _RECENT or report.when == "date":
        return Urgency.EXPECTED  # a date nobody could read may be tomorrow
    if report.when == "longer":
        return _longer(report)
    return _skipped(report)


def _longer(report: Report) -> Urgency:
    if is_held_or_missing(report) or report.opening == "soon":
        return Urgency.FUTURE
    if report.opening in _NO_RISK_NOW:
        return Urgency.PAST
    # "Not sure" (or nothing said) leaves open whether it goes on: the unknown row, which rounds up.
    return Urgency.UNKNOWN


def _skipped(report: Report) -> Urgency:
    if report.opening == "soon":
        return Urgency.EXPECTED
    return Urgency.FUTURE if report.opening in _NO_RISK_NOW else Urgency.UNKNOWN


def certainty(report: Report) -> Certainty:
    """How near the writer is: themselves, someone close, someone else. Shown, and never used to lower."""
    if report.about == "me":
        return Certainty.OBSERVED
    if report.kinship in _CLOSE:
        return Certainty.LIKELY
    if report.about is not None or report.kinship is not None:
        return Certainty.POSSIBLE
    return Certainty.UNKNOWN
