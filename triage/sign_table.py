# ruff: noqa: E501, SIM905 (a pattern broken over lines cannot be compared with its neighbours)
"""The danger signs, language by language, to be reviewed by native speakers (drafted, not reviewed).
Data only: signs.py says what a match means.

A pattern is words as they are written, accents and capitals indifferent: `a|b` either, `a|b?` may be missing,
`word*` any ending, `..` up to three words between. Scripts without spaces are matched anywhere in the text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of sign in one language."""

    id: str
    language: str
    patterns: tuple[str, ...]


def _entry(sign: str, language: str, patterns: str) -> Entry:
    return Entry(sign, language, tuple(line.strip() for line in patterns.strip().split("\n")))


# Who is said to be gone: "they arrested my husband" needs no hour to be a danger sign, "police arrested a thief" is none.
_CLOSE = {
    "en": "husband|wife|partner|son|sons|daughter|daughters|brother|brothers|sister|sisters|father|mother|dad|mum|mom|parents|child|children|kid|kids|baby|cousin|cousins|uncle|aunt|nephew|niece|grandson|grandfather|grandmother|family|fiance|fiancee|boyfriend|girlfriend|friend|friends|colleague|colleagues|coworker|lawyer|lawyers|client|neighbour|neighbor|director|driver|interpreter",
    "es": "marido|esposo|esposa|mujer|hijo|hija|hijos|hijas|hermano|hermana|hermanos|hermanas|padre|madre|papá|mamá|padres|primo|prima|primos|tío|tía|sobrino|sobrina|nieto|nieta|abuelo|abuela|familia|familiar|familiares|cuñado|cuñada|novio|novia|pareja|amigo|amiga|amigos|compañero|compañera|compañeros|colega|colegas|abogado|abogada|cliente|vecino|vecina|bebé|niño|niña|niños",
    "fr": "mari|époux|épouse|femme|fils|fille|filles|frère|frères|soeur|sœur|soeurs|sœurs|père|mère|papa|maman|parents|enfant|enfants|bébé|cousin|cousine|cousins|oncle|tante|neveu|nièce|famille|fiancé|fiancée|compagnon|compagne|copain|copine|ami|amie|amis|collègue|collègues|camarade|camarades|avocat|avocate|client|cliente|voisin|voisine|confrère",
    "ar": "زوجي|زوجتي|ابني|ابنتي|بنتي|أبنائي|أولادي|بناتي|أخي|أخوي|أخويا|أختي|إخوتي|أخواتي|أبي|أمي|والدي|والدتي|أهلي|عمي|خالي|عمتي|خالتي|ولدي|جوزي|مرتي|خطيبي|خطيبتي|صديقي|صديقتي|أصدقائي|صاحبي|زميلي|زميلتي|زميلنا|زميلتنا|زملائي|زملاءنا|محامينا|محاميتنا|جاري|جارنا|قريبي",
}

ENGLISH = (
    _entry(
        "help",
        "en",
        """
        help me|us?
        need|send help
        save me|us
        rescue me|us
        somebody|someone help
        helpp|hlep|hepl|heelp|hellp
        h e l p
        mayday""",
    ),
    _entry(
        "door",
        "en",
        """
        at|outside|behind the|my|our door|gate|doors
        on the stairs
        at|outside the|my|our front|back door|gate
        banging|knocking|pounding|kicking on|at|in? the|my|our door|gate|doors
        men|them|police|soldiers|they .. in the corridor|hallway|stairwell""",
    ),
    _entry(
        "breaking",
        "en",
        """
        breaking|broke|break|breaks in|into|down .. door|house|home|flat|office|apartment|fence|gate
        breaking|smashing|forcing the|my|our door|window|fence|gate|doors
        they|police|soldiers|men|people|cops|army are|is|r in|inside|entering|searching|raiding the|my|our house|home|flat|office|room|living|building|apartment
        they|police|soldiers|men|army re|are breaking|entering in?
        cut|cutting the fence
        are|is they|police|soldiers|men|he|someone|somebody in|inside my|our house|home|flat|room|apartment
        there men|soldiers|police|strangers|someone|somebody in|inside my|our house|home|flat|room|apartment
        raid|raiding .. right now
        raiding us|my|our|now""",
    ),
    _entry(
        "coming",
        "en",
        """
        they|police|soldiers|army|men|cops are|re|r coming
        they|police|soldiers|army|men are|re|r here|outside|close|downstairs
        they have|ve? come for me|us|him|her
        theyre|they're coming|here|outside
        coming for|after me|us
        coming to get|kill|take|arrest me|us|him|her
        going door to door
        i|we hear boots|them""",
    ),
    _entry(
        "hurry",
        "en",
        """
        please hurry
        hurry please|up|they
        come|send .. quickly|quick
        come now|fast
        please send someone|somebody
        they|police|soldiers|army re|are? minutes away
        before it is|s too late""",
    ),
    _entry(
        "hiding",
        "en",
        """
        i|we am|m|are|re hiding|hidden|trapped|tied|locked
        im|i'm hiding|trapped|tied
        hiding|hidden|trapped in|under|behind|on the|a|my|our
        this phone is hidden
        i|we can|cannot|cant|can't t? speak|talk they
        bag on my head""",
    ),
    _entry(
        "following",
        "en",
        """
        following|chasing|hunting me|us now?
        cars|men|car|people|someone|somebody is|are? chasing|pursuing me|us
        on my tail
        do not|dont dare .. home""",
    ),
    _entry(
        "surrounded",
        "en",
        """
        we|i am|m|are|re surrounded|encircled
        surrounded our|the|my house|office|building|home|village|us|church|hospital
        they|police|soldiers|army have? surrounded
        not letting anyone|anybody|us out|leave""",
    ),
    _entry(
        "shots",
        "en",
        """
        they|police|soldiers|army|men are|re|is? shooting|firing
        shooting at|outside|here|now
        shots|gunfire|gunshots at|outside|near|now|fired
        hear shots|gunfire|gunshots|shooting
        pointing a|his|their gun
        gun to|at|on my|our|his|her
        under attack|fire
        tear gas inside|in""",
    ),
    _entry(
        "taken",
        "en",
        """
        they|police|soldiers|army|men just? took|grabbed|kidnapped|abducted|snatched|seized my|him|her|us|me|our|the
        they|police|soldiers|army|men have? just arrested|detained my|him|her|us|me|our|the
        they|police|soldiers|army|men are|re taking|grabbing|arresting|dragging|beating|hitting my|him|her|us|me|people|our
        just been|got|was kidnapped|abducted|taken|grabbed|arrested
        just took|grabbed|kidnapped|abducted|arrested my|him|her|us|me|our|the
        in masks|balaclavas|uniform took
        took|grabbed .. minutes ago
        did|have|has they|police|soldiers|army|men just? take|taken|grab|seize|kidnap my brother|sister|son|daughter|husband|wife|father|mother|child|children|kids|friend|colleague|lawyer
        pushed|forced|dragged|thrown into|in a|the .. van|car|truck
        they got|have me
        they have my sister|brother|son|daughter|wife|husband|mother|father|child|children|kids
        i am|m being arrested|kidnapped|taken|followed|beaten|deported|detained""",
    ),
    _entry(
        "bleeding",
        "en",
        """
        i am|m bleeding|dying|wounded
        is|are bleeding|dying
        bleeding badly|heavily|out
        have|ve? been|am|was|got? shot|stabbed in|by|outside|and
        lost consciousness
        not breathing
        cannot|cant|can't|not breathe""",
    ),
    _entry(
        "kill",
        "en",
        """
        going to|gonna kill me|us|him|her|them
        will kill me|us|him|her|them
        kill me|us|him|her tonight|today|tomorrow|now
        trying to kill me|us
        they ll|want to? kill me|us
        die|dead|killed tonight
        execution|executed .. dawn|tomorrow|tonight|hours
        my last night|minutes""",
    ),
    _entry(
        "harm",
        "en",
        """
        set|setting fire to
        beating|torturing him|her|them|me|us|my
        will burn it|us|the|our
        on day .. hunger strike
        refuse to give him|her|them insulin|medicine""",
    ),
    _entry(
        "deport",
        "en",
        """
        putting|put|forcing me|us|him|her on|onto the|a plane|flight
        deport|deporting me|us|him|her now|today|tonight|tomorrow
        about to hand|deport|extradite""",
    ),
    _entry(
        "missing",
        "en",
        """
        disappeared|missing|vanished since|for .. hour|hours|morning|yesterday|noon|night|last|today|monday|tuesday|wednesday|thursday|friday|saturday|sunday
        never|not arrived|came|come|reached home
        nobody|noone knows where he|she|they
        no one knows where he|she|they
        he|she .. did not|didnt|didn't t? return|come back|home? .. yesterday|night|morning|noon|hours
        no record of him|her|them
        not come out either""",
    ),
    _entry(
        "taken",
        "en",
        f"""
        they|police|soldiers|army|men|authorities|security|agents|officers|forces|militia have|ve? arrested|detained|jailed|imprisoned|captured|abducted|kidnapped him|her
        arrested|detained|jailed|imprisoned|captured|abducted|kidnapped|disappeared my|our {_CLOSE["en"]}
        my|our {_CLOSE["en"]} *? was|were|is|are|has|have|got|s being|been? arrested|detained|jailed|imprisoned|captured|abducted|kidnapped
        he|she was|is|has|got|s being|been? arrested|detained|jailed|captured|abducted|kidnapped
        my|our {_CLOSE["en"]} *? was|were|has|have|got|s been? taken by|away""",
    ),
    _entry(
        "missing",
        "en",
        f"""
        my|our {_CLOSE["en"]} *? disappeared|vanished
        my|our {_CLOSE["en"]} *? has|have|is|are|went|s been|gone? disappeared|vanished|missing
        cannot|can't|couldn't|cant|not find my|our {_CLOSE["en"]}""",
    ),
)

