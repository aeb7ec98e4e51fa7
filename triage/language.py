# ruff: noqa: E501 (word lists read as prose; broken smaller they read as noise)
"""Which of the offered languages to answer in: function words, then identify.py's model, then the platform's hint.
It chooses among what we ship, says when it is not sure, never waits and never raises."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from triage.identify import identify
from triage.words import fold

_LIKELY = 0.6  # below, the platform's hint is as good
_ENOUGH = 5  # letters
_READ = 600  # characters; a language shows itself early
_PROFILES = {
    language: frozenset(fold(words).split())
    for language, words in {
        "en": """the is are was were and of to in my they he she we you have has been not with for from what how this that
            it do does did can will me our their his her at on who when where please hello hi thanks someone i am help""",
        "es": """el la los las es son fue y de en mi mis ellos ella nosotros usted que por para con una un no se lo del al
            como cuando donde quien hola gracias favor esta estan estoy hay han ha me nos su sus ayuda ayer vienen tengo
            buenos dias ahora aqui pero muy puedo""",
        "fr": """le la les est sont et de des du en mon ma mes ils elle nous vous que qui pour avec une un ne pas se au aux
            comment quand ou bonjour merci suis etes ont dans sur je j il on leur ses sa l d c s m n aide secours moi mais tres
            peux hier chez ce cette""",
        "ar": """في من على الى هو هي هم انا نحن ان ما لا لم هذا هذه مع عن كان قد الذي التي هل كيف شكرا مرحبا""",
    }.items()
}
# Words that set Persian, Urdu, Kurdish or Pashto apart from Arabic, and Portuguese or Italian from Spanish.
_OTHERS = {
    "fa": frozenset(fold("است را که این آن می های برای از به در با شما خود کمک").split()),
    "ur": frozenset(fold("ہے ہیں کے کی کا میں نے سے کو اور ہم مدد نہیں").split()),
    "pt": frozenset(
        fold("não uma você vocês obrigado são está eles nós meu minha com os as do da em ajuda estou").split()
    ),
    "it": frozenset(
        fold("il che di è non sono per una gli della con mio mia aiuto grazie ciao questo").split()
    ),
    "de": frozenset(
        fold("der die das und ist ich nicht ein eine sie wir hilfe mit zu auf bitte mein").split()
    ),
    "sw": frozenset(fold("na ya wa kwa ni msaada nisaidie sasa polisi wangu yangu").split()),
    "ht": frozenset(fold("mwen nou yo pa ki ak nan sa gen anmwe edem tanpri").split()),
}
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]")
_LATIN = re.compile("[a-z]")
_DIGIT_INSIDE = re.compile(r" (?=[a-z0-9]*[a-z])(?:[a-z]+[235679][a-z0-9]*|[2357][a-z]{2,}[a-z0-9]*) ")
_DIGITS_INSIDE = "235679"  # without one of them there is nothing to search for
_ARABIZI = frozenset(
    """akhoya khoya akhi khouya 5oya mokhtafi mo5tafi ana enta enti houwe hiyye fi fin fein wein wayn men mish mesh mech bas
    shu chou chnou chno kif kifak keef lesh leish leh habibi inshallah wallah wallahi yalla salam salamou salamo marhaba
    ahlan shukran choukran chokran ya3ni yaani 3am 3andi 3and halla2 hala2 delwa2ty dlwa2ti daba bokra bukra embare7 mbare7
    sa3a sa3at beit bayt el al il bab ma fi fih feeh nas alli elli illi hom homma jeyin jayin abouya baba omi ommi okhti
    sa3douni sa3duni el7a2ouni akhadou khadou 5adou 3la 3ala ra7 7ad hada hayda keda kida bidi biddi 3ayez 3ayz""".split()  # noqa: SIM905
)
_STRONG = frozenset(
    """akhoya khoya khouya 5oya akhi mokhtafi mo5tafi mokhtafia inshallah wallah wallahi yalla salamou marhaba shukran choukran
    chokran yaani jeyin jayin jayyin akhadou akhadouh khadou khadouh khatafou khatafouh habibi kifak""".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Guess:
    """The language to answer in, always one of the offered; `sure` only when the text itself says so."""

    language: str
    sure: bool


def guess(text: str, hint: str | None, offered: Sequence[str]) -> Guess:
    """Choose among `offered`; `hint` is a BCP 47 tag such as "es-419". With nothing offered, English, unsure."""
    folded = fold(text[:_READ])
    told = _by_words(folded, _hinted(hint, offered), offered)
    if told.sure or not text:
        return told
    words, letters = len(folded.split()), sum(map(str.isalpha, folded))
    if words < 2 and text.isascii():  # a command, a name: it says nothing about who wrote it
        return told
    found = identify(text)
    is_word = found.script == "Latn" and words < 2
    if found.base not in offered or found.certainty < _LIKELY or letters < _ENOUGH or is_word:
        return told
    is_speech = words >= 3 or found.script not in {"Latn", "Cyrl", "Arab"}
    return Guess(found.base, sure=found.is_sure and is_speech and not found.is_romanised)


def _by_words(folded: str, fallback: str, offered: Sequence[str]) -> Guess:
    """By script, function words and Arabizi alone: quick, and it knows four languages."""
    words = folded.split()
    if not folded.isascii() and _ARABIC.search(folded):
        return _by_profile(words, ("ar",), fallback, offered, alone="ar")
    if not _LATIN.search(folded):
        return Guess(fallback, sure=False)
    if _romanised(folded, words):
        return Guess("ar" if "ar" in offered else fallback, sure=False)
    return _by_profile(words, ("en", "es", "fr"), fallback, offered)


def is_romanised_fold(folded: str) -> bool:
    """Whether a folded text looks like Arabic in Latin letters, with digits for the letters Latin lacks."""
    folded = folded[:_READ]
    return bool(_LATIN.search(folded)) and _romanised(folded, folded.split())


def _hinted(hint: str | None, offered: Sequence[str]) -> str:
    base = re.split("[-_]", (hint or "").lower(), maxsplit=1)[0]
    return base if base in offered else next(iter(offered), "en")


def _romanised(folded: str, words: list[str]) -> bool:
    unique = _ARABIZI.intersection(words)
    if _STRONG.intersection(unique):
        return True
    digits = any(map(folded.__contains__, _DIGITS_INSIDE)) and _DIGIT_INSIDE.search(folded) is not None
    # One digit inside a word may be a flat number or a name; with one Arabic word beside it, it is speech.
    return (digits and bool(unique)) or (len(unique) >= 3 and not _spoken(words))


def _spoken(words: list[str]) -> bool:
    """Whether English, Spanish or French function words explain the text better."""
    return any(len(_PROFILES[language].intersection(words)) >= 2 for language in ("en", "es", "fr"))


def _is_telling(found: frozenset[str]) -> bool:
    """Whether function words say which language it is: "s", "d", "la" or "no" alone may be anything."""
    return any(len(word) > 2 for word in found) or sum(len(word) > 1 for word in found) >= 2


def _by_profile(
    words: list[str],
    ours: tuple[str, ...],
    fallback: str,
    offered: Sequence[str],
    *,
    alone: str | None = None,
) -> Guess:
    unique = frozenset(words)
    counts = {language: len(_PROFILES[language] & unique) for language in ours}
    best = max(counts, key=lambda language: (counts[language], language == fallback))
    other = max(len(profile & unique) for profile in _OTHERS.values())
    if other > counts[best]:
        return Guess(fallback, sure=False)  # a language that we do not ship
    tied = sum(count == counts[best] for count in counts.values()) > 1
    if not _is_telling(_PROFILES[best].intersection(words)):
        # One Arabic word is Arabic enough to be answered in Arabic; one Latin word is not anything.
        return Guess(alone if alone in offered and alone is not None else fallback, sure=False)
    if best not in offered:
        return Guess(fallback, sure=False)
    return Guess(best, sure=not tied and (counts[best] >= 2 or len(words) <= 3) and other < counts[best])
