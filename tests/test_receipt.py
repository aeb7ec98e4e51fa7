"""Receipt words: the lists are safe to write on paper, and four words lead back from any phone.
What a list may hold is a matter for its reviewers; here is what a machine can check."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.receipt import Receipt, WordLists
from triage.signs import find
from triage.words import fold

CONFIG = Path(__file__).parents[1] / "config"
FOLDER = CONFIG / "words"
LANGUAGES = ("ar", "en", "es", "fr")
LONGEST = {"ar": 7, "en": 8, "es": 8, "fr": 8}
WORDS = WordLists.load(FOLDER)

# Typed by people who mean a command, yes, no or help; the shipped texts are read besides.
COMMANDS = """
    back skip stop clear erase done signal status withdraw language yes no help start menu cancel delete
    next quit atrás saltar parar limpiar borrar listo hecho señal estado retirar idioma sí no ayuda
    siguiente cancelar eliminar retour passer stop vider effacer fini terminé signal statut retirer
    langue oui non aide suivant annuler supprimer رجوع تخطي توقف مسح حذف تم انتهيت سيغنال حالة سحب لغة
    نعم لا مساعدة التالي إلغاء خروج
"""
ENGLISH_SOUNDS = """
    ant aunt, bare bear, be bee, beach beech, beat beet, berry bury, blew blue, board bored, brake
    break, bread bred, buy by, ceiling sealing, cell sell, cellar seller, cereal serial, cheap cheep,
    chili chilly, creak creek, currant current, dear deer, dew due, dough doe, fair fare, flea flee,
    flour flower, great grate, hair hare, heal heel, hear here, hoarse horse, hole whole, hour our,
    knead need, knight night, knot not, lynx links, made maid, mail male, main mane, maize maze, meat
    meet, mist missed, moose mousse, morning mourning, muscle mussel, pail pale, pair pear, pause paws,
    paw pour, pea pee, peace piece, peak peek, pedal peddle, plain plane, rain reign, raise rays, read
    reed, right write, road rode, role roll, root route, rose rows, sail sale, sauce source, saw sore,
    scene seen, sea see, sew so, sow sew, son sun, stair stare, stake steak, steal steel, suite sweet,
    tail tale, tea tee, tide tied, toad towed, toe tow, thyme time, waist waste, wait weight, weak week,
    wood would, cue queue, bazaar bizarre, color colour
