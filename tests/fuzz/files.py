"""Readers of files that an administrator or a translator wrote, and of lines given to commands. What they refuse may be
quoted: whoever reads the refusal wrote the file."""

import io
import json
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from bot.catalogues import CatalogueError, catalogue_of
from bot.cli.triage_lines import read as read_lines
from bot.conditions import ConditionError, compile_condition, leaves
from bot.flow_file import FlowFile
from bot.flow_loader import FlowError, flow_of
from bot.settings import Settings
from responders.config_reader import LONGEST, Read, duration, read_parsed
from responders.responders_file import RespondersFile
from responders.yaml_document import Document, Problem, parse_document
from tests.fuzz.mutate import of_bytes, of_json, of_text
from tests.fuzz.target import Target, must
from tests.fuzz.typed import CONFIG
from triage.embedding.frames import BrokenFrame, frame
from triage.embedding.frames import read as read_frame

MEGABYTE = 1 << 20


class NotRead(Exception):
    """Stands for the list of faults that a reader of configuration gives instead of raising."""


def _refused(problems: Sequence[Problem]) -> NotRead:
    for problem in problems:
        must(
            problem.line >= 1 and problem.column >= 1 and "\n" not in problem.message,
            "a fault without its place",
        )
    return NotRead()


def _document(data: bytes) -> Document:
    document, problems = parse_document(data, "a.yaml")
    must(document is not None or bool(problems), "a file that is neither read nor refused")
    if document is None:
        raise _refused(problems)
    return document


def _shaped(data: bytes, cls: type[Settings] | type[RespondersFile]) -> None:
    read: Read[Any] = read_parsed(_document(data), (), cls)
    must(read.value is not None or bool(read.problems), "a file that is neither read nor refused")
    if read.value is None:
        raise _refused(read.problems)


def _settings(data: bytes) -> None:
    _shaped(data, Settings)


def _responders(data: bytes) -> None:
    _shaped(data, RespondersFile)


def _flow(data: bytes) -> None:
    document, problems = parse_document(data, "a.yaml")
    flow_of(read_parsed(document, problems, FlowFile))


@cache
def _shipped(name: str) -> Sequence[bytes]:
    return [(CONFIG / name).read_bytes()]


def _small_flow() -> Sequence[bytes]:
    """The shipped flow, and one that is read a hundred times as fast."""
    return [_FLOW, *_shipped("flows/reprisal.yaml")]


_FLOW = b"""\
format: flow/1
id: small
source: en
languages: [en]
expires: 15m
finish: done
questions:
  - id: opening
    type: choice
    role: opening
    ask: Are you safe?
    choices:
      - {id: safe, label: Yes}
      - {id: unsafe, label: No, alert: true}
  - id: notice
    type: choice
    role: notice
    ask: May we keep this?
    choices:
      - {id: agree, label: Yes}
      - {id: refuse, label: No, goto: end.gone}
  - id: words
    type: text
    ask: What happened?
    show_if: opening = unsafe
ends:
  done: {say: Thank you.}
  gone: {say: Nothing was kept., discard: true, after_alert: done}
"""


def _condition(data: bytes) -> None:
    list(leaves(compile_condition(data.decode("utf-8", "replace"))))


def _duration(data: bytes) -> None:
    must(
        timedelta() <= duration(data.decode("utf-8", "replace")) <= LONGEST,
        "a duration beyond all that lasts",
    )


def _catalogue(data: bytes) -> None:
    for message in catalogue_of(data, "es", "locales/es/chat.po"):
        must(isinstance(message.string, str | tuple | list), "a translation that is no text")


def _catalogues() -> Sequence[bytes]:
    small = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#. a note
#, fuzzy
#| msgid "Hello"
msgctxt "chat/hello"
msgid "Hello, {name}"
msgstr "Hola, {name}"

