"""Texts, names, numbers and files that occur nowhere else come over Signal, through faults too, and are then looked for
in everything that outlives a message: ours, and what signal-cli keeps. What it may keep stands in docs/privacy.md."""

import re
import secrets
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.clock import utc_clock
from bot.seized_signal import seized
from responders.valkey import EmbeddedStore
from tests.chaos.breaking import LAYERS
from tests.chaos.canaries import Found, Search
from tests.chaos.test_canaries import is_rewritten
from tests.chaos.waiting import until
from tests.servers.signal_phone import Phone
from tests.servers.signal_stack import SignalStack
from tests.signal.house import House, a_house
from tests.signal.talk import Talk

pytestmark = pytest.mark.canary
PAGE = (Path(__file__).parents[2] / "docs/privacy.md").read_text("utf-8")
BREAKS = "das bricht-é"
# What docs/privacy.md says of signal-cli's folder: whoever wrote is in these files, and in no other.
PEOPLE_IN = re.compile(r"data/\d+\.d/account\.db(-wal|-shm)?|avatars/.*")


def planted() -> dict[str, str]:
    """One text for each thing that must not be kept; a name is the phone's, and its number and identity come of it."""
    some = secrets.token_hex
    return {
        "text": f"señal-{some(6)}",
        "long text": f"größe-{some(6)}",
        "edited": f"corrigé-{some(6)}",
        "file": f"beweis-ö{some(6)}",
        "file name": f"foto-ñ{some(5)}.jpg",
        "caption": f"légende-{some(6)}",
        "story": f"história-{some(6)}",
        "group text": f"grupo-ñ{some(6)}",
        "reply": f"réponse-{some(6)}",
        "broken": f"{BREAKS}-hear-{some(6)}",
    }


@pytest_asyncio.fixture(loop_scope="session")
async def breaking(stack: SignalStack, valkey: EmbeddedStore) -> AsyncIterator[House]:
    """An installation whose layers break where a text tells them to; signal-cli was started again after linking, as
    docs/signal.md says."""
    await stack.cli.stop()
    await stack.cli.start()
    async with a_house(stack, valkey, fails_on=BREAKS) as house:
        await house.start()
        yield house


async def live_through_everything(house: House, phone: Phone, marks: dict[str, str]) -> None:
    """A report with page and reply, an edit, a file, a voice note, a long text, a story, a group, and a fault in each
    layer."""
    to, reporter = house.intake, Talk(phone, house.intake, patience=60.0)
    first = Talk(house.phones["first"], house.alerts, patience=60.0)
    await reporter.says(f"help please they are at the door {marks['text']}", "May we write here?")
    await reporter.picks("Yes, show", "Go on?")
    number = int((await first.reads("IMMEDIATE")).split()[0])
    await house.settled()
    await first.says(f"t{number}", "is yours")
    await first.reads("machine's level")
    await first.says(f"{number} {marks['reply']}", "goes out in")
    house.advance(11)
    await reporter.reads(marks["reply"])
    await house.settled()
    sent = await phone.send(to, f"it was in the morning {marks['text']}", sealed=True)
    await phone.edit(to, sent, f"it was at noon {marks['edited']}")
    await phone.send_file(
        to, marks["file"].encode() * 50, "image/jpeg", text=marks["caption"], file_name=marks["file name"]
    )
    await phone.send_file(to, marks["file"].encode() * 50, "audio/aac", is_voice_note=True)
    await phone.send_file(to, ("a story " * 400 + marks["long text"]).encode(), "text/x-signal-plain")
    await phone.story(to, marks["story"])
    await phone.group_text(to, marks["group text"], title=marks["group text"])
    await house.settled()
    for layer in LAYERS:
        last = await phone.send(to, f"{BREAKS}-{layer} {marks['text']}")
        await house.stack.acked(house.stack.accounts["intake"], last, within=60)
    await phone.send(to, f"{marks['broken']} {marks['text']}")
    await phone.send(to, f"the last one {marks['text']}")
    phone.got.clear()
    await until(lambda: len(phone.got) > 0, lambda: AssertionError(f"no answer any more:\n{house.log}"), 60)
    await until(
        lambda: _has_seen_the_faults(house),
        lambda: AssertionError(f"the faults did not happen:\n{house.log}"),
        60,
    )
    await house.settled()


def _has_seen_the_faults(house: House) -> bool:
    return {"ValueError", "RuntimeError", "KeyError"} <= set(re.findall(r"\b\w+Error\b", house.log))


