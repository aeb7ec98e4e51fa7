"""Readers of what platforms send: Telegram's updates and answers, signal-cli's lines, its REST interface's bodies."""

import json
from collections.abc import Iterator, Sequence

from bot.channels import Inbound
from bot.channels.signal_events import Arrived, Unwanted
from bot.channels.signal_events import decode as signal_meaning
from bot.channels.signal_receive import line_of
from bot.channels.signal_rpc import LONGEST_PAUSE, SignalRpc, refused
from bot.channels.signal_socket import LONGEST
from bot.channels.signalbot_refusals import failed, refusal
from bot.channels.telegram_api import ApiRefused, Unreadable, date_of, pause_of, result_of
from bot.channels.telegram_receive import FIRST_UPDATE_ID
from bot.channels.telegram_updates import LeaveGroup
from bot.channels.telegram_updates import decode as telegram_meaning
from bot.channels.telegram_webhook import update_in
from tests.fuzz.mutate import CANARY, of_bytes, of_json
from tests.fuzz.target import Target, must

PERSON, NUMBER = 4242, "+15550000001"
UUID = "d6975b10-0000-4000-8000-000000000001"
TIME = 1_795_290_235_995
MEGABYTE = 1 << 20


def _json(*values: object) -> Sequence[bytes]:
    return [json.dumps(value).encode() for value in values]


def _updates() -> Sequence[bytes]:
    chat, sender = {"id": PERSON, "type": "private"}, {"id": PERSON, "is_bot": False, "language_code": "ar"}
    base = {"message_id": 17, "date": 1_772_442_000, "chat": chat, "from": sender}
    tap = {"id": "77", "from": sender, "message": base, "data": "opening.unsafe"}
    member = {"chat": chat, "date": 1_772_442_000, "new_chat_member": {"status": "kicked"}}
    return _json(
        {"update_id": 1, "message": {**base, "text": CANARY, "reply_to_message": {"message_id": 12}}},
        {"update_id": 2, "message": {**base, "photo": [{"file_id": "F"}], "caption": CANARY}},
        {"update_id": 3, "edited_message": {**base, "edit_date": 1_772_442_001, "text": CANARY}},
        {"update_id": 4, "callback_query": tap},
        {"update_id": 5, "my_chat_member": member},
        {"update_id": 6, "channel_post": {"chat": {"id": -100, "type": "channel"}}},
    )


def _telegram(data: bytes) -> None:
    meant = telegram_meaning(update_in(data), "telegram")
    must(meant is None or isinstance(meant, Inbound | LeaveGroup), "an update means something else")
    if isinstance(meant, Inbound):
        can_be_kept(meant)


def can_be_kept(inbound: Inbound) -> None:
    """What goes further can be encoded, hashed and kept: no half characters, no NUL."""
    for text in (
        inbound.address,
        inbound.message_id,
        inbound.text,
        inbound.choice,
        inbound.quote,
        inbound.locale,
    ):
        if text is not None:
            text.encode()
            must("\0" not in text, "a NUL goes further")


def _answers() -> Sequence[bytes]:
    return _json(
        {"ok": True, "result": [{"update_id": 1}]},
        {"ok": False, "error_code": 429, "description": CANARY, "parameters": {"retry_after": 5}},
        {"ok": False, "error_code": 400, "description": CANARY},
    )


def _telegram_answer(data: bytes) -> None:
    for status in (200, 400, 429):
        try:
            result_of("getUpdates", status, data)
        except ApiRefused as fault:
            must(fault.after is None or 0 < fault.after.total_seconds() <= 3600, "a pause that is none")
            must(CANARY not in f"{fault} {fault!r}", "a refusal tells what the platform said")
        except Unreadable as fault:
            must(CANARY not in f"{fault}", "a refusal tells what the platform said")
            found = FIRST_UPDATE_ID.search(data)
            must(found is None or int(found[1]) >= 0, "an update id that is none")
    pause_of(update_in(data))


def _dates() -> Sequence[bytes]:
    return [
        b"Sun, 22 Nov 2026 04:02:26 GMT",
        b"Sunday, 22-Nov-26 04:02:26 GMT",
        b"22 Nov 2026 04:02:26 +0100",
    ]


