from datetime import UTC, datetime
from pathlib import Path

from hiredis import pack_command

from responders.store import Commit, Expect, Field, Queued, Settled, Store, Write
from responders.store.commit import packed
from tests.chaos.ledger import settled_by, written_by
from tests.chaos.recording import PliantStore
from tests.chaos.waiting import until
from tests.chaos.wire import Counted, Wire

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_what_a_commit_queues_and_cancels_is_read_off_its_frame() -> None:
    commit = Commit(
        0,
        done="mark",
        writes=(
            Write("{s0}:session:a", Expect.ANYTHING, b"record"),
            Write("{s0}:chat:a", Expect.ABSENT, None),
        ),
        fields=(Field("{s0}:stats", "count", add=1),),
        queue=(Queued("1", NOON, b"reply"), Queued("2", NOON, b"page")),
        cancel=("c1.2", "h1.2"),
        timers={"case:1": NOON},
        clear_sent=("{s0}:sent:a",),
    )
    keys, arguments = packed(commit, b"12345678")
    frame = pack_command(("EVALSHA", "hash", len(keys), *keys, *arguments))  # type: ignore[arg-type]  # see wire.py
    assert written_by(frame) == ({("1", b"reply"), ("2", b"page")}, ["c1.2", "h1.2"])


async def test_what_was_settled_is_read_off_the_wire(short_folder: Path) -> None:
    """On a real line: the names of what was settled stand where they are looked for, with lists and without."""
    seen: list[str] = []

    def hear(_: str, name: str, question: bytes, answer: bytes) -> None:
        if name == "settle" and answer.startswith(
            b"*"
        ):  # not the first refusal of a script that nobody knows yet
            seen.extend(settled_by(question))

    counted = Counted(lambda _: None)
    counted.taps.append(hear)
    async with PliantStore(short_folder / "store") as server:
        wire = Wire("store", server.socket, counted)
        await wire.listen(short_folder / "wire")
        store = Store(f"unix://{short_folder / 'wire'}")
        sent = Settled("2", "{s0}:sent:a", b"message")
        await store.settle(0, [Settled("1"), sent, Settled("3")], NOON)
        await until(lambda: seen == ["1", "2", "3"], lambda: AssertionError(f"read: {seen}"))
        await store.close()
        await wire.close()