@pytest.mark.within(480)
async def test_what_came_over_signal_is_found_nowhere_and_who_wrote_only_where_the_page_says_so(
    stack: SignalStack, breaking: House, valkey: EmbeddedStore
) -> None:
    house, marks = breaking, planted()
    phone = await stack.mock.phone(name := f"Jülide-{secrets.token_hex(5)}")
    await live_through_everything(house, phone, marks)
    said, who = Search(marks), Search({"name": name, "number": phone.number, "identity": phone.aci})
    attachments = stack.cli.folder / "attachments"
    await until(
        lambda: not attachments.exists() or not any(attachments.iterdir()),
        lambda: AssertionError("files stayed in signal-cli's folder"), 60,
    )  # fmt: skip

    ours = [house.folder, valkey.folder]
    await house.store.tidy(utc_clock())
    await until(lambda: is_rewritten(house.store), lambda: AssertionError("the rewrite never ended"))
    for search in (said, who):
        assert search.in_files(ours) == {}
        assert valkey.process_id is not None
        assert search.in_memory(valkey.process_id) == set()
        for process in (valkey.process_id, house.starts[-1]):
            assert search.in_open_files(process) == {}
        assert search.in_files([stack.cli.log, *_left_by_java(stack.cli.pid)]) == {}
    assert await house.store._command("SLOWLOG", "GET", 100) == []
    assert said.in_files([stack.cli.folder]) == {}, "what was said is in signal-cli's folder"
    assert said.in_open_files(stack.cli.pid) == {}
    _is_where_the_page_says(stack, who.in_files([stack.cli.folder]))
    _the_drill_finds_no_more_than_the_page_says(stack)
    await _is_gone_from_signal_cli_when_it_ends(stack, said)


async def _is_gone_from_signal_cli_when_it_ends(stack: SignalStack, said: Search) -> None:
    """Killed as hard as can be: nothing was written on its way out."""
    await stack.cli.kill()  # the next test finds it started again
    assert said.in_files([stack.cli.folder, stack.cli.log]) == {}


def _is_where_the_page_says(stack: SignalStack, found: dict[str, Found]) -> None:
    inside = {str(Path(path).relative_to(stack.cli.folder)): marks for path, marks in found.items()}
    assert {path for path in inside if PEOPLE_IN.fullmatch(path) is None} == set()
    kept = {name for marks in inside.values() for name, _ in marks}
    assert kept >= {"number", "identity"}, "the control: the search reads its database, and these are there"


def _the_drill_finds_no_more_than_the_page_says(stack: SignalStack) -> None:
    rows = re.findall(r"^\| `(signal-cli:\w+)` \| ([^|]*) \|", PAGE, re.MULTILINE)
    documented = {where: set(fields.split()) for where, fields in rows}
    found = {one.where: one.fields for one in seized(stack.cli.folder)}
    assert {
        where: more for where, fields in found.items() if (more := fields - documented.get(where, set()))
    } == {}
    assert {"number", "aci"} <= found["signal-cli:recipient"], "a drill that finds nobody proves nothing"


def _left_by_java(pid: int) -> list[Path]:
    """What a Java program leaves in the folder for temporary files."""
    return [path for folder in Path("/tmp").glob("hsperfdata_*") if (path := folder / str(pid)).exists()]  # noqa: S108


@pytest.mark.within(480)
async def test_a_client_keeps_what_we_send_until_it_is_started_again_after_linking(
    stack: SignalStack,
) -> None:
    """signal-cli 0.13.19: `--disable-send-log` does not hold for an account that was linked while it runs."""
    client, phone = stack.another_client("linked"), await stack.mock.phone("reader")
    await client.start()
    try:
        account = await stack.link("linked", client)
        for mark, is_kept in (("BEFORE-CANARY", True), ("AFTER-CANARY", False)):
            line = await client.line()
            await line.call("subscribeReceive", account=account.number)
            await line.call("send", account=account.number, recipient=[phone.aci], message=mark)
            await phone.reads(mark, within=60)
            await line.close()
            assert bool(client.holding(mark)) is is_kept
            await client.stop()
            await client.start()
    finally:
        await client.stop()
        del stack.accounts["linked"]


async def test_a_control_a_file_that_stays_is_found_in_its_folder(stack: SignalStack) -> None:
    marks = planted()
    folder = stack.cli.folder / "attachments"
    folder.mkdir(exist_ok=True)
    (folder / "control.aac").write_bytes(b"RIFF" + marks["file"].encode())
    try:
        assert Search(marks).in_files([stack.cli.folder]) == {
            str(folder / "control.aac"): {("file", "utf-8")}
        }
    finally:
        (folder / "control.aac").unlink()


async def test_a_control_a_row_that_was_written_and_deleted_is_found_in_the_log_of_the_database(
    stack: SignalStack,
) -> None:
    """As our own texts would be without `--disable-send-log`."""
    import sqlite3  # noqa: PLC0415 - only here

    marks, copy = planted(), stack.cli.folder.parent / "copied"
    database = next((stack.cli.folder / "data").glob("*.d/account.db"))
    copy.mkdir()
    try:
        shutil.copy(database, copy / "account.db")
        with sqlite3.connect(copy / "account.db") as line:
            line.execute("PRAGMA journal_mode=WAL")
            line.execute("CREATE TABLE control (content BLOB)")
            line.execute("INSERT INTO control VALUES (?)", (marks["text"].encode(),))
            line.commit()
            line.execute("DELETE FROM control")
            line.commit()
            found = Search(marks).in_files([copy])
        line.close()
        assert any(path.endswith("-wal") for path in found), found
    finally:
        shutil.rmtree(copy)
