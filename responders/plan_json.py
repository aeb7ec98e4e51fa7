"""Plans as JSON and back, each worked out once: a plan is by far the largest part of a case, it never changes, and
it is read and written with every change of the case. It names focal points and steps, never a reporter."""

from collections import OrderedDict

from responders.compact import dumps, loads
from responders.plan import Plan

_REMEMBERED = 256  # the plans of the cases that are being worked on; each some 3 KB

_texts: OrderedDict[int, tuple[Plan, bytes]] = (
    OrderedDict()
)  # by identity: holding the plan keeps its id its own
_plans: OrderedDict[bytes, Plan] = OrderedDict()


def as_json(plan: Plan) -> bytes:
    """Compact JSON."""
    known = _texts.get(id(plan))
    if known is not None:
        return known[1]
    text = dumps(plan)
    _remember(plan, text)
    return text


def from_json(text: bytes) -> Plan:
    """What `as_json` wrote. Raises NotOurs for anything else."""
    plan = _plans.get(text)
    if plan is None:
        plan = loads(Plan, text)
        _remember(plan, text)
    return plan


def _remember(plan: Plan, text: bytes) -> None:
    _texts[id(plan)] = plan, text
    _plans[text] = plan
    for kept in (_texts, _plans):
        while len(kept) > _REMEMBERED:
            kept.popitem(last=False)
