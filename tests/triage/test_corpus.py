"""The corpus: its format, that no situation is on both sides, and that there is as much of it as its data card says."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from triage.labelled import COLUMNS, CORPUS, CorpusError, Labelled, read, read_all, training
from triage.scales import Level
from triage.words import fold

FILES = sorted(CORPUS.glob("*/*.tsv"))
LABELLED = [path for path in FILES if path.parent.name in {"train", "frozen"}]
TAG = re.compile(r"[a-z0-9][A-Za-z0-9:_-]*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-Latn|-Cyrl|-x-zawgyi)?")
CLOSE = 0.7  # of the runs of three words in the shorter of two texts


@cache
def frozen() -> tuple[Labelled, ...]:
    return tuple(read_all(sorted((CORPUS / "frozen").glob("*.tsv"))))


@cache
def trained() -> tuple[Labelled, ...]:
    return tuple(training())


@pytest.mark.parametrize("path", LABELLED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_line_of_a_file_is_whole(path: Path) -> None:
    assert path.read_text("utf-8").partition("\n")[0].split("\t") == list(COLUMNS)
    for message in read(path):
        assert LANGUAGE.fullmatch(message.language), message.id
        assert all(TAG.fullmatch(tag) for tag in message.tags), message.id
        assert message.text == message.text.strip()
        assert not any(unicodedata.category(one) in {"Cc", "Cs"} for one in message.text), message.id


def test_ids_are_used_once_on_both_sides_together() -> None:
    assert len(read_all(LABELLED)) == len(frozen()) + len(trained())


def test_no_situation_is_on_both_sides() -> None:
    assert not {one.situation for one in trained()} & {one.situation for one in frozen()}


def test_the_variants_of_a_situation_have_one_level() -> None:
    levels: dict[str, set[Level]] = {}
    for message in (*trained(), *frozen()):
        levels.setdefault(message.situation, set()).add(message.level)
    assert not [situation for situation, found in levels.items() if len(found) > 1]


def runs(text: str) -> set[str]:
    """Runs of three words, or of five characters where nothing stands between words."""
    words = [word for word in fold(text).split() if word not in "|,"]
    if len(words) >= 4:
        return {" ".join(words[n : n + 3]) for n in range(len(words) - 2)}
    joined = "".join(words)
    return {joined[n : n + 5] for n in range(max(1, len(joined) - 4))}


def test_no_frozen_text_is_nearly_one_that_was_learned_from() -> None:
    places: dict[str, list[int]] = {}
    learned = [runs(message.text) for message in trained()]
    for number, found in enumerate(learned):
        for run in found:
            places.setdefault(run, []).append(number)
    close = []
    for message in frozen():
        asked = runs(message.text)
        shared = Counter(number for run in asked for number in places.get(run, ()))
        for number, count in shared.most_common(1):
            if count >= 2 and count / min(len(asked), len(learned[number])) >= CLOSE:
                close.append((message.id, trained()[number].id))
    assert not close


def situations(messages: tuple[Labelled, ...], level: Level) -> int:
    return len({message.situation for message in messages if message.level is level})


@pytest.mark.parametrize("level", Level)
def test_there_are_400_situations_of_every_level_to_learn_from(level: Level) -> None:
    assert situations(trained(), level) >= 400


def test_there_are_250_frozen_immediate_cases_and_others_to_tell_them_from() -> None:
    assert situations(frozen(), Level.IMMEDIATE) >= 250
    assert all(situations(frozen(), level) >= 100 for level in Level)


def test_the_frozen_part_has_no_translations() -> None:
    assert not [one.id for one in frozen() if "translation" in one.tags]


def test_both_sides_are_in_all_six_un_languages_and_four_more() -> None:
    for messages in (trained(), frozen()):
        assert {"ar", "en", "es", "fr", "ru", "zh", "fa", "sw", "pt", "my"} <= {
            one.language for one in messages
        }


def faulty() -> Iterator[tuple[str, str]]:
    head = "id\tlevel\tlang\ttext\n"
    yield "id\tlevel\ttext\n", "missing: lang"
    yield head + "1\timmediate\ten\n", ":2: expected 4 columns, as in the first line, found 3"
    yield head + "1\tgrave\ten\ttext\n", ":2: expected a level, one of"
    yield head + "1\troutine\ten\t \n", ":2: expected an id and a text"


def test_a_fault_is_named_with_its_file_and_line(tmp_path: Path) -> None:
    for text, fault in faulty():
        (tmp_path / "own.tsv").write_text(text, encoding="utf-8")
        with pytest.raises(CorpusError, match=fault):
            list(read(tmp_path / "own.tsv"))
