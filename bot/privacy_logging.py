"""What may be written to a log: an allow-list, installed before anything else is constructed. Our own records
keep their template, numbers, durations and states; those of libraries keep level, logger, place and, where
their source has it word for word, the template. No exception's text, no repr and no text gets through."""

import linecache
import logging
import re
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Iterator
from datetime import timedelta
from enum import Enum
from itertools import islice
from types import TracebackType
from typing import Any, TextIO

OURS = ("tocsin", "bot", "responders", "triage")
# The only free texts that an argument of ours may be: names of channels, as the configuration spells them.
WORDS = frozenset(
    {"telegram", "telegram-alerts", "signal", "signal-alerts", "local", "webhook", "email", "desk"}
)
LARGEST_NUMBER = 9_999_999  # account ids and telephone numbers are longer
FRAMES = 6
QUIET = ("httpx", "httpcore", "telegram", "aiohttp", "asyncio")
SILENT = ("signalbot", "websockets", "apscheduler")  # they log whole messages, on handlers of their own
SCRUB = (
    (re.compile(r"\b\d{6,12}:[A-Za-z0-9_-]{20,}"), "<token>"),
    (re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE), "<address>"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "<address>"),
    (re.compile(r"(?<!\w)@\w{4,}"), "<handle>"),
    (re.compile(r"\+?\d[\d ().-]{6,}\d"), "<number>"),
)
PR_SET_DUMPABLE = 4

_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-#0+]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[a-zA-Z]")


class _Vouched(str):
    """A text that this module has put together itself from types and code locations."""

    __slots__ = ()


