"""What Telegram shows of the bot, per language."""

from bot.channels.telegram import TelegramAccount
from bot.channels.telegram_profile import Profile, apply_profile
from tests.servers.bot_api import BotApi
from tests.servers.bot_api_world import ApiError


def a_profile(language: str) -> Profile:
    return Profile("Notes", f"description {language}", f"short {language}", {"start": f"begin {language}"})


PROFILES = {language: a_profile(language) for language in ("en", "fr", "ar", "prs")}


async def test_every_language_that_telegram_knows_gets_its_texts(
    api: BotApi, account: TelegramAccount
) -> None:
    await apply_profile(account.api, PROFILES, default="en")
    shown = api.world.profile
    assert shown["commands", "fr"] == [{"command": "start", "description": "begin fr"}]
    assert shown["description", "ar"] == "description ar"
    assert shown["short_description", ""] == "short en"
    assert {language for _, language in shown} == {"", "en", "fr", "ar"}  # prs has no ISO 639-1 code


async def test_a_second_start_sets_nothing(api: BotApi, account: TelegramAccount) -> None:
    assert await apply_profile(account.api, PROFILES, default="en") > 0
    api.calls.clear()
    assert await apply_profile(account.api, PROFILES, default="en") == 0
    assert [method for method, _ in api.calls if method.startswith("set")] == []


async def test_a_limit_on_changes_does_not_stop_the_start(api: BotApi, account: TelegramAccount) -> None:
    api.faults["setMyName"].append(ApiError(429, "Too Many Requests: retry after 86000", 86000))
    await apply_profile(account.api, PROFILES, default="en")
