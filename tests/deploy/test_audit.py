"""Silence is never taken for an all-clear, and something known fails until somebody has answered for it."""

import json
from collections.abc import Sequence
from datetime import date

import pytest

from deploy.supply.audit import (
    ACCEPTED,
    Accepted,
    Answer,
    Known,
    NoAnswer,
    accepted,
    asked,
    judge,
    rounds,
    understood,
)
from deploy.supply.locks import Locked

TODAY = date(2026, 3, 1)
AIOHTTP, BABEL = Locked("aiohttp", "3.14.5"), Locked("babel", "2.18.0")
HOLE = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["3.14.6"], "description": "..."}
KNOWN = Known("aiohttp", "3.14.5", frozenset({"PYSEC-2026-1", "CVE-2026-1"}), ("3.14.6",))


def printed(*packages: dict[str, object]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def about(package: Locked, *holes: object) -> dict[str, object]:
    return {"name": package.name, "version": package.version, "vulns": holes}


def skipped(package: Locked) -> dict[str, object]:
    return {"name": package.name, "skip_reason": "could not be audited"}


def an_acceptance(until: date = TODAY, package: str = "aiohttp", known_as: str = "CVE-2026-1") -> Accepted:
    return Accepted(package, known_as, "only when it serves files, which we do not", until)


def everything(*known: Known) -> Answer:
    return Answer(known, frozenset({(one.name, one.version) for one in (AIOHTTP, BABEL)}))


def test_what_the_tool_prints_is_understood() -> None:
    assert understood(printed(about(AIOHTTP, HOLE), about(BABEL))) == everything(KNOWN)


def test_a_package_that_was_skipped_is_not_answered() -> None:
    answer = understood(printed(about(AIOHTTP), skipped(BABEL)))
    assert answer.answered == {("aiohttp", "3.14.5")}
    verdict = judge([AIOHTTP, BABEL], answer, [], TODAY)
    assert not verdict.failures
    assert verdict.notes == ("not checked: 1 of 2 packages (babel); nobody answered about them",)


@pytest.mark.parametrize(
    "garbage", ["", "No known vulnerabilities found", "[]", '{"dependencies": [{}]}', "null"]
)
def test_what_cannot_be_read_is_no_answer(garbage: str) -> None:
    with pytest.raises(NoAnswer):
        understood(garbage)


def test_no_answer_at_all_is_called_not_checked() -> None:
    verdict = judge([AIOHTTP, BABEL], Answer(), [], TODAY)
    assert verdict.failures == ()
    assert verdict.notes == ("not checked: 2 of 2 packages (aiohttp, babel); nobody answered about them",)


def test_nothing_known_is_told_with_the_number_that_was_checked() -> None:
    assert judge([AIOHTTP, BABEL], everything(), [], TODAY).notes == ("checked: 2 packages",)


def test_something_known_fails_and_says_where_it_is_fixed() -> None:
    verdict = judge([AIOHTTP, BABEL], everything(KNOWN), [], TODAY)
    assert verdict.failures == ("known: aiohttp 3.14.5: CVE-2026-1, PYSEC-2026-1; fixed in 3.14.6",)


def test_something_known_fails_also_when_the_rest_was_not_answered() -> None:
    assert judge([AIOHTTP, BABEL], Answer((KNOWN,)), [], TODAY).failures


def test_what_was_accepted_passes_until_its_last_day_under_any_of_its_names() -> None:
    verdict = judge([AIOHTTP, BABEL], everything(KNOWN), [an_acceptance(TODAY)], TODAY)
    assert verdict.failures == ()
    assert "which we do not" in verdict.notes[0]


def test_the_day_after_it_fails_again() -> None:
    verdict = judge([AIOHTTP, BABEL], everything(KNOWN), [an_acceptance(date(2026, 2, 28))], TODAY)
    assert verdict.failures[0].startswith("accepted until 2026-02-28, which has passed: aiohttp")


@pytest.mark.parametrize("other", [an_acceptance(package="babel"), an_acceptance(known_as="CVE-2026-2")])
def test_an_acceptance_covers_one_package_and_one_number(other: Accepted) -> None:
    assert judge([AIOHTTP, BABEL], everything(KNOWN), [other], TODAY).failures


def test_an_acceptance_that_nothing_needs_is_named_once_all_was_checked() -> None:
    whole = judge([AIOHTTP, BABEL], everything(), [an_acceptance()], TODAY)
    assert whole.notes[-1] == "accepted.toml: CVE-2026-1 is not known any more; take it out"
    assert len(judge([AIOHTTP, BABEL], Answer(), [an_acceptance()], TODAY).notes) == 1, (
        "nobody knows that yet"
    )


def test_the_second_service_is_asked_about_what_the_first_left_open() -> None:
    calls: list[tuple[str, list[str]]] = []

    def ask(service: str, packages: Sequence[Locked]) -> str:
        calls.append((service, [package.name for package in packages]))
        if service == "pypi":
            return printed(about(AIOHTTP, HOLE), skipped(BABEL))
        raise NoAnswer("the name cannot be resolved")

    answer, silent = asked([AIOHTTP, BABEL], ask)
    assert calls == [("pypi", ["aiohttp", "babel"]), ("osv", ["babel"])]
    assert answer == Answer((KNOWN,), frozenset({("aiohttp", "3.14.5")}))
    assert silent == {"osv": "the name cannot be resolved"}


def test_two_versions_of_one_package_are_both_asked_about() -> None:
    old, new = Locked("numpy", "2.4.6"), Locked("numpy", "2.5.5")
    assert rounds([old, AIOHTTP, new]) == [[old, AIOHTTP], [new]]

    def ask(_: str, packages: Sequence[Locked]) -> str:
        return printed(*(about(package) if package != new else skipped(package) for package in packages))

    answer, _ = asked([old, AIOHTTP, new], ask)
    assert (
        judge([old, AIOHTTP, new], answer, [], TODAY)
        .notes[0]
        .startswith("not checked: 1 of 3 packages (numpy)")
    )


def test_an_acceptance_needs_a_reason_and_a_day() -> None:
    whole = '[[accepted]]\npackage = "a"\nid = "CVE-1"\nreason = "never called"\nuntil = 2026-03-01\n'
    assert accepted(whole) == [Accepted("a", "CVE-1", "never called", TODAY)]
    for broken in (
        whole.replace('"never called"', '" "'),
        whole.replace("2026-03-01", '"some day"'),
        whole.replace("2026-03-01", "2026-03-01T12:00:00Z"),
        whole.replace("until", "till"),
        f"{whole}also = 1\n",
    ):
        with pytest.raises(ValueError, match="expected package, id, reason and until"):
            accepted(broken)


def test_our_own_file_can_be_read() -> None:
    assert all(one.reason for one in accepted(ACCEPTED.read_text(encoding="utf-8")))
