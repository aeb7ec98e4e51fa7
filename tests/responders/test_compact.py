"""Compact JSON is read back whole or not at all."""

from collections.abc import Callable

import pytest

from bot.channels import inbound_json
from bot.session import Session
from responders import items
from responders.cases import Case
from responders.chats import Chat, Way
from responders.compact import NotOurs, decoded, encoded, loads
from responders.drafts import Draft
from responders.people import Enrolled


@pytest.mark.parametrize("value", [{}, {"a": [1, None, "é\n"]}, [], "x", 1, None])
def test_what_was_encoded_is_decoded(value: object) -> None:
    assert decoded(encoded(value)) == value


@pytest.mark.parametrize("raw", [b"", b"{", b'{"a":1', b'{"a":1},"b":2', b" {}", b"{} ", b"\xff", b"nothing"])
def test_anything_else_is_refused_also_behind_a_whole_value(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decoded(raw)


READERS: dict[str, Callable[[bytes], object]] = {
    "session": Session.from_json,
    "chat": Chat.from_json,
    "way": Way.from_json,
    "case": Case.from_json,
    "draft": Draft.from_json,
    "item": items.from_json,
    "enrolled": lambda raw: loads(Enrolled, raw),
    "arrival": lambda raw: inbound_json.from_bytes("telegram", raw),
}
STRANGE = (
    b'"secret"', b'["secret"]', b'{"secret":1}', b'{"kind":"secret"}', b'{"phase":"secret"}', b'{"sent_at":1e400}',
    b'{"answers":["secret"]}', b'{"tested":1e300}', b'{"number":' + b"9" * 5_000 + b"}", b"\xff", b"[" * 20_000,
)  # fmt: skip


@pytest.mark.parametrize("raw", STRANGE, ids=range(len(STRANGE)))
@pytest.mark.parametrize("what", READERS)
def test_a_record_of_another_version_is_named_and_nothing_of_it_is_told(what: str, raw: bytes) -> None:
    with pytest.raises(NotOurs) as fault:
        READERS[what](raw)
    assert "secret" not in str(fault.value)
