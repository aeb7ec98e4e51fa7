"""Every source text by its key, with what a translator has to know: from the flows and from config/texts.
Reads and checks the sources only; translations are in catalogues.py."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.flow_file import FlowFile, QuestionEntry, read_flow_file
from responders.yaml_document import Document, Problem, Value, Where, read_document

LONGEST_LABEL = 24  # protocol section 3: buttons, in English
LONGEST_TRANSLATED_LABEL = 32
MOST_WORDS = 35  # protocol section 7, in English
LONGEST_MESSAGE = 4096  # the Bot API's limit
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_KEYS = {"text", "note", "button", "words"}


@dataclass(frozen=True, slots=True)
class Source:
    """One source text. `forms` has one text, or two when a count decides ("one", "other")."""

    key: str
    forms: tuple[str, ...]
    note: str = ""
    button: bool = False
    is_words: bool = False  # a comma-separated list of what people may type
    reviewed: bool = False
    file: str = ""
    line: int = 1

    @property
    def domain(self) -> str:
        """The catalogue that holds its translations."""
        return self.key.partition("/")[0]

    @property
    def placeholders(self) -> frozenset[str]:
        """The names in braces."""
        return frozenset(name for form in self.forms for name in placeholders(form))


def placeholders(text: str) -> tuple[str, ...]:
    """The names in braces, in order."""
    return tuple(_PLACEHOLDER.findall(text))


def stray_brace(text: str) -> bool:
    """Whether a brace stands in a text that is not part of a placeholder."""
    return any(brace in _PLACEHOLDER.sub("", text) for brace in "{}")


def read_sources(config: Path) -> tuple[dict[str, Source], list[Problem]]:
    """All source texts under a configuration folder, and everything that is wrong with them."""
    found: dict[str, Source] = {}
    problems: list[Problem] = []
    for path in sorted((config / "flows").glob("*.yaml")):
        read = read_flow_file(path, f"flows/{path.name}")
        problems += read.problems
        if read.value is not None and read.document is not None:
            found |= {source.key: source for source in flow_sources(read.value, read.document)}
    for path in sorted((config / "texts").glob("*.yaml")):
        document, faults = read_document(path, f"texts/{path.name}")
        problems += faults
        if document is not None:
            entries, faults = _read_texts(document, path.stem)
            found |= {source.key: source for source in entries}
            problems += faults
    problems += [fault for source in found.values() for fault in _faults(source)]
    return found, sorted(problems)


def flow_sources(flow: FlowFile, document: Document) -> Iterator[Source]:
    """The texts of one flow."""
    reviewed = flow.review == "reviewed"

    def source(key: str, text: str, where: Where, note: str | None = None, *, button: bool = False) -> Source:
        line = document.place(where)[0]
        return Source(
            f"{flow.id}/{key}", (_joined(text),), note or "", button, False, reviewed, document.file, line
        )

    for place, question in enumerate(flow.questions):
        where: Where = ("questions", place)
        yield source(f"{question.id}.ask", question.ask, (*where, "ask"), question.note)
        for variant, text in question.variants.items():
            yield source(f"{question.id}.ask.{variant}", text, (*where, "variants", variant), question.note)
        for index, choice in enumerate(question.choices):
            at = (*where, "choices", index)
            yield source(
                f"{question.id}.{choice.id}", choice.label, at, choice.note or _shown(question), button=True
            )
        if question.skip_label is not None:
            yield source(
                f"{question.id}.skip", question.skip_label, (*where, "skip"), _shown(question), button=True
            )
    for name, end in flow.ends.items():
        if end.say is not None:
            yield source(f"end.{name}", end.say, ("ends", name, "say"), end.note)


def _shown(question: QuestionEntry) -> str:
    return f"An answer to: {_joined(question.ask)}"


def _joined(text: str) -> str:
    return text.strip()


def _read_texts(document: Document, domain: str) -> tuple[list[Source], list[Problem]]:
    """The entries of one file of texts: `key: {text, note, button, words}`."""
    problems: list[Problem] = []
    entries: list[Source] = []
    if not isinstance(document.value, dict):
        return [], [document.problem((), "expected keys with texts")]
    reviewed = document.value.get("review") == "reviewed"
    for key, entry in document.value.items():
        if key == "review":
            if entry not in ("drafted", "reviewed"):
                problems.append(document.problem((key,), 'review: expected "drafted" or "reviewed"'))
            continue
        if not isinstance(entry, dict) or not (entry.keys() & {"text", "words"}):
            problems.append(document.problem((key,), f'{key}: expected "text" or "words"'))
            continue
        problems += [
            document.problem(
                (key, name), f'{key}: unknown key "{name}"; known here: text, note, button, words'
            )
            for name in entry
            if name not in _KEYS
        ]
        place = (document.file, document.place((key,))[0])
        entries += _entries(f"{domain}/{key}", entry, reviewed, place)
    return entries, problems


def _entries(key: str, entry: dict[str, Value], reviewed: bool, place: tuple[str, int]) -> Iterator[Source]:
    button, (file, line) = entry.get("button") == "true", place
    note = str(entry.get("note") or "")
    match entry.get("text"):
        case {"one": str(one), "other": str(other)}:
            yield Source(key, (one.strip(), other.strip()), note, button, False, reviewed, file, line)
        case str(text):
            yield Source(key, (text.strip(),), note, button, False, reviewed, file, line)
    words = entry.get("words")
    if isinstance(words, list) and all(isinstance(word, str) for word in words):
        listed = ", ".join(word for word in words if isinstance(word, str))
        hint = f"{note} What people may type, separated by commas; as many as are usual.".strip()
        yield Source(f"{key}.words", (listed,), hint, False, True, reviewed, file, line)


def _faults(source: Source) -> Iterator[Problem]:
    """Lengths and braces of one source text."""
    for form in source.forms:
        if not form:
            yield _fault(source, "the text is empty")
        if stray_brace(form):
            yield _fault(source, "a brace that belongs to no {name}")
        if len(form) > LONGEST_MESSAGE:
            yield _fault(source, f"{len(form)} characters; a message has at most {LONGEST_MESSAGE}")
        if source.button and len(form) > LONGEST_LABEL:
            yield _fault(source, f'the label "{form}" has {len(form)} characters; at most {LONGEST_LABEL}')
        elif source.domain != "desk" and not source.is_words and len(form.split()) > MOST_WORDS:
            yield _fault(source, f"{len(form.split())} words; at most {MOST_WORDS}")


def _fault(source: Source, message: str) -> Problem:
    return Problem(source.file, source.line, 1, f"{source.key}: {message}")
