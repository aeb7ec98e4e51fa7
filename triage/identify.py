"""Which language and script a short message is in: script first, then a small fastText model of our own for Latin,
Arabic and Cyrillic. Never waits, never imports numpy, and says when it is not sure; it decides nothing else."""

import logging
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from triage.shipped import FOLDER, LANGUAGE, NoModel, checked
from triage.words import fold
from triage.zawgyi import is_zawgyi

log = logging.getLogger("tocsin.triage")

READ = 400  # characters; a language shows itself early
_SURE, _LIKELY = 0.75, 0.4

# Scripts by ranges of code points; those that one language has almost to itself say so.
_RANGES: tuple[tuple[int, int, str], ...] = (
    (0x41, 0x5A, "Latn"), (0x61, 0x7A, "Latn"), (0xAA, 0x24F, "Latn"), (0x1E00, 0x1EFF, "Latn"),
    (0x370, 0x3FF, "Grek"), (0x400, 0x52F, "Cyrl"), (0x531, 0x58F, "Armn"), (0x591, 0x5F4, "Hebr"),
    (0x600, 0x6FF, "Arab"), (0x750, 0x77F, "Arab"), (0x8A0, 0x8FF, "Arab"),
    (0xFB50, 0xFDFF, "Arab"), (0xFE70, 0xFEFC, "Arab"),
    (0x780, 0x7BF, "Thaa"), (0x900, 0x97F, "Deva"), (0x980, 0x9FF, "Beng"),
    (0xA00, 0xA7F, "Guru"), (0xA80, 0xAFF, "Gujr"),
    (0xB80, 0xBFF, "Taml"), (0xC00, 0xC7F, "Telu"), (0xC80, 0xCFF, "Knda"), (0xD00, 0xD7F, "Mlym"),
    (0xD80, 0xDFF, "Sinh"),
    (0xE00, 0xE7F, "Thai"), (0xE80, 0xEFF, "Laoo"), (0xF00, 0xFFF, "Tibt"), (0x1000, 0x109F, "Mymr"),
    (0xA9E0, 0xAA7F, "Mymr"),
    (0x10A0, 0x10FF, "Geor"), (0x1200, 0x139F, "Ethi"), (0x1780, 0x17FF, "Khmr"), (0x1800, 0x18AF, "Mong"),
    (0x3041, 0x30FF, "Kana"), (0x3400, 0x4DBF, "Hani"), (0x4E00, 0x9FFF, "Hani"), (0xF900, 0xFAFF, "Hani"),
    (0x20000, 0x323AF, "Hani"),
    (0x1100, 0x11FF, "Hang"), (0x3130, 0x318F, "Hang"), (0xAC00, 0xD7AF, "Hang"), (0xFF21, 0xFF5A, "Latn"),
)  # fmt: skip
_ALONE = {
    "Grek": "el", "Armn": "hy", "Hebr": "he", "Thaa": "dv", "Beng": "bn", "Guru": "pa", "Gujr": "gu", "Taml": "ta",
    "Telu": "te", "Knda": "kn", "Mlym": "ml", "Sinh": "si", "Thai": "th", "Laoo": "lo", "Tibt": "bo", "Geor": "ka",
    "Khmr": "km", "Mong": "mn", "Kana": "ja", "Hani": "zh", "Hang": "ko",
}  # fmt: skip
_MODELLED = frozenset({"Latn", "Arab", "Cyrl"})
_SHAN = re.compile("[\u1022\u1035\u1075-\u108d\uaa60-\uaa7b]")  # letters of Shan
_BURMESE = re.compile("[\u1000-\u1021]")
_TIGRINYA = re.compile("[\u1238\u1240\u1250-\u1258\u12a8-\u12b8]")
_NEPALI = re.compile(" (?:छ|छन|हो|गर|को|लाई|मा|र|हामी|मलाई|तपाईं|छैन|भयो) ")
_HINDI = re.compile(" (?:है|हैं|में|का|की|के|से|को|मैं|हम|नहीं|और|मेरे|था|रहे) ")
_MARATHI = re.compile(" (?:आहे|आहेत|मी|आम्ही|नाही|आणि|माझ्या|ला|होते|तुम्ही) ")


