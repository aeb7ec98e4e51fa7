"""The acceptance stories of the intake protocol, section 11, in English and in one other language each."""

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from responders import reporter_side
from responders.cases import Consent, Mark, Reply
from responders.directory import Partner
from responders.policies import Responders
from responders.store import Store
from tests.acceptance.world import CONFIG, World, a_world
from tests.responders.organisations import a_focal_point, a_receiver, an_organisation
from triage.scales import Level

HELP_AND_MORE = {
    "en": "help they come",
    "es": "ayuda vienen",
    "fr": "au secours ils arrivent",
    "ar": "النجدة إنهم قادمون",
}
HELP = {"en": "help", "es": "ayuda", "fr": "au secours", "ar": "النجدة"}


# -- 1 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", HELP_AND_MORE)
async def test_help_is_coming_in_any_language_is_an_alert_at_once_and_answered_in_it(
    world: World, language: str
) -> None:
    ana = world.reporter("ana", language="de" if language == "en" else "en")
    ana.locale = language
    (reply,) = await ana.writes(HELP_AND_MORE[language])
    assert reply == ana.text("reprisal/push.ask")
    assert "IMMEDIATE" in world.person("first").newest
    assert "IMMEDIATE" in world.person("second").newest
    case = await world.case()
    assert case.level is Level.IMMEDIATE
    assert case.language == language


@pytest.mark.parametrize("locale", ["en", "fr"])
async def test_ayuda_vienen_is_answered_in_spanish_whatever_the_phone_speaks(
    world: World, locale: str
) -> None:
    ana = world.reporter("ana", language=locale)
    (reply,) = await ana.writes("ayuda vienen")
    assert reply == world.app.kit.texts.say("reprisal/push.ask", "es")


@pytest.mark.parametrize("language", HELP)
async def test_no_languages_word_for_help_opens_an_information_menu(world: World, language: str) -> None:
    ana = world.reporter("ana", language=language)
    (reply,) = await ana.writes(HELP[language])
    assert reply.startswith(ana.text("reprisal/opening.ask.no_signal", team=world.app.kit.team))
    assert ana.text("information", team=world.app.kit.team) not in reply


# -- 2 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_not_safe_and_then_silence_keeps_the_ladder_climbing(world: World, language: str) -> None:
    ana = world.reporter("ana", language=language)
    await ana.reports("unsafe", push="stop")
    shown = len(ana.platform.everything["ana"])
    await world.after(minutes=30)
    assert (await world.case()).has is None
    assert len(world.person("coordinator").pages) > 2, "after 10 minutes all are paged every 5 minutes"
    later = [one.message.text for one in ana.platform.everything["ana"][shown:]]
    assert later == [ana.text("push_hello")]


# -- 3 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_never_write_first_holds_a_message_back_says_why_and_takes_a_note_for_first_words(
    world: World, language: str
) -> None:
    ana = world.reporter("ana", language=language)
    await ana.reports("unsafe", push="never", country="stop")
    number = await world.taken()
    shown = len(ana.platform.everything["ana"])
    answers = await world.person("first").types(f"{number} Are you all right?")
    assert any("NOT sent" in answer and "never write first" in answer for answer in answers)
    await world.person("first").types(f"n{number} waiting until she writes")
    await world.after(minutes=25)
    await world.person("first").types(f"w{number}")
    await world.after(minutes=25)
    assert (await world.case()).has == "first", "the note satisfied the clock for first words"
    assert len(ana.platform.everything["ana"]) == shown


# -- 4 ---------------------------------------------------------------------------------------------------------------

CONTROL_WORDS = {
    "en": (
        "STATUS",
        "BACK",
        "DELETE",
        "what did I send",
        "/start",
        "?",
        "SKIP",
        "DONE",
        "SIGNAL",
        "CLEAR",
        "ERASE",
    ),
    "es": (
        "ESTADO",
        "ATRÁS",
        "BORRAR",
        "LIMPIAR",
        "PARAR",
        "SALTAR",
        "IDIOMA",
        "RETIRAR",
        "1",
        "hola",
        "gracias",
    ),
}


