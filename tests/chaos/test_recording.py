import aiohttp
import pytest

from tests.chaos.recording import RecordingApi


async def test_a_platform_that_is_gone_refuses_every_call_and_comes_back_with_what_was_said_meanwhile() -> (
    None
):
    async with RecordingApi("123:token") as api, aiohttp.ClientSession() as http:
        for said in ("one", "two", "three"):
            await api.go()
            with pytest.raises(aiohttp.ClientConnectionError):
                await http.get(f"{api.base}/bot123:token/getMe")
            api.say(7, said)
            await api.come_back()
            async with http.get(f"{api.base}/bot123:token/getUpdates?timeout=0") as answer:
                assert said in await answer.text()
