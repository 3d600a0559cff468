"""Dutch words of danger, also Flemish. Names of the lists: see `bot.understanding.crisis.RULES`."""

from typing import Final

LISTS: Final[dict[str, str]] = {
    "suicide_now": """
        (pillen|pil|medicijnen|paracetamol|overdosis|strip) ~ (genomen|geslikt|ingenomen|op)
        (sta|zit|ben) ~ (op het dak|op t dak|bij het spoor|bij t spoor|op de brug|op het spoor|
            aan het spoor|op een dak)
        (voor de|onder de|voor een) (trein|metro|vrachtwagen)
        (afscheidsbrief*|afscheidsfilmpje)
        (dit is|dit wordt|mijn|mn) ~ afscheid ~ (van|alles|iedereen|jullie)?
        (doei|doeg|vaarwel|dag|tot nooit) ~ (voor altijd|allemaal voor|voorgoed|iedereen)
        vaarwel
        (vanavond|vannacht|straks|morgen|nu) ~ (doe ik het|doe ik t|maak ik er|stap ik|rond ik)
        (morgen|straks) ben ik er niet meer
        (als|wanneer) ik er niet meer ben
        (spring|springen) ~ (dak|brug|flat|balkon|raam) ~ (af|vanaf|uit)?
        (poging|zelfmoordpoging|suïcidepoging) ~ (gedaan|ondernomen|zelfmoord)?
        (geprobeerd) ~ (dood|zelfmoord|leven|er uit te stappen|eruit te stappen)
        (vorige keer|laatste keer) ~ (gevonden|gered|tegengehouden|mislukt*)
        weet (hoe|waar|wanneer) ~ (weet|durven|doe)
        (pillen|mes|mesje|scheermesje|touw) ~ (in mijn hand|in mn hand|in me hand|voor me|naast me)
        (loop|ga|fiets|ren|sta) ~ (naar het spoor|naar t spoor|op het spoor|naar de rails|op de rails)
        (zeg|zeggen|vertel) ~ (moeder|mama|mam|vader|papa|ouders|zus|broer) ~ (van haar hou|van hem hou|
            van ze hou|hou van|spijt)
        alles ~ (klaargelegd|voorbereid|klaar liggen) ~ (durven|moed|alleen|nu|vanavond)?
        (touw|pillen|mes) ~ (klaar|gekocht|verzameld|gespaard)
        besloten ~ (afrond|eruit|ermee stop|er niet meer)
        is het klaar met mij
        klaar met mij
        nou kan het $
        (sorry voor alles|vergeet me niet) ~ (story|account|status|weg)?
        (kms|end it|unalive) ~ (tonight|vanavond|nu|vannacht)
        """,
    "suicide": """
        (wil|wou|wilde|mag|mocht|liever|hoop|wens|ga) ~ (dood|doodgaan|doodga|dood zijn|dood zenne|
            sterven|sterf|dood gaan|dood wil|dood wou)
        (wil|kan|mag|hoef) ~ (niet|nie|ni|nimeer|niks) ~ (leven|verder leven|bestaan|er zijn|
            wakker worden|doorleven)
        (er|ik) (niet|nie|ni) meer (wil|wilt|wou|wilde) (zijn|leven)
        (dood|sterven) (wil|wilt|wou|wilde|willen)
        (wil|wilt|wou) ~ (er niet meer|er nie meer|nimeer) (zijn|leven)
        (niet|nie|ni) meer (leven|verder leven|er zijn|wakker worden|bestaan)
        (nimeer|nimer|niemer) leven
        (zelfmoord*|zelfmrd*|zelfmoort*|zelfdoding*|zelfdood*|suïcid*|suicid*|sui|zm|kms|unalive*)
        (mezelf|mzelf|me zelf|mijzelf|me|zichzelf|zich) ~ (vermoorden|ombrengen|van kant|verhangen|
            ophangen|van het leven|wat aandoen|iets aandoen|iets aan doen|wat aan doen|van t leven)
        (mezelf|mzelf|mijzelf|zichzelf|zich) ~ (wat|iets) ~2 (aandoen|aandoet|aan doen)
        maak* ~ (eind|einde) ~ (aan|leven|mijn leven)
        (eind|einde) aan ~ (maken|maak|leven|alles)
        (er|eruit) ~ (uit te stappen|uit stappen|uitstappen|stappen)
        (beter|rust|makkelijker|fijner|minder) ~ (zonder mij|als ik er niet|zonder me)
        (als ik|zonder mij|zonder me) ~ (er niet was|weg was|weg ben|dood ben|er niet meer) ~ (rust|beter|
            makkelijker|blij)
        als ik er niet was
        (niemand|geen mens) ~ (mist|missen) ~ (mij|me)?
        (liever|beter) dood
        (denk|denken) ~ (aan doodgaan|aan dood|aan de dood|aan zelfmoord|aan sterven)
        doodgaan voelt
        (voor altijd|voor eeuwig|nooit meer) ~ (slapen|wakker|inslapen)
        (trek|trekken) ~ stekker
        (mijn|mn|me|eigen) (crematie|uitvaart|begrafenis)
        (muziek|liedje|nummer|draaien|kaartje|bloemen) ~ (crematie|uitvaart|begrafenis)
        (onder de grond|onder de zoden) ~ (binnenkort|straks|bald)?
        (zie|ziet) ~ (niet|nie) meer zitten
        ervan af zijn ~ leven
        klaar met (leven|het leven|mijn leven|mn leven)
        (geen|0) ~ (zin|reden|kracht) ~ (leven|te leven)
        kys ~ (misschien|moet ik|doe ik)
        (dood kind|dode dochter|dode zoon) ~ erg*
        """,
    "suicide_maybe": """
        (kan|trek|hou|red|trekt|houd) ~ (niet|nie|ni) meer
        (kanniemeer|kannietmeer|trekniemeer)
        (trek|red) ~ (allemaal|ff|echt) ~ (niet|nie)
        (mn|mijn|me) leven is ~ (voorbij|kapot|over|verpest|klaar|niks)
        (wil|wou|zou) ~ (verdwijnen|weg zijn|niet bestond|nooit geboren)
        dat ik niet bestond
        (iedereen|ze) ~ beter zonder mij
        (doet|doe) (doodgaan|sterven|dood zijn) ~ pijn
        leven na de dood
        (loop|ga|klim) ~ (naar de brug|op de brug|op het dak|naar het dak|de flat op)
        game over voor mij
        wil dat het ~ (ophoudt|stopt|over is)
        (dan maar ik|wanneer houdt dit op)
        maak ~ (toch|niet) niet? meer mee
        (🪦|💊|🔪|⚰)
        ik ga dood ~ (als|wanneer)
        mezelf wel wat doen
        alles ~ (zinloos|hopeloos)
        (boeit|maakt) ~ niet ~ (leef|doodga|dood ga)
        """,
    "told_to_die": """
        (kys|kill yourself|maak jezelf dood|pleeg zelfmoord)
        """,
    "self_harm_now": """
        (bloedt|bloed|bloeden) ~ (niet stoppen|stopt niet|hard|erg|heel|nog steeds|veel)
        te diep ~ (gesneden|gekrast)
        sh nu
        """,
    "self_harm": """
        (snij|snijd|snijdt|snijden|sneed|gesneden|kras|krassen|gekrast|krast|brand|verwond|verwonden|sla|
            bijt) ~ (mezelf|me zelf|mijzelf|mzelf|zichzelf|mn arm*|mijn arm*|mn been|mn benen|mijn benen|
        mn pols*|mijn pols*|in mn|in mijn|in me)
        (mezelf|me zelf|mijzelf|mzelf|zichzelf) ~ (snij*|snijd*|kras*|verwond*|beschadig*|pijn|branden|
            snee|gesneden|slaan)
        (weer|terug|nog steeds|elke avond|gaan) (snijden|krassen|automutileren)
        (ik|k) (snij|snijd|kras|automutileer)
        (automutil*|zelfbeschadig*|zelfverwonding)
        (beschadigt|snijdt|verwondt|krast) (zichzelf|zich)
        (mes|mesje|scheermes*|mesjes) ~ (gebruikt|vandaag|pols*|arm*|been|mee naar school)
        (verse|nieuwe|littekens|sneeën|sneden|krassen|wonden) ~ (pols*|arm*|been|benen)
        (wat ik|dat ik) ~ (benen|armen|polsen) gedaan
        pijn is ~ (enige|nog)
        bijt ~ kapot
        """,
    "self_harm_maybe": """
        🩸
        (kraste|krassen|snijden|scheermesje*)
        """,
    "violence_now": """
        (staat|staan|wacht|wachten|bonst|bonkt|klopt|zijn|zit|is) ~ (hier voor de deur|nu voor de deur|
            voor mijn deur|voor mn deur|aan de deur|bij de deur|op de deur|tegen de deur|voor ons huis|
        bij mijn huis|voor mn huis|buiten te wachten|in de gang)
        (hij|ze|die|man|vent|gast|gasten|ex|jongens|auto|zij) ~ (staat|staan|wacht|bonst|bonkt|klopt|
            zit) ~ (voor de deur|voor onze deur)
        (staat|staan) (hij|ze|die|er) ~ voor de deur
        (slaat|schopt|wurgt|stompt|mept) (mij|me|ons) ~ (nu|weer|steeds|altijd|met|elke)?
        (rijdt|rijden|staat) ~ (auto|scooter|busje) ~ (straat|huis|deur)
        (filmen|filmt) ons huis
        (borden|spullen|dingen|glazen) ~ vliegen
        (heeft|hebben) (mij|me) ~ (geraakt|geslagen|opgesloten|vastgehouden|getrokken|meegenomen|in elkaar)
        opgesloten
        laat me niet ~ (weg|gaan|naar buiten|eruit)
        (achtervolgt|volgt|achtervolgen|volgen) (mij|me)
        (zit|ben) ~ (bij hem achterin|in zijn auto|bij hem in de auto|in z auto|in zn auto|achterin)
        (verstop|verstopt|schuil|schuilen)
        (heeft|met) ~ (mes|wapen|pistool|vuurwapen) ~ (bij|op|tegen|hier|gericht)?
        (ik|kga) ~ (ga hem|ga haar|ga die) ~ (slopen|steken|neersteken|afmaken|vermoorden|kapot*|dood*)
        ga hem ~ (slopen|neersteken|afmaken|vermoorden)
        (ze|hij|die) (weten|weet) ~ waar ik ~ (woon|ben|zit)
        (ex|hij|iemand|man) ~ (binnen te komen|breekt in|door het raam|raam binnen)
        bel iemand $
        (komen|komt) ~ (nu|straks) ~ (hierheen|naar mij|langs|met een mes)
        (leuke|mooie) ~ (hebben jullie|heb je) ~ internet
        ken die ~ (alleen|enkel) van internet
        (vermoordt|vermoord|slaat) (mij|me) ~ (nu|straks|vandaag|vanavond)
        """,
    "violence_maybe": """
        (gaat|gaan|wil|willen) (me|mij) ~ (vermoorden|slaan|steken|pakken|slopen|afmaken)
        (bang) ~ (voor hem|dat hij komt)
        weet ik ~ hoe laat het is
        """,
    "meeting": """
        (wil|willen) ~3 (vandaag|vanavond|vanmiddag|straks|morgen|nu) ~3 (met me|met mij|mij|me) ~3 (afspreken|zien|
            ontmoeten)
        (wil|willen) (me|mij|ons) ~3 (vandaag|vanavond|vanmiddag|straks|morgen|nu) ~3 (zien|ontmoeten)
        (spreek|afspreek|afspreken|ontmoet|ontmoeten|zie) ~ (hem|met hem|die man|die gast|die vent|haar|
            af) ~ (vanavond|vanmiddag|straks|morgen|nu|zo|vandaag|uur|park*)
        (vanavond|vanmiddag|straks|morgen|nu|zo|vandaag) ~ (afspreken|afgesproken|afspraak|ontmoeten|
            zie ik) ~ (hem|met hem|die|haar|met die)
        (vanavond|vanmiddag|straks|morgen|nu|zo|vandaag) ~ (met hem|met die) ~ (afspreken|ontmoeten)
        (heb|ben) ~ afgesproken ~ (met hem|met die)
        (moet|moest|moeten) ~ (naar|komen) ~ (parkeergarage|station|park|bos|huis|flat|hotel|adres|
            hem) ~ (geld|alleen|uppie|vanmiddag|vanavond|komen|anders)
        (moet|moest) ~ (alleen|uppie|eentje) ~ komen
        gaan of niet gaan
        moet ik ~ (gaan|erheen|ernaartoe|er heen|er naartoe) $
        (ben|zit) ~ (onderweg|trein|tram|bus|fiets) ~ (naar hem|naar die|naartoe)
        (hij|die|man) ~ (haalt|halen|komt) ~ (mij|me) ~ (op|ophalen|halen)
        is ~ mij ~ (aan het|aant) ophalen
        (me|mij) ~ ophalen
        (wil|willen|eist) ~ (afspreken|ontmoeten|langskomen) ~ (anders|of hij|of ze)
        (mocht|als) ik niet ~ (terugkom*|terug kom*)
        (wil|moet|eist) dat ik ~ (langskom|kom|naar hem|langs kom)
        """,
    "assault": """
        (verkracht*|aangerand*|aanrand*|misbruikt|seksueel misbruik)
        (zit|zat|zitten) ~ aan (mij|me|haar|hem) $
        (hij|oom|vader|stiefvader|stiefbroer|broer|opa|man|neef|trainer|leraar|buurman) ~2 (zit|
            zat) ~2 aan (mij|me|haar)
        (betast|bepoteld|gevingerd|betasten|aangeraakt) ~ (mij|me|haar|tegen|hij|zonder)?
        (raakt|raakte) (mij|me|haar) ~ aan
        (dwingt|dwong|gedwongen) ~ (mij|me|seks|tot|haar)
        (valt|viel) (mij|me) lastig ~ (bed|s nachts|kamer|douche)
        (komt|kwam) ~ (nachts|avonds) ~ (bed|kamer)
        over ~ (grenzen|grens) ~ (leerling|kind|gaat|heen|mij)
        (grensoverschrijdend|ongewenste intimiteit*)
        (spelletjes|dingen|geheimpjes) ~ (niks over|niets over|niet over) ~ (zeggen|mag|praten)
        zwanger ~ (niet wilde|niet wou|helemaal niet|gedwongen)
        (gedaan wat hij|deed wat hij|doen wat hij) ~ (vroeg|wilde|zei|wou)
        (tegen mijn wil|tegen mn wil)
        (zei|heb) ~ nee ~ (ging|deed) ~ (door|toch)
        """,
    "coercion_maybe": """
        (verwijdert|verwijderd|wist|haalt|deletet|post|stuurt) ~ (als|zolang) ik ~ (lief|aardig|braaf) (ben|doe)
        """,
    "assault_maybe": """
        (dronken|zat|bezopen) ~ (niks|niets) meer ~ (weet|wist|herinner*)
        """,
    "coercion": """
        (dwingt|dwingen|dwong) ~ (cam|camera|webcam|live|uitkleden)
        (moet|moest) ~ (cam|camera|webcam|live|videobellen|facetime) ~ (uitkleden|gaan|laten|anders|doen|
            bloot)
        (voor de|op) (cam|camera|webcam) ~ (moet|moest|dwing*|uitkleden)
        moet ~ (mezelf|me|mij) ~ uitkleden
        """,
    "unsafe_home": """
        (eerwraak|eermoord|gedwongen huwelijk|uithuwelijk*|uitgehuwelijkt)
        familie ~ schande
        (onze eer|de eer van|familie eer|eer van de) ~ (familie|geschonden|kwijt|weg)?
        # never the bare word: folded it is the German "er"
        (naar|in) (marokko|turkije|afghanistan|irak|syrië|somalië|pakistan|iran|suriname) ~ (blijven|
            niet terug|trouwen|moet|gestuurd)
        (durf|durfde) ~ (niet|nie) ~ naar huis
        (bang|angst) ~ (naar huis|thuis te komen)
        (uit huis gezet|op straat gezet|uit huis gegooid|buiten gezet|eruit gegooid)
        (weggelopen|van huis weg|ben gevlucht|buiten slapen|slaap op straat|slaap buiten)
        (pa|papa|vader|ma|mama|moeder|ouders|stiefvader|broer) ~ (slaat|slaan|mishandelt) ~ (mij|me|ons)
        (vorige keer) ~ (niet zitten|niet lopen|blauwe plekken)
        """,
    "unsafe_home_maybe": """
        (pa|papa|vader|ma|mama|mams|moeder|ouders|broer|broers|oom|familie|stiefvader) ~ (vermoordt|
            vermoorden|vermoord|slaat|killt|killen|doodt|maakt|hangt) ~ (mij|me|dood|kapot|af)
        (vermoordt|vermoord|vermoorden) ~ (mijn|mn) (pa|vader|moeder|ouders|broer) ~ (mij|me)?
        (dronken|zat|kroeg) ~ (thuiskomt|thuis komt|naar huis)
        hij komt zo uit de kroeg
        """,
    "panic": """
        paniekaanval*
        krijg geen (adem|lucht)
        (hyperventile*|hyperventilatie)
        """,
    "other_missing": """
        (kind|dochter|zoon|zusje|broertje|zus|vriendin) ~ (kwijt|weggelopen|verdwenen|de deur uit|
            niet thuis gekomen|niet thuisgekomen)
        (kind|dochter|zoon|zusje|broertje) ~ sinds ~ weg
        (is|zijn) ~ (haar|hem) kwijt
        (story|status|bio|dagboek|brief) ~ (vaarwel|sorry voor alles|vergeet me niet|doei allemaal)
        (sorry voor alles|vergeet me niet) ~ (story|status|bio)
        """,
}

