"""Translations on disk: gettext PO, one file per language and domain, the key as msgctxt.
`fuzzy` means drafted and not reviewed; a changed source makes a translation stale, whatever its flags say."""

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, unescape, write_po

from bot.source_texts import LONGEST_TRANSLATED_LABEL, Source, placeholders, stray_brace

DRAFT_HEADER = """# {language} translations for Tocsin: {domain}.
# Drafted, not reviewed: every entry marked fuzzy still needs a native speaker who knows this work.
# Remove the mark from what you have reviewed. Please keep the {{names in braces}}.
#"""

_PO_LINE = re.compile(
    r"""\s*+(?:\#.*|(?:(?:msg(?:ctxt|id|id_plural|str(?:\[\d\])?)\s*)?"(?:[^"\\]|\\.)*")?)\s*"""
)

_DATE = re.compile(rb'"POT-Creation-Date: [^"]*"')

_ABOUT: dict[str, Any] = {  # Any: arguments of Catalog
    "project": "Tocsin",
    "version": "1",
    "last_translator": "none yet",
    "language_team": "none yet",
    "msgid_bugs_address": "see README.md",
    "fuzzy": False,
}


class CatalogueError(ValueError):
    """A PO file cannot be read; its place and what is wrong."""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")
        self.file, self.line, self.message = file, line, message


@dataclass(frozen=True, slots=True)
class Translation:
    """One translation that belongs to the source as it is now; `problem` says why it cannot be used, `line` where in
    its file it stands."""

    key: str
    forms: tuple[str, ...]
    reviewed: bool
    stale: bool = False
    problem: str | None = None
    line: int = 1


def catalogue_path(config: Path, language: str, domain: str) -> Path:
    """Where the translations of one domain into one language are."""
    return config / "locales" / language / f"{domain}.po"


def read_translations(config: Path, language: str, sources: Mapping[str, Source]) -> dict[str, Translation]:
    """What there is in one language, by key; entries without a source or without a text are left out."""
    found: dict[str, Translation] = {}
    for domain in dict.fromkeys(source.domain for source in sources.values()):
        path = catalogue_path(config, language, domain)
        if not path.exists():
            continue
        catalogue = read_catalogue(path, language)
        for message in catalogue:
            source = sources.get(str(message.context))
            if source is not None and any(_strings(message)):
                found[source.key] = _translation(source, message, catalogue.num_plurals)
    return found


def read_catalogue(path: Path, language: str) -> Catalog:
    """One PO file, with the previous msgids that Babel writes but does not read. Raises CatalogueError."""
    return catalogue_of(path.read_bytes(), language, f"locales/{language}/{path.name}")


def catalogue_of(raw: bytes, language: str, place: str) -> Catalog:
    """What the bytes of one PO file hold; `place` is what faults call it. Raises CatalogueError."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise CatalogueError(place, 1, "expected UTF-8 text, but these bytes are something else") from None
    for number, line in enumerate(text.splitlines(), 1):
        if not _PO_LINE.fullmatch(line):  # Babel would cut a letter off where a quote is lost
            raise CatalogueError(place, number, "expected a comment, or a keyword and a text in quotes")
    try:
        previous = _previous_ids(text)
        catalogue = read_po(io.BytesIO(raw), locale=language, abort_invalid=True)
    except PoFileError as fault:
        raise CatalogueError(place, fault.lineno + 1, "not readable as a PO file from here on") from None
    except (ValueError, LookupError, RecursionError):  # Babel trips over some nonsense without saying where
        raise CatalogueError(place, 1, "not readable as a PO file") from None
    for message in catalogue:
        message.previous_id = previous.get(str(message.context), [])
    return catalogue


def update_catalogue(path: Path, language: str, domain: str, sources: Iterable[Source]) -> Catalog:
    """The file's catalogue brought up to the sources: new entries empty, changed ones fuzzy with the previous
    msgid, gone ones obsolete. Translators' comments stay."""
    template = template_for(domain, sources)
    if not path.exists():
        catalogue = Catalog(
            locale=language,
            domain=domain,
            header_comment=DRAFT_HEADER.format(language=language, domain=domain),
            **_ABOUT,
        )
    else:
        catalogue = read_catalogue(path, language)
    before = {str(m.context): m for m in catalogue if m.context}
    catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False, keep_user_comments=True)
    for message in catalogue:
        _carry_over(message, before.get(str(message.context)))
    for key in [key for key, m in catalogue.obsolete.items() if str(m.context) in _contexts(catalogue)]:
        del catalogue.obsolete[key]
    return catalogue


