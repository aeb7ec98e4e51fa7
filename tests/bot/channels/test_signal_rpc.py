"""Calls to signal-cli whose line goes at an awkward moment."""

import asyncio
import gc

import pytest

from bot.channels.signal_rpc import RpcUnanswered, SignalRpc
from tests.servers.signal_rpc import SignalServer


async def test_a_line_that_goes_while_we_write_is_told_once_and_leaves_no_fault_that_nobody_takes() -> None:
    """Else every cut line leaves an ERROR in the log that says nothing."""
    left: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: left.append(context["message"]))
    async with SignalServer() as server:
        rpc = SignalRpc(server.url)
        await rpc.call("version", {})
        assert rpc._writer is not None
        rpc._writer.transport.abort()
        await asyncio.sleep(0)  # the line is gone, and nobody has heard of it yet
        with pytest.raises(RpcUnanswered):
            await rpc.call("version", {})
        gc.collect()
        assert left == []
        await rpc.close()
