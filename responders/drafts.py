"""An unfinished report that is passed on when the person stays silent: the facts that dispatching it needs.
The answers themselves lie sealed to people beside it; this card holds codes only, under a transit key, and never
says whose they are: their chat does."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from responders.compact import changed, encoded, reading
from triage.quick import quick
from triage.report import Answer, Report


@quick
@dataclass(frozen=True)
class Draft:
    """What becomes a case: its id, whom its envelope is sealed to, and the report, kept without its words."""

    case_id: str
    number: int
    sealed_to: tuple[str, ...]
    report: Report

    def to_json(self) -> bytes:
        facts = facts_of(self.report)
        values = {"id": self.case_id, "n": self.number, "to": self.sealed_to, "report": facts}
        return encoded(values)

    @classmethod
    @reading("a draft")
    def from_json(cls, raw: bytes) -> "Draft":
        """What `to_json` wrote. Raises NotOurs for anything else."""
        values = json.loads(raw)
        return cls(values["id"], values["n"], tuple(values["to"]), report_of(values["report"]))


def facts_of(report: Report) -> dict[str, object]:
    """The report as JSON values, without its words or any of them."""
    found = {
        name: held
        for name, held in changed(report).items()
        if held not in ("", False) and name not in ("words", "weighed", "exclude")
    }
    if report.exclude:
        found["exclude"] = "named"  # whom, is in the sealed words
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in found.items()}


@reading("a report")
def report_of(facts: Mapping[str, object]) -> Report:
    """The report again. Raises NotOurs."""
    values: dict[str, object] = dict(facts)
    for name in ("what", "help", "danger", "words"):
        if isinstance(values.get(name), list):
            values[name] = tuple(values[name])  # type: ignore[arg-type]
    for name in ("seen", "hurt", "under_18", "dated", "address_known"):
        if name in values:
            values[name] = Answer(str(values[name]))
    if "on" in values:
        values["on"] = date.fromisoformat(str(values["on"]))
    return Report(**values)  # type: ignore[arg-type]
