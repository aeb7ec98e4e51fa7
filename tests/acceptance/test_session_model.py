"""Whatever one person does with one telephone, in whatever order: what must hold of a conversation, held against a
model that knows only what they did and were told. Real store, whole service, a moved clock."""

import asyncio
import re
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.channels import Attachment, Inbound
from bot.session import Session
from responders.cases import Case, Mark
from responders.envelope import case_of, unseal
from responders.keyring import session_box
from responders.pending import case_key, draft_key, session_key
from responders.store import Store
from responders.valkey import EmbeddedStore
from tests.acceptance.phones import Reporter
from tests.acceptance.world import World, a_world
from tests.conftest import PATIENT, wipe
from tests.models import telling
from triage.scales import Level

STORY = "On Tuesday two men in a grey car waited in front of the office and asked everybody about me, mark{}."
QUIET = 15
TAPS = (
    "opening.unsafe",
    "opening.soon",
    "opening.safe",
    "push.hello",
    "notice.agree",
    "more.all",
    "more.another",
)


@dataclass(slots=True)
class Model:
    """`marks`: of the stories that they were answered and have not taken back. `levels`: every case that they ever
    had, at its highest; `ended`: those that a person ended since. `idle`: minutes since they wrote."""

    marks: set[str] = field(default_factory=set)
    levels: dict[int, Level] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    idle: int = QUIET + 1
    written: int = 0


