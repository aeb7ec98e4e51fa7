"""A language is offered only when it is whole; what is said is complete, isolated and counted rightly."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogues import catalogue_path, read_catalogue, update_catalogue, write_catalogue
from bot.check_texts import problems
from bot.normal import normal
from bot.source_texts import placeholders, read_sources
from bot.texts import Texts, TextsError, statuses
from tests.bot.flows.conftest import CONFIG

LANGUAGES = ("en", "ar", "es", "fr")
SMALL = """
review: reviewed
hello: {text: "Hello {name}", note: A greeting.}
cases: {text: {one: "{count} case", other: "{count} cases"}}
go: {text: Go, button: true}
go_words: {words: [go, move on]}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A configuration with five texts, and Spanish as a translator would leave it."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "chat.yaml").write_text(SMALL, encoding="utf-8")
    translate(tmp_path, "es", SPANISH)
    return tmp_path


SPANISH: dict[str, str | tuple[str, ...]] = {
    "chat/hello": "Hola {name}",
    "chat/cases": ("{count} caso", "{count} casos"),
    "chat/go": "Seguir",
    "chat/go_words.words": "seguir, adelante",
}


def test_the_shipped_texts_are_whole_in_four_languages_and_nobody_has_reviewed_them(texts: Texts) -> None:
    assert texts.languages == LANGUAGES
    assert problems(CONFIG, LANGUAGES) == []
    assert all(one.whole and one.reviewed == 0 for one in statuses(CONFIG))


def test_drafted_texts_are_refused_where_they_are_not_allowed() -> None:
    with pytest.raises(TextsError, match="no language has been reviewed as a whole"):
        Texts.load(CONFIG, drafts=False)


@pytest.mark.parametrize(
    "path", sorted((CONFIG / "locales").glob("*/*.po")), ids=lambda p: f"{p.parent.name}-{p.stem}"
)
def test_a_drafted_catalogue_says_so_in_its_header(path: Path) -> None:
    assert "Drafted, not reviewed" in path.read_text(encoding="utf-8")
    assert all(message.fuzzy for message in read_catalogue(path, path.parent.name) if message.id)


def test_a_reviewed_whole_language_is_offered_without_drafts(small: Path) -> None:
    texts = Texts.load(small, drafts=False)
    assert texts.languages == ("en", "es")
    assert texts.say("chat/hello", "es", name="Ana") == "Hola Ana"
    assert texts.words("chat/go_words", "es") == ("seguir", "adelante")
    assert texts.status("es").is_reviewed


def test_one_fuzzy_text_makes_the_language_drafted(small: Path) -> None:
    translate(small, "es", SPANISH, fuzzy={"chat/go"})
    assert Texts.load(small, drafts=False).languages == ("en",)
    assert Texts.load(small, drafts=True).languages == ("en", "es")
    assert not Texts.load(small, drafts=True).status("es").is_reviewed


def test_a_changed_source_makes_its_translation_stale_and_the_language_is_withdrawn(small: Path) -> None:
    source = small / "texts" / "chat.yaml"
    source.write_text(SMALL.replace("Hello {name}", "Good day {name}"), encoding="utf-8")
    assert Texts.load(small, drafts=True).languages == ("en",)
    assert Texts.load(small, drafts=True).status("es").stale == ("chat/hello",)
    lines = catalogue_path(small, "es", "chat").read_text(encoding="utf-8").splitlines()
    at = lines.index('msgid "Hello {name}"') + 1
    assert [str(problem) for problem in problems(small, ("es",))] == [
        f"locales/es/chat.po:{at}:1: chat/hello: the translation is stale (its source has changed)"
    ]


def test_bringing_a_catalogue_up_to_date_keeps_the_old_words_for_the_translator(small: Path) -> None:
    path = catalogue_path(small, "es", "chat")
    catalogue = read_catalogue(path, "es")
    next(m for m in catalogue if m.context == "chat/hello").user_comments.append("not too formal")
    write_catalogue(path, catalogue)
    (small / "texts" / "chat.yaml").write_text(
        SMALL.replace("Hello {name}", "Good day {name}"), encoding="utf-8"
    )
    sources, _ = read_sources(small)
    for _ in range(2):  # the second time changes nothing
        write_catalogue(path, update_catalogue(path, "es", "chat", sources.values()))
    text = path.read_text(encoding="utf-8")
    assert '#| msgid "Hello {name}"' in text
    assert "# not too formal" in text
    assert Texts.load(small, drafts=True).status("es").stale == ("chat/hello",)


@pytest.mark.parametrize(
    ("key", "text", "problem"),
    [
        ("chat/hello", "Hola", "{name} is missing"),
        ("chat/hello", "Hola {nombre}", "no value for {nombre}"),
        ("chat/hello", "Hola {name}{", "a brace that belongs to no {name}"),
        ("chat/go", "S" * 33, "33 characters; a button has at most 32"),
        ("chat/cases", ("{count} casos", ""), "2 plural forms expected, 1 given"),
    ],
)
def test_a_translation_that_does_not_fit_is_never_shown(
    small: Path, key: str, text: str | tuple[str, ...], problem: str
) -> None:
    translate(small, "es", {**SPANISH, key: text})
    texts = Texts.load(small, drafts=True)
    assert texts.languages == ("en",)
    assert texts.status("es").faulty == (f"{key}: {problem}",)


