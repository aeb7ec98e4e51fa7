"""Whatever order people, timers and the reporter come in, one consistent case is left, never asleep."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from responders import escalation, reporter_side
from responders.cases import Case, Due, next_due
from responders.clock_back import within_reach
from responders.ending import erase
from responders.states import State
from responders.turns import CaseTurn
from tests.models import telling
from tests.responders.stories import Night, a_plan, an_assessment
from triage.scales import Level

PEOPLE = st.sampled_from(["first", "second", "third", "coordinator"])
LEVELS = st.sampled_from(list(Level))


class OneCase(RuleBasedStateMachine):
    """Take, pass, open, work, timers (stale, doubled, late), faults, erasure, handover: in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.night = Night.of(Level.URGENT)
        self.by_machine = self.night.case.level
        self.stale = [self.night.case.generation]

    def keeps(self, turn: CaseTurn, *, by_machine: bool = True) -> None:
        before = self.night.case
        self.night.keeps(turn)
        if by_machine:
            assert turn.case.level >= before.level, "the machine never lowers a level"
        if turn.case != before:
            assert turn.case.generation == before.generation + 1
        self.stale.append(before.generation)

    @rule(
        person=PEOPLE,
        typed=st.sampled_from(
            [
                "t42",
                "p42 1",
                "p42 2",
                "p42",
                "o42",
                "w42",
                "42 we are here",
                "n42 a note",
                "u42",
                "x42",
                "q42",
            ]
        ),
    )
    def somebody_types(self, person: str, typed: str) -> None:
        self.night.types(person, typed)

    @rule(person=PEOPLE, to=PEOPLE)
    def hands_over(self, person: str, to: str) -> None:
        self.night.types(person, f"h42 {to}")

    @rule(minutes=st.sampled_from([0.5, 3, 5, 31, 130, 1500]))
    def time_passes(self, minutes: float) -> None:
        self.night.after(minutes=minutes)

    @rule(minutes=st.sampled_from([5, 120]))
    def a_late_timer(self, minutes: int) -> None:
        due = next_due(self.night.case)
        if due is not None:
            self.night.now = max(self.night.now, due) + timedelta(minutes=minutes)
            self.keeps(escalation.on_due(self.night.case, self.night.case.generation, self.night.now))

    @rule(pick=st.integers(0, 30))
    def a_stale_timer(self, pick: int) -> None:
        generation = self.stale[pick % len(self.stale)]
        if generation == self.night.case.generation:
            return
        turn = escalation.on_due(self.night.case, generation, self.night.now + timedelta(days=1))
        assert turn == CaseTurn(self.night.case)

    @rule(person=PEOPLE)
    @precondition(lambda self: self.night.case.is_open)
    def a_page_cannot_arrive(self, person: str) -> None:
        self.keeps(escalation.undeliverable(self.night.case, person, self.night.now))

    @rule(person=st.sampled_from(["first", "second"]))
    def somebody_is_removed(self, person: str) -> None:
        self.keeps(escalation.removed(self.night.case, person, self.night.now))

    @rule(level=LEVELS)
    @precondition(lambda self: self.night.case.is_open)
    def the_machine_assesses_again(self, level: Level) -> None:
        self.keeps(escalation.raise_level(self.night.case, an_assessment(level), self.night.now))

    @rule(locked=st.booleans())
    @precondition(lambda self: self.night.case.is_open)
    def danger_comes_again(self, locked: bool) -> None:
        self.keeps(escalation.danger_again(self.night.case, self.night.now, locked=locked))

    @rule()
    def the_country_becomes_known(self) -> None:
        if self.night.case.is_open:
            self.keeps(escalation.country_known(self.night.case, a_plan(), self.night.now))

    @rule(words=st.booleans())
    @precondition(lambda self: self.night.case.has_way)
    def the_reporter_writes(self, words: bool) -> None:
        self.keeps(reporter_side.reporter_wrote(self.night.case, words, self.night.now))

    @rule()
    @precondition(lambda self: self.night.case.has_way)
    def the_reporter_erases(self) -> None:
        self.keeps(erase(self.night.case, self.night.now))

    @rule(person=PEOPLE)
    @precondition(lambda self: self.night.case.is_open)
    def somebody_takes_it(self, person: str) -> None:
        """Who has it then, as the protocol's section 5 says it in three lines."""
        before = self.night.case
        self.night.types(person, "t42")
        is_theirs = before.has is None or person in {before.handover, *before.plan.coordinators}
        takes = is_theirs and before.may_open(person)
        assert self.night.case.has == (person if takes else before.has)
        assert before.has is None or self.night.case.has is not None, "who had it has lost it to nobody"

    @rule(person=PEOPLE, level=st.integers(1, 4))
    def a_person_says_how_urgent_it_is(self, person: str, level: int) -> None:
        had, before = self.night.case.has == person, self.night.case.level
        self.night.types(person, f"l42 {level} as I see it")
        assert had or self.night.case.level is before or self.night.case.has == person

    @rule(hours=st.sampled_from([0.01, 1, 30]))
    def the_clock_goes_back(self, hours: float) -> None:
        """And the timer, which the store has moved by as much, rings when its span is over."""
        case, by, due = self.night.case, timedelta(hours=hours), next_due(self.night.case)
        if due is None or due < self.night.now:
            return
        undisturbed = escalation.on_due(case, case.generation, due, plan=self.night.fresh())
        self.night.now = due - by
        turn = escalation.on_due(
            case, case.generation, self.night.now, plan=self.night.fresh(), was_retimed=True
        )
        if Due.STEP in case.due and case.due[Due.STEP] == due:
            assert {page.person for page in turn.pages} >= {page.person for page in undisturbed.pages}
        self.keeps(turn)

    @rule(person=PEOPLE)
    def somebody_ends_it(self, person: str) -> None:
        self.night.types(person, "e42 2")

    @invariant()
    def an_open_case_always_has_a_next_due_time(self) -> None:
        case = self.night.case
        if case.is_open:
            wake = {Due.STEP, Due.OPEN_BY, Due.PROGRESS_BY, Due.WORDS_BY} & set(case.due)
            assert wake, f"{case} has nothing that wakes anybody"

    @invariant()
    def having_and_state_agree(self) -> None:
        case = self.night.case
        if case.state is State.OPEN:
            assert case.has is None
            assert Due.STEP in case.due
        if case.state in {State.TAKEN, State.OPENED}:
            assert case.has is not None
            assert case.has in case.access
            assert case.has not in case.removed
            assert Due.STEP not in case.due
        if case.handover is not None:
            assert case.has is not None
            assert Due.HANDOVER_BY in case.due

    @invariant()
    def nothing_is_due_later_than_it_can_be(self) -> None:
        assert within_reach(self.night.case, self.night.now).case == self.night.case

    @invariant()
    def it_survives_the_store(self) -> None:
        assert Case.from_json(self.night.case.to_json()) == self.night.case

    @invariant()
    def an_untaken_ladder_ends_at_a_human(self) -> None:
        case = self.night.case
        if case.state is not State.OPEN:
            return
        probe, pages, now = case, 0, self.night.now
        for _ in range(12):
            due = next_due(probe)
            assert due is not None
            now = max(now, due)
            turn = escalation.on_due(probe, probe.generation, now)
            probe, pages = turn.case, pages + len(turn.pages)
        assert pages, "a ladder that wakes nobody"


OneCase.TestCase.settings = telling(stories=25, steps=25)
test_any_interleaving_leaves_one_consistent_case = OneCase.TestCase
