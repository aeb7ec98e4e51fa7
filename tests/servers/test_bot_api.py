"""The strict server itself, where nothing else holds it to its word."""

import asyncio
import json
import sys

import aiohttp
import pytest


@pytest.mark.slow
async def test_it_runs_as_its_own_process_and_is_controlled_from_outside() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.servers.bot_api"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    hello = json.loads(await process.stdout.readline())
    bot = f"{hello['base']}/bot{hello['token']}"
    async with aiohttp.ClientSession() as http:

        async def order(do: str, **arguments: object) -> object:
            async with http.post(hello["control"], json={"do": do, "with": arguments}) as answer:
                return (await answer.json())["answer"]

        async def call(method: str, **parameters: object) -> int:
            async with http.post(f"{bot}/{method}", json=parameters) as answer:
                return answer.status

        assert await order("say", person=7, text="hello") == 1
        assert await call("sendMessage", chat_id=7, text="Hello.") == 200
        assert await call("sendMessage", chat_id=8, text="Hello.") == 400
        assert await order("texts", person=7) == ["Hello."]
        assert await order("people") == [7]
        await order("fault", method="getUpdates", code=500)
        assert await call("getUpdates", timeout=0) == 500
        assert await call("getUpdates", offset=2**31, timeout=0) == 200
        assert "hello" in json.dumps(await order("confirmed"))
    process.stdin.close()
    assert await process.wait() == 0
