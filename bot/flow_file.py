"""The shape of a flow file, as administrators write it; config_reader fills these in and names every fault.
Labels and notes are here, rules are checked in flow_loader.py."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.flow import Kind, Role
from responders.config_reader import Read, read_config

FORMAT = "flow/1"


@dataclass(frozen=True, slots=True)
class ChoiceEntry:
    """One line under `choices`."""

    id: str
    label: str
    goto: str | None = None
    alert: bool = False
    always: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionEntry:
    """One question. `skip` is true, or the label of its own skip button."""

    id: str
    type: Kind
    ask: str
    role: Role | None = None
    show_if: str | None = None
    skip: str | None = None
    min: int | None = None
    max: int | None = None
    many: bool = False
    choices: tuple[ChoiceEntry, ...] = ()
    choices_from: str | None = None
    variants: dict[str, str] = field(default_factory=dict)
    note: str | None = None

    @property
    def skip_label(self) -> str | None:
        """The words of an own skip button, if it has one."""
        return None if self.skip in (None, "true", "false") else self.skip


@dataclass(frozen=True, slots=True)
class EndEntry:
    """One way in which the flow ends."""

    say: str | None = None
    discard: bool = False
    receipt: bool = False
    again: bool = False
    after_alert: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ExpectEntry:
    """What a test expects of its walk."""

    end: str
    level: str | None = None
    alert: bool | None = None
    asked: tuple[str, ...] = ()
    not_asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TestEntry:
    """One test inside the flow."""

    __test__ = False  # pytest would take the name for one of its own

    name: str
    answers: dict[str, str | tuple[str, ...]]
    expect: ExpectEntry


@dataclass(frozen=True, slots=True)
class FlowFile:
    """A whole flow file."""

    format: str
    id: str
    source: str
    languages: tuple[str, ...]
    expires: timedelta
    finish: str
    questions: tuple[QuestionEntry, ...]
    ends: dict[str, EndEntry]
    review: str = "drafted"
    tests: tuple[TestEntry, ...] = ()


ASKED = "reprisal.yaml"  # in config/flows: the one that reporters are asked


def read_flow_file(path: Path, name: str | None = None) -> Read[FlowFile]:
    """The file's entries and where they stand, or the faults of its shape."""
    return read_config(path, FlowFile, name)
