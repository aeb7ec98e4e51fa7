"""A part of a report is readable on the phone that opened it: words first, then answers, then reasons."""

import json

import pytest

from bot.reading import readable


def say(key: str, /, **values: object) -> str | None:
    labels = {
        "reprisal/opening.unsafe": "I am not safe right now",
        "reasons/words.door": "At the door: {quote}",
    }
    return labels[key].format(**values) if key in labels else None


def test_the_words_stand_first_and_codes_become_labels() -> None:
    report = {"opening": "unsafe", "country": "GT", "words": ["they are here"], "language": "en"}
    reasons = [{"code": "words.door", "quote": "here"}, {"code": "new.code", "quote": None}]
    raw = json.dumps({"kind": "report", "report": report, "reasons": reasons, "level": "immediate"})
    assert readable(raw, say) == (
        "“they are here”\n\nfirst answer: I am not safe right now\ncountry: GT\n\nAt the door: here\nnew.code"
    )


def test_a_reason_whose_phrase_is_gone_says_so() -> None:
    raw = json.dumps({"kind": "report", "report": {}, "reasons": [{"code": "words.door", "quote": None}]})
    assert readable(raw, say) == "At the door: …"


def test_a_later_message_is_its_text_and_a_note_names_its_writer() -> None:
    assert readable(json.dumps({"kind": "message", "text": "thank you"}), say) == "thank you"
    note = {"kind": "note", "by": "coordinator", "text": "called the lawyer"}
    assert readable(json.dumps(note), say) == "coordinator: called the lawyer"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "not JSON",
        "[]",
        "5",
        '{"kind":"note"}',
        '{"kind":"report","report":[]}',
        "[" * 20_000,
        '{"text":' + "9" * 5_000 + "}",
    ],
)
def test_whoever_sealed_it_a_part_that_is_none_of_ours_is_still_shown(raw: str) -> None:
    """Anybody who has the public keys can seal anything; somebody must be able to look at it."""
    assert readable(raw, say) == raw
