"""Texts that occur nowhere else are sent through the Telegram channel, through faults too, and then looked for in
everything that outlives a message. Each place has a control in which the same search must find them."""

import asyncio
import base64
import logging
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.channels.telegram_updates import ATTACHMENTS
from responders.store import Store, Tidied
from responders.valkey import EmbeddedStore
from tests.chaos.breaking import LAYERS
from tests.chaos.canaries import Search, encodings, gzipped
from tests.chaos.house import PEOPLE, House, a_house
from tests.chaos.phone import Phone
from tests.chaos.story import settled
from tests.chaos.waiting import until
from tests.servers.bot_api import Garbage

pytestmark = pytest.mark.canary
BREAKS = "das bricht-é"


def planted() -> dict[str, str]:
    """One text for each thing that must not be kept, with a letter outside ASCII where the platform allows one."""
    some = secrets.token_hex
    return {
        "text": f"señal-{some(6)}",
        "other text": f"lettre-ç{some(6)}",
        "broken text": f"{BREAKS}-{some(6)}",
        "reply": f"réponse-{some(6)}",
        "name": f"Jülide-{some(5)}",
        "username": f"ustağ_{some(5)}",
        "phone": f"+4179{secrets.randbelow(10**8):08d}",
        "chat id": str(10**14 + secrets.randbelow(10**14)),
        "file": f"beweis-ö{some(5)}.pdf",
        "group": f"grupo-ñ{some(5)}",
        "answer of a captive portal": f"hôtel-{some(6)}",
    }


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with a_house(fails_on=BREAKS) as house:
        await house.start_worker()
        yield house


async def live_through_everything(house: House, marks: dict[str, str]) -> None:
    """A report with alert, a reply, a failing handler, malformed updates, a store that is away, a lying platform."""
    person = int(marks["chat id"])
    house.intake.world.chats.add(person)
    reporter, first = Phone(house, house.intake, person), Phone(house, house.alerts, PEOPLE["first"])
    sender = {
        "id": person, "is_bot": False, "first_name": marks["name"], "last_name": marks["name"],
        "username": marks["username"], "language_code": "en",
    }  # fmt: skip
    chat = {"id": person, "type": "private", "first_name": marks["name"], "username": marks["username"]}

    def message(**content: object) -> dict[str, object]:
        number = house.intake.world.next_message_id()
        return {
            "message": {"message_id": number, "date": house.intake.world.date, "chat": chat, "from": sender}
            | content
        }

    house.intake.send_raw_update(message(text=f"help please they are at the door {marks['text']}"))
    number = int((await first.until("IMMEDIATE", 0)).split()[0])
    await reporter.until("trying to reach", 0)
    await reporter.taps("push.yes", "Go on?")
    await first.says(f"t{number}", "is yours")
    await first.says(f"{number} {marks['reply']}", "goes out in")
    house.advance(11)
    await reporter.until(marks["reply"], 0)
    await first.says(f"n{number} {marks['other text']}", "note")
    # what breaks the handler, three times, and is then set aside
    house.intake.send_raw_update(message(text=f"{marks['broken text']} {marks['text']}"))
    await settled(house)
    # what breaks each layer in turn, with the words in its hands
    for layer in LAYERS:
        house.intake.send_raw_update(message(text=f"{BREAKS}-{layer} {marks['text']} {marks['other text']}"))
        await settled(house)
    # what no decoder expects
    for update in (
        {"message": marks["text"]},
        {"message": {"text": marks["text"], "chat": marks["name"], "from": marks["username"]}},
        message(text=marks["text"], date=10**30, entities=[{"type": marks["name"], "offset": -1}]),
        message(text=[marks["text"]]),
        message(contact={"phone_number": marks["phone"], "first_name": marks["name"]}),
        message(document={"file_id": "x", "file_name": marks["file"]}, caption=marks["other text"]),
        message(voice={"file_id": "x"}),
        {"edited_message": message(text=marks["other text"])["message"]},
        {"callback_query": {"id": "1", "from": sender, "data": marks["text"]}},
        {"my_chat_member": {"chat": {"id": -5, "type": "group", "title": marks["group"]}, "from": sender}},
        message(chat={"id": -6, "type": "group", "title": marks["group"]}, text=marks["text"]),
    ):  # fmt: skip
        house.intake.send_raw_update(update)
    await settled(house)
    # a platform that lies
    for method in ("sendMessage", "getUpdates", "answerCallbackQuery"):
        house.intake.faults[method].append(Garbage(marks["answer of a captive portal"].encode(), 200))
        house.intake.faults[method].append(Garbage(marks["answer of a captive portal"].encode(), 502))
    house.intake.send_raw_update(message(text=marks["other text"]))
    await asyncio.sleep(1)
    # a store that is away
    house.strike("store")
    house.intake.send_raw_update(message(text=marks["text"]))
    await asyncio.sleep(2)
    await house.mend("store")
    await settled(house)


