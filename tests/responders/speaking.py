"""A voice for tests that need no translations: the key, and its values in order."""

from datetime import datetime, tzinfo

from responders.turns import Choice

__all__ = ["Choice", "English", "Polyglot"]


class English:
    """Says `key value value`, in one language."""

    languages: tuple[str, ...] = ("en",)

    def say(self, key: str, language: str, /, **values: object) -> str:
        said = " ".join(str(value) for value in values.values())
        return f"{key} {said}".strip() if language == "en" else f"{language}:{key} {said}".strip()

    def time(self, at: datetime, language: str, zone: tzinfo, now: datetime) -> str:
        assert at.tzinfo is not None
        assert now.tzinfo is not None
        return f"{at.astimezone(zone):%H:%M}{'' if language == 'en' else language}"


class Polyglot(English):
    """The same in three."""

    languages = ("en", "es", "ar")
