"""Zawgyi is told from Unicode by its code points, and rewritten; Unicode is never touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.signs import find
from triage.words import fold
from triage.zawgyi import from_zawgyi, is_zawgyi

PAIRS = [
    ("ျမန္မာ", "မြန်မာ"),
    ("ေကာင္းပါတယ္", "ကောင်းပါတယ်"),
    ("ကၽြန္ေတာ္", "ကျွန်တော်"),
    ("ရဲေတြ အိမ္ကို ဝိုင္းထားတယ္", "ရဲတွေ အိမ်ကို ဝိုင်းထားတယ်"),
    ("သေဘၤာ", "သင်္ဘော"),
    ("မႏၲေလး", "မန္တလေး"),
    ("ဖမ္းသြားၿပီ", "ဖမ်းသွားပြီ"),
    ("ဘာျဖစ္လို႔လဲ", "ဘာဖြစ်လို့လဲ"),
    ("တကၠသိုလ္", "တက္ကသိုလ်"),
    ("ေသြးထြက္", "သွေးထွက်"),
    ("လူႀကီး", "လူကြီး"),
    ("ခ်က္ခ်င္း", "ချက်ချင်း"),
]


@pytest.mark.parametrize(("zawgyi", "unicode"), PAIRS)
def test_zawgyi_is_found_and_rewritten(zawgyi: str, unicode: str) -> None:
    assert is_zawgyi(zawgyi)
    assert from_zawgyi(zawgyi) == unicode


@pytest.mark.parametrize("unicode", [unicode for _, unicode in PAIRS])
def test_unicode_is_not_taken_for_zawgyi(unicode: str) -> None:
    assert not is_zawgyi(unicode)


@pytest.mark.parametrize(("zawgyi", "unicode"), PAIRS)
def test_words_are_matched_alike_in_both(zawgyi: str, unicode: str) -> None:
    assert fold(zawgyi) == fold(unicode)


@pytest.mark.parametrize("text", ["ကူညီၾကပါ", "ရဲေတြ အိမ္ကို ဝိုင္းထားတယ္ ကယ္ၾကပါ", "ေက်းဇူးျပဳၿပီး ကယ္ပါ"])
def test_a_cry_for_help_in_zawgyi_is_heard(text: str) -> None:
    found = find(text)
    assert found.cry or found.cry_and_more
    assert found.language == "my"


def test_what_both_write_alike_is_left_alone() -> None:
    assert not is_zawgyi("ကူညီပါ")


@given(st.text(alphabet=st.characters(min_codepoint=0x1000, max_codepoint=0x109F)) | st.text())
def test_any_text_can_be_looked_at_and_rewritten(text: str) -> None:
    is_zawgyi(text)
    from_zawgyi(text)
