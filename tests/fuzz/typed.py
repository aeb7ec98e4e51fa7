"""Readers of what people type, reporters and focal points alike; and of what a button brings back."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zlib import crc32

from bot import countries, dates
from bot.answers import Elsewhere, Matched, Several, TooLong, match
from bot.channels import Inbound
from bot.channels.splitting import LIMIT, mended, split, units
from bot.command_words import Command as ControlWord
from bot.command_words import command_in
from bot.flow import read_button_data
from bot.hearing import LONGEST, clean, hear
from bot.kit import Kit
from bot.kit_reading import read_kit
from bot.normal import number_in, numbers
from bot.settings import Settings
from responders.commands import Command, Refused, Screen, Verb, Vocabulary, normal, parse
from tests.fuzz.mutate import CANARY, of_text, text_of
from tests.fuzz.target import Target, must
from triage.assessment import assess
from triage.identify import identify, script_of
from triage.language import guess
from triage.report import Report
from triage.words import LIMIT as FOLDED
from triage.words import fold
from triage.zawgyi import from_zawgyi, is_zawgyi

CONFIG = Path(__file__).parents[2] / "config"
NOW = datetime(2026, 11, 21, 22, tzinfo=UTC)
LANGUAGES = ("en", "es", "fr", "ar")
MEGABYTE = 1 << 20


@cache
def kit() -> Kit:
    """The shipped flow, texts and words, read once."""
    return read_kit(Settings(), CONFIG, drafts=True)


@cache
def _vocabulary(language: str) -> Vocabulary:
    texts = kit().texts
    return Vocabulary.of(
        lambda name: (*texts.words(f"verbs/{name}", language), *texts.words(f"verbs/{name}", "en"))
    )


def _typed(read: Callable[[str], object]) -> Callable[[bytes], object]:
    """By the time that words are understood, they have been decoded."""

    def reads(data: bytes) -> object:
        return read(data.decode("utf-8", "replace"))

    return reads


def _command(text: str) -> None:
    for language in ("en", "ar"):
        for screen in (
            Screen(),
            Screen(pages=(42,), cases=(42, 43)),
            Screen(quoted=42, asked=42, cases=(42,)),
        ):
            found = parse(text, _vocabulary(language), screen)
            must(isinstance(found, Command | Refused), "a command means something else")
            if isinstance(found, Command) and found.verb is Verb.TEXT and screen.quoted is None:
                must(next(one for one in normal(text) if one != "#").isdigit(), "bare text would be sent")


def _commands() -> Sequence[bytes]:
    said = ("t42", "p42 2", "n42 spoke to the lawyer", "l42 2 calmer now", "off 8h", "42 we are on our way",
            "٤٢ نحن في الطريق",
            "k42 yes", "hand over 42 second", "?", "x42 off", "c42 d UN office", "e42 1", f"42 {CANARY}")  # fmt: skip
    return [text.encode() for text in said]


def _answer(text: str) -> None:
    language = LANGUAGES[crc32(text.encode()) % len(LANGUAGES)]
    for question in kit().flow.questions:
        found = match(question, text, language, kit().texts, chosen=question.ids[:1], now=NOW)
        must(
            found is None or isinstance(found, Matched | Several | Elsewhere | TooLong | ControlWord),
            "an answer",
        )


def _answers() -> Sequence[bytes]:
    said = ("1", "1, 3", "yes", "sí", "opening.unsafe", "command.skip", "about 2,000 people", "24 December",
            "2026-12-24",
            "Côte d'Ivoire", "🇸🇾", "SYR", "المغرب", "غدا", "STOP", "/stop@bot", "arrested, threatened",
            CANARY)  # fmt: skip
    return [text.encode() for text in said]


def _figures(text: str) -> None:
    found = number_in(text)
    must(found is None or 0 <= found < 10**9, "a number of any size")
    must(all(0 <= one < 10**4 for one in numbers(text) or ()), "numbers of any size")


def _country(text: str) -> None:
    must(all(countries.is_code(code) for code in countries.find(text, LANGUAGES)), "a country that is none")


def _receipt(text: str) -> None:
    found = kit().words.read(text)
    if found is not None:
        again = kit().words.read(kit().words.say(found))
        must(again == found, "receipt words that are read as others")


def _receipts() -> Sequence[bytes]:
    words = kit().words
    return [words.say(words.new(language, bytes(16), shard=0, shards=1)).encode() for language in LANGUAGES]


def _heard(data: bytes) -> None:
    """The first step of every message: cleaned, folded, searched for danger."""
    inbound = Inbound("telegram", "1", "m1", text=mended(text_of(data)), locale="es")
    heard = hear(kit(), None, inbound)
    must(len(heard.text) <= LONGEST, "more is kept of a message than may be")
    must(clean(heard.text) == heard.text.rstrip(), "what was cleaned is not clean")
    heard.text.encode()


def _folded(text: str) -> None:
    folded = fold(text)
    must(folded[:1] == folded[-1:] == " ", "a fold without its edges")
    must(len(folded) <= FOLDED * 20, "a fold that has no end")
    identify(text)
    script_of(text)
    guess(text, "ar", LANGUAGES)
    if is_zawgyi(text):
        from_zawgyi(text)


def _assessed(text: str) -> None:
    assess(Report(words=(text,), opening="unsafe"), NOW)


def _stories() -> Sequence[bytes]:
    said = ("They are at the door, help me", "ayuda vienen por mí", "au secours, la police est là",
            "النجدة انهم عند الباب",
            "my brother was taken yesterday and nobody tells us where", "\u1031\u1000\u102c\u1004\u1039\u1038",
            "помогите мне", "hi",
            "救命 他们来了", "मेरे भाई को ले गए", "sos 🆘", CANARY)  # fmt: skip
    return [text.encode() for text in said]


def _split(data: bytes) -> None:
    text = text_of(data)
    parts = split(text)
    must(all(0 < units(part) <= LIMIT for part in parts), "a part that no platform takes")
    kept = "".join("".join(parts).split())
    must(kept == "".join(mended(text).split()), "a part is lost")


def _tap(text: str) -> None:
    found = read_button_data(text)
    must(found is None or all(part.isidentifier() for part in found), "a payload that names anything")
    command_in(text, "en", kit().texts)


def large_texts() -> Sequence[bytes]:
    """A megabyte of each kind of text that is hard to read."""
    texts = ("a", " ", "a,", "9 ", "e\u0301", "ﷺ", ". ", "🇸🇾", "t42 ", "ا", "\u1031\u103b\u1000", "#.:-")
    whole = [(text * (MEGABYTE // len(text.encode()) + 1)).encode() for text in texts]
    return [
        *whole,
        b"x" + b" " * MEGABYTE + b"y",
        b"42" + b" ." * (MEGABYTE // 2),
        "“".encode() + b"x, " * 300_000,
    ]


TARGETS = (
    Target("focal-command", _typed(_command), _commands, of_text, large=large_texts),
    Target("answer", _typed(_answer), _answers, of_text, costs=20),
    Target(
        "date", _typed(lambda text: [dates.parse(text, one, NOW) for one in LANGUAGES]), _answers, of_text
    ),
    Target("number", _typed(_figures), _answers, of_text, large=large_texts),
    Target("country", _typed(_country), _answers, of_text, large=large_texts, costs=5),
    Target("button", _typed(_tap), _answers, of_text, large=large_texts),
    Target("receipt-words", _typed(_receipt), _receipts, of_text, large=large_texts),
    Target("message", _heard, _stories, of_text, large=large_texts),
    Target("words", _typed(_folded), _stories, of_text, large=large_texts),
    Target("assessment", _typed(_assessed), _stories, of_text, large=large_texts),
    Target("parts", _split, _stories, of_text, large=large_texts),
)
