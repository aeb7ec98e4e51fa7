"""What only shows in a language: labels that read alike or are command words, and commands that a text names
but that are not heard when typed. Checked in every language that is offered."""

import re
from collections.abc import Iterator

from bot.command_words import COMMANDS_QUESTION, Command, command_in
from bot.flow import Flow, Question
from bot.normal import normal
from bot.source_texts import Source
from bot.texts import Texts
from responders.yaml_document import Problem

_TYPED = [command for command in Command if command not in {Command.START, Command.INFORMATION}]
_CAPITALS = re.compile(r"\b[A-Z]{4,}\b")


def check_words(flow: Flow, texts: Texts) -> Iterator[Problem]:
    """Problems of labels and command words, in every offered language."""
    for language in texts.languages:
        yield from _commands(language, texts)
        yield from _named_commands(language, texts)
        for question in flow.questions:
            yield from _labels(question, language, texts)


def _labels(question: Question, language: str, texts: Texts) -> Iterator[Problem]:
    keys = [question.label_key(choice.id) for choice in question.choices]
    if question.skip:
        keys.append(question.skip_key)
    seen: dict[str, str] = {}
    for key in keys:
        plain = normal(texts.say(key, language))
        if not plain:
            yield _problem(texts, key, language, "the label has no letters")
        if plain in seen:
            yield _problem(texts, key, language, f"the label reads like that of {seen[plain]}")
        if plain[:1].isdigit():
            yield _problem(texts, key, language, "the label starts with a digit")
        command = command_in(texts.say(key, language), language, texts)
        if command is not None and not (command is Command.SKIP and key == question.skip_key):
            yield _problem(texts, key, language, f"the label is also the word for {command}")
        seen[plain] = key


def _commands(language: str, texts: Texts) -> Iterator[Problem]:
    """Each command hears the word that we show, and no word means two commands."""
    meant: dict[str, Command] = {}
    for command in _TYPED:
        key = f"chat/{COMMANDS_QUESTION}.{command}"
        words = [normal(word) for word in texts.words(key, language)]
        if normal(texts.say(key, language)) not in words:
            yield _problem(
                texts, f"{key}.words", language, "the word that we show is not among those we hear"
            )
        for word in words:
            if meant.setdefault(word, command) is not command:
                yield _problem(texts, f"{key}.words", language, f'"{word}" also means {meant[word]}')
            own = command_in(word, language, texts)
            if own is not None and own is not command:
                yield _problem(texts, f"{key}.words", language, f'"{word}" also means {own}')


def _named_commands(language: str, texts: Texts) -> Iterator[Problem]:
    """A text that tells people to write STOP names the word that this language hears."""
    shown = {texts.say(f"chat/{COMMANDS_QUESTION}.{c}", texts.source): c for c in _TYPED}
    for source in texts.sources.values():
        if source.domain == "desk" or source.is_words or source.key.startswith(f"chat/{COMMANDS_QUESTION}."):
            continue
        for word in _CAPITALS.findall(source.forms[0]):
            command = shown.get(word)
            if command is None:
                continue
            own = texts.say(f"chat/{COMMANDS_QUESTION}.{command}", language)
            if own not in texts.raw(source.key, language):
                yield _problem(texts, source.key, language, f'names {word}, so it has to name "{own}"')


def _problem(texts: Texts, key: str, language: str, message: str) -> Problem:
    source: Source = texts.sources[key]
    where = source.file if language == texts.source else f"locales/{language}/{source.domain}.po"
    return Problem(where, source.line if language == texts.source else 1, 1, f"{key}: {message}")
