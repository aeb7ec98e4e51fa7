"""The file of a backup: whatever went in comes out, and nothing that was changed, cut or swapped does."""

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responders.backup_file import FRAME, LENGTH, MAGIC, SALT, BadBackup, Record, read_backup, write_backup
from responders.master import MasterKey
from tests.examples import examples

MASTER = MasterKey(bytes(range(32)))
records = st.lists(
    st.builds(
        Record,
        kind=st.sampled_from([b"s", b"h", b"f"]),
        name=st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
        values=st.lists(st.binary(max_size=200), max_size=5).map(tuple),
        expires=st.none()
        | st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001 - made aware below
            lambda when: when.replace(microsecond=0, tzinfo=UTC)
        ),
    ),
    max_size=8,
)


def written(some: list[Record], master: MasterKey = MASTER) -> bytes:
    file = io.BytesIO()
    write_backup(file, some, master)
    return file.getvalue()


def read(content: bytes, master: MasterKey = MASTER) -> list[Record]:
    return list(read_backup(io.BytesIO(content), master))


LONG = [Record(b"s", f"key {n}", (bytes([n]) * FRAME,)) for n in range(3)]


@examples(30)  # each derives a key
@given(records)
def test_what_went_in_comes_out(some: list[Record]) -> None:
    assert read(written(some)) == some


def test_a_record_longer_than_a_frame_comes_out_whole() -> None:
    assert read(written(LONG)) == LONG


def test_two_backups_of_the_same_store_have_nothing_in_common_but_their_first_line() -> None:
    one, other = written(LONG), written(LONG)
    assert one[: len(MAGIC)] == other[: len(MAGIC)]
    assert one[len(MAGIC) :][:SALT] != other[len(MAGIC) :][:SALT]
    assert LONG[0].name.encode() not in one


@given(st.data())
def test_a_changed_byte_is_never_read_as_something_else(data: st.DataObject) -> None:
    content = bytearray(written([Record(b"s", "a key", (b"a value",))]))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BadBackup):
        read(bytes(content))


@given(st.integers(0, len(MAGIC) + SALT + 200))
def test_a_file_that_was_cut_is_refused(length: int) -> None:
    whole = written(LONG)
    with pytest.raises(BadBackup):
        read(whole[:length])


def test_a_file_that_lost_its_last_frame_is_refused() -> None:
    whole = written(LONG)
    sizes = [LENGTH.unpack_from(whole, at)[0] for at in _starts(whole)]
    with pytest.raises(BadBackup, match=r"damaged or cut"):
        read(whole[: -(sizes[-1] + LENGTH.size)])


def test_frames_in_another_order_are_refused() -> None:
    whole = written(LONG)
    first, second, third, *_ = _starts(whole)
    swapped = whole[:first] + whole[second:third] + whole[first:second] + whole[third:]
    with pytest.raises(BadBackup, match=r"its first frame"):
        read(swapped)


def test_another_master_key_opens_nothing() -> None:
    with pytest.raises(BadBackup, match="another master key"):
        read(written(LONG), MasterKey(bytes(32)))


def test_what_is_no_backup_is_told_at_once() -> None:
    with pytest.raises(BadBackup, match="expected a file that `tocsin backup` wrote"):
        read(b"PK\x03\x04 something else")


def _starts(whole: bytes) -> list[int]:
    found, at = [], len(MAGIC) + SALT
    while at < len(whole):
        found.append(at)
        at += LENGTH.size + LENGTH.unpack_from(whole, at)[0]
    return found
