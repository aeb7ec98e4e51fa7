# ruff: noqa: E501 (a pattern broken over lines cannot be compared with its neighbours)
"""Messages that take themselves back: laughed at, sent to the wrong chat, a test that says so. Their signs wake nobody
at once; the words are scored like any others. Never about another message than the one it stands in."""

import re

from triage.sign_context import REAL_AFTER_ALL, alternatives

_LAUGHTER = re.compile(
    " (?:a?(?:ha){2,}h?|(?:he){2,}h?|(?:hi){2,}|a?(?:ja){2,}j?|(?:je){2,}|(?:rs){2,}|(?:wk){2,}w?|а?(?:ха){2,}х?|"
    + alternatives("ha ha;lol;lmao;lmfao;rofl;mdr;ptdr;xd;лол;呵呵")
    + ") "
)
_LAUGHING = re.compile("[😂🤣😆😹]|哈哈|(?i:k{4,})|ه{3,}|خ{4,}")

# Said of the message itself. "They took the wrong person" or "it is proof" must not be among these.
_DISOWNED = re.compile(
    " (?:"
    + alternatives(
        "this is a test;this is only a test;just a test;only a test;it was a test;testing testing;test message;end of test;"
        "test data;for training purposes;wrong group;wrong chat;sorry wrong number;wrong number sorry;meant for my;just a joke;i m joking;only joking;"
        "just kidding;just a dream;it was only a dream;"
        "era prueba;era una prueba;era solo una prueba;es solo una prueba;probando probando;repito es prueba;es broma;era broma;"
        "grupo equivocado;chat equivocado;me equivoque de grupo;me equivoque de chat;me equivoque de numero;no es reporte;"
        "mauvais groupe;mauvaise conversation;trompe de groupe;trompe de numero;fin de test;ceci est un test;c est un test;je plaisante;c etait une blague;"
        "teste teste;era so um teste;isto e um teste;grupo errado;chat errado;era brincadeira;e brincadeira;"
        "проверка связи;это проверка;это была проверка;это тест;это шутка;шучу;ошибся чатом;ошиблась чатом;ошибся номером;ошиблась номером;"
        "proverka svyazi;eto proverka;shuchu;"
        "مجرد اختبار;هذا اختبار;بجرب البوت;عم جرب البوت;أمزح;بهزر;عم امزح;غلطت بالرقم;غلطت بالجروب;ghalatet bel group;"
        "شوخی کردم;شوخی بود;این یک تمرین است;shookhi kardam;"
        "natania tu;ni jaribio tu;bercanda;salah grup;salah kirim;şaka yapıyorum;yanlış gruba;yanlış kişiye;"
        "biro lang;joke lang;wrong gc;"
        "मज़ाक कर रहा;मज़ाक कर रही;mazaak kar;galat group;मजाक है"
    )
    + ") |开玩笑|別當真|别当真|发错群|发错人|發錯"
)


def is_laughed(folded: str, text: str) -> bool:
    """Whether somebody laughs in this message. Asked only about words that jokes are made with."""
    return _LAUGHTER.search(folded) is not None or _LAUGHING.search(text) is not None


def is_disowned(folded: str) -> bool:
    """Whether a message says of itself that it is a test, a joke or for somebody else; and not "this is not a test"."""
    found = _DISOWNED.search(folded)
    return found is not None and not REAL_AFTER_ALL.search(folded[: found.start() + 1])
