"""Makes triage/model/language.ftz: which language a chat message in Latin, Arabic or Cyrillic script is in, romanised
varieties included. Deterministic: the same corpus gives the same bytes. Never sees the frozen part."""

import random
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from triage.identify import for_model, script_of
from triage.labelled import CORPUS, Labelled, read_pairs
from triage.training.romanise import ROMANISED

SEED = 4
CHAT_WEIGHT = 3  # how often a chat message counts beside a line of the Declaration
RARE, RARE_WEIGHT = (
    100,
    10,
)  # the same for languages with fewer messages than that: the Declaration is no chat
_SYLLABLES = """
    wo ni ta men de shi zai you bu le zhe na ge ren lai qu shuo dao hen xian jiu hui kan guo neng dui jia
    jing cha zhua bei zou le ma ba ne qing bang zhu jiu ming kuai dian men wai lou xia jin tian ming zuo wan
    shang mei xin xi shou ji gong an ju jian yu lv shi fa yuan tou su wei xie hai pa deng yi ban ge xiao shi
    da dian hua lian xi bu shang xue sheng lao ban zheng zai qiao sou cha bang jia shi zong sheng ming gei
    guan ya dai jie fang jian li mian wen ti xie zai jian ni hao
""".split()  # noqa: SIM905 - a list of syllables reads as one line
_SHORTEST, _LONGEST = 2, 15  # words of a training line


def lines(messages: Iterable[Labelled], folder: Path = CORPUS) -> Iterator[tuple[str, str]]:
    """Every training line as (language, text as the model reads it), in a fixed order."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable on purpose
    told = [(language, text, 1) for language, text in read_pairs(folder / "languages" / "declaration.tsv")]
    messages = list(messages)
    counts = Counter(message.language for message in messages)
    told += [
        (one.language, one.text, RARE_WEIGHT if counts[one.language] < RARE else CHAT_WEIGHT)
        for one in messages
    ]
    for tag, text, weight in told:
        for language, form in _forms(tag, text, chance):
            if script_of(form) in {"Latn", "Arab", "Cyrl"}:
                for _ in range(weight):
                    yield language, for_model(_piece(form, chance))
    for _ in range(1500):
        count = chance.randint(3, 14)
        joined = chance.random() < 0.3
        syllables = [chance.choice(_SYLLABLES) for _ in range(count)]
        yield "zh-Latn", for_model(("" if joined else " ").join(syllables))


def _forms(tag: str, text: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """The text as it is, without its marks, and romanised where people do that."""
    language = "und" if tag.startswith("mul") else tag
    if language == "und":
        return
    yield language, text
    plain = "".join(one for one in unicodedata.normalize("NFD", text) if unicodedata.category(one) != "Mn")
    if plain != unicodedata.normalize("NFD", text) and script_of(text) == "Latn":
        yield language, plain
    if tag in ROMANISED:
        name, romanise = ROMANISED[tag]
        for _ in range(2):
            yield name, romanise(text, chance)


def _piece(text: str, chance: random.Random) -> str:
    """A run of words as long as a chat message: whole short texts, a part of long ones."""
    words = text.split()
    most = chance.randint(_SHORTEST, _LONGEST)
    first = chance.randint(0, max(0, len(words) - most))
    return " ".join(words[first : first + most])


def train(messages: Iterable[Labelled], out: Path, folder: Path = CORPUS) -> int:
    """Train, shrink and write the model; returns how many lines it learned from."""
    import fasttext  # type: ignore[import-untyped]  # noqa: PLC0415 - brings numpy

    written = [f"__label__{language} {text}" for language, text in lines(messages, folder) if text.strip()]
    random.Random(SEED).shuffle(written)  # noqa: S311
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "lines.txt"
        source.write_text("\n".join(written) + "\n", encoding="utf-8")
        model = fasttext.train_supervised(
            str(source), dim=16, minn=1, maxn=4, wordNgrams=1, bucket=60_000, epoch=12, lr=0.6, minCount=2,
            thread=1, seed=SEED, loss="softmax", verbose=0,
        )  # fmt: skip
        model.quantize(str(source), cutoff=60_000, retrain=False, qnorm=True, thread=1, verbose=0)
        model.save_model(str(out))
    return len(written)