def _events() -> Sequence[bytes]:
    sender = {"source": "+16660000001", "sourceNumber": "+16660000001", "sourceUuid": UUID, "timestamp": TIME}
    plain = {"timestamp": TIME, "message": CANARY, "expiresInSeconds": 0, "viewOnce": False}
    file = {"contentType": "image/jpeg", "id": "a.jpg", "filename": CANARY}
    messages: Sequence[dict[str, object]] = (
        plain,
        {**plain, "attachments": [file, {"contentType": "text/x-signal-plain", "id": "long.txt"}]},
        {
            **plain,
            "message": None,
            "reaction": {"emoji": "👍", "targetSentTimestamp": TIME, "isRemove": False},
        },
        {**plain, "quote": {"id": TIME, "text": CANARY}, "groupInfo": {"groupId": "Z3JvdXA="}},
    )

    def line(**content: object) -> dict[str, object]:
        event = {"envelope": {**sender, **content}, "account": NUMBER}
        return {"jsonrpc": "2.0", "method": "receive", "params": {"subscription": 0, "result": event}}

    changed = {
        "envelope": sender,
        "account": NUMBER,
        "exception": {"type": "UntrustedIdentityException", "message": CANARY},
    }
    return _json(
        *(line(dataMessage=message) for message in messages),
        line(editMessage={"targetSentTimestamp": TIME, "dataMessage": plain}),
        line(receiptMessage={"when": TIME, "isDelivery": True}),
        {"jsonrpc": "2.0", "method": "receive", "params": changed},
        {"jsonrpc": "2.0", "id": "subscribe", "result": 0},
    )


def _signal(data: bytes) -> None:
    told = line_of(data)
    meant = signal_meaning(told.get("params") if told is not None else None, "signal", NUMBER)
    must(isinstance(meant, Arrived | Unwanted), "an event means something else")
    if isinstance(meant, Arrived):
        can_be_kept(meant.inbound)


def _replies() -> Sequence[bytes]:
    failure = {"type": "RATE_LIMIT_FAILURE", "token": CANARY, "retryAfterSeconds": 86_400}
    data = {"response": {"timestamp": TIME, "results": [failure, {"type": "IDENTITY_FAILURE"}]}}
    error = {"code": -5, "message": f"Failed to send to {CANARY}", "data": data}
    return _json(
        {"jsonrpc": "2.0", "id": "1", "error": error},
        {"jsonrpc": "2.0", "id": "1", "result": {"timestamp": TIME}},
        {"jsonrpc": "2.0", "method": "receive", "params": {}},
    )


def _signal_reply(data: bytes) -> None:
    SignalRpc("tcp://127.0.0.1:1")._hear(data)
    error = (line_of(data) or {}).get("error")
    fault = refused("send", error)
    must(CANARY not in f"{fault} {fault!r} {fault.challenge!r}", "a refusal tells what signal-cli said")
    if fault.challenge is not None:
        must(0 < fault.challenge.after.total_seconds() <= LONGEST_PAUSE, "a pause that is none")


def _bodies() -> Sequence[bytes]:
    return _json(
        {"error": f"Failed to send message {CANARY}"},
        {"error": "rate limit", "challenge_tokens": [CANARY], "account": NUMBER},
        {"error": {"held": CANARY}},
    )


def _rest_reply(data: bytes) -> None:
    for status in (400, 429):
        fault = refusal("send", status, data)
        must(
            CANARY not in f"{fault} {fault!r} {fault.challenge!r}", "a refusal tells what the interface said"
        )
    failed("send", [data.decode("utf-8", "replace"), None, "IDENTITY_FAILURE"])


def _large_json() -> Iterator[bytes]:
    """A megabyte of each kind of JSON that is hard to read."""
    yield b'{"update_id":1,"message":{"text":"' + b"x" * MEGABYTE + b'"}}'
    yield b"[" * MEGABYTE
    yield b'{"update_id":' + b"9" * MEGABYTE + b"}"
    yield b'{"params":{"result":' + b'{"envelope":' * (MEGABYTE // 12)
    yield b'{"params":{"envelope":{"id":[' + b'{"id":"a"},' * (MEGABYTE // 11) + b"0]}}}"
    yield b'"' + b"\\ud83d" * (MEGABYTE // 6) + b'"'
    yield b'"update_id"' + b" " * MEGABYTE
    yield b"x" * (2 * LONGEST)


def large_json() -> Sequence[bytes]:
    """For every reader of JSON."""
    return list(_large_json())


TARGETS = (
    Target("telegram-update", _telegram, _updates, of_json, large=large_json),
    Target("telegram-answer", _telegram_answer, _answers, of_json, large=large_json),
    Target("telegram-date", lambda data: date_of(data.decode("latin-1")), _dates),
    Target("signal-line", _signal, _events, of_json, large=large_json),
    Target("signal-reply", _signal_reply, _replies, of_json, large=large_json),
    Target("signal-rest-reply", _rest_reply, _bodies, of_json, large=large_json),
    Target("signal-line-bytes", _signal, _events, of_bytes),
)