async def test_what_people_wrote_and_who_they_are_is_found_nowhere(house: House) -> None:
    marks = planted()
    await live_through_everything(house, marks)
    tokens = {f"token {name}": token for name, token in house.setup.tokens.items()}
    search = Search(marks | tokens)
    assert house.worker is not None
    assert house.store_server.process_id is not None

    assert search.in_memory(house.store_server.process_id) == set()
    assert search.in_open_files(house.store_server.process_id) == {}
    assert search.in_open_files(house.worker) == {}
    assert search.in_files([house.folder]) == {}, "before the append-only file is rewritten"
    assert await house.store._command("SLOWLOG", "GET", 100) == []
    await rewritten(house.store, house)
    assert search.in_files([house.folder]) == {}
    found = search.in_memory(house.worker)
    seen = "the kernel lets nobody look" if found is None else f"{sorted(found)}"
    print(f"in the worker's own memory: {seen}")  # noqa: T201 - only told: Python cannot wipe a text

    logged = set(re.findall(r"\b\w+Error\b", (house.folder / "worker.log").read_text()))
    assert {"ValueError", "RuntimeError", "KeyError"} <= logged, "the faults did not happen"
    os.kill(house.worker, signal.SIGSEGV)
    await until(lambda: not house.is_alive, lambda: AssertionError("it survived a segmentation fault"))
    assert not [path for path in house.folder.rglob("*") if "core" in path.name], "a core dump"
    assert search.in_files([house.folder]) == {}


async def rewritten(store: Store, house: House) -> None:
    """The append-only file without what was deleted, as the worker's own loop leaves it after two minutes."""
    store._rewritten = {}
    while await store.tidy(house.clock()) is Tidied.STARTED:
        await until(lambda: is_rewritten(store), lambda: AssertionError("the rewrite never ended"))


async def is_rewritten(store: Store) -> bool:
    return b"aof_rewrite_in_progress:0" in bytes(await store._command("INFO", "persistence"))


# -- the controls: the same search finds what is there -------------------------------------------------------------


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="chaos") as name:
        yield Path(name)


def test_control_every_encoding_in_a_file_is_found(folder: Path) -> None:
    marks = planted()
    search = Search(marks)
    (folder / "all").write_bytes(
        b"\n".join(form for mark in marks.values() for form in encodings(mark).values())
    )
    assert search.in_files([folder])[str(folder / "all")] >= search.every_form()
    (folder / "all").unlink()
    (folder / "packed").write_bytes(b"something " + gzipped(marks["text"]))
    assert ("text", "packed utf-8") in search.in_files([folder])[str(folder / "packed")]
    (folder / f"{marks['name']}.txt").touch()
    assert len(search.in_files([folder])) == 2


def test_control_base64_is_found_at_every_alignment() -> None:
    search = Search({"text": (mark := planted()["text"])})
    for before in range(6):
        assert search.in_bytes(base64.b64encode(b"x" * before + mark.encode() + b"yz"))


def test_control_a_log_that_quotes_is_found(folder: Path) -> None:
    marks = planted()
    log = logging.getLogger("control")
    handler = logging.FileHandler(folder / "plain.log", encoding="utf-8")
    log.addHandler(handler)
    log.error("cannot work %r of %s", marks["text"], marks["chat id"])
    log.removeHandler(handler)
    handler.close()
    assert {name for name, _ in Search(marks).in_files([folder])[str(folder / "plain.log")]} == {
        "text",
        "chat id",
    }


class TalkativeStore(EmbeddedStore):
    """As a careless administrator would run it."""

    def settings(self) -> dict[str, str]:
        return {**super().settings(), "slowlog-max-len": "128", "slowlog-log-slower-than": "0"}


async def test_control_plain_values_are_found_in_memory_files_and_slow_log(folder: Path) -> None:
    marks = planted()
    search = Search(marks)
    async with TalkativeStore(folder) as server:
        store = Store(server.url)
        assert server.process_id is not None
        await store._command("SET", "k", marks["text"])
        assert ("text", "utf-8") in (search.in_memory(server.process_id) or set())
        assert search.in_files([folder])
        assert search.in_open_files(server.process_id)
        slow = await store._command("SLOWLOG", "GET", 100)
        assert any(search.in_bytes(part) for part in _flat(slow))
        await store._command("DEL", "k")
        assert search.in_files([folder]), "deleted is not gone: the append-only file keeps it"
        await store._command("BGREWRITEAOF")
        await until(lambda: is_rewritten(store), lambda: AssertionError("the rewrite never ended"))
        assert not search.in_files([folder])
        await store.close()


def _flat(value: object) -> list[bytes]:
    if isinstance(value, bytes):
        return [value]
    return [part for one in value for part in _flat(one)] if isinstance(value, list) else []


def test_control_a_deleted_file_that_is_still_open_is_found(folder: Path) -> None:
    marks = planted()
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(marks["text"].encode())
        file.flush()
        assert any("deleted" in name for name in Search(marks).in_open_files(os.getpid()))


def test_control_arguments_environment_and_memory_of_a_process_are_found() -> None:
    marks = planted()
    code = f"import sys; kept = {marks['name']!r} * 2; print(flush=True); sys.stdin.read()"
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code, marks["text"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "CONTROL": marks["phone"]},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        found = Search(marks).in_open_files(process.pid)
        memory = Search(marks).in_memory(process.pid)
        with suppress(ProcessLookupError):
            process.kill()
    assert ("text", "utf-8") in found["cmdline"]
    assert ("phone", "utf-8") in found["environ"]
    assert memory is not None
    assert ("name", "latin-1") in memory, "the way in which Python keeps such a text"


def test_every_kind_of_attachment_of_the_platform_is_known_to_this_test() -> None:
    assert {"contact", "document", "voice"} <= set(ATTACHMENTS)
