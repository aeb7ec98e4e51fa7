"""Reads the kit from the configuration folder: flow, texts, word lists, and the names of the languages. Once."""

from pathlib import Path

from babel import Locale

from bot import flow_loader
from bot.kit import Kit
from bot.normal import normal
from bot.receipt import WordLists
from bot.settings import Settings
from bot.texts import Texts


def read_kit(settings: Settings, config: Path, *, drafts: bool) -> Kit:
    """The kit of one installation; `drafts` allows texts that nobody has reviewed. Raises TextsError, FlowError."""
    texts = Texts.load(config, drafts=drafts)
    flow = flow_loader.load(config / "flows" / "reprisal.yaml").offering({"services": settings.services})
    offered = tuple(language for language in settings.languages if language in texts.languages)
    names = {code: str(Locale.parse(code).get_language_name(code)).capitalize() for code in offered}
    return Kit(
        flow=flow,
        texts=texts,
        words=WordLists.load(config / "words"),
        offered=offered or texts.languages[:1],
        language_names=names,
        named_languages=_named(texts, offered),
        team=settings.team,
        kept_days=settings.notice.days,
        attempts=settings.limits.receipt_attempts_per_day,
    )


def _named(texts: Texts, offered: tuple[str, ...]) -> dict[str, str]:
    """What people call each language, in any of them; the word for "language" is in a language itself."""
    named: dict[str, str] = {}
    for code in offered:
        for spoken in offered:
            named[normal(str(Locale.parse(code).get_language_name(spoken)))] = code
        for word in texts.words("chat/command.language", code):
            named.setdefault(normal(word), code)
    return named
