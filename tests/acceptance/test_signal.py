"""People on Signal: a reporter who answers by numbers, and a focal point who reads the card there and writes back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from bot.channels import Attachment, Event, Inbound
from bot.channels.numbered import numbered
from responders.cases import Mark
from responders.directory import Alarm, Content
from responders.policies import Responders
from responders.store import Store
from tests.acceptance.phones import Reporter
from tests.acceptance.world import World, a_world
from tests.responders.organisations import an_organisation

ALERTS = "signal-alerts"
WORDS = "señal-9c2b: my sister will call the office"


def with_signal(responders: Responders) -> Responders:
    """Everybody is woken on Signal first; "first" and the coordinator may read content there."""
    points = {
        name: replace(
            point,
            alarms=(Alarm.SIGNAL, Alarm.EMAIL),
            content=(Content.SIGNAL,) if name in ("first", "coordinator") else point.content,
        )
        for name, point in responders.directory.focal_points.items()
    }
    return replace(responders, directory=replace(responders.directory, focal_points=points))


@dataclass
class OnSignal:
    """A focal point's phone on the alerts account."""

    world: World
    name: str
    count: int = 0

    @property
    def address(self) -> str:
        return f"{self.name}-aci"

    @property
    def texts(self) -> list[str]:
        return [shown.message.text for shown in self.world.platforms[ALERTS].everything[self.address]]

    @property
    def screen(self) -> list[str]:
        return [shown.message.text for shown in self.world.platforms[ALERTS].chats[self.address]]

    def id_of(self, part: str) -> str:
        shown = self.world.platforms[ALERTS].everything[self.address]
        return next(one.id for one in reversed(shown) if part in one.message.text)

    async def does(
        self, text: str | None = None, *, quote: str | None = None, event: Event = Event.MESSAGE
    ) -> list[str]:
        before, self.count = len(self.texts), self.count + 1
        inbound = Inbound(ALERTS, self.address, f"f{self.count}", text=text, quote=quote, event=event)
        await self.world.app.hear_focal(inbound)
        await self.world.settle()
        return self.texts[before:]


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    async with a_world(store, with_signal(an_organisation())) as world:
        for name in world.people:
            await world.app.people.change(
                name,
                lambda one, at=f"{name}-aci": replace(
                    one, channels={ALERTS: at, "email": one.channels["email"]}
                ),  # type: ignore[misc]
            )
        yield world


@pytest.fixture
def first(world: World) -> OnSignal:
    return OnSignal(world, "first")


async def a_report(world: World, push: str = "yes") -> Reporter:
    ana = world.reporter("ana-aci", channel="signal")
    await ana.reports("unsafe", push=push, country="stop")
    return ana


async def test_a_reporter_answers_by_the_numbers_that_the_list_shows(world: World) -> None:
    ana = world.reporter("ana-aci", channel="signal")
    await ana.writes("hello")
    listed = numbered(ana.screen[-1].message)
    assert "\n1 " in listed
    await ana.writes("1")
    assert (await world.case()).push is not None
    await ana.writes("2")
    assert ana.question not in ("opening", "push")


async def test_signals_opening_does_not_speak_of_telegram(world: World) -> None:
    ana = world.reporter("ana-aci", channel="signal")
    (opening,) = await ana.writes("hello")
    assert "Telegram" not in opening


async def test_a_thumb_on_the_page_takes_it_and_brings_the_card_to_the_taker_only(
    world: World, first: OnSignal
) -> None:
    await a_report(world)
    number = (await world.case()).number
    page = first.texts[-1]
    assert page == f"{number} · IMMEDIATE · 1 I have it  2 pass  3 why me"

    answers = await first.does(quote=first.id_of("IMMEDIATE"), event=Event.LIKED)

    case = await world.case()
    assert case.has == "first"
    assert answers[0].startswith(f"{number} is yours.")
    assert answers[1].startswith(f"{number} IMMEDIATE | machine's level")
    assert all("machine's level" not in text for text in OnSignal(world, "second").texts)
    assert all(
        "machine's level" not in mail.message.text
        for chat in world.platforms["email"].everything.values()
        for mail in chat
    )


async def test_a_thumb_on_anything_else_is_only_a_thumb(world: World, first: OnSignal) -> None:
    await a_report(world)
    await first.does(quote=first.id_of("IMMEDIATE"), event=Event.LIKED)
    assert await first.does(quote=first.id_of("is yours"), event=Event.LIKED) == []
    assert await first.does(quote=first.id_of("machine's level"), event=Event.LIKED) == []