def install(stream: TextIO) -> None:
    """Make every log record of this process harmless, on whatever handler it ends, and log to `stream`.

    Records are reduced where they are made: a handler that a library brings along prints no more than ours.
    Nothing undoes it."""
    logging.setLogRecordFactory(_Record)
    root = logging.getLogger()
    handler = logging.StreamHandler(stream)
    formatter = logging.Formatter("%(asctime)sZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("aiohttp.access").disabled = True
    silence(*SILENT)
    logging.raiseExceptions = False  # it would print the record's arguments
    _install_hooks()


def silence(*names: str) -> None:
    """Nothing of these loggers, nor of those below them, is ever said, whatever a library does to them later."""
    for name in names:
        logger = logging.getLogger(name)
        logger.disabled = True  # outlives the library's own setLevel and addHandler
        logger.setLevel(logging.CRITICAL + 1)  # for those below
        logger.handlers[:] = [logging.NullHandler()]
        logger.propagate = False


def no_core_dumps() -> None:
    """No image of this process on disk, and no debugger of the same user in it (Linux)."""
    import faulthandler  # noqa: PLC0415 - only what runs for long needs these
    import resource  # noqa: PLC0415

    faulthandler.disable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415

        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def code_place(fault: BaseException) -> str:
    """Types and code locations of an exception, its causes and its group, innermost first; no words."""
    return "; ".join(islice(_told(fault, set()), 8))


def _told(fault: BaseException, seen: set[int]) -> Iterator[str]:
    if id(fault) in seen:
        return
    seen.add(id(fault))
    frames = traceback.StackSummary.extract(traceback.walk_tb(fault.__traceback__), lookup_lines=False)
    places = " < ".join(_place(frame.filename, frame.lineno) for frame in reversed(frames[-FRAMES:]))
    yield f"{type(fault).__name__} at {places}" if places else type(fault).__name__
    if isinstance(fault, BaseExceptionGroup):
        for member in fault.exceptions:
            yield from _told(member, seen)
    before = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    if before is not None:
        yield from _told(before, seen)


def _place(path: str, line: int | None) -> str:
    return f"{'/'.join(path.split('/')[-2:])}:{line}"


class _Record(logging.LogRecord):
    """A record that has forgotten what it was given before any handler sees it."""

    def __init__(self, *given: Any, **named: Any) -> None:  # LogRecord's own arguments, passed on
        super().__init__(*given, **named)
        ours = str(self.name).partition(".")[0] in OURS
        text = _our_text(self.msg, self.args) if ours else _their_text(self)
        fault = self.exc_info[1] if isinstance(self.exc_info, tuple) else None
        if fault is not None:
            text = f"{text} | {code_place(fault)}"
        self.msg, self.args = " ".join(text.split()), ()  # one line: nobody writes records into our log
        self.exc_info = self.exc_text = self.stack_info = None


def _our_text(msg: object, args: object) -> str:
    if isinstance(msg, _Vouched):
        return msg
    template = _scrubbed(msg)
    given = args if isinstance(args, tuple) else (args,) if args else ()
    if not given:
        return template
    try:
        return _PLACEHOLDER.sub("%s", template) % tuple(_harmless(value) for value in given)
    except (TypeError, ValueError):
        return _without_arguments(template)


def _their_text(record: logging.LogRecord) -> str:
    # A text that was put together before it came here may hold anything; one that stands in the source does
    # not.
    is_template = isinstance(record.msg, str) and record.args
    if is_template and record.msg in "".join(linecache.getlines(record.pathname)):
        text = _without_arguments(_scrubbed(record.msg))
    else:
        text = "(suppressed)"
    return f"{text} at {_place(record.pathname, record.lineno)}"


def _scrubbed(msg: object) -> str:
    """The last resort, for a text that somebody filled in before it was logged."""
    text = msg if isinstance(msg, str) else f"<{type(msg).__name__}>"
    for pattern, stand_in in SCRUB:
        text = pattern.sub(stand_in, text)
    return text


def _without_arguments(template: str) -> str:
    return _PLACEHOLDER.sub("_", template)


def _harmless(value: object) -> object:
    """What an argument of ours may show: numbers, durations, states, kinds of faults."""
    shown: object = f"<{type(value).__name__}>"
    match value:
        case Enum():
            shown = value.value if isinstance(value.value, int | str) else value.name
        case None | bool() | timedelta():
            shown = value
        case float():
            shown = round(value, 3)
        case int() if abs(value) <= LARGEST_NUMBER:
            shown = value
        case type():
            shown = value.__name__
        case BaseException():
            code = getattr(value, "code", None)
            shown = type(value).__name__ + (f"({_harmless(code)})" if isinstance(code, int) else "")
        case str() if not value or value in WORDS or value in _names_of_faults():
            shown = value
    return shown


def _names_of_faults() -> set[str]:
    found, left = set[str](), [BaseException]
    while left:
        kind = left.pop()
        if kind.__name__ not in found:
            found.add(kind.__name__)
            left.extend(kind.__subclasses__())
    return found


def _install_hooks() -> None:
    """Everything in Python that prints an exception by itself."""
    sys.excepthook = _excepthook
    sys.unraisablehook = lambda seen: _say("nobody could catch", seen.exc_value)
    threading.excepthook = lambda seen: _say("a thread ended", seen.exc_value)
    traceback.print_exc = lambda *_, **__: _say("caught", sys.exc_info()[1])
    traceback.print_exception = lambda *given, **__: _say("caught", _fault_of(given))
    warnings.showwarning = _warned  # type: ignore[assignment]  # called by position only


def _excepthook(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        _say("the process ends", fault.with_traceback(trace))


def _fault_of(given: tuple[object, ...]) -> BaseException | None:
    return next((value for value in given if isinstance(value, BaseException)), None)


def _say(what: str, fault: BaseException | None) -> None:
    text = what if fault is None else f"{what}: {code_place(fault)}"
    logging.getLogger("tocsin.faults").error(_Vouched(text))


def _warned(
    _message: object, category: type[Warning], filename: str, lineno: int, *_: object, **__: object
) -> None:
    logging.getLogger("tocsin.faults").warning(_Vouched(f"{category.__name__} at {_place(filename, lineno)}"))