OTHER_PERSON: Final = """
    (mijn|mn|me|onze|ons|een|zn|haar|m) ~ (vriendin|vriend|neef|nicht|zus|zusje|broer|broertje|dochter|
        zoon|kind|leerling|meisje|jongen|klasgenoot|klasgenootje|mama|moeder|bff|teamgenoot|oppaskindje|
    buurmeisje|maat)
    (dochter|zoon|leerling|oppaskindje)
    """

IDIOMS: Final = """
    (maak|maakte|maken|gemaakt|maak het|maakt) ~1 uit met (hem|haar|mijn vriend|mijn vriendin|mijn ex)
    (bang|zenuwachtig) voor (morgen|maandag|school|de pauze|de klas) ~2 (school|klas|les)?
    (gesprek|afspraak|verhoor) ~2 (politie|zedenpolitie|wijkagent|advocaat|directie|bureau)
    (schaam|schamen|schaamde) ~2 (dood|kapot)
    (dood|stuk|kapot|krom|rot) (gelachen|lachen|van het lachen|geschaamd|geschrokken|verveeld)
    (dood|stuk|kapot) van ~2 (lachen|schaamte|gêne)
    (doodmoe|doodsaai|doodeng|doodnormaal|doodziek|doodsbang|doodgewoon|doodop|doodstil|dodelijk|
        moordwijf|moord|killing it|doodlachen|doodleuk|dood en begraven|dood of levend)
    (bang als|tot|om je|om) ~2 (de dood|dood te)
    (lig|lag|ging|ga|bijna|zowat|net|literally|half|innerlijk) ~2 (dood|overleden|doodgegaan|
        gestorven) ~2 (haha|lol|waarom|toen|bij|van)
    (bijna|zowat|literally|innerlijk|half) ~2 (dood|overleden|gestorven|doodgegaan)
    lig (dood|dubbel|in een deuk|strijk)
    (opa|oma|hond|kat|poes|cavia|hamster|konijn|vis|goudvis|paard|tante|oom|vogel) ~2 (dood|doodgegaan|
        overleden|gestorven)
    (begrafenis|crematie|uitvaart) van (mijn|mn|me)? (opa|oma|hond|kat|tante|oom|overgroot*)
    (wifi|telefoon|mobiel|batterij|accu|internet|app|site|account|profiel|groep|relatie|helpdesk|
        laptop) ~2 (dood|sterven|begraafplaats|overleden)
    (maak|maken) ~2 (account|profiel|chat|gesprek) ~2 dood
    (kill|killen) (die|dat|de|het) (video|foto|account|filmpje)
    (algoritme|school|wiskunde|huiswerk|toetsweek|training) ~2 (kapot|killt|dood)
    (ga|gaat) ~2 kapot ~2 (gêne|lachen|aan die|schaamte|peinlich|hitte)
    (politie|postbode|pakketje|bezorger) ~2 voor de deur
    (op sterven na dood|op leven en dood|over mijn lijk)
    (door de|door) (vloer|grond) ~2 (zakken|zak)
    (kogel is door|mes op de keel|de kogel of)
    (hangt|hangen) me ~2 hoogste boom
    (knip|snij|snijd|snee|sneed) ~2 (screenshot|video|foto|blik*|papier|groente|vinger|brood|tonijn|haar|
        kaas)
    (ga|gaan|kom) (hangen|chillen)
    (afscheid) ~2 (school|groep 8|feest|juf|meester|stage|klas)
    (klaar met) (school|hem|haar|die|dit gezeik|de app)
    (einde verhaal|einde oefening)
    (eind|einde) aan ~2 (relatie|verkering|vriendschap|chat|gesprek)
    (in|bij) (een game|game|minecraft|fortnite|gta|roblox|valorant) ~2 (dood|vermoord|gekilld|sterven)
    (afspraak|gesprek|afspreken|ontmoet*) ~2 (politie|zedenrechercheur|mentor|rector|teamleider|school|
        advocaat|huisarts|psycholoog|vriendin|vrienden|decaan)
    (naar de) (zedenrechercheur|politie|mentor|teamleider)
    blackout challenge
    """

DENIAL: Final = """
    (geen|niet|nooit|nie|zonder) ~2 (zelfmoord*|suïcid*|suicid*|dood|sterven|doodgaan|snijden|krassen|
        gedachten aan|zelfbeschadig*)
    doe (mezelf|me zelf|mijzelf|mij) ~2 (niks|niets) ~2 (aan)?
    (mezelf|mijzelf) ~2 (niks|niets) ~2 (aan|doen|aandoen)
    (nee gezegd|afgezegd|ga niet|niet gegaan|geblockt|geblokkeerd|tuurlijk niet)
    """

PAST: Final = """
    (vroeger|vorig jaar|jaren geleden|jaar geleden|in de brugklas|toen ik klein|ooit|was toen|
        lang geleden|begin dit jaar|sindsdien oké)
    """
