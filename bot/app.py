"""The one assembly: `build()` puts the parts together and touches nothing; `App.run()` starts them.
Production and demo differ only in the channels, the clock and the folder that they hand in."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.aside import Aside
from bot.channels import Inbound, Receiver
from bot.clock import Clock, monotonic
from bot.conversation import Conversation
from bot.desk import Desk
from bot.door import Door
from bot.duty import Duty, watch
from bot.focal import Focal
from bot.kit import Facts, Kit
from bot.kit_reading import read_kit
from bot.knocks import Knocks
from bot.listening import Listening
from bot.poison import Poison
from bot.pulse import Pulse
from bot.putting_away import PuttingAway
from bot.retaining import retention
from bot.scoring import Asks, Scoring
from bot.settings import Settings
from bot.vocabularies import vocabularies
from responders.arrivals import Arrivals
from responders.cases import Case
from responders.casework import Casework
from responders.clock_watch import ClockWatch, Remembering
from responders.delivery import Sender
from responders.dispatch import Dispatch
from responders.flood import Rate, comes_trusted
from responders.gathering import Gathering
from responders.inbox import Inbox
from responders.keypair import PublicKey
from responders.keyring import MasterKey, TransitKeyring, mark, pseudonym, store_box
from responders.pending import Pending
from responders.people import People
from responders.policies import Responders
from responders.schema import bring_up_to_date
from responders.sending import Sending
from responders.store import Store, StoreDown
from responders.timekeeper import Timekeeper
from responders.voice import Voice

log = logging.getLogger("tocsin.app")

ALERT_ACCOUNTS = frozenset({"telegram-alerts", "signal-alerts", "local-alerts"})


@dataclass(slots=True)
class App:
    """A running service. Parts are public so that health, desk and tests can reach them."""

    settings: Settings
    responders: Responders
    kit: Kit
    clock: Clock
    store: Store
    people: People
    casework: Casework
    conversation: Conversation
    focal: Focal
    desk: Desk
    sending: Sending
    timekeeper: Timekeeper
    poison: Poison
    inbox: Inbox
    receivers: Mapping[str, Receiver]
    door: Door
    duty: Duty = field(default_factory=Duty)
    pulse: Pulse = field(default_factory=Pulse)
    knocks: Knocks = field(default_factory=Knocks)
    observe: Callable[[str, str], None] = lambda _what, _channel: None  # health.py counts
    scoring: Scoring | None = None
    worker: str = "tocsin"  # its name among the workers of its store, the same after a restart
    heard_elsewhere: set[str] = field(default_factory=set)  # the accounts that another worker has

    async def run(self) -> None:
        """Everything, until cancelled. Ladders and the outbox run before anything new is taken in."""
        self.poison.is_counting = await self._begin()
        async with asyncio.TaskGroup() as group:
            group.create_task(self.sending.run(), name="outbox")
            group.create_task(self.timekeeper.run(), name="timers")
            if self.scoring is not None:
                group.create_task(self.scoring.run(), name="text score")
            # before anybody is answered: who does not know yet would say that nobody is on duty
            looked = asyncio.Event()
            group.create_task(watch(self.look_at_duty, self.duty, looked), name="duty")
            await looked.wait()
            group.create_task(self.door.run(), name="door")
            listening = Listening(self.store, self.worker, self.heard_elsewhere)
            for name, receiver in self.receivers.items():
                group.create_task(listening.of(name, partial(self._receive, name, receiver)), name=name)

    async def stop(self) -> None:
        """After `run` was cancelled: settle what was sent, note the clean stop."""
        with contextlib.suppress(StoreDown):
            await self.sending.drain()
            await self.store.end(self.worker)
        await self.store.close()

    async def _begin(self) -> bool:
        """Whether the last run ended uncleanly; waits for the store. Raises NewerStore, Unfinished."""
        while True:
            try:
                await bring_up_to_date(self.store)
                return await self.store.begin(self.worker)
            except StoreDown:
                log.error("the store does not answer; trying again")
                await asyncio.sleep(1)

    async def _receive(self, name: str, receiver: Receiver) -> None:
        if name == self.door.account:
            self.door.begins()
        await receiver.receive(self.hear_focal if name in ALERT_ACCOUNTS else self.hear)

    async def hear(self, inbound: Inbound) -> None:
        """One arrival on an intake account."""
        self.observe("message", inbound.channel)
        await self.sending.heard_from(inbound.channel, inbound.address)
        await self.door.hear(inbound)

    async def hear_focal(self, inbound: Inbound) -> None:
        """One arrival on an alerts account."""
        self.observe("message", inbound.channel)
        await self.sending.heard_from(inbound.channel, inbound.address)
        name = self.poison.mark(inbound)
        await self.poison.guarded(
            inbound,
            lambda one: self.focal.hear(one, name, self.clock()),
            lambda one: self.focal.set_aside(one, name, self.clock()),
        )

    async def ladder(self) -> list[Case]:
        """Every open case, for the demo's timeline and the metrics."""
        return await self.casework.open_cases()

    async def look_at_duty(self) -> None:
        """Who is on call for an alert of which nothing is known, and what readiness lacks."""
        people = await self.people.all()
        has_reader = self.casework.dispatch.bodies.has_reader
        self.duty.look(self.responders, people, self.clock(), has_reader=has_reader)

    @property
    def is_ready(self) -> bool:
        """Whether every route's end has somebody who can be woken, can open and has answered a test this week."""
        return not self.duty.missing


