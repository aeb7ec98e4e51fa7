import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from responders.store import (
    AlreadyDone,
    Applied,
    Commit,
    Expect,
    Field,
    Queued,
    Stale,
    Store,
    Write,
    sent_key,
)
from tests.responders.store.builders import LEASE, NOON, SESSION, SHARD, a_write, after, sealed, tag

FIRST, SECOND = sealed("first"), sealed("second")
RECEIPTS = "{s3}:receipt"


async def test_a_turn_is_written_whole(store: Store) -> None:
    outcome = await store.commit(
        Commit(
            SHARD,
            done="ab12",
            writes=(a_write(FIRST), a_write(SECOND, key="{s3}:case:7")),
            fields=(Field(RECEIPTS, "verifier", b"7"), Field(RECEIPTS, "count", add=2)),
            queue=(Queued("1", NOON, b"reply"),),
            timers={"case:7": after(minutes=3)},
            open_cases={"case:7": NOON},
        )
    )
    assert outcome == Applied()
    assert await store.read([SESSION, "{s3}:case:7", "{s3}:case:8"]) == [FIRST, SECOND, None]
    assert await store.fields(RECEIPTS) == {"verifier": b"7", "count": b"2"}
    assert (await store.claim_outbox(SHARD, NOON, LEASE, 10)).items == [("1", b"reply")]
    assert await store.claim_timers(SHARD, NOON, LEASE, 10) == ([], after(minutes=3))


async def test_a_message_that_was_worked_changes_nothing(store: Store) -> None:
    turn = Commit(SHARD, done="ab12", writes=(a_write(FIRST),), fields=(Field(RECEIPTS, "count", add=1),))
    assert await store.commit(turn) == Applied()
    again = replace(turn, writes=(a_write(SECOND, expected=tag("first")),))
    assert await store.commit(again) == AlreadyDone()
    assert await store.read([SESSION]) == [FIRST]
    assert await store.field(RECEIPTS, "count") == b"1"


async def test_a_done_mark_outlives_what_a_platform_repeats_and_is_gone_a_day_later(store: Store) -> None:
    await store.commit(Commit(SHARD, done="ab12"))
    kept = timedelta(milliseconds=await store._command("PTTL", "{s3}:done:ab12"))
    assert timedelta(hours=24) < kept <= timedelta(hours=25)


async def test_a_stale_decision_changes_nothing_and_learns_every_record(store: Store) -> None:
    await store.commit(Commit(SHARD, writes=(a_write(FIRST),)))
    late = Commit(
        SHARD,
        done="cd34",
        writes=(a_write(SECOND, expected=tag("older")), a_write(SECOND, key="{s3}:case:7")),
        queue=(Queued("1", NOON, b"reply"),),
    )
    assert await store.commit(late) == Stale({SESSION: FIRST, "{s3}:case:7": None})
    assert (await store.claim_outbox(SHARD, NOON, LEASE, 10)).items == []
    renewed = replace(late, writes=(a_write(SECOND, expected=tag("first")), late.writes[1]))
    assert await store.commit(renewed) == Applied()


@pytest.mark.parametrize(
    ("expected", "applies"),
    [(Expect.ABSENT, False), (Expect.ANYTHING, True), (tag("first"), True), (tag("other"), False)],
)
async def test_a_record_that_is_there_meets_its_expectation_or_refuses(
    store: Store, expected: bytes | Expect, applies: bool
) -> None:
    await store.commit(Commit(SHARD, writes=(a_write(FIRST),)))
    outcome = await store.commit(Commit(SHARD, writes=(a_write(SECOND, expected=expected),)))
    assert (outcome == Applied()) is applies


async def test_a_checked_record_guards_and_stays(store: Store) -> None:
    await store.commit(Commit(SHARD, writes=(a_write(FIRST),)))
    for expected, outcome in ((tag("other"), Stale), (tag("first"), Applied)):
        guard = Write(SESSION, expected, check_only=True)
        answer = await store.commit(Commit(SHARD, writes=(guard,), fields=(Field(RECEIPTS, "n", add=1),)))
        assert isinstance(answer, outcome)
    assert await store.read([SESSION]) == [FIRST]
    assert await store.field(RECEIPTS, "n") == b"1"


