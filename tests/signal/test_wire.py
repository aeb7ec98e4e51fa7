"""The wire of a fault story, in front of somebody who speaks as signal-cli does."""

import asyncio
import json
from pathlib import Path

from tests.chaos.waiting import until
from tests.chaos.wire import Counted
from tests.signal.wire import SignalWire


def arrival(time: int) -> bytes:
    """What signal-cli says when a message has come."""
    params = {"subscription": 0, "result": {"envelope": {"timestamp": time}}}
    return json.dumps({"jsonrpc": "2.0", "method": "receive", "params": params}).encode() + b"\n"


async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """It answers a call, tells of one message, and of another when we have said that we are going."""
    asked = json.loads(await reader.readline())
    answer = {"jsonrpc": "2.0", "result": {"timestamp": 7}, "id": asked["id"]}
    writer.write(json.dumps(answer).encode() + b"\n" + arrival(1))
    await reader.read()
    writer.write(arrival(2))
    await writer.drain()
    writer.close()


async def test_who_says_that_they_are_going_is_still_told_and_all_of_it_is_noted(short_folder: Path) -> None:
    heard: list[tuple[str, str]] = []
    counted = Counted(lambda _: None)
    counted.taps.append(lambda wire, name, _question, _answer: heard.append((wire, name)))
    server = await asyncio.start_unix_server(client, str(short_folder / "cli"))
    wire = SignalWire("signal", short_folder / "cli", counted)
    await wire.listen(short_folder / "wire")
    reader, writer = await asyncio.open_unix_connection(str(short_folder / "wire"))
    writer.write(json.dumps({"jsonrpc": "2.0", "id": "1", "method": "send", "params": {}}).encode() + b"\n")
    assert json.loads(await reader.readline())["result"] == {"timestamp": 7}
    assert await reader.readline() == arrival(1)
    writer.write_eof()
    assert await reader.read() == arrival(2)
    await until(lambda: wire.ends == 1, lambda: AssertionError("the line did not end"))
    assert (wire.handed, heard) == ([1, 2], [("signal", "send")])
    writer.close()
    await writer.wait_closed()
    await wire.close()
    server.close()