async def test_a_thumb_on_the_weekly_test_answers_it(world: World, first: OnSignal) -> None:
    await world.app.people.change("first", lambda one: replace(one, tested=None))
    (thanks,) = await first.does(quote="12345", event=Event.LIKED)
    assert thanks == "Thank you. Your alarm works."
    assert world.app.people.known["first"].tested == world.now


async def test_a_thumb_on_a_copy_of_a_page_that_we_do_not_know_does_not_sound_as_if_it_were_taken(
    world: World, first: OnSignal
) -> None:
    """The answer to the first sending was lost: it was sent twice, and only the second copy's id is known."""
    await a_report(world)
    (said,) = await first.does(quote="12345", event=Event.LIKED)
    assert said.startswith("Which case?")
    assert (await world.case()).has is None


async def test_whoever_mends_what_they_typed_hears_that_it_was_not_read(
    world: World, first: OnSignal
) -> None:
    await a_report(world)
    number = (await world.case()).number
    await first.does(f"t{number}")
    (said,) = await first.does(f"{number} come to the other door", event=Event.EDITED)
    assert said.startswith("Nothing was read.")


async def test_taking_is_not_opening_and_opening_brings_the_words(world: World, first: OnSignal) -> None:
    ana = world.reporter("ana-aci", channel="signal")
    await ana.writes("help they are at the door")
    number = (await world.case()).number
    await first.does("1")
    assert not (await world.case()).openers, "whoever falls asleep over the page has not opened it"

    answers = await first.does(f"o{number}")

    assert (await world.case()).openers == ("first",)
    assert answers[-2].startswith(f"{number} IMMEDIATE")
    assert answers[-1] == f"{number}: “help they are at the door”"


async def test_words_that_are_sealed_only_are_said_to_be(world: World, first: OnSignal) -> None:
    await a_report(world)
    number = (await world.case()).number
    await first.does("1")
    assert (await first.does(f"o{number}"))[-1] == "The rest is in the sealed report: open it with your key."


async def test_both_sides_talk_over_signal(world: World, first: OnSignal) -> None:
    ana = await a_report(world)
    number = (await world.case()).number
    await first.does("1")
    page = first.id_of("IMMEDIATE")

    assert await first.does("Are you safe now?", quote=page) == [
        f"{number}: goes out in 10 s. u{number} stops it."
    ]
    await world.after(seconds=9)
    assert "Are you safe now?" not in ana.texts
    await world.after(seconds=1)
    assert "Are you safe now?" in ana.texts

    await ana.writes(WORDS)
    await world.settle()
    assert f"{number}: “{WORDS}”" in first.texts
    assert WORDS not in str(OnSignal(world, "second").texts)


async def test_what_a_reporter_writes_goes_to_no_other_channel(world: World, first: OnSignal) -> None:
    ana = await a_report(world)
    await first.does("1")
    number = (await world.case()).number
    await first.does(f"{number} Are you safe now?")
    await world.after(seconds=11)
    world.platforms[ALERTS].dead.add(first.address)
    await ana.writes(WORDS)
    await world.after(minutes=1)
    mails = [one.message.text for chat in world.platforms["email"].everything.values() for one in chat]
    assert any(f"{number}: they wrote" in mail for mail in mails), "the notice takes the other channel"
    assert WORDS not in str(mails)


async def test_undo_in_time_shows_nothing_and_seized_removes_what_was_shown(
    world: World, first: OnSignal
) -> None:
    ana = await a_report(world)
    number = (await world.case()).number
    await first.does("1")
    await first.does(f"{number} too early")
    await first.does(f"u{number}")
    await first.does(f"{number} I am here")
    await world.after(seconds=11)
    assert "too early" not in str(ana.texts)
    assert "I am here" in ana.texts
    await first.does(f"x{number}")
    assert ana.texts == []


async def test_whoever_is_excluded_loses_the_card_from_the_phone(world: World, first: OnSignal) -> None:
    await a_report(world)
    number = (await world.case()).number
    await first.does("1")
    assert any("machine's level" in text for text in first.screen)
    await first.does(f"p{number} 3")
    assert not any("machine's level" in text for text in first.screen)


