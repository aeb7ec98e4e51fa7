# ruff: noqa: E501 (tables: a letter and what people write for it)
"""Writes Arabic, Persian, Urdu, Russian, Hindi and Uzbek in Latin letters, as people do on a phone: by rules, with the
choices that people make differently left to chance. Only for making training lines; never shown to anybody."""

import random
import re
import unicodedata
from collections.abc import Callable, Mapping

Table = Mapping[str, tuple[str, ...]]


def _table(listed: str) -> Table:
    pairs = (pair.split("=") for pair in listed.split())
    return {letter: tuple("" if one == "-" else one for one in forms.split("/")) for letter, forms in pairs}


_RUSSIAN = _table(
    "а=a б=b в=v/v/w г=g д=d е=e/e/ye ё=e/yo/jo ж=zh/zh/j з=z и=i й=y/j/i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f "
    "х=h/kh/x ц=c/ts ч=ch/ch/4 ш=sh/sh/w щ=sch/shh/sh ъ=-/' ы=y/i ь=-/-/' э=e ю=yu/ju я=ya/ja/ia"
)
_UZBEK = _table(
    "а=a б=b в=v г=g д=d е=e/ye ё=yo ж=j з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=x/h ц=ts ч=ch ш=sh "
    "ъ='/- ь=- э=e ю=yu я=ya ў=o'/o/u қ=q/k ғ=g'/g ҳ=h"
)
_ARABIC = _table(
    "ا=a/a/e أ=a/2a إ=i/e آ=a/2a ب=b ت=t ث=th/t/s ج=j/g ح=7/7/h خ=5/kh/kh د=d ذ=z/dh/d ر=r ز=z س=s ش=sh/sh/ch ص=s ض=d "
    "ط=t/6 ظ=z ع=3/3/a غ=gh/8 ف=f ق=q/9/2/k ك=k ل=l م=m ن=n ه=h و=w/o/ou ي=i/y/ee ى=a ة=a/e/eh ء=2/- ئ=2/y ؤ=2/o"
)
_PERSIAN = _table(
    "ا=a/aa آ=a/aa ب=b پ=p ت=t ث=s ج=j چ=ch ح=h خ=kh/kh/x د=d ذ=z ر=r ز=z ژ=zh/j س=s ش=sh ص=s ض=z ط=t ظ=z ع=a/- غ=gh "
    "ف=f ق=gh/q ک=k ك=k گ=g ل=l م=m ن=n و=o/u/v ه=e/h ی=i/y ي=i ئ=- ء=-"
)
_URDU = _table(
    "ا=a آ=aa ب=b پ=p ت=t ٹ=t ث=s ج=j چ=ch ح=h خ=kh د=d ڈ=d ذ=z ر=r ڑ=r ز=z ژ=z س=s ش=sh ص=s ض=z ط=t ظ=z ع=a/- غ=gh ف=f ق=q/k "
    "ک=k گ=g ل=l م=m ن=n ں=n و=o/u/w ہ=h/a ھ=h ی=i/y ے=e/ay ئ=- ء=-"
)
_HINDI = _table(
    "अ=a आ=aa/a इ=i ई=i/ee उ=u ऊ=u/oo ऋ=ri ए=e ऐ=ai ओ=o औ=au/o क=k ख=kh ग=g घ=gh ङ=n च=ch छ=ch/chh ज=j झ=jh ञ=n ट=t ठ=th ड=d ढ=dh "
    "ण=n त=t थ=th द=d ध=dh न=n प=p फ=f/ph ब=b भ=bh म=m य=y र=r ल=l व=v/w श=sh ष=sh स=s ह=h ा=a/aa ि=i ी=i/ee ु=u ू=u/oo ृ=ri े=e "
    "ै=ai ो=o ौ=au/o ं=n ँ=n ः=h ्=- ़=-"
)
_HINDI_LETTERS, _HINDI_SIGNS = re.compile("[क-ह]"), frozenset("ािीुूृेैोौ्")


def russian(text: str, chance: random.Random) -> str:
    """Translit."""
    return _by_letter(text, _RUSSIAN, chance)


def uzbek(text: str, chance: random.Random) -> str:
    """Uzbek Cyrillic as Uzbek Latin, apostrophes often left out."""
    return _by_letter(text, _UZBEK, chance)


def arabic(text: str, chance: random.Random) -> str:
    """Arabizi: digits for the letters that Latin lacks, short vowels put in by ear."""
    return _with_vowels(text, _ARABIC, "aaeei", chance)


def persian(text: str, chance: random.Random) -> str:
    """Finglish."""
    return _with_vowels(text, _PERSIAN, "aaeeo", chance)


def urdu(text: str, chance: random.Random) -> str:
    """Roman Urdu."""
    return _with_vowels(text, _URDU, "aaaiu", chance)


def hindi(text: str, chance: random.Random) -> str:
    """Roman Hindi: the vowel that a letter carries is written, but not at the end of a word."""
    written = []
    plain = unicodedata.normalize("NFC", text)
    for place, letter in enumerate(plain):
        written.append(_pick(letter, _HINDI, chance))
        after = plain[place + 1] if place + 1 < len(plain) else " "
        if _HINDI_LETTERS.match(letter) and after not in _HINDI_SIGNS and after.isalpha():
            written.append("a")
    return "".join(written)


ROMANISED: Mapping[str, tuple[str, Callable[[str, random.Random], str]]] = {
    "ar": ("ar-Latn", arabic),
    "fa": ("fa-Latn", persian),
    "ur": ("ur-Latn", urdu),
    "hi": ("hi-Latn", hindi),
    "ru": ("ru-Latn", russian),
    "uz-Cyrl": ("uz", uzbek),
}


def _by_letter(text: str, table: Table, chance: random.Random) -> str:
    return "".join(_pick(letter, table, chance) for letter in text.lower())


def _pick(letter: str, table: Table, chance: random.Random) -> str:
    forms = table.get(letter)
    return letter if forms is None else chance.choice(forms)


def _with_vowels(text: str, table: Table, vowels: str, chance: random.Random) -> str:
    """Between two consonants a vowel that the script does not write, most of the time."""
    written: list[str] = []
    for letter in text:
        if unicodedata.category(letter) in {"Mn", "Cf"}:
            continue
        form = _pick(letter, table, chance)
        before = written[-1][-1:] if written else " "
        if form[:1].isalnum() and before.isalnum() and not (_is_vowel(form[0]) or _is_vowel(before)):
            written.append(chance.choice(vowels) if chance.random() < 0.7 else "")
        if form:
            written.append(form)
    return "".join(written)


def _is_vowel(letter: str) -> bool:
    return letter in "aeiou"
