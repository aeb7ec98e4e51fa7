"""Readers of our own records, as a damaged store or another version would give them: JSON under a box that opened."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from random import Random

from bot.channels import Attachment, Inbound, inbound_json
from bot.reading import readable
from bot.session import Session
from responders import items, plan_json
from responders.cases import Case, Push
from responders.chats import CaseRef, Chat, Way
from responders.compact import NotOurs, dumps, encoded, loads
from responders.delivery import Button
from responders.drafts import Draft
from responders.items import Item, Kind
from responders.people import Enrolled
from responders.seizure import fields_of
from tests.fuzz.mutate import CANARY, Mutate, of_bytes, of_json
from tests.fuzz.target import Target
from tests.responders.stories import TUESDAY_NIGHT, a_case, a_plan
from triage.report import Report

SENT = datetime(2026, 11, 21, 22, tzinfo=UTC)


def _session() -> bytes:
    return Session(
        "reprisal", "shape", "es", 1_795_000_000, 1_795_000_100, node="what", answers={"opening": "unsafe",
        "what": ("threat",)},
        words=(CANARY,), base={"push": "yes"}, base_words=(CANARY,), case=42, given=(7,), draft="c0ffee",
    ).to_json()  # fmt: skip


def _chat() -> bytes:
    return Chat(
        "telegram", CANARY, "es", (CaseRef(42, Push.YES, asked=True), CaseRef(43)), attempts=(1, 2)
    ).to_json()


def _way() -> bytes:
    return Way("pseudonym", "telegram", CANARY, "es", ("r1",), ("other", "signal", CANARY)).to_json()


def _report() -> Report:
    return Report(
        opening="unsafe",
        push="yes",
        what=("threat",),
        words=(CANARY,),
        language="es",
        channel="telegram",
        exclude=CANARY,
    )


def _item() -> bytes:
    return items.as_json(
        Item(
            Kind.REPLY,
            "telegram",
            CANARY,
            text=CANARY,
            buttons=(Button("Yes", "push.yes"),),
            rest=("signal|x",),
            case=42,
        )
    )


def _enrolled() -> bytes:
    return dumps(Enrolled({"signal-alerts": CANARY}, ("tocsin1abc",), tested=SENT, off_until=SENT))


def _arrival() -> bytes:
    return inbound_json.as_bytes(
        Inbound(
            "telegram",
            CANARY,
            "m1",
            text=CANARY,
            attachment=Attachment.VOICE,
            locale="es",
            quote="12",
            sent_at=SENT,
        )
    )


def _part() -> Sequence[bytes]:
    report = {"opening": "unsafe", "words": [CANARY], "language": "es", "what": ["threat"]}
    reasons = [{"code": "sign.here", "quote": CANARY}]
    return [
        encoded({"kind": "report", "report": report, "reasons": reasons, "level": "urgent"}),
        encoded({"kind": "note", "by": "first", "text": CANARY, "at": "2026-11-21T22:00:00+00:00"}),
        encoded({"kind": "message", "text": CANARY}),
    ]


def _either(rng: Random, data: bytes) -> bytes:
    return of_bytes(rng, data) if rng.random() < 0.2 else of_json(rng, data)


def _named(_key: str, /, **_values: object) -> str | None:
    return None


def _target(name: str, read: Callable[[bytes], object], seed: Callable[[], Sequence[bytes]]) -> Target:
    mutate: Mutate = _either
    return Target(name, read, seed, mutate, (NotOurs,))


TARGETS = (
    _target("record-session", Session.from_json, lambda: [_session()]),
    _target("record-chat", Chat.from_json, lambda: [_chat()]),
    _target("record-way", Way.from_json, lambda: [_way()]),
    _target(
        "record-case", Case.from_json, lambda: [a_case().case.to_json(), a_case(push="yes").case.to_json()]
    ),
    _target("record-plan", plan_json.from_json, lambda: [plan_json.as_json(a_plan(now=TUESDAY_NIGHT))]),
    _target("record-draft", Draft.from_json, lambda: [Draft("c0ffee", 42, ("first",), _report()).to_json()]),
    _target("record-item", items.from_json, lambda: [_item()]),
    _target("record-enrolled", lambda data: loads(Enrolled, data), lambda: [_enrolled()]),
    _target("record-arrival", lambda data: inbound_json.from_bytes("telegram", data), lambda: [_arrival()]),
    _target("record-fields", fields_of, lambda: [_session(), _chat()]),
    _target("opened-part", lambda data: readable(data.decode("utf-8", "replace"), _named), _part),
)