SPANISH = (
    _entry(
        "help",
        "es",
        """
        ayuda|ayudame|ayudenme|ayudennos|ayudanos|ayudenos|ayudeme
        auxilio|socorro|socorranme
        salvenme|salvame|rescatenme|sálvennos
        me ayudan
        ayudaa|auda|ayda|ayudda|aiuda|ayuuda""",
    ),
    _entry(
        "door",
        "es",
        """
        en|a|ante|tras|detras de? la|mi|nuestra puerta
        golpean|golpeando|tocando|tumbando|tocan .. puerta
        afuera|fuera de mi|la|nuestra casa|oficina
        en las|la|el escaleras|escalera|pasillo
        estan|están afuera|abajo
        en el porton|portón""",
    ),
    _entry(
        "breaking",
        "es",
        """
        rompiendo|derribando|tirando|tumbando|forzando .. puerta|ventana|cerca|reja
        rompen|derriban|tumban|fuerzan|patean|revientan la|mi|nuestra puerta|ventana|cerca|reja
        estan|están entrando|allanando
        entraron|entran|entrando|entro|allanaron|allanan a|en? la|mi|nuestra casa|oficina|vivienda|sede ahora?
        estan|están dentro
        cortaron|cortan|cortando la|el cerca|valla|alambrada|reja""",
    ),
    _entry(
        "coming",
        "es",
        """
        ya vienen
        ayuda|auxilio|socorro .. vienen
        vienen por|a mi|mí|nosotros|ahi|ahí|llevarme|matarme|buscarme
        vienen|viene ya|ahora
        estan|están viniendo|llegando|cerca
        ya estan|están aqui|aquí|ahi|ahí|llegando
        policia|policía|soldados|militares|ejercito|ejército esta|está|estan|están aqui|aquí
        vinieron por mi|mí|el|él|ella|nosotros""",
    ),
    _entry(
        "hurry",
        "es",
        """
        por favor rapido|rápido|apurense|apúrense|apresurense|dense
        apurense|apúrense|apurate
        dense prisa
        vengan rapido|rápido|ya|pronto
        rapido|rápido por favor
        manden|envien|envíen a? alguien|ayuda""",
    ),
    _entry(
        "hiding",
        "es",
        """
        estoy|estamos escondid*|atrapad*|encerrad*|amarrad*|atad*
        escondid* en|bajo|debajo|detras
        me escondo
        no puedo hablar""",
    ),
    _entry(
        "following",
        "es",
        """
        me|nos|le estan|están|viene|vienen|esta|está? siguiendo|siguen|persiguen|persiguiendo
        estan|están siguiendome|siguiendonos|siguiéndome|persiguiendome""",
    ),
    _entry(
        "surrounded",
        "es",
        """
        estamos|estoy|nos|me tienen|han? rodead*|rodearon|cercad*
        rodearon|rodean|rodeado|rodeada|rodeando la|el|nuestra|mi casa|oficina|edificio|pueblo|sede
        no dejan salir""",
    ),
    _entry(
        "shots",
        "es",
        """
        estan|están disparando|tirando
        nos|me disparan|dispararon|apuntan
        disparos|balazos|tiros|balacera en|afuera|ahora|cerca|contra
        oigo|escucho disparos|tiros|balazos
        apuntando con .. pistola|arma
        bajo ataque|fuego
        gas dentro""",
    ),
    _entry(
        "taken",
        "es",
        """
        se lo|la|los|las|me|nos llevan|llevaron|estan|están|acaban
        se llevaron|llevan a
        acaban de llevarse|llevarselo|detener|arrestar|secuestrar|detenerlo|detenerla|llevarselos
        me|nos|lo|la estan|están deteniendo|arrestando|llevando|golpeando|secuestrando|torturando
        estan|están golpeando|torturando|deteniendo|arrestando|sacando a|al
        lo|la|los|me|nos secuestraron|raptaron|agarraron
        tienen a mi|me|nuestra|nuestro hij*|herman*|espos*|mama|mamá|papa|papá|madre|padre|marido|mujer
        me tienen
        subieron|metieron|empujaron .. camioneta|carro|coche|furgoneta|van""",
    ),
    _entry(
        "bleeding",
        "es",
        """
        estoy|esta|está|estamos sangrando|desangrando|herid*|muriendo|muriendome
        me dispararon|apuñalaron|balearon
        no puede|puedo respirar
        perdio|perdió el? conocimiento
        no respira""",
    ),
    _entry(
        "kill",
        "es",
        """
        van|va a matarme|matarnos|matarlo|matarla|matarlos|matar
        me|nos|lo|la van|va a matar
        me|nos|lo|la quieren|quiere matar
        me|nos|lo|la mataran|matarán|matan
        matarme|matarnos esta|hoy|ahora
        es mi ultima|última noche""",
    ),
    _entry(
        "harm",
        "es",
        """
        prendieron|prenden|prendiendo fuego
        quemando|quemar|incendiando|incendiaron la|nuestra|mi casa|sede|oficina""",
    ),
    _entry(
        "deport",
        "es",
        """
        me|nos|lo|la estan|están|van? a? deportando|deportar|subiendo .. hoy|ahora|avion|avión|horas|mañana
        deportan|deportarme|deportarlo|deportarla hoy|ahora|mañana|esta
        subiendo|subirme|suben al avion|avión""",
    ),
    _entry(
        "missing",
        "es",
        """
        desaparecio|desapareció|desaparecid* desde|hace .. hora|horas|ayer|anoche|mañana|hoy|mediodia|mediodía
        desaparecid*|desapareció hoy|ayer|anoche
        nadie sabe donde|dónde esta|está|estan
        no ha? vuelto|regresado|regreso|regresó|volvio|volvió|llego|llegó|llegado a? casa
        no aparece desde""",
    ),
    _entry(
        "taken",
        "es",
        f"""
        detuvieron|arrestaron|apresaron|encarcelaron|capturaron|secuestraron|raptaron a mi|mis|nuestro|nuestra|nuestros|nuestras {_CLOSE["es"]}
        han|ha detenido|arrestado|apresado|encarcelado|capturado|secuestrado|raptado a mi|mis|nuestro|nuestra|nuestros|nuestras {_CLOSE["es"]}
        lo|la|los|las detuvieron|arrestaron|apresaron|encarcelaron|capturaron
        lo|la|los|las han detenido|arrestado|apresado|encarcelado|capturado|secuestrado
        mi|mis|nuestro|nuestra|nuestros|nuestras {_CLOSE["es"]} fue|fueron|ha|han|está|están|sigue|siguen sido? detenid*|arrestad*|apresad*|encarcelad*|capturad*|secuestrad*|raptad*""",
    ),
    _entry(
        "missing",
        "es",
        f"""
        mi|mis|nuestro|nuestra|nuestros|nuestras {_CLOSE["es"]} desapareció|desaparecio|desaparecieron
        desapareció|desaparecio|desaparecieron a? mi|mis|nuestro|nuestra|nuestros|nuestras {_CLOSE["es"]}
        mi|mis|nuestro|nuestra|nuestros|nuestras {_CLOSE["es"]} ha|han|está|están|sigue|siguen desaparecid*
        no encuentro|encontramos a mi|mis|nuestro|nuestra|nuestros {_CLOSE["es"]}""",
    ),
)

