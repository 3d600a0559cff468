"""Short messages that are little else than one intent, and forms of address. German, Dutch and a little English in
one list: nobody's spelling keeps to one language."""

from typing import Final

WHOLE: Final[dict[str, str]] = {
    "yes": """
        ^ (ja|jaa|jep|jup|jo|jau|yes|yep|yup|klar|sicher|stimmt|genau|gerne|gern|ok|okay|oke|oki|okee|
            passt|logo|natürlich|tuurlijk|zeker|klopt|goed|prima|is goed|juist|jawel|joa|freilich|sowieso|
        graag|sure|yess) (bitte|graag|gerne|doch|klar|danke|doe|natürlich|zeker|hoor|das stimmt|dat klopt|
            mach ich|doe ik|please|sicher)? $
        ^ (✅|✔|👍|☑|🆗|💯) $
        ^ (ja|jaa|jo|ok|okay|oke|klar|jup) (machen wir|alles|doe|doen|so|ich bin|ben|hier|bin|dat|das|is|
            ist)
        ^ (machen wir|doen we|mach ich|doe ik|einverstanden|akkoord|von mir aus)
        """,
    "no": """
        ^ (nein|nee|ne|nö|no|nope|nah|nää|nääh|nä|neen|nei|nicht|nie|niet|niemals|kein|geen|neeh|
            nei) (danke|bedankt|dank je|doch|hoor|echt nicht|das nicht|nicht|niet|eigentlich nicht)? $
        ^ (❌|👎|✖|🙅|🚫|⛔) (♂|♀|‍)? $
        ^ (nein|nee|ne|nö|neen|nope) (das|dat|stimmt|klopt|ich|ik|geen|keine|kein|echt|leider|danke|will|
            wil|lieber|liever)
        ^ (lieber|liever|eher) (nicht|niet) $
        ^ (auf keinen fall|op geen enkele manier|absoluut niet|niet echt|nicht wirklich|zeker niet|
            sicher nicht|keinesfalls)
        (ne|nee|nein) (ich|ik) (tu|doe) (mir|mezelf) ~ (nix|nichts|niks|niets)
        """,
    "unsure": """
        ^ (vielleicht|vllt|vlt|misschien|ka|kp|keine ahnung|weiß nicht|weiss nicht|weet niet|geen idee|
            kweenie|kweetnie|idk|tja|hm|hmm|mal so mal so|jein|eventuell|mss|maybe|unsicher|nicht sicher|
        niet zeker|teils|weißnet|dunno|ehm|äh|puh|🤷|🤔) $
        (weiß|weet) ~ (nicht|nich|net|niet|nie) ~ (so|recht|genau|sicher|zeker|precies)
        (ich|ik) (weiß|weet) (es|t|het)? (nicht|niet|net)
        (wie meinst du|hoe bedoel|wat bedoel|was meinst du|versteh nicht|verstehe nicht|snap het niet|
            snap t niet|begrijp het niet|verzweifel an der frage|gek van die vraag)
        ^ (schwer zu sagen|moeilijk te zeggen|kompliziert|lastig)
        ist kompliziert
        """,
    "back": """
        ^ (zurück|terug|back|vorige|vorheriges) $
        ^ (geh*|ga|bitte|noch) ~ (zurück|terug) $
        (zurück|terug) (bitte|graag|aub)
        (eins|einen|ene|eentje|stap|schritt) (zurück|terug)
        (bring|breng) mich? me? (zurück|terug)
        (verklickt|klikte mis|falsch gedrückt|verkeerd geklikt|verkeerde knop|misgeklikt|vertippt)
        (letzte|vorige|laatste|vorherige) (frage|vraag) ~ (noch|nochmal|opnieuw|keer|mal)
        """,
    "restart": """
        ^ (neustart|restart|reset|herstart|neu|opnieuw|startmenü|beginmenu|hauptmenü|hoofdmenu|menü|menu|
            start|anfang|begin) $
        (von vorne|von vorn|von anfang|vanaf het begin|vanaf t begin|van voren af aan|van voor af aan|
            alles auf null|auf null|neu anfangen|neu starten|opnieuw beginnen|opnieuw starten|
        noch einmal von|nog een keer vanaf)
        ^ (reset|restart)
        """,
    "stop_or_exit": """
        ^ (stop|stopp|stoppen|exit|quit|beenden|abbrechen|abbruch|annuleren|aufhören|ende|einde|schluss|
            weg|sluiten|schließen|stoppp|afsluiten|ik stop) (bitte|jetzt|nu|aub)? $
        ^ /?stop
        (mama|papa|mutter|vater|eltern|bruder|schwester|jemand|wer|pa|ma|moeder|broer|zus|iemand|ouders|
            lehrer) ~ (kommt|komt|loopt|rein|binnen)
        (muss|moet) ~ (zu machen|zumachen|weg|los|ausmachen|aufhören|stoppen|weglegen|gaan)
        (keine|geen) ~ (nachrichten|berichten) (mehr|meer)
        (schreib*|niet|nicht|stuur) ~ (nicht|meer|mehr|niet) (schreiben|sturen|schicken|appen)
        (chat|tab|gespräch) (zu|dicht|schließen|schließt|sluiten|weg)
        (ende gelände|einde verhaal|stop ermee)
        (slaap lekker|gute nacht|welterusten|bis später|tot straks|bis nachher|later) $
        """,
    "thanks_bye": """
        ^ (danke|dankeschön|danke schön|vielen dank|dank|dank je|dankje|dank dir|dank euch|bedankt|
            dankjewel|dankuwel|dank u|merci|thx|thanks|ty|tysm|tnx|🙏|❤|🥰|🫶|tschüss|tschüssi|tschau|ciao|
        bye|doei|doeg|doeii|tot ziens|auf wiedersehen|bis dann|bis bald|servus dann|macht gut)
        (danke|bedankt|dankeschön|dankuwel|dankjewel|dank je|dank u) ~ (für|voor|du warst|nett|lief|
            aardig|super|tijd)
        (macht gut|machts gut|ga je goed|gaat je goed)
        (ohne|zonder) (euch|jullie|dich) ~ (wär|was|war|aufgeschmissen|nergens)
        """,
    "greeting": """
        ^ (hi|hallo|hey|heyo|he|hee|hoi|yo|moin|servus|huhu|guten|goedemorgen|goeiemorgen|goedenavond|
            goeiendag|goedemiddag|goeiedag|goedendag|grüß|grüezi|griaß|hello|hai|heya|jo|tach|mahlzeit|
        dag|alloa|salut|hallöchen|na|morgen|moinsen|hé) (du|ihr|jullie|zusammen|allemaal|morgen|abend|tag|
            gott|daar|da|dich|euch|leute|iemand|jemand|iemand daar|jemand da|👋)? $
        ^ 👋 $
        (ist|is|noch|yo|hey|heyo) (jemand|iemand) (da|hier|daar)
        (jullie leven nog|ihr lebt ja noch)
        """,
    "talk_to_human": """
        ^ (mensch|mens|human|person|persoon|berater|beraterin|hulpverlener|mitarbeiter|medewerker|jemand|
            iemand|agent) (bitte|graag|aub|please)? $
        (mit|met) (jemandem|jemand|iemand|einem menschen|nem menschen|wem|einer person|een mens|
            een echt mens|een persoon|euch|jullie) ~ (sprechen|reden|schreiben|praten|spreken|chatten|
        bellen|appen)
        (echten|echter|echt|echte|richtigen|richtige) (mensch|menschen|mens|person|persoon|iemand)
        (will|wil|möchte|brauch*|nodig|gib|doe|geef|kann|kan) ~ (berater|beraterin|hulpverlener|menschen|
            mensch|mens|person|persoon|medewerker|mitarbeiter)
        (ruft|ruf|bel|bell) ~ (mich|mir|me|mij) ~ (an|maar|op|even|zurück)?
        (gibts|gibt|is|ist) ~ (menschen|mensch|mens|person)
        (jemand|iemand|techneut) ~ (auskennt|snapt|verstand heeft)
        """,
    "language_switch": """
        ^ (deutsch|nederlands|niederländisch|duits|sprache|taal|language|dutch|german|holländisch|
            andere sprache|andere taal|hollands) $
        (lieber|liever|auf|in|op|bitte|graag|spreek*|sprich*|sprechen|praat|kannst|kunnen|auch|ook|switch|
            wechsel*|ander*|spricht|versteht|snapt) ~ (deutsch|nederlands|niederländisch|duits|sprache|
        taal|holländisch|vlaams)
        (deutsch|nederlands|duits|niederländisch) (bitte|graag|aub|please)
        ^ (taal|sprache)
        """,
    "emergency": """
        ^ (notfall|112|110|113|144|117|101|911|noodgeval|nood|noodsituatie|spoed|sos|emergency|alarm|
            notruf|ambulance|krankenwagen|polizei rufen|🚨|🆘) (bitte|nu|jetzt|help|hilfe|aub|spoed)? $
        (das ist|ist ein|dit is een|is een) (notfall|noodgeval|spoedgeval)
        """,
    "help": """
        ^ (hilfe|help|hulp|hilf|helpt|helft|help me|help mij|hilf mir|hilfe bitte|ich brauche hilfe|
            brauche hilfe|ik heb hulp nodig|hulp nodig|help aub|helft mir|please help|help please|
        bitte hilfe|/help|i need help) $
        """,
    "delete_my_data": """
        ^ (löschen|lösch|wissen|wis|verwijderen|delete|alles löschen|alles wissen|alles verwijderen|wis alles|
            daten löschen|gegevens wissen) (bitte|aub|graag)? $
        """,
    "my_data": """
        ^ (daten|meine daten|gegevens|mijn gegevens|/info) (bitte|aub|graag)? $
        """,
    "evidence_send": """
        ^ (bewijs|beweis|beweise|bewijs inleveren|beweise abgeben|hochladen|uploaden) (bitte|graag|aub)? $
        (bewijs|bewijzen|beweise|screenshots) (bij jullie|bei euch|hier)? (inleveren|insturen|doorgeven|abgeben|
            einreichen|hochladen)
        """,
    "is_this_a_bot": """
        ^ (ben|bist|bent) (je|jij|du|u) (een|ein|ne)? (echt|echte|echter|echtes)? (bot|robot|roboter|mens|mensch|
            persoon|person|computer|ai|ki|chatgpt) $
        """,
    "wrong_picture": """
        ^ (oeps|ups|sorry|oh|help|hilfe)? (dat|dit|das) (was|is|war|ist) (toch|wel|doch)? (de|het|die|das|een|ein)? (
            foto|naaktfoto|naaktbeeld|beeld|plaatje|video|filmpje|naakt|nude|bild|nacktbild|intime bild) $
        ^ (er|da) (zit|zat|is|ist|war) (een|ein|toch|doch|was)? (naakt|naaktfoto|naaktbeeld|nude|nacktes|nacktbild) (
            bij|tussen|dabei|drauf) $
        ^ (verkeerde|falsche|falsches) (foto|bestand|bild|datei|screenshot) (gestuurd|geschickt)? $
        """,
}

FORMAL: Final = """
    (sie haben|haben sie|können sie|könnten sie|wissen sie|sagen sie|ihnen|bitte sie|helfen sie|
        meinen sie|raten sie|melden sie|würden sie|sie mir|sind sie|dürfen sie)
    (kunt u|heeft u|bent u|u heeft|u kunt|wilt u|weet u|adviseert u|dank u|dankuwel|uw|geachte|helpt u|
        zou u|denkt u|u mij|alstublieft)
    (sehr geehrte*|geachte|mit freundlichen|met vriendelijke)
    """
