"""What the supervisor asks: /health (the process lives), /ready (an alert would end at a human), /metrics.
The answers name no person and no case; whoever must know more runs `tocsin doctor` on the machine."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta

from aiohttp import web

from bot.app import App
from bot.channels import Watched
from bot.clock import monotonic
from bot.metrics import Metrics
from responders.items import queued_at
from responders.post import LEASE
from responders.store import StoreDown
from triage.scales import Level
from triage.score.score import By, Score, suggested

LOOKED_WITHIN = timedelta(minutes=2)
CASES_EVERY = 30.0
PROBE_EVERY = 5.0
LAG_EVERY = 0.5
NEVER_KEPT = {"Cache-Control": "no-store"}


class Health:
    """Looks at a running app; `watch` until cancelled."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._seen: set[int] | None = None
        self.metrics = Metrics(app.receivers, app.knocks.refused)
        app.observe = self.metrics.arrived
        app.sending.observe = self.metrics.delivered
        if app.scoring is not None:
            app.scoring.observe = self._scored

    def _scored(self, score: Score | None) -> None:
        level = None if score is None else suggested(score, self._app.kit.thresholds[score.by])
        self.metrics.scored(level, by_embedding=score is not None and score.by is By.EMBEDDING)

    def routes(self) -> list[web.RouteDef]:
        """For the site on the health address."""
        return [
            web.get("/health", self.health),
            web.get("/ready", self.ready),
            web.get("/metrics", self.show_metrics),
        ]

    async def health(self, _: web.Request) -> web.Response:
        """That this answers at all is the answer."""
        return web.json_response({"alive": True}, headers=NEVER_KEPT)

    async def ready(self, _: web.Request) -> web.Response:
        """200, or 503 with the reasons."""
        reasons = list(self.reasons(self._app.clock()))
        refused = dict(self._app.knocks.refused)
        body = {"ready": not reasons, "reasons": reasons, "tested": self._tested(), "refused": refused}
        return web.json_response(body, status=503 if reasons else 200, headers=NEVER_KEPT)

    async def show_metrics(self, _: web.Request) -> web.Response:
        """Prometheus' text format."""
        now = self._app.clock()
        self.metrics.ready.set(0 if any(self.reasons(now)) else 1)
        self.metrics.path(self._app.pulse, now)
        return web.Response(
            body=self.metrics.text(), headers={**NEVER_KEPT, "Content-Type": "text/plain; version=0.0.4"}
        )

    @property
    def is_moving(self) -> bool:
        """Whether outbox and timers of this process move, as far as anybody sees: else it is to be started again."""
        return self._app.pulse.is_moving and self._app.pulse.is_watched

    def reasons(self, now: datetime) -> Iterator[str]:
        """Why an alert might not end at a human; nothing when it would."""
        duty = self._app.duty
        yield from self._app.pulse.reasons()
        if duty.disk_is_full:
            yield "the disk is nearly full: intake is closed, open ladders go on"
        if duty.nobody_reads:
            yield "nobody has a key that a report could be sealed to: intake is closed"
        for name, receiver in self._app.receivers.items():
            is_ours = name not in self._app.heard_elsewhere
            if is_ours and isinstance(receiver, Watched) and (lacks := receiver.lacks) is not None:
                yield f"{name}: {lacks}"
        if duty.looked is None or now - duty.looked > LOOKED_WITHIN:
            yield "it has not been looked yet, or not lately, whether people can be reached"
        elif lacking := len(duty.missing):
            ladders = len(self._app.responders.receivers)
            yield f"{lacking} of {ladders} ladders may end at nobody: tocsin doctor says why"

    def _tested(self) -> dict[str, dict[str, str]]:
        """How the last test of each alarm channel ended."""
        return {
            channel: {"result": beat.result.value, "at": beat.at.isoformat(timespec="seconds")}
            for channel, beat in self._app.pulse.beats.channels.items()
            if beat.result is not None and beat.at is not None
        }

    async def watch(self) -> None:
        """Take the figures that nobody else takes; a store that is away is waited for."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._every(CASES_EVERY, self.count_cases))
            group.create_task(self._every(PROBE_EVERY, self.probe))
            group.create_task(self._measure_lag())

    async def _every(self, seconds: float, look: Callable[[], Awaitable[None]]) -> None:
        while True:
            with contextlib.suppress(StoreDown):  # /ready says so, and the operators have been told
                await look()
            await asyncio.sleep(seconds)

    async def count_cases(self) -> None:
        """Open cases by level, those that nobody has, and how many are new since the last look."""
        cases = await self._app.ladder()
        numbers = {case.number for case in cases}
        for level in Level:
            of_level = [case for case in cases if case.level is level]
            self.metrics.open_cases.labels(level.word).set(len(of_level))
            self.metrics.nobody_has.labels(level.word).set(sum(case.has is None for case in of_level))
            if self._seen is not None:
                new = sum(case.number not in self._seen for case in of_level)
                self.metrics.alerts.labels(level.word).inc(new)
        self._seen = numbers
        self.metrics.overdue.set(self._app.timekeeper.overdue_found)

    async def probe(self) -> None:
        """One read of the store, and how long anything has been waiting to go out."""
        store, now = self._app.store, self._app.clock()
        begun = monotonic()
        await store.read(["{s0}:probe"])
        self.metrics.round_trip.observe(monotonic() - begun)
        oldest = now
        for shard in range(self._app.settings.store.shards):
            for item_id in await store.unsent(shard, now + LEASE):
                oldest = min(oldest, queued_at(item_id) or oldest)
        self.metrics.oldest_unsent.set((now - oldest).total_seconds())

    async def _measure_lag(self) -> None:
        while True:
            begun = monotonic()
            await asyncio.sleep(LAG_EVERY)
            self.metrics.loop_lag.observe(max(0.0, monotonic() - begun - LAG_EVERY))
