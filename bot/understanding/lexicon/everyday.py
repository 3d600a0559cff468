"""The small words between: moving, waiting, seeing, saying, when and how often. One meaning a line."""

from typing import Final

EVERYDAY: Final[dict[str, str]] = {
    "RECENT": """
        gestern gister gisteren gistere gisteravond gisternacht vorgestern eergisteren vorhin neulich laatst
        letzte_nacht afgelopen letzte_woche vorige_week letztes_wochenende vorig_weekend gestern_abend
        vorige_nacht am_wochenende letzten kürzlich onlangs vanochtend heute_früh
        """,
    "SINCE": """
        seit sinds seitdem sindsdien danach daarna nachdem nadat davor daarvoor vorher seither hinterher
        """,
    "EVERY": """
        jede jeden jedes jedem elke elk iedere jederzeit immer altijd ständig stets dauernd steeds täglich
        abends nachts
        """,
    "DOOR": """
        tür deur türe schloss slot schlüssel sleutel fenster raam treppe trap treppenhaus trappenhuis flur
        gang keller kelder badezimmer badkamer bad klo wc toilette toilet slaapkamer wand muur
        """,
    "HAND": """
        hand hände handen finger vingers vinger knie knieën hals nek keel kehle gesicht gezicht kopf hoofd kop
        mund mond augen ogen rücken rug lippe lip haare haren wange wang
        """,
    "WAIT": """
        wart* warte wartet wacht wachten wachtet gewartet gewacht
        """,
    "SIT": """
        sitz* sitze sitzt zit zitten zat hock* lieg* liegt lig ligt liggen lag steh stehe steht stand sta
        staat staan stond gestanden gelegen
        """,
    "GO": """
        geh gehe geht gehen ging gegangen ga gaat gaan gegaan lauf* läuft loop* loopt lopen fahr* fährt rij*
        rijdt rijden fietsen renn* rennen gerannt gerend hin los raus rein naartoe heen
        """,
    "SEE": """
        seh sehe sieht sehen sah zie ziet zien zag gesehen gezien gesehn guck* kijk* schau* kuck* gekeken
        geguckt
        """,
    "FILM": """
        film filmt filmen gefilmt gefilmd filmte fotografier* gefotografeerd foto's_gemaakt aufgenommen
        opgenomen aufnehm* aufnahme mitgeschnitten screenrecord* heimlich stiekem
        """,
    "TALK": """
        rede redet reden praat praten gepraat geredet gesprek gespräch sprich* spreek* sprech* gesprochen
        gesproken anvertraut toevertrouwd erzähl* vertel* telefonat anruf* ruft bel belt belde gebeld
        angerufen
        """,
    "WRITE": """
        schreib* geschrieben schrijf* geschreven tipp* typ* getypt appt appte app appen chatte* chatten geappt
        nachricht* bericht berichten berichtje dm dms
        """,
    "KNOW": """
        weiß weiss weet wusste wist wissen weten kenn* ken kent bekannt bekend rausgefunden erachter
        herausgefunden gemerkt
        """,
    "PROMISE": """
        versprochen beloofd versprich* beloof* versprech* geschworen gezworen gelogen lüg* lieg_niet lieg*
        liegt_tegen
        """,
    "FEEL": """
        fühl* voel* gefühl* gevoel* gefühlt gevoeld spür* merk
        """,
    "DARE": """
        trau* traut durf durft durfde getraut gewagt
        """,
    "GIVE": """
        geb gebe gibt geben gab gegeben geef geeft geven gaf gegeven kriegt krijgt kriegen krijgen bekomm*
        bring* breng* bracht gebracht mitbring* meebreng* meegenomen mitgenommen
        """,
    "TAKE": """
        nehm* nimm* nimmt neemt nemen nahm genommen genomen abgenommen afgepakt weggenomen weggenommen pak
        pakt pakken gepakt
        """,
    "DO": """
        mach mache macht machen gemacht doe doet doen deed gedaan tu tue tut tun tat getan
        """,
    "MAKE": """
        gebastelt erstellt gebaut maakt maken maakte gemaakt
        """,
    "LET": """
        lass lasse lässt lassen laat laten liet gelassen gelaten
        """,
    "STOPS": """
        aufhör* aufgehört hört_auf hör_auf stopt stopte ophoud* opgehouden gestopt gestoppt aufzuhören beendet
        """,
    "BEGIN": """
        anfang* angefangen fängt_an fing begin* begon begonnen begint starten gestartet
        """,
    "HOUR": """
        uhr uur stunde stunden std minuten minuut min minute uurtje kwartier viertelstunde halbe_stunde
        half_uur
        """,
    "DAYS": """
        tag tage tagen dag dagen woche wochen week weken monat* maand* jahr jahre jahren jaar jaren
        """,
    "NIGHT": """
        nacht nachts nächte nächten nachten abend abends avond avonds dunkel donker mitternacht middernacht
        """,
    "SCHOOL_DAY": """
        stunde_frei pausen ferien vakantie zeugnis* rapport cijfers noten nachsitzen nablijven
        """,
    "CLOTHES": """
        hose broek shirt t-shirt jacke jas kleid jurk kleren klamotten kleider schuhe schoenen rock rok bh_
        socken
        """,
    "FAMILY_LIFE": """
        trennung scheiding geschieden streit streiten ruzie jugendamt wohngruppe pleeggezin jeugdzorg heim
        gezin
        """,
    "PARTY": """
        party partys feestje fete fissa abiball club disco festival gefeiert gefeest kneipe kroeg geburtstag*
        verjaardag*
        """,
    "WORK": """
        arbeit arbeiten werk werken job chef baas stage praktikum ausbildung firma bedrijf dienst kollegin
        """,
    "WHOLE": """
        alles ganze ganzen ganz hele heel helemaal komplett völlig total überall overal ganzes
        """,
    "NOTHING": """
        nichts nix niks niets gar_nichts helemaal_niks überhaupt_nicht nirgends nergens nirgendwo
        """,
    "SOME": """
        etwas was iets wat sowas zoiets irgendwas dingen dinge ding sachen sache zeug spullen
        """,
    "ENOUGH": """
        genug genoeg reicht_mir reicht_es kein_bock geen_bock zu_viel te_veel zuviel
        """,
    "PRESSURE": """
        druck druk stress stressig überfordert opgejaagd gedoe ärger drama
        """,
    "PLEASE": """
        bitte bidde pls please aub alsjeblieft graag gerne gern bittebitte
        """,
    "FAST": """
        schnell snel sofort dringend dringende eilig spoed schiet_op asap schleunigst gauw
        """,
    "TIMES": """
        mal keer einmal zweimal dreimal eerste_keer erste_mal öfter vaker
        """,
    "MORE": """
        mehr meer noch nog weiter verder weiterhin immer_mehr steeds_meer
        """,
    "STRANGE": """
        komisch raar seltsam vreemd strange weird eigenartig gek creepy
        """,
    "BEAUTIFUL": """
        schön mooi hübsch süß lief cool leuk geil
        """,
    "DISGUST": """
        ekel* eklig vies dreckig smerig walg* ekelhaft schmutzig widerlich
        """,
    "FOOD": """
        essen eten pizza döner eis ijs kuchen frühstück ontbijt lunch trinken koffie kaffee thee suppe nudeln
        pasta friet*
        """,
    "ILL": """
        krank ziek fieber koorts übel misselijk bauchweh buikpijn kopfweh kopfschmerz* hoofdpijn schwindel*
        duizelig husten grippe griep corona magen
        """,
    "BLUE": """
        blau blaue blauen blauw blauwe fleck* plek plekken beule bult
        """,
    "INVENTED": """
        erfunden verzonnen gerücht roddel lüge leugen stimmt_nicht klopt_niet quatsch onzin unsinn
        """,
    "CALM": """
        ruhe rust ruhig rustig entspannt beruhig* rustgevend
        """,
    "DIALECT": """
        i eam hob han scho wos ois ned bub bissl amoi gsagt wär gell gij ge zijt nonkel efkes da's amai
        goesting ewa osso fissa wollah wallah vallah digga bro bruder abi lan brudi habibi ey alter kwil kheb
        kben kga kzou
        """,
    "ENGLISH": """
        the is are my me you and to of in it was with this that have has him her what about want help please
        someone can't
        """,
}