def template_for(domain: str, sources: Iterable[Source]) -> Catalog:
    """The POT of one domain: notes as comments, limits and placeholders as flags."""
    template = Catalog(domain=domain, **_ABOUT)
    for source in sources:
        if source.domain != domain:
            continue
        flags = ["python-brace-format"] if source.placeholders else []
        if source.button:
            flags.append(f"max-length:{LONGEST_TRANSLATED_LABEL}")
        template.add(
            source.forms if len(source.forms) > 1 else source.forms[0],
            context=source.key,
            auto_comments=[source.note] if source.note else [],
            locations=[],
            flags=flags,
        )
    return template


def write_catalogue(path: Path, catalogue: Catalog) -> None:
    """Write one PO or POT file, sorted as the sources are; one in which only the date would be new stays as it is."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=110, include_previous=True, ignore_obsolete=False)
    written = buffer.getvalue()
    if path.exists() and _DATE.sub(b"", path.read_bytes()) == _DATE.sub(b"", written):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written)


def _previous_ids(text: str) -> dict[str, list[str]]:
    """The `#| msgid` lines of a PO file, by msgctxt."""
    found: dict[str, list[str]] = {}
    pending: list[str] = []
    for line in text.splitlines():
        if line.startswith("#| msgid"):
            pending.append(unescape(line[line.index('"') :]))
        elif line.startswith('#| "') and pending:
            pending[-1] += unescape(line[3:])
        elif line.startswith("msgctxt ") and pending:
            found[unescape(line.removeprefix("msgctxt "))] = pending
            pending = []
        elif not line.strip():
            pending = []
    return found


def _contexts(catalogue: Catalog) -> set[str]:
    return {str(message.context) for message in catalogue if message.context}


def _carry_over(message: Message, before: Message | None) -> None:
    """Keep the translation of a text whose source has changed, marked as stale by its previous msgid."""
    if before is None or not any(_strings(before)):
        return
    if message.id == before.id:
        message.previous_id = before.previous_id
        return
    if isinstance(message.id, tuple) != isinstance(before.id, tuple):
        return  # a plural became a plain text or the reverse: nothing of it fits
    message.string = before.string
    message.flags |= {"fuzzy"}
    message.previous_id = list(before.id) if isinstance(before.id, tuple) else [str(before.id)]
    message.user_comments = list(before.user_comments)


def _translation(source: Source, message: Message, plurals: int) -> Translation:
    ids = message.id if isinstance(message.id, tuple) else (str(message.id),)
    forms = _strings(message)
    stale = tuple(ids) != source.forms or (message.fuzzy and bool(message.previous_id))
    problem = None if stale else _problem(source, forms, plurals)
    return Translation(source.key, forms, not message.fuzzy, stale, problem, message.lineno or 1)


def _strings(message: Message) -> tuple[str, ...]:
    """All forms of a translation; one that is not there is empty."""
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return tuple(str(form or "") for form in strings)


def _problem(source: Source, forms: tuple[str, ...], plurals: int) -> str | None:
    """Why a translation cannot be shown to anybody."""
    if len(source.forms) > 1 and (len(forms) != plurals or not all(forms)):
        return f"{plurals} plural forms expected, {sum(map(bool, forms))} given"
    for form in forms:
        if stray_brace(form):
            return "a brace that belongs to no {name}"
        named = frozenset(placeholders(form))
        if named - source.placeholders:
            return f"no value for {{{min(named - source.placeholders)}}}"
        if lost := source.placeholders - named - ({"count"} if len(source.forms) > 1 else set()):
            return f"{{{min(lost)}}} is missing"
        if source.button and len(form) > LONGEST_TRANSLATED_LABEL:
            return f"{len(form)} characters; a button has at most {LONGEST_TRANSLATED_LABEL}"
    return None