msgctxt "chat/cases"
msgid "{count} case"
msgid_plural "{count} cases"
msgstr[0] "{count} caso"
msgstr[1] "{count} casos"
"""
    return [small.encode(), (CONFIG / "locales/ar/verbs.po").read_bytes()]


def _lines(data: bytes) -> None:
    for line in read_lines(None, io.BytesIO(data)):
        must(
            bool(line.fault) or line.text is not None or line.values is not None,
            "a line that is neither read nor refused",
        )


def _reports() -> Sequence[bytes]:
    lines = (
        {"id": "1", "text": "help"},
        {"id": 2, "opening": "unsafe", "words": ["help"], "what": ["threat"]},
        {"id": None},
    )
    return [
        b"\n".join(json.dumps(line).encode() for line in lines),
        b"They are at the door",
        *(json.dumps(x).encode() for x in lines),
    ]


def _frames(data: bytes) -> None:
    stream = io.BytesIO(data)
    while read_frame(stream) is not None:
        pass


def _large() -> Sequence[bytes]:
    return [
        b"a: " + b"x" * MEGABYTE, b"[" * MEGABYTE, b"{" * 5_000, b"a:\n" * 10_000, b"- " * MEGABYTE,
        b"? " * 5_000, b"'" * 200_000,
        b'"' + b"\\x" * 100_000, b"|\n" + b" a\n" * 50_000, b"#" * MEGABYTE, b"k: 1\n" * 10_000,
        b"\n" * 200_000, b"&a *a " * 20_000,
    ]  # fmt: skip


def _large_catalogues() -> Sequence[bytes]:
    return [
        b'msgid "' + b"\\n" * 400_000 + b'"\nmsgstr ""\n', b'msgid ""\nmsgstr ""\n' * 2_000, b"#" * MEGABYTE,
        b'"' * MEGABYTE,
        b"#| msgid " + b'"a" ' * 200_000, b'msgstr[9] "x"\n' * 1_000, b" " * MEGABYTE + b"x",
        b'msgid "' + b"\\" * MEGABYTE,
        b'msgid "a"\nmsgstr "b"\n"Plural-Forms: nplurals=2; plural=' + b"(" * 50_000 + b'n;\\n"',
    ]  # fmt: skip


def _large_lines() -> Sequence[bytes]:
    return [
        b"x" * MEGABYTE,
        b"{" * MEGABYTE,
        b'{"text":"' + b"x" * MEGABYTE + b'"}',
        b"\n" * MEGABYTE,
        b'{"id":' + b"9" * 9_000 + b"}",
    ]


def _deep() -> Sequence[bytes]:
    return [
        b"not " * 50_000 + b"a = b",
        b"(" * 50_000,
        b"a = b and " * 50_000,
        b"a in (" + b"b, " * 100_000,
        b" " * MEGABYTE,
    ]


_CONDITIONS = (b"opening = unsafe and not (what has threat or answered when)", b"a in (b, c)")
_DURATIONS = (b"1h30m", b"7d", b"PT15M", b"P1DT2H")
_VERBS = "texts/verbs.yaml"

TARGETS = (
    Target("yaml", _document, lambda: [_FLOW, *_shipped(_VERBS)], of_bytes, (NotRead,), _large, quotes=True, costs=2),
    Target("settings", _settings, lambda: _shipped("tocsin.yaml"), of_text, (NotRead,), _large, quotes=True, costs=40),
    Target("people-file", _responders, lambda: _shipped("responders.yaml"), of_text, (NotRead,), _large, quotes=True,
           costs=50),
    Target("flow", _flow, _small_flow, of_text, (FlowError,), _large, quotes=True, costs=50),
    Target("condition", _condition, lambda: _CONDITIONS, of_text, (ConditionError,), _deep, quotes=True, costs=10),
    Target("duration", _duration, lambda: _DURATIONS, of_text, (ValueError,), _deep, quotes=True),
    Target("catalogue", _catalogue, _catalogues, of_bytes, (CatalogueError,), _large_catalogues, quotes=True),
    Target("triage-lines", _lines, _reports, of_json, large=_large_lines),
    Target("score-frames", _frames, lambda: [frame({"text": "x"}) + frame([1, None]), frame("\ud800")], of_bytes,
           (BrokenFrame,), _large_lines),
)  # fmt: skip
