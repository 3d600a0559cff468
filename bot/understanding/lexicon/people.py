"""Who: the people a message is about. One meaning a line; German, Dutch and some English words together."""

from typing import Final

PEOPLE: Final[dict[str, str]] = {
    "I": """
        ich i isch ick icke ik k ikke ich's ichs
        """,
    "ME": """
        mich mir mi mia me mij mijzelf mezelf mich_selbst mir_selbst mich_selber mir_selber myself mezelluf
        meself
        """,
    "MY": """
        mein meine meinem meinen meiner meins mei meim mijn mn m'n men my onze ons unser unsere unserem
        unseren
        """,
    "SELF": """
        selbst selber zelf mezelf mijzelf myself mich_selbst mich_selber mir_selbst mir_selber zichzelf
        sich_selbst sich_selber dich_selbst jezelf zelf_schuld selbst_schuld
        """,
    "WE": """
        wir uns we wij ons mir_beide
        """,
    "REFL": """
        sich zich zichzelf zn_eigen
        """,
    "HE": """
        er der ihn ihm hij hem ie em he him his sein seine seinem seiner seinen zijn zn z'n
        """,
    "SHE": """
        sie ihr ihre ihrem ihrer zij haar she her
        """,
    "THEY": """
        die ze denen hun they them leute alle lui mensen gasten jungs jongens
        """,
    "YOU": """
        du dich dir dein deine deinem deinen je jij jou jouw you your ihr euch euer eure jullie
        """,
    "FORMAL": """
        ihnen geachte sehr_geehrte uw u kunt_u heeft_u bent_u mit_freundlichen
        """,
    "ONE": """
        man jemand jemanden jemandem wer wem einer iemand men iemands someone somebody einen
        """,
    "NOBODY": """
        keiner niemand niemanden niemandem keinem keinen nobody kein_mensch kein_schwein geen_mens
        niks_niemand
        """,
    "EVERYBODY": """
        alle jeder iedereen jedem jeden everyone everybody die_ganze de_hele ganze_schule hele_school
        """,
    "PARENT": """
        mutter mama mum mutti mami mam ma vater papa papi dad vati eltern elternteil stiefvater stiefmutter
        stiefpapa moeder mams vader pa paps ouders stiefvader stiefmoeder pleegouder* pleegvader pleegmoeder
        pflegeeltern pflegevater mudder mudda anne baba abi mem heit moeke va mutta erzeuger bomma alten_herrn
        """,
    "SIBLING": """
        bruder bruders brüder schwester geschwister broer broers broertje zus zusje zussen brudi halbbruder
        stiefbruder stiefbroer zwilling* tweeling* sis
        """,
    "RELATIVE": """
        onkel tante cousin* opa oma opi omi neef nicht_van nichtje neefje neffe nichte opa's verwandte*
        familie famile family fam großvater grootvader stiefopa bomma bompa schwager zwager
        """,
    "FRIEND": """
        freund freundin freunde freunden kumpel kumpels bff beste bester bestie besti vriend vriendin vrienden
        vriendinnen vriendje vriendinnetje mattie matties maat maatje buddy bro homie kollege kollegin
        kollegen spezl clique kameraad gabber besties mate friend
        """,
    "CLASSMATE": """
        mitschüler* klassenkamerad* klasgeno* banknachbar* klassgeno* schulkamerad* jaarlaag stufe teamgeno*
        """,
    "EX": """
        ex exfreund* exvriend* exe ex-freund ex-freundin ex_freund ex_freundin ex_vriend exen verflossen*
        """,
    "PERPETRATOR": """
        erpresser* afperser* chanteur chanteurs täter* dader daders pedo* pädo* fremde* unbekannte* onbekende*
        vreemde* stalker* belager* blackmailer* scammer* betrüger* oplichter* hacker* groomer*
        """,
    "GUY": """
        typ typen kerl kerle mann männer gast gozer gasten vent venten gaffer dude guy man mannen lappen
        knakker opa_van ouwe_vent alter_sack kill killah boy jongen junge jungs knaap
        """,
    "OLDER": """
        älter* ouder* erwachsen* volwassen* 40_jahre 30_jahre jahre_älter jaar_ouder viel_älter veel_ouder alt
        oud
        """,
    "CHILD": """
        tochter sohn kind kinder dochter kinderen jüngste* jongste* mädel mädchen meisje meid kleine jongetje
        unser_kind onze_dochter pflegekind pleegkind puber enkel* kleinkind* kleindochter kleinzoon mijn_zoon
        onze_zoon
        """,
    "PUPIL": """
        schüler schülerin schülerinnen schülers leerling* scholier* konfirmand* azubi* lehrling* student*
        klient* cliënt* schützling* pupil* jugendliche* jongere* teilnehmer* mentorleerling* betreute*
        """,
    "TEACHER": """
        lehrer* lehrkraft lehrkräfte lehrkraf* leraar lerares leraren docent* juf juffrouw meester mentor
        mentorin klassenlehrer* rektor* rektorin direktor* direkt* schulleit* schulleiter* schoolleid*
        teamleider* klassenleit* vertrauenslehr* schulsozial* sozialarbeit* vertrouwenspersoon zorgcoördinator
        trainer* coach* erzieher* betreuer* jugendleiter* jeugdwerk* jeugdleider* ausbilder* begleiter*
        begeleider* referendar* conrector decaan intern_begeleider schulleitung zorgcoordinator ib'er
        maatschappelijk_werk*
        """,
    "DOCTOR": """
        arzt ärztin arztes huisarts dokter doktor hausarzt frauenarzt* kinderarzt* krankenhaus ziekenhuis
        klinik kliniek notaufnahme eerste_hulp spoedeisende seh praxis apotheke apotheek krankenschwester
        psychiatrie psychiater*
        """,
    "THERAPIST": """
        therapeut* therapie psycholog* psychiater* beratung beraterin therapeutin sozialpädagog* ggz poh
        jugendpsych* hulpverlen* behandel* praktijkondersteuner krisenchat 113 kindertelefoon
        nummer_gegen_kummer sorgentelefon telefonseelsorge zelfmoordlijn
        """,
    "ADULT_ROLE": """
        als_vater als_mutter als_lehrer als_lehrerin als_ouder als_moeder als_vader als_docent als_leraar
        als_mentor als_trainer unser_sohn unsere_tochter mein_sohn meine_tochter meiner_tochter meinem_sohn
        mijn_dochter mijn_zoon onze_dochter onze_zoon ons_kind mein_kind meinem_kind meines_kindes mijn_kind
        meine_schüler* meiner_schüler* mijn_leerling* een_leerling* eine_schüler* ein_schüler* einer_schüler*
        meiner_klasse mijn_klas meine_kleine unsere_kleine mijn_puber
        """,
    "POLICE": """
        polizei polizist* polizeilich* bullen politie politi polizeistation wache wijkagent agent agente
        agenten kommissar* rechercheur* kripo zedenpolitie zeden bureau politiebureau onlinewache wouten popo
        police 110 0900-8844 ermittler* beamte* beamt*
        """,
    "LAWYER": """
        anwalt* anwält* advocaat advocaten rechtsanwalt* jurist* rechter richter staatsanwalt* gericht
        rechtbank ov
        """,
    "PET": """
        hund hündin katze kater hamster kaninchen meerschwein* pferd goldfisch* fisch wellensittich vogel hond
        honden kat poes konijn* cavia paard goudvis vis kanarie papegaai haustier* huisdier* hundi katz katzen
        welpe puppy
        """,
}