FRENCH = (
    _entry(
        "help",
        "fr",
        """
        au secours
        a l aide
        à l'aide
        aidez|aide|aider moi|nous
        sauvez|sauve moi|nous
        secourez moi|nous
        j ai besoin d aide
        besoin d aide
        au scours|secour|seccours|secous
        secours|sauvez
        o secours""",
    ),
    _entry(
        "door",
        "fr",
        """
        devant|derriere|derrière|a|à la|ma|notre porte|portail
        frappent|frappe|tapent|cognent|tambourinent .. porte
        dans|sur les|l|le escaliers|escalier|couloir|palier
        ils|elles sont dehors|ici
        police|soldats|militaires|flics|gendarmes sont|est dehors|là|ici
        sont|est devant chez moi|nous
        devant chez moi|nous""",
    ),
    _entry(
        "breaking",
        "fr",
        """
        defoncent|défoncent|cassent|forcent|enfoncent|defonce .. porte|portail|cloture|clôture|fenetre
        fouillent|perquisitionnent|saccagent ma|notre|nos maison|appartement|chambre|bureau|bureaux
        sont|est en train de|d entrer|casser|defoncer|forcer|fouiller
        entrent|rentrent dans|chez la|notre|nous|moi maison|bureau
        ils|soldats|police sont|est dans la|ma|notre|l|le maison|appartement|bureau|salon|immeuble|cour
        coupent|coupe la|le cloture|clôture|grillage
        perquisitionnent maintenant|en""",
    ),
    _entry(
        "coming",
        "fr",
        """
        ils|elles|police|soldats|militaires arrivent
        ils|police|soldats|militaires viennent me|nous|pour|chez|le|la
        viennent me|nous chercher|prendre|arreter|arrêter|tuer|moi
        ils|police|soldats approchent
        arrivent chez moi|nous""",
    ),
    _entry(
        "hurry",
        "fr",
        """
        vite s il
        s il vous|te plait|plaît vite|depechez
        depechez|dépêchez|depeche vous|toi
        venez vite
        vite ils|ils
        faites vite
        svp vite
        vite svp
        envoyez vite quelqu un""",
    ),
    _entry(
        "hiding",
        "fr",
        """
        je suis cache*|caché*|ligot*|attache*|coince*|piege*|enferme*
        nous sommes cache*|caché*|ligot*|attache*|coince*|piege*|enferme*
        je me cache
        on est|se cache*|caché*|coince*
        caché*|cachée dans|sous|derriere
        je ne? peux pas parler""",
    ),
    _entry(
        "following",
        "fr",
        """
        me|nous suit|suivent|poursuit|poursuivent|traquent|pourchassent
        on|ils|elle me|nous suit|suivent|poursuit|poursuivent
        en train de me|nous suivre|poursuivre
        je suis suivi|suivie|poursuivi|poursuivie""",
    ),
    _entry(
        "surrounded",
        "fr",
        """
        sommes|suis|est|sont encercle*|encerclé*|cerne*|cerné*
        encerclent|ont|a? encercle*|encerclé|entourent le|la|l|notre|ma|les maison|bureau|immeuble|village|quartier
        nous|m|on|ont|a encercle*|encerclé*|cerne*
        ne? laissent|laisse sortir personne
        personne ne peut sortir""",
    ),
    _entry(
        "shots",
        "fr",
        """
        ils|on|police|soldats tirent|tire sur|dehors|dans|maintenant
        tirent sur nous|moi|eux|les
        coups de feu
        des tirs|rafales
        braque* .. arme|pistolet
        sous le|les feu|tirs|balles
        attaques par|en ce moment
        gaz dans l|la""",
    ),
    _entry(
        "taken",
        "fr",
        """
        ils|police|soldats|militaires|hommes l|les|m|nous|t? ont|a emmen*|enlev*|embarqu*|arret*|arrêt*|kidnapp*|captur*
        ils l|les|m|nous ont pris|prise
        ils|police|soldats|on vient|viennent de|d l|le|la|les|nous|m? emmen*|enlev*|embarqu*|arret*|arrêt*|prendre|kidnapp*
        vient|viennent de|d l|etre|être|la|le|les? emmen*|enlev*|embarqu*|arret*|arrêt*|kidnapp*
        l|les|m|nous emmenent|emmènent|embarquent|arretent|arrêtent|enlevent|enlèvent|frappent|battent|torturent
        ont|a enlev*|emmen*|kidnapp* mon|ma|mes|notre
        ils ont|tiennent|detiennent mon|ma|mes|notre frere|frère|soeur|sœur|fils|fille|mari|femme|mere|mère|pere|père|enfant*
        en train de|d l|le|la|les|me|nous arreter|arrêter|emmener|frapper|battre|torturer|embarquer|enlever
        pousse*|jete*|force* dans une|un .. voiture|camionnette|fourgon|van""",
    ),
    _entry(
        "bleeding",
        "fr",
        """
        je|il|elle|qui saigne|saignent|meurs|meurt
        suis|est|sont bless* grave*|par|a|et
        ils le|la|les frappent|battent|torturent|tabassent
        on|ils m|nous a|ont|l tire*|tiré*|poignarde*|poignardé*
        ne? peux|peut plus|pas respirer
        perdu connaissance
        ne respire plus|pas
        perd|perds du sang""",
    ),
    _entry(
        "kill",
        "fr",
        """
        va|vont me|nous|le|la|les|l tuer|assassiner|executer|exécuter
        veulent|veut me|nous|le|la|les tuer
        me|nous|le tueront|tuera
        tuer ce soir|cette|maintenant|demain
        ma derniere|dernière nuit""",
    ),
    _entry(
        "harm",
        "fr",
        """
        mis|mettent|mettre le feu
        brulent|brûlent|bruler|incendient la|notre|ma|nos maison|bureau
        est|suis en train d etre battu""",
    ),
    _entry(
        "deport",
        "fr",
        """
        me|nous|le|la|l mettent|met|font|fait dans|monter .. avion
        expulse*|expulsé|expulser|renvoye*|renvoyer|extrader aujourd|maintenant|demain|ce|cette|dans""",
    ),
    _entry(
        "missing",
        "fr",
        """
        disparu|disparue|disparus depuis|hier|ce|aujourd .. heure|heures|matin|soir|hier|hui|midi|nuit
        disparu|disparue|disparus depuis|hier|ce
        personne ne? sait ou|où il|elle|ils
        n est|sont pas|jamais rentre*|rentré*|revenu*|arrive*
        jamais rentre*|rentré*|revenu*
        sans nouvelles depuis""",
    ),
    _entry(
        "taken",
        "fr",
        f"""
        arrêté|interpellé|emprisonné|incarcéré|capturé|kidnappé|enlevé|arrêtent|interpellent|enlèvent mon|ma|mes|notre|nos {_CLOSE["fr"]}
        mon|ma|mes|notre|nos {_CLOSE["fr"]} a|ont été arrêté*|interpellé*|détenu*|emprisonné*|incarcéré*|capturé*|kidnappé*|enlevé*
        mon|ma|mes|notre|nos {_CLOSE["fr"]} est|sont arrêté*|interpellé*|détenu*|emprisonné*|incarcéré*|kidnappé*|enlevé*
        mon|ma|mes|notre|nos {_CLOSE["fr"]} vient|viennent d être arrêté*|interpellé*|kidnappé*|enlevé*
        il|elle a été arrêté*|interpellé*|emprisonné*|incarcéré*|kidnappé*|enlevé*
        ils|police l ont|a arrêté*|interpellé*|emprisonné*|incarcéré*|kidnappé*|enlevé*""",
    ),
    _entry(
        "missing",
        "fr",
        f"""
        mon|ma|mes|notre|nos {_CLOSE["fr"]} a|ont|est|sont disparu*
        mon|ma|notre {_CLOSE["fr"]} est|sont porté*? disparu*
        ne? retrouve|retrouvons plus|pas mon|ma|mes|notre|nos {_CLOSE["fr"]}""",
    ),
)

