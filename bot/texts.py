"""What is said, in every language: source texts from YAML, translations from PO, looked up by key.
Never falls back to another language: a language is offered only when it is whole."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, TypeVar

from bot.catalogues import CatalogueError, Translation, read_translations
from bot.locales import END_ISOLATE, ISOLATE, Speech, speech
from bot.source_texts import Source, placeholders, read_sources

T = TypeVar("T")
SOURCE = "en"  # the language in which flows and texts are written
Template = tuple[str, tuple[str, ...]]  # a %-pattern and the names of its values, in order


class TextsError(ValueError):
    """The texts cannot be used as they are; each problem has its own line."""


@dataclass(frozen=True, slots=True)
class Status:
    """How far one language is."""

    language: str
    total: int
    reviewed: int
    drafted: int
    stale: tuple[str, ...]
    missing: tuple[str, ...]
    faulty: tuple[str, ...]  # "key: what is wrong"

    @property
    def whole(self) -> bool:
        """Every text is there and fits its source; it may still be unreviewed."""
        return self.reviewed + self.drafted == self.total

    @property
    def is_reviewed(self) -> bool:
        """A person has reviewed every text."""
        return self.reviewed == self.total


class Texts:
    """All texts of one installation. `languages` are those offered, the source language first."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        translations: Mapping[str, Mapping[str, Translation]],
        *,
        source: str = SOURCE,
        drafts: bool = True,
    ) -> None:
        self.source = source
        self.drafts = drafts
        self.sources = sources
        self._translations = translations
        self._status = {source: _source_status(source, sources)}
        self._status |= {name: _status(name, sources, found) for name, found in translations.items()}
        self.known = tuple(self._status)
        usable = [s.language for s in self._status.values() if s.is_reviewed or (drafts and s.whole)]
        self.languages = tuple(usable)
        self._speech = {name: speech(name) for name in self.languages}
        self._said: dict[tuple[str, str], str | Template] = {}
        self._counted: dict[tuple[str, str], tuple[Template, ...]] = {}
        self._words: dict[tuple[str, str], tuple[str, ...]] = {}
        self._remembered: dict[Hashable, Any] = {}  # Any: whatever `remember` was given to build
        for name in self.languages:
            for key, text in sources.items():
                forms = text.forms if name == source else translations[name][key].forms
                self._learn(key, name, text, forms)

    @classmethod
    def load(cls, config: Path, *, drafts: bool) -> "Texts":
        """Read flows, texts and locales under `config`; `drafts` allows what nobody has reviewed.

        Raises TextsError when the sources are faulty or no language could be offered."""
        sources, problems = read_sources(config)
        if problems:
            raise TextsError("\n".join(map(str, problems)))
        try:
            found = {name: read_translations(config, name, sources) for name in folders(config)}
        except CatalogueError as fault:
            raise TextsError(str(fault)) from None
        texts = cls(sources, found, drafts=drafts)
        if not texts.languages:
            raise TextsError(
                "no language has been reviewed as a whole, and allow_unreviewed_texts in tocsin.yaml is false"
            )
        return texts

    def say(self, key: str, language: str, /, **values: object) -> str:
        """The text with its values; `count` chooses the plural. KeyError names a missing key or value."""
        said = self._said.get((key, language)) or self._form(key, language, values)
        if isinstance(said, str):
            return said
        pattern, names = said
        try:
            shown = [values[name] for name in names]
        except KeyError as missing:
            raise KeyError(f"{key}: {missing.args[0]}") from None
        spoken = self._speech[language]
        return pattern % tuple([v if isinstance(v, str) else _shown(v, spoken) for v in shown])

    def has(self, key: str) -> bool:
        """Whether there is a text with this key."""
        return key in self.sources

    def raw(self, key: str, language: str) -> str:
        """A text with its placeholders, for checks; the first form where a count decides."""
        if language == self.source:
            return self.sources[key].forms[0]
        return self._translations[language][key].forms[0]

    def words(self, key: str, language: str) -> tuple[str, ...]:
        """A localised keyword list, as written."""
        return self._words[key, language]

    def status(self, language: str) -> Status:
        """Coverage and review of one language that has a folder; KeyError for any other."""
        return self._status[language]

    def within(self, text: str, spoken: str, around: str) -> str:
        """A sentence in the language `spoken` inside a text in `around`, isolated where the directions differ: else
        its full stop would stand on the wrong side."""
        if self._speech[spoken].rtl == self._speech[around].rtl:
            return text
        return f"{ISOLATE}{text}{END_ISOLATE}"

    def joined(self, items: tuple[str, ...], language: str) -> str:
        """Several labels as a list."""
        return self._speech[language].joined(items)

    def time(self, at: datetime, language: str, zone: tzinfo, now: datetime) -> str:
        """A moment as people say it ("14:30", "tomorrow 09:00", "24 November, 09:00"); both are aware."""
        spoken, local, today = self._speech[language], at.astimezone(zone), now.astimezone(zone).date()
        clock = spoken.clock(local.hour, local.minute)
        if local.date() == today:
            return clock
        if local.date() == today + timedelta(days=1):
            return self.say("chat/time.tomorrow", language, clock=clock)
        return self.say("chat/time.day", language, day=spoken.day(local.date()), clock=clock)

    def day(self, iso: str, language: str) -> str:
        """A stored day ("2026-12-24") as people say it."""
        return self._speech[language].day(datetime.fromisoformat(iso).date(), year=True)

    def remember(self, key: Hashable, build: Callable[[], T]) -> T:
        """Something derived from these texts, built once."""
        found: T | None = self._remembered.get(key)
        if found is None:
            found = self._remembered[key] = build()
        return found

    def _learn(self, key: str, language: str, source: Source, forms: tuple[str, ...]) -> None:
        if source.is_words:
            separated = forms[0].replace("،", ",").split(",")
            heard = tuple(word.strip() for word in separated if word.strip())
            self._words[key.removesuffix(".words"), language] = heard
        elif len(source.forms) > 1:
            self._counted[key, language] = tuple(self._compiled(form, language) for form in forms)
        else:
            template = self._compiled(forms[0], language)
            self._said[key, language] = template if template[1] else forms[0]

    def _compiled(self, text: str, language: str) -> Template:
        """Inserted values stand in isolates where the text runs from right to left."""
        value = f"{ISOLATE}%s{END_ISOLATE}" if self._speech[language].rtl else "%s"
        names, pattern = placeholders(text), text.replace("%", "%%")
        for name in names:
            pattern = pattern.replace(f"{{{name}}}", value, 1)
        return pattern, names

    def _form(self, key: str, language: str, values: Mapping[str, object]) -> Template:
        """The plural form of a counted text."""
        forms = self._counted[key, language]
        count = values.get("count")
        if not isinstance(count, int):
            raise KeyError(f"{key}: count")
        return forms[self._speech[language].plural(count)]


