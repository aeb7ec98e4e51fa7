"""Reads the kit from the configuration folder: flow, texts, word lists, and the names of the languages. Once."""

import logging
from pathlib import Path

from babel import Locale

from bot import flow_loader
from bot.flow_file import ASKED
from bot.kit import Kit
from bot.normal import normal
from bot.receipt import WordLists
from bot.settings import Settings, Switch
from bot.texts import Texts
from triage.score.head import thresholds
from triage.score.score import By, Caution, Thresholds
from triage.shipped import NoModel

log = logging.getLogger("tocsin.kit")


def read_kit(settings: Settings, config: Path, *, drafts: bool) -> Kit:
    """The kit of one installation; `drafts` allows texts that nobody has reviewed. Raises TextsError, FlowError."""
    texts = Texts.load(config, drafts=drafts)
    flow = flow_loader.load(config / "flows" / ASKED).offering({"services": settings.services})
    offered = tuple(language for language in settings.languages if language in texts.languages)
    names = {code: str(Locale.parse(code).get_language_name(code)).capitalize() for code in offered}
    scores = settings.triage.text_score is Switch.ON
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
        thresholds=_thresholds(settings.triage.caution) if scores else {},
    )


def _thresholds(caution: Caution) -> dict[By, Thresholds]:
    """From which probability on words mean danger; none when the model cannot be used, and then nothing is scored."""
    try:
        return {by: listed[caution] for by, listed in thresholds().items()}
    except NoModel as fault:
        log.error("words are not scored: %s", fault)
        return {}


def _named(texts: Texts, offered: tuple[str, ...]) -> dict[str, str]:
    """What people call each language, in any of them; the word for "language" is in a language itself."""
    named: dict[str, str] = {}
    for code in offered:
        for spoken in offered:
            named[normal(str(Locale.parse(code).get_language_name(spoken)))] = code
        for word in texts.words("chat/command.language", code):
            named.setdefault(normal(word), code)
    return named