ARABIC = (
    _entry(
        "help",
        "ar",
        """
        النجدة|نجدة|النجده
        ساعدوني|ساعدونا|ساعدني|ساعديني
        انقذوني|أنقذوني|انقذونا|أنقذونا|انقذني|نقذوني
        انجدوني|أنجدوني|انجدونا|الحقوني|الحقونا|الحقني|إلحقوني
        اغيثوني|أغيثوني|أغيثونا|اغيثونا
        ساعدو|ساعدوا ني|نا|ني
        عاونوني|عاونونا|عتقوني|عتقونا|سلكوني
        طلب نجدة
        بحاجة|احتاج|أحتاج|محتاج|محتاجة|نحتاج الى|إلى|ل? مساعدة|المساعدة|نجدة|لمساعدة
        مساعدة|المساعدة""",
    ),
    _entry(
        "help",
        "ar",
        """
        sa3douni|sa3duni|sa3dooni|sa3idouni|sa3edouni|sa3doni|sa3edony|sa3edoni|sa3dni|sa3idni|sa3douna|sa3duna|saa3douni|saedouni|saidouni
        el7a2ouni|el7a2ooni|el7aony|el7a2oni|il7a2ouni|el72ouni|el7e2ouni|el7a2ona|el7agouni
        nja|najda|najde|nejda|2najda|annajda|alnajda|el|al najda
        ennajda|alnajdah|nejde
        anqidhouni|anqizouni|anki|2an2ezouni|an2ezouni|an2zouni|anqethoni|enqizouni
        3awnouni|3awnouna|3tgouni|3at9ouni|3te9ouni""",
    ),
    _entry(
        "door",
        "ar",
        """
        عند|على|ع|أمام|امام|قدام|ورا|وراء|خلف باب|الباب|بابي|بابنا|بيتي|بيتنا|منزلي|البيت|البوابة
        عالباب
        يطرقون|يدقون|يخبطون|بيخبطوا|بيدقوا|يقرعون .. الباب|باب|بابي
        على|في الدرج|السلم|الممر
        3al|3ala|3and|3nd el|al|l? bab|baab|beb
        3albab|3lbab|3albeb|3ndelbab""",
    ),
    _entry(
        "breaking",
        "ar",
        """
        يكسرو|بيكسرو|كسرو|يخلعون|يخلعوا|يخلعو|بيخلعوا|بيخلعو|يقتحمو|اقتحمو|يداهمو|داهمو الباب|باب|بابي|بابنا|الشباك|البيت|بيتي|بيتنا
        يكسرون|يكسروا|بيكسروا|كسروا|يحطمون|يقتحمون|بيقتحموا|اقتحموا|يداهمون|داهموا|بيداهموا .. باب|الباب|بيت|بيتي|بيتنا|المكتب|مكتبنا|منزلي|المنزل|البيت|مقر
        دخلوا|يدخلون|بيدخلوا|داخل|جوا .. الآن|هلق|دلوقتي|هلأ
        دخلوا|دخلو|فاتوا|فاتو علينا|علي|البيت|بيتي|بيتنا
        يقتحمون|بيقتحموا
        قطعوا|يقطعون السياج|الأسلاك
        3am|3m|bi|kasarou|kassarou ykasro|ykassrou|ykasrou|byekasro|el|l bab?""",
    ),
    _entry(
        "coming",
        "ar",
        """
        هم|إنهم|انهم|الشرطة|العسكر|الأمن|الجنود|الجيش|المخابرات قادمون|قادمين|جايين|آتون|جاؤوا|يأتون|وصلوا|هنا|جايه|جاية|قادمة
        جايين|جاين|قادمون .. ياخدوني|ياخذوني|علينا|علي|الآن|هلق|دلوقتي|عليي
        جاؤوا|اجوا|إجوا|جوا ياخذوني|لأخذي|لاعتقالي|ياخدوني|علينا
        وصلوا الآن|هلق|دلوقتي
        jeyin|jayin|jayyin|jayeen|jeyyin|gayin|gayeen 3alayna|3layna|3alay|yakhdouni|yakhdoni|halla2|hala2|delwa2ty|dlwa2ty|deba|daba|3lena|bel|yaakhdouni
        homma|hom|houma|homa|huma jeyin|jayin|jayyin|jayeen|gayin|gayeen|hon|hena|hnaya|hna""",
    ),
    _entry(
        "hurry",
        "ar",
        """
        أسرعوا|اسرعوا|بسرعة|أسرع أرجوكم|ارجوكم|رجاء|من|لو|الله
        أرجوكم|ارجوكم|رجاء|أرجوك|ارجوك أسرعوا|اسرعوا|بسرعة|تعالوا
        تعالوا|الحقوا بسرعة|فورا|الآن
        أسرعوا|اسرعوا
        bsor3a|besor3a|bsur3a|bisor3a|besur3a""",
    ),
    _entry(
        "hiding",
        "ar",
        """
        أنا|انا|إني|نحن|احنا|إحنا|نحنا مختبئ*|مختبئون|مختبئين|متخبي|متخبية|متخبين|مخبى|متخبيين|محاصر|محتجز|محبوس|مقيد|مربوط
        مختبئ*|مختبئون|مختبئين|متخبي|متخبية|متخبين|متخبيين في|تحت|ب|خلف|وراء|بالحمام|فوق|على|بال*
        أختبئ|اختبئ|نختبئ
        لا أستطيع|استطيع الكلام|التكلم|التحدث
        ana metkhabbi|metkhabi|mitkhabbi|mkhabbi|mkhabba|motakhabbi|mkhbbi|metkhabeya|mokhtabi2""",
    ),
    _entry(
        "following",
        "ar",
        """
        يلاحقونني|يلاحقوني|يلاحقني|تلاحقني|يتبعونني|يتبعوني|يتبعني|تتبعني|يطاردونني|يطاردني|تطاردني|بيلاحقوني|بيتبعوني|ملاحقيني|لاحقيني|يلاحقوننا|بيلاحقونا
        بيلحقني|بيلحقوني|بيلاحقني|لاحقني
        عم يلحقني|يلحقوني|يلحقونا|يلاحقني
        3am|3m yla72ouni|yla7ouni|ylah2ouni|yla7e2ouni|ytba3ouni|yla7a2ouni|yl7a2ouni
        byla72ouni|bela7ouni|bytba3ouni|mla72ini|yla7quni""",
    ),
    _entry(
        "surrounded",
        "ar",
        """
        محاصرون|محاصرين|محاصرينا|محاصر|محاصرة
        حاصرونا|حاصروا|يحاصرون|بيحاصروا|طوقوا|يطوقون|حاصرت|تحاصر|يحاصروننا|طوقت
        m7asrinna|m7asarin|m7asrin|mo7asarin|m7asereenna|mhasrin|7asarouna|mou7asarin""",
    ),
    _entry(
        "shots",
        "ar",
        """
        يطلقون|أطلقوا|اطلقوا|إطلاق|اطلاق|تطلق|بيطلقوا النار|نار|الرصاص
        رصاص|الرصاص علينا|في|قرب|عند|خارج|حولنا
        صوت|أصوات|أسمع|اسمع رصاص|إطلاق|الرصاص|اطلاق
        يقنصون|بيضربوا نار|علينا
        bi|3am|3m yotl2ou|ytawkhou|y2awwsou|y2awso|y2awwso|2awwas|2wwas|yedrabou nar|3layna?""",
    ),
    _entry(
        "taken",
        "ar",
        """
        أخذوه|اخذوه|أخذوها|اخذوها|أخذوهم|اخذوهم|خدوه|خدوها|خذوه|خذوها|أخدوه|اخدوه|أخدوها|اخدوها|خدوهم
        أخدو|اخدو|أخذو|اخذو|خدو|خطفو|اعتقلو زوجي|زوجتي|ابني|ابنتي|بنتي|أخي|أخوي|أختي|أبي|أمي|والدي|والدتي|صديقي|زميلي|زميلتي|زميلنا|أخويا|ولدي|جوزي|مرتي
        أخذوا|اخذوا|خدوا|أخدوا|اخدوا|خطفوا|اعتقلوا|يعتقلون|يخطفون|اختطفوا زوجي|زوجتي|ابني|ابنتي|بنتي|أخي|اخي|أخوي|اخوي|أختي|اختي|أبي|ابي|أمي|امي|والدي|والدتي|صديقي|زميلي|زميلتي|زميلنا|أخويا|اخويا|ولدي|جوزي|مرتي
        أخذ|اخذ|خطف|اختطف|اعتقل .. زوجي|زوجتي|ابني|ابنتي|أخي|أختي|أبي|أمي|والدي|زميلي|زميلتي .. دقيقة|دقائق|ساعة|ساعات|الآن|الليلة|اليوم
        خطفوه|خطفوها|اختطفوه|اختطفوها|خطفوني|يخطفونني|خطفوا
        اعتقلوه|اعتقلوها|اعتقلوني|يعتقلونني|يعتقلونه|يعتقلونها الآن|للتو|هلق|دلوقتي|قبل|هذا|اليوم|من
        يضربونه|يضربونها|يضربوننا|يضربونني|بيضربوه|بيضربونا|يعذبونه|يعذبونها
        اعتقلوني|يعتقلونني|أمسكوني|امسكوني|مسكوني|يأخذونني|أخذوني|خدوني
        akhadou|akhdou|khadou|5adou|a5adou|2akhadou|akhedo|khado|5ado|akhadouh|akhdouh|khadouh|5adouh|khdaw|5daw|akhadoha|khadoha
        khatafou|5atafou|khatafo|5atafo|khatafouh|5atafouh|khatfou|khtafou|5tafou
        3am|3m ydrabou|ydrbou|yedrbou|ydrabouh|y3azbou|yakhdou|yekhdou|ydrboh""",
    ),
    _entry(
        "bleeding",
        "ar",
        """
        أنزف|انزف|ينزف|تنزف|بنزف|بينزف|نزيف
        أصبت|اصبت|أصيب|مصاب|انصبت .. بالرصاص|برصاص|بطلق|برصاصة
        لا أستطيع|استطيع|يستطيع|نستطيع التنفس
        فقد|فقدت الوعي|وعيه|وعيها
        3am|3m|bi|by nzef|yenzef|banzef|anzef|ynzof""",
    ),
    _entry(
        "kill",
        "ar",
        """
        سيقتلونني|سيقتلوني|سيقتلني|سيقتلوننا|سيقتلونه|سيقتلونها|سيقتلونهم|سيقتلوه|حيقتلوني|هيقتلوني|هيموتوني|هيقتلونا|بيقتلوني|يقتلونني|بيقتلونا
        سوف|رح|راح|بدهم|يريدون|عايزين|يبون يقتلونني|يقتلوني|قتلي|قتلنا|يقتلوه|قتله|قتلها|يموتوني|يقتلونا
        ra7|rah|ha|7a|bedhom|badon|baddon|bdhom|bdon y2tlouni|ye2tlouni|yo2tlouni|y2etlouni|yeqtlouni|y9tlouni|yaktlouni|y2tlouna|ye2telouni
        haymawetouni|haye2telouni|7ay2tlouni|hay2tlouni|hay2telony|hay2tloony
        ghadi ye9tlouni|y9tlouni
        ليلتي|الليلة الأخيرة""",
    ),
    _entry(
        "harm",
        "ar",
        """
        أضرموا|اضرموا|يضرمون|أشعلوا|اشعلوا|يشعلون النار|النيران
        يحرقون|سيحرقون|حرقوا|بيحرقوا|أحرقوا بيت*|البيت|المنزل|مكتب*|الملجأ""",
    ),
    _entry(
        "deport",
        "ar",
        """
        يرحلونني|يرحلوني|سيرحلونني|سيرحلونه|ترحيلي|ترحيله|ترحيلنا|ترحيلها الآن|اليوم|الليلة|غدا|خلال|بعد
        على متن الطائرة|طائرة الآن|بعد|خلال?""",
    ),
    _entry(
        "missing",
        "ar",
        """
        مختفي|مختفية|مختف|اختفى|اختفت|اختفي|مفقود|مفقودة|مخطوف|مخطوفة منذ|من|قبل .. ساعة|ساعات|أمس|امس|البارحة|الصبح|الصباح|الليل|ساعتين|يوم|يومين|الظهر|مبارح|امبارح
        مختفي|اختفى|اختفت|مفقود|مفقودة أمس|امس|البارحة|اليوم|مبارح|امبارح|الليلة
        لا|ما|محدش أحد|حد|حدا? يعرف|بيعرف|عارف أين|اين|وين|فين|مكانه|مكانها
        لم يعد|تعد|يرجع|ترجع|يصل|تصل إلى|الى|لل? البيت|بيته|بيتها|المنزل|للبيت
        ما رجع|رجعت|وصل
        mokhtafi|mokhtafy|mo5tafi|mo5tafy|mukhtafi|mkhtafi|mo5tafe|mokhtafia|mokhtafiya|mkhotfi|makhtouf|ma5touf|mafqoud|maf2oud|maf9oud men|mn|min|mno|mnel|since .. sa3a|sa3at|sa3aat|saa3at|saat|mbera7|mbare7|embare7|lbare7|yom|youm|yomen|sob7|essob7|leil|leyl
        5tafa|khtafa|ikhtafa|ekhtafa|i5tafa|e5tafa|khtafat|5tafat|ghabar|ghaber men|mn|min|mbera7|mbare7|embare7|lbare7|lyom|elyom|lioum""",
    ),
    _entry(
        "taken",
        "ar",
        f"""
        اعتقلت|اعتقل|احتجزت|احتجز|أوقفت|أوقف|خطفت|خطف|اختطفت|اختطف|سجنوا|احتجزوا|أوقفوا|أسروا {_CLOSE["ar"]}
        اعتقلت|احتجزت|أوقفت|خطفت|اختطفت الشرطة|الأمن|المخابرات|قوات|القوات|الميليشيا|السلطات {_CLOSE["ar"]}
        تم|جرى اعتقال|احتجاز|توقيف|خطف|اختطاف|سجن {_CLOSE["ar"]}
        {_CLOSE["ar"]} معتقل|معتقلة|معتقلون|محتجز|محتجزة|موقوف|موقوفة|مخطوف|مخطوفة|مسجون|مسجونة
        e3ta2alou|e3taqalou|i3ta2alou|i3taqalou|3ta2alou|3taqlou|3ta9lou|e3ta2alo akhi|akhoya|khoya|khouya|jozi|zawji|gozi|ibni|weldi|wlidi|abi|bouya|baba|okhti|khti|omi|marti|sadi9i|sadi2i|sa7bi""",
    ),
    _entry(
        "missing",
        "ar",
        f"""
        اختفى|اختفت|اختفوا|اختفي {_CLOSE["ar"]}
        {_CLOSE["ar"]} اختفى|اختفت|اختفوا|اختفي|مفقود|مفقودة|مفقودون|مختفي|مختفية|مختف
        akhi|akhoya|khoya|khouya|jozi|zawji|gozi|ibni|weldi|wlidi|abi|bouya|baba|okhti|khti|sadi9i|sadi2i|sa7bi mokhtafi|mokhtafy|mo5tafi|mukhtafi|mafqoud|maf2oud|maf9oud|khtafa|5tafa|ikhtafa""",
    ),
)

