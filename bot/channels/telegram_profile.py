"""The bot's commands, name and descriptions, per language, as Telegram shows them before and in the chat.
Sets only what differs: setMyName and the like are limited to a few calls a day. Never stops a start."""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.channels.telegram_api import ApiRefused, ApiUnreachable, TelegramApi, Unreadable

log = logging.getLogger(__name__)

TWO_LETTERS = re.compile(
    r"[a-z]{2}"
)  # Bot API: language_code is ISO 639-1; others fall back to the default texts


@dataclass(frozen=True, slots=True)
class Profile:
    """What is shown in one language. The name is neutral: it stands in the chat list of a phone in other
    hands."""

    name: str
    description: str
    short_description: str
    commands: Mapping[str, str]  # command: what it does


async def apply_profile(api: TelegramApi, profiles: Mapping[str, Profile], default: str) -> int:
    """Make Telegram show `profiles` (language: texts); `default` names the language for everybody else.

    Returns how many calls changed something. Failures are logged and left for the next start."""
    changed = 0
    try:
        for language, profile in _languages(profiles, default):
            for field, wanted in _fields(profile):
                changed += await _set(api, field, language, wanted)
    except (ApiRefused, ApiUnreachable, Unreadable) as fault:
        log.warning("the profile is not up to date: %s; the next start tries again", fault)
    return changed


def _languages(profiles: Mapping[str, Profile], default: str) -> Iterator[tuple[str, Profile]]:
    yield "", profiles[default]
    for language, profile in profiles.items():
        if TWO_LETTERS.fullmatch(language):
            yield language, profile


def _fields(profile: Profile) -> Iterator[tuple[str, object]]:
    yield "commands", [{"command": name, "description": text} for name, text in profile.commands.items()]
    yield "name", profile.name
    yield "description", profile.description
    yield "short_description", profile.short_description


async def _set(api: TelegramApi, field: str, language: str, wanted: object) -> bool:
    method = "".join(word.capitalize() for word in field.split("_"))
    there = await api.call(f"getMy{method}", {"language_code": language})
    if isinstance(there, dict):
        there = there.get(field)
    if there == wanted:
        return False
    await api.call(f"setMy{method}", {field: wanted, "language_code": language})
    return True