async def test_a_record_without_a_value_is_deleted_and_its_time_to_live_is_a_backstop(store: Store) -> None:
    await store.commit(Commit(SHARD, writes=(Write(SESSION, Expect.ABSENT, FIRST, timedelta(hours=72)),)))
    left = await store._command("PTTL", SESSION)
    assert timedelta(hours=71) < timedelta(milliseconds=left) <= timedelta(hours=72)
    await store.commit(Commit(SHARD, writes=(a_write(None, expected=tag("first")),)))
    assert await store.read([SESSION]) == [None]


async def test_fields_timers_and_open_cases_can_be_taken_away(store: Store) -> None:
    await store.commit(
        Commit(SHARD, fields=(Field(RECEIPTS, "v", b"7"),), timers={"a": NOON}, open_cases={"a": NOON})
    )
    await store.commit(
        Commit(SHARD, fields=(Field(RECEIPTS, "v"),), timers={"a": None}, open_cases={"a": None})
    )
    assert await store.fields(RECEIPTS) == {}
    assert await store.claim_timers(SHARD, NOON, LEASE, 10) == ([], None)
    assert await store.overdue(SHARD, after(hours=1), LEASE) == []


async def test_clear_forgets_the_ids_of_what_was_sent(store: Store) -> None:
    key = sent_key(SHARD, "someone")
    await store._command("ZADD", key, 1, "sealed id")
    await store.commit(Commit(SHARD, clear_sent=(key,)))
    assert await store.sent(SHARD, "someone") == []


async def test_of_many_decisions_on_one_record_one_is_applied(store: Store) -> None:
    turns = [Commit(SHARD, writes=(a_write(sealed(f"n{n}")),)) for n in range(50)]
    outcomes = await asyncio.gather(*(store.commit(turn) for turn in turns))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Applied"] + ["Stale"] * 49


@pytest.mark.parametrize("key", ["{s4}:session:x", "session:x", "{people}"])
async def test_a_key_of_another_shard_is_refused(store: Store, key: str) -> None:
    with pytest.raises(ValueError, match=r"only keys that begin with \{s3\}:"):
        await store.commit(Commit(SHARD, writes=(a_write(FIRST, key=key),)))


async def test_a_tag_of_the_wrong_length_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="a tag has 12 bytes, this one 5"):
        await store.commit(Commit(SHARD, writes=(a_write(FIRST, expected=b"short"),)))


async def test_numbers_of_a_shard_follow_each_other(store: Store) -> None:
    assert [await store.next_number(SHARD), await store.next_number(SHARD), await store.next_number(4)] == [
        1,
        2,
        1,
    ]


async def test_attempts_are_counted_by_process_until_the_message_is_worked(store: Store) -> None:
    assert [await store.count_attempt(SHARD, "ab", process) for process in ("one", "two")] == [1, 2]
    assert await store.count_attempt(SHARD, "cd", "two") == 1
    await store.forget_attempts(SHARD, "ab")
    assert await store.count_attempt(SHARD, "ab", "two") == 1


async def test_an_attempt_counted_by_an_earlier_version_does_not_stop_this_one(store: Store) -> None:
    await store._command("SET", f"{{s{SHARD}}}:attempts:ab", 3)
    assert await store.count_attempt(SHARD, "ab", "one") == 1


async def test_people_and_counts_are_plain_hashes(store: Store) -> None:
    await store.put([Field("{people}", "first", b"sealed"), Field("{stats}", "urgent", add=3)])
    assert await store.fields("{people}") == {"first": b"sealed"}
    assert await store.field("{stats}", "urgent") == b"3"
    await store.put([Field("{people}", "first")])
    assert await store.field("{people}", "first") is None


async def test_nothing_is_read_for_nothing(store: Store) -> None:
    assert await store.read([]) == []
