"""Cross-checks of what concerns Signal, in both files. Yields problems at their lines; it connects to nothing."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from bot.channels.signalbot_doctor import LOSES, RATHER
from bot.check_names import Responding
from bot.check_settings import Setting, is_local, secret
from bot.settings import is_rest
from responders.directory import Alarm, Content
from responders.responders_file import RespondersFile
from responders.yaml_document import Problem, Weight

LONGEST_PATH = 107  # unix(7): 108 with the end of the text
LONGEST_TIMER = timedelta(weeks=4)  # the longest that Signal's own apps offer


def accounts(found: Setting) -> Iterator[Problem]:
    """signal-cli is on this machine, and its accounts are two."""
    signal = found.settings.signal
    if signal is None:
        return
    yield from _address(found, signal.url)
    for name, source in (("intake", signal.intake), ("alerts", signal.alerts)):
        if source is not None:
            yield from secret(found, ("signal", name), source)
    if signal.intake is None and signal.alerts is None:
        yield found.problem(("signal",), 'expected "intake", "alerts" or both')
    if signal.intake is not None and signal.intake == signal.alerts:
        message = "intake and alerts are one number: a flood of reports could silence the alerts"
        yield found.problem(("signal", "alerts"), message)
    if not timedelta(0) <= signal.disappear_after <= LONGEST_TIMER:
        yield found.problem(("signal", "disappear_after"), "expected 0s to 28d")


def _address(found: Setting, url: str) -> Iterator[Problem]:
    where = ("signal", "url")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        yield found.problem(where, "this is not an address")
        return
    if is_rest(url):
        yield from _rest(found, host, parts.scheme, has_secret=bool(parts.username or parts.password))
    elif parts.scheme == "unix":
        if host or not parts.path.startswith("/"):
            yield found.problem(where, "expected a path from the root: unix:///run/signal-cli/socket")
        elif len(parts.path.encode()) > LONGEST_PATH:
            yield found.problem(where, f"a socket's path has at most {LONGEST_PATH} bytes")
    elif parts.scheme != "tcp":
        yield found.problem(where, "expected unix:///path or tcp://127.0.0.1:port, where signal-cli listens")
    elif not host or port is None:
        yield found.problem(where, "expected host and port: tcp://127.0.0.1:7583")
    elif not is_local(host):
        message = (
            "whoever reaches signal-cli reads and writes everything: expected an address of this machine"
        )
        yield found.problem(where, message)


def _rest(found: Setting, host: str, scheme: str, *, has_secret: bool) -> Iterator[Problem]:
    """For those who run it already: it works, and it cannot keep what the rest of the service promises."""
    where = ("signal", "url")
    yield found.problem(where, f"{LOSES}; {RATHER}", Weight.WARNING)
    if not host:
        yield found.problem(where, "expected host and port: http://127.0.0.1:8080")
    elif scheme == "http" and not is_local(host):
        message = (
            "whoever reaches it reads and writes everything: expected an address of this machine, or https"
        )
        yield found.problem(where, message)
    if has_secret:
        yield found.problem(where, "no secret belongs into an address")


def alarms(found: Setting, responders: RespondersFile) -> Iterator[Problem]:
    """People who are to be woken, or to read, on Signal, which is not set up here."""
    if found.settings.signal is not None and found.settings.signal.alerts is not None:
        return
    woken = [name for name, person in responders.focal_points.items() if Alarm.SIGNAL in person.alarms]
    if woken:
        message = f"signal-alerts is to wake {', '.join(woken)}, but it is not set up here"
        yield found.problem(("signal",), message)


def places(found: Responding) -> Iterator[Problem]:
    """Content on Signal comes where the page came."""
    for name, person in found.file.focal_points.items():
        if Content.SIGNAL in person.content and Alarm.SIGNAL not in person.alarms:
            message = (
                f'"{name}" is to read on Signal, but is not woken there: add signal-alerts to the alarms'
            )
            yield found.problem(("focal_points", name, "content"), message)
