"""German words of danger. Names of the lists: see `bot.understanding.crisis.RULES`."""

from typing import Final

LISTS: Final[dict[str, str]] = {
    "suicide_now": """
        (tabletten|pillen|überdosis|schlaftabletten) ~ (genommen|geschluckt|intus|eingeworfen)
        (steh|stehe|sitz|sitze|bin) ~ (brücke|dach|gleis*|bahngleis*|schienen|hochhaus|geländer)
        abschiedsbrief*
        (heute|heut|morgen|gleich|jetzt|nacht|wochenende) ~ (mach|tu) ichs
        (heute|heut|morgen|gleich|jetzt|nacht|wochenende) ~ (mach|tu) ich (es|schluss|ein ende)
        (heute|heut|morgen) ~ ist schluss
        (tschüss|tschüs|ciao|servus|lebt wohl|leb wohl|macht gut) ~ (an alle|für immer|welt)
        wars ~ (tschüss|tschüs|lebt wohl)
        (vorn|vorm|vor den|vor die|vor einen) (zug|bahn|lkw|auto)
        (ich spring*|spring ich|werde springen|zu springen) ~ (runter|brücke|dach|fenster|balkon|zug)
        alles ~ vorbereitet
        (tabletten|pillen|klinge|klingen|rasierklinge|messer|strick|seil) ~ (in der hand|vor mir|
            neben mir|hand)
        (geh|gehe|lauf|laufe|fahr|fahre|renn) ~ (gleise|gleisen|bahngleise|bahngleisen|schienen)
        (sag|sagt|sagen|richtet) ~ (mama|mutter|papa|vater|eltern|familie|bruder|schwester) ~ (lieb hab*|
            liebe|leid tut)
        (heute|heut|nacht|morgen|bald) ~ schluss (mach|mache|macht)
        (versucht|versuch) ~ (umzubringen|zu gehen|zu sterben|selbstmord|suizid)
        (selbstmordversuch*|suizidversuch*)
        diesmal ~ (klappts|klappt es|schaff ichs|klappt)
        (tabletten|pillen|strick|seil|klinge|klingen|waffe) ~ (besorgt|gesammelt|gehortet|bereit|gekauft|
            liegt)
        (strick|seil|tabletten|pillen) liegt* ~ (schrank|zimmer|keller)
        weiß ~ (wie|wo|wann) ~ ichs? (mach|mache|tu)
        sauber zu ende bring*
        (wars|war es) das ~2 (mit|für) (mir|mich)
        (mach|mache) ich mich weg
        (bin|bis) ich ~ (richtig|für immer|endgültig) weg
        (schon|bald) weg . richtig weg
        jetzt kann ich gehen
        (allen|alle) ~ (verabschiedet|lebewohl|tschüss gesagt)
        """,
    "suicide": """
        (will|wil|möcht*|würd*|wollte|kann|bloß|nur|lieber|hoffe|hoff|gern) ~ (sterben|sterbn|tot sein|
            tot sei|tod sein|verrecken|draufgehen)
        (will|möcht*|kann|mag|lust|bock|sinn|grund) ~ (nicht|nich|net|nimmer|nimma|ned|nd|nie) ~ (leben|
            weiterleben|existieren|aufwachen|da sein|hier sein)
        (nicht|nich|net|nimmer|ned|nie) mehr? (leben|weiterleben|da sein|aufwachen|existieren) ~ (will|
            wollen|möcht*|mag|müssen|kann)
        (keine|kein|keinen|null) ~ (lust|bock|sinn|grund|kraft) ~ (leben|weiterleben|weiterzuleben)
        (lieber|besser|eher) (tot|tod)
        (wär|wäre|wünsche|wünschte) ~ tot
        (mich|mi|sich) ~ (umbring*|umzubring*|umbrächt*|umzulegen|erhäng*|aufhäng*|töten|abmurks*)
        (bring*|häng*) ich ~ mich ~ (um|auf)
        (bring|bringe|bringt) mich um $
        ich (bring|bringe) mich ~ um
        (bringt|brachte) sich ~ um
        (umbringen|umbringn) ~ (will|wollte)
        (mir|sich|mein|meinem|das) leben ~ (nehmen|nehme|nimmt|zu nehmen|ende)
        (suizid*|selbstmord*|selbsttötung|freitod|todessehnsucht|selbstmörder*|lebensmüde|suicidal|sui|kms)
        denk* ~ (ans sterben|an den tod|an tod|ans umbringen|übers sterben)
        (mach*|mache) ~ (schluss|ende) mit (dem leben|allem|mir)
        (ohne mich|wenn ich weg|wenn ich nicht|wenns mich nicht) ~ (besser|leichter|weniger|ruhe|
            glücklicher|einfacher)
        (besser|leichter) dran ohne mich
        wenn es mich ~2 (nicht|nie) ~2 (gäbe|gibt|geben)
        mich (nicht|nie) mehr? (gäbe|gibt|geben)
        (niemand|keiner) ~ mich ~ (vermiss*)
        (für|fur) immer ~ (schlafen|einschlafen|weg sein|verschwinden)
        (nicht|nie|nimmer) ~ aufwachen
        (mir|sich|mich|dir) ~ (was|etwas|wat) ~ (antun|antu|antut|anzutun)
        tu* (mir|sich) ~ (was|etwas) an
        (zieh|ziehe) ~ stecker
        (bald|eh) ~ unter der erde
        leben ~ gelaufen
        (lied|song|musik) ~ beerdigung
        (spielen|lied) ~ . ~ beerdigung
        kys ~ (mach ich|vllt|vielleicht|vl|sollte)
        (vllt|vielleicht|vl) (mach|tu) (ichs|ich es|ich das) ~ auch
        bock auf leben (weg|vorbei)
        (vom|aus dem) (balkon|fenster) ~ (springen|stürzen)
        """,
    "suicide_maybe": """
        (kann|pack|packe|schaff|schaffe|halt|halte|ertrag*) ~ (nicht|nich|net|ned) mehr
        (kann|pack|halt) ~ nimmer
        ^ ich? (will|mag|möchte) (nicht|nich|nit|net|ned|nd|nix) mehr $
        ^ (i|ich)? (will|mag) (nimmer|nimma) $
        leben nach dem tod
        (geh|gehe|lauf|laufe|steig|steige) ~ (auf die brücke|zur brücke|aufs dach|auf das dach|hochhaus)
        (tut|ist) (sterben|tot sein) ~ (weh|schlimm|schmerzhaft)
        alles ~ (sinnlos|hoffnungslos)
        (hab*|bin) ~1 (alles|leben) ~1 (satt|leid)
        mein leben (ist|is) ~ (vorbei|zerstört|ende|kaputt|aus|im arsch)
        (will|möcht*) ~ (verschwinden|weg sein|nicht existieren)
        (will|möcht*) es ~ beenden
        (will|möcht*) ~ alles beenden
        (wann|wenn) hört ~ auf . wann hör ich auf
        wann hör ich auf
        end* game für mich
        (krieg*|bekomm*|erleb*) ~ (eh|dann|das) nicht mehr ~ mit
        bevor ich geh* ~ (eltern|finden|danach)
        (🪦|💊|🔪|⚰)
        (wünschte|wollte) ~ (gäbe mich nicht|nie geboren|nicht existieren)
        egal ob ich ~ (leb*|sterb*)
        (nie|nicht) geboren
        """,
    "told_to_die": """
        (kys|kill yourself|bring dich um|häng dich auf)
        """,
    "self_harm_now": """
        (blutet|blute) ~ (stark|nicht auf|richtig|mega|doll|viel|immer noch)
        zu tief ~ geschnitten
        (schneid*|ritz*|verletz*|verbrenn*) (mich|mi) ~1 (gerade|grad|jetzt|eben|in diesem moment)
        """,
    "self_harm": """
        (ritz|ritze|ritzt|ritzen|geritzt|ritzn) ~ (mich|mir|mi|wieder|arm*|mein*)
        (mich|mir|mi|sich|am) (ritz*|zu ritzen)
        (ich|bin am|wieder) (ritz|ritze|ritzen)
        (schneid|schneide|schneid*|schnitt|geschnitten|verletz*|verbrenn*|kratz*|schlag*|verwund*) (mich|
            mir|mi|sich) ~ (selbst|selber|wieder|immer|wenn|auf|arm*|bein*|oft|manchmal|abends|nachts)
        (schneide|schneid|ritze|ritz|verletze|verletz) (mich|mi) $
        (mich|sich) (selbst|selber|wieder) ~ (schneid*|verletz*|geschnitten|verbrenn*|schlag*|weh)
        (mir|sich) ~ (arm*|bein*|haut|oberschenkel|pulsader*) ~ (auf|aufgeschnitten|geschnitten|geritzt|
            zerkratzt)
        (verletzt|schneidet|ritzt|verbrennt) sich
        (tu|tue|tut|tun) (mir|sich) ~ (weh|schmerzen)
        (mir|sich) (selbst|selber|absichtlich) ~ (weh|schmerzen)
        (selbstverletz*|svv|selbstverletzung*)
        (zigarette*|kippe*|feuerzeug) ~ (auf mir|arm|haut|auf meinem)
        (rasierklinge*|klinge*|klingen) ~ (benutzt|gebraucht|wieder|versteckt|mäppchen)
        (narben|schnitte|wunden|ritzer) ~ (handgelenk*|arm*|bein*|oberschenkel*)
        (arm*|oberschenkel*|bein*) ~ (gitter|zerschnitten|schnitte|narben|voller)
        (brauch*|brauche) ~ schmerz*
        beiß* mir ~ (blutig|wund|hände|arm*|finger)
        """,
    "self_harm_maybe": """
        🩸
        (ritzen|geritzt|rasierklinge*)
        """,
    "violence_now": """
        (steht|stehen|wartet|warten|lauert|lauern|hämmert|hämmern|klopft|tritt|ist|sind) ~ (vor der tür|
            vor meiner tür|vor unserer tür|vorm haus|vor dem haus|vor unserm haus|vor unserem haus|
        vor meinem haus|an der tür|gegen die tür|im flur)
        (sitzen|sitzt|steht|stehen) ~ auto ~ vor ~ haus
        (schlägt|verprügelt|würgt|tritt|prügelt|bedroht|boxt) mich ~ (gerade|grad|jetzt|immer|wieder|mit)
        (er|sie|papa|vater|mama|mutter|bruder|freund|ex|stiefvater|mann) (schlägt|verprügelt|würgt|
            prügelt) ~ (mich|uns|mir)
        (eltern|vater|papa|mutter|mama|stiefvater|bruder|brüder|onkel|opa|freund|ex) (schlägt|schlagen|verprügeln|
            verprügelt|treten) (mich|uns)
        wirft ~ nach mir
        (eingesperrt|eingeschlossen|sperrt mich)
        lässt mich nicht (raus|gehen|weg|heim)
        (verfolgt|verfolgen) (mich|uns)
        (läuft|laufen|fährt|fahren|geht) mir ~ (nach|hinterher)
        folgt mir ~ (bis|gerade|grad|heim|nach hause)
        (sitz|sitze|bin|hock) ~ (in seinem auto|in dem auto|bei ihm im auto|bei dem im auto|im auto von)
        (versteck|verstecke) mich
        (bin|hab mich) ~ versteckt
        (haben|hat) mich ~ (festgehalten|überfallen|zusammengeschlagen|verprügelt)
        hat ~ (messer|waffe|pistole|knarre) ~ (dabei|gegen|auf mich|hier)
        (ich|dann) (stech|stich|bring|schlag|mach) (ich|den|ihn|sie|die|dem) ~ (ab|um|tot|kalt)
        stech ~ (den|ihn) ~ ab
        (bringt|bringen|schlägt|schlagen) mich ~ (gerade|grad|jetzt|gleich) ~ (um|tot)
        (weiß|wissen) ~ wo ich ~ (wohn*|bin)
        (ich|er) seh* dass du ~ (wach|zuhause|allein)
        (klettert|steigt|bricht) ~ (fenster|ein)
        (kommen|kommt) ~ mit ~ (messer|leuten|schlägern|waffe)
        """,
    "violence_maybe": """
        (bin|werd) ich ~ dran
        (bringt|schlägt|macht) ~ mich ~ (um|tot|kalt|fertig)
        (bringe|bring|töte|erschieß*) ~ (ihn|sie|den|die) um?
        will mich ~ (umbringen|töten|abstechen|verprügeln)
        angst ~ (dass er mich|vor ihm|kommt)
        """,
    "meeting": """
        (treff|treffe|triff|treffen) ~ (ihn|den|dem|ihm|mich|uns|sie|der) ~ (heute|heut|gleich|nachher|
            morgen|jetzt|später|abend|uhr|parkplatz|bahnhof|wald)
        (heute|heut|gleich|nachher|morgen|jetzt|später|uhr|abend) ~ (treff|treffe|treffen) ~ (ihn|den|dem|
            ihm|mich|sie|uns)
        ich (treff|treffe) (ihn|den|mich mit)
        soll* ich ~ (hin|hingehen|da hin|hinkommen|hinfahren|mich treffen)
        soll* ~ (allein|alleine) ~ (kommen|hin)
        (bin|sind) ~ (unterwegs|auf dem weg) ~ (zu ihm|zu dem|dahin|treffpunkt)
        (fahr*|fährt|geh|gehe|geht|lauf*) ~ (zu ihm|zu dem kerl|zu dem typ*|zu dem der|zu dem mann|
            zum treffpunkt)
        will dass ich ~ (komm|komme|vorbeikomm*|zu ihm)
        (kommt|komm) ~ (holt mich|holt uns|mich abholen|mich holen)
        holt mich ~ ab
        (soll|muss|sollte) ~ (bahnhof|parkplatz|park|wald|hotel|ihm|garage|adresse|spielplatz|see|
            haus) ~ (kommen|hin|sonst)
        (will|wollen|möchte) ~ (treffen|treff) ~ (sonst|oder er|oder sie)
        (will|wollen|möchte) ~3 (heute|heut|gleich|nachher|morgen|jetzt|abend) ~3 (mit mir|mich|uns) ~3 (treffen|sehen)
        (will|wollen|möchte) (mich|uns) ~3 (heute|heut|gleich|nachher|morgen|jetzt|abend) ~3 (treffen|sehen)
        falls ich nicht ~ zurück*
        (allein*|alleine) . ~ (bargeld|geld)
        mit einem ~ trifft
        """,
    "assault": """
        (vergewaltig*|vergewohltätigt)
        (missbraucht|missbraucht|missbrauchte|sexueller missbrauch|sexuell missbrauch*)
        (angefasst|begrapscht|betatscht|angetatscht|begrabscht|befummelt|antatscht|rumgefummelt)
        (fasst|fassen|fasste|berührt|begrapscht|grapscht) (mich|sie|ihn) ~ (an|unten|da|überall|immer|
            brust|po)
        (gezwungen|zwingt|zwang|zwingen) ~ (sex|sachen|auszieh*|mitzumach*|anzufassen|oral|bett)
        (zwingt|zwang|gezwungen) mich
        (übergriffig|übergriff*|sexuell belästigt|sexuelle gewalt)
        (kommt|kam) ~ nachts ~ (bett|zimmer|zu mir)
        nachts ~ (ins|in mein|in meinem) bett
        (macht|machen|tut) ~ (komische|eklige|schlimme|verbotene) (sachen|dinge) ~ (mit|und)
        (musste|muss) ~ (sachen|dinge) ~ (machen|tun) ~ (die|mit|für)?
        schwanger ~ (nicht gewollt|gar nicht wollte|nicht wollte|gezwungen)
        ko tropfen
        (er|sie) hat ~ gegen meinen willen
        wollte ~ nicht ~ er hat ~ (trotzdem|einfach) ~ (weiter|gemacht)
        (mit mir|mich) geschlafen ~ (nicht|gezwungen|betrunken)
        ich musste . er hat gesagt sonst
        """,
    "assault_maybe": """
        betrunken ~ (nix|nichts) mehr ~ (weiß|wusste|erinner*)
        (filmriss|blackout) ~ (foto*|bilder|video*|nackt)
        """,
    "coercion": """
        (zwingt|zwingen|zwang) ~ (cam|kamera|live|livestream|videochat|auszieh*)
        (muss|soll|soll*) ~ (live|cam|kamera|webcam|videocall|videoanruf) ~ (gehen|auszieh*|machen|sonst|
            zeigen)
        (vor der|vor) (cam|kamera|webcam) ~ (muss|soll|zwing*|auszieh*)
        (muss|soll) (mich|ich mich) ~ auszieh*
        """,
    "coercion_maybe": """
        (löscht|löschen|behält|postet|schickt) ~ (wenn|solang*|falls) ich ~ (nett|lieb|brav|artig|gefügig) (bin|wär)
        """,
    "unsafe_home": """
        (ehrenmord|zwangsheirat*|zwangsverheirat*|zwangsehe)
        (ehre) ~ (familie|weg|beschmutzt|verletzt|verloren)
        (verheiraten|heiraten) ~ (zwingen|gezwungen|muss|müssen)
        nach (afghanistan|türkei|pakistan|syrien|irak|marokko|kosovo|albanien|iran|libanon|indien|
            bangladesch) ~ (nicht zurück|bleiben|heiraten|schicken|soll)
        (bin|hab) ~ (abgehauen|weggelaufen|von zuhause weg|rausgeflogen)
        (zuhause|daheim|eltern|mama|papa|vater|mutter|stiefvater) ~ (rausgeschmissen|rausgeworfen|
            schmeißt mich raus|wirft mich raus)
        vor die tür gesetzt
        schlaf* ~ (bahnhof|draußen|straße|park)
        weiß nicht wohin
        weiß nicht ~ wo ich ~ schlaf*
        (trau|traue) mich nicht ~ (nach hause|heim|nachhause)
        (angst|schiss) ~ (nach hause|heimzugehen|heim zu gehen|heimkommen)
        (papa|vater|mutter|mama|eltern|stiefvater|onkel) ~ (schlägt|schlagen|verprügelt) ~ (mich|uns)
        """,
    "unsafe_home_maybe": """
        (papa|vater|mutter|mama|mutti|eltern|bruder|brüder|onkel|familie|stiefvater) ~ (bringt|bringen|
            schlägt|schlagen|tötet|töten|killt|erschießt|köpft) ~ (mich|um|tot)
        (bringt|bringen) ~ (papa|vater|mutter|mama|eltern|er|sie) mich ~ um
        (besoffen|betrunken|wütend) ~ (heimkommt|heim kommt|nach hause kommt|nachhause kommt)
        meine brüder
        """,
    "panic": """
        panikattacke*
        (krieg|bekomm|kriege) ~ keine luft
        hyperventilier*
        """,
    "other_missing": """
        (kind|tochter|sohn|13*|12*|14*|schwester|bruder|freundin) ~ (nicht nach hause|nicht heim|
            verschwunden|abgehauen)
        nicht nach hause gekommen
        (story|status|bio|brief|tagebuch) ~ (tschüss|lebt wohl|sorry für alles|vergesst mich|machts gut|
            das wars)
        """,
}

