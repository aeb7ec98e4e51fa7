# ruff: noqa: E501 (a pattern broken over lines cannot be compared with its neighbours)
"""When a word for help is no cry: offers of help, thanks for it, questions and requests about forms.
Only about the word for help: every other sign stands whatever surrounds it."""

import re

from triage.sign_context import alternatives, sentence_around
from triage.sign_index import is_unspaced, politeness
from triage.words import fold

_HELP = {"en", "es", "fr", "ar"}

# "I want to help", "thank you for your help", "la ayuda humanitaria": a noun or an offer, not a cry.
_ORDINARY_BEFORE = re.compile(
    " (?:"
    + alternatives(
        "to;your;their;his;her;our;of;with;without;who;we;they;can i;could i;may i;happy to;for the;for all your;legal;medical;"
        "humanitarian;for;will;did;the;did not;self;"
        "la;su;tu;de;con;sin;una;vuestra;por su;por la;por tu;esta;"
        "premiers;poste de;votre;ton;leur;son;sans;une;avec;pour l;merci de;"
        "على;مع;بدون;من اجل;شكرا لل;ورشة"
    )
    + ") $"
)
_ABOUT_FORMS = re.compile(
    " (?:"
    + alternatives(
        "form;forms;questionnaire;understand;fill;filling;translate;translating;translation;register;registration;submit;"
        "submission;application;upload;website;thesis;research;volunteer;donate;training;guidelines;password;login;"
        "formulario;cuestionario;entender;llenar;rellenar;traducir;traduccion;registro;registrarme;solicitud;pagina web;"
        "tesis;investigacion;voluntario;capacitacion;contrasena;"
        "formulaire;comprendre;remplir;traduire;traduction;inscription;demande de visa;site;these;recherche;benevole;"
        "formation;mot de passe;"
        "استمارة;الاستمارة;نموذج;النموذج;فهم;تعبئة;ترجمة;تسجيل;طلب تأشيرة;موقع;بحث;متطوع;تدريب;كلمة المرور;الاستبيان"
    )
    + ") "
)
QUESTION = re.compile(
    " (?:(?:"
    + alternatives(
        "hi;hello;hey;please;good morning;hola;buenos dias;bonjour;bonsoir;salut;مرحبا;السلام عليكم;salam;,"
    )
    + ") )*(?:"
    + alternatives(
        "what help;what can;que ayuda;quelle aide;how do;how can;how could;how to;how long;how many;how much;how does;how is;how should;what is;what are;what does;"
        "what counts;what happens;what kind;which;when is;when are;when will;when does;where can;where do;where is the office;"
        "who can;who are you;who is this;can i;may i;could i;do you;are you;is this;is it;is there;is my;could you;can you;"
        "would you;a question;i have a question;"
        "como puedo;como se;como podemos;como funciona;cuanto;cuantos;cual;cuales;cuando es;donde puedo;quien puede;"
        "quienes son;puedo;podrian;podria;pueden;tengo una pregunta;una pregunta;es posible;hay;que es;que pasa si;"
        "comment;combien;quel;quelle;quels;quelles;puis je;pouvez vous;pourriez vous;est ce que;qui etes;qu est ce;ou puis je;"
        "j ai une question;une question;y a t il;c est quoi;"
        "كيف;كم;ما هو;ما هي;ماهي;متى;هل;من انتم;ما الفرق;لدي سؤال;عندي سؤال;سؤال;شو;اين يمكنني;وين فيني;kif;keef;kifash;chno;chnou;shu;shou"
    )
    + ") "
)
# The beginnings of words that report: a question with one of them is more than a question.
_ACTS = tuple(
    fold(
        "arrest detain detenid detuv detenu kidnap secuestr enlev kill matar tuer threat amenaz menac tortur raid allan "
        "perquis missing disappear desapar dispar police polici soldier soldad soldat gun shot beat golpe frapp "
        "اعتقل خطف قتل تهدي هدد عذب تعذيب داهم اختف مفقود شرطة الشرطة مخابرات المخابرات رصاص ضرب"
    ).split()
)


def is_question(folded: str, text: str) -> bool:
    """Whether a text asks and reports nothing: a question's form, and no word of any act."""
    asks = text.rstrip().endswith(_ASKING) or QUESTION.match(folded) is not None
    return asks and not any(word.startswith(_ACTS) for word in folded.split()) and not _states(text)


_ASKING = ("?", "؟", "？", "՞", "፧")
_SENTENCES = re.compile("(?<=[.!?؟？。！।॥။።፧…\n])\\s*")
_STATEMENT = 4  # words; fewer are a greeting or a name
_LETTERS = 8  # the same where nothing stands between words
_READ = 2000  # characters: whoever writes more asks more than a question


def _states(text: str) -> bool:
    """Whether a sentence beside the question tells something: "they are still searching. How long do I stay here?"."""
    if len(text) > _READ:
        return True
    for sentence in _SENTENCES.split(text):
        words = fold(sentence)
        if not sentence.rstrip().endswith(_ASKING) and QUESTION.match(words) is None:
            told = [word for word in words.split() if word not in "|,"]
            least = len("".join(told)) >= _LETTERS if is_unspaced(words) else len(told) >= _STATEMENT
            if least and not politeness().issuperset(told):
                return True
    return False


def is_ordinary_help(folded: str, text: str, start: int, end: int, language: str) -> bool:
    """Whether this word for help is part of an ordinary sentence. Doubt leaves it a cry."""
    if language not in _HELP:
        return False
    first, last = sentence_around(folded, start, end)
    sentence = folded[first:last]
    if _ORDINARY_BEFORE.search(folded[max(first, start - 30) : start]):
        return True
    return bool(_ABOUT_FORMS.search(sentence)) or (
        bool(QUESTION.match(sentence)) and is_question(sentence, text)
    )
