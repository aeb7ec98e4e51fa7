"""What lifts a report above the table: the protocol's list of raises, as far as answers can express them.
Every rule yields a reason and a level; nothing here can lower one. Signs in words are in signs.py."""

from collections.abc import Iterator
from datetime import datetime

from triage.axes import RETURNS, acts_of, groups_of, is_held_or_missing, is_near, is_passed
from triage.report import Answer, Report
from triage.scales import Level

_DEVICE = frozenset({"device_seizure", "account_or_device_hacked"})


def raises(report: Report, now: datetime) -> Iterator[tuple[str, Level]]:
    """Each raise that applies, as (reason code, level), in the order of the protocol."""
    groups = groups_of(report)
    if is_held_or_missing(report):
        yield from _held_or_missing(report, groups, now)
    if not RETURNS.isdisjoint(acts_of(report)) and (report.when == "now" or is_near(report, now)):
        yield "raise.forced_return", Level.IMMEDIATE
    if "threat" in groups and report.dated is Answer.YES and is_near(report, now):
        yield "raise.threat_dated", Level.IMMEDIATE
    if report.address_known is Answer.YES:
        yield "raise.address_known", Level.URGENT
    if "doxxing" in report.what:
        yield "raise.home_published", Level.URGENT
    if not _DEVICE.isdisjoint(report.what):
        yield "raise.device_taken", Level.URGENT


def _held_or_missing(report: Report, groups: tuple[str, ...], now: datetime) -> Iterator[tuple[str, Level]]:
    last_day = report.when in {"now", "day"} or is_passed(report, now)
    # "Do not know" and silence both count as no: nobody has spoken to them.
    if "arrested" in groups and last_day and report.seen is not Answer.YES:
        yield "raise.held_unseen", Level.IMMEDIATE
    if report.under_18 is Answer.YES:
        yield "raise.child", Level.IMMEDIATE
    if "missing" in groups:
        if last_day or report.when == "days":
            yield "raise.missing_recent", Level.IMMEDIATE
        elif report.when == "longer":
            yield "raise.missing_long", Level.URGENT
    if report.hurt is Answer.YES:
        # Nobody has said that they are cared for, so we take it that they are not.
        yield "raise.hurt_held", Level.IMMEDIATE
