"""The one conversation that every candidate has: /start and ten answers, as the Bot API delivers them.
The story and the numbers are made up; the replies are those of the shipped flow, in Spanish."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

STORY = (
    "El jueves por la tarde dos hombres que no se identificaron esperaron a mi compañera a la salida de la oficina. "
    "Le dijeron que dejara de enviar informes a Ginebra o que su hijo tendría problemas. Le tomaron fotografías y "
    "siguieron su automóvil hasta su casa. Al día siguiente la policía le informó que existe una orden de arraigo en "
    "su contra y que no puede salir del país. Ella participó en la sesión del Consejo hace tres semanas y presentó "
    "una declaración oral."
)
LANGUAGE = "es"

# What is typed, and the name under which a bot of any kind would keep it. 5 in the opening ("I am not sure") is the
# costly path for us: from the notice on, every answer is also sealed to the people who may read the draft.
ANSWERS = (
    ("story", STORY),
    ("notice", "1"),
    ("opening", "5"),
    ("country", "Colombia"),
    ("country_sure", "1"),
    ("what", "6, 8"),
    ("when", "4"),
    ("about", "1"),
    ("push_later", "2"),
    ("more", "4"),
)
MESSAGES = ("/start", *(text for _, text in ANSWERS))

# The way of somebody who is safe now: from the opening on, plain answers. Nothing of it is passed on when they fall
# silent, so we seal no draft; the case comes with a later answer, which is not measured.
PLAIN = ("/start", "6", "1", "Colombia", "1", "6, 8", "4")


@dataclass(frozen=True, slots=True)
class Said:
    """A reply: its text and its buttons as (label, data)."""

    text: str
    buttons: tuple[tuple[str, str], ...]


def update(number: int, person: int, step: int, script: Sequence[str] = MESSAGES) -> bytes:
    """The update that carries message `step` of a person's conversation; `number` is unique in a run."""
    text = script[step]
    who = {"id": person, "first_name": "A", "username": f"u{person}"}
    message: dict[str, object] = {
        "message_id": number,
        "date": 1_770_000_000 + step,
        "chat": {**who, "type": "private"},
        "from": {**who, "is_bot": False, "language_code": LANGUAGE},
        "text": text,
    }
    if text.startswith("/"):
        message["entities"] = [{"offset": 0, "length": len(text), "type": "bot_command"}]
    return json.dumps({"update_id": number, "message": message}, ensure_ascii=False).encode()


def tap(number: int, person: int, data: str) -> bytes:
    """The update of a tapped button."""
    sender = {"id": person, "is_bot": False, "first_name": "A", "language_code": LANGUAGE}
    message = {"message_id": 7, "date": 1_770_000_000, "chat": {"id": person, "type": "private"}}
    query = {"id": str(number), "from": sender, "chat_instance": "1", "data": data, "message": message}
    return json.dumps({"update_id": number, "callback_query": query}).encode()


def numbers() -> Iterator[int]:
    """Update numbers of one process, never used by another on the same store."""
    number = os.getpid() * 1_000_000
    while True:
        number += 1
        yield number


def said(parameters: Mapping[str, str]) -> Said:
    """A sendMessage as it was serialised."""
    rows = json.loads(parameters.get("reply_markup", "{}")).get("inline_keyboard", [])
    buttons = tuple((button["text"], button["callback_data"]) for row in rows for button in row)
    return Said(parameters["text"], buttons)


def write_replies(replies: list[Said], path: Path) -> None:
    """Keep our replies where the other candidates find them, so that they need none of our code."""
    path.write_text(json.dumps([[said.text, said.buttons] for said in replies]), "utf-8")


def read_replies(path: Path) -> list[Said]:
    """The replies to /start and to each answer."""
    stored = json.loads(path.read_text("utf-8"))
    return [Said(text, tuple((label, data) for label, data in buttons)) for text, buttons in stored]