async def test_somebody_without_content_here_gets_no_card(world: World) -> None:
    await a_report(world)
    second = OnSignal(world, "second")
    answers = await second.does("1")
    assert len(answers) == 1
    assert "is yours" in answers[0]


async def test_a_voice_note_makes_the_case_unsure(world: World) -> None:
    ana = world.reporter("ana-aci", channel="signal")
    (reply,) = await ana.sends(Attachment.VOICE)
    assert reply
    await world.after(minutes=3)
    assert (await world.case()).unsure


async def test_a_new_identity_is_answered_as_a_new_chat_and_pushes_stop(
    world: World, first: OnSignal
) -> None:
    ana = await a_report(world)
    number = (await world.case()).number
    await first.does("1")
    await first.does(f"{number} on its way")

    assert await ana.does(Event.KEY_CHANGED) == [ana.text("send_again")]

    await world.after(seconds=30)
    assert "on its way" not in ana.texts, "it was written for the old phone"
    case = await world.case()
    assert Mark.KEY_CHANGED in case.marks
    assert "NEW PHONE" in str(await first.does(f"o{number}"))
    assert any(f"{number}: NEW PHONE" in text for text in first.texts)
    stranger = world.reporter("stranger-aci", channel="signal")
    assert await stranger.does(Event.KEY_CHANGED) == [stranger.text("send_again")], "it tells nobody anything"
    (answer,) = await first.does(f"{number} and now?")
    assert "NOT sent, NEW PHONE" in answer


async def test_an_identity_that_only_shows_when_we_send_stops_pushes_too(
    world: World, first: OnSignal
) -> None:
    ana = await a_report(world)
    number = (await world.case()).number
    await first.does("1")
    world.platforms["signal"].new_keys.add(ana.address)
    await first.does(f"{number} Are you safe now?")
    await world.after(seconds=11)
    case = await world.case()
    assert Mark.KEY_CHANGED in case.marks
    assert Mark.BLOCKED not in case.marks
    assert any(one.waits for one in case.held)


async def test_a_focal_points_new_phone_is_cut_off_until_it_is_enrolled_again(
    world: World, first: OnSignal
) -> None:
    await a_report(world)
    number = (await world.case()).number
    before = len(first.texts)

    await first.does(event=Event.KEY_CHANGED)

    assert await first.does(f"t{number}") == [], "whoever holds it now is a stranger"
    assert len(first.texts) == before
    assert (await world.case()).has is None
    mails = [one.message.text for one in world.platforms["email"].everything["first@example.org"]]
    assert any("Signal on this phone has a new identity" in mail for mail in mails)
    assert any("new identity" in text for text in OnSignal(world, "coordinator").texts)
    code = await world.app.people.invite("first", world.now)
    (hello,) = await first.does(code)
    assert hello.startswith("You are enrolled.")


async def test_a_page_that_signal_refuses_takes_the_other_channel_at_once(
    world: World, first: OnSignal
) -> None:
    world.platforms[ALERTS].dead.add(first.address)
    await a_report(world)
    mails = [one.message.text for one in world.platforms["email"].everything["first@example.org"]]
    assert any("IMMEDIATE" in mail for mail in mails)


async def test_a_message_in_the_inbox_leaves_it_with_its_work(world: World) -> None:
    inbox = world.app.inbox
    place = inbox.place("signal", "ana-aci", "1")
    assert await inbox.put("signal", place, b"{}", world.now)
    await world.app.hear(Inbound("signal", "ana-aci", "1", text="hello", in_inbox=True))
    assert await inbox.waiting("signal") == []
    assert not await inbox.put("signal", place, b"{}", world.now), "it was worked"


async def test_a_poisoned_message_leaves_the_inbox_when_it_is_set_aside(world: World) -> None:
    inbox = world.app.inbox
    await inbox.put("signal", inbox.place("signal", "ana-aci", "1"), b"{}", world.now)
    inbound = Inbound("signal", "ana-aci", "1", text=WORDS, in_inbox=True)

    async def breaks(_: Inbound) -> None:
        raise RuntimeError("broken")

    for _ in range(2):
        with pytest.raises(RuntimeError, match="broken"):
            await world.app.poison.guarded(inbound, breaks)
    await world.app.poison.guarded(inbound, breaks)
    assert await inbox.waiting("signal") == []
    assert (await world.case()).unsure
