"""Whole reports as people see them, for reading and for signing off: `pytest --update-golden` writes them anew.
Each is told twice in every language: with taps, and typed as numbers (in Arabic with Arabic digits)."""

from collections.abc import Awaitable, Mapping, Sequence
from pathlib import Path

import pytest

from bot.channels.numbered import numbered
from responders.delivery import Message
from tests.acceptance.phones import Reporter
from tests.acceptance.world import World

FOLDER = Path(__file__).parent / "transcripts"
LANGUAGES = ("en", "es", "fr", "ar")
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")

# question -> what is answered: ids of choices, or one text for each language
Answers = Mapping[str, str | Sequence[str] | Mapping[str, str]]

GUATEMALA = {"en": "Guatemala", "es": "Guatemala", "fr": "Guatemala", "ar": "غواتيمالا"}
CHAD = {"en": "chad", "es": "chad", "fr": "tchad", "ar": "تشاد"}
A_DAY = {"en": "20 November", "es": "20 de noviembre", "fr": "20 novembre", "ar": "٢٠ نوفمبر"}
WORDS = {
    "en": "They stopped me at the airport and asked who I would meet in Geneva.",
    "es": "Me pararon en el aeropuerto y preguntaron a quién vería en Ginebra.",
    "fr": "On m'a arrêtée à l'aéroport pour demander qui je verrais à Genève.",
    "ar": "أوقفوني في المطار وسألوا من سأقابل في جنيف.",
}
QUESTION = {
    "en": "How do I register for the next session?",
    "es": "¿Cómo me inscribo para la próxima sesión?",
    "fr": "Comment m'inscrire à la prochaine session ?",
    "ar": "كيف أسجل في الدورة القادمة؟",
}
MEMO = {
    "en": "On Monday two officers came to my office, took the computers and told us to stop writing to the UN.",
    "es": "El lunes dos agentes vinieron a mi oficina, se llevaron las computadoras y dijeron: no escriban a la ONU.",
    "fr": "Lundi deux agents sont venus au bureau, ont pris les ordinateurs et nous ont dit de ne plus écrire à l'ONU.",
    "ar": "يوم الاثنين جاء ضابطان إلى مكتبي وأخذا الحواسيب وطلبا منا أن نتوقف عن الكتابة إلى الأمم المتحدة.",
}

REPORTS: dict[str, Answers] = {
    "immediate threat": {
        "opening": "unsafe", "push": "hello", "notice": "agree", "country": GUATEMALA, "what": ["threat", "followed"],
        "dated": "yes", "address_known": "yes", "when": "now", "about": "me", "more": "all",
    },
    "missing son": {
        "opening": "missing", "push": "yes", "notice": "agree", "country": CHAD, "seen": "no", "hurt": "unknown",
        "under_18": "yes", "when": "day", "about": "cannot_ask", "kinship": "family", "more": "later",
    },
    "travel plan": {
        "opening": "soon", "notice": "agree", "country": GUATEMALA, "what": ["travel"], "when": "date", "on": A_DAY,
        "about": "me", "push_later": "never", "more": "more", "link": "planned", "who_did": "officials", "words": WORDS,
        "help": ["record"], "exclude": "", "later": "yes",
    },
    "question only": {"opening": "question", "notice": "agree", "push_later": "hello", "words": QUESTION},
    "memo": {
        "first": MEMO, "notice": "agree", "opening": "unsure", "country": "", "what": ["raided"], "when": "days",
        "about": "group", "how_many": "12", "kinship": "colleague", "push_later": "hello", "more": "all",
    },
    "second matter": {
        "opening": "safe", "notice": "agree", "country": GUATEMALA, "what": ["harassed"], "when": "longer",
        "about": "me", "push_later": "yes", "more": "another",
        "then": {"opening": "missing", "push": "yes", "country": "", "more": "all"},
    },
}  # fmt: skip


@pytest.mark.parametrize("how", ["taps", "numbers"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", REPORTS)
async def test_the_transcript_is_as_it_was_signed_off(
    world: World, name: str, language: str, how: str, update_golden: bool
) -> None:
    talk = Transcript(world.reporter("ana", language=language), how)
    await talk.go_through(REPORTS[name])
    path = FOLDER / f"{name.replace(' ', '_')}.{language}.{how}.txt"
    if update_golden:
        path.parent.mkdir(exist_ok=True)
        path.write_text(talk.text, "utf-8")
    assert talk.text == path.read_text("utf-8")


class Transcript:
    """One report, answered by taps or by typed numbers, and written down as it appears on the phone."""

    def __init__(self, ana: Reporter, how: str) -> None:
        self._ana = ana
        self._taps = how == "taps"
        self._lines: list[str] = []

    @property
    def text(self) -> str:
        return "\n".join(self._lines) + "\n"

    async def go_through(self, answers: Answers) -> None:
        first = answers.get("first")
        await self._write(first[self._ana.locale] if isinstance(first, Mapping) else "/start")
        for _ in range(40):
            question = self._ana.question
            if question is None:
                return
            answer = answers.get(question, "")
            await self._answer(question, answer)
            then = answers.get("then")
            if question == "more" and answer == "another" and isinstance(then, Mapping):
                answers = {**then, "notice": "agree"}
        raise AssertionError("the questions do not end")

    async def _answer(self, question: str, answer: str | Sequence[str] | Mapping[str, str]) -> None:
        if isinstance(answer, Mapping):
            await self._write(answer[self._ana.locale])
            if question in ("country", "on"):
                await self._choose("confirm.yes")
            elif question == "words":
                await self._choose("command.done")
        elif answer == "":
            await self._choose("command.skip")
        elif question == "how_many":
            await self._write(self._digits(str(answer)))
        elif isinstance(answer, str):
            await self._choose(f"{question}.{answer}")
        else:
            for choice in answer:
                await self._choose(f"{question}.{choice}")
            await self._choose("command.done")

    async def _choose(self, data: str) -> None:
        """Tap a button, or type the number that it has in the list."""
        buttons = self._ana.screen[-1].message.buttons
        place = next(n for n, button in enumerate(buttons, 1) if button.data == data)
        if not self._taps:
            await self._write(self._digits(str(place)))
            return
        self._lines += ["", f"    [{buttons[place - 1].label}]"]
        await self._shown(self._ana.taps_data(data))

    async def _write(self, text: str) -> None:
        self._lines += ["", f"    > {text}"]
        await self._shown(self._ana.writes(text))

    async def _shown(self, doing: Awaitable[object]) -> None:
        seen = len(self._ana.platform.everything[self._ana.address])
        await doing
        for one in self._ana.platform.everything[self._ana.address][seen:]:
            self._lines += ["", *self._as_seen(one.message)]

    def _as_seen(self, message: Message) -> list[str]:
        text = numbered(message) if not self._taps else message.text
        words = self._words()
        text = text.replace(words, "‹four words›") if words else text
        labels = [f"  ({button.label})" for button in message.buttons] if self._taps else []
        return [*_visible(text).split("\n"), *map(_visible, labels)]

    def _words(self) -> str | None:
        try:
            return self._ana.receipt_words
        except AssertionError:
            return None

    def _digits(self, number: str) -> str:
        return number.translate(ARABIC_DIGITS) if self._ana.locale == "ar" else number


def _visible(text: str) -> str:
    """Isolates are invisible and matter: they are written as ⟨ and ⟩."""
    return text.replace("\u2068", "⟨").replace("\u2069", "⟩")
