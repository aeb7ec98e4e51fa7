"""What goes to a reporter's phone: direct replies, a person's messages held or waiting, fixed texts, deletions.
Obeys `ToReporter`; what may be pushed is decided in outgoing.py."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

from responders.box import Box, Tampered
from responders.cases import Case, Due
from responders.changing import replace
from responders.chats import KEPT, Chat, Way
from responders.delivery import Message
from responders.items import Item, Kind, as_json, from_json
from responders.keyring import KeyDestroyed, TransitKeyring
from responders.outgoing import HELLO_AGAIN
from responders.pending import Pending, case_key
from responders.post import Post
from responders.reporter_texts import ReporterTexts
from responders.turns import How, Out, ToReporter
from responders.voice import Voice

_PUSHES = (
    Out.TEXT2,
    Out.TEXT6,
    Out.TEXT7,
)  # pushed without being held; named, so that x42 and ERASE stop them
_NEW = "new"  # kept for the phone that gave the right words, not yet the case's own


class ReporterMail:
    """Everything that goes to reporters."""

    def __init__(self, post: Post, box: Box, transit: TransitKeyring, voice: Voice) -> None:
        self._post = post
        self._box = box
        self._transit = transit
        self._texts = ReporterTexts(voice)

    def reply(
        self, pending: Pending, chat: Chat | Way, pseudonym: str, message: Message, now: datetime, *, mark: str = ""
    ) -> None:  # fmt: skip
        """Queue one message to a reporter."""
        item = Item(
            Kind.REPLY, chat.channel, chat.address, text=message.text, language=message.language, pseudonym=pseudonym,
            buttons=message.buttons, mark=mark, ahead=isinstance(chat, Chat) and chat.is_believed,
        )  # fmt: skip
        self._post.send(pending, item, now)

    def put(
        self, pending: Pending, out: ToReporter, case: Case, now: datetime, way: Way | None, chat: Chat | None
    ) -> Chat | None:
        """Queue, keep or cancel something for the reporter's phone; returns what is now known of the chat.

        RELEASE is the caller's: what waits has to be read for it."""
        if out.kind in (Out.CANCEL, Out.RECALL, Out.STOP_SENDING):
            self._stop(pending, out, case.number)
        elif way is None or out.kind is Out.RELEASE:
            return chat
        elif out.kind is Out.DELETE_OURS:
            self.clear(pending, way, now)
            return replace(chat, locked_at=int(now.timestamp())) if chat is not None else None
        elif out.kind is Out.MOVE:
            self._move(pending, case, way)
        elif out.how is How.WAIT:
            self._keep(pending, self._texts.item(out, case, now, way), out, now)
            return replace(chat, waits=True) if chat is not None else None
        elif out.kind is Out.TEXT2 and _has_just_been_greeted(chat, now):
            return chat
        else:
            if out.kind is Out.TEXT2:
                out, chat = _after_receipt(out, chat, case.number, now)
            self._show(pending, self._texts.item(out, case, now, way), out, now)
        return chat

    def release(
        self, pending: Pending, before: Case, after: Case, kept: Mapping[str, bytes], now: datetime, way: Way | None
    ) -> None:  # fmt: skip
        """Send what waited for the reporter, text 7 first, then in the order it was written; what is still held keeps
        its ten seconds."""
        waiting = case_key(pending.shard, before.number, "waiting")
        waits = {str(held.ref) for held in before.held if held.waits}
        if Out.TEXT7.value in kept:
            pending.field(waiting, Out.TEXT7.value, None)
            news = after.due.get(Due.PROGRESS_BY)
            if way is not None and news is not None:  # said anew: the time that it named may have passed
                self._show(pending, self._texts.item(_text7(news), after, now, way), _text7(news), now)
        for name in sorted((name for name in kept if name in waits), key=int):
            try:
                raw = self._transit.open(kept[name], f"{waiting}|{name}".encode())
            except (KeyDestroyed, Tampered):  # older than eight days: gone, as the table says
                pending.field(waiting, name, None)
                continue
            if way is not None:
                self._post.send(
                    pending, _addressed(from_json(raw), way), now, item_id=f"c{before.number}.{name}"
                )

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

    def _show(self, pending: Pending, item: Item, out: ToReporter, now: datetime) -> None:
        """On its way, after `hold`; of what can be undone a copy is kept until it has arrived."""
        if out.refs and out.kind is not Out.TEXT2:
            self._keep(pending, item, out, now)
        due = now + out.hold if out.hold > timedelta(0) else None
        self._post.send(pending, item, now, due=due, item_id=_item_id(item.case, out))

    def _keep(self, pending: Pending, item: Item, out: ToReporter, now: datetime) -> None:
        """Without an address: nobody's name beside what was written, and replies may move to another phone."""
        waiting, name = case_key(pending.shard, item.case, "waiting"), _kept_name(out)
        phone = _NEW if out.kind is Out.NEW_PHONE else ""
        nobodys = replace(item, channel="", address="", pseudonym="", person=phone)
        pending.field(waiting, name, self._transit.seal(as_json(nobodys), f"{waiting}|{name}".encode(), now))

    def _stop(self, pending: Pending, out: ToReporter, number: int) -> None:
        """Nothing of these arrives any more; only after RECALL the kept copies stay."""
        waiting = case_key(pending.shard, number, "waiting")
        for ref in out.refs:
            pending.cancel(f"c{number}.{ref}")
            if out.kind is Out.CANCEL:
                pending.cancel(f"h{number}.{ref}")
                pending.field(waiting, str(ref), None)
        if out.kind is Out.STOP_SENDING:
            pending.put(waiting, None)
            for push in _PUSHES:
                pending.cancel(_item_id(number, ToReporter(push)))

    def _move(self, pending: Pending, case: Case, way: Way) -> None:
        """`k42 yes`: replies go to the new phone from now on."""
        if way.new is None:
            return
        pseudonym, channel, address = way.new
        moved = Way(pseudonym, channel, address, way.language, way.receipts)
        key = case_key(pending.shard, case.number, "way")
        pending.put(key, self._box.seal(moved.to_json(), key.encode()), KEPT)


