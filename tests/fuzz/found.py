"""Inputs that broke a reader once, by target: tried again in every run, and where fuzzing goes on from."""

from collections.abc import Mapping, Sequence

_DEEP = b"[" * 20_000

FOUND: Mapping[str, Sequence[bytes]] = {
    "focal-command": [b" " * 5_000 + b"x", b"x" + b" " * 5_000 + b"y"],
    "date": [b"5" * 5_000, b"3 May " + b"0" * 5_000],
    "answer": [b"a," * 8_000, b"5" * 5_000],
    "telegram-answer": [
        b'{"ok":false,"parameters":{"retry_after":NaN}}',
        b'{"ok":false,"parameters":{"retry_after":1' + b"0" * 400 + b"}}",
    ],
    "signal-reply": [
        b'{"id":"1","error":{"data":{"response":{"results":[{"token":"t","retryAfterSeconds":1e300}]}}}}',
        b'{"id":"1","error":{"data":{"response":{"results":[{"token":"t","retryAfterSeconds":Infinity}]}}}}',
    ],
    "record-session": [b'{"answers":["opening"]}', b'{"phase":"of tomorrow"}', b'"session"'],
    "record-item": [b'{"kind":"of tomorrow"}', b"[]", b'{"kind":"reply","buttons":[1]}'],
    "record-arrival": [b'{"sent_at":1e300}', b'{"of tomorrow":1}', b'{"event":"of tomorrow"}'],
    "record-case": [b'{"of tomorrow":1}', b'{"created":1e300}'],
    "record-fields": [_DEEP],
    "opened-part": [b"", b"not JSON", b'{"kind":"note"}', b'{"kind":"report","report":[]}', _DEEP],
    "keyring": [
        b'{"floor":Infinity}', b'{"floor":9223372036854775808,"keys":[]}', b'{"floor":0,"keys":[1]}', b"[]", _DEEP,
    ],
    "backup-records": [b"m\x00\x01" + bytes(8) + b"\x00\x00\x00\x01x\x00\x00\x00\x01\xff", b"f" + bytes(14),
    b"m" + b"\xff" * 14],
    "catalogue": [
        b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=nothing\\n"\n', b"#| msgid none\n",
        b'msgstr[x] "a"\n',
        b" " * 20_000 + b"x",
    ],
    "condition": [b"not " * 20_000 + b"a = b", b"(" * 20_000],
    "score-frames": [len(_DEEP).to_bytes(4) + _DEEP],
}  # fmt: skip
