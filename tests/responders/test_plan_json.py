import json

import pytest

from responders import plan_json
from responders.cases import Case
from tests.responders.stories import a_case


def test_a_plan_is_read_as_it_was_written_and_worked_out_once() -> None:
    text = plan_json.as_json(a_case().case.plan)
    read = plan_json.from_json(text)
    assert read == a_case().case.plan
    assert plan_json.from_json(text) is read


def test_equal_plans_are_written_alike() -> None:
    one, other = a_case().case.plan, a_case().case.plan
    assert plan_json.as_json(one) == plan_json.as_json(other)


def test_no_more_plans_are_remembered_than_are_worked_on() -> None:
    texts = [plan_json.as_json(a_case().case.plan) for _ in range(300)]
    assert len(plan_json._texts) <= 256
    assert plan_json.from_json(texts[0]) == a_case().case.plan


@pytest.mark.parametrize("order", [lambda names: names, reversed, sorted])
def test_a_case_is_read_in_whatever_order_its_fields_stand(order: object) -> None:
    case = a_case().case
    values = json.loads(case.to_json())
    again = {name: values[name] for name in order(list(values))}  # type: ignore[operator]
    assert Case.from_json(json.dumps(again, separators=(",", ":")).encode()) == case