# Only cries for help, so that no word for help ever opens a menu. One line a language; all to be reviewed.
CRIES = tuple(
    _entry("help", language, "\n".join(forms.split("; ")))
    for language, forms in (
        (
            "pt",
            "socorro; ajuda; ajudem; ajude|ajudem|ajuda me|nos|a?; me ajude|ajudem|ajuda; salvem me; acudam",
        ),
        ("it", "aiuto; aiutatemi; aiutami; aiutateci; soccorso; salvatemi"),
        ("de", "hilfe; helft|hilf|helfen mir|uns|sie; rettet uns|mich; zu hilfe; hiilfe"),
        ("nl", "help|helpt mij|ons; hulp; red me|ons"),
        ("sv", "hjalp; hjälp mig|oss"),
        ("da", "hjælp; hjelp; hjælp mig"),
        ("fi", "apua; auttakaa; pelastakaa"),
        ("pl", "pomocy; ratunku; pomozcie; pomóżcie mi?; pomoz|ratujcie mi|nas?"),
        ("cs", "pomoc; pomozte mi?"),
        ("sk", "pomôžte mi?; pomoc"),
        ("hu", "segitseg; segítség; segítsenek"),
        ("ro", "ajutor; ajutati|ajutați ma|mă|ne?"),
        ("sq", "ndihme; ndihmë; ndihmoni; me ndihmoni"),
        ("hr", "upomoc; u pomoc; pomozite; upomoć; u pomoć; pomagajte"),
        ("el", "βοηθεια; βοήθεια; βοηθηστε; σωστε με; voithia"),
        ("tr", "yardim; yardım edin|et; imdat; kurtarin|kurtarın beni|bizi?; yardm"),
        ("az", "komek; kömək; kömək edin"),
        ("ku", "alikari; alîkarî; hawar; arikari; hawarê"),
        ("ckb", "یارمەتی; هاوار; فریامکەون; یارمەتیم بدەن"),
        ("ru", "помогите; спасите; на помощь; помощь; помоги; караул; памагите; pomogite; spasite; памогите"),
        ("uk", "допоможіть; допоможить; рятуйте; допомога; на допомогу; поможіть"),
        ("be", "дапамажыце; ратуйце"),
        ("bg", "помощ; помогнете; спасете"),
        ("sr", "упомоћ; у помоћ; помозите; помагајте"),
        ("ka", "დახმარება; მიშველეთ; დამეხმარეთ; გვიშველეთ"),
        ("hy", "օգնություն; օգնեք; փրկեք; օգնեցեք"),
        ("kk", "көмектесіңдер; көмек; көмектесіңіз; құтқарыңыз"),
        ("ky", "жардам; жардам бергиле; куткаргыла"),
        ("uz", "yordam; yordam bering|beringlar; qutqaring; ёрдам; ёрдам беринг; yordam beringlar"),
        ("tg", "кӯмак; ёрӣ; кӯмак кунед; кумак; наҷот"),
        ("ug", "ياردەم; قۇتقۇزۇڭلار"),
        ("mn", "туслаач; туслаарай; авраач; тусламж"),
        (
            "fa",
            "کمک; کمکم کنید; نجاتم دهید|بدید|بده; کمک کنید; نجاتمان دهید; نجاتم; به دادم برسید; komak; komakam; nejatam; کمکم",
        ),
        ("ps", "مرسته; مرسته وکړئ; ژغورنه; مرستې"),
        ("ur", "مدد; مدد کریں|کرو; میری مدد; بچاؤ; بچائیں; bachao; bachaao; madad; madad karo|karein"),
        ("hi", "बचाओ; मदद; मदद करो|करें|कीजिए; बचाइए; बचा लो; bachaiye"),
        ("bn", "সাহায্য; সাহায্য করুন|করো; বাঁচাও; বাঁচান; bachan|bachaw"),
        ("pa", "ਬਚਾਓ; ਮਦਦ; ਮਦਦ ਕਰੋ"),
        ("gu", "બચાવો; મદદ; મદદ કરો"),
        ("mr", "वाचवा; मदत; मदत करा"),
        ("ne", "बचाउनुहोस्; गुहार; मद्दत; सहयोग गर्नुहोस्; बचाऊ"),
        ("ta", "உதவி; காப்பாற்றுங்கள்; உதவுங்கள்; காப்பாத்துங்க"),
        ("te", "సహాయం; కాపాడండి; రక్షించండి"),
        ("kn", "ಸಹಾಯ; ಕಾಪಾಡಿ"),
        ("ml", "സഹായിക്കൂ; രക്ഷിക്കൂ; സഹായം; രക്ഷിക്കണേ"),
        ("si", "උදව්; බේරගන්න; උදව් කරන්න"),
        ("am", "እርዳታ; እርዱኝ; አድኑኝ; እርዱን; ድረሱልኝ; erdata"),
        ("ti", "ሓገዝ; ሓግዙኒ; ረድኡኒ; ኣድሕኑኒ"),
        ("om", "gargaarsa; na gargaaraa; gargaaraa; birmadhaa"),
        ("so", "gargaar; i caawi; caawimo; caawimaad; i caawiya; i badbaadi; i badbaadiya"),
        (
            "sw",
            "msaada; nisaidie; nisaidieni; tusaidie; tusaidieni; saidia; saidieni; niokoeni; okoeni; msada",
        ),
        ("ha", "taimako; ku taimake|taimaka ni|mu?; taimake ni; taimaka min"),
        ("yo", "e gba mi; ẹ gbà mí; iranlọwọ; iranlowo; gba mi o?"),
        ("ig", "nyere m aka; enyemaka; zoputa m"),
        ("rw", "mutabare; ntabara; mumfashe; tabara; nimuntabare; mundokore"),
        ("rn", "ntabariza; mumfashe; muntabare"),
        ("ln", "lisungi; sungisa ngai; bosungisa|bosalisa ngai|biso?; salisa ngai"),
        ("lg", "nnyamba; munnyambe; muyambe; nnyambako"),
        ("zu", "ngisizeni; usizo; sizani; siza; ngicela usizo"),
        ("xh", "ndincedeni; uncedo; nceda"),
        ("sn", "ndibatsireiwo; batsirai; rubatsiro; ndibatsirei"),
        ("ny", "ndithandizeni; thandizo; thandizeni"),
        ("wo", "ndimbal; wallu; dimbali ma; wallu leen ma?"),
        ("ff", "ballal; wallee kam|en; ballee kam"),
        ("bm", "dɛmɛ; demen; ne deme; n dɛmɛ"),
        ("mg", "vonjeo; vonjeo aho; ampio aho"),
        ("ht", "anmwe; anmwey; edem; ede m|mwen|nou; sekou souple; sove m|nou"),
        ("id", "tolong; tolong saya|kami?; tolongin; selamatkan saya|kami"),
        ("ms", "bantu saya|kami; selamatkan saya"),
        ("tl", "tulong; saklolo; tulungan nyo|ninyo|mo? ako|kami; kailangan ko ng tulong; tulungan"),
        ("ceb", "tabang; tabangi ko|mi"),
        ("vi", "cuu; cứu tôi|với|chúng|toi; giup toi|voi; giúp tôi|với; cứu mạng; giup; cứu"),
        ("he", "הצילו; עזרה; תעזרו לי; תצילו"),
        ("qu", "yanapaway; yanapawayku; yanapa"),
        ("gn", "pytyvo; pytyvõ; chepytyvo; chepytyvõ"),
        ("ca", "auxili; ajudeu me|nos?; ajudeu"),
        ("eu", "lagundu; laguntza; lagundu mesedez?"),
        ("zh", "jiuming a?; jiu ming a?; jiu wo; jiujiu wo; bangbang wo"),
        ("ja", "tasukete; tasuketekudasai"),
        ("ko", "sallyeojuseyo; salryeojuseyo; dowajuseyo; sallyeojwo"),
        ("th", "chuay|chuai|chuey duay|duai|duey"),
        ("my", "kae|kal par|bar; ku nyi par"),
        ("bn", "banchao; bachaw; banchan; shahajjo|sahajjo; sahajjo korun|koro"),
        ("uk", "dopomozhit; dopomozhite; ryatuyte; riatuite"),
        ("bg", "pomosht; pomognete"),
        ("he", "hatzilu; hatsilu"),
        ("hy", "ognutyun; ogneq"),
        ("ka", "mishvelet; dakhmareba"),
        ("am", "erdugn; irdugn; erdun"),
        ("ta", "kaapathunga; kapathunga; uthavi; udhavi"),
        ("ne", "bachaunuhos; guhar"),
        ("si", "beraganna; udaw"),
        ("ml", "rakshikku; sahayikku"),
        ("te", "kapadandi; sahayam"),
        ("km", "chuoy phong; suom chuoy"),
    )
)

