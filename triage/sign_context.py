# ruff: noqa: E501 (a pattern broken over lines cannot be compared with its neighbours)
"""What takes a sign back: a negation beside it, or a sentence about another time, a film, a law.
Narrow on purpose: it looks only at the sentence of the sign, and any doubt leaves the sign standing."""

import re

from triage.words import fold

_REACH = 300  # characters: longer sentences must not make long texts slow


def alternatives(text: str) -> str:
    """A regular expression for any of some phrases, folded, divided by semicolons."""
    forms = sorted({fold(form).strip() for form in text.split(";")}, key=len, reverse=True)
    return "|".join(re.escape(form) for form in forms)


# Directly before a sign, with at most a form of "to be" between.
_NOT_BEFORE = re.compile(
    " (?:"
    + alternatives(
        "not;no longer;nobody;no one;noone;never;isn t;aren t;isnt;arent;don t;dont;doesn t;without;weren t;wasn t;haven t;hasn t;hadn t;"
        "ya no;no;nadie;nunca;tampoco;ningun;"
        "ne;n;plus;personne;jamais;pas;aucun;"
        "لم يعد;لم يعودوا;ليس;ليسوا;ليست;لا;لم;ما عاد;ما عادوا;لا أحد;لا احد;مش;مو;ماعاد;ما;لست;محدش;ما في حدا;"
        "ma;mish;mesh;mech;mou;ma 3ad"
    )
    + ")(?: (?:"
    + alternatives(
        "is;are;am;was;were;any;need;needs;your;necesito;necesitamos;احتاج;نحتاج;بحاجه;الى;besoin;d;de;longer;being;been;more;there;here;one;anyone;to;a;"
        "esta;estan;estoy;hay;me;nos;mas;a;se;lo;la;los;"
        "est;sont;suis;sommes;a;ont;y;personne;n;plus;me;nous;les;il;"
        "يعد;احد;أحد;هناك;في;حدا;حد"
    )
    + ")){0,2} $"
)
# In the rest of the clause.
_NOT_AFTER = re.compile(
    " (?:"
    + alternatives(
        "any more;anymore;no longer;has stopped;have stopped;stopped;is over;has ended;"
        "ya no;se acabo;ya paso;termino;"
        "ne plus;c est fini;a cesse;ont cesse;"
        "توقفوا;انتهى;توقف;لم يعد;بعد الان لا"
    )
    + ") "
)
_ELSEWHERE = re.compile(
    " (?:(?:in|since|en|in the year|el ano|annee|l annee|depuis|desde|عام|سنه|في|في عام|في سنه|منذ|fi|sanat)"
    " (?:19|20)\\d\\d"
    "|(?:\\d+|a|some|many|few|several|two|three|four|five|six|seven|eight|nine|ten) (?:years|year|months|month|weeks|decades) ago"
    "|(?:hace|hacia) (?:\\w+ ){0,2}(?:anos|ano|meses|mes|semanas|decadas)"
    "|il y a (?:\\w+ ){0,3}(?:ans|an|mois|semaines|annees|decennies)"
    "|(?:قبل|منذ|من) (?:\\w+ ){0,2}(?:سنه|سنوات|سنين|سنتين|عام|عاما|اعوام|عامين|اشهر|شهر|شهرين|شهور|اسابيع|عقود)"
    "|"
    + alternatives(
        "last year;last month;last spring;last summer;last autumn;last winter;years ago;years back;months ago;"
        "when i was a child;long ago;back then;old regime;in the past;used to;the film;a film;the movie;a movie;film about;"
        "novel;the book;a book;in the news;documentary;the law says;by law;article;the exhibition;the drill;a drill;"
        "training exercise;the workshop;a test of;just a test;only a test;quote;quoted;the poem;the song;dream;nightmare;"
        "el ano pasado;el mes pasado;anos atras;la pelicula;una pelicula;pelicula sobre;novela;el libro;un libro;la ley dice;"
        "segun la ley;articulo;documental;simulacro;en las noticias;cuento;la cancion;solo una prueba;taller;pesadilla;"
        "l annee derniere;l an dernier;l an passe;annee passee;le mois dernier;le film;un film;film sur;roman;le livre;un livre;"
        "la loi dit;selon la loi;article de loi;documentaire;aux informations;chanson;simple test;seulement un test;atelier;"
        "cauchemar;exercice d evacuation;"
        "العام الماضي;السنة الماضية;الشهر الماضي;السنه اللي فاتت;العام الفائت;فيلم;الفيلم;رواية;الرواية;كتاب;الكتاب;القانون;"
        "المادة;مسلسل;وثائقي;في الأخبار;مجرد اختبار;تدريب;ورشة;قصيدة;أغنية;حلم;كابوس;"
        "3am elli fat;sana elli fatet;l3am li fat;el sana el madya;film;el film"
    )
    + ") "
)
_NOW = re.compile(
    " (?:"
    + alternatives(
        "now;right now;again;today;tonight;minutes ago;ahora;ahorita;otra vez;hoy;esta noche;de nuevo;maintenant;"
        "en ce moment;encore;aujourd hui;ce soir;cette nuit;الآن;هلق;هلأ;دلوقتي;اليوم;الليلة;مجددا;مرة أخرى;"
        "halla2;hala2;delwa2ty;daba;lyom"
    )
    + ") "
)


def sentence_around(folded: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence of this span begins and ends; at most 300 characters either way."""
    floor, ceiling = max(0, start - _REACH), min(len(folded), end + _REACH)
    first = folded.rfind("|", floor, start) + 1 or floor
    last = folded.find("|", end, ceiling)
    return first, ceiling if last < 0 else last


def is_taken_back(folded: str, start: int, end: int) -> bool:
    """Whether the sign at this span of a folded text is negated or about another time."""
    first, last = sentence_around(folded, start, end)
    sentence = folded[first:last]
    clause_from = folded.rfind(",", first, start) + 1 or first
    before = folded[max(clause_from, start - 60) : start]
    if _NOT_BEFORE.search(before):
        return True
    comma = folded.find(",", end, last)
    stop = last if comma < 0 else comma
    if _NOT_AFTER.search(folded[end : min(stop, end + 60)] + " "):
        return True
    return bool(_ELSEWHERE.search(sentence)) and not _NOW.search(sentence)