@pytest.mark.parametrize("language", CONTROL_WORDS)
@pytest.mark.parametrize(
    "how", ["tapped the receipt", "waited ten minutes", "alerted and waited fifteen minutes"]
)
async def test_a_locked_chat_answers_word_for_word_as_a_new_one(
    world: World, language: str, how: str
) -> None:
    words = CONTROL_WORDS[language]
    locked = [world.reporter(f"ana{count}", language=language) for count in range(len(words))]
    for ana in locked:
        if how.startswith("alerted"):
            await ana.reports("unsafe", country="stop")
        else:
            await ana.reports("safe", what="harassed", when="longer")
        if how.startswith("tapped"):
            await ana.taps_data("receipt.gone")
    await world.after(minutes=0 if how.startswith("tapped") else 16)
    for ana, word in zip(locked, words, strict=True):
        new = world.reporter(f"new {ana.address}", language=language)
        for said in (word, word, "1", word):
            assert await ana.gets(said) == await new.gets(said), (how, said)


# -- 5 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
async def test_erased_with_nobody_having_it_the_ladder_goes_on_and_the_taker_reads_maybe_forced(
    world: World, language: str
) -> None:
    ana = world.reporter("ana", language=language)
    await ana.reports("unsafe", push="hello", notice="stop")
    (reply,) = await ana.says("erase")
    assert reply == ana.text("cleared")
    assert ana.texts == [reply], "the chat is emptied before text 9"
    before = len(world.person("coordinator").pages)
    await world.after(minutes=20)
    assert len(world.person("coordinator").pages) > before
    number = (await world.case()).number
    answers = await world.person("first").types(f"t{number}")
    assert any("erased" in answer.lower() for answer in (*answers, *world.person("first").pages))
    _, way = await world.app.casework.load(number)
    assert way is None, "the address is gone"
    refused = await world.person("first").types(f"{number} hello")
    assert any("erased" in answer.lower() for answer in refused), "no way"


# -- 6 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_words_right_or_wrong_on_any_phone_and_a_changed_identity_look_alike(
    world: World, language: str
) -> None:
    ana = world.reporter("ana", language=language)
    await ana.reports("unsafe", what="attack", when="now", more="all")
    right = ana.receipt_words
    wrong = world.app.kit.words.say(world.app.kit.words.new(language, b"another entropy!", shard=0, shards=1))
    number = (await world.case()).number
    await world.after(minutes=20)

    seen = {}
    for name, words in (("new phone", right), ("guess", wrong)):
        seen[name] = await world.reporter(name, language=language).gets(words)
    await world.app.casework.change(
        number, lambda case: reporter_side.key_changed(case, world.now), world.now
    )
    seen["changed"] = await ana.gets(wrong)
    assert seen["new phone"] == seen["guess"] == seen["changed"]
    first, opening = (text for text, _ in seen["guess"])
    assert first == ana.text("words_given")
    assert opening.startswith(ana.text("reprisal/opening.ask.no_signal", team=world.app.kit.team))
    case = await world.case()
    assert {Mark.NEW_PHONE, Mark.KEY_CHANGED} <= case.marks
    await world.taken()
    assert "NEW PHONE" in await world.person("first").reads(number)


# -- 7 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    ["akhoya mokhtafi men 10 sa3at", "أخي مختفي منذ ١٠ ساعات", "my brother has been missing for 10 hours"],
)
async def test_a_missing_brother_in_arabizi_is_answered_in_arabic_at_once(world: World, written: str) -> None:
    language = "en" if written.isascii() and "brother" in written else "ar"
    ana = world.reporter("ana", language="en")
    (reply,) = await ana.writes(written)
    ana.locale = language
    assert reply == ana.text("reprisal/push.ask")
    assert (await world.case()).level is Level.IMMEDIATE
    await ana.taps_data("push.hello")
    asked = list(ana.texts)
    await ana.taps_data("notice.agree")
    await ana.writes({"en": "Iraq", "ar": "العراق"}[language])
    await ana.taps_data("confirm.yes")
    for _ in range(12):
        question = ana.question
        if question is None:
            break
        asked += ana.texts[-1:]
        await ana.taps_data(
            {"about": "about.cannot_ask", "kinship": "kinship.family", "more": "more.all"}.get(
                question, "command.skip"
            )
        )
    number = (await world.case()).number
    assert (await world.case()).country == "IQ"
    await world.taken()
    read = await world.person("first").reads(number)
    assert '"kinship":"family"' in read
    assert written in read
    forbidden = {"en": "your name", "ar": "اسمك"}[language]
    assert not any(forbidden in text for text in asked), "no name is asked"


