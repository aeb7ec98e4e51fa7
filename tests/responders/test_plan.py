"""A frozen plan: the protocol's clocks with people in them, who may open, and always a human."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from responders.directory import Partner
from responders.plan import Plan, PlannedLadder, PlannedStep, plan, readers
from responders.policies import PROTOCOL, Channels, Policy, Step, Who
from responders.rota import Override
from responders.routes import Labels, Match, Route
from tests.examples import examples
from tests.responders.organisations import MONDAY, a_focal_point, a_receiver, a_rota, an_organisation
from triage.scales import Level


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def who(steps: Sequence[PlannedStep]) -> list[tuple[timedelta, tuple[str, ...]]]:
    return [(step.after, step.people) for step in steps]


def ladder_of(level: Level, now: datetime = MONDAY, **labels: str) -> PlannedLadder:
    return plan(an_organisation(), {"level": level.word, **labels}, now).ladder(level)


def test_immediate_wakes_two_then_the_roster_then_the_coordinator_and_never_stops() -> None:
    ladder = ladder_of(Level.IMMEDIATE)
    assert who(ladder.steps) == [
        (minutes(0), ("first", "second")),
        (minutes(3), ("first", "second", "third")),
        (minutes(10), ("coordinator",)),
    ]
    assert ladder.repeat is not None
    assert ladder.repeat.every == minutes(5)
    assert ladder.repeat.people == ("first", "second", "third", "coordinator")
    assert (ladder.opened_within, ladder.progress_every, ladder.first_words) == (
        minutes(5),
        minutes(30),
        minutes(30),
    )


def test_urgent_climbs_to_the_immediate_ladder_after_two_hours() -> None:
    ladder = ladder_of(Level.URGENT)
    assert who(ladder.steps) == [
        (minutes(0), ("first",)),
        (minutes(15), ("first",)),
        (minutes(60), ("first", "second", "third")),
        (minutes(90), ("coordinator",)),
    ]
    assert (ladder.then, ladder.then_after) == (Level.IMMEDIATE, timedelta(hours=2))


def test_priority_waits_for_working_time_but_the_coordinator_hears_after_a_day() -> None:
    friday_night = datetime(2026, 11, 6, 20, tzinfo=UTC)
    ladder = ladder_of(Level.PRIORITY, friday_night)
    monday_nine = datetime(2026, 11, 9, 8, tzinfo=UTC) - friday_night
    assert who(ladder.steps) == [(timedelta(days=1), ("coordinator",)), (monday_nine, ("second",))]
    assert ladder.repeat is not None
    assert (ladder.repeat.every, ladder.repeat.people) == (timedelta(days=1), ("coordinator",))


def test_routine_goes_into_the_digest() -> None:
    ladder = ladder_of(Level.ROUTINE)
    assert ladder.digest
    assert ladder.first_words == timedelta(days=7)
    assert ladder.steps[-1].after == timedelta(days=3)


def test_a_step_long_after_a_hand_over_wakes_whoever_is_on_call_by_then() -> None:
    sunday_night = datetime(2026, 11, 8, 22, tzinfo=UTC)
    assert plan(an_organisation(), {"level": "urgent"}, sunday_night).ladder(Level.PRIORITY).steps[
        0
    ].people == ("second",)


def test_the_route_decides_who_is_woken_at_each_level() -> None:
    receivers = {
        "team": a_receiver(),
        "night": a_receiver(people=("third",), coordinator="third"),
    }
    routes = Route(receiver="team", routes=(Route(Match(level=("immediate",)), "night"),))
    found = plan(an_organisation(receivers=receivers, routes=routes), {"level": "urgent"}, MONDAY)
    assert [matched.receiver for matched in found.matched] == ["team"]
    assert found.ladder(Level.IMMEDIATE).steps[-1].people == ("third",)
    assert found.ladder(Level.URGENT).steps[-1].people == ("coordinator",)
    assert set(found.content) == {"first", "second", "third", "coordinator"}


def test_two_receivers_share_one_ladder() -> None:
    receivers = {"team": a_receiver(), "liaison": a_receiver(people=("fourth",), coordinator="fourth")}
    routes = Route(
        receiver="team",
        routes=(
            Route(Match(link=("had",)), "liaison", continue_=True),
            Route(Match(country=("HN",)), "team"),
        ),
    )
    organisation = an_organisation(people={"fourth": a_focal_point()}, receivers=receivers, routes=routes)
    found = plan(organisation, {"level": "immediate", "link": "had", "country": "HN"}, MONDAY)
    assert found.ladder(Level.IMMEDIATE).steps[-1].people == ("fourth", "coordinator")
    assert found.coordinators == ("fourth", "coordinator")


def test_whoever_rule_seven_excludes_is_not_asked_first_and_opens_nothing() -> None:
    """Acceptance story 8: the whole roster is paged, nobody of or in the country opens content."""
    organisation = an_organisation(people={"first": a_focal_point(located_in="GT")})
    found = plan(organisation, {"level": "immediate", "country": "GT"}, MONDAY)
    assert found.ladder(Level.IMMEDIATE).steps[0].people == ("second", "third")
    assert "first" in found.ladder(Level.IMMEDIATE).steps[1].people
    assert "first" in found.reaches
    assert found.content == ("second", "third", "coordinator")
    permitted = plan(organisation, {"level": "immediate", "country": "GT"}, MONDAY, permitted=True)
    assert permitted.content[0] == "first"


def test_a_partner_is_paged_with_the_roster_and_opens_nothing_unless_the_notice_names_it() -> None:
    for named in (False, True):
        organisation = an_organisation(
            people={"shelter-desk": a_focal_point(partner="shelter")},
            partners={"shelter": Partner("the shelter", named)},
            receivers={"team": a_receiver(partners=("shelter",))},
        )
        found = plan(organisation, {"level": "immediate"}, MONDAY)
        assert found.ladder(Level.IMMEDIATE).steps[1].people[-1] == "shelter-desk"
        assert ("shelter-desk" in found.content) is named


def test_a_gap_wakes_the_whole_roster_and_the_coordinator_and_says_when_somebody_is_back() -> None:
    gap = Override(datetime.fromisoformat("2026-11-02T09:00"), datetime.fromisoformat("2026-11-03T09:00"))
    found = plan(an_organisation(rota=a_rota(overrides=(gap,))), {"level": "urgent"}, MONDAY)
    assert found.gap
    assert found.ladder(Level.URGENT).steps[0].people == ("first", "second", "third", "coordinator")
    assert found.on_duty_at == datetime(2026, 11, 3, 8, tzinfo=UTC)


def test_whoever_is_off_is_not_counted_on() -> None:
    found = plan(an_organisation(), {"level": "immediate"}, MONDAY, off={"first"})
    assert found.ladder(Level.IMMEDIATE).steps[0].people == ("second", "third")
    assert found.ladder(Level.IMMEDIATE).steps[1].people == ("second", "third")
    assert "first" in found.reaches


def test_a_stand_in_of_a_holiday_can_open_too() -> None:
    stand_in = Override(
        datetime.fromisoformat("2026-11-02T09:00"), datetime.fromisoformat("2026-11-03T09:00"), "fourth"
    )
    organisation = an_organisation(people={"fourth": a_focal_point()}, rota=a_rota(overrides=(stand_in,)))
    found = plan(organisation, {"level": "immediate"}, MONDAY)
    assert found.ladder(Level.IMMEDIATE).steps[0].people == ("fourth", "second")
    assert found.content[0] == "fourth"


def test_an_organisation_may_be_faster_than_the_protocol() -> None:
    quick = Policy(
        immediate=PROTOCOL.immediate,
        urgent=PROTOCOL.immediate,
        priority=PROTOCOL.urgent,
        routine=PROTOCOL.urgent,
    )
    organisation = an_organisation(receivers={"team": a_receiver(policy="quick")}, policies={"quick": quick})
    assert plan(organisation, {"level": "urgent"}, MONDAY).ladder(Level.URGENT).steps[1].after == minutes(3)


def test_the_louder_of_two_steps_at_one_moment_wins() -> None:
    quiet = replace(PROTOCOL.immediate, steps=(Step(minutes(0), (Who.ON_CALL,), Channels.FIRST),))
    organisation = an_organisation(
        receivers={"team": a_receiver(), "quiet": a_receiver(policy="quiet")},
        routes=Route(
            receiver="team", routes=(Route(receiver="quiet", continue_=True), Route(receiver="team"))
        ),
        policies={"quiet": Policy(immediate=quiet)},
    )
    step = plan(organisation, {"level": "immediate"}, MONDAY).ladder(Level.IMMEDIATE).steps[0]
    assert (step.people, step.channels) == (("first", "second"), Channels.ALL)


people = st.sampled_from(["first", "second", "third", "coordinator"])
countries = st.sampled_from(["GT", "HN", "CH", ""])
labels = st.fixed_dictionaries(
    {
        "level": st.sampled_from([level.word for level in Level]),
        "country": countries,
        "language": st.sampled_from(["en", "ar", ""]),
        "link": st.sampled_from(["had", "none", ""]),
    }
)


@examples(60)
@given(labels, st.sets(people), st.dictionaries(people, countries), st.integers(0, 100_000))
def test_every_label_set_reaches_a_human_whoever_is_off_and_wherever_they_are(
    given_labels: Labels, off: set[str], places: dict[str, str], later: int
) -> None:
    organisation = an_organisation(
        people={person: a_focal_point(located_in=place) for person, place in places.items()},
        routes=Route(
            receiver="team",
            routes=(Route(Match(country=("GT",)), continue_=True), Route(Match(link=("had",)))),
        ),
    )
    found: Plan = plan(organisation, given_labels, MONDAY + minutes(later), off=off)
    for ladder in found.ladders:
        assert all(step.people for step in ladder.steps)
        assert ladder.repeat is not None or ladder.then is not None
        assert set(ladder.steps[-1].people) <= set(found.reaches)
    assert set(found.content) <= set(found.reaches)
    assert set(found.content) == set(readers(organisation, given_labels, MONDAY + minutes(later), off=off))
