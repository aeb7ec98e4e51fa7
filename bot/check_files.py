"""The files that the settings need beside them: recovery keys, and the word lists that receipts are made of.
For `tocsin check`; what they hold is never quoted."""

from collections.abc import Iterator
from pathlib import Path

from bot.check_settings import Setting
from bot.receipt import WordLists
from bot.recovery import BadRecoveryKey, read_recovery_key
from responders.yaml_document import Problem


def files(found: Setting, config: Path) -> Iterator[Problem]:
    """Files that are missing, or are not what they should be."""
    for index, path in enumerate(found.settings.recovery_keys):
        try:
            read_recovery_key(config / path)
        except BadRecoveryKey as fault:
            yield found.problem(("recovery_keys", index), f"recovery key {path}: {fault}")
    yield from _receipt_words(config / "words")


def _receipt_words(folder: Path) -> Iterator[Problem]:
    if not (folder / "en.txt").is_file():
        yield Problem("words/en.txt", 1, 1, "the file is missing: receipts are made of its words")
        return
    try:
        WordLists.load(folder)
    except UnicodeDecodeError:
        yield Problem("words", 1, 1, "expected UTF-8 text, but the bytes of a list are something else")
    except ValueError as fault:
        yield Problem("words", 1, 1, str(fault))
