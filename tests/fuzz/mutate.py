"""What nobody honest sends, made from what honest programs send: bytes, JSON by its structure, and text by its letters.
The same seed makes the same input again; hypothesis and atheris both use it."""

import json
from collections.abc import Callable
from random import Random

CANARY = "cañary-7f3a"  # stands for what a person wrote: no message of ours may hold it

Mutate = Callable[[Random, bytes], bytes]

_BYTES = (
    b"", b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\r\n", b"\n", b"{", b"[" * 50, b"}" * 3, b'"',
    b"\\", b"\\u0000",
    b"\\ud800", b"NaN", b"-Infinity", b"1e999", b"9" * 4_400, b"-1", b"*1\r\n", b"$-1\r\n", b"\x00" * 16, b"\x01\x01",
    b"msgid ", b"#~ ", b"&a ", b"*a", b"!!python/name:os.system ", b"%YAML 1.1\n", b"---\n", b"? ", b"\t",
    CANARY.encode(),
)  # fmt: skip
_TEXTS = (
    "", " ", "\n", "\0", "\u200b", "\u200f", "\u202e", "\ufeff", "\ud83d", "\udc00", "\U0001f1e6", "\U000e0067", "🆘",
    "é", "e\u0301", "ﷺ", "ß", "ı", "İ", "ǆ", "ー", "\u1031", "\u103b\u1000", "\u1039", "ـ", "،", "؟", "٣", "१",
    "①", "½",
    "9" * 4_400, "1,000", "03/04/2026", "2026-02-30", "29 February", "?", "/start", "/", "t42", "42", "#42", "off 8h",
    ".", ",", "-", "a," * 30, " " * 60, "|", "{name}", "{", "}", "%s", "\\", "'", '"', CANARY,
)  # fmt: skip
_VALUES: tuple[object, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**400, 1.5, 1e308, float("nan"), float("inf"),
    "", "0", "\0", "\ud800", "private", "member", "1e9", "9" * 4_400, CANARY, [], {}, [[]], [None], {"": None},
    "a" * 5_000,
)  # fmt: skip


def of_bytes(rng: Random, data: bytes) -> bytes:
    """A few bytes changed, gone, doubled, or strange ones put in."""
    held = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 8))):
        start = rng.randint(0, len(held))
        end = min(len(held), start + rng.choice((0, 1, 1, 2, 4, 16, 200)))
        match rng.randrange(6):
            case 0 if held:
                held[min(start, len(held) - 1)] ^= 1 << rng.randrange(8)
            case 1:
                held[start:end] = b""
            case 2:
                held[start:start] = held[start:end] * rng.choice((1, 2, 30))
            case 3:
                held[start:end] = rng.choice(_BYTES)
            case 4:
                del held[start:]
            case _:
                held[start:end] = rng.randbytes(rng.choice((1, 2, 8)))
    return bytes(held)


def text_of(data: bytes) -> str:
    """As text, with half characters where they can be read as such."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def of_text(rng: Random, data: bytes) -> bytes:
    """The same by letters; half characters survive as surrogates."""
    text = list(text_of(data))
    for _ in range(rng.choice((1, 1, 2, 4))):
        start = rng.randint(0, len(text))
        end = min(len(text), start + rng.choice((0, 0, 1, 3, 20)))
        match rng.randrange(4):
            case 0:
                text[start:end] = rng.choice(_TEXTS) * rng.choice((1, 1, 1, 2, 20))
            case 1:
                text[start:start] = text[start:end] * rng.choice((1, 2, 20))
            case 2:
                text[start:end] = [
                    chr(rng.choice((rng.randrange(0x250), rng.randrange(0x3000), rng.randrange(0x110000))))
                ]
            case _:
                del text[start:end]
    return "".join(text).encode("utf-8", "surrogatepass")


def of_json(rng: Random, data: bytes) -> bytes:
    """The same by values: one exchanged, gone, doubled, renamed or buried; sometimes broken afterwards."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return of_bytes(rng, data)
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        value = _changed(rng, value)
    raw = json.dumps(value, separators=(",", ":"), ensure_ascii=rng.random() < 0.5).encode(
        "utf-8", "surrogatepass"
    )
    match rng.randrange(20):
        case 0:
            return of_bytes(rng, raw)
        case 1:
            return raw.replace(b'":', b'":' + b"[" * 3_000, 1)
        case 2:
            return raw.replace(b"1", b"1" * 4_500, 1)
        case _:
            return raw


def _changed(rng: Random, value: object) -> object:
    """One place somewhere within, changed."""
    if isinstance(value, dict) and value and rng.random() < 0.85:
        name = rng.choice(list(value))
        match rng.randrange(8):
            case 0:
                return {key: held for key, held in value.items() if key != name}
            case 1:
                return {**value, rng.choice((CANARY, "", "\ud800", "id", name + "x")): value[name]}
            case 2:
                return {**value, name: value[rng.choice(list(value))]}
            case _:
                return {**value, name: _changed(rng, value[name])}
    if isinstance(value, list) and value and rng.random() < 0.8:
        place = rng.randrange(len(value))
        match rng.randrange(4):
            case 0:
                return value[:place] + value[place + 1 :]
            case 1:
                return value + value[place:] * rng.choice((1, 40))
            case _:
                return [*value[:place], _changed(rng, value[place]), *value[place + 1 :]]
    if isinstance(value, str) and rng.random() < 0.5:
        return of_text(rng, value.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")
    return rng.choice((*_VALUES, [value], {"held": value}))
