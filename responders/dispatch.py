"""Carries out what a case turn decided: seals, addresses, queues, and gathers it all for one commit.
Has no rule of its own: cases.py, escalation.py and commands.py decide."""

import json
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from responders.box import Box, Tampered
from responders.cases import Case, next_due
from responders.chats import Chat, Way
from responders.delivery import Message
from responders.directory import Alarm
from responders.drafts import facts_of, report_of
from responders.envelope import Sealer
from responders.items import Ids, Item, Kind, sealed
from responders.keypair import PublicKey
from responders.keyring import KeyDestroyed, TransitKeyring
from responders.pending import Pending, case_key, case_timer, chat_key, receipt_key
from responders.people import People
from responders.plan import Plan, plan
from responders.policies import Responders
from responders.rota import next_working_time
from responders.store import Queued
from responders.turns import CaseTurn, Erase, How, Out, Outside, Page, Ring, Tell, ToReporter
from responders.voice import Voice
from triage.assessment import Assessment
from triage.report import Report
from triage.scales import Level

TRANSIT_KEPT = timedelta(days=8)
CASE_KEPT = timedelta(days=3650)  # a backstop; due times in the record decide
LEASE = timedelta(seconds=10)

ALARM_SENDERS: Mapping[Alarm, str] = {
    Alarm.TELEGRAM: "telegram-alerts",
    Alarm.WEBHOOK: "webhook",
    Alarm.EMAIL: "email",
    Alarm.LOCAL: "local-alerts",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A case as it was read, with the blob whose tag guards the next write."""

    case: Case
    blob: bytes


class NoRecipient(Exception):
    """Nobody has a key to seal to: `tocsin run` is not ready in this state, and nothing may be taken in."""


class Dispatch:
    """Turns decisions about cases into writes and outbox items."""

    def __init__(
        self, *, shards: int, box: Box, transit: TransitKeyring, responders: Responders, people: People, voice: Voice,
        recovery: Sequence[PublicKey], senders: Collection[str],
    ) -> None:  # fmt: skip
        self.shards = shards
        self.box = box
        self.transit = transit
        self.responders = responders
        self.people = people
        self.voice = voice
        self.recovery = tuple(recovery)
        self._senders = frozenset(senders)
        self._ids = Ids()

    # -- planning and sealing ------------------------------------------------------------------------------------

    def plan_for(self, report: Report, level: Level, now: datetime) -> Plan:
        """Routes, rotas and policies of this moment for a report."""
        return plan(self.responders, {**labels_of(report), "level": level.word}, now, off=self._off(now))

    def plan_again(self, case: Case, now: datetime) -> Plan:
        """A fresh plan for an open case, by the labels it was routed with."""
        return plan(self.responders, {**case.labels, "level": case.level.word}, now, off=self._off(now))

    def _off(self, now: datetime) -> frozenset[str]:
        return frozenset(person for person, enrolled in self.people.known.items() if enrolled.is_off(now))

    def readers(self, content: Iterable[str]) -> tuple[tuple[str, ...], tuple[PublicKey, ...]]:
        """Who of `content` has a key, and their keys with the organisation's recovery keys. Raises NoRecipient."""
        keyed = {person: keys for person in content if (keys := self.people.public_keys(person))}
        public = (*(key for keys in keyed.values() for key in keys), *self.recovery)
        if not public:
            raise NoRecipient("no focal point and no recovery key to seal to: see docs/keys.md")
        return tuple(keyed), public

    def open_case(self, key: str, blob: bytes) -> Case:
        return Case.from_json(self.box.open(blob, key.encode()))

    def append(self, pending: Pending, case: Case, plaintext: Mapping[str, object], name: str) -> None:
        """Add an envelope of its own to a case's body: a later answer, a message, a note."""
        _, public = self.readers(case.readers)
        raw = json.dumps(plaintext, ensure_ascii=False, separators=(",", ":")).encode()
        envelope = Sealer.new(case.id, public).seal(raw, 0)
        pending.field(case_key(pending.shard, case.number, "body"), name, envelope)

    def name_of_part(self, now: datetime) -> str:
        """The field of a later part of a body: sorts by time."""
        return self._ids.next(now)

    # -- one case turn -------------------------------------------------------------------------------------------

    def apply(
        self, pending: Pending, before: Loaded | None, turn: CaseTurn, now: datetime, *, way: Way | None, chat: Chat | None
    ) -> Chat | None:  # fmt: skip
        """Put a case turn into the commit; returns the chat with what changed about it.

        `way` must be given when the turn says anything to the reporter or erases the way."""
        case, shard = turn.case, pending.shard
        key = case_key(shard, case.number)
        blob = before.blob if before else None
        if Erase.RECORD in turn.erase:
            pending.write(key, blob, None)
        else:
            pending.write(key, blob, self.box.seal(case.to_json(), key.encode()), CASE_KEPT)
        self._timers(pending, before, case, gone=Erase.RECORD in turn.erase)
        ref = chat.ref(case.number) if chat is not None else None
        if chat is not None and ref is not None and ref.is_open != case.is_open:
            chat = chat.with_ref(case.number, is_open=case.is_open)
        for page in turn.pages:
            self._page(pending, page, case, now)
        for tell in turn.tells:
            self._tell(pending, tell, case, now)
        for entry in turn.audit:
            item = Item(
                Kind.AUDIT,
                person=entry.person or "",
                text=entry.act,
                case=entry.number,
                at=int(now.timestamp()),
            )
            self.send(pending, item, now)
        for note in turn.notes:
            part = {
                "kind": "note",
                "at": now.isoformat(),
                "by": self.voice.name(note.person),
                "text": note.text,
            }
            self.append(pending, case, part, "n" + self.name_of_part(now))
        for out in turn.to_reporter:
            chat = self._to_reporter(pending, out, case, now, way, chat)
        for outside in turn.outside:
            self._outside(pending, outside, case, now)
        return self._erase(pending, turn, case, way, chat)

    def _timers(self, pending: Pending, before: Loaded | None, case: Case, *, gone: bool) -> None:
        """The case's one timer carries its generation: an older one rings for nothing."""
        if before is not None and before.case.generation != case.generation:
            old = case_timer(case.number, before.case.generation)
            pending.timer(old, None)
            pending.open_case(old, None)
        name, due = case_timer(case.number, case.generation), next_due(case)
        pending.timer(name, None if gone else due)
        pending.open_case(name, None if gone or due is None else case.created)

    def send(
        self,
        pending: Pending,
        item: Item,
        now: datetime,
        *,
        due: datetime | None = None,
        item_id: str | None = None,
    ) -> None:
        """Queue one item; what is due now is leased to this process, which sends it from memory."""
        item_id = item_id or self._ids.next(now)
        leased = now + LEASE if due is None else None
        pending.send(Queued(item_id, due or now, sealed(item, item_id, self.transit, now), leased))

    def reply(
        self,
        pending: Pending,
        chat: Chat | Way,
        pseudonym: str,
        message: Message,
        now: datetime,
        *,
        mark: str = "",
    ) -> None:
        """Queue one message to a reporter."""
        item = Item(
            Kind.REPLY, chat.channel, chat.address, text=message.text, language=message.language, pseudonym=pseudonym,
            buttons=tuple((button.label, button.data) for button in message.buttons), mark=mark,
        )  # fmt: skip
        self.send(pending, item, now)

    # -- pages and answers to focal points -----------------------------------------------------------------------

    def alarms(self, person: str) -> tuple[tuple[str, str], ...]:
        """The channels that can wake a person now, in their order: (sender, address)."""
        focal_point = self.responders.directory.focal_points.get(person)
        enrolled = self.people.known.get(person)
        if focal_point is None or (enrolled is not None and enrolled.has_left):
            return ()
        found = []
        for alarm in focal_point.alarms:
            sender = ALARM_SENDERS[alarm]
            address = enrolled.channels.get(sender) if enrolled else None
            if alarm is Alarm.WEBHOOK:
                address = address or person
            if address is not None and sender in self._senders:
                found.append((sender, address))
        return tuple(found)

    def _page(self, pending: Pending, page: Page, case: Case, now: datetime) -> None:
        if page.ring is Ring.DIGEST:
            self._digest(pending, page.person, now)
            return
        message = self.voice.message(page.person, page.key, page.values, page.choices, now, protect=True)
        self.ring(pending, page.person, message, case.number, now, everywhere=page.ring is Ring.ALL)

    def ring(
        self, pending: Pending, person: str, message: Message, number: int, now: datetime, *, everywhere: bool
    ) -> None:
        """Queue a page on all alarm channels of a person, or on the first with the others behind it."""
        ways = self.alarms(person)
        item = Item(
            Kind.PAGE, person=person, text=message.text, language=message.language, protect=True, case=number,
            buttons=tuple((button.label, button.data) for button in message.buttons),
        )  # fmt: skip
        if not ways:  # nobody to send to: the sender's loop reports it, and the next person is paged at once
            self.send(pending, item, now)
        elif everywhere:
            for sender, address in ways:
                rest = tuple(other for other, _ in ways if other != sender)
                self.send(pending, replace(item, channel=sender, address=address, rest=rest), now)
        else:
            (sender, address), *others = ways
            rest = tuple(other for other, _ in others)
            self.send(pending, replace(item, channel=sender, address=address, rest=rest), now)

    def _digest(self, pending: Pending, person: str, now: datetime) -> None:
        """One list a day for what can wait: the same id, so that it is sent once."""
        focal_point = self.responders.directory.focal_points.get(person)
        hours = (
            self.responders.directory.hours.get(focal_point.hours)
            if focal_point and focal_point.hours
            else None
        )
        due = next_working_time(hours, now) if hours else now
        if due <= now:
            due = now + timedelta(minutes=30)  # gathers what comes close together
        slot = due.strftime("%Y%m%d%H")
        self.send(pending, Item(Kind.DIGEST, person=person), now, due=due, item_id=f"digest:{person}:{slot}")

    def _tell(self, pending: Pending, tell: Tell, case: Case, now: datetime) -> None:
        message = self.voice.message(
            tell.person, tell.key, {"number": case.number, **tell.values}, tell.choices, now
        )
        self.tell(pending, tell.person, message, now, number=case.number)

    def tell(
        self, pending: Pending, person: str, message: Message, now: datetime, *, number: int = 0
    ) -> None:
        """Queue an answer or notice: on the first channel that can be written to, not on pagers."""
        ways = [way for way in self.alarms(person) if way[0] != "webhook"]
        if not ways:
            return
        (sender, address), *others = ways
        item = Item(
            Kind.TELL, sender, address, person=person, text=message.text, language=message.language, protect=True,
            buttons=tuple((button.label, button.data) for button in message.buttons), case=number,
            rest=tuple(other for other, _ in others),
        )  # fmt: skip
        self.send(pending, item, now)

    def _outside(self, pending: Pending, outside: Outside, case: Case, now: datetime) -> None:
        """A named body gets number and level through its people in the directory; the words travel by hand."""
        for person, focal_point in self.responders.directory.focal_points.items():
            if outside.body not in (focal_point.partner, person, focal_point.name):
                continue
            values = {"number": case.number, "level_key": f"desk/level.{case.level.word}"}
            message = self.voice.message(
                person, f"desk/outside.{outside.kind}", values, (), now, protect=True
            )
            ways = self.alarms(person)
            if ways:
                item = Item(Kind.TELL, *ways[0], person=person, text=message.text, language=message.language, case=case.number,
                            ref=outside.ref)  # fmt: skip
                due = now + outside.hold if outside.hold else None
                name = f"c{case.number}.{outside.ref}" if outside.ref is not None else None
                self.send(pending, item, now, due=due, item_id=name)

    # -- to the reporter -----------------------------------------------------------------------------------------

    def _to_reporter(
        self, pending: Pending, out: ToReporter, case: Case, now: datetime, way: Way | None, chat: Chat | None
    ) -> Chat | None:
        """Queue, keep, release or cancel something for the reporter's phone."""
        waiting = case_key(pending.shard, case.number, "waiting")
        names = [f"{ref}" for ref in out.refs]
        if out.kind is Out.CANCEL:
            for name in names:
                pending.cancel(f"c{case.number}.{name}")
                pending.cancel(f"h{case.number}.{name}")
                pending.field(waiting, name, None)
            return chat
        if out.kind is Out.RECALL:  # back to waiting: the kept copy stays
            for name in names:
                pending.cancel(f"c{case.number}.{name}")
            return chat
        if way is None or out.kind is Out.RELEASE:  # what waits is read and queued by the caller
            return chat
        if out.kind is Out.STOP_SENDING:
            pending.put(waiting, None)
            return chat
        if out.kind is Out.DELETE_OURS:
            self.clear(pending, way, now)
            return chat
        if out.kind is Out.MOVE:
            self._move(pending, case, way)
            return chat
        if out.kind is Out.TEXT2:
            text = self.voice.texts.say("chat/push_hello", way.language)
            item = Item(
                Kind.REPLY,
                way.channel,
                way.address,
                text=text,
                language=way.language,
                pseudonym=way.pseudonym,
            )
            item_id = f"h{case.number}.{names[0]}" if names else None
            self.send(pending, item, now, due=now + out.hold if out.hold else None, item_id=item_id)
            return replace(chat, hello=int((now + out.hold).timestamp())) if chat is not None else None
        item = self._item(out, case, now, way)
        name = names[0] if names else f"t{out.kind.value}"
        if names or out.how is How.WAIT:
            kept = json.dumps({"item": _plain(item)}, ensure_ascii=False).encode()
            aad = f"{waiting}|{name}".encode()
            pending.field(waiting, name, self.transit.seal(kept, aad, now))
        if out.how is How.SHOW:
            due = now + out.hold if out.hold else None
            chat = _shown(chat, item, now + out.hold) if chat is not None else None
            self.send(pending, item, now, due=due, item_id=f"c{case.number}.{name}" if names else None)
        return chat

    def _item(self, out: ToReporter, case: Case, now: datetime, way: Way) -> Item:
        """What the person will read; `shown` where it is a person's message, which they may answer."""
        language = way.language
        is_persons = out.kind in (Out.RELAY, Out.NEW_PHONE, Out.CONSENT)
        if out.kind in (Out.RELAY, Out.NEW_PHONE):
            text = out.text or ""
        elif out.kind is Out.CONSENT:
            text = self.voice.texts.say(f"chat/consent_{out.values['letter']}", language, **out.values)
        else:
            key = "chat/nobody_yet" if out.kind is Out.TEXT6 else "chat/read"
            at = out.values.get("time")
            when = (
                self.voice.texts.time(at, language, self.voice.zone(""), now)
                if isinstance(at, datetime)
                else "…"
            )
            text = self.voice.texts.say(key, language, time=when, language=self._read_languages(case))
        channel, address, pseudonym = way.channel, way.address, way.pseudonym
        if out.kind is Out.NEW_PHONE and way.new is not None:
            pseudonym, channel, address = way.new
        ref = out.refs[0] if out.refs else None
        mark = (
            f"consent|{out.values['letter']}|{case.number}|{out.values.get('body') or ''}"
            if out.kind is Out.CONSENT
            else ""
        )
        buttons: tuple[tuple[str, str], ...] = ()
        if out.kind is Out.CONSENT:
            buttons = tuple(
                (self.voice.texts.say(f"chat/{answer}", language), f"consent.{answer}")
                for answer in ("yes", "no", "later")
            )
        return Item(
            Kind.REPLY, channel, address, text=text, language=language, pseudonym=pseudonym, case=case.number, ref=ref,
            shown=is_persons, buttons=buttons, mark=mark,
        )  # fmt: skip

    def _read_languages(self, case: Case) -> str:
        """What the taker reads, by the languages' own names."""
        focal_point = self.responders.directory.focal_points.get(case.has or "")
        spoken = focal_point.languages if focal_point else (case.language,)
        return ", ".join(self.voice.language_name(language) for language in spoken)

    def release(
        self, pending: Pending, before: Case, kept: Mapping[str, bytes], now: datetime, chat: Chat | None
    ) -> Chat | None:  # fmt: skip
        """Send what waited for the reporter, in the order it was written; what is still held keeps its ten seconds."""
        waiting = case_key(pending.shard, before.number, "waiting")
        waits = {str(held.ref) for held in before.held if held.waits}
        for name in sorted(kept, key=lambda n: (0, int(n)) if n.isdigit() else (1, 0)):
            if name.isdigit() and name not in waits:
                continue
            try:
                raw = self.transit.open(kept[name], f"{waiting}|{name}".encode())
            except (KeyDestroyed, Tampered):  # older than eight days: gone, as the table says
                pending.field(waiting, name, None)
                continue
            item = _item_of(json.loads(raw)["item"])
            self.send(pending, item, now, item_id=f"c{before.number}.{name}" if name.isdigit() else None)
            if not name.isdigit():
                pending.field(waiting, name, None)
            if chat is not None:
                chat = _shown(chat, item, now)
        return chat

    def clear(
        self,
        pending: Pending,
        way: Way | Chat,
        now: datetime,
        *,
        pseudonym: str | None = None,
        mark: str = "",
    ) -> None:
        """Queue the deletion of our messages in a chat (those marked, or all)."""
        name = pseudonym or (way.pseudonym if isinstance(way, Way) else "")
        self.send(pending, Item(Kind.CLEAR, way.channel, way.address, pseudonym=name, mark=mark), now)

    def _move(self, pending: Pending, case: Case, way: Way) -> None:
        """`k42 yes`: replies go to the new phone from now on."""
        if way.new is None:
            return
        pseudonym, channel, address = way.new
        moved = Way(pseudonym, channel, address, way.language, way.receipts)
        key = case_key(pending.shard, case.number, "way")
        pending.put(key, self.box.seal(moved.to_json(), key.encode()), CASE_KEPT)

    # -- erasing -------------------------------------------------------------------------------------------------

    def _erase(
        self, pending: Pending, turn: CaseTurn, case: Case, way: Way | None, chat: Chat | None
    ) -> Chat | None:
        """Delete what a turn removes; a chat without this case may be forgotten altogether."""
        shard, number = pending.shard, case.number
        for part in (Erase.BODY, Erase.CARD, Erase.WAY, Erase.WAITING):
            if part in turn.erase:
                pending.put(case_key(shard, number, part.value), None)
        if Erase.RECEIPT in turn.erase and way is not None:
            for mark in way.receipts:
                pending.field(receipt_key(shard), mark, None)
        if Erase.WAY in turn.erase and chat is not None:
            chat = chat.without(number)
        return chat

    def read_chat(self, key: str, blob: bytes | None) -> Chat | None:
        return None if blob is None else Chat.from_json(self.box.open(blob, key.encode()))

    def store_chat(self, pending: Pending, pseudonym: str, blob: bytes | None, chat: Chat | None) -> None:
        """Write a chat, or forget one that has nothing left in it."""
        key = chat_key(pending.shard, pseudonym)
        if chat is None or not chat.is_worth_keeping:
            if blob is not None:
                pending.write(key, blob, None)
            return
        pending.write(key, blob, self.box.seal(chat.to_json(), key.encode()), CASE_KEPT)

    def facts_on_card(self, blob: bytes | None, number: int) -> Report | None:
        """The card's facts, while they are there."""
        if blob is None:
            return None
        key = case_key(number % self.shards, number, "card")
        try:
            return report_of(json.loads(self.transit.open(blob, key.encode())))
        except (KeyDestroyed, Tampered):
            return None

    def card(
        self, pending: Pending, number: int, report: Report, assessment: Assessment, now: datetime
    ) -> None:
        """The card's facts under a transit key; the words only for immediate and urgent (DESIGN's table)."""
        key = case_key(pending.shard, number, "card")
        facts = facts_of(report)
        if assessment.level >= Level.URGENT:
            facts["words"] = report.words
        raw = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()
        pending.put(key, self.transit.seal(raw, key.encode(), now), TRANSIT_KEPT)


def labels_of(report: Report) -> dict[str, tuple[str, ...]]:
    """What the route tree may ask about a report; its level is added where it is known."""
    said = {
        "country": (report.country,),
        "acts": report.what,
        "role": (report.about,),
        "language": (report.language,),
        "link": (report.link,),
    }
    found = {name: tuple(value for value in values if value) for name, values in said.items()}
    return {name: values for name, values in found.items() if values}


def body_of(report: Report, assessment: Assessment) -> bytes:
    """What is sealed for the people who may read: the answers, the words, the reasons with their quotes."""
    said = {k: v for k, v in asdict(report).items() if v not in (None, (), "", False)}
    reasons = [{"code": reason.code, "quote": reason.quote} for reason in assessment.reasons]
    body = {"kind": "report", "report": said, "reasons": reasons, "level": assessment.level.word}
    return json.dumps(body, ensure_ascii=False, default=str, separators=(",", ":")).encode()


def new_case_id() -> str:
    """Random, bound into the envelope; says nothing about the number."""
    return secrets.token_hex(8)


def _shown(chat: Chat, item: Item, at: datetime) -> Chat:
    """A person's message is on its way to the screen: what is written in the next 24 hours is an answer to it."""
    if not item.shown:
        return chat
    chat = replace(chat, shown=int(at.timestamp()), shown_case=item.case)
    return replace(chat, consent=item.mark) if item.mark.startswith("consent|") else chat


def _plain(item: Item) -> dict[str, object]:
    return asdict(item)


def _item_of(values: dict[str, object]) -> Item:
    restored: dict[str, object] = dict(values)
    restored["kind"] = Kind(str(values["kind"]))
    restored["buttons"] = tuple(tuple(pair) for pair in values["buttons"])  # type: ignore[attr-defined]
    restored["rest"] = tuple(values["rest"])  # type: ignore[arg-type]
    return Item(**restored)  # type: ignore[arg-type]


Opener = Callable[[str, bytes], Case]
