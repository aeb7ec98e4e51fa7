"""How one case's ladder stands, as JSON for the page and the terminal: numbers, codes and times, no content.
Pure; the worker calls it for every open case and writes the result on its standard output."""

from responders.cases import Case, Mark


def timeline(case: Case) -> dict[str, object]:
    """Return the case's ladder: steps with seconds and people, what has fired, and what falls due."""
    ladder = case.plan.ladder(case.ladder)
    repeat = ladder.repeat
    return {
        "number": case.number,
        "level": case.level.word,
        "state": case.state.value,
        "has": case.has,
        "erased": Mark.ERASED in case.marks,
        "step": case.step,
        "lap": case.lap,
        "steps": [
            {"after": step.after.total_seconds(), "people": list(step.people)} for step in ladder.steps
        ],
        "repeat": {"every": repeat.every.total_seconds()} if repeat is not None else None,
        "due": {name.value: at.isoformat() for name, at in case.due.items()},
    }