def test_a_missing_translation_is_named(small: Path) -> None:
    translate(small, "es", {key: text for key, text in SPANISH.items() if key != "chat/go"})
    assert Texts.load(small, drafts=True).status("es").missing == ("chat/go",)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('a: {text: "one {"}', "texts/chat.yaml:1:1: chat/a: a brace that belongs to no {name}"),
        ("a: {text: A button that is too long, button: true}",
         'texts/chat.yaml:1:1: chat/a: the label "A button that is too long" has 25 characters; at most 24'),
        (f"a: {{text: {'word ' * 36}}}", "texts/chat.yaml:1:1: chat/a: 36 words; at most 35"),
        ("a: {txt: hello}", 'texts/chat.yaml:1:1: a: expected "text" or "words"'),
        ("a: {text: hello, notes: x}",
         'texts/chat.yaml:1:18: a: unknown key "notes"; known here: text, note, button, words'),
        ("review: perhaps", 'texts/chat.yaml:1:1: review: expected "drafted" or "reviewed"'),
    ],
)  # fmt: skip
def test_a_faulty_source_is_refused_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "chat.yaml").write_text(line, encoding="utf-8")
    with pytest.raises(TextsError) as refused:
        Texts.load(tmp_path, drafts=True)
    assert str(refused.value) == message


def test_what_is_missing_is_named_by_a_key_error(small: Path) -> None:
    texts = Texts.load(small, drafts=True)
    with pytest.raises(KeyError, match="chat/hello: name"):
        texts.say("chat/hello", "es")
    with pytest.raises(KeyError, match="chat/cases: count"):
        texts.say("chat/cases", "es")
    with pytest.raises(KeyError):
        texts.say("chat/nothing", "es")
    with pytest.raises(KeyError):
        texts.say("chat/hello", "de", name="Ana")


def test_values_stand_in_isolates_where_the_text_runs_from_right_to_left(texts: Texts) -> None:
    said = texts.say("chat/country_confirm", "ar", country="Chad")
    assert said.startswith("\u2068Chad\u2069")
    assert "\u2068" not in texts.say("chat/country_confirm", "fr", country="Tchad")


@pytest.mark.parametrize(
    ("count", "form"),
    [(0, "لا حالات"), (1, "واحدة"), (2, "حالتان"), (3, "حالات"), (11, "حالة"), (100, "حالة")],
)
def test_arabic_counts_in_six_forms(texts: Texts, count: int, form: str) -> None:
    assert form in texts.say("desk/digest", "ar", count=count)


def test_a_moment_is_said_as_people_say_it(texts: Texts) -> None:
    now, zone = datetime(2026, 11, 21, 22, 0, tzinfo=UTC), ZoneInfo("America/Guatemala")  # 16:00 there
    assert texts.time(datetime(2026, 11, 22, 3, 5, tzinfo=UTC), "en", zone, now) == "21:05"
    assert texts.time(datetime(2026, 11, 22, 15, 0, tzinfo=UTC), "en", zone, now) == "tomorrow 09:00"
    assert texts.time(datetime(2026, 11, 22, 15, 0, tzinfo=UTC), "es", zone, now) == "mañana a las 09:00"
    assert texts.time(datetime(2026, 11, 24, 15, 0, tzinfo=UTC), "fr", zone, now) == "24 novembre, 09:00"
    assert texts.day("2026-12-24", "es") == "24 diciembre 2026"


@given(st.text(max_size=30), st.sampled_from(LANGUAGES), st.integers(0, 10**6))
def test_no_placeholder_is_ever_left(texts: Texts, value: str, language: str, count: int) -> None:
    for key, source in texts.sources.items():
        if source.is_words:
            assert texts.words(key.removesuffix(".words"), language)
            continue
        values: dict[str, object] = {name: value for form in source.forms for name in placeholders(form)}
        said = texts.say(key, language, **values | {"count": count})
        for name in source.placeholders - {"count"}:
            assert f"{{{name}}}" not in said.replace(value, "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_may_be_pushed_is_neutral_at_first_sight(texts: Texts, language: str) -> None:
    """The first 40 characters show on a locked screen."""
    telling = (
        "report",
        "danger",
        "UN ",
        "ONU",
        "informe",
        "peligro",
        "rapport",
        "بلاغ",
        "خطر",
        "الأمم",
        "signal",
    )
    for key in ("chat/push_hello", "chat/nobody_yet", "chat/read"):
        first = texts.raw(key, language)[:40]
        assert not any(word in first for word in telling)


@pytest.mark.parametrize("folder", ["bot", "responders", "triage"])
def test_every_key_that_the_code_names_is_there(texts: Texts, folder: str) -> None:
    known = {*texts.sources, *(key.removesuffix(".words") for key in texts.sources)}
    for path in (CONFIG.parent / folder).rglob("*.py"):
        named = set(
            re.findall(r'"((?:chat|desk|verbs|reprisal)/[a-z0-9_.]+)"', path.read_text(encoding="utf-8"))
        )
        assert named <= known, path.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_that_a_focal_point_types_means_two_verbs(texts: Texts, language: str) -> None:
    inside = {"say_yes", "immediate", "urgent", "priority", "routine", "minutes", "hours", "days"}
    verbs = [key.removesuffix(".words") for key in texts.sources if key.startswith("verbs/")]
    meant: dict[str, str] = {}
    for verb in verbs:
        if verb.removeprefix("verbs/") not in inside:
            for word in (*texts.words(verb, language), *texts.words(verb, "en")):
                assert meant.setdefault(normal(word) or word, verb) == verb


def translate(
    config: Path, language: str, words: dict[str, str | tuple[str, ...]], fuzzy: set[str] | None = None
) -> None:
    """Write a catalogue as a translator would leave it."""
    shutil.rmtree(config / "locales" / language, ignore_errors=True)
    sources, _ = read_sources(config)
    path = catalogue_path(config, language, "chat")
    catalogue = update_catalogue(path, language, "chat", sources.values())
    for message in catalogue:
        if message.context in words:
            message.string = words[str(message.context)]
            message.flags |= {"fuzzy"} if message.context in (fuzzy or set()) else set()
    write_catalogue(path, catalogue)