@dataclass(frozen=True, slots=True)
class Identified:
    """What a text is written in: `language` by BCP 47 ("ar", "ar-Latn", "my-x-zawgyi", "und"), `script` by ISO 15924.

    `also` names other scripts that hold a good part of it."""

    language: str
    script: str
    certainty: float
    also: tuple[str, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether an answer in this language would not surprise the person."""
        return self.certainty >= _SURE

    @property
    def base(self) -> str:
        """The language alone: "ar" for "ar-Latn"."""
        return self.language.split("-")[0]

    @property
    def is_romanised(self) -> bool:
        """Whether a language of another script is written in Latin letters."""
        return self.language.endswith("-Latn") and self.language != "sr-Latn"


class Classifier(Protocol):
    """The part of fastText that is used: `predict` gives pairs of probability and label, best first."""

    def predict(
        self, text: str, k: int, threshold: float, on_unicode_error: str
    ) -> list[tuple[float, str]]: ...


def identify(text: str) -> Identified:
    """The language of a text; bounded in time, and total on any string."""
    text = text[:READ]
    counted = _scripts(text)
    if not counted:
        return Identified("und", "Zyyy", 0.0)
    script, letters = counted.most_common(1)[0]
    total = sum(counted.values())
    if script == "Hani" and counted["Kana"] * 8 > letters:
        script = "Kana"
    also = tuple(other for other, count in counted.items() if other != script and count * 5 >= total)
    if script in _MODELLED:
        language, certainty = _modelled(text, script)
    else:
        language, certainty = _by_letters(text, script)
    return Identified(language, script, certainty * (0.8 if also and script in _MODELLED else 1.0), also)


def script_of(text: str) -> str:
    """The script most letters are in; Zyyy for none."""
    return next((script for script, _ in _scripts(text[:READ]).most_common(1)), "Zyyy")


def for_model(text: str) -> str:
    """A text as the model reads it, in training and later: folded, so that marks and capitals do not matter."""
    return fold(text[:READ]).replace("|", " ").replace(",", " ").strip()


def _scripts(text: str) -> Counter[str]:
    if text.isascii():
        letters = sum(map(str.isalpha, text))
        return Counter({"Latn": letters} if letters else {})
    return Counter(script for script in map(_script, text) if script)


@cache
def _table() -> dict[int, str]:
    return {}


def _script(character: str) -> str:
    known = _table()
    code = ord(character)
    script = known.get(code)
    if script is None:
        script = ""
        if character.isalpha() or "\u0900" <= character <= "\u109f":
            script = next((name for first, last, name in _RANGES if first <= code <= last), "")
        if len(known) < 20_000:
            known[code] = script
    return script


def _modelled(text: str, script: str) -> tuple[str, float]:
    classifier = _classifier()
    if classifier is None:
        return "und", 0.0
    found = classifier.predict(for_model(text) + "\n", 3, 0.0, "strict")
    for probability, label in found:
        language = label.removeprefix("__label__")
        if _fits(language, script):
            return language, min(1.0, probability)
    return "und", 0.0


_CYRILLIC = frozenset({"ru", "uk", "be", "bg", "sr", "tg", "kk", "ky", "mn", "uz-Cyrl"})
_ARABIC = frozenset({"ar", "fa", "ur", "ps", "ckb", "ug"})


def _fits(language: str, script: str) -> bool:
    written = "Cyrl" if language in _CYRILLIC else "Arab" if language in _ARABIC else "Latn"
    return written == script


def _by_letters(text: str, script: str) -> tuple[str, float]:
    if script == "Mymr":
        if len(_SHAN.findall(text)) * 4 > len(_BURMESE.findall(text)) and not is_zawgyi(text):
            return "shn", 0.8
        return ("my-x-zawgyi", 0.9) if is_zawgyi(text) else ("my", 1.0)
    if script == "Ethi":
        return ("ti", 0.7) if len(_TIGRINYA.findall(text)) * 8 > len(text) else ("am", 0.9)
    if script == "Deva":
        words = fold_marks(text)
        counts = {
            "hi": len(_HINDI.findall(words)),
            "ne": len(_NEPALI.findall(words)),
            "mr": len(_MARATHI.findall(words)),
        }
        best = max(counts, key=lambda one: counts[one])
        return best, 0.9 if counts[best] > sum(counts.values()) / 2 else 0.6
    return _ALONE.get(script, "und"), 1.0 if script in _ALONE else 0.0


def fold_marks(text: str) -> str:
    """Words between single spaces, with the vowel signs that `fold` would keep apart."""
    return " " + " ".join(re.sub(r"[।,.!?;:\"()]", " ", text).split()).replace(" ", "  ") + " "


@cache
def _classifier() -> Classifier | None:
    try:
        checked(FOLDER, LANGUAGE)
    except NoModel as fault:
        log.error("languages are guessed by their script and commonest words only: %s", fault)
        return None
    return load(FOLDER / LANGUAGE)


def load(path: Path) -> Classifier | None:
    """The model, through fastText's own extension: its Python half would import numpy. None when there is none."""
    try:
        import fasttext_pybind  # type: ignore[import-not-found]  # noqa: PLC0415 - no stubs

        model = fasttext_pybind.fasttext()
        model.loadModel(str(path))
    except (ImportError, ValueError, RuntimeError):
        return None
    found: Classifier = model
    return found
