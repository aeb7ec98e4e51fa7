"""/health, /ready and /metrics on a whole service: reasons without names, figures without people."""

import json
import re
from collections import Counter
from datetime import timedelta

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.channels import Handle, Inbound
from bot.channels.signal_events import Ignored
from bot.channels.signal_sorting import SignalReceived
from bot.health import Health
from bot.heartbeat_round import Heartbeat
from bot.metrics import Metrics
from bot.operator_alarm import OperatorAlarm
from responders.store import Store
from tests.acceptance.world import World, a_world


async def ready(health: Health) -> tuple[int, list[str]]:
    answer = await health.ready(make_mocked_request("GET", "/ready"))
    body = json.loads(answer.body)  # type: ignore[arg-type]  # aiohttp also knows streamed bodies
    assert body["ready"] is (answer.status == 200)
    return answer.status, body["reasons"]


async def figures(health: Health) -> str:
    answer = await health.show_metrics(make_mocked_request("GET", "/metrics"))
    return bytes(answer.body).decode()  # type: ignore[arg-type]


async def test_a_process_that_answers_is_alive_whatever_else_is_wrong(store: Store) -> None:
    async with a_world(store) as world:
        world.app.pulse.store_answers = False
        answer = await Health(world.app).health(make_mocked_request("GET", "/health"))
    assert answer.status == 200


async def test_it_is_ready_when_every_ladder_ends_at_somebody(store: Store) -> None:
    async with a_world(store) as world:
        assert await ready(Health(world.app)) == (200, [])


async def test_a_week_without_an_answered_test_ends_readiness(store: Store) -> None:
    async with a_world(store) as world:
        health = Health(world.app)
        world.now += timedelta(days=8)
        await world.app.look_at_duty()
        status, reasons = await ready(health)
    assert (status, reasons) == (503, ["1 of 1 ladders may end at nobody: tocsin doctor says why"])


async def test_store_disk_and_a_look_that_is_too_old_are_reasons(store: Store) -> None:
    async with a_world(store) as world:
        health = Health(world.app)
        world.app.pulse.store_answers, world.app.duty.disk_is_full = False, True
        world.now += timedelta(minutes=3)
        status, reasons = await ready(health)
    assert status == 503
    assert [reason.split()[0:2] for reason in reasons] == [["the", "store"], ["the", "disk"], ["it", "has"]]


async def test_reasons_name_nobody(store: Store) -> None:
    async with a_world(store) as world:
        await world.app.people.leave("coordinator", world.now)
        await world.app.people.all(fresh=True)
        await world.app.look_at_duty()
        _, reasons = await ready(Health(world.app))
    assert reasons
    assert not any(name in " ".join(reasons) for name in world.people)


async def a_report(world: World) -> None:
    await world.reporter("Ana-Maria").writes("help they are at the door")
    await world.after(minutes=1)


async def test_messages_alerts_and_open_cases_are_counted(store: Store) -> None:
    async with a_world(store) as world:
        health = Health(world.app)
        await health.count_cases()
        await a_report(world)
        await health.count_cases()
        await health.count_cases()
        told = await figures(health)
    assert 'tocsin_messages_total{channel="telegram"} 1.0' in told
    assert 'tocsin_alerts_total{level="immediate"} 1.0' in told
    assert 'tocsin_open_cases{level="immediate"} 1.0' in told
    assert 'tocsin_cases_nobody_has{level="immediate"} 1.0' in told
    assert re.search(r'tocsin_sent_total\{channel="telegram-alerts"\} [1-9]', told)
    assert "tocsin_ready 1.0" in told