class OneTelephone(RuleBasedStateMachine):
    """Answers, taps of any age, stories, waiting, CLEAR, ERASE, STOP, BACK; a focal point takes, and ends."""

    url = ""

    @initialize()
    def begin(self) -> None:
        self.runner, self.model = asyncio.Runner(), Model()
        self.last: Inbound | None = None
        self.runner.run(self._begin())

    async def _begin(self) -> None:
        self.store, self.stack = Store(self.url, patience=PATIENT), AsyncExitStack()
        await wipe(self.store)
        self.world: World = await self.stack.enter_async_context(a_world(self.store))
        self.ana: Reporter = self.world.reporter("ana")

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.runner.run(self.stack.aclose())
            self.runner.run(self.store.close())
            self.runner.close()

    # -- what they do ----------------------------------------------------------------------------------------------

    @rule(place=st.integers(0, 3))
    def answers(self, place: int) -> None:
        """One of the first buttons of the newest message; where it has none, a short text."""
        buttons = self.ana.screen[-1].message.buttons if self.ana.screen else ()
        if buttons:
            self.hears(choice=buttons[min(place, len(buttons) - 1)].data)
        else:
            self.hears(text=("Kenya", "2", "yes", "the police")[place])

    @rule(data=st.sampled_from(TAPS))
    def taps_an_old_button(self, data: str) -> None:
        self.hears(choice=data)

    @rule()
    def tells_a_story(self) -> None:
        self.model.written += 1
        mark = f"mark{self.model.written}"
        self.hears(text=STORY.format(self.model.written))
        self.model.marks.add(mark)

    @rule(kind=st.sampled_from([Attachment.VOICE, Attachment.PICTURE]))
    def sends(self, kind: Attachment) -> None:
        self.hears(attachment=kind)

    @rule(command=st.sampled_from(["back", "skip", "done", "status", "language"]))
    def says(self, command: str) -> None:
        self.hears(text=self.ana.word(command))

    @rule(minutes=st.sampled_from([1, 9, 16, 31]))
    def waits(self, minutes: int) -> None:
        self.runner.run(self.world.after(minutes=minutes))
        self.model.idle += minutes

    @rule()
    @precondition(lambda self: self.last is not None)
    def the_platform_repeats_their_last_message(self) -> None:
        before = self.runner.run(self._everything())
        shown = len(self.ana.platform.everything["ana"])
        assert self.last is not None
        self.runner.run(self._hear(self.last))
        assert self.runner.run(self._everything()) == before, "a message worked twice changed something"
        assert len(self.ana.platform.everything["ana"]) == shown, "and was answered twice"

    @rule()
    def clears(self) -> None:
        self.hears(text=self.ana.word("clear"))
        assert len(self.ana.screen) == 1, "CLEAR leaves only its own answer"

    @rule()
    def stops(self) -> None:
        held = self.runner.run(self._in_cases())
        self.hears(text=self.ana.word("stop"))
        assert self.runner.run(self._in_cases()) >= held, "STOP takes nothing out of a case"
        self.model.marks &= held

    @rule()
    def erases(self) -> None:
        before = {case.number: case for case in self.runner.run(self._cases())}
        held = self.runner.run(self._in_cases())
        self.hears(text=self.ana.word("erase"))
        assert self.runner.run(self._draft()) is None
        session = self.runner.run(self._session())
        assert session is None or not (session.words or session.base_words or session.answers)
        for case in self.runner.run(self._cases()):
            was = before[case.number]
            if Mark.ERASED in case.marks and Mark.ERASED not in was.marks:  # else it was not theirs to erase
                assert case.is_open == (case.level >= Level.URGENT and was.is_open)
                if not case.is_open:  # the sealed body of one that climbs on stays for a day
                    assert self.runner.run(self._parts(case)) == []
        self.model.marks &= self.runner.run(self._in_cases())
        assert self.model.marks <= held

    @rule()
    @precondition(lambda self: self.model.idle > QUIET)
    def somebody_looks_at_the_locked_chat(self) -> None:
        new = self.world.reporter(f"new{self.model.written}-{len(self.world.reporters)}")
        expected = self.runner.run(new.gets("hello"))
        found = self.runner.run(self.ana.gets("hello"))
        self.model.idle, self.last = 0, None
        assert found[0] == expected[0], "it answers like a new one"

    # -- what others do --------------------------------------------------------------------------------------------

    @rule(ends=st.booleans())
    def a_person_takes_the_newest_case(self, ends: bool) -> None:
        cases = [case for case in self.runner.run(self._cases()) if case.is_open]
        if not cases:
            return
        number = cases[-1].number
        self.runner.run(self.world.person("first").at_desk(f"t{number}"))
        if ends:
            self.runner.run(self.world.person("first").at_desk(f"e{number} 2"))
            self.model.ended.add(number)

    # -- what must hold --------------------------------------------------------------------------------------------

    @invariant()
    def every_story_is_kept(self) -> None:
        if hasattr(self, "stack"):
            found = self.runner.run(self._in_cases()) | self.runner.run(self._unfinished())
            assert self.model.marks <= found, f"lost: {self.model.marks - found}"

    @invariant()
    def no_alert_disappears_and_none_is_lowered(self) -> None:
        if not hasattr(self, "stack"):
            return
        cases = {case.number: case for case in self.runner.run(self._cases())}
        assert cases.keys() >= self.model.levels.keys(), "a case is gone"
        for number, case in cases.items():
            assert case.level >= self.model.levels.get(number, Level.ROUTINE), f"{number} was lowered"
            self.model.levels[number] = case.level
            if number in self.model.ended:
                continue
            erased = Mark.ERASED in case.marks and case.level < Level.URGENT
            assert case.is_open != erased, f"{number} is {case.state.value}, and nobody ended it"

    @invariant()
    def every_open_case_will_wake_somebody(self) -> None:
        if hasattr(self, "stack"):
            for shard in range(2):
                late = self.runner.run(self.store.overdue(shard, self.world.now, timedelta(0)))
                assert late == [], f"nobody will wake {late}"

    # -- how it is seen --------------------------------------------------------------------------------------------

    def hears(
        self, *, text: str | None = None, choice: str | None = None, attachment: Attachment | None = None
    ) -> None:
        """One message, which is answered."""
        name = f"m{next(self.ana._ids)}"
        self.last = Inbound(self.ana.channel, "ana", name, text, choice, attachment, "en")
        shown = len(self.ana.platform.everything["ana"])
        self.runner.run(self._hear(self.last))
        self.model.idle = 0
        is_silent = choice == "receipt.gone"
        assert is_silent or len(self.ana.platform.everything["ana"]) > shown, "nothing was answered"

    async def _hear(self, inbound: Inbound) -> None:
        await self.world.app.hear(inbound)
        await self.world.settle()

    async def _everything(self) -> object:
        """All that the store holds of conversations and cases, as sealed as it is."""
        keys = sorted(key for key in await self.world.keys("{s") if ":case:" in key or ":session:" in key)
        plain = [key for key in keys if not key.endswith((":body", ":waiting"))]
        return keys, await self.store.read(plain), self.model.levels.copy()

    async def _cases(self) -> list[Case]:
        """Every case record there is, ended ones too."""
        found = []
        for key in await self.world.keys("{s"):
            if key.rpartition(":case:")[2].isdigit():
                (blob,) = await self.store.read([key])
                assert blob is not None
                found.append(self.world.app.casework.dispatch.open_case(key, blob))
        return sorted(found, key=lambda case: case.number)

    async def _parts(self, case: Case) -> list[str]:
        """What is sealed in a case, opened with the recovery key."""
        fields = await self.store.fields(case_key(case.number % 2, case.number, "body"))
        return [
            unseal(sealed, self.world.recovery, case_id=case.id).plaintext.decode()
            for sealed in fields.values()
        ]

    async def _in_cases(self) -> set[str]:
        """The marks of the stories that lie in a case."""
        return self._marks([part for case in await self._cases() for part in await self._parts(case)])

    async def _unfinished(self) -> set[str]:
        """The marks of those in the draft or, before there is one, in the session."""
        draft, session = await self._draft(), await self._session()
        words = (*session.words, *session.base_words) if session is not None else ()
        return self._marks([*words, *([] if draft is None else [draft])])

    @staticmethod
    def _marks(texts: Iterable[str]) -> set[str]:
        return {mark for text in texts for mark in re.findall(r"mark\d+", text)}

    async def _session(self) -> Session | None:
        key = session_key(self.world.shard(self.ana), self.world.pseudonym(self.ana))
        (blob,) = await self.store.read([key])
        box = session_box(self.world.master, self.ana.channel, self.ana.address)
        return None if blob is None else Session.from_json(box.open(blob, key.encode()))

    async def _draft(self) -> str | None:
        key = draft_key(self.world.shard(self.ana), self.world.pseudonym(self.ana))
        (sealed,) = await self.store.read([key])
        if sealed is None:
            return None
        return unseal(sealed, self.world.recovery, case_id=case_of(sealed)).plaintext.decode()


def test_whatever_one_person_does_nothing_that_was_answered_is_lost(valkey: EmbeddedStore) -> None:
    class OnThisServer(OneTelephone):
        url = valkey.url

    run_state_machine_as_test(OnThisServer, settings=telling(stories=10, steps=20))
