"""The card and the list as the taker reads them, in the shipped English."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.source_texts import read_sources
from responders import reporter_side
from responders.card import Around, Voice, card, listed
from responders.cases import Consent, Mark, Reply
from responders.ending import erase
from tests.responders.stories import TEXTS, TUESDAY_NIGHT, a_case
from triage.report import Answer, Report
from triage.scales import Level

_SOURCES, _ = read_sources(TEXTS.parents[1])


def say(key: str, /, **values: object) -> str:
    return _SOURCES[key].forms[0].format(**values)


def clock(at: datetime) -> str:
    return f"{at:%H:%M}"


VOICE = Voice(say, clock)
REPORT = Report(
    opening="unsafe",
    what=("attack",),
    when="now",
    about="me",
    under_18=Answer.UNKNOWN,
    language="es",
    interpreter=True,
    words=("XYZZY took my papers",),
    exclude="XYZZY the neighbour",
)


def test_the_card_in_full() -> None:
    case = replace(a_case().case, unsure=True, country="GT").marked(Mark.NO_WORDS)
    around = Around(their_time="20:00", reporter_there=True)
    assert card(case, REPORT, VOICE, around) == (
        "42 IMMEDIATE unsure | machine's level | due 02:03\n"
        'WRITE: only "hello" first NO WORDS\n'
        "Why: Not safe right now\n"
        "Who: Me | under 18 I do not know | hurt or ill ? | how many 1\n"
        "What: Attack or violence\n"
        "When: It is happening now | dates ahead: none | their time 20:00\n"
        "Where: GT | reporter there: yes\n"
        "By: ? | UN link: ?\n"
        "Language: es > interpreter | Telegram\n"
        "Allowed: duty team only; no referral, name, UN, press\n"
        "Wants: ? | Must not see: see the report | earlier cases: 0"
    )


def test_due_is_what_has_to_be_done_and_not_the_warning_before_it() -> None:
    started = a_case().case
    at = [TUESDAY_NIGHT + timedelta(minutes=minutes) for minutes in (25, 30, 40)]
    waits = replace(started, due={}).with_due(progress_soon=at[0], progress_by=at[1], reassess=at[2])
    assert f"due {clock(at[1])}" in card(waits, REPORT, VOICE)


def test_the_card_never_shows_the_reporter_s_words() -> None:
    assert "XYZZY" not in card(a_case().case, REPORT, VOICE)


def test_marks_stand_beside_row_2_never_instead_of_it() -> None:
    case = a_case(push="never").case.marked(Mark.SEIZED, Mark.NEW_PHONE, Mark.KEY_CHANGED, Mark.BLOCKED)
    assert card(case, REPORT, VOICE).splitlines()[1] == "WRITE: NEVER SEIZED NEW PHONE BLOCKED"


def test_a_person_s_level_shows_the_machine_s_beside_it() -> None:
    case = replace(a_case().case, level=Level.PRIORITY, confirmed=Level.PRIORITY)
    assert "set by a person; machine: IMMEDIATE" in card(case, REPORT, VOICE)


def test_what_is_allowed_is_what_was_said_yes_to_last() -> None:
    yes = Consent("d", Reply.YES, TUESDAY_NIGHT, "1", "UN office")
    case = a_case(consents=(yes,)).case
    assert "Allowed: referral to UN office" in card(case, REPORT, VOICE)
    no = replace(case, consents=(yes, replace(yes, reply=Reply.NO)))
    assert "Allowed: duty team only" in card(no, REPORT, VOICE)


def test_without_the_codes_the_card_points_to_the_sealed_report() -> None:
    assert "The rest is in the sealed report" in card(a_case().case, None, VOICE)


def test_an_erased_shell_shows_number_and_level_only() -> None:
    shell = erase(a_case().case, TUESDAY_NIGHT).case
    assert card(shell, None, VOICE).splitlines() == [
        "42 IMMEDIATE | machine's level | due 02:03",
        "WRITE: NEVER ERASED, maybe forced",
    ]


def test_the_list_has_one_line_a_case_in_the_order_of_what_is_due() -> None:
    calm, urgent = a_case(Level.URGENT, number=43).case, a_case(number=44).case
    mine = replace(a_case(number=45).case, has="first")
    assert listed([calm, urgent, mine], "first", VOICE).splitlines() == [
        "44 IMMEDIATE · nobody has it · 02:03",
        "45 IMMEDIATE · yours · 02:03",
        "43 URGENT · nobody has it · 02:15",
    ]
    assert listed([], "first", VOICE) == "No open cases."


def test_writing_without_the_words_shows_on_the_card() -> None:
    wrote = reporter_side.reporter_wrote(a_case(push="never").case, False, TUESDAY_NIGHT).case
    assert "Wrote 02:00, no words" in card(wrote, REPORT, VOICE)
    proven = reporter_side.reporter_wrote(wrote, True, TUESDAY_NIGHT).case
    assert "no words" not in card(proven, REPORT, VOICE)