def _item_id(number: int, out: ToReporter) -> str:
    """The name by which it can be cancelled."""
    if not out.refs:
        return f"t{number}.{out.kind.value}"
    return f"{'h' if out.kind is Out.TEXT2 else 'c'}{number}.{out.refs[0]}"


def _addressed(kept: Item, way: Way) -> Item:
    """To the phone of now: since it was written replies may have been moved."""
    here = (way.pseudonym, way.channel, way.address)
    pseudonym, channel, address = way.new if kept.person == _NEW and way.new is not None else here
    return replace(kept, pseudonym=pseudonym, channel=channel, address=address, person="")


def _kept_name(out: ToReporter) -> str:
    return str(out.refs[0]) if out.refs else out.kind.value


def _text7(news: datetime) -> ToReporter:
    return ToReporter(Out.TEXT7, values={"time": news})


def _after_receipt(
    out: ToReporter, chat: Chat | None, number: int, now: datetime
) -> tuple[ToReporter, Chat | None]:
    """Text 2 waits until the receipt is gone (protocol section 6): its ten minutes, or its tap if that comes first."""
    if chat is None or chat.receipt_due is None or not chat.receipt_ends:
        return out, chat
    left = timedelta(seconds=chat.receipt_due + 1 - now.timestamp())
    if left <= out.hold:
        return out, chat
    soonest = math.ceil((now + out.hold).timestamp())
    return replace(out, hold=left), replace(chat, hello_waits=_item_id(number, out), hello_from=soonest)


def _has_just_been_greeted(chat: Chat | None, now: datetime) -> bool:
    """Text 2 at most once in 24 hours, also with two cases in one chat."""
    return (
        chat is not None
        and chat.hello is not None
        and now.timestamp() - chat.hello < HELLO_AGAIN.total_seconds()
    )
