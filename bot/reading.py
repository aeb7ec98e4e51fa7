"""Makes a part of a report that a phone has just unsealed readable: words first, then answers and reasons.
Pure; what it returns stays on the phone."""

import json
from collections.abc import Mapping
from typing import Any, Protocol


class Say(Protocol):
    """The label of a text key, or None where there is none."""

    def __call__(self, key: str, /, **values: object) -> str | None: ...


NAMES = {
    "opening": "first answer",
    "push": "may we write",
    "what": "what happened",
    "seen": "seen or spoken to since",
    "when": "when",
    "on": "on the",
    "about": "who it is about",
    "link": "contact with the UN",
    "help": "what would help",
    "exclude": "must not see it",
    "later": "may we ask later",
}
WITHOUT = {"words", "language", "channel", "danger", "unsure", "interpreter", "voice"}


def readable(raw: str, say: Say) -> str:
    """Return the text of one part; a part that is not of this version as it is: somebody must read it all the same."""
    try:
        return _part(json.loads(raw), say)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return raw


def _part(part: Mapping[str, Any], say: Say) -> str:
    match part.get("kind"):
        case "report":
            return _report(part["report"], part.get("reasons", ()), say)
        case "note":
            return f"{part['by']}: {part['text']}"
        case _:
            return str(part.get("text", ""))


def _report(report: Mapping[str, Any], reasons: list[Mapping[str, Any]], say: Say) -> str:
    words = [f"“{text}”" for text in report.get("words", ())]
    answers = [_answer(name, value, say) for name, value in report.items() if name not in WITHOUT]
    why = [_reason(reason["code"], reason.get("quote"), say) for reason in reasons]
    paragraphs = ["\n".join(words), "\n".join(answers), "\n".join(why)]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _reason(code: str, quote: str | None, say: Say) -> str:
    return say(f"reasons/{code}", quote=quote or "…") or code


def _answer(name: str, value: object, say: Say) -> str:
    values = value if isinstance(value, list) else [value]
    labels = [say(f"reprisal/{name}.{one}") or str(one) for one in values]
    return f"{NAMES.get(name, name.replace('_', ' '))}: {', '.join(labels)}"
