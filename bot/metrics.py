"""What an operator may watch: counts and times, with channel and level as the only labels, in a registry of
our own. It never holds a name, a number of a case or anything that a person wrote."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from bot.channels import Receiver
from bot.channels.offering import Received
from bot.channels.signal_events import Ignored
from bot.channels.signal_sorting import SignalReceived
from bot.pulse import Pulse
from triage.scales import Level

ROUND_TRIPS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2)
LAGS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5)


class Metrics:
    """One process's figures."""

    def __init__(self, receivers: Mapping[str, Receiver], refused: Mapping[str, int] | None = None) -> None:
        """`refused`: what was not who or what it said, by channel, counted by knocks.py."""
        self.registry = registry = CollectorRegistry()
        self.messages = Counter("tocsin_messages", "Messages that arrived.", ["channel"], registry=registry)
        self.alerts = Counter(
            "tocsin_alerts",
            "Cases, by the level they had when they were first seen.",
            ["level"],
            registry=registry,
        )
        self.sent = Counter("tocsin_sent", "Messages handed to a channel.", ["channel"], registry=registry)
        self.undeliverable = Counter(
            "tocsin_undeliverable",
            "Messages that a channel refused for good.",
            ["channel"],
            registry=registry,
        )
        self.try_again = Counter(
            "tocsin_try_again", "Times that a channel asked us to wait.", ["channel"], registry=registry
        )
        self.open_cases = Gauge("tocsin_open_cases", "Cases that are open.", ["level"], registry=registry)
        self.nobody_has = Gauge(
            "tocsin_cases_nobody_has", "Open cases that nobody has.", ["level"], registry=registry
        )
        self.oldest_unsent = Gauge(
            "tocsin_oldest_unsent_seconds", "Age of the oldest message that should be out.", registry=registry
        )
        self.oldest_page = Gauge(
            "tocsin_oldest_page_seconds",
            "Age of the oldest alert that waits to go out over a channel; more than 10 wakes the operators.",
            ["channel"],
            registry=registry,
        )
        self.untaken = Gauge(
            "tocsin_untaken_seconds", "How long something due has waited for any worker.", registry=registry
        )
        self.accepted = Gauge(
            "tocsin_test_accepted",
            "1 when an alarm channel took the last daily test, 0 when not.",
            ["channel"],
            registry=registry,
        )
        self.tested = Gauge(
            "tocsin_test_age_seconds", "Time since that test.", ["channel"], registry=registry
        )
        self.overdue = Gauge(
            "tocsin_overdue_found", "Timers that the auditor had to arm again: expected 0.", registry=registry
        )
        self.ready = Gauge("tocsin_ready", "1 when every alert would end at a human.", registry=registry)
        self.round_trip = Histogram(
            "tocsin_store_round_trip_seconds", "One read.", buckets=ROUND_TRIPS, registry=registry
        )
        self.loop_lag = Histogram(
            "tocsin_loop_lag_seconds", "How late the loop wakes a sleeper.", buckets=LAGS, registry=registry
        )
        self.scores = Counter(
            "tocsin_text_scores",
            "Texts scored, by the level that their words mean.",
            ["level"],
            registry=registry,
        )
        self.unscored = Counter(
            "tocsin_text_scores_failed", "Times that a text could not be scored.", registry=registry
        )
        self.embeds = Gauge(
            "tocsin_text_score_embeds",
            "1 when the last score stood on sentence embeddings.",
            registry=registry,
        )
        registry.register(_Receivers(receivers))
        registry.register(_Refused({} if refused is None else refused))
        for level in Level:
            self.alerts.labels(level.word)
            self.scores.labels(level.word)
        for channel in receivers:
            self.messages.labels(channel)

    def arrived(self, what: str, channel: str) -> None:
        """For `App.observe`."""
        if what == "message":
            self.messages.labels(channel).inc()

    def delivered(self, channel: str, outcome: str) -> None:
        """For `Sending.observe`."""
        counters = {"sent": self.sent, "undeliverable": self.undeliverable, "try_again": self.try_again}
        counters[outcome].labels(channel).inc()

    def path(self, pulse: Pulse, now: datetime) -> None:
        """What the last look at the alert path saw."""
        self.untaken.set(pulse.untaken.total_seconds())
        self.oldest_page.clear()
        for channel, age in pulse.waiting.items():
            self.oldest_page.labels(channel).set(age.total_seconds())
        for channel, beat in pulse.beats.channels.items():
            if beat.at is not None:
                self.accepted.labels(channel).set(not beat.is_failing)
                self.tested.labels(channel).set((now - beat.at).total_seconds())

    def scored(self, level: Level | None, *, by_embedding: bool) -> None:
        """For `Scoring.observe`; `level` None: it could not be scored."""
        if level is None:
            self.unscored.inc()
        else:
            self.scores.labels(level.word).inc()
        self.embeds.set(by_embedding)

    def text(self) -> bytes:
        """In Prometheus' text format."""
        return generate_latest(self.registry)


class _Refused(Collector):
    """What tried to get in, read when somebody asks."""

    def __init__(self, refused: Mapping[str, int]) -> None:
        self._refused = refused

    def collect(self) -> Iterator[CounterMetricFamily]:
        family = CounterMetricFamily(
            "tocsin_refused",
            "Codes, receipt words, keys and deliveries that were not ours, by channel.",
            labels=["channel"],
        )
        for channel, count in self._refused.items():
            family.add_metric([channel], count)
        yield family


class _Receivers(Collector):
    """What the receiving halves count by themselves, read when somebody asks."""

    def __init__(self, receivers: Mapping[str, Receiver]) -> None:
        self._receivers = receivers

    def collect(self) -> Iterator[CounterMetricFamily]:
        counted = {
            name: counts
            for name, receiver in self._receivers.items()
            if isinstance(counts := getattr(receiver, "counts", None), Received)
        }
        for field in fields(Received):
            family = CounterMetricFamily(
                f"tocsin_received_{field.name}", f"Arrivals {field.name}, by channel.", labels=["channel"]
            )
            for name, counts in counted.items():
                family.add_metric([name], getattr(counts, field.name))
            yield family
        for kind in Ignored:
            family = CounterMetricFamily(
                f"tocsin_received_ignored_{kind.value}",
                f"Arrivals ignored as {kind.value}, by channel.",
                labels=["channel"],
            )
            for name, counts in counted.items():
                if isinstance(counts, SignalReceived):
                    family.add_metric([name], counts.ignored_kinds[kind])
            yield family
