"""A strict little SMTP server on loopback: commands in RFC 5321's order only, and answers that a test
chooses."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """What the server was told, and how it is to answer. `answers` replaces the usual reply to a command."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    login: tuple[str, str] | None = None
    mails: list[tuple[str, list[str], str]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    logged_in: bool = False
    faults: list[str] = field(default_factory=list)


@asynccontextmanager
async def an_smtp_server(
    answers: dict[str, str] | None = None,
    login: tuple[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Mailbox]:
    """Serve until the block ends; a command out of order is a fault, and faults fail the test."""
    mailbox = Mailbox(answers=answers or {}, login=login)

    talks: dict[asyncio.Task[None] | None, asyncio.StreamWriter] = {}

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks[asyncio.current_task()] = writer
        try:
            await _Talk(mailbox, reader, writer).serve()
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client hung up, in the middle of TLS perhaps; a test that minds looks at the mails
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()
        for writer in talks.values():
            writer.transport.abort()  # a client that is gone says no goodbye in TLS, and none is waited for
        await asyncio.gather(*(talk for talk in talks if talk is not None))
        await server.wait_closed()
        await asyncio.sleep(0)
    assert not mailbox.faults, mailbox.faults


class _Talk:
    def __init__(self, mailbox: Mailbox, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.mailbox = mailbox
        self.reader = reader
        self.writer = writer
        self.greeted = False
        self.sender: str | None = None
        self.recipients: list[str] = []

    async def serve(self) -> None:
        await self.say(self.mailbox.answers.get("CONNECT", "220 mail.example.org ready"))
        while line := (await self.reader.readline()).decode().rstrip("\r\n"):
            verb = line.split(" ")[0].split(":")[0].upper()
            self.mailbox.commands.append(line)
            answer = self.mailbox.answers.get(verb) or await self.usual(verb, line)
            await self.say(answer)
            if verb == "QUIT":
                return

    async def usual(self, verb: str, line: str) -> str:
        answers = {"EHLO": self.ehlo, "AUTH": self.auth, "MAIL": self.mail, "RCPT": self.rcpt}
        if verb in answers:
            return answers[verb](line)
        if verb == "DATA" and self.recipients:
            return await self.data()
        if verb == "RSET":
            self.sender, self.recipients = None, []
            return "250 ok"
        return "221 bye" if verb == "QUIT" else self.out_of_order(verb)

    def out_of_order(self, verb: str) -> str:
        self.mailbox.faults.append(f"out of order: {verb}")
        return "503 out of order"

    def ehlo(self, line: str) -> str:
        self.greeted = bool(line)
        return "250-mail.example.org\r\n250 AUTH PLAIN" if self.mailbox.login else "250 mail.example.org"

    def mail(self, line: str) -> str:
        if not self.greeted or not line.startswith("MAIL FROM:<"):
            return self.out_of_order("MAIL")
        if self.mailbox.login is not None and not self.mailbox.logged_in:
            return "530 log in first"
        self.sender, self.recipients = line[11:].split(">", maxsplit=1)[0], []
        return "250 ok"

    def rcpt(self, line: str) -> str:
        if self.sender is None or not line.startswith("RCPT TO:<"):
            return self.out_of_order("RCPT")
        self.recipients.append(line[9:].split(">", maxsplit=1)[0])
        return "250 ok"

    def auth(self, line: str) -> str:
        said = base64.b64decode(line.rpartition(" ")[2]).decode().split("\0")[1:]
        self.mailbox.logged_in = tuple(said) == self.mailbox.login
        return "235 welcome" if self.mailbox.logged_in else "535 wrong password"

    async def data(self) -> str:
        await self.say("354 go on")
        raw = await self.reader.readuntil(b"\r\n.\r\n")
        assert self.sender is not None
        self.mailbox.mails.append((self.sender, self.recipients, raw.decode()))
        return "250 taken"

    async def say(self, answer: str) -> None:
        self.writer.write(answer.encode() + b"\r\n")
        await self.writer.drain()
