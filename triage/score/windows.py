"""A text as the score reads it: cleaned, calmed, and cut into windows of at most 600 characters.
Time to embed grows with length, so the number of windows is bounded: the beginning and the end are never left out."""

import re
import unicodedata

from triage.zawgyi import from_zawgyi, is_zawgyi

LENGTH = 600
MOST = 4
_READ = 20_000  # characters that are looked at at all
_ENDS = ".!?…؟。！？।॥။։\n"

# Nobody's words, and slow to embed: encoded files and keys (a digit, both cases, no space), the same again and again.
_BLOB = re.compile(
    "(?=[+/=_A-Za-z]{0,64}[0-9])(?=[+/=_0-9a-z]{0,64}[A-Z])(?=[+/=_0-9A-Z]{0,64}[a-z])[+/=_0-9A-Za-z]{40,}"
)
_RUN = re.compile(r"(.{1,12}?)\1{8,}")


def windows(text: str) -> tuple[str, ...]:
    """The parts of a text to be scored, each of them worth reading alone; none for a text without a letter."""
    whole = cleaned(text)
    if not any(character.isalpha() for character in whole):
        return ()
    parts = _cut(whole)
    if len(parts) > MOST:
        parts = [*parts[: MOST // 2], *parts[-(MOST - MOST // 2) :]]
    return tuple(parts)


def cleaned(text: str) -> str:
    """Composed, without surrogates and controls, in one line; Zawgyi becomes Unicode; shouting becomes speech."""
    if len(text) > _READ:
        text = text[: _READ // 2] + "\n" + text[-_READ // 2 :]
    text = text.encode("utf-8", "ignore").decode()
    if is_zawgyi(text):
        text = from_zawgyi(text)
    text = unicodedata.normalize("NFKC", text)
    text = "".join(" " if unicodedata.category(one) in {"Cc", "Co", "Cn"} else one for one in text)
    text = _BLOB.sub(" ", _RUN.sub(r"\1", text))
    text = " ".join(text.split())
    return text.lower() if _is_shouted(text) else text


def _is_shouted(text: str) -> bool:
    upper, lower = sum(map(str.isupper, text)), sum(map(str.islower, text))
    return upper > 8 and upper > 2 * lower


def _cut(text: str) -> list[str]:
    """Windows that end at the end of a sentence where one is near, else at a space, else where they must."""
    parts: list[str] = []
    while len(text) > LENGTH:
        piece = text[:LENGTH]
        at = max(piece.rfind(end) for end in _ENDS) + 1
        if at < LENGTH // 2:
            at = piece.rfind(" ") + 1
        if at < LENGTH // 2:
            at = LENGTH
        parts.append(text[:at].strip())
        text = text[at:].strip()
    return [*parts, text] if text else parts