"""


def words_of(language: str) -> list[str]:
    return (FOLDER / f"{language}.txt").read_text("utf-8").splitlines()


def plain(word: str) -> str:
    return fold(word).strip()


def one_edit_away(word: str) -> set[str]:
    """Patterns that two words share when one letter was changed, added or left out."""
    changed = {word[:place] + "*" + word[place + 1 :] for place in range(len(word))}
    return changed | {word[:place] + "*" + word[place:] for place in range(len(word) + 1)}


def swapped(word: str) -> set[str]:
    return {word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(len(word) - 1)} - {word}


def sound_es(word: str) -> str:
    """How a word sounds where z is s, ll is y, b is v and h is nothing."""
    word = word.replace("ñ", "N")
    word = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    rules = (("ch", "C"), ("qu", "k"), ("ll", "y"), ("gue", "Ge"), ("gui", "Gi"), ("ge", "je"), ("gi", "ji"))
    more = (("ce", "se"), ("ci", "si"), ("c", "k"), ("z", "s"), ("v", "b"), ("h", ""), ("x", "s"))
    for written, heard in rules + more:
        word = word.replace(written, heard)
    return word


def sound_fr(word: str) -> str:
    """A rough French sound: silent endings and doubled letters fall away, o is o however it is written."""
    word = re.sub("(er|ez|et|ai|ais|ait|ée)$", "é", word).replace("ç", "s")
    word = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    rules = (("ph", "f"), ("ch", "C"), ("eau", "o"), ("au", "o"), ("qu", "k"), ("ce", "se"), ("ci", "si"))
    more = (("ge", "je"), ("gi", "ji"), ("c", "k"), ("y", "i"), ("h", ""), ("ain", "in"), ("ein", "in"))
    for written, heard in rules + more + (("ai", "e"), ("ei", "e"), ("z", "s")):
        word = word.replace(written, heard)
    word = re.sub(r"(.)\1", r"\1", word)
    return re.sub(r"[tdxps]*e?s?$", "", word)


@cache
def shipped_commands() -> frozenset[str]:
    """Every word in `words` lists of the English source, and in translations of them."""
    found = set()
    for line in (CONFIG / "texts" / "chat.yaml").read_text("utf-8").splitlines():
        if match := re.match(r"(?:command|words)\.\w+:.*words: \[(.*?)\]", line):
            found |= {plain(part.strip(' "')) for part in match[1].split(",")}
    for path in CONFIG.glob("locales/*/chat.po"):
        for entry in path.read_text("utf-8").split("\n\n"):
            if re.search(r'msgctxt "chat/(command|words)\.', entry) and "msgstr" in entry:
                translated = " ".join(re.findall(r'"(.*)"', entry.split("msgstr", 1)[1]))
                found |= {plain(part) for part in re.split(r"[|,;]|\\n", translated)}
    return frozenset(found | {plain(word) for word in COMMANDS.split()})


def make(language: str, seed: int, *, shard: int = 0, shards: int = 1) -> Receipt:
    return WORDS.new(language, seed.to_bytes(16, "big"), shard=shard, shards=shards)


def test_there_are_four_lists() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(LANGUAGES)


def test_no_word_is_in_two_lists() -> None:
    lists = {language: {plain(word) for word in words_of(language)} for language in LANGUAGES}
    for one, other in combinations(LANGUAGES, 2):
        assert not lists[one] & lists[other]


@pytest.mark.parametrize("language", LANGUAGES)
class TestList:
    def test_has_1024_different_words(self, language: str) -> None:
        assert len(words_of(language)) == 1024
        assert len({plain(word) for word in words_of(language)}) == 1024

    def test_has_one_short_word_of_letters_on_each_line(self, language: str) -> None:
        for word in words_of(language):
            assert word.isalpha(), word
            assert 3 <= len(word) <= LONGEST[language], word
            assert word == unicodedata.normalize("NFC", word.lower()), word
            assert " " not in plain(word), word
            assert len(plain(word)) >= 3, word

    def test_is_written_in_its_script_without_letters_that_phones_hide(self, language: str) -> None:
        script = "ARABIC LETTER" if language == "ar" else "LATIN SMALL LETTER"
        for word in words_of(language):
            assert all(unicodedata.name(letter).startswith(script) for letter in word), word
            assert not set(word) & set("œæßٱیک"), word

    def test_no_word_is_one_typing_slip_from_another(self, language: str) -> None:
        seen: dict[str, str] = {}
        words = {plain(word) for word in words_of(language)}
        for word in sorted(words):
            for pattern in one_edit_away(word):
                assert seen.setdefault(pattern, word) == word, (word, seen[pattern])
            assert not swapped(word) & words, word

    def test_no_word_is_the_plural_of_another(self, language: str) -> None:
        words = {plain(word) for word in words_of(language)}
        endings = ("ات",) if language == "ar" else ("s", "es", "x")
        for word in words:
            assert not {word + ending for ending in endings} & words, word

    def test_no_word_is_a_command_or_a_yes_or_a_cry(self, language: str) -> None:
        for word in words_of(language):
            assert plain(word) not in shipped_commands(), word
            signs = find(word)
            assert not any((signs.danger, signs.cry, signs.cry_and_more, signs.greeting)), word


@pytest.mark.parametrize(("language", "sound"), [("es", sound_es), ("fr", sound_fr)])
def test_no_two_words_sound_alike(language: str, sound: Callable[[str], str]) -> None:
    heard: dict[str, str] = {}
    for word in words_of(language):
        assert heard.setdefault(sound(word), word) == word, (word, heard[sound(word)])


def test_no_two_english_words_sound_alike() -> None:
    words = set(words_of("en"))
    for pair in ENGLISH_SOUNDS.split(","):
        assert not set(pair.split()) <= words, pair


def test_no_arabic_word_has_tashkeel_or_tatweel() -> None:
    assert not re.search("[\u0640\u064b-\u065f\u0670]", "".join(words_of("ar")))


def dressings(said: str) -> list[str]:
    """The same four words as phones, keyboards and tired people write them."""
    parts = said.split(" ")
    return [
        said,
        said.upper(),
        said.title(),
        f"  {said} \n",
        ", ".join(parts),
        "، ".join(parts) + ".",
        "-".join(parts),
        "¡" + "! ".join(parts) + "…",
        "\n".join(f"{place}. {part}" for place, part in enumerate(parts, 1)),
        " ".join(f"{place}{part}" for place, part in enumerate(parts, 1)),
        " ".join(f"{place}) {part}" for place, part in zip("١٢٣٤", parts, strict=True)),
        "\u2067" + said + "\u2069",
        "\u200f" + "\u200e ".join(parts) + "\u200f",
        "«" + "» «".join(parts) + "»",
        unicodedata.normalize("NFD", said),
        fold(said),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_read_as_they_were_said_however_they_are_typed(language: str) -> None:
    for seed in range(20):
        receipt = make(language, seed)
        for typed in dressings(WORDS.say(receipt)):
            assert WORDS.read(typed) == receipt, typed
        assert receipt.is_whole


def test_arabic_is_read_with_tatweel_tashkeel_and_the_letters_of_other_keyboards() -> None:
    for seed in range(50):
        receipt = make("ar", seed)
        said = WORDS.say(receipt)
        assert WORDS.read(" ".join(word[0] + "ـ" + word[1:] for word in said.split())) == receipt
        assert WORDS.read("".join(c + "\u064e" if c != " " else c for c in said)) == receipt
        alike = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ة": "ه", "ى": "ي", "ي": "ی", "ك": "ک"})
        assert WORDS.read(said.translate(alike)) == receipt


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_a_list_can_be_read(language: str) -> None:
    words = words_of(language)
    for place in range(0, 1024, 4):
        indices = tuple(range(place, place + 4))
        assert WORDS.read(" ".join(words[place : place + 4])) == Receipt(language, indices)


@pytest.mark.parametrize("language", LANGUAGES)
def test_receipt_words_are_never_taken_for_a_sign_of_danger(language: str) -> None:
    for seed in range(300):
        said = WORDS.say(make(language, seed))
        assert not find(said, language).danger, said


def test_words_have_no_repetition_and_a_language_without_a_list_gets_english() -> None:
    for seed in range(200):
        assert len(set(make("fr", seed).indices)) == 4
    assert make("xx", 1).language == "en"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_word_is_noticed_255_times_in_256(language: str) -> None:
    missed = 0
    for seed in range(2_000):
        indices = list(make(language, seed).indices)
        place = seed % 4
        indices[place] = (indices[place] + 1 + seed * 7919 % 1023) % 1024
        missed += Receipt(language, tuple(indices)).is_whole
    assert 0 < missed < 20  # 8 expected; the seeds are fixed, so this never varies


def test_words_in_another_order_are_other_words() -> None:
    receipt = make("en", 3)
    turned = WORDS.read(" ".join(reversed(WORDS.say(receipt).split())))
    assert turned is not None
    assert turned.value != receipt.value


@pytest.mark.parametrize("shards", [1, 2, 3, 8, 64])
def test_words_lead_to_the_shard_that_keeps_their_case(shards: int) -> None:
    for shard in range(shards):
        receipt = make("es", shard, shard=shard, shards=shards)
        read = WORDS.read(WORDS.say(receipt))
        assert read is not None
        assert read.shard(shards) == shard
        assert read.is_whole


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "1 2 3 4",
        "I was followed home",
        "apple river",
        "apple apple apple",
        "apple apricot avocado beetle peach",
        "apple apricot avocado zzzz",
        "apple apricot avocado manzana",
        "appleapricotavocadopeach",
        "apple apricot avocado peach" + " " * 200,
    ],
)
def test_what_is_not_four_words_of_one_list_is_no_receipt(text: str) -> None:
    assert WORDS.read(text) is None


def test_a_list_that_is_too_short_or_doubled_is_refused() -> None:
    words = words_of("en")
    for faulty in (words[:-1], [*words[:-1], words[0].upper()]):
        with pytest.raises(ValueError, match="expected 1024 different words"):
            WordLists({"en": faulty})


@given(st.text(max_size=300) | st.text(alphabet="appleriv ,\u2067\u0640\ud800١🆘.|", max_size=60))
def test_reading_is_total(text: str) -> None:
    receipt = WORDS.read(text)
    assert receipt is None or len(receipt.indices) == 4