def build(  # noqa: PLR0913 - the one assembly: everything that production and demo exchange
    settings: Settings, responders: Responders, *, config: Path, clock: Clock, store: Store, master: MasterKey,
    keyring: Path, senders: Mapping[str, Sender], receivers: Mapping[str, Receiver],
    recovery: Sequence[PublicKey] = (), drafts: bool | None = None, signal: str | None = None,
    kit: Kit | None = None, asks: Asks | None = None, steady: Callable[[], float] = monotonic,
) -> App:  # fmt: skip
    """Assemble the service. `config` is the configuration folder; `drafts` allows unreviewed texts (None: as set);
    `kit` spares reading the folder again; `asks` scores words, and without it nobody does; `steady` never goes back."""
    allowed = settings.allow_unreviewed_texts if drafts is None else drafts
    kit = replace(
        kit or read_kit(settings, config, drafts=allowed),
        partners=responders.directory.named_partners,
        local_staff_may_open=responders.directory.local_staff_may_open,
    )
    texts = kit.texts
    box = store_box(master)
    clock = remembering = Remembering(clock)
    transit = TransitKeyring(keyring, master)
    shards, limits = settings.store.shards, settings.limits

    def mark_of(text: str) -> str:
        return mark(master, text)

    def pseudonym_of(channel: str, address: str) -> str:
        return pseudonym(master, channel, address)

    people = People(store, box, mark_of, monotonic, responders.directory.focal_points)
    voice = Voice(texts, responders.directory, kit.language_names, kit.team)
    sending = Sending(store, transit, box, senders, clock, pseudonym_of, shards)
    dispatch = Dispatch(
        shards=shards, box=box, transit=transit, responders=responders, people=people, voice=voice, recovery=recovery,
        senders=senders, pages=Rate(limits.pages_at_once, limits.page_every),
    )  # fmt: skip
    work = Casework(store, dispatch, sending.offer, pseudonym_of)
    focal = Focal(
        work, vocabularies(texts), partial(retention, settings.retention), kit.flow.shape, mark_of,
        sending.clearing.case_of,
    )  # fmt: skip
    duty = Duty()

    def facts(inbound: Inbound, _now: datetime) -> Facts:
        return Facts(
            entropy=b"", spare=0, nobody=duty.nobody, next_duty=duty.next_duty, closed=duty.closed,
            nobody_reads=duty.nobody_reads, channel=inbound.channel, signal=signal,
        )  # fmt: skip

    conversation = Conversation(
        kit, master, work, facts, clock, limits.receipt_attempts_overall_per_hour,
        Rate(limits.messages_at_once, limits.message_every),
    )  # fmt: skip

    async def test_page(person: str, now: datetime) -> None:
        pending = Pending(0)
        dispatch.paging.ring(
            pending, person, focal.availability.test_page(person, now), 0, now, everywhere=True
        )
        await work.commit(pending)

    timekeeper = Timekeeper(work, clock, test_page, mark_of, ClockWatch(work, remembering, steady))
    timekeeper.on_quiet = PuttingAway(work, kit.flow.free_texts, master, clock).rang
    poison = Poison(work, Aside(kit, work, clock, mark_of, conversation.forget), mark_of, clock)
    desk = Desk(focal, people, clock, mark_of)
    inbox = Inbox(store, transit, mark_of, pseudonym_of, shards)

    async def worked(inbound: Inbound) -> None:
        await poison.guarded(inbound, conversation.hear)

    async def is_known(inbound: Inbound) -> bool:
        return comes_trusted(await work.chat(pseudonym_of(inbound.channel, inbound.address)))

    door = Door("telegram", inbox, clock, worked, is_known, limits.strangers_at_once)
    app = App(
        settings, responders, kit, clock, store, people, work, conversation, focal, desk, sending, timekeeper, poison,
        inbox, receivers, door, duty,
    )  # fmt: skip
    _wire(app, mark_of)
    if asks is not None and kit.thresholds:
        _score(app, asks)
    return app


def _wire(app: App, mark_of: Callable[[str], str]) -> None:
    """What an arrival and a failure mean to a case, and what is gathered from many."""
    app.focal.on_refused = app.desk.on_refused = app.conversation.given.on_refused = app.knocks.count
    sending, work = app.sending, app.casework
    arrivals = Arrivals(work, app.clock)
    sending.on_arrived = arrivals.arrived
    sending.on_undeliverable = arrivals.failed
    sending.may_greet = arrivals.may_greet
    gathering = Gathering(work, mark_of)
    sending.digest, sending.group = gathering.digest, gathering.ring


def _score(app: App, asks: Asks) -> None:
    """Words are scored: kept by the conversation, found again by their timers, heard like any arrival."""

    async def hear(inbound: Inbound) -> None:
        await app.poison.guarded(inbound, app.conversation.hear)

    scoring = Scoring(app.casework, asks, app.clock, hear)
    app.scoring = app.conversation.scoring = scoring
    app.timekeeper.on_score = scoring.rang