# Scripts without spaces between words: found anywhere in the text.
UNSPACED = (
    _entry("help", "zh", "救命\n救我\n救救我\n救救\n帮帮我\n帮我\n求救\n求助\n請幫我\n幫我\n幫幫我"),
    _entry("help", "ja", "助けて\nたすけて\nタスケテ\n救けて\n助けを"),
    _entry("help", "ko", "도와주세요\n도와줘\n살려주세요\n살려줘\n구해주세요\n도와 주세요\n살려 주세요"),
    _entry("help", "th", "ช่วยด้วย\nช่วยฉัน\nช่วยผม\nช่วยเรา\nช่วยหนู\nช่วยที"),
    _entry("help", "lo", "ຊ່ວຍແດ່\nຊ່ວຍຂ້ອຍ\nຊ່ວຍດ້ວຍ"),
    _entry("help", "my", "ကယ်ပါ\nကူညီပါ\nကယ်ကြပါ\nကယ္ပါ\nကူညီၾကပါ\nကူညီကြပါ"),
    _entry("help", "km", "ជួយផង\nជួយខ្ញុំ\nសូមជួយ\nជួយផង"),
    _entry("help", "bo", "རོགས་\nསྐྱོབས་"),
    _entry("door", "zh", "在门口\n在门外\n在敲门\n砸门\n撞门\n踹门"),
    _entry("coming", "zh", "他们来了\n警察来了\n来抓我"),
    _entry("taken", "zh", "刚被带走\n刚刚被带走\n刚被抓\n刚刚被抓"),
)

