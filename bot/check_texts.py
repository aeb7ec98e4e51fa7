"""The part of `tocsin check` that reads texts: what is wrong in sources and translations, and in which line of which
file a translator finds it. It mends nothing."""

from collections.abc import Mapping
from pathlib import Path

from bot.catalogues import CatalogueError, Translation, read_translations
from bot.locales import is_language
from bot.source_texts import Source, read_sources
from bot.texts import SOURCE, folders
from responders.yaml_document import Problem


def problems(config: Path, wanted: tuple[str, ...]) -> list[Problem]:
    """Everything wrong with sources and translations; a wanted language that is not whole is among it."""
    sources, found = read_sources(config)
    unknown = [name for name in sorted({*folders(config), *wanted}) if not is_language(name)]
    found += [
        Problem(f"locales/{name}", 1, 1, "no language has this code; expected one such as sw or pt_BR")
        for name in unknown
    ]
    for language in wanted:
        if language in unknown:
            continue
        if language == SOURCE:
            continue
        file = f"locales/{language}"
        try:
            translated = read_translations(config, language, sources)
        except CatalogueError as fault:
            found.append(Problem(fault.file, fault.line, 1, fault.message))
            continue
        if sources and not translated:
            found.append(
                Problem(file, 1, 1, "nothing is translated yet, but tocsin.yaml offers this language")
            )
            continue
        found += _faults_of(language, sources, translated)
    return found


def _faults_of(
    language: str, sources: Mapping[str, Source], translated: Mapping[str, Translation]
) -> list[Problem]:
    """What keeps one language from being whole, each where a translator finds it: a missing text at its file's head."""
    found: list[Problem] = []
    for key, source in sources.items():
        there = translated.get(key)
        if there is None:
            said = "the translation is missing"
        elif there.stale:
            said = "the translation is stale (its source has changed)"
        elif there.problem is not None:
            said = there.problem
        else:
            continue
        file = f"locales/{language}/{source.domain}.po"
        found.append(Problem(file, there.line if there else 1, 1, f"{key}: {said}"))
    return found
