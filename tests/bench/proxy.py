"""Stands between a candidate and the store and counts what passes. Changes nothing, keeps nothing that it sees but
the names of commands."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import hiredis

CHUNK = 65_536


class CountingProxy:
    """A socket of its own in front of the store's. A round trip is a command, or several in one breath, answered."""

    def __init__(self, path: Path, store: Path, scripts: Mapping[str, str]) -> None:
        self.path = path
        self.commands: Counter[str] = Counter()
        self.trips = 0
        self._store = store
        self._scripts = scripts
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_unix_server(self._serve, str(self.path))

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    def reset(self) -> None:
        """Count from here."""
        self.commands.clear()
        self.trips = 0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, asks = await asyncio.open_unix_connection(str(self._store))
        except OSError:
            writer.close()
            return
        asked = asyncio.Event()
        try:
            await asyncio.gather(self._ask(reader, asks, asked), self._answer(answers, writer, asked))
        except ConnectionError:
            pass
        finally:
            for end in (asks, writer):
                end.close()

    async def _ask(
        self, reader: asyncio.StreamReader, asks: asyncio.StreamWriter, asked: asyncio.Event
    ) -> None:
        commands = hiredis.Reader()
        while data := await reader.read(CHUNK):
            commands.feed(data)
            while (command := commands.gets()) is not False:
                self.commands[self._name(command)] += 1
            if not asked.is_set():
                asked.set()
                self.trips += 1
            asks.write(data)
        with suppress(OSError):
            asks.write_eof()

    async def _answer(
        self, answers: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: asyncio.Event
    ) -> None:
        while data := await answers.read(CHUNK):
            asked.clear()
            writer.write(data)

    def _name(self, command: object) -> str:
        words = command if isinstance(command, list) else [command]
        name, script = (word.decode() if isinstance(word, bytes) else "" for word in [*words, b""][:2])
        return self._scripts.get(script, name) if name.upper() == "EVALSHA" else name.upper()
