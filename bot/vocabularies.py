"""The words that focal points type, in each language that they may read; English always counts."""

from collections.abc import Iterable

from bot.texts import Texts
from responders.commands import Vocabulary


def vocabularies(texts: Texts) -> dict[str, Vocabulary]:
    """By language."""
    return {language: _vocabulary(texts, language) for language in texts.languages}


def _vocabulary(texts: Texts, language: str) -> Vocabulary:
    def words(name: str) -> Iterable[str]:
        key = f"verbs/{name}"
        return (*texts.words(key, language), *texts.words(key, texts.source))

    return Vocabulary.of(words)
