"""Reaches focal points: pages on their alarm channels, answers where they can be written to, a digest for what can
wait. Content-free throughout; who is to be reached is decided elsewhere."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from responders.cases import Case
from responders.changing import replace
from responders.delivery import Message
from responders.directory import Alarm, Content, Directory
from responders.flood import is_trusted
from responders.grouping import Grouping
from responders.items import Item, Kind
from responders.pending import Pending
from responders.people import People
from responders.post import Post
from responders.rota import next_working_time
from responders.turns import Outside, Page, Ring, Tell
from responders.voice import Voice

ALARM_SENDERS: Mapping[Alarm, str] = {
    Alarm.TELEGRAM: "telegram-alerts",
    Alarm.SIGNAL: "signal-alerts",
    Alarm.WEBHOOK: "webhook",
    Alarm.EMAIL: "email",
    Alarm.LOCAL: "local-alerts",
}
READING: Mapping[str, Content] = {"signal-alerts": Content.SIGNAL}  # alarm channels that may carry content
_OF_A_FLOOD = frozenset({"desk/erased_forced", "desk/erased_closed"})
_OFTEN = frozenset(
    f"desk/{what}"
    for what in ("wrote", "wrote_no_words", "went_back", "stopped", "blocked", "unblocked", "new_phone")
)
_GATHERED = timedelta(minutes=30)  # in working time, a digest gathers what comes this close together


class Paging:
    """Everything that goes to focal points."""

    def __init__(
        self, post: Post, directory: Directory, people: People, voice: Voice, senders: Collection[str],
        grouping: Grouping | None = None,
    ) -> None:  # fmt: skip
        self.grouping = grouping or Grouping()
        self._post = post
        self._directory = directory
        self._people = people
        self._voice = voice
        self._senders = frozenset(senders)

    def alarms(self, person: str) -> tuple[tuple[str, str], ...]:
        """The channels that can wake a person now, in their order: (sender, address)."""
        focal_point = self._directory.focal_points.get(person)
        enrolled = self._people.known.get(person)
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

    def page(self, pending: Pending, page: Page, case: Case, now: datetime) -> None:
        if page.ring is Ring.DIGEST:
            self._digest(pending, page.person, now)
            return
        rings = self.grouping.rings(page, case, now)
        if rings.since is not None and rings.due is not None:  # gathering.py makes it when it leaves
            self.gather(pending, page.person, rings.since, rings.due, now)
            return
        message = self._voice.message(page.person, page.key, page.values, page.choices, now, protect=True)
        everywhere = page.ring is Ring.ALL
        self.ring(pending, page.person, message, case.number, now, everywhere=everywhere, due=rings.due)

    def gather(self, pending: Pending, person: str, since: datetime, due: datetime, now: datetime) -> None:
        """Ask for the page about all at `due`; however many ask, it is one for each shard, and one leaves."""
        slot = due.strftime("%Y%m%d%H%M%S")
        item = Item(Kind.GROUP, person=person, mark=slot, at=int(since.timestamp()))
        self._post.send(pending, item, now, due=due, item_id=f"group:{person}:{slot}")

    def ring(
        self, pending: Pending, person: str, message: Message, number: int, now: datetime, *, everywhere: bool,
        due: datetime | None = None, mark: str = "",
    ) -> None:  # fmt: skip
        """Queue a page on all alarm channels of a person at once, or on the first with the others behind it.

        With `due` it waits until then, and takes the place of one about the same case that waits, too."""
        ways = self.alarms(person)
        item = Item(
            Kind.PAGE, person=person, text=message.text, language=message.language, protect=True, case=number,
            buttons=message.buttons, mark=mark,
        )  # fmt: skip
        if not ways:  # nobody to send to: the sender's loop reports it, and the next person is paged at once
            self._post.send(pending, item, now)
        elif everywhere:
            for sender, address in ways:
                self._page(pending, replace(item, channel=sender, address=address), now, due)
        else:
            (sender, address), *others = ways
            rest = tuple(other for other, _ in others)
            self._page(pending, replace(item, channel=sender, address=address, rest=rest), now, due)

    def _page(self, pending: Pending, item: Item, now: datetime, due: datetime | None) -> None:
        name = None if due is None else f"page:{item.person}:{item.channel}:{item.case}:{due:%Y%m%d%H%M}"
        self._post.send(pending, item, now, due=due, item_id=name)

    def _digest(self, pending: Pending, person: str, now: datetime) -> None:
        """One list a day for what can wait; `mark` names it, so that it is made once for all shards."""
        focal_point = self._directory.focal_points.get(person)
        hours = self._directory.hours.get(focal_point.hours) if focal_point and focal_point.hours else None
        due = next_working_time(hours, now) if hours else now
        if due <= now:
            due = now + _GATHERED
        slot = due.strftime("%Y%m%d%H")
        self._post.send(
            pending,
            Item(Kind.DIGEST, person=person, mark=slot),
            now,
            due=due,
            item_id=f"digest:{person}:{slot}",
        )

    def told(self, pending: Pending, tell: Tell, case: Case, now: datetime) -> None:
        """A notice of a turn, which a reporter may bring about as often as they write.

        Of a case that came in a flood, that nobody has and that its reporter erased, nothing is said one by one: it
        stays in the list while it is open. Of a case that somebody has, the newest notice of each kind waits for the
        full minute once there have been many."""
        is_of_flood = tell.key in _OF_A_FLOOD and not is_trusted(case)
        if is_of_flood and self.grouping.is_flooded(tell.person):
            return
        due = self.grouping.says(tell.person, case.number, now) if tell.key in _OFTEN else None
        self.answer(pending, tell, case, now, due)

    def say(
        self, pending: Pending, person: str, key: str, values: Mapping[str, object], now: datetime
    ) -> None:
        """Queue a notice that is about no case."""
        self.tell(pending, person, self._voice.message(person, key, values, (), now, protect=True), now)

    def answer(
        self, pending: Pending, tell: Tell, case: Case, now: datetime, due: datetime | None = None
    ) -> None:
        message = self._voice.message(
            tell.person, tell.key, {"number": case.number, **tell.values}, tell.choices, now
        )
        name = f"tell:{tell.person}:{case.number}:{tell.key}:{due:%Y%m%d%H%M}" if due else None
        self.tell(pending, tell.person, message, now, number=case.number, due=due, name=name)

    def tell(
        self, pending: Pending, person: str, message: Message, now: datetime, *, number: int = 0,
        due: datetime | None = None, name: str | None = None,
    ) -> None:  # fmt: skip
        """Queue an answer or notice: on the first channel that can be written to, not on pagers."""
        ways = [way for way in self.alarms(person) if way[0] != "webhook"]
        if not ways:
            return
        (sender, address), *others = ways
        item = Item(
            Kind.TELL, sender, address, person=person, text=message.text, language=message.language, protect=True,
            buttons=message.buttons, case=number,
            rest=tuple(other for other, _ in others),
        )  # fmt: skip
        self._post.send(pending, item, now, due=due, item_id=name)

    def words(self, pending: Pending, case: Case, text: str, now: datetime) -> None:
        """What a reporter just wrote, to the phone of whoever has the case, if content may be read there; nowhere else,
        whatever happens to that phone."""
        person = case.has
        point = self._directory.focal_points.get(person) if person is not None else None
        if person is None or point is None or not case.may_open(person):
            return
        for sender, address in self.alarms(person):
            if READING.get(sender) in point.content:
                item = Item(
                    Kind.TELL, sender, address, person=person, text=f"{case.number}: “{text}”", protect=True,
                    language=case.language, case=case.number,
                )  # fmt: skip
                self._post.send(pending, item, now)

    def conceal(self, pending: Pending, person: str, number: int, now: datetime) -> None:
        """Take the pages of a case off the phones of somebody who may not know of it any more."""
        for sender, address in self.alarms(person):
            self._post.send(pending, Item(Kind.CLEAR, sender, address, case=number), now)

    def reachable(self, body: str) -> tuple[str, ...]:
        """Those of a named body whom a message can reach."""
        people = self._directory.focal_points.items()
        return tuple(person for person, point in people if point.partner == body and self.alarms(person))

    def outside(self, pending: Pending, outside: Outside, case: Case, now: datetime) -> None:
        """A named body gets number and level through its people in the directory; the words travel by hand."""
        for person in self.reachable(outside.body):
            values = {"number": case.number, "level_key": f"desk/level.{case.level.word}"}
            message = self._voice.message(person, f"desk/outside.{outside.kind}", values, (), now)
            (sender, address), *others = self.alarms(person)
            item = Item(
                Kind.TELL, sender, address, person=person, text=message.text, language=message.language, protect=True,
                case=case.number, ref=outside.ref, rest=tuple(other for other, _ in others),
            )  # fmt: skip
            due = now + outside.hold if outside.hold else None
            name = _outside_id(case.number, outside.ref, person) if outside.ref is not None else None
            self._post.send(pending, item, now, due=due, item_id=name)

    def cancel_outside(self, pending: Pending, number: int, refs: Iterable[int]) -> None:
        """What was held for another body must not leave."""
        for ref in refs:
            for person, point in self._directory.focal_points.items():
                if point.partner is not None:
                    pending.cancel(_outside_id(number, ref, person))


def _outside_id(number: int, ref: int, person: str) -> str:
    return f"c{number}.{ref}.{person}"
