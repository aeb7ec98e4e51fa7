"""What libraries and we ourselves would print, in a process of its own, without the guard and with it."""

import json
import logging
import re
import subprocess
import sys
from datetime import timedelta
from urllib.parse import quote

import pytest

from bot.channels import telegram_api
from bot.privacy_logging import _harmless, _our_text, code_place
from tests.bot.leaks import LEAKS, TOKEN, mark
from triage.scales import Level

pytestmark = pytest.mark.slow


def said(how: str) -> str:
    done = subprocess.run([sys.executable, "-m", "tests.bot.leaks", how], capture_output=True, check=False)  # noqa: S603 - our own
    assert done.stdout == b""
    assert done.returncode == 1
    return done.stderr.decode("utf-8", "backslashreplace")


@pytest.fixture(scope="module")
def plain() -> str:
    return said("plain")


@pytest.fixture(scope="module")
def guarded() -> str:
    return said("guarded")


def forms(text: str) -> set[str]:
    return {
        text,
        quote(text),
        json.dumps(text)[1:-1],
        repr(text)[1:-1],
        ascii(text)[1:-1],
        text.encode().hex(),
    }


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_there_without_the_guard_and_gone_with_it(leak: str, plain: str, guarded: str) -> None:
    assert any(form in plain for form in forms(mark(leak))), "the control must hit"
    assert not any(form in guarded for form in forms(mark(leak)))


def test_no_token_no_telephone_and_no_local_variable_is_in_a_guarded_log(plain: str, guarded: str) -> None:
    assert TOKEN in plain
    assert TOKEN.partition(":")[2] not in guarded
    assert "mârk" not in guarded
    assert "rk-" not in re.sub(r"\S+\.py:\d+", "", guarded)


def test_a_guarded_log_still_says_where_and_what_kind(guarded: str) -> None:
    assert "ERROR aiohttp.server Error handling request from _ at aiohttp/web_protocol.py" in guarded
    assert re.search(r"tocsin\.example failed \| KeyError at bot/leaks\.py:\d+", guarded)
    assert re.search(r"tocsin\.faults the process ends: ValueError at bot/leaks\.py:\d+", guarded)
    assert "tocsin.example heard <str> in 3" in guarded
    assert re.search(r"tocsin\.faults UserWarning at bot/leaks\.py:\d+", guarded)


def test_a_guarded_log_has_one_line_for_each_record(guarded: str) -> None:
    ours = [line for line in guarded.splitlines() if not line.startswith(("[Raw", "(supp", "_ at"))]
    assert all(re.match(r"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ [A-Z]+ \S+ \S", line) for line in ours)


def test_arguments_of_ours_are_numbers_durations_states_and_kinds_of_faults() -> None:
    shown = {
        _harmless(value)
        for value in (3, 2.50049, timedelta(seconds=2), True, Level.URGENT, "telegram-alerts", "Jane")
    }
    assert shown == {3, 2.5, timedelta(seconds=2), True, int(Level.URGENT), "telegram-alerts", "<str>"}


def test_a_fault_is_named_by_kind_and_code_only() -> None:
    refused = telegram_api.ApiRefused("getMe", 401)
    assert _our_text("%s: %s; attempt %d", ("telegram", refused, 2)) == "telegram: ApiRefused(401); attempt 2"
    assert _our_text("handling failed (%s)", ("ApiRefused",)) == "handling failed (ApiRefused)"
    assert _our_text("%s", (ValueError("secret"),)) == "ValueError"


@pytest.mark.parametrize("value", ["+41225550101", 41225550101, "Jane", b"x", {"a": 1}, ("x",), object()])
def test_nothing_else_is_shown(value: object) -> None:
    told = _our_text("heard %r from %s", (value, value))
    assert not re.search(r"4122|Jane|b'x'|'a'|0x", told)


def test_a_wrong_template_loses_its_arguments_not_the_record() -> None:
    assert _our_text("%d of %d", (1,)) == "_ of _"
    assert _our_text("%(a)s", {"a": "x"}) == "<dict>"


def test_causes_and_groups_are_named_innermost_first() -> None:
    try:
        try:
            raise ExceptionGroup("words", [KeyError("more words")])  # noqa: TRY301 - to have a traceback
        except ExceptionGroup as group:
            raise ValueError("yet more") from group
    except ValueError as fault:
        told = code_place(fault)
    kinds = [part.split(" at ")[0] for part in told.split("; ")]
    assert kinds == ["ValueError", "ExceptionGroup", "KeyError"]
    assert "words" not in told


def test_this_process_is_not_changed_by_importing_the_guard() -> None:
    assert logging.getLogRecordFactory() is logging.LogRecord


NO_CORE = """
import os, resource, signal
from bot.privacy_logging import no_core_dumps
no_core_dumps()
assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
os.kill(os.getpid(), signal.SIGSEGV)
"""


def test_a_crash_leaves_no_core_and_says_nothing() -> None:
    crashed = subprocess.run(  # noqa: S603 - our own line
        [sys.executable, "-X", "faulthandler", "-c", NO_CORE], capture_output=True, check=False
    )
    assert crashed.returncode < 0
    assert not crashed.stderr
