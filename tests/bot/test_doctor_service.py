"""What `tocsin doctor` makes of what a running service says of itself."""

from bot.doctor_lines import State
from bot.doctor_service import what_it_says
from bot.knocks import MANY


def told(**more: object) -> list[tuple[State, str]]:
    said = {"ready": True, "reasons": [], **more}
    return [(line.state, line.what) for line in what_it_says(said)]


def test_a_service_that_is_ready_and_has_refused_nothing_is_one_line() -> None:
    assert told(refused={}) == [(State.OK, "the service: ready")]


def test_a_service_that_is_not_ready_says_why() -> None:
    assert told(ready=False, reasons=["a", "b"]) == [(State.FAIL, "the service: a; b")]


def test_a_few_refusals_are_told_and_are_nothing_to_worry_about() -> None:
    assert told(refused={"telegram": 1, "desk": 2})[1:] == [
        (State.OK, "the service: refused since its start: desk 2, telegram 1")
    ]


def test_many_refusals_are_a_warning_with_what_to_do() -> None:
    assert told(refused={"telegram": MANY})[1][0] is State.WARN
    (_, line) = what_it_says({"ready": True, "refused": {"telegram": MANY}})
    assert "docs/deploy.md" in str(line)


def test_what_an_older_service_does_not_say_is_not_made_up() -> None:
    assert told() == [(State.OK, "the service: ready")]
