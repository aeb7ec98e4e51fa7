"""What Telegram would answer, kept apart from any library so that each candidate imports only its own."""

import json

TOKEN = "123456789:made-up-token-of-the-bench"
ME = {
    "id": 123456789,
    "is_bot": True,
    "first_name": "bench",
    "username": "bench_bot",
    "can_join_groups": False,
}
SENT = {
    "message_id": 77,
    "date": 1_770_000_099,
    "from": ME,
    "chat": {"id": 5_000_001, "type": "private", "first_name": "A", "username": "u5000001"},
    "text": "¿Qué ha pasado? Basta con una respuesta; puedes añadir otras.",
}
CANNED_ME = json.dumps({"ok": True, "result": ME}).encode()
CANNED_SENT = json.dumps({"ok": True, "result": SENT}).encode()
