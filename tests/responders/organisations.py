"""Organisations for tests, built by plain functions with defaults."""

from datetime import UTC, date, datetime
from typing import Any

from responders.directory import Alarm, Content, Directory, FocalPoint, Partner
from responders.policies import Receiver, Responders
from responders.rota import Hours, Rota
from responders.routes import Route

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)  # in an_organisation, "first" has the turn
OFFICE = Hours("Europe/Zurich")


def a_focal_point(**changes: Any) -> FocalPoint:  # Any: whatever fields the test is about
    fields: dict[str, Any] = {
        "name": "a focal point",
        "languages": ("en",),
        "alarms": (Alarm.TELEGRAM, Alarm.EMAIL),
        "content": (Content.DESK,),
        "hours": "office",
    }
    return FocalPoint(**{**fields, **changes})


def a_rota(**changes: Any) -> Rota:
    fields: dict[str, Any] = {
        "zone": "Europe/Zurich",
        "starts": date(2026, 1, 5),
        "people": ("first", "second"),
    }
    return Rota(**{**fields, **changes})


def a_receiver(**changes: Any) -> Receiver:
    fields: dict[str, Any] = {
        "people": ("first", "second", "third"),
        "rota": "protection",
        "coordinator": "coordinator",
        "hours": "office",
    }
    return Receiver(**{**fields, **changes})


def an_organisation(
    *,
    people: dict[str, FocalPoint] | None = None,
    rota: Rota | None = None,
    receivers: dict[str, Receiver] | None = None,
    routes: Route | None = None,
    partners: dict[str, Partner] | None = None,
    local_staff_may_open: bool = False,
    **more: Any,
) -> Responders:
    """Four people abroad, one rota of two, one receiver; `people` replaces or adds by id."""
    everybody = {name: a_focal_point() for name in ("first", "second", "third", "coordinator")}
    return Responders(
        directory=Directory(
            {**everybody, **(people or {})}, partners or {}, {"office": OFFICE}, local_staff_may_open
        ),
        rotas={"protection": rota or a_rota(starts=date(2026, 10, 19))},
        receivers=receivers or {"team": a_receiver()},
        routes=routes or Route(receiver="team"),
        **more,
    )