# -- 8 ---------------------------------------------------------------------------------------------------------------


def _with_staff_of_guatemala() -> Responders:
    """Two of the roster are kept out by the country, and a partner whom the notice does not name is woken as well."""
    people = {
        "first": a_focal_point(located_in="GT"),
        "second": a_focal_point(nationalities=("GT",)),
        "shelter": a_focal_point(partner="harbour"),
    }
    return an_organisation(
        people=people,
        partners={"harbour": Partner("Harbour")},
        receivers={"team": a_receiver(partners=("harbour",))},
    )


@pytest.mark.parametrize(("language", "country"), [("en", "Guatemala"), ("ar", "غواتيمالا")])
async def test_nobody_in_or_of_the_country_opens_content_and_pages_carry_only_code_and_level(
    store: Store, language: str, country: str
) -> None:
    async with a_world(store, _with_staff_of_guatemala()) as world:
        ana = world.reporter("ana", language=language)
        await ana.reports("unsafe", country=country, what="attack", when="now")
        await world.after(minutes=4)
        number = (await world.case()).number
        for name in ("first", "second"):
            await world.person(name).at_desk(f"t{number}")
            read = await world.person(name).reads(number)
            assert "attack" not in read
            assert "report" not in read
        assert world.person("third").pages, "the whole roster"
        assert world.person("shelter").pages == [f"{number} · IMMEDIATE · 1 I have it  2 pass  3 why me"]
        await world.person("shelter").at_desk(f"t{number}")
        seen = await world.person("shelter").reads(number)
        assert not any(word in seen.lower() for word in ("report", "attack", "guatemala", "gt"))
        pages = [page for person in world.people.values() for page in person.pages]
        assert not any(
            word in page.lower() for page in pages for word in ("guatemala", " gt", "attack", "arab")
        )
        await world.person("third").at_desk(f"t{number}")
        assert '"what":["attack"]' in await world.person("third").reads(number)


# -- 10 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "day"), [("en", "20 November"), ("fr", "20 novembre")])
async def test_a_summons_on_the_20th_reported_on_the_10th_is_urgent_on_the_17th(
    world: World, language: str, day: str
) -> None:
    world.now = world.now.replace(day=10)
    ana = world.reporter("ana", language=language)
    await ana.reports("safe", what="organisation", when="date", on=day, about="me")
    assert (await world.case()).level is Level.PRIORITY
    number = await world.taken()
    shown = len(ana.platform.everything["ana"])
    await world.person("first").types(f"{number} Thank you, we are on it.")
    while world.now.day < 16:
        await world.after(hours=20)
        await world.person("first").types(f"w{number}")
    assert (await world.case()).level is Level.PRIORITY
    world.now = world.now.replace(day=17, hour=0, minute=1)
    await world.after(minutes=1)
    assert (await world.case()).level is Level.URGENT
    pushed = [one.message.text for one in ana.platform.everything["ana"][shown:]]
    assert set(pushed) <= {ana.text("push_hello")}


# -- 11 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
async def test_with_twelve_open_cases_bare_text_goes_nowhere_and_nothing_is_referred_without_consent(
    store: Store, language: str
) -> None:
    partners = {"un office": Partner(name="UN office")}
    people = {"liaison": a_focal_point(partner="un office")}
    async with a_world(store, an_organisation(partners=partners, people=people)) as world:
        first = world.person("first")
        for count in range(12):
            await world.reporter(f"ana{count}", language=language).reports(
                "safe", what="harassed", push_later="yes", when="days"
            )
        numbers = [case.number for case in await world.cases()]
        for number in numbers:
            await first.at_desk(f"t{number}")
        shown = {name: len(reporter.platform.everything[name]) for name, reporter in world.reporters.items()}
        await first.types("We read it, thank you")
        await world.after(seconds=15)
        assert shown == {n: len(r.platform.everything[n]) for n, r in world.reporters.items()}
        await first.types(f"{numbers[3]} We read it, thank you")
        await world.after(seconds=15)
        got = [n for n, r in world.reporters.items() if len(r.platform.everything[n]) > shown[n]]
        assert len(got) == 1
        assert world.reporters[got[0]].newest == "We read it, thank you"
        refused = await first.types(f"r{numbers[3]} UN office")
        assert any("consent" in answer.lower() or "yes" in answer.lower() for answer in refused)
        consent = Consent("d", Reply.YES, world.now, body="un office")
        await world.app.casework.change(
            numbers[3], lambda case: reporter_side.consent_answered(case, consent), world.now
        )
        await first.types(f"r{numbers[3]} UN office")
        await world.after(seconds=15)
        told = len(world.person("liaison").pages)
        assert told
        ana = world.reporters[got[0]]
        await ana.writes(ana.receipt_words)
        await ana.says("withdraw")
        assert len(world.person("liaison").pages) == told + 1, "after a withdrawal recipients are told"