async def test_how_each_channel_took_its_last_test_is_shown_beside_ready_and_in_figures(store: Store) -> None:
    async with a_world(store) as world:
        health, alarm = Health(world.app), OperatorAlarm(world.app, world.platforms)
        world.platforms["email"].blocked.add("coordinator@example.org")
        await Heartbeat(world.app, world.platforms, alarm.tell).look(world.now)
        await alarm.look(world.now)
        world.now += timedelta(minutes=1)
        answer = await health.ready(make_mocked_request("GET", "/ready"))
        told = await figures(health)
    tested = json.loads(answer.body)["tested"]  # type: ignore[arg-type]
    assert answer.status == 200, "there is another channel"
    assert tested["email"] == {"result": "refused", "at": "2026-11-02T12:00:00+00:00"}
    assert tested["telegram-alerts"]["result"] == "accepted"
    assert 'tocsin_test_accepted{channel="email"} 0.0' in told
    assert 'tocsin_test_accepted{channel="telegram-alerts"} 1.0' in told
    assert 'tocsin_test_age_seconds{channel="email"} 60.0' in told


async def test_the_oldest_alert_that_waits_is_known_by_channel_and_is_a_reason(store: Store) -> None:
    async with a_world(store) as world:
        health, alarm = Health(world.app), OperatorAlarm(world.app, world.platforms)
        world.platforms["telegram-alerts"].is_away = True
        await a_report(world)
        await alarm.look(world.now)
        told = await figures(health)
        _, reasons = await ready(health)
    assert re.search(r'tocsin_oldest_page_seconds{channel="telegram-alerts"} (59\.|60)', told)
    assert reasons == ["telegram-alerts: alerts wait to go out"]


async def test_what_cannot_be_delivered_is_counted(store: Store) -> None:
    async with a_world(store) as world:
        health = Health(world.app)
        world.platforms["telegram-alerts"].dead.add("first")
        await a_report(world)
        told = await figures(health)
    assert 'tocsin_undeliverable_total{channel="telegram-alerts"} 1.0' in told


async def test_the_store_is_timed_and_the_oldest_unsent_message_is_known(store: Store) -> None:
    async with a_world(store) as world:
        health = Health(world.app)
        await health.probe()
        assert "tocsin_oldest_unsent_seconds 0.0" in await figures(health)
        inbound = Inbound("telegram", "Ana-Maria", "m1", text="hello", locale="en")
        await world.app.hear(inbound)  # and nobody sends what it queued
        world.now += timedelta(seconds=90)
        await health.probe()
        told = await figures(health)
    assert re.search(r"tocsin_oldest_unsent_seconds (89\.9|90)", told)
    assert "tocsin_store_round_trip_seconds_count 2.0" in told


async def test_a_message_that_is_held_has_a_name_of_its_own_and_harms_nobody(store: Store) -> None:
    async with a_world(store) as world:
        ana = world.reporter("ana")
        await ana.reports("unsafe", push="yes", country="stop")
        number = await world.taken()
        await world.person("first").types(f"{number} Are you safe now?")
        health = Health(world.app)
        await health.probe()
        assert "tocsin_oldest_unsent_seconds 0.0" in await figures(health)


async def test_no_label_and_no_figure_tells_of_a_person_or_a_case(store: Store) -> None:
    async with a_world(store) as world:
        health = Health(world.app)
        await a_report(world)
        await health.count_cases()
        alarm = OperatorAlarm(world.app, world.platforms)
        await Heartbeat(world.app, world.platforms, alarm.tell).look(world.now)
        await alarm.look(world.now)
        told = await figures(health)
    labels = set(re.findall(r'(\w+)="', told))
    assert labels <= {"channel", "level", "le"}
    assert "Ana-Maria" not in told
    assert "process_" not in told, "a registry of our own, not the process-wide one"


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics"])
async def test_each_has_its_route(store: Store, path: str) -> None:
    async with a_world(store) as world:
        assert path in [route.path for route in Health(world.app).routes()]


class _OnSignal:
    """A receiving half that has ignored something."""

    def __init__(self) -> None:
        self.counts = SignalReceived(ignored=2, ignored_kinds=Counter({Ignored.STORY: 2}))

    async def receive(self, handle: Handle) -> None:
        del handle


def test_what_was_ignored_and_why_is_counted_with_no_other_label() -> None:
    told = Metrics({"signal": _OnSignal()}).text().decode()
    assert 'tocsin_received_ignored_story_total{channel="signal"} 2.0' in told
    assert 'tocsin_received_ignored_call_total{channel="signal"} 0.0' in told
    assert set(re.findall(r'(\w+)="', told)) <= {"channel", "level", "le"}