OTHER_PERSON: Final = """
    (meine|meiner|unsere|unser|mein|eine|ein|einer|ne|nen|ner) ~ (freundin|freund|cousine|cousin|
        schwester|bruder|tochter|sohn|kind|schüler|schülerin|mädel|mädchen|junge|klassenkameradin|kumpel|
    bff|mama|mutter|papa|nachbarin|kollegin|klasse|tanzgruppe|kleine|zwilling)
    (tochter|sohn|schülerin|schüler)
    """

IDIOMS: Final = """
    (mach|mache|macht|machen|gemacht|machst) ~1 schluss (mit|wegen) (ihm|ihr|meinem freund|
        meiner freundin|meinem ex|dem typ)
    schluss (mit|wegen) (ihm|ihr|meinem freund|meiner freundin|meinem ex) ~1 (gemacht|machen)
    (angst|bammel|schiss) vor (morgen|montag|der schule|der pause|der klasse|mathe) ~2 (schule|klasse|
        unterricht|stunde)?
    (gespräch|termin|aussage) ~2 (polizei|kripo|wache|anwalt|anwältin|schulleitung|jugendamt)
    (schäm|schäme|schämen|schämt) ~2 (tot|zu tode|in grund und boden)
    (tot|tod) (gelacht|lachen|müde|langweil*|peinlich|witzig|schick)
    (todmüde|totmüde|todlangweilig|todpeinlich|totlachen|todernst|todschick|sterbenslangweilig|todeskampf|
        todesstrafe|todsicher)
    (lach*|langweil*|weglach*) ~2 (tot|zu tode|kaputt|schlapp)
    (sterbe|sterb|stirb|gestorben|sterben) ~2 (innerlich|vor lachen|vor scham|vor langeweile|vor hunger|
        vor peinlichkeit|fast)
    (fast|literally|beinah|innerlich|halb) ~2 (gestorben|tot|verreckt)
    (opa|oma|opi|omi|hund|katze|hamster|goldfisch|vater|onkel|tante|pferd|kaninchen|fisch|seite|handy|
        akku|internet|wlan|pc|server|laptop) ~2 (ist|is|war)? ~2 (gestorben|tot|abgestürzt|verstorben|
    krepiert)
    (internet|handy|akku|wlan|chat|gruppe|seite|profil|account|server|laptop) ~2 (tot|stirbt)
    (profil|account|video|bild|chat) ~2 (tot|killen|kill)
    (kill|kille|töte) (das|den|die) (video|bild|foto|account|profil)
    (algorithmus|schule|mathe|lehrer|hausaufgaben|training|sport|lauf) ~2 (killt|tötet|bringt mich um)
    so gut wie tot
    (tot oder lebendig|lebt ja noch|leben ja noch|ums verrecken|bis zum tod)
    (im|in den|im erd*) (boden|erdboden) ~2 (verschwinden|versinken|versink*)
    (spring*|stürz*) ~2 (kalte wasser|ins wasser|schwimmbad|turm|trampolin)
    sprung ins kalte wasser
    (screenshot|video|bild|clip|foto|namen|papier|gemüse|haare|film|audio) ~2 (schneid*|geschnitten|ritz*)
    (schneid*|geschnitten) ~2 (screenshot|video|papier|haare|film|clip|audio)
    (pistole auf die brust|hals über kopf)
    (im|beim|bei) (spiel|game|minecraft|fortnite|valorant|gta|csgo|roblox) ~2 (umgebracht|gestorben|tot|
        getötet|killen|sterben)
    (schluss aus ende|ende gelände)
    treff* ~2 (kommissar*|polizei*|rektor*|direktor*|lehrer*|anwalt*|anwält*|therapeut*|beratung*|
        freundin|freunde|freunden|oma|opa|ärztin|arzt|team)
    treff* ~3 mit (meiner|meinem|unserer|der|dem) (freundin|freunden|beste|bester|oma|opa|mutter|mama|
        papa|lehrerin|lehrer)
    (treffen|termin) (mit|bei) (der|dem|meiner|meinem) (rektor*|lehrer*|direktor*|polizei*|schul*|anwalt*)
    treff* ~2 (mit der|mit dem) (rektor*|lehrer*|polizei*)
    (mein|der) kopf ~2 (platzt|explodiert)
    (geh|gehe) kaputt ~2 (peinlich|lachen|haha)
    """

DENIAL: Final = """
    (kein|keine|keinen|nicht|nich|nie|niemals|ohne) ~2 (suizid*|selbstmord*|sterben|umbring*|umzubringen|
        ritze*|ritzen|verletz*|lebensmüde|suizidal|tot sein|schneide*)
    (tu|tue|mach|mache) mir ~2 (nix|nichts|nie was)
    (nix|nichts) (an|antun|anzutun)
    mir (nix|nichts) ~2 (an|antun|tun)
    (nein gesagt|abgesagt|geh nicht hin|geh da nicht hin|gehe nicht hin|geblockt|nicht gegangen|
        treffe mich nicht|treff mich nicht)
    """

PAST: Final = """
    (letztes jahr|vor jahren|früher|damals|alten klasse|längst|war mal|in der grundschule|lange her)
    vor (einem|nem|zwei|drei|vielen|paar|nem halben) ~ jahr*
    """
