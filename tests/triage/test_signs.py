# ruff: noqa: E501 (examples stand side by side)
"""Danger signs: what must wake somebody, what must not, and that no text can break or stall the search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.fuzz.bounded import within
from triage import sign_index, sign_table, signs
from triage.score.score import SMALL_TALK
from triage.words import fold

DANGER = {
    "en": """They are breaking down my door right now
        They are at the door
        men at my gate with guns
        someone is banging on the door
        Police have surrounded our office
        I am hiding in the bathroom, they are in the living room
        Two cars are following me
        somebody is following me now
        They took him just now
        They took my husband twenty minutes ago
        They just grabbed the interpreter
        I am bleeding, they may come back
        He is dying
        they are going to kill me tonight
        They will kill her if I post the video
        sos they got me
        S.O.S.
        🆘
        ＳＯＳ
        please hurry
        PLEASE HURRY!!!
        Hurry up they are coming
        The police are coming
        they're coming for me
        coming to take me
        Please help, my brother
        HELP police in the house
        heeeelp they hit us
        h\u200belp me they are here
        \u202eHelp they beat him
        help help help
        I hear shots
        There is gunfire at our gate
        They are shooting at us
        he is pointing a gun at my brother
        They set fire to the shelter
        They are dragging people out of the hall
        they have my sister
        My father disappeared since yesterday
        missing for 10 hours
        nobody knows where she is
        They are putting me on the plane
        we are trapped in the cellar
        Tear gas inside the church
        Nobody is at the gate now but they took my son
        In 2016 they only wrote letters. Now they are at my door.
        I can not breathe
        They are beating him inside the station
        they arrested my husband
        They have arrested my colleague
        police arrested our lawyer
        My brother was arrested
        my husband has been detained
        my sister's been kidnapped
        our director is being detained
        my son Ali was taken away by men
        He was arrested
        my brother disappeared
        My brother has disappeared
        my daughter is missing
        our colleague went missing
        I can't find my son
        Nobody helps us, my brother disappeared
        In 2016 they only wrote letters. Now they arrested my husband.
        they arrested my husband again, as in 2016""",
    "es": """ayuda vienen
        Ayuda, están en la puerta
        auxilio me quieren matar
        socorro la policía está aquí
        Están derribando mi puerta
        están golpeando la puerta
        ya vienen por mí
        vienen ya
        vienen a matarme
        Estoy escondida en el baño
        ESTOY ESCONDIDO DEBAJO DE LA CAMA
        estamos escondidos
        me están siguiendo
        nos siguen dos coches
        Dos carros me persiguen
        estamos rodeados
        La policía rodeó... rodearon la oficina
        Se lo llevaron ahora
        se llevaron a mi hermano
        acaban de llevarse a mi hija
        acaban de detener a mi padre
        me están deteniendo
        Lo están golpeando en la comisaría
        tienen a mi hermana
        me tienen
        estoy sangrando
        mi hijo está herido... está sangrando
        me dispararon
        nos disparan
        escucho disparos
        hay disparos afuera
        me van a matar esta noche
        van a matarnos
        quieren matar... me quieren matar
        por favor rápido
        apúrense
        vengan rápido por favor
        no puedo respirar
        entraron a mi casa ahora
        están entrando
        prendieron fuego a la sede
        quemaron... están quemando nuestra casa
        lo metieron en una camioneta
        desapareció desde ayer
        mi hermano está desaparecido desde hace dos horas
        nadie sabe dónde está
        no ha vuelto a casa
        me suben al avión
        ayudaaaa vienen por mi
        detuvieron a mi marido
        Han detenido a mi hermana
        la policía arrestó... arrestaron a nuestro abogado
        lo detuvieron
        las han secuestrado
        mi hijo fue detenido
        mi hermana está detenida
        nuestra compañera ha sido secuestrada
        mi hermano desapareció
        Desapareció mi hija
        desaparecieron a mi primo
        mi esposo está desaparecido
        no encuentro a mi hijo""",
    "fr": """au secours ils arrivent
        Au secours, la police est là
        aidez-moi ils sont dehors
        à l'aide on nous attaque
        A L AIDE ils frappent ma mère
        ils défoncent ma porte
        ils sont devant la porte
        quelqu'un frappe à la porte
        ils sont devant chez moi
        ils arrivent
        la police arrive... les soldats arrivent
        ils viennent me chercher
        Je suis cachée dans la salle de bain
        je me cache
        nous sommes cachés
        deux voitures me suivent
        on me suit
        je suis suivie
        nous sommes encerclés
        La police a encerclé notre bureau
        ils l'ont emmené
        ils ont enlevé mon mari
        on vient de l'arrêter
        ils viennent d'arrêter mon frère
        ils m'emmènent... ils les emmènent
        ils le frappent
        ils ont mon frère
        je saigne
        il est blessé gravement
        on m'a tiré dessus
        ils tirent sur nous
        j'entends des coups de feu
        il y a des tirs
        ils vont me tuer
        ils veulent nous tuer ce soir
        vite s'il vous plaît
        dépêchez-vous
        venez vite
        mon fils a disparu depuis hier
        ma soeur est disparue depuis deux heures
        personne ne sait où il est
        il n'est pas rentré
        ils mettent le feu
        ils ont mis le feu à l'abri
        je ne peux plus respirer
        ils sont dans la maison
        ils nous mettent dans l'avion
        poussé dans une voiture
        ils ont arrêté mon mari
        la police a interpellé notre collègue
        Mon frère a été arrêté
        ma femme est détenue
        mon fils vient d'être enlevé
        elle a été arrêtée
        mon frère a disparu
        ma sœur est portée disparue
        nos amis sont disparus
        je ne retrouve plus mon fils""",
    "ar": """النجدة إنهم عند الباب
        ساعدوني الشرطة في البيت
        أنقذوني من فضلكم إنهم هنا
        الحقوني جايين علينا
        إنهم يكسرون باب بيتي الآن
        هم عند الباب
        يطرقون الباب
        العسكر قدام البيت
        اقتحموا البيت
        إنهم قادمون
        الأمن جايين ياخدوني
        جاؤوا لاعتقالي
        أسرعوا أرجوكم
        أنا مختبئ في الحمام
        انا متخبي
        مختبئون تحت الدرج
        سيارتان تلاحقني
        يلاحقونني
        يتبعني رجلان
        نحن محاصرون
        حاصروا مكتبنا
        أخذوه قبل قليل
        اخذوا أخي
        خطفوا زوجي
        اعتقلوا أبي
        اعتقلوه الآن
        يضربونه داخل المركز
        أنا أنزف
        أصيب أخي بالرصاص
        يطلقون النار علينا
        أسمع إطلاق نار
        سيقتلونني الليلة
        بدهم يقتلوني
        أضرموا النار في المكتب
        أخي مختفي منذ أمس
        اختفت منذ ساعات
        لا أحد يعرف مكانها
        لم يعد إلى البيت
        يرحلونني الآن
        لا أستطيع التنفس
        akhoya mokhtafi men 10 sa3at
        sa3douni homma 3al bab
        3am yla72ouni
        jeyin yakhdouni
        ra7 ye2tlouni
        7a2 khadou akhi
        ana mkhabbi ta7t
        el7a2ouni bsor3a
        m7asrinna
        اعتقل زوجي
        اعتقلت الشرطة أخي
        تم اعتقال ابني
        أوقفوا محامينا
        زوجي معتقل
        أختي محتجزة
        اختفى أخي
        اختفت ابنتي
        أخي مفقود
        زوجي اختفى
        e3ta2alou akhi
        khouya mokhtafi""",
}
HARMLESS = {
    "en": """Hello, how do I submit information for the next report on reprisals
        Thank you, my brother was released last week and is resting with the family
        In 2009 I was arrested and tortured, I would like to tell my story
        nobody is at the door
        nobody is at the door any more
        No one is outside the door
        They are not at the door any more
        they are no longer following me
        They are not following me any more
        In 2016 they took my brother
        last year they were following me
        Years ago they were shooting at us
        The film about the men at the door is on Thursday
        the law says what happens when they took him
        How can I help?
        how can I help you
        What help do you offer?
        help me understand the form
        Can you help me fill in the form?
        can you help with translation of a report?
        I want to help victims
        We are happy to help
        Thank you for your help
        thanks for all your help last week
        Our network offers legal help
        I don't need help
        I no longer need help
        The SOS-Torture network published its report
        Which form is used for enforced disappearance
        We published our annual report on killings of journalists
        This is only a test of the channel, please ignore
        How long do you keep my data and can I delete this chat
        The threats I wrote about last year have stopped
        Could you send someone to train our volunteers
        The exhibition of prison letters was visited by two thousand people
        I am a student writing a thesis about police violence
        Good morning, is this service free
        The guard opened the door of the library
        I am following the session online
        Our delegates arrived safely home
        We remember the colleagues who were murdered ten years ago
        The evacuation drill went fine, everyone out
        He died of old age in April
        All good here
        My brother was arrested in 2016
        my brother was not arrested
        my husband has never been arrested
        They arrested my husband three years ago
        My uncle disappeared years ago
        Last year they arrested my colleague
        my son is not missing
        nobody arrested my brother
        they haven't arrested my brother
        they have not detained my sister
        my passport disappeared
        a thief was arrested in the market
        The film about how they arrested my father
        what happens if they arrest my husband?
        my brother was taken to school by bus""",
    "es": """Hola, ¿cómo presento información para el informe?
        Gracias por su ayuda
        muchas gracias por la ayuda
        ¿Cómo puedo ayudar?
        quiero ayuda con el formulario
        ¿Pueden darme ayuda para llenar el formulario?
        necesito ayuda para entender el formulario
        No necesito ayuda
        ya no me siguen
        ya no están en la puerta
        ya no me están siguiendo
        no hay nadie en la puerta
        nadie en la puerta
        En 2016 se llevaron a mi hermano
        hace años me siguen... no, eso fue hace años
        Hace tres años se lo llevaron
        el año pasado me estaban siguiendo
        el año pasado nos dispararon
        La película cuenta cómo se llevaron a los presos
        la ley dice que no se lo llevan
        El libro cuenta cómo rodearon la casa
        fue un simulacro, rodearon el edificio
        Publicamos nuestro informe anual
        ¿Cuándo es el plazo de los informes?
        Buenos días, ¿es gratis este servicio?
        La puerta de la oficina abre a las nueve
        Soy estudiante y escribo una tesis
        ¿Puedo escribir en mi idioma?
        Mi hermano fue liberado la semana pasada
        Las amenazas terminaron
        Quisiera una copia del acta
        El juicio terminó con absolución
        Llegamos bien a casa
        Todo bien por aquí
        La conferencia será en octubre
        Cambié de teléfono
        Olvidé adjuntar las fotos
        ¿Cuál es la diferencia entre un órgano y un procedimiento?
        La ayuda humanitaria llegó ayer al pueblo
        con ayuda de una abogada presentamos la queja
        ¿Cuándo vienen los delegados?
        Los documentos están aquí
        Me sigue pareciendo bien
        ¿Qué pasa si borro el chat?
        Detuvieron a mi marido en 2016
        mi hermano no fue detenido
        no han detenido a mi hermano
        mi hermana nunca desapareció
        Hace tres años detuvieron a mi padre
        mi tío desapareció hace muchos años
        el año pasado lo detuvieron
        La película cuenta cómo detuvieron a mi abuelo
        mi hermano no está desaparecido
        se detuvo el autobús de mi hijo""",
    "fr": """Bonjour, comment envoyer des informations pour le rapport ?
        Merci pour votre aide
        Comment puis-je aider ?
        Pouvez-vous m'aider à remplir le formulaire ?
        aidez-moi à remplir le formulaire
        aidez-moi à comprendre le questionnaire
        je n'ai pas besoin d'aide
        ils ne sont plus devant la porte
        il n'y a personne devant la porte
        plus personne devant la porte
        personne devant la porte
        on ne me suit plus
        ils ne me suivent plus
        En 2016 ils ont enlevé mon frère
        il y a trois ans ils l'ont emmené
        l'année dernière on me suit... c'était l'année dernière
        l'année dernière ils nous ont encerclés
        L'an dernier ils l'ont arrêté
        le film montre comment ils l'ont emmené
        un film sur des gens cachés dans une cave, ils l'ont arrêté
        la loi dit quand ils l'ont arrêté
        exercice d'évacuation : coups de feu dans le film
        Nous avons publié notre rapport annuel
        Quel est le délai ?
        Bonjour, ce service est-il gratuit ?
        La porte du bureau ouvre à neuf heures
        Je suis étudiante et j'écris une thèse
        Puis-je écrire dans ma langue ?
        Mon frère a été libéré la semaine dernière
        Les menaces ont cessé
        Le procès s'est terminé par un acquittement
        Nous sommes bien rentrés
        Tout va bien
        La conférence aura lieu en octobre
        J'ai changé de téléphone
        J'ai oublié les photos
        Quelle est la différence entre un organe et une procédure ?
        Merci beaucoup et bonne journée
        Je voudrais devenir bénévole
        Le musée de la prison est ouvert
        ils sont la majorité au conseil
        ils m'ont envoyé le formulaire
        ils ont pris contact avec nous
        une formation aux premiers secours
        Ajoutez-nous à votre liste
        Ils ont arrêté mon mari en 2016
        mon frère n'a pas été arrêté
        mon mari a arrêté de fumer
        ils n'ont pas arrêté mon mari
        il y a trois ans mon père a été arrêté
        l'an dernier ils ont arrêté notre avocat
        mon frère n'a pas disparu
        mon oncle a disparu il y a dix ans
        le film sur mon père, comment il a été arrêté""",
    "ar": """مرحبا، كيف أقدم معلومات للتقرير القادم؟
        شكرا جزيلا
        شكرا على المساعدة
        كيف يمكنني المساعدة؟
        أحتاج مساعدة في تعبئة الاستمارة
        هل يمكنكم المساعدة في ترجمة التقرير؟
        لا أحتاج مساعدة
        لم يعد أحد عند الباب
        لا أحد عند الباب
        ليسوا عند الباب
        لم يعودوا يلاحقونني
        ما عادوا يلاحقونني
        في عام 2016 أخذوا أخي
        في 2016 خطفوا زوجي
        العام الماضي كانوا يلاحقونني
        السنة الماضية حاصروا مكتبنا
        قبل سنوات اعتقلوا أبي
        قبل ثلاث سنوات خطفوه
        منذ سنوات أطلقوا النار على المكتب
        الفيلم يحكي كيف أخذوه
        فيلم عن رجل مختبئ في القبو
        القانون يشرح متى خطفوه
        رواية عن ناس محاصرين
        نشرنا تقريرنا السنوي
        متى الموعد النهائي؟
        صباح الخير، هل هذه الخدمة مجانية؟
        باب المكتب يفتح الساعة التاسعة
        أنا طالبة وأكتب رسالة
        هل يمكن أن أكتب بلغتي؟
        أفرج عن أخي الأسبوع الماضي
        توقفت التهديدات
        انتهت المحاكمة بالبراءة
        وصلنا بخير
        كل شيء بخير
        المؤتمر في أكتوبر
        غيرت هاتفي
        نسيت الصور
        ما الفرق بين الهيئة والإجراء؟
        أود أن أتطوع معكم
        متحف السجن مفتوح
        راح عمي إلى عند جدي
        أضيفونا إلى قائمتكم
        اعتقل زوجي في 2016
        لم يعتقل زوجي
        لم يعتقلوا أخي
        زوجي ليس معتقلا
        اختفى أخي قبل سنوات
        لم يختف أخي
        العام الماضي اعتقلت الشرطة أخي
        فيلم عن رجل، كيف اعتقلت الشرطة أخي""",
}


def lines(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(language, line.strip()) for language, text in table.items() for line in text.split("\n")]


@pytest.mark.parametrize(("language", "text"), lines(DANGER))
def test_danger_is_heard(language: str, text: str) -> None:
    found = signs.find(text, language)
    assert found.danger
    assert len(found.phrases) == len(found.danger)
    assert not found.greeting
    assert found.language in {language, None}


@pytest.mark.parametrize(("language", "text"), lines(HARMLESS))
def test_harmless_texts_wake_nobody(language: str, text: str) -> None:
    found = signs.find(text, language)
    assert found.danger == ()
    assert not found.cry


CRIES = {
    "en": "help", "es": "ayuda", "fr": "au secours", "ar": "النجدة", "it": "aiuto", "de": "Hilfe!", "tr": "yardım",
    "ru": "помогите", "zh": "救命", "ja": "助けて", "ko": "도와주세요", "hi": "बचाओ", "sw": "msaada", "pt": "socorro",
    "tl": "kailangan ko ng tulong", "id": "tolong", "vi": "cứu", "th": "ช่วยด้วย", "my": "ကယ်ပါ", "am": "እርዳታ",
    "fa": "کمک", "ur": "مدد", "bn": "সাহায্য", "so": "gargaar", "ht": "anmwe", "uk": "допоможіть", "ti": "ሓገዝ",
    "ha": "taimako", "ps": "مرسته", "ku": "hawar", "ta": "உதவி", "ne": "गुहार", "km": "ជួយផង", "he": "הצילו",
    "el": "βοήθεια", "rw": "ntabara", "uz": "yordam", "ka": "მიშველეთ", "hy": "օգնեցեք", "pl": "ratunku",
}  # fmt: skip


@pytest.mark.parametrize(("language", "word"), CRIES.items())
def test_a_bare_word_for_help_is_a_cry_in_its_language(language: str, word: str) -> None:
    found = signs.find(word, language)
    assert found.cry
    assert found.language == language
    assert not found.danger
    assert not found.greeting
    assert signs.find(f"{word} 4471x", language).danger == ("help",)


@pytest.mark.parametrize(
    "text", ["help", "Help!!!", "heeelp", "hlep", "please help me", "Hello, can you help me?", "HELP ME PLEASE", "🙏 help",
             "ｈｅｌｐ", "auda", "aidez-moi svp", "sa3douni", "الحقوني", "nisaidie tafadhali", "请救命", "ayudenme por favor"]
)  # fmt: skip
def test_politeness_emoji_and_typing_mistakes_leave_a_cry_a_cry(text: str) -> None:
    assert signs.find(text).cry


def test_sos_and_a_second_cry_are_more_than_a_cry() -> None:
    for text in ("SOS", "s o s", "🆘", "help! help!", "ayuda auxilio"):
        found = signs.find(text)
        assert found.cry_and_more
        assert not found.cry
        assert found.danger


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "Hola, buenos días",
        "merci beaucoup",
        "السلام عليكم",
        "how do I report?",
        "¿es gratis?",
        "你好",
    ],
)
def test_greetings_and_questions_are_no_report(text: str) -> None:
    assert signs.find(text).greeting


@pytest.mark.parametrize(
    "text", ["", " ", "🙂", "my brother was arrested", "Can I report that he was arrested?", "xyz"]
)
def test_what_may_be_a_report_is_no_greeting(text: str) -> None:
    assert not signs.find(text).greeting


def test_every_pattern_of_the_table_finds_itself() -> None:
    """A pattern filed under the wrong word would never be searched."""
    entries = (
        *sign_table.ENGLISH,
        *sign_table.SPANISH,
        *sign_table.FRENCH,
        *sign_table.ARABIC,
        *sign_table.CRIES,
    )
    for entry in entries:
        for pattern in entry.patterns:
            for pick in (0, -1):
                places = (place for place in pattern.split() if place != "..")
                text = " ".join(place.rstrip("?").split("|")[pick].rstrip("*") for place in places)
                found = {(match.sign, match.language) for match in sign_index.matches(fold(text))}
                assert (entry.id, entry.language) in found, pattern


@examples(200)
@given(st.text(max_size=200))
def test_any_text_is_read_without_exception_and_a_sign_beside_it_stands(text: str) -> None:
    signs.find(text)
    assert "sos" in signs.find(f"{text}\n SOS").danger


@pytest.mark.parametrize(
    "unit", ["a", "they are ", "help ,", "s | o ", "\u0301", "ne ", "在", "\u202e", "🆘", "the door ", "no "]
)
def test_sixty_four_kilobytes_are_read_in_bounded_time(unit: str) -> None:
    text = (unit * 65_536)[:65_536]
    with within(2):  # of processor time: forty times what it takes, whatever else the machine does
        signs.find(text)


def test_a_sign_at_the_end_of_a_long_memo_is_heard() -> None:
    assert "door" in signs.find("We met on Monday. " * 3000 + "They are at the door").danger
    assert signs.find("word " * 30_000 + "they are at the door").danger


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Why are they breaking the door?", "breaking"),
        ("why are they in my house?", "breaking"),
        ("are there men in our flat?", "breaking"),
        ("why did they take my brother?", "taken"),
        ("¿Por qué rompen la puerta?", "breaking"),
        ("¿por qué patean mi puerta?", "breaking"),
        ("¿por qué golpean la puerta?", "door"),
        ("Pourquoi ils cassent la porte ?", "breaking"),
        ("pourquoi ils fouillent notre maison ?", "breaking"),
        ("يكسرو الباب", "breaking"),
        ("ليش عم يكسرو الباب؟", "breaking"),
        ("ليه بيخلعوا الباب؟", "breaking"),
        ("ليش فاتو علينا؟", "breaking"),
        ("ليش اخدو ابني؟", "taken"),
        ("ليش عم يلحقني؟", "following"),
    ],
)
def test_a_short_question_about_danger_is_danger(text: str, sign: str) -> None:
    assert len(text) < SMALL_TALK
    assert (sign in signs.find(text).danger, signs.find(text).greeting) == (True, False)


@pytest.mark.parametrize(
    "text",
    [
        "how do I break the ice?",
        "are they in my area?",
        "is he in my contact list?",
        "did they take my name off the list?",
        "do they take my case seriously?",
        "why are they not in my house?",
        "¿cómo rompen el silencio?",
        "¿quién abre la puerta de la oficina?",
        "comment casser la glace ?",
        "qui ouvre la porte du bureau ?",
        "ils ne fouillent plus notre maison",
        "كيف بكسر حاجز الخوف؟",
        "ما عادوا يكسرو الباب",
        "ليش اخدو الاستمارة؟",
        "شو هو الباب الصحيح؟",
        "خليه يلحقني عالمكتب بكرا",
    ],
)
def test_a_short_question_with_the_same_words_and_no_danger_is_none(text: str) -> None:
    assert signs.find(text).danger == ()


@pytest.mark.parametrize(
    "text",
    [
        "This is not a drill they are breaking down the door",
        "it's not a film, they are at the door",
        "it is like in a film, they are breaking down our door",
        "it's a nightmare they are shooting at us",
        "They took my brother because of the film",
        "Last month they beat my father, they are at my door",
        "last year they took my son but they are at the door",
        "we are in the workshop and they are shooting at us",
        "no es un simulacro están en la puerta",
        "les cuento que están en la puerta",
        "es una pesadilla están golpeando la puerta",
        "están entrando al taller, están en la puerta",
        "ce n'est pas un exercice d'évacuation ils tirent sur nous",
        "c'est un cauchemar ils cassent la porte",
        "à cause du film ils ont enlevé mon frère",
        "l'an dernier ils l'ont frappé mon père, ils sont devant la porte",
        "ليس فيلم إنهم عند الباب",
        "نحن في ورشة وهم عند الباب إنهم يكسرون باب بيتي",
        "haha they are at the door 😂",
        "lol they took my brother",
        "This is not a test, they are at the door",
        "no es broma están en la puerta",
        "ce n'est pas un test, c'est pas un test ils cassent la porte",
        "They took the wrong person, they took my brother",
        "this is proof that they are following me",
    ],
)
def test_a_film_a_joke_or_an_old_case_beside_a_sign_takes_it_back_only_where_it_is_about_it(
    text: str,
) -> None:
    assert signs.find(text).danger


@pytest.mark.parametrize(
    "text",
    [
        "My boss is going to kill me hahaha",
        "send help, I repeat, send help 😂",
        "socorro kkkkk a impressora engoliu o relatório",
        "mi jefe me va a matar jajaja",
        "الحقوني حماتي زعلت هههههه",
        "我的天救命哈哈哈哈",
        "In the film, soldiers come, and they are breaking down the door",
        "En la serie de anoche se llevaron a mi personaje favorito",
        "Dans le dernier épisode ils l'ont emmené",
        "I dreamt they are at the door",
        "In 2016, they broke into our house",
        "They took my brother, years ago",
        "Testing testing. They are coming in. End of test.",
        "they are here! oh sorry wrong chat",
        "probando probando me van a matar, era prueba",
        "Test. Au secours. Au secours. Fin de test.",
        "проверка связи: спасите",
        "救命，他们来了，开玩笑的",
    ],
)
def test_a_joke_that_is_laughed_at_and_what_a_film_tells_wake_nobody(text: str) -> None:
    assert signs.find(text).danger == ()


@pytest.mark.parametrize(
    "text",
    [
        "Hello, a question: how long should I stay behind the tank? They are still searching the yard.",
        "He has the can in his hand. Why is nobody answering?",
        "¿Cuánto tardan? Ya subieron al segundo piso.",
        "院子里还有人拿着手电在找我们。 我们要躲多久？",
    ],
)
def test_a_question_beside_which_something_is_told_is_more_than_a_question(text: str) -> None:
    assert not signs.find(text).greeting


def test_a_greeting_before_a_question_leaves_it_a_question() -> None:
    assert signs.find("Good evening. I have a question. How do I submit a report?").greeting
    assert signs.find("Buenos días. Soy nueva. ¿Cuánto tarda?").greeting


@pytest.mark.parametrize(
    "word", ["jiuming", "jiu ming a", "tasukete", "sallyeojuseyo", "chuay duay", "dopomozhit", "kae par", "banchao amake"]
)  # fmt: skip
def test_a_cry_in_latin_letters_is_a_cry(word: str) -> None:
    found = signs.find(word)
    assert found.cry or found.danger
