"""Burmese typed with Zawgyi, an old font that puts other letters on Unicode's code points: found, and rewritten.
Looks at code points only; a text that is not clearly Zawgyi is left as it is."""

import re

_C = "\u1000-\u1021\u1025\u1027\u1029\u103f\u104e"  # letters that a syllable is built on
_BURMESE = re.compile("[\u1000-\u109f]")

# What no Unicode Burmese has: signs written before their letter, a stacker with nothing under it, Zawgyi's own forms.
_ZAWGYI = re.compile(
    f"(?:^|[^{_C}\u103b-\u103e\u1060-\u1097])\u1031(?=[{_C}\u103b])"  # e before its letter
    f"|\u1039(?![\u1000-\u1021])"  # a visible killer on 1039
    "|[\u1033\u1034\u105a\u1060-\u1069\u106c\u106d\u1070-\u107c\u107e-\u1084\u1085-\u108a\u108f-\u1097]"
    f"|(?:^|[^{_C}])\u103b(?=[{_C}])"  # r before its letter
    "|\u103a[\u102b-\u1030\u1032\u1036\u103d]"  # y where Unicode has its killer, with a vowel behind it
)
# What no Zawgyi has.
_UNICODE = re.compile("\u103e|[\u102b\u102c]\u103a|\u103a[\u1037\u1038]|\u1037\u103a|\u1004\u103a\u1039")


def is_zawgyi(text: str) -> bool:
    """Whether a text is Burmese in Zawgyi rather than in Unicode. Short texts may show neither: then it is not."""
    if text.isascii() or not _BURMESE.search(text):
        return False
    return len(_ZAWGYI.findall(text)) > len(_UNICODE.findall(text))


# In this order. The first part gives each glyph its Unicode letter, the second puts letters in Unicode's order.
_RULES: tuple[tuple[str, str], ...] = (
    ("\u200b|\u200c", ""),
    ("[\u103d\u1087]", "\u103e"),
    ("\u103c", "\u103d"),
    ("[\u103b\u107e\u107f\u1080\u1081\u1082\u1083\u1084]", "\u103c"),
    ("[\u103a\u107d]", "\u103b"),
    ("\u1039", "\u103a"),
    ("\u106a", "\u1009"),
    ("\u106b", "\u100a"),
    ("\u106c", "\u1039\u100b"),
    ("\u106d", "\u1039\u100c"),
    ("\u106e", "\u100d\u1039\u100d"),
    ("\u106f", "\u100d\u1039\u100e"),
    ("\u1070", "\u1039\u100f"),
    ("[\u1071\u1072]", "\u1039\u1010"),
    ("\u1060", "\u1039\u1000"),
    ("\u1061", "\u1039\u1001"),
    ("\u1062", "\u1039\u1002"),
    ("\u1063", "\u1039\u1003"),
    ("\u1065", "\u1039\u1005"),
    ("[\u1066\u1067]", "\u1039\u1006"),
    ("\u1068", "\u1039\u1007"),
    ("\u1069", "\u1039\u1008"),
    ("[\u1073\u1074]", "\u1039\u1011"),
    ("\u1075", "\u1039\u1012"),
    ("\u1076", "\u1039\u1013"),
    ("\u1077", "\u1039\u1014"),
    ("\u1078", "\u1039\u1015"),
    ("\u1079", "\u1039\u1016"),
    ("\u107a", "\u1039\u1017"),
    ("[\u107b\u1093]", "\u1039\u1018"),
    ("\u107c", "\u1039\u1019"),
    ("\u1085", "\u1039\u101c"),
    ("\u1033", "\u102f"),
    ("\u1034", "\u1030"),
    ("\u1086", "\u103f"),
    ("\u1088", "\u103e\u102f"),
    ("\u1089", "\u103e\u1030"),
    ("\u108a", "\u103d\u103e"),
    ("\u108e", "\u102d\u1036"),
    ("\u108f", "\u1014"),
    ("\u1090", "\u101b"),
    ("\u1091", "\u100f\u1039\u100d"),
    ("\u1092", "\u100b\u1039\u100c"),
    ("[\u1094\u1095]", "\u1037"),
    ("\u1096", "\u1039\u1010\u103d"),
    ("\u1097", "\u100b\u1039\u100b"),
    ("\u104e", "\u104e\u1004\u103a\u1038"),
    ("\u105a", "\u102b\u103a"),
    # kinzi stands behind its letter in Zawgyi, before it in Unicode
    (f"([{_C}])((?:\u1039[\u1000-\u1021])?)\u1064", "\u1004\u103a\u1039\\1\\2"),
    (f"([{_C}])((?:\u1039[\u1000-\u1021])?)\u108b", "\u1004\u103a\u1039\\1\\2\u102d"),
    (f"([{_C}])((?:\u1039[\u1000-\u1021])?)\u108c", "\u1004\u103a\u1039\\1\\2\u102e"),
    (f"([{_C}])((?:\u1039[\u1000-\u1021])?)\u108d", "\u1004\u103a\u1039\\1\\2\u1036"),
    # r and e stand before their letter in Zawgyi
    (f"(\u1031?)\u103c(\u1004\u103a\u1039)?([{_C}])((?:\u1039[\u1000-\u1021])?)", "\\1\\2\\3\\4\u103c"),
    (f"\u1031(\u1004\u103a\u1039)?([{_C}])((?:\u1039[\u1000-\u1021])?)([\u103b-\u103e]*)", "\\1\\2\\3\\4\u1031"),
    # zero typed for wa, seven for ra, between letters
    (f"\u1040(?=[\u102b-\u1032\u1036\u103a])|(?<=[{_C}\u102b-\u103e])\u1040(?![\u1040-\u1049])", "\u101d"),
    ("\u1047(?=[\u102b-\u1032\u1036\u103a])", "\u101b"),
    # the order of signs on one letter
    ("\u103a\u103b", "\u103b\u103a"),
    ("([\u103d\u103e]+)\u103b", "\u103b\\1"),
    ("([\u103d\u103e]+)\u103c", "\u103c\\1"),
    ("\u103e\u103d", "\u103d\u103e"),
    ("\u1036([\u102f\u1030])", "\\1\u1036"),
    ("([\u102f\u1030])([\u102d\u102e\u1032])", "\\2\\1"),
    ("\u1037([\u102d-\u1032\u1036])", "\\1\u1037"),
    ("\u1037(\u103a)", "\\1\u1037"),
    ("([\u102b-\u1030])([\u103b-\u103e])", "\\2\\1"),
    ("\u1038([\u102b-\u1032\u1036\u103a])", "\\1\u1038"),
    ("\u1005\u103b", "\u1008"),
    ("\u101e\u103c(?=\u1031\u102c\u103a)", "\u1029"),
    ("\u1025\u103a", "\u1009\u103a"),
    ("\u1025\u102e", "\u1026"),
)  # fmt: skip
_COMPILED = tuple((re.compile(found), put) for found, put in _RULES)


def from_zawgyi(text: str) -> str:
    """The same words in Unicode. Only for texts that `is_zawgyi` has found: others would be damaged."""
    for found, put in _COMPILED:
        text = found.sub(put, text)
    return text
