"""Whether the opening and the notice can say who may open reports: config/responders.yaml decides that, the wordings
stand in the flows. Without the right one a reporter would be promised something else."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.flow import Role
from bot.flow_file import QuestionEntry, read_flow_file
from bot.kit import notice_variant
from responders.config_reader import Read
from responders.responders_file import RespondersFile
from responders.yaml_document import Problem, Where

_PARTNERS_READ = ("partners", "partners_signal", "partners_no_signal")


def check_notice(config: Path, responders: Read[RespondersFile]) -> Iterator[Problem]:
    """Wordings that this organisation needs and a flow does not have."""
    file, document = responders.value, responders.document
    if file is None or document is None:
        return
    named = [name for name, partner in file.partners.items() if partner.named_in_notice]
    notice = notice_variant(partners=bool(named), local=file.local_staff_may_open)
    where: Where = ("partners", named[0], "named_in_notice") if named else ("local_staff_may_open",)
    needed = {Role.NOTICE: (notice,) if notice else (), Role.OPENING: _PARTNERS_READ if named else ()}
    for path in sorted((config / "flows").glob("*.yaml")):
        flow = read_flow_file(path).value
        for question in flow.questions if flow is not None else ():
            for wording in _missing(question, needed):
                message = f'flows/{path.name}, question "{question.id}": expected the wording "{wording}"'
                yield document.problem(where, f"{message}, which tells reporters who may open reports")


def _missing(question: QuestionEntry, needed: Mapping[Role, tuple[str, ...]]) -> tuple[str, ...]:
    wordings = needed.get(question.role, ()) if question.role is not None else ()
    return tuple(wording for wording in wordings if wording not in question.variants)