# -- 12 --------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_check_fails_for_a_ladder_with_telegram_only_and_no_way_to_open(tmp_path: Path) -> None:
    """The shipped organisation passes; without a place to open reports, `tocsin check` names the ladder and fails."""
    shutil.copytree(CONFIG, tmp_path, dirs_exist_ok=True)
    assert CliRunner().invoke(app, ["check", "--config", str(tmp_path)]).exit_code == 0
    file = tmp_path / "responders.yaml"
    lines = file.read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.strip().startswith("content:")]
    only = [re.sub(r"alarms: \[.*\]", "alarms: [telegram-alerts]", line) for line in kept]
    file.write_text("\n".join(only), "utf-8")

    told = CliRunner().invoke(app, ["check", "--config", str(tmp_path)])

    assert told.exit_code == 1
    place = only.index("  protection-team:") + 1
    stuck = (
        "at immediate, urgent, priority, routine the ladder ends with nobody who can open a report and answer"
    )
    assert f'responders.yaml:{place}:3: receiver "protection-team": {stuck}' in told.output.replace("\n", " ")


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_a_take_that_is_not_opened_in_five_minutes_lets_the_ladder_resume(
    world: World, language: str
) -> None:
    ana = world.reporter("ana", language=language)
    await ana.reports("unsafe", push="stop")
    await world.person("first").types("1")
    pages = len(world.person("second").pages)
    await world.after(minutes=4)
    assert (await world.case()).has == "first"
    await world.after(minutes=2)
    assert (await world.case()).has is None
    assert len(world.person("second").pages) > pages


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_with_nobody_on_duty_the_reporter_is_told_the_true_time(world: World, language: str) -> None:
    world.app.duty.nobody = True
    world.app.duty.next_duty = world.now.replace(hour=18, minute=30)
    ana = world.reporter("ana", language=language)
    time = "18:30 UTC"
    (opening,) = await ana.writes("/start")
    assert ana.text("nobody_on_duty", time=time) in opening
    (alert,) = await ana.taps_data("opening.unsafe")
    assert ana.text("nobody_on_duty", time=time) in alert


STORIES = {
    "en": "They wait at the corner of our street every evening.",
    "es": "Esperan cada tarde en la esquina de nuestra calle.",
    "fr": "Ils attendent chaque soir au coin de notre rue.",
    "ar": "ينتظرون كل مساء عند زاوية شارعنا.",
}

# -- a report leaves nothing out -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es", "fr", "ar"])
async def test_what_is_answered_is_what_the_taker_reads(world: World, language: str) -> None:
    ana = world.reporter("ana", language=language)
    story = STORIES[language]
    await ana.reports(
        "unsure", what="followed,travel", when="days", about="group", how_many="40", kinship="colleague", more="more",
        link="gave_up", who_did="intelligence", words=story, help="record", exclude="the driver", later="later",
    )  # fmt: skip
    number = await world.taken()
    read = await world.person("first").reads(number)
    body = next(json.loads(line) for line in read.split("\n") if line.startswith("{"))
    said = body["report"]
    assert said["words"] == [story]
    assert said["what"] == ["followed", "travel"]
    assert (said["how_many"], said["kinship"], said["link"]) == (40, "colleague", "gave_up")
    assert (said["who_did"], said["help"]) == ("intelligence", ["record"])
    assert (said["exclude"], said["later"]) == ("the driver", "later")
    assert said["language"] == language