def statuses(config: Path) -> list[Status]:
    """How far every language under `config` is, the source language first. Raises CatalogueError."""
    sources, _ = read_sources(config)
    found = [_status(name, sources, read_translations(config, name, sources)) for name in folders(config)]
    return [_source_status(SOURCE, sources), *found]


def folders(config: Path) -> list[str]:
    """The languages that have a folder of translations, by name."""
    folder = config / "locales"
    return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def _shown(value: object, spoken: Speech) -> str:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return spoken.number(value) if is_number else str(value)  # type: ignore[arg-type]


def _source_status(language: str, sources: Mapping[str, Source]) -> Status:
    reviewed = sum(source.reviewed for source in sources.values())
    return Status(language, len(sources), reviewed, len(sources) - reviewed, (), (), ())


def _status(language: str, sources: Mapping[str, Source], found: Mapping[str, Translation]) -> Status:
    usable = [t for t in found.values() if not t.stale and t.problem is None]
    return Status(
        language,
        len(sources),
        sum(t.reviewed for t in usable),
        sum(not t.reviewed for t in usable),
        tuple(t.key for t in found.values() if t.stale),
        tuple(key for key in sources if key not in found),
        tuple(f"{t.key}: {t.problem}" for t in found.values() if t.problem is not None),
    )
