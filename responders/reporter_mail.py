"""What goes to a reporter's phone: direct replies, a person's messages held or waiting, fixed texts, deletions.
Obeys `ToReporter`; what may be pushed is decided in outgoing.py."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime

from responders.box import Box, Tampered
from responders.cases import Case
from responders.chats import KEPT, Chat, Way
from responders.delivery import Message
from responders.items import Item, Kind
from responders.keyring import KeyDestroyed, TransitKeyring
from responders.pending import Pending, case_key
from responders.post import Post
from responders.turns import How, Out, ToReporter
from responders.voice import Voice


class ReporterMail:
    """Everything that goes to reporters."""

    def __init__(self, post: Post, box: Box, transit: TransitKeyring, voice: Voice) -> None:
        self._post = post
        self._box = box
        self._transit = transit
        self._voice = voice

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
        self._post.send(pending, item, now)

    def put(
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
            return replace(chat, locked_at=int(now.timestamp())) if chat is not None else None
        if out.kind is Out.MOVE:
            self._move(pending, case, way)
            return chat
        if out.kind is Out.TEXT2:
            text = self._voice.texts.say("chat/push_hello", way.language)
            item = Item(
                Kind.REPLY,
                way.channel,
                way.address,
                text=text,
                language=way.language,
                pseudonym=way.pseudonym,
            )
            item_id = f"h{case.number}.{names[0]}" if names else None
            self._post.send(pending, item, now, due=now + out.hold if out.hold else None, item_id=item_id)
            return replace(chat, hello=int((now + out.hold).timestamp())) if chat is not None else None
        item = self._item(out, case, now, way)
        name = names[0] if names else f"t{out.kind.value}"
        if names or out.how is How.WAIT:
            kept = json.dumps({"item": _plain(item)}, ensure_ascii=False).encode()
            aad = f"{waiting}|{name}".encode()
            pending.field(waiting, name, self._transit.seal(kept, aad, now))
        if out.how is How.WAIT and chat is not None:
            chat = replace(chat, waits=True)
        if out.how is How.SHOW:
            due = now + out.hold if out.hold else None
            chat = _shown(chat, item, now + out.hold) if chat is not None else None
            self._post.send(pending, item, now, due=due, item_id=f"c{case.number}.{name}" if names else None)
        return chat

    def _item(self, out: ToReporter, case: Case, now: datetime, way: Way) -> Item:
        """What the person will read; `shown` where it is a person's message, which they may answer."""
        language = way.language
        is_persons = out.kind in (Out.RELAY, Out.NEW_PHONE, Out.CONSENT)
        if out.kind in (Out.RELAY, Out.NEW_PHONE):
            text = out.text or ""
        elif out.kind is Out.CONSENT:
            text = self._voice.texts.say(f"chat/consent_{out.values['letter']}", language, **out.values)
        else:
            key = "chat/nobody_yet" if out.kind is Out.TEXT6 else "chat/read"
            at = out.values.get("time")
            when = (
                self._voice.texts.time(at, language, self._voice.zone(""), now)
                if isinstance(at, datetime)
                else "…"
            )
            text = self._voice.texts.say(key, language, time=when, language=self._read_languages(case))
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
                (self._voice.texts.say(f"chat/{answer}", language), f"consent.{answer}")
                for answer in ("yes", "no", "later")
            )
        return Item(
            Kind.REPLY, channel, address, text=text, language=language, pseudonym=pseudonym, case=case.number, ref=ref,
            shown=is_persons, buttons=buttons, mark=mark,
        )  # fmt: skip

    def _read_languages(self, case: Case) -> str:
        """What the taker reads, by the languages' own names."""
        focal_point = self._voice.directory.focal_points.get(case.has or "")
        spoken = focal_point.languages if focal_point else (case.language,)
        return ", ".join(self._voice.language_name(language) for language in spoken)

    def release(
        self, pending: Pending, before: Case, kept: Mapping[str, bytes], now: datetime, chat: Chat | None
    ) -> Chat | None:  # fmt: skip
        """Send what waited for the reporter, in the order it was written; what is still held keeps its ten seconds."""
        waiting = case_key(pending.shard, before.number, "waiting")
        waits = {str(held.ref) for held in before.held if held.waits}
        chat = replace(chat, waits=False) if chat is not None else None
        for name in sorted(kept, key=lambda n: (0, int(n)) if n.isdigit() else (1, 0)):
            if name.isdigit() and name not in waits:
                continue
            try:
                raw = self._transit.open(kept[name], f"{waiting}|{name}".encode())
            except (KeyDestroyed, Tampered):  # older than eight days: gone, as the table says
                pending.field(waiting, name, None)
                continue
            item = _item_of(json.loads(raw)["item"])
            self._post.send(
                pending, item, now, item_id=f"c{before.number}.{name}" if name.isdigit() else None
            )
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
        self._post.send(pending, Item(Kind.CLEAR, way.channel, way.address, pseudonym=name, mark=mark), now)

    def _move(self, pending: Pending, case: Case, way: Way) -> None:
        """`k42 yes`: replies go to the new phone from now on."""
        if way.new is None:
            return
        pseudonym, channel, address = way.new
        moved = Way(pseudonym, channel, address, way.language, way.receipts)
        key = case_key(pending.shard, case.number, "way")
        pending.put(key, self._box.seal(moved.to_json(), key.encode()), KEPT)


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
