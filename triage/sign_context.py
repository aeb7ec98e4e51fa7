# ruff: noqa: E501 (a pattern broken over lines cannot be compared with its neighbours)
"""What takes a sign back: a negation beside it, or a sentence about another time, a film, a law.
Narrow on purpose: it looks only at the sentence of the sign, and any doubt leaves the sign standing."""

import re

from triage.words import fold

_REACH = 300  # characters: longer sentences must not make long texts slow
_FEW = 5  # words of a clause that only says when


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
_LONG_AGO = re.compile(
    " (?:(?:in|since|en|in the year|el ano|annee|l annee|depuis|desde|عام|سنه|في|في عام|في سنه|منذ|fi|sanat)"
    " (?:19|20)\\d\\d"
    "|(?:\\d+|a|some|many|few|several|two|three|four|five|six|seven|eight|nine|ten) (?:years|year|months|month|weeks|decades) ago"
    "|(?:hace|hacia) (?:\\w+ ){0,2}(?:anos|ano|meses|mes|semanas|decadas)"
    "|il y a (?:\\w+ ){0,3}(?:ans|an|mois|semaines|annees|decennies)"
    "|(?:قبل|منذ|من) (?:\\w+ ){0,2}(?:سنه|سنوات|سنين|سنتين|عام|عاما|اعوام|عامين|اشهر|شهر|شهرين|شهور|اسابيع|عقود)"
    "|"
    + alternatives(
        "last year;last month;last spring;last summer;last autumn;last winter;years ago;years back;months ago;"
        "when i was a child;long ago;back then;old regime;in the past;used to;"
        "el ano pasado;el mes pasado;anos atras;l annee derniere;l an dernier;l an passe;annee passee;le mois dernier;"
        "العام الماضي;السنة الماضية;الشهر الماضي;السنه اللي فاتت;العام الفائت;"
        "3am elli fat;sana elli fatet;l3am li fat;el sana el madya"
    )
    + ") "
)
_INVENTED = re.compile(
    " (?:(?:article|articulo|art|المادة) \\d+|"
    + alternatives(
        "the film;a film;the movie;a movie;film about;movie about;tv series;in the series;last episode;the episode;an episode;"
        "the screenplay;screenplay;a script;the script;rehearsal;video game;computer game;role play;stage play;theatre play;the last scene;"
        "novel;the book;a book;on the news;i read in the news;documentary;the law says;by law;the exhibition;the drill;a drill;phrase book;"
        "training exercise;quiz;a test of;just a test;only a test;test message;quote;the poem;a poem;the song;a song;"
        "in a dream;in the dream;in my dream;dreamt;dreamed;had a dream;just a dream;had a nightmare;only a nightmare;"
        "la pelicula;una pelicula;pelicula sobre;la peli;una peli;en la serie;la serie de;una serie sobre;el episodio;el ultimo capitulo;el guion;un guion;"
        "videojuego;obra de teatro;una novela;la novela;el libro;un libro;la ley dice;segun la ley;documental;simulacro;"
        "un cuento;el cuento;la cancion;un rap;un corrido;el poema;un poema;solo una prueba;prueba de canal;era prueba;sone que;tuve un sueno;en mi sueno;"
        "en el sueno;tuve una pesadilla;"
        "le film;un film;film sur;dans la serie;une serie sur;cet episode;dernier episode;le scenario;jeu video;piece de theatre;un roman;le roman;"
        "mon roman;le livre;un livre;la loi dit;selon la loi;article de loi;documentaire;une chanson;la chanson;le poeme;"
        "un poeme;simple test;seulement un test;exercice d evacuation;j ai reve;dans mon reve;fait un reve;fait un cauchemar;"
        "فيلم;الفيلم;رواية;الرواية;كتاب;الكتاب;القانون;المادة;مسلسل;المسلسل;مسرحية;المسرحية;الحلقة;في مشهد;وثائقي;"
        "مجرد اختبار;قصيدة;أغنية;حلمت;في الحلم;مجرد حلم;film;el film"
    )
    + ") "
)
# "It is not a drill", "like in a film", "because of the film": these make a sign no smaller.
REAL_AFTER_ALL = re.compile(
    " (?:"
    + alternatives(
        "not;isn t;isnt;no;never;like;as if;because;over;due to;after;published;"
        "no es;como;por;a causa;despues de;ni;publique;publico;"
        "pas;ce n est pas;comme;a cause;apres;pour;j ai publie;"
        "ليس;ليست;مش;مو;مثل;متل;زي;كأنه;كأننا;بسبب;بعد;نشرت;نشرنا"
    )
    + ")(?: (?:"
    + alternatives(
        "of;del;a;an;the;in;in a;in the;from;just;only;my;our;de;du;dans;en;un;une;una;la;le;el;the"
    )
    + ")){0,2} $"
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
# After these another story begins.
_BUT = re.compile(
    " (?:" + alternatives("but;pero;mais;لكن;بس;and they are;and they re;y estan;et ils sont") + ") "
)


def sentence_around(folded: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence of this span begins and ends; at most 300 characters either way."""
    floor, ceiling = max(0, start - _REACH), min(len(folded), end + _REACH)
    first = folded.rfind("|", floor, start) + 1 or floor
    last = folded.find("|", end, ceiling)
    return first, ceiling if last < 0 else last


def is_taken_back(folded: str, start: int, end: int) -> bool:
    """Whether the sign at this span of a folded text is negated, or about another time or something invented."""
    first, last = sentence_around(folded, start, end)
    sentence = folded[first:last]
    clause_from, comma = folded.rfind(",", first, start) + 1 or first, folded.find(",", end, last)
    clause_to = last if comma < 0 else comma
    if _NOT_BEFORE.search(folded[max(clause_from, start - 60) : start]):
        return True
    if _NOT_AFTER.search(folded[end : min(clause_to, end + 60)] + " "):
        return True
    if _NOW.search(sentence):
        return False
    return _is_invented(sentence) or _is_long_ago(folded[clause_from:clause_to], sentence)


def _is_long_ago(clause: str, sentence: str) -> bool:
    """Whether its clause, or one of a few words beside it ("In 2016, ..."), names another time. A longer one may tell
    another story: "last year they beat my father, now they are at the door"."""
    if _LONG_AGO.search(clause):
        return not _BUT.search(clause)
    beside = (f" {part.strip()} " for part in sentence.split(",") if len(part.split()) <= _FEW)
    return any(map(_LONG_AGO.search, beside))


def _is_invented(sentence: str) -> bool:
    """Whether the sentence tells of a film, a law, a dream; and not that this is none."""
    return any(
        not REAL_AFTER_ALL.search(sentence[: found.start() + 1]) for found in _INVENTED.finditer(sentence)
    )