SOS = Entry("sos", "", ("sos", "s o s", "s | o | s", "sos*help", "help sos"))

# Nothing but greetings, thanks and politeness: not a report, and never more than "only a word for help".
POLITE = frozenset(
    """hi hello hey dear sir madam good morning afternoon evening day night please pls plz thanks thank you thx ok okay
    very much so friend friends team my god oh is can could i we need a little bit some want
    hola buenas buenos dias tardes noches por favor gracias muchas que tal como estan saludos señor señora porfavor porfa dios mio
    necesito necesitamos quiero pido alguien
    bonjour bonsoir salut merci beaucoup s il vous te plait svp stp madame monsieur coucou allo cher
    j ai besoin d de quelqu un mon dieu
    مرحبا اهلا السلام عليكم ورحمه الله وبركاته سلام شكرا جزيلا من فضلك لو سمحت سمحتم ارجوكم ارجوك رجاء صباح الخير مساء النور
    يا ناس عالم رب هلا هاي اهلين وسهلا الو
    salam salamou alaykom 3alaykom 3aleikom marhaba mar7aba ahlan chokran shokran choukran 3afak min fadlak men fadlik ya nas
    ola bom dia boa tarde noite obrigado obrigada ciao buongiorno grazie prego per favore hallo guten tag bitte danke
    merhaba lutfen tesekkurler privet zdravstvuyte привет здравствуите пожалуиста спасибо прошу добрыи день
    habari jambo asante tafadhali hujambo shikamoo halo terima kasih salamat po namaste namaskar नमस्ते कृपया धन्यवाद
    bonjou mesi tanpri souple mwen souplè xin chao cam on o""".split()
)
POLITE_UNSPACED = "请 請 你好 您好 谢谢 謝謝 我 啊 呀 快 吧 拜托 お願いします ください こんにちは 안녕하세요 제발 저를 좀 ครับ ค่ะ สวัสดี ที นะ ပါ ខ្ញុំ".split()
