"""The texts that a terminal shows beside what it opened: reasons and answers, in a focal point's language."""

from collections.abc import Callable
from typing import Annotated

import typer

Language = Annotated[
    str | None,
    typer.Option(
        "--language", help="The language of reasons and answers, for example es; drafts are shown, too."
    ),
]


def labels(language: str | None = None) -> Callable[..., str | None]:
    """Says a text by its key, or None where there is none; the source language when none is named."""
    from bot.cli import default_folder  # noqa: PLC0415
    from bot.texts import Texts  # noqa: PLC0415 - loads Babel

    texts = Texts.load(default_folder(), drafts=True)
    if language is not None and language not in texts.languages:
        known = ", ".join(texts.languages)
        raise typer.BadParameter(f"{language}: expected one of {known}", param_hint="--language")
    chosen = language or texts.source

    def label(key: str, /, **values: object) -> str | None:
        return texts.say(key, chosen, **values) if texts.has(key) else None

    return label
